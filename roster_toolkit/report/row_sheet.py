"""A worksheet whose rows are written a column at a time.

A workbook library writes cell by cell: a minute for 100,000 rows. Here Polars writes the rows of a
sheet, and the library all the rest: its head, its notes, its filter, the styles, the package.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

#: What one sheet and one cell hold at most.
MOST_ROWS, MOST_COLUMNS, LONGEST_CELL = 1_048_576, 16_384, 32_767
#: Rows that are turned into text at once.
_AT_ONCE = 50_000
#: How a workbook spells characters that XML does not allow; what only looks like it is told apart.
_UNSPEAKABLE = [*map(chr, (*range(9), *range(11, 32), 0xFFFE, 0xFFFF))]
_SPELLED = [f"_x{ord(character):04X}_" for character in _UNSPEAKABLE]
_ODD = r"[\x00-\x08\x0B-\x1F\u{FFFE}\u{FFFF}]"
_LIKE_SPELLED = "_x[0-9A-Fa-f]{4}_"
_MARKUP = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


class RowSheet(Worksheet):  # type: ignore[misc]  # xlsxwriter ships no types
    """A worksheet with rows of text beneath those that were written cell by cell."""

    def __init__(self) -> None:
        """Begin without rows."""
        super().__init__()
        self.lines: Iterable[str] = ()
        """Rows as `sheet_rows` gives them, in order."""

    def _write_sheet_data(self) -> None:
        self._xml_start_tag("sheetData")
        # A row with nothing but a note would be written here, empty, and then again by its line.
        notes, self.comments = self.comments, {}
        self._write_rows()
        self.comments = notes
        for line in self.lines:
            self.fh.write(line)
        self._xml_end_tag("sheetData")


def sheet_rows(
    cells: pl.DataFrame, styles: pl.DataFrame, usual: Sequence[int], first: int
) -> Iterable[str]:
    """Rows of a sheet as XML, from row `first` (1-based) on.

    `cells` are text, null where there is no cell; `styles` has for some of their columns the number
    of a format, null where the usual one of the column holds. A blank cell with a style of its own
    is a cell, too.
    """
    for start in range(0, cells.height, _AT_ONCE):
        part = cells.slice(start, _AT_ONCE)
        style = styles.slice(start, _AT_ONCE)
        number = pl.int_range(first + start, first + start + part.height, dtype=pl.UInt32)
        texts = [
            _cell(part[name], xl_col_to_name(place), usual[place], style.get_column(name, default=None))
            for place, name in enumerate(part.columns)
        ]
        framed = pl.DataFrame(
            [text.alias(name) for text, name in zip(texts, part.columns, strict=True)]
        ) if texts else part
        del number, framed
        yield ""


def _cell(values: pl.Series, column: str, usual: int, style: pl.Series | None) -> pl.Series:
    raise NotImplementedError
