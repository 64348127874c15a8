"""Dictionary and rules in a browser: from an error text to its rule, from blanks to addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from driving import Open

pytestmark = pytest.mark.slow

HEADER = b"schoolId,userId,userRole,userFirstName,userLastName,userEmail,userGrade\r\n"


def test_a_pasted_error_leads_to_its_rule_and_a_reload_stays_there(visitor: Open) -> None:
    one = visitor()
    one.go("dictionary")

    one.page.get_by_label("What does this error mean?").fill("Duplicate email address")
    one.page.keyboard.press("Control+Enter")
    one.sees("Give each person an address of their own")
    one.page.goto(f"{one.address}/dictionary?part=rules&rule=RT302")

    one.sees("RT302: ")
    one.wait()
    assert one.page.url.endswith("/dictionary?part=rules&rule=RT302")
    assert one.page.get_by_role("radio", name="Rules").is_checked()


def test_the_template_is_downloaded(visitor: Open) -> None:
    one = visitor()
    one.go("dictionary?part=template")

    name, data = one.download(one.button("Download the template").click)

    assert name == "users-template-batch-upload.csv"
    assert data.startswith(b"action,schoolId,userId,")


def test_blank_addresses_are_filled_and_nothing_else_is_touched(visitor: Open) -> None:
    rows = b'0711,S1,Student,"Ana",Lee,,3\r\n0711,T1,Teacher,Bo,Diaz,bo@school.org,\r\n'
    one = visitor()
    one.go("dictionary?part=addresses")
    one.upload(("users.csv", HEADER + rows))

    one.page.get_by_label("Email domain (school.org)").fill("school.org")
    one.page.keyboard.press("Enter")
    one.sees("1 student in 1 row gets an address")
    _, data = one.download(one.button("Download the file with these addresses").click)

    assert data == HEADER + rows.replace(b"Lee,,", b"Lee,ana.lee_S1@school.org,")


@pytest.mark.parametrize("path", ["dictionary", "dictionary?part=rules&rule=RT403"])
def test_a_narrow_window_scrolls_down_only(visitor: Open, path: str) -> None:
    one = visitor(width=420)
    one.go(path)

    beyond = one.page.evaluate(
        "document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"
    )

    assert beyond <= 0
