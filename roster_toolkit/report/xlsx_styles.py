"""Formats and sizes of the error workbook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from roster_toolkit.model import Severity

#: Every cell is text, so that leading zeros stay, also where somebody types.
_TEXT = {"num_format": "@", "valign": "top"}
_WRAPPED = {"text_wrap": True}
_ERROR = {**_TEXT, "bold": True, "font_color": "#7A0010", "bg_color": "#FFD6D9"}
_WARNING = {**_TEXT, "italic": True, "font_color": "#5C4300", "bg_color": "#FFF0C2"}
_LINK = {"font_color": "#0B5CAD", "underline": 1}
_COUNT = {"valign": "top", "align": "right", "indent": 1, "num_format": "#,##0"}
STYLES: Mapping[str, Mapping[str, Any]] = {
    "text": _TEXT,
    "wrapped": _TEXT | _WRAPPED,
    "error": _ERROR,
    "error wrapped": _ERROR | _WRAPPED,
    "warning": _WARNING,
    "warning wrapped": _WARNING | _WRAPPED,
    "head": {
        **_TEXT, **_WRAPPED, "bold": True, "font_color": "#FFFFFF", "bg_color": "#1F3A5F",
        "border": 1,
    },
    "title": {**_TEXT, **_WRAPPED, "bold": True, "font_size": 13},
    "link": _TEXT | _LINK,
    "count": _COUNT,
    "count link": _COUNT | _LINK,
}  # fmt: skip
#: The mark of a cell at fault.
MARKED = {Severity.BLOCKER: "error", Severity.ERROR: "error", Severity.WARNING: "warning"}

#: Widths of the columns in front, in digits: problem, and row, errors, how to fix.
PROBLEM = 11
FRONT = (8, 44, 40)
_NARROWEST, _WIDEST = 8, 44
_SAMPLED_ROWS = 2_000
#: Letters of a sentence per digit of a column's width.
_LETTERS = 1.1
#: Points of a line of text, of a title, and of a row with headers.
LINE, _TITLE, HEAD = 15, 18, 32


def widths(header: Sequence[str], cells: pl.DataFrame, front: Sequence[int]) -> Iterator[int]:
    """Width of each column in digits: those in `front`, then as wide as most of the first cells."""
    yield from front
    sample = cells.head(_SAMPLED_ROWS)
    for place in range(len(front), cells.width):
        title = header[place] if place < len(header) else ""
        longest = sample.to_series(place).str.len_chars().quantile(0.98, "higher") or 0
        # The header cell also contains the filter button.
        yield min(max(int(longest) + 2, len(title) + 4, _NARROWEST), _WIDEST)


def wrapping(cells: pl.DataFrame, sizes: Sequence[int]) -> dict[int, int]:
    """Position → width of the columns with a text that would run over its neighbor."""
    longest = cells.select(pl.all().str.len_chars().max()).row(0) if cells.height else ()
    return {
        place: size
        for place, (size, length) in enumerate(zip(sizes, longest, strict=False))
        if length is not None and length > size
    }


def height(text: str, width: int, *, title: bool = False) -> int:
    """Height in points of a text that wraps in a width of digits."""
    letters = width * (0.85 if title else _LETTERS)
    return (_TITLE if title else LINE) * (1 + int(len(text) / letters))
