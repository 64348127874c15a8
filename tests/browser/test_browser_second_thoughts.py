"""Journeys on which somebody is stopped, asked, or led back: imports, undoing, a title row."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from conftest import served
from driving import SAMPLES

if TYPE_CHECKING:
    from pathlib import Path

    from driving import Open

pytestmark = pytest.mark.slow

CLEAN = (SAMPLES / "clean.csv").read_bytes()
HEADER, *ROWS = CLEAN.splitlines(keepends=True)
STAFF = b"".join([HEADER, *(row for row in ROWS if b",Student," not in row)])


def test_an_import_stops_goes_on_after_the_boxes_and_is_taken_back(
    visitor: Open, tmp_path: Path
) -> None:
    with served(tmp_path) as address:
        one = visitor(address)
        one.go("roster")
        one.page.get_by_label("Name of the district").fill("Avon")
        one.page.keyboard.press("Enter")
        one.upload(("all.csv", CLEAN))
        one.page.get_by_role("button", name="Import into Avon", exact=True).click()
        one.sees("Imported: this is snapshot 1 of Avon.")

        one.upload(("staff.csv", STAFF))
        one.page.get_by_role("button", name="Import into Avon", exact=True).click()
        one.sees("Nothing was imported. Look at this first.")
        assert "Imported: this is snapshot 1" not in one.everything()
        one.sees("If the file is only a part of your data")
        go_on = one.page.get_by_role("button", name="Import it into Avon all the same")
        assert go_on.is_disabled()
        one.tick("Yes, I intended this")
        go_on.click()
        one.sees(re.compile("Imported as snapshot 2"))

        one.part("Overview")
        one.button(re.compile("^Undo snapshot 2")).click()
        one.sees(re.compile("From snapshot 2 back to 1: "))
        one.button("Undo snapshot 2 of Avon").click()
        one.sees("Snapshot 2 of Avon was undone; the roster is snapshot 1 again.")
        one.leave()


def test_a_title_row_is_one_problem_and_the_copy_is_the_file_below_it(visitor: Open) -> None:
    one = visitor()
    one.go()
    one.upload(("users.csv", b"Export of August\r\n" + CLEAN))

    one.sees("The header is in row 2")
    one.sees("1 problem to fix")
    one.part("Fix")
    one.sees(re.compile("^After these fixes: "))
    _, data = one.download(one.button(re.compile("^Download corrected users.csv")).click)

    assert data == CLEAN


def test_each_pasted_line_is_answered(visitor: Open) -> None:
    one = visitor()
    one.go("dictionary")

    one.page.get_by_label("What does this error mean?").fill(
        "Duplicate email address\nfoo bar baz quux"
    )
    one.page.keyboard.press("Control+Enter")

    one.sees("No rule resembles that. Paste the whole line, or look through the rules below.")
    one.button(re.compile("^RT302: ")).click()
    one.sees("Give each person an address of their own")
