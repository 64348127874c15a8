"""Where somebody is: a reload, the back button, another tab, another person."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from driving import SAMPLES

if TYPE_CHECKING:
    from driving import Open

pytestmark = pytest.mark.slow

#: A tab whose name comes to the server only when the visitor has clicked: a moment after it.
_TELLS_ITS_NAME_LATE = """
const send = WebSocket.prototype.send;
let late = null;
WebSocket.prototype.send = function (data) {
  const name = sessionStorage.getItem("desk");
  if (late === null && name && new TextDecoder().decode(data).includes(name)) {
    late = () => send.call(this, data);
    return;
  }
  send.call(this, data);
  if (late) {
    setTimeout(late, 300);
    late = false;
  }
};
"""


def test_a_reload_keeps_the_file_and_the_place(visitor: Open) -> None:
    one = visitor()
    one.go()
    one.upload(SAMPLES / "bad-emails.csv")
    one.part("Rows")

    one.page.reload()
    one.wait()

    one.sees(re.compile(r"bad-emails\.csv"))
    assert one.page.get_by_role("radio", name="Rows").is_checked()


def test_the_back_button_goes_back_to_the_part_before(visitor: Open) -> None:
    one = visitor()
    one.go()
    one.upload(SAMPLES / "bad-emails.csv")
    one.part("Rows")
    one.part("Downloads")

    one.page.go_back()
    one.wait()

    assert one.page.get_by_role("radio", name="Rows").is_checked()
    one.sees(re.compile(r"bad-emails\.csv"))


def test_a_click_counts_although_the_tab_tells_its_name_only_then(visitor: Open) -> None:
    one = visitor()
    one.page.add_init_script(_TELLS_ITS_NAME_LATE)
    one.go()

    one.button("Try a sample district").click()

    one.sees(re.compile("The portal would"))


def test_two_people_at_once_never_see_each_others_file(visitor: Open) -> None:
    first, second = visitor(), visitor()
    first.go()
    second.go()
    first.upload(SAMPLES / "bad-emails.csv")
    second.upload(SAMPLES / "ragged-rows.csv")

    for one, own, other in (
        (first, "bad-emails.csv", "ragged-rows.csv"),
        (second, "ragged-rows.csv", "bad-emails.csv"),
    ):
        one.page.reload()
        one.wait()
        one.sees(re.compile(re.escape(own)))
        assert other not in one.everything()


def test_a_link_to_a_place_brings_nobody_the_file(visitor: Open) -> None:
    first, second = visitor(), visitor()
    first.go()
    first.upload(SAMPLES / "bad-emails.csv")
    first.part("Rows")
    first.choose("Rule", re.compile("domain"))

    link = first.page.url
    second.go(link.removeprefix(f"{first.address}/"))

    second.sees(re.compile("^Drop your users.csv"))
    assert "bad-emails" not in second.everything()
    assert "code=RT107" in link
    assert "@" not in link


def test_a_request_to_another_host_is_noticed(visitor: Open) -> None:
    one = visitor()
    one.go()

    one.page.evaluate("fetch('http://elsewhere.invalid/').catch(() => null)")
    one.wait()

    noticed = list(one.complaints)
    one.complaints.clear()
    # The browser refuses it by the app's own policy, and complains of that.
    assert any("http://elsewhere.invalid/" in each for each in noticed)
