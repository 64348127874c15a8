"""A portal's help page of error texts is read whatever its layout."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roster_toolkit.calibration.documents.help_page import read_help_page
from roster_toolkit.errors import ToolkitError

BOTH = [
    ("Invalid email format", "Emails need an @."),
    ("Duplicate user ID", "Change one of them."),
]
PAGES = {
    "a table": (
        "<table><tr><th>Column<th>Error message<th>How to resolve it"
        "<tr><td>userEmail<td>Invalid email format<td>Emails need an @."
        "<tr><td>userId<td>Duplicate user ID<td>Change one of them.</table>"
    ),
    "a table of Word": (
        "<table><tr><td><p><b>Error</b></p></td><td><p><b>Solution</b></p></td></tr><tr><td><p>"
        "<span>Invalid </span><span>email format</span></p></td><td><p>Emails need an @.</p></td>"
        "</tr><tr><td><p>Duplicate user ID</p></td><td><p>Change one of them.</p></td></tr></table>"
    ),
    "a table without headings": (
        "<table><tr><td>Invalid email format<td>Emails need an @."
        "<tr><td>Duplicate user ID<td>Change one of them.</table>"
    ),
    "headings": (
        "<h1>Understanding errors</h1><p>Read on.</p><h3>Invalid email format</h3>"
        "<p>Emails need an @.</p><h3>Duplicate user ID</h3><p>Change one of them.</p>"
        "<h2>Contact us</h2><p>Call.</p>"
    ),
    "paragraphs in bold": (
        "<p><b>Invalid email format</b></p><p>Emails need an @.</p>"
        "<p><strong>Duplicate user ID</strong></p><p>Change one of them.</p>"
    ),
    "a definition list": (
        "<dl><dt>Invalid email format<dd>Emails need an @."
        "<dt>Duplicate user ID<dd>Change one of them.</dl>"
    ),
    "bullets": (
        "<ul><li>Home</li><li>Invalid email format - Emails need an @.</li>"
        "<li><b>Duplicate user ID</b>: Change one of them.</li></ul>"
    ),
}
TEXTS = {
    "lines": "Invalid email format - Emails need an @.\nDuplicate user ID - Change one of them.\n",
    "paragraphs": (
        "Invalid email format\nEmails need an @.\n\nDuplicate user ID\nChange one of them.\n"
    ),
    "labels": (
        "Error: Invalid email format\nResolution: Emails need an @.\n\n"
        "Error: Duplicate user ID\nResolution: Change one of them.\n"
    ),
    "a CSV": (
        "Code,Message,Resolution\nE1,Invalid email format,Emails need an @.\n"
        "E2,Duplicate user ID,Change one of them.\n"
    ),
}


def texts(name: str, data: str) -> list[tuple[str, str]]:
    return [(entry.text, entry.remedy) for entry in read_help_page(name, data.encode())]


@pytest.mark.parametrize("layout", PAGES)
def test_each_layout_of_a_page_gives_the_texts_and_their_remedies(layout: str) -> None:
    assert texts("help.html", f"<!doctype html><html><body>{PAGES[layout]}</body></html>") == BOTH


@pytest.mark.parametrize("layout", TEXTS)
def test_each_layout_of_a_text_gives_the_texts_and_their_remedies(layout: str) -> None:
    assert texts("help.txt", TEXTS[layout]) == BOTH


def test_the_place_of_a_text_is_told() -> None:
    page = f"<html><h1>Errors</h1>{PAGES['a table']}</html>"
    places = [entry.place for entry in read_help_page("help.html", page.encode())]

    assert places == ["row 2 of the table 'Errors'", "row 3 of the table 'Errors'"]


def test_a_text_that_stands_twice_is_one_entry() -> None:
    page = f"<html>{PAGES['a definition list']}{PAGES['a table']}</html>"

    assert texts("help.html", page) == BOTH


def test_a_page_about_something_else_is_one_sentence() -> None:
    with pytest.raises(ToolkitError, match=r"has no error texts: no table, list or heading"):
        read_help_page("letter.txt", b"Dear all,\nthe weather is nice.\n")


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="<>/!?[]-tabledirhp \n\t|,;:\"'=&#x.()", max_size=200), st.booleans())
def test_no_page_raises_anything_else(junk: str, table: bool) -> None:  # noqa: FBT001
    with suppress(ToolkitError):
        read_help_page("help.html", f"<html>{'<table>' * table}{junk}".encode())
