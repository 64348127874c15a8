"""From a file to the corrected file: attempts, fixes that stay chosen, and the way back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from driving import SAMPLES
from making import file_of, student

import roster_toolkit as rt

if TYPE_CHECKING:
    from driving import Open, Visitor

pytestmark = pytest.mark.slow

BAD, CLEAN = SAMPLES / "bad-emails.csv", SAMPLES / "clean.csv"
SPACES = SAMPLES / "stray-spaces.csv"

#: Tables are drawn, not written: so keep each text that is drawn.
_KEEPS_WHAT_IS_DRAWN = """
window.drawn = [];
const draw = CanvasRenderingContext2D.prototype.fillText;
CanvasRenderingContext2D.prototype.fillText = function (text, ...where) {
  window.drawn.push(text);
  return draw.call(this, text, ...where);
};
"""


def drop_corrected(one: Visitor) -> None:
    """Drop a file on the place for corrected ones."""
    one.button("Check my corrected file").click()
    place = one.page.get_by_test_id("stPopoverBody").get_by_test_id("stFileUploaderDropzoneInput")
    place.set_input_files(CLEAN)


def test_a_corrected_file_is_checked_as_soon_as_it_is_dropped(visitor: Open) -> None:
    one = visitor()
    one.go()
    one.upload(BAD)

    drop_corrected(one)

    one.sees(re.compile("^Since your last file: "))
    one.wait()
    one.sees(re.compile(r"^clean\.csv"))
    one.sees("Every row is accepted")


def test_a_corrected_file_is_checked_after_a_look_at_another_part(visitor: Open) -> None:
    one = visitor()
    one.go()
    one.upload(BAD)
    one.part("Rows")
    one.part("Problems")

    drop_corrected(one)

    one.sees(re.compile("^Since your last file: "))
    one.wait()
    one.part("Rows")
    one.sees("Nothing is wrong in any row.")
    assert "bad-emails.csv" not in one.page.get_by_test_id("stMain").inner_text()


def test_the_corrected_file_can_be_had_wherever_one_is_and_the_original_comes_back(
    visitor: Open,
) -> None:
    corrected = rt.review(SPACES.read_bytes()).repair().fixed.data
    one = visitor()
    one.go()
    one.upload(SPACES)
    one.part("Fix")
    one.button("Check the corrected file").click()
    one.sees("Every row is accepted")

    for part in ("Problems", "Rows", "Fix", "Downloads"):
        one.part(part)
        button = one.page.get_by_role("button", name="Download corrected users.csv")
        assert button.count() == 1, part
        assert one.download(button.click) == ("users.csv", corrected)
    one.part("Fix")
    assert "by hand" not in one.everything()

    one.button("Back to the original file").click()
    one.sees(re.compile(r"^stray-spaces\.csv"))
    one.sees(re.compile("^After these fixes: "))


def test_a_fix_that_is_ticked_stays_so_on_every_part_and_page(visitor: Open) -> None:
    one = visitor()
    one.go()
    one.upload(BAD)
    one.part("Fix")
    one.sees("Probably right: tick to apply")
    one.tick("Not a valid email address")
    one.sees(re.compile("^After these fixes: "))

    one.part("Rows")
    one.part("Fix")
    assert one.page.get_by_role("checkbox").first.is_checked()
    one.turn_to("District")
    one.turn_to("Check a file")
    one.part("Fix")

    assert one.page.get_by_role("checkbox").first.is_checked()
    one.sees(re.compile("^After these fixes: "))


def test_the_email_domain_is_remembered_and_its_addresses_are_in_the_corrected_file(
    visitor: Open,
) -> None:
    file = file_of([student("S1"), student("S2", userEmail="")])
    one = visitor()
    one.go()
    one.upload(("users.csv", file))
    one.turn_to("Dictionary and rules")
    one.part("Addresses for students")
    field = one.page.get_by_label(re.compile("@|Email domain"))
    field.fill("school.org")
    field.press("Enter")
    one.sees("1 student in 1 row gets an address")

    one.part("Rules")
    one.part("Addresses for students")
    assert field.input_value() == "school.org"
    one.button("Add them to my corrected file").click()

    one.sees("Addresses for students @school.org: 1 student")
    button = one.page.get_by_role("button", name="Download corrected users.csv")
    name, data = one.download(button.click)
    assert name == "users.csv"
    assert b"@school.org" in data


def test_row_numbers_are_whole_and_blanks_are_blank(visitor: Open) -> None:
    one = visitor()
    one.page.add_init_script(_KEEPS_WHAT_IS_DRAWN)
    one.go()
    one.button("Try a sample district").click()
    one.sees(re.compile("The portal would"))
    one.part("Rows")
    one.page.locator("canvas [role=gridcell]").first.wait_for(state="attached")

    drawn = one.page.evaluate("window.drawn")

    assert "74" in drawn
    assert not [text for text in drawn if text == "None" or re.match(r"\d+\.0{4}", text)]


def test_the_message_is_copied_at_one_click_from_the_first_screen(visitor: Open) -> None:
    one = visitor()
    one.context.grant_permissions(["clipboard-read", "clipboard-write"])
    one.go()
    one.upload(BAD)

    one.button("Copy the message").click()

    one.sees("Copied")
    copied = one.page.evaluate("navigator.clipboard.readText()")
    assert copied.replace("\r\n", "\n") == rt.review(BAD).message()
