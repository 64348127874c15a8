"""A workbook that came instead of a CSV, as the text that a spreadsheet program would save.

The text goes the usual road, so that rows, headers and errors mean the same in both. What the cells
of a workbook look like is not stored in it but made up from formats: whole numbers come as their
digits, dates as year-month-day, truth in capitals, an error as a spreadsheet shows it.
"""

from __future__ import annotations

import codecs
import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import polars as pl

from roster_toolkit.ingest.csv.layout import SEARCHED
from roster_toolkit.ingest.error_file import is_error_file
from roster_toolkit.ingest.headers import known_headers
from roster_toolkit.ingest.source import Source
from roster_toolkit.ingest.workbook_marks import Marks, WorkbookMarks
from roster_toolkit.ingest.workbook_size import require_readable_size
from roster_toolkit.model import ERROR_FILE_SHEET, Profile
from roster_toolkit.text import counted

if TYPE_CHECKING:
    import fastexcel

_Content = TypeVar("_Content")

#: A sheet with fewer headers of ours is about something else.
_FEWEST_HEADERS = 3
_PART = "xl/workbook.xml"
#: Parts of other kinds of workbooks, which the library would read in another way.
_OF_OTHERS = {"xl/workbook.bin", "content.xml"}
#: How the library spells what is no text → how a spreadsheet would show it.
_SHOWN = {
    r"^(\d{4}-\d\d-\d\d) 00:00:00$": "${1}",
    r"^1899-12-3[01] (\d\d:\d\d:\d\d)$": "${1}",
}
_LOGICAL = "^(true|false)$"
#: How the library calls the error of a cell → how a spreadsheet shows it.
_ERRORS = {
    "Error(NA)": "#N/A", "Error(Ref)": "#REF!", "Error(Div0)": "#DIV/0!", "Error(Name)": "#NAME?",
    "Error(Null)": "#NULL!", "Error(Num)": "#NUM!", "Error(Value)": "#VALUE!",
    "Error(GettingData)": "#GETTING_DATA",
}  # fmt: skip
_ERROR = re.compile(r"Error\(\w+\)")


class SheetText(NamedTuple):
    """A sheet as CSV in UTF-8, and what of the workbook is not in it."""

    text: bytes
    unread: int
    """How many more sheets there are with our headers and rows."""
    uncalculated: str = ""
    """How many formulas have no stored result and where the first one stands; blank if none."""


def workbook_as_csv(source: Source, profile: Profile) -> SheetText | None:
    """The first sheet of an .xlsx with our headers; None if there is none.

    An error file of ours is known by the name of its sheet and comes as users-errors.csv. What is
    encrypted, damaged, another kind of workbook or too large to unpack is None as well.
    """
    sheet = _read(source, lambda marks: _first_of_ours(source, profile, marks))
    # A first cell that begins with a byte order mark keeps it behind one of the file.
    if sheet and sheet.text.startswith(codecs.BOM_UTF8):
        return sheet._replace(text=codecs.BOM_UTF8 + sheet.text)
    return sheet


def workbook_sheets(source: Source) -> dict[str, pl.DataFrame] | None:
    """Every sheet of an .xlsx by its name, all cells as text; None where it cannot be read.

    A sheet has all its rows from the first, its header among them, and null where there is no cell.
    """
    import fastexcel

    def sheets(marks: WorkbookMarks) -> dict[str, pl.DataFrame]:
        book = fastexcel.read_excel(bytes(source.data))
        return {name: _as_shown(_sheet(book, name, marks).cells) for name in book.sheet_names}

    return _read(source, sheets)


def _read(source: Source, read: Callable[[WorkbookMarks], _Content | None]) -> _Content | None:
    """What `read` makes of a workbook; None where it is none, damaged, or too large to unpack."""
    if not _holds_a_workbook(source):
        return None
    try:
        with zipfile.ZipFile(source.path or io.BytesIO(source.data)) as parts:
            require_readable_size(parts, source.size)
            return read(WorkbookMarks(parts))
    except Exception:  # noqa: BLE001  (the library raises what it likes on damaged bytes)
        return None
    except BaseException as error:
        # Where its compiled part gives up, it raises what no `except Exception` catches.
        if type(error).__name__ != "PanicException":
            raise
        return None


def _holds_a_workbook(source: Source) -> bool:
    """Whether the bytes are an .xlsx, and no other kind of workbook besides."""
    try:
        with zipfile.ZipFile(source.path or io.BytesIO(source.data)) as parts:
            names = {part.filename.lower() for part in parts.infolist()}
    except (OSError, ValueError, NotImplementedError, zipfile.BadZipFile):
        return False
    return _PART in names and not names & _OF_OTHERS


def _first_of_ours(source: Source, profile: Profile, marks: WorkbookMarks) -> SheetText | None:
    import fastexcel

    # By its bytes, as a path may say otherwise what it is, or be no text.
    book = fastexcel.read_excel(bytes(source.data))
    names = list(book.sheet_names)
    if ERROR_FILE_SHEET in names:
        cells = _sheet(book, ERROR_FILE_SHEET, marks).cells
        typed = _header(cells)
        if is_error_file(typed):
            return SheetText(b"".join(_uneven(cells, len(typed))), 0)
    first, unread = None, 0
    for name in names:
        sheet = _sheet(book, name, marks)
        if not _has_our_header(sheet.cells, profile):
            continue
        if first is None:
            first = sheet
        else:
            unread += sheet.cells.height > 1
    if first is None:
        return None
    return SheetText(_text(_as_shown(first.cells)), unread, first.uncalculated)


def _has_our_header(cells: pl.DataFrame, profile: Profile) -> bool:
    first = [[cell or "" for cell in row] for row in cells.head(SEARCHED).rows()]
    return any(known_headers(row, profile) >= _FEWEST_HEADERS for row in (_header(cells), *first))


class _Sheet(NamedTuple):
    cells: pl.DataFrame
    """All rows from the first, null where there is no cell; nothing blank at the end."""
    uncalculated: str


def _sheet(book: fastexcel.ExcelReader, name: str, marks: WorkbookMarks) -> _Sheet:
    """A sheet as it is shown: its values, the zeros of their formats, errors and formulas."""
    sheet = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
    batch, errors = sheet.to_arrow_with_errors()
    cells = pl.DataFrame(pl.from_arrow(batch))
    if not cells.width:
        return _Sheet(cells, "")
    cells = _with_errors(cells, errors)
    places = {column.absolute_index: column.index for column in sheet.available_columns()}
    of_sheet = marks.of(name)
    cells = _with_formulas(_with_zeros(cells, of_sheet, places), of_sheet, places)
    filled = cells.select(pl.any_horizontal(pl.all().is_not_null()).arg_true()).to_series()
    cells = cells.head(int(filled.max() or 0) + 1 if filled.len() else 0)  # type: ignore[arg-type]
    used = [place for place, name in enumerate(cells.columns) if cells[name].count()]
    # No text file holds NUL, and one with it would not be taken for text.
    cells = cells.select(cells.columns[: max(used, default=-1) + 1]).with_columns(
        pl.all().str.replace_all("\x00", "\N{REPLACEMENT CHARACTER}", literal=True)
    )
    return _Sheet(cells, _uncalculated(of_sheet))


def _with_zeros(cells: pl.DataFrame, marks: Marks, places: Mapping[int, int]) -> pl.DataFrame:
    """The cells with the zeros that their format shows in front of a whole number."""
    for (column, digits), rows in marks.zeros.items():
        if column not in places:
            continue
        name = cells.columns[places[column]]
        at = pl.Series(rows, dtype=pl.UInt32)
        at = at.filter(at < cells.height)
        typed = cells[name].gather(at)
        shown = pl.when(pl.col(name).str.contains(r"^\d+$")).then(pl.col(name).str.zfill(digits))
        shown_cells = typed.to_frame().select(shown.otherwise(name)).to_series()
        cells = cells.with_columns(cells[name].scatter(at, shown_cells))
    return cells


def _with_formulas(cells: pl.DataFrame, marks: Marks, places: Mapping[int, int]) -> pl.DataFrame:
    """The cells with the formulas that nobody calculated, rows of nothing else included."""
    formulas = {places[c]: rows for c, rows in marks.formulas.items() if c in places}
    last = max((max(rows) for rows in formulas.values()), default=-1)
    if last >= cells.height:
        more = pl.DataFrame(schema=cells.schema).clear(last + 1 - cells.height)
        cells = pl.concat([cells, more])
    return cells.with_columns(
        cells.to_series(column).scatter(list(rows), pl.Series(list(rows.values())))
        for column, rows in formulas.items()
    )


def _uncalculated(marks: Marks) -> str:
    """How many formulas have no stored result, and the cell of the first; blank if none."""
    places = [(row, column) for column, rows in marks.formulas.items() for row in rows]
    if not places:
        return ""
    from xlsxwriter.utility import xl_rowcol_to_cell

    first = "the first in " if len(places) > 1 else "in "
    cell = xl_rowcol_to_cell(*min(places))
    return f"{counted(len(places), 'formula')} never calculated ({first}{cell})"


def _with_errors(cells: pl.DataFrame, errors: fastexcel.CellErrors | None) -> pl.DataFrame:
    """The cells with what a spreadsheet shows where the library has nothing but an error."""
    found: dict[int, dict[int, str]] = {}
    for error in errors.errors if errors else ():
        if kind := _ERROR.search(error.detail):
            row, column = error.offset_position
            found.setdefault(column, {})[row] = _ERRORS.get(kind[0], "#ERROR!")
    return cells.with_columns(
        cells.to_series(column).scatter(list(shown), pl.Series(list(shown.values())))
        for column, shown in found.items()
    )


def _header(cells: pl.DataFrame) -> tuple[str, ...]:
    """The first row with any content, up to its last cell."""
    if not cells.width:
        return ()
    first = cells.filter(pl.any_horizontal(pl.all().str.strip_chars() != "")).head(1)
    typed = [cell or "" for cell in first.row(0)] if first.height else []
    while typed and not typed[-1]:
        typed.pop()
    return tuple(typed)


def _as_shown(cells: pl.DataFrame) -> pl.DataFrame:
    """Dates, times and truth as a spreadsheet program would save them, as far as can be told."""
    spelled = "|".join((*_SHOWN, _LOGICAL))
    odd = [name for name in cells.columns if cells[name].str.contains(spelled).any()]
    spelling = pl.col(odd)
    for pattern, replacement in _SHOWN.items():
        spelling = spelling.str.replace(pattern, replacement)
    logical = pl.col(odd).str.contains(_LOGICAL)
    spelling = pl.when(logical).then(pl.col(odd).str.to_uppercase()).otherwise(spelling)
    return cells.with_columns(spelling.name.keep()) if odd else cells


def _text(cells: pl.DataFrame) -> bytes:
    return cells.write_csv(include_header=False).encode()


def _uneven(cells: pl.DataFrame, width: int) -> Iterator[bytes]:
    """Records of an error file: only those with cells beyond its header go beyond it."""
    own, beyond = cells[:, :width], cells[:, width:]
    if not beyond.width:
        yield _text(own)
        return
    longer = beyond.select(pl.any_horizontal(pl.all().is_not_null()).arg_true()).to_series()
    begin = 0
    for place in longer:
        yield _text(own[begin:place])
        last = max(at for at, cell in enumerate(cells.row(place)) if cell is not None)
        yield _text(cells[place : place + 1, : last + 1])
        begin = place + 1
    yield _text(own[begin:])
