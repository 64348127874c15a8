"""A worksheet whose rows are rendered to XML by Polars, column by column.

xlsxwriter writes cell by cell, which takes most of a minute for 100,000 rows. Polars renders the
rows of a sheet here; xlsxwriter does the rest: headers, notes, filter, styles. `spliced` puts both
together.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import polars as pl
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from roster_toolkit.report.spliced import ROWS_HERE
from roster_toolkit.report.xlsx_styles import LINE

#: Limits of the format: rows and columns of a sheet, characters of a cell.
MOST_ROWS, MOST_COLUMNS, LONGEST_CELL = 1_048_576, 16_384, 32_767
#: Rows that are rendered at once: ten megabytes of XML. Five times as many take half as long again,
#: as they no longer fit into a processor's cache.
_ROWS_PER_PIECE = 10_000
#: Maximum lines of a row.
_MOST_LINES = 12
_ROW, _STYLE = "number of row", "style of "
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
#: Whatever needs any of this, in one look at a cell; most have none of it.
_SPECIAL = r"\A\s|\s\z|[\x00-\x1F&<>\u{FFFE}\u{FFFF}]|_x"


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
    opening = pl.format('<row r="{}"{}', _ROW, _heights(cells, wrapped)).alias(_ROW)
    for start in range(0, cells.height, _ROWS_PER_PIECE):
        part = cells.slice(start, _ROWS_PER_PIECE)
        marked = styles.slice(start, _ROWS_PER_PIECE).select(pl.all().name.prefix(_STYLE))
        whole = pl.concat([part, marked], how="horizontal").with_columns(
            (pl.int_range(pl.len(), dtype=pl.UInt32) + first + start).cast(pl.String).alias(_ROW)
        )
        columns = [
            _Column(name, xl_col_to_name(place), usual[place], marked=name in styles)
            for place, name in enumerate(part.columns)
        ]
        # Polars' CSV writer puts the cells together in one pass, with a line end before each, which
        # XML ignores there. To join them as text, and to encode that, takes twice as long.
        xml = io.BytesIO()
        _elements(whole, columns, opening).write_csv(
            xml, include_header=False, quote_style="never", separator="\n", line_terminator="</row>"
        )
        yield xml.getvalue()


def _elements(rows: pl.DataFrame, columns: Sequence[_Column], opening: pl.Expr) -> pl.DataFrame:
    """Some rows as XML: the tag that opens each, and its cells, null where there is none.

    Most cells are plain text in the format of their column, and are written as if all were; rows in
    which one is not are written once more, with all that may be needed. To do that for every row at
    once takes three times as long.
    """
    elements = rows.select(opening, *(column.plain() for column in columns))
    special = rows.select(column.is_special() for column in columns)
    careful = [c for c in columns if c.marked or special[c.name].any()]
    marked = [column.style().is_not_null() for column in columns if column.marked]
    found = rows.select(pl.any_horizontal(*special, *marked)).to_series().arg_true()
    if found.is_empty():
        return elements
    again = rows[found].select(c.careful(special=bool(special[c.name].any())) for c in careful)
    return elements.with_columns(
        elements[anew.name].scatter(found, anew) for anew in again.iter_columns()
    )


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


@dataclass(frozen=True)
class _Column:
    """A column of a sheet: its name in the frame, its letters in the sheet, its format."""

    name: str
    letters: str
    usual: int
    marked: bool
    """Whether cells of it may have another format."""

    def style(self) -> pl.Expr:
        """The other formats, null for the usual one."""
        return pl.col(f"{_STYLE}{self.name}")

    def is_special(self) -> pl.Expr:
        """Whether a text cannot stand in XML as it is."""
        text = pl.col(self.name)
        return text.str.contains(_SPECIAL) | (text.str.len_bytes() > LONGEST_CELL)

    def plain(self) -> pl.Expr:
        """The cells as elements in the usual format, null where there is none."""
        return pl.format(
            f'<c r="{self.letters}{{}}" s="{self.usual}" t="inlineStr"><is><t>{{}}</t></is></c>',
            _ROW, self.name,
        ).alias(self.name)  # fmt: skip

    def careful(self, *, special: bool) -> pl.Expr:
        """The same in their own formats, and where texts are `special`, with what these need."""
        text = pl.col(self.name)
        tag = _text_opening(text) if special else pl.lit("<t>")
        style = self.style() if self.marked else pl.lit(None, pl.UInt32)
        cell = f'<c r="{self.letters}{{}}" s="{{}}"'
        with_text = pl.format(
            f'{cell} t="inlineStr"><is>{{}}{{}}</t></is></c>',
            _ROW, style.fill_null(self.usual), tag, _xml_text(text) if special else text,
        )  # fmt: skip
        # A format is null where one of its parts is: no text, or no other format for a blank cell.
        return pl.coalesce(with_text, pl.format(f"{cell}/>", _ROW, style)).alias(self.name)


def _text_opening(text: pl.Expr) -> pl.Expr:
    preserving = pl.lit('<t xml:space="preserve">')
    return pl.when(text.str.contains(_OUTER_SPACE)).then(preserving).otherwise(pl.lit("<t>"))


def cell_text(text: str) -> str:
    """Text for a cell that xlsxwriter writes, with what no workbook holds as in the rows beneath.

    xlsxwriter leaves a text out that is too long, and spells U+FFFE in a way that stays spelled.
    """
    if len(text) > LONGEST_CELL:
        text = text[: LONGEST_CELL - 1] + "…"
    for character, mark in _LOST.items():
        text = text.replace(character, mark)
    return text


def _xml_text(text: pl.Expr) -> pl.Expr:
    """Text with XML escapes; a cell longer than the limit ends in an ellipsis."""
    cut = pl.concat_str(text.str.slice(0, LONGEST_CELL - 1), pl.lit("…"))
    text = pl.when(text.str.len_chars() > LONGEST_CELL).then(cut).otherwise(text)
    odd = text.str.contains(rf"{_NOT_IN_XML}|{_LIKE_ESCAPE}")
    escapes, markup = text.str.replace_many(_ALL_ESCAPES), text.str.replace_many(_MARKUP)
    return pl.when(odd).then(escapes).otherwise(markup)
