"""Formats and sizes of the error workbook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
_NARROWEST, _SHORT, _WIDEST = 8, 20, 44
_SAMPLED_ROWS = 2_000
#: Letters of a sentence per digit of a column's width.
_LETTERS = 1.1
#: Points of a line of text, of a title, and of a row with headers.
LINE, _TITLE, HEAD = 15, 18, 18


@dataclass(frozen=True)
class Sizes:
    """Widths of the columns of a sheet in digits, and which of them hold more than fits."""

    widths: tuple[int, ...]
    wrapping: Mapping[int, int]
    """Position → width of the columns with a text that would run over its neighbor."""
    head: int
    """Height of the row with the headers in points."""


def sizes_of(header: Sequence[str], cells: pl.DataFrame, front: Sequence[int]) -> Sizes:
    """The sizes of a sheet whose columns in `front` have their widths."""
    lengths = pl.all().str.len_chars()
    none = (None,) * cells.width
    longest = cells.select(lengths.max()).row(0) if cells.height else none
    usual = cells.head(_SAMPLED_ROWS).select(lengths.quantile(0.98, "higher"))
    most = usual.row(0) if usual.height else none
    titles = [*header, *[""] * (cells.width - len(header))]
    own = slice(len(front), None)
    widths = (*front, *map(_width, titles[own], most[own], longest[own]))
    wrapping = {
        place: widths[place]
        for place, length in enumerate(longest)
        if length is not None and length > widths[place]
    }
    fit = all(len(title) <= width for title, width in zip(titles, widths, strict=True))
    return Sizes(widths, wrapping, HEAD if fit else 2 * LINE + 2)


def _width(title: str, usual: float | None, longest: int | None) -> int:
    """Width of a column by its header, most of its first cells, and all where they are short."""
    needed = max(int(usual or 0), min(longest or 0, _SHORT)) + 2
    # The header cell also contains the filter button.
    return min(max(needed, len(title) + 4, _NARROWEST), _WIDEST)


def height(text: str, width: int, *, title: bool = False) -> int:
    """Height in points of a text that wraps in a width of digits."""
    letters = width * (0.85 if title else _LETTERS)
    return (_TITLE if title else LINE) * (1 + int(len(text) / letters))
