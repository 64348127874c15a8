"""A worksheet whose rows are rendered to XML by Polars, column by column.

xlsxwriter writes cell by cell, which takes most of a minute for 100,000 rows. Polars renders the
rows of a sheet here; xlsxwriter does the rest: headers, notes, filter, styles. `spliced` puts both
together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

import polars as pl
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from roster_toolkit.report.spliced import ROWS_HERE
from roster_toolkit.report.xlsx_styles import LINE

#: Limits of the format: rows and columns of a sheet, characters of a cell.
MOST_ROWS, MOST_COLUMNS, LONGEST_CELL = 1_048_576, 16_384, 32_767
#: Rows that are rendered at once.
_ROWS_PER_PIECE = 50_000
#: Maximum lines of a row.
_MOST_LINES = 12
_ROW = "number of row"
_MARKUP = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
#: U+FFFE and U+FFFF have no escape that every program reads, so they are replaced.
_LOST = dict.fromkeys("\ufffe\uffff", "\N{REPLACEMENT CHARACTER}")
#: Control characters that XML does not allow → their escapes in a workbook (ECMA-376, ST_Xstring).
_ESCAPES = {chr(code): f"_x{code:04X}_" for code in (*range(9), *range(11, 32))} | _LOST
_NOT_IN_XML = r"[\x00-\x08\x0B-\x1F\u{FFFE}\u{FFFF}]"
#: Text that reads like an escape: its underscore is escaped.
_LIKE_ESCAPE = r"_x[0-9A-Fa-f]{4}_"
_ALL_ESCAPES = {**_MARKUP, **_ESCAPES, "_x": "_x005F_x"}
#: White space that is lost without `xml:space="preserve"`.
_OUTER_SPACE = r"\A\s|\s\z|\n|\t"


class RowSheet(Worksheet):  # type: ignore[misc]  # xlsxwriter ships no types
    """A worksheet with pre-rendered rows beneath those that xlsxwriter wrote cell by cell."""

    comments: dict[int, Any]

    def __init__(self) -> None:
        """Create a sheet without rows."""
        super().__init__()
        self.rows_beneath: Iterator[bytes] = iter(())
        """Rows as `sheet_rows` yields them, in order."""
        self.pieces = 0
        """How many pieces that will be."""
        self.links: Iterable[tuple[str, str]] = ()
        """Cells of those rows and the place in the workbook to which each leads."""

    @property
    def part(self) -> str:
        """Name of the sheet in the package."""
        return f"xl/worksheets/sheet{self.index + 1}.xml"

    def _write_sheet_data(self) -> None:
        self._xml_start_tag("sheetData")
        # Otherwise xlsxwriter writes an empty row for each note, besides the pre-rendered one.
        notes, self.comments = self.comments, {}
        with suppress(TypeError):  # xlsxwriter raises it where no cell was written
            self._write_rows()
        self.comments = notes
        self.fh.write(ROWS_HERE)
        self._xml_end_tag("sheetData")

    def _write_hyperlinks(self) -> None:
        links = list(self.links)
        if not links:
            return
        self._xml_start_tag("hyperlinks")
        for cell, place in links:
            self._xml_empty_tag("hyperlink", [("ref", cell), ("location", place)])
        self._xml_end_tag("hyperlinks")


def pieces_of(height: int) -> int:
    """How many pieces `sheet_rows` yields for so many rows."""
    return -(-height // _ROWS_PER_PIECE)


def sheet_rows(
    cells: pl.DataFrame,
    styles: pl.DataFrame,
    usual: Sequence[int],
    first: int,
    wrapped: Mapping[int, int],
) -> Iterator[bytes]:
    """Rows of a sheet as XML, in pieces, from row `first` on (counted from 1).

    `cells`: text, null for no cell. `styles`: format numbers for some of the columns, null for the
    `usual` format of the column; a null cell with a format is written as an empty one. `wrapped`:
    position of a column with wrapped text → characters per line. Row heights are set from these,
    because not every program computes them.
    """
    high = _heights(cells, wrapped)
    for start in range(0, cells.height, _ROWS_PER_PIECE):
        part = cells.slice(start, _ROWS_PER_PIECE)
        marked = styles.slice(start, _ROWS_PER_PIECE).select(pl.all().name.prefix("style of "))
        whole = pl.concat([part, marked], how="horizontal").with_columns(
            (pl.int_range(pl.len(), dtype=pl.UInt32) + first + start).cast(pl.String).alias(_ROW)
        )
        pieces = [
            _cell(part[name], xl_col_to_name(place), usual[place], marked=name in styles)
            for place, name in enumerate(part.columns)
        ]
        row = pl.concat_str(pl.lit('<row r="'), _ROW, pl.lit('"'), high, *pieces, pl.lit("</row>"))
        yield str(whole.select(row.str.join("")).item()).encode()


def _heights(cells: pl.DataFrame, wrapped: Mapping[int, int]) -> pl.Expr:
    """The end of a row's opening tag, with a height where one line is not enough.

    An estimate: letters are narrower than the digits by which a width is counted, but words break.
    """
    needed = [
        pl.col(name).str.count_matches("\n", literal=True) + pl.col(name).str.len_chars() // width
        for name, width in ((cells.columns[place], width) for place, width in wrapped.items())
    ]
    more = pl.max_horizontal(pl.lit(0), *needed).clip(0, _MOST_LINES - 1)
    height = ((more + 1) * LINE).cast(pl.String)
    attributes = pl.concat_str(pl.lit(' ht="'), height, pl.lit('" customHeight="1">'))
    return pl.when(more > 0).then(attributes).otherwise(pl.lit(">"))


def _cell(values: pl.Series, letters: str, usual: int, *, marked: bool) -> pl.Expr:
    """The cells of one column as XML elements."""
    style = pl.col(f"style of {values.name}")
    number = pl.coalesce(style, pl.lit(usual)).cast(pl.String) if marked else pl.lit(str(usual))
    opened = pl.concat_str(pl.lit(f'<c r="{letters}'), _ROW, pl.lit('" s="'), number)
    content = pl.concat_str(
        opened, _text_opening(values), _xml_text(values), pl.lit("</t></is></c>")
    )  # fmt: skip
    without_text = pl.lit("")
    if marked:
        empty_cell = pl.concat_str(opened, pl.lit('"/>'))
        without_text = pl.when(style.is_not_null()).then(empty_cell).otherwise(without_text)
    return pl.when(pl.col(values.name).is_not_null()).then(content).otherwise(without_text)


def _text_opening(values: pl.Series) -> pl.Expr:
    plain, preserving = (
        f'" t="inlineStr"><is><t{space}>' for space in ("", ' xml:space="preserve"')
    )
    if not values.str.contains(_OUTER_SPACE).any():
        return pl.lit(plain)
    outer = pl.col(values.name).str.contains(_OUTER_SPACE)
    return pl.when(outer).then(pl.lit(preserving)).otherwise(pl.lit(plain))


def cell_text(text: str) -> str:
    """Text for a cell that xlsxwriter writes, with what no workbook holds as in the rows beneath.

    xlsxwriter leaves a text out that is too long, and spells U+FFFE in a way that stays spelled.
    """
    if len(text) > LONGEST_CELL:
        text = text[: LONGEST_CELL - 1] + "…"
    for character, mark in _LOST.items():
        text = text.replace(character, mark)
    return text


def _xml_text(values: pl.Series) -> pl.Expr:
    """A column's text with XML escapes; a cell longer than the limit ends in an ellipsis."""
    text = pl.col(values.name)
    if (values.str.len_chars() > LONGEST_CELL).any():
        cut = pl.concat_str(text.str.slice(0, LONGEST_CELL - 1), pl.lit("…"))
        text = pl.when(text.str.len_chars() > LONGEST_CELL).then(cut).otherwise(text)
    odd = rf"{_NOT_IN_XML}|{_LIKE_ESCAPE}"
    if values.str.contains(odd).any():
        escaped = text.str.replace_many(_ALL_ESCAPES)
        return pl.when(text.str.contains(odd)).then(escaped).otherwise(_marked_up(text))
    return _marked_up(text) if values.str.contains("[&<>]").any() else text


def _marked_up(text: pl.Expr) -> pl.Expr:
    return text.str.replace_many(_MARKUP)
