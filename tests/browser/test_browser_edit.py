"""A file that is corrected on the page, cell by cell, until every row of it is accepted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from making import file_of, student, teacher

if TYPE_CHECKING:
    from driving import Open, Visitor
    from playwright.sync_api import Locator

pytestmark = pytest.mark.slow

ROWS = [
    student("S1", userRole="student"),
    student("S2", userRole="student"),
    student("S3", userGrade="Middle"),
    student("S4", userEmail=""),
    student("S5"),
    teacher("T1", userLastName="O, Brien"),
]
FILE = file_of(ROWS)
CORRECTED = file_of(
    [
        student("S1"),
        student("S2"),
        student("S3"),
        student("S4", userEmail="ana4@school.org"),
        *ROWS[4:],
    ]
)
#: Pixels of a line of the editor, and of its two frozen columns.
_LINE, _FROZEN = 35, 300
#: Milliseconds in which a table answers a click.
_PAUSE = 300


def editor(one: Visitor) -> Locator:
    return one.page.locator('[aria-label^="Rows to correct"]').first


def type_in(one: Visitor, line: int, text: str, *, column: int, then: str) -> None:
    """Type in a cell of the editor, counted from its first one, until the page says so.

    A table that is drawn anew at that moment loses what is typed.
    """
    typing = one.page.locator("#portal textarea, #portal input").first
    for _ in range(3):
        one.wait()
        place = editor(one)
        place.scroll_into_view_if_needed()
        box = place.bounding_box()
        assert box is not None
        one.page.mouse.click(box["x"] + _FROZEN + 30, box["y"] + _LINE * (line + 1.5))
        one.page.wait_for_timeout(_PAUSE)
        if typing.is_visible():  # a click on the cell that is marked already opens it
            one.page.keyboard.press("Escape")
        for _ in range(column):
            one.page.keyboard.press("ArrowRight")
        one.page.keyboard.press("Enter")
        one.page.keyboard.press("Control+a")
        one.page.keyboard.type(text, delay=20)
        one.page.keyboard.press("Enter")
        one.wait()
        if one.page.get_by_text(then).first.is_visible():
            return
        one.page.keyboard.press("Escape")
    one.sees(then)


def test_a_file_with_mistakes_is_corrected_to_accepted_without_leaving_the_page(
    visitor: Open,
) -> None:
    one = visitor()
    one.go("?view=rows")
    one.upload(("users.csv", FILE))

    one.button("Take 2 suggestions on this page").click()
    one.sees("2 cells edited, not checked yet")
    one.button("Check again").click()
    one.sees("2 edits in the corrected file")
    one.sees(re.compile("^Since the last check: 2 rows cleared, 2 left, 0 new;"))
    one.wait()
    made = "not checked yet · 2 edits in the corrected file"
    type_in(one, 0, "3", column=1, then=f"1 cell edited, {made}")
    type_in(one, 1, "ana4@school.org", column=0, then=f"2 cells edited, {made}")
    one.page.reload()
    one.wait()
    one.sees("2 cells edited, not checked yet · 2 edits in the corrected file")
    one.button("Check again").click()
    one.sees("4 edits in the corrected file")
    one.wait()

    name, data = one.download(one.button(re.compile("^Download corrected users.csv")).click)

    assert (name, data) == ("users.csv", CORRECTED)
    assert not re.search(r"\d\.0000|None", one.everything())
    one.leave()
