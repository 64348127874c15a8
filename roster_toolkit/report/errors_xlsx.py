"""users-errors.xlsx: users-errors.csv as a workbook to correct in, with a sheet per cause.

The first sheet says what would happen and what to correct, the second holds the rows of
users-errors.csv, those after it the rows of one cause each. Every cell is text, so that leading
zeros stay; nothing is a formula or a link. Color is never the only mark: cells at fault are bold
or italic as well, with a note that says what is wrong.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

import polars as pl
import xlsxwriter

from roster_toolkit.assessment import Assessment
from roster_toolkit.causes import Cause
from roster_toolkit.files import atomic_write
from roster_toolkit.model import ERROR_FILE_COLUMNS, ERROR_FILE_SHEET, Severity
from roster_toolkit.report.cause_view import CauseView, view_of
from roster_toolkit.report.errors_csv import errors_csv
from roster_toolkit.report.row_sheet import (
    LINE,
    MOST_COLUMNS,
    MOST_ROWS,
    RowSheet,
    cell_text,
    sheet_rows,
)
from roster_toolkit.report.verdict import verdict
from roster_toolkit.report.words import SEVERITY, Words, profile_named
from roster_toolkit.text import counted, number, printable

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

#: Limits on sheets of causes, rows on each, and notes on cells: more make a workbook slow to open.
SHEETS, ROWS_OF_CAUSE, NOTES = 20, 5_000, 5_000
_SUMMARY = "summary"
#: A fixed creation date: the same file gives the same bytes, whenever it is written.
_MADE = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "use_zip64": True,
}
_TEXT = {"num_format": "@", "valign": "top"}
_ERROR = {"bold": True, "font_color": "#7A0010", "bg_color": "#FFD6D9"}
_WARNING = {"italic": True, "font_color": "#5C4300", "bg_color": "#FFF0C2"}
_STYLES: Mapping[str, Mapping[str, Any]] = {
    "text": _TEXT,
    "wrapped": {**_TEXT, "text_wrap": True},
    "error": {**_TEXT, **_ERROR},
    "warning": {**_TEXT, **_WARNING},
    "error wrapped": {**_TEXT, **_ERROR, "text_wrap": True},
    "warning wrapped": {**_TEXT, **_WARNING, "text_wrap": True},
    "head": {**_TEXT, "bold": True, "font_color": "#FFFFFF", "bg_color": "#1F3A5F", "border": 1},
    "title": {**_TEXT, "bold": True, "font_size": 14},
    "count": {"valign": "top", "align": "right", "indent": 1, "num_format": "#,##0"},
}
_MARKED = {Severity.BLOCKER: "error", Severity.ERROR: "error", Severity.WARNING: "warning"}
_CAUSES = (
    ("no.", 5), ("severity", 10), ("what is wrong", 70), ("rule", 8), ("rows", 9),
    ("rows cleared", 13), ("example row", 12), ("what to do", 84), ("its rows are on", 20),
)  # fmt: skip
_NARROWEST, _WIDEST, _OF_TEXT = 8, 44, 75
_SAMPLED_ROWS = 2_000
#: Letters of a sentence per digit of a column's width.
_NARROW_LETTERS = 1.1
#: Height in points of a row with a title, and of one with headers.
_TITLE, _HEAD = 24, 18
_ROW, _ERRORS, _FIX = ERROR_FILE_COLUMNS
_NOTE = {"x_scale": 2.2, "y_scale": 1.1, "font_size": 9}


def write_errors_xlsx(
    review: Assessment,
    target: str | Path | BinaryIO,
    *,
    rejected: bool = False,
    values: bool = True,
) -> None:
    """Write the workbook; with `rejected`, those rows only; without `values`, no cell of the file.

    A path takes its file only when all of it is written. Raises ToolkitError with a sentence where
    that cannot be.
    """
    if isinstance(target, str | Path):
        with atomic_write(Path(target)) as file:
            write_errors_xlsx(review, file, rejected=rejected, values=values)
        return
    # xlsxwriter hides the reason of a failed write, so it writes to memory.
    buffer = io.BytesIO()
    _Book(review, buffer, rejected=rejected, values=values).write()
    target.write(buffer.getbuffer())


class _Place(NamedTuple):
    """A cell of a sheet, from 0."""

    row: int
    column: int


@dataclass(frozen=True)
class _Rows:
    """The records of users-errors.csv as cells."""

    header: tuple[str, ...]
    cells: pl.DataFrame
    """Text under `#` and the position, null where there is no cell."""
    numbers: pl.Series
    """Row of the customer's file, null for the record about the file."""
    wrapped: tuple[int, int]
    """Positions of the columns with errors and what to do."""

    @property
    def added(self) -> int:
        """Position of the first column that is not the customer's."""
        return len(self.header) - len(ERROR_FILE_COLUMNS)


class _Book:
    """One workbook about one review."""

    def __init__(
        self, review: Assessment, target: BinaryIO, *, rejected: bool, values: bool
    ) -> None:
        self.review = review
        self.rejected = rejected
        self.values = values
        self.words = Words(review.profile, values)
        self.book = xlsxwriter.Workbook(target, _OPTIONS)
        self.book.set_properties({"title": "users-errors", "created": _MADE})
        self.styles = {name: self.book.add_format(dict(s)) for name, s in _STYLES.items()}
        # xlsxwriter numbers a format on first use; `row_sheet` writes formats by number.
        self.number = {name: style._get_xf_index() for name, style in self.styles.items()}  # noqa: SLF001

    def write(self) -> None:
        """Write all sheets."""
        summary = self.book.add_worksheet(_SUMMARY)
        notices: list[str] = []
        places: dict[int, str] = {}
        if self.values:
            notices = list(self._write_rows())
            places = dict(self._write_causes())
        self._write_summary(summary, notices, places)
        self.book.close()

    # --- the data --------------------------------------------------------------------------------

    @cached_property
    def rows(self) -> _Rows:
        """The records of users-errors.csv: one source for both files."""
        pieces = errors_csv(self.review, rejected=self.rejected)
        text = next(pieces).decode("utf-8-sig")
        header = tuple(next(csv.reader(io.StringIO(text, newline=""))))
        upload = self.review.upload
        beyond = {upload.row(index): len(rest) for index, rest in upload.surplus.items()}
        names = [f"#{place}" for place in range(len(header) + max(beyond.values(), default=0))]
        cells = _read_back(pieces, names)
        numbers = cells[f"#{len(header) - 3}"].cast(pl.UInt32, strict=False)
        cells = _without_blank(cells, names[: len(header)])
        if beyond:
            cells = _without_missing_cells(cells, names[len(header) :], numbers, beyond)
        return _Rows(header, cells, numbers, wrapped=(len(header) - 2, len(header) - 1))

    @cached_property
    def views(self) -> Mapping[int, CauseView]:
        """Number of each cause → the cause in words."""
        causes = self.review.causes
        return {cause.number: view_of(cause, self.review, self.words) for cause in causes}

    @cached_property
    def marks(self) -> pl.DataFrame:
        """Errors and warnings on rows, with `position` (column of the sheet) and `style` (format).

        A finding about no column of the file marks the column with the errors.
        """
        upload, keys = self.review.upload, list(self.review.profile.columns)
        places = {
            keys.index(name): at for at, name in enumerate(upload.cells.columns) if name in keys
        }
        rules = self.review.rules.values()
        style = {r.number: self.number[_MARKED[r.severity]] for r in rules if r.severity in _MARKED}
        wrapped = {self.number[name]: self.number[f"{name} wrapped"] for name in _MARKED.values()}
        of_row = pl.col("position").is_null()
        return (
            self.review.found.findings.with_columns(
                position=pl.col("column").replace_strict(
                    places, default=None, return_dtype=pl.Int32
                ),
                style=pl.col("code").replace_strict(style, default=None, return_dtype=pl.UInt32),
            )
            .with_columns(
                pl.col("position").fill_null(self.rows.added + 1),
                pl.when(of_row).then(pl.col("style").replace(wrapped)).otherwise("style"),
            )
            .filter(pl.col("row").is_not_null(), pl.col("style").is_not_null())
            .sort("row", "position", "style", maintain_order=True)
        )

    # --- the sheet with the rows -----------------------------------------------------------------

    def _write_rows(self) -> Iterator[str]:
        """Write the sheet with the rows; yields the notices about it for the summary."""
        rows = self.rows
        height, width = rows.cells.height + 1, rows.cells.width
        if height > MOST_ROWS or width > MOST_COLUMNS:
            yield (
                f"The rows are not in this workbook: there are {number(rows.cells.height)} in "
                f"{counted(width, 'column')}, and a sheet holds {number(MOST_ROWS)} in "
                f"{number(MOST_COLUMNS)}. They are all in users-errors.csv."
            )
            return
        yield (
            f"Correct the cells on the sheet “{ERROR_FILE_SHEET}” and check this workbook again: "
            f"what was added to your rows is left out. The portal itself takes CSV only."
        )
        yield "Bold on red: an error, row rejected. Italic on yellow: a warning, row accepted."
        sheet = self._row_sheet(ERROR_FILE_SHEET, rows, self.marks)
        sheet.freeze_panes(1, 0)
        yield self._write_notes(sheet)

    def _write_notes(self, sheet: RowSheet) -> str:
        """Write notes on the first cells at fault; returns the notice about them."""
        of_cell = self.marks.filter(pl.col("position") < self.rows.added)
        cells = of_cell.select("row", "position").unique(maintain_order=True)
        chosen = of_cell.join(cells.head(NOTES), on=["row", "position"], maintain_order="left")
        notes_of_findings = self.words.with_messages(chosen, self.review).with_columns(
            note=pl.concat_str("severity", pl.lit(": "), "message", pl.lit("\n"), "how_to_fix")
        )
        sheet_rows_by_number = {row: place for place, row in enumerate(self.rows.numbers, start=1)}
        notes: dict[_Place, list[str]] = {}
        for row, column, note in notes_of_findings.select("row", "position", "note").iter_rows():
            if row in sheet_rows_by_number:
                notes.setdefault(_Place(sheet_rows_by_number[row], column), []).append(note)
        for place, lines in notes.items():
            sheet.write_comment(*place, cell_text("\n".join(lines)), _NOTE)
        if cells.height <= NOTES:
            return "A note on each of these cells says what is wrong and what to do."
        return (
            f"A note on each of the first {number(NOTES)} of these {number(cells.height)} cells "
            f"says what is wrong; the columns “{_ERRORS}” and “{_FIX}” say it for every row."
        )

    # --- the sheets of the causes ----------------------------------------------------------------

    def _write_causes(self) -> Iterator[tuple[int, str]]:
        """Write a sheet for each of the first causes with rows; yields number and sheet name."""
        with_rows = [cause for cause in self.review.causes if cause.rows]
        for cause in with_rows[:SHEETS]:
            findings = self.marks.filter(pl.col("cause") == cause.number)
            affected = pl.Series(self.rows.numbers).is_in(findings["row"].unique().implode())
            indices = affected.arg_true().head(ROWS_OF_CAUSE)
            if not indices.is_empty():
                name = f"{cause.number} {cause.code}"
                self._write_cause(
                    cause, name, indices, findings, cut=affected.sum() > indices.len()
                )
                yield cause.number, name

    def _write_cause(
        self, cause: Cause, name: str, indices: pl.Series, findings: pl.DataFrame, *, cut: bool
    ) -> None:
        """Write the sheet of a cause: title, remedy, rows as number, errors, cells."""
        rows = self.rows
        added = [f"#{rows.added + place}" for place in range(len(ERROR_FILE_COLUMNS))]
        own = [f"#{place}" for place in range(rows.added)]
        header = (*ERROR_FILE_COLUMNS, *rows.header[: rows.added])
        cells = rows.cells.select(*added, *own)[indices]
        part = _Rows(header, cells, rows.numbers[indices], wrapped=(1, 2))
        moved = pl.col("position") + len(added)
        of_row = moved >= len(header)
        marks = findings.with_columns(position=pl.when(of_row).then(1).otherwise(moved))
        view = self.views[cause.number]
        lines = [f"{view.title}.", view.how_to_fix]
        if cut:
            lines.append(
                f"The first {number(indices.len())} of {counted(cause.rows, 'row')}; all of them "
                f"are on the sheet “{ERROR_FILE_SHEET}” or in users-errors.csv."
            )
        sheet = self._row_sheet(name, part, marks, lines)
        sheet.freeze_panes(len(lines) + 1, 1)

    # --- any sheet with rows ---------------------------------------------------------------------

    def _row_sheet(
        self, name: str, rows: _Rows, marks: pl.DataFrame, above: Sequence[str] = ()
    ) -> RowSheet:
        """Add a sheet with rows under a header, and lines `above` it."""
        sheet: RowSheet = self.book.add_worksheet(name, RowSheet)
        for place, line in enumerate(above):
            sheet.write_string(place, 0, cell_text(line), self.styles["text" if place else "title"])
            sheet.set_row(place, LINE if place else _TITLE)
        at = len(above)
        sheet.set_row(at, _HEAD)
        for place, title in enumerate(rows.header):
            sheet.write_string(at, place, cell_text(title), self.styles["head"])
        usual = [self.number["text"]] * rows.cells.width
        for place in rows.wrapped:
            usual[place] = self.number["wrapped"]
        for place, width in enumerate(_widths(rows)):
            sheet.set_column(place, place, width, self.styles["text"])
        sheet.autofilter(at, 0, at + max(rows.cells.height, 1), len(rows.header) - 1)
        sheet.repeat_rows(at)
        _as_text(sheet)
        styles, high = _styled(rows, marks), dict.fromkeys(rows.wrapped, _OF_TEXT)
        sheet.rows_beneath = sheet_rows(rows.cells, styles, usual, at + 2, high)
        return sheet

    # --- the first sheet -------------------------------------------------------------------------

    def _write_summary(
        self,
        sheet: Worksheet,
        notices: Iterable[str],
        places: Mapping[int, str],
    ) -> None:
        upload = self.review.upload
        used = profile_named(self.review.profile)
        lines = [
            verdict(self.review),
            f"{printable(upload.name)}: {counted(upload.records, 'row')}; profile {used}.",
            *notices,
            "" if self.review.causes else "There is nothing to correct.",
        ]
        for at, line in enumerate(lines):
            sheet.write_string(at, 0, cell_text(line), self.styles["text" if at else "title"])
            sheet.set_row(at, LINE if at else _TITLE)
        top = len(lines)
        sheet.set_row(top, _HEAD)
        for place, (title, width) in enumerate(_CAUSES):
            sheet.write_string(top, place, title, self.styles["head"])
            sheet.set_column(place, place, width)
        for at, cause in enumerate(self.review.causes, start=top + 1):
            self._write_line(sheet, at, cause, places.get(cause.number, ""))
        sheet.autofilter(top, 0, top + max(len(self.review.causes), 1), len(_CAUSES) - 1)
        sheet.freeze_panes(top + 1, 0)
        _as_text(sheet)

    def _write_line(self, sheet: Worksheet, at: int, cause: Cause, place: str) -> None:
        """Write a cause into the list of causes."""
        view = self.views[cause.number]
        style = self.styles.get(_MARKED.get(cause.severity, ""), self.styles["text"])
        text, wrapped, count = (self.styles[name] for name in ("text", "wrapped", "count"))
        sheet.write_number(at, 0, cause.number, count)
        sheet.write_string(at, 1, SEVERITY[cause.severity].lower(), style)
        sheet.write_string(at, 2, cell_text(view.title), wrapped)
        sheet.write_string(at, 3, cause.code, text)
        if cause.severity is Severity.BLOCKER:
            sheet.write_string(at, 4, "all", text)
        elif cause.rows:
            sheet.write_number(at, 4, cause.rows, count)
            if cause.severity.rejects:
                sheet.write_number(at, 5, cause.clears, count)
        if cause.example_row is not None:
            sheet.write_number(at, 6, cause.example_row, count)
        sheet.write_string(at, 7, cell_text(view.how_to_fix), wrapped)
        sheet.write_string(at, 8, place, text)
        widths = dict(_CAUSES)
        line_counts = (
            len(view.title) / widths["what is wrong"],
            len(view.how_to_fix) / widths["what to do"],
        )
        lines = int(max(line_counts) / _NARROW_LETTERS)
        sheet.set_row(at, LINE * (lines + 1))


def _as_text(sheet: Worksheet) -> None:
    """Suppress warnings about numbers stored as text, and set up printing."""
    sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{MOST_ROWS}"})
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def _read_back(pieces: Iterator[bytes], names: Sequence[str]) -> pl.DataFrame:
    """Parse the records of users-errors.csv."""
    schema = dict.fromkeys(names, pl.String)
    # The dummy first record is dropped: Polars takes certain first bytes for compressed data, and
    # strips a byte order mark from the first record.
    frames = [
        pl.read_csv(
            b"first\n" + piece,
            has_header=False,
            schema=schema,
            missing_columns="insert",
            empty_string_is_null=False,
        ).slice(1)
        for piece in pieces
        if piece
    ]
    return pl.concat(frames) if frames else pl.DataFrame(schema=schema)


def _without_blank(cells: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    """Replace blank cells by null."""
    some = [name for name in names if (cells[name] == "").any()]
    return cells.with_columns(pl.when(pl.col(some) != "").then(pl.col(some)).name.keep())


def _without_missing_cells(
    cells: pl.DataFrame, names: Sequence[str], numbers: pl.Series, beyond: Mapping[int, int]
) -> pl.DataFrame:
    """Put null where a record has no cell; keep blank cells beyond the header, which are errors."""
    cells_beyond = numbers.replace_strict(list(beyond), list(beyond.values()), default=0)
    return cells.with_columns(
        pl.when(cells_beyond > place).then(pl.col(name)).alias(name)
        for place, name in enumerate(names)
    )


def _styled(rows: _Rows, marks: pl.DataFrame) -> pl.DataFrame:
    """For each column with marks, the format number of each cell; the worst finding wins."""
    numbers = pl.DataFrame({"row": rows.numbers})
    columns = {}
    for (position,), part in marks.partition_by("position", as_dict=True).items():
        style = part.select("row", "style").unique("row", keep="first", maintain_order=True)
        formats = numbers.join(style, on="row", how="left", maintain_order="left")["style"]
        columns[rows.cells.columns[position]] = formats
    return pl.DataFrame(columns)


def _widths(rows: _Rows) -> Iterator[int]:
    """Width of each column in characters, from a quantile of its first cells."""
    sample = rows.cells.head(_SAMPLED_ROWS)
    for place, name in enumerate(rows.cells.columns):
        if place in rows.wrapped:
            yield _OF_TEXT
            continue
        title = rows.header[place] if place < len(rows.header) else ""
        longest = sample[name].str.len_chars().quantile(0.98, "higher") or 0
        # The header cell also contains the filter button.
        yield min(max(int(longest) + 2, len(title) + 4, _NARROWEST), _WIDEST)
