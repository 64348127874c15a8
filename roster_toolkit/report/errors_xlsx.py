"""users-errors.xlsx: users-errors.csv as a workbook to correct in, with the rows of each problem.

The first sheet says what would happen and what to correct, the second holds the rows of
users-errors.csv, those after it the rows of one problem each; small problems share a sheet. Row,
errors and remedies stand in front and stay there. Every cell is text, so that leading zeros stay;
nothing is a formula, and links lead to rows of the workbook only. Color is never the only mark:
cells at fault are bold or italic as well, with a note that says what is wrong.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

import polars as pl
import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from roster_toolkit.assessment import Assessment
from roster_toolkit.causes import Cause
from roster_toolkit.files import atomic_write
from roster_toolkit.model import (
    ERROR_FILE_COLUMNS,
    ERROR_FILE_SHEET,
    MASKED_MARK,
    NO_NAME,
    Severity,
    Upload,
)
from roster_toolkit.report.cause_view import CauseView, view_of
from roster_toolkit.report.errors_csv import (
    INDEX,
    MASKED_ADVICE,
    about_the_file,
    cells_beyond,
    error_header,
    error_records,
)
from roster_toolkit.report.row_sheet import (
    MOST_COLUMNS,
    MOST_ROWS,
    RowSheet,
    cell_text,
    pieces_of,
    sheet_rows,
)
from roster_toolkit.report.spliced import splice_rows
from roster_toolkit.report.verdict import verdict
from roster_toolkit.report.words import SEVERITY, Words, profile_named
from roster_toolkit.report.xlsx_styles import (
    FRONT,
    HEAD,
    MARKED,
    PROBLEM,
    STYLES,
    height,
    sizes_of,
)
from roster_toolkit.text import counted, number, printable

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

#: Limits on sheets of causes, rows on each, and notes on cells: more make a workbook slow to open.
SHEETS, ROWS_OF_CAUSE, NOTES = 20, 5_000, 5_000
#: A problem with more rows has a sheet of its own.
SMALL = 25
_SUMMARY, SMALL_SHEET = "summary", "small problems"
#: A fixed creation date: the same file gives the same bytes, whenever it is written.
_MADE = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "in_memory": True,
}
_CAUSES = (
    ("no.", 5), ("severity", 10), ("what is wrong", 64), ("code", 8), ("rows", 9),
    ("rows cleared", 13), ("example row", 12), ("how to fix", 74), ("its rows are on", 20),
)  # fmt: skip
_ROW, _ERRORS, _FIX = ERROR_FILE_COLUMNS
_ADDED = len(ERROR_FILE_COLUMNS)
_NOTE = {"x_scale": 2.2, "y_scale": 1.1, "font_size": 9}


def write_errors_xlsx(
    review: Assessment,
    target: str | Path | BinaryIO,
    *,
    rejected: bool = False,
    values: bool = True,
    progress: Callable[[float], None] | None = None,
) -> None:
    """Write the workbook; with `rejected`, those rows only; without `values`, no cell of the file.

    `progress` is called with the share that is written, from 0 to 1: a million rows take a while. A
    path takes its file only when all of it is written. Raises ToolkitError with a sentence where
    that cannot be.
    """
    if isinstance(target, str | Path):
        with atomic_write(Path(target)) as file:
            write_errors_xlsx(review, file, rejected=rejected, values=values, progress=progress)
        return
    _Book(review, rejected=rejected, values=values).write(target, progress or (lambda _: None))


class _Place(NamedTuple):
    """A cell of a sheet, from 0."""

    row: int
    column: int


@dataclass(frozen=True)
class _Rows:
    """Records of users-errors.csv as cells, with what was added in front."""

    header: tuple[str, ...]
    cells: pl.DataFrame
    """Text under names of their own, null where there is no cell."""
    numbers: pl.Series
    """Row of the customer's file, null for the record about the file."""
    styles: pl.DataFrame
    """Format numbers of the cells at fault, under the names of their columns."""


class _Book:
    """One workbook about one review."""

    def __init__(self, review: Assessment, *, rejected: bool, values: bool) -> None:
        self.review = review
        self.rejected = rejected
        self.values = values
        self.words = Words(review.profile, values)
        self.skeleton = io.BytesIO()
        self.book = xlsxwriter.Workbook(self.skeleton, _OPTIONS)
        self.book.set_properties(
            {"title": Path(review.profile.file_name).stem + "-errors", "created": _MADE}
        )
        self.styles = {name: self.book.add_format(dict(s)) for name, s in STYLES.items()}
        # xlsxwriter numbers a format on first use; `row_sheet` writes formats by number.
        self.number = {name: style._get_xf_index() for name, style in self.styles.items()}  # noqa: SLF001
        self.sheets: list[RowSheet] = []

    def write(self, target: BinaryIO, progress: Callable[[float], None]) -> None:
        """Write all sheets."""
        summary = self.book.add_worksheet(_SUMMARY)
        notices: list[str] = []
        places: dict[int, tuple[str, int]] = {}
        if self.values:
            notices = list(self._write_rows())
            places = dict(self._write_causes())
        self._write_summary(summary, notices, places)
        self.book.close()
        total, written = sum(sheet.pieces for sheet in self.sheets), 0

        def count() -> None:
            nonlocal written
            written += 1
            progress(written / total)

        rows = {sheet.part: sheet.rows_beneath for sheet in self.sheets}
        splice_rows(self.skeleton, rows, target, count)

    # --- the data --------------------------------------------------------------------------------

    @cached_property
    def rows(self) -> _Rows:
        """The records of users-errors.csv: one source for both files."""
        review, header = self.review, error_header(self.review)
        # A column of the customer's may be called like an added one: here each goes by its place.
        names = [f"#{place}" for place in range(len(header) + _ADDED)]
        own, added = names[: len(header)], names[len(header) :]
        frames = [pl.DataFrame(schema={INDEX: pl.UInt32} | dict.fromkeys(names, pl.String))]
        if about := about_the_file(review):
            frames.append(pl.DataFrame([about], schema=added, orient="row"))
        for records in error_records(review, rejected=self.rejected):
            records.columns = [INDEX, *names]
            frames.append(records.with_columns(pl.col(added[0]).cast(pl.String)))
        cells = pl.concat(frames, how="diagonal")
        numbers = cells[INDEX] + review.upload.first_row
        cells = cells.select(
            pl.when(pl.col(added) != "").then(pl.col(added)).name.keep(),
            *own,
            *_cells_beyond(cells[INDEX], review.upload, len(names)).iter_columns(),
        )
        named = (*ERROR_FILE_COLUMNS, *map(_named, header))
        return _Rows(named, cells, numbers, _styled(cells, numbers, self.marks))

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
            keys.index(name): at + _ADDED
            for at, name in enumerate(upload.cells.columns)
            if name in keys
        }
        rules = self.review.rules.values()
        style = {r.number: self.number[MARKED[r.severity]] for r in rules if r.severity in MARKED}
        return (
            self.review.found.findings.with_columns(
                position=pl.col("column")
                .replace_strict(places, default=None, return_dtype=pl.Int32)
                .fill_null(ERROR_FILE_COLUMNS.index(_ERRORS)),
                style=pl.col("code").replace_strict(style, default=None, return_dtype=pl.UInt32),
            )
            .filter(pl.col("row").is_not_null(), pl.col("style").is_not_null())
            .sort("row", "position", "style", maintain_order=True)
        )

    @cached_property
    def row_places(self) -> Mapping[int, int]:
        """Row of the customer's file → row of the sheet with the rows, from 1; without it empty.

        Rows without a finding are not in it: no note stands on them, and no link leads to them.
        """
        if not self.holds_rows:
            return {}
        rows = pl.DataFrame({"row": self.rows.numbers}).with_row_index("place", offset=2)
        with_findings = rows.join(self.review.found.findings.select("row"), on="row", how="semi")
        return dict(with_findings.select("row", "place").iter_rows())

    @property
    def csv_name(self) -> str:
        """The other error file."""
        return self.review.called("errors.csv")

    @property
    def holds_rows(self) -> bool:
        """Whether a sheet holds all rows."""
        return self.rows.cells.height + 1 <= MOST_ROWS and self.rows.cells.width <= MOST_COLUMNS

    # --- the sheet with the rows -----------------------------------------------------------------

    def _write_rows(self) -> Iterator[str]:
        """Write the sheet with the rows; yields the notices about it for the summary."""
        rows = self.rows
        if not self.holds_rows:
            yield (
                f"The rows are not in this workbook: there are {number(rows.cells.height)} in "
                f"{counted(rows.cells.width, 'column')}, and a sheet holds {number(MOST_ROWS)} in "
                f"{number(MOST_COLUMNS)}. They are all in {self.csv_name}."
            )
            return
        if self.review.is_masked:
            yield f"{MASKED_MARK} {MASKED_ADVICE}"
        else:
            yield (
                f"Correct the cells on the sheet “{ERROR_FILE_SHEET}” and check this workbook "
                "again: what was added to your rows is left out. The portal itself takes CSV only."
            )
        yield "Bold on red: an error, row rejected. Italic on yellow: a warning, row accepted."
        sheet = self._row_sheet(ERROR_FILE_SHEET, rows, FRONT)
        yield self._write_notes(sheet)

    def _write_notes(self, sheet: RowSheet) -> str:
        """Write notes on the first cells at fault; returns the notice about them."""
        of_cell = self.marks.filter(pl.col("position") >= _ADDED)
        cells = of_cell.select("row", "position").unique(maintain_order=True)
        chosen = of_cell.join(cells.head(NOTES), on=["row", "position"], maintain_order="left")
        notes_of_findings = self.words.with_messages(chosen, self.review).with_columns(
            note=pl.concat_str("severity", pl.lit(": "), "message", pl.lit("\n"), "how_to_fix")
        )
        notes: dict[_Place, list[str]] = {}
        for row, column, note in notes_of_findings.select("row", "position", "note").iter_rows():
            if row in self.row_places:
                notes.setdefault(_Place(self.row_places[row] - 1, column), []).append(note)
        for place, lines in notes.items():
            sheet.write_comment(*place, cell_text("\n".join(lines)), _NOTE)
        if cells.height <= NOTES:
            return "A note on each of these cells says what is wrong and what to do."
        return (
            f"A note on each of the first {number(NOTES)} of these {number(cells.height)} cells "
            f"says what is wrong; the columns “{_ERRORS}” and “{_FIX}” say it for every row."
        )

    # --- the sheets of the causes ----------------------------------------------------------------

    def _write_causes(self) -> Iterator[tuple[int, tuple[str, int]]]:
        """Write the rows of the causes; yields number, and name of the sheet with the row on it."""
        with_rows = [cause for cause in self.review.causes if cause.rows]
        small = [cause for cause in with_rows if cause.rows <= SMALL]
        if len(small) == 1:
            small = []
        large = [cause for cause in with_rows if cause not in small]
        for cause in large[:SHEETS]:
            part, cut = self._rows_of(cause)
            if part.cells.height:
                name = f"{cause.number} {cause.code}"
                self._row_sheet(name, part, FRONT, self._above(cause, part.cells.height, cut=cut))
                yield cause.number, (name, 1)
        parts = {cause: part for cause in small if (part := self._rows_of(cause)[0]).cells.height}
        yield from self._write_small(parts)

    def _rows_of(self, cause: Cause) -> tuple[_Rows, bool]:
        """The first rows of a cause, marked for it alone; whether there are more."""
        rows, marks = self.rows, self.marks.filter(pl.col("cause") == cause.number)
        affected = rows.numbers.is_in(marks["row"].unique().implode())
        indices = affected.arg_true().head(ROWS_OF_CAUSE)
        cells, numbers = rows.cells[indices], rows.numbers[indices]
        part = _Rows(rows.header, cells, numbers, _styled(cells, numbers, marks))
        return part, bool(affected.sum() > indices.len())

    def _above(self, cause: Cause, shown: int, *, cut: bool) -> Iterator[str]:
        """What stands above the rows of a cause: title, remedy, what is left out."""
        view = self.views[cause.number]
        yield f"{view.title}."
        yield view.how_to_fix
        if cut:
            yield (
                f"The first {number(shown)} of {counted(cause.rows, 'row')}; all of them "
                f"are on the sheet “{ERROR_FILE_SHEET}” or in {self.csv_name}."
            )

    def _write_small(self, parts: Mapping[Cause, _Rows]) -> Iterator[tuple[int, tuple[str, int]]]:
        """Write the sheet of the small causes: rows beneath each other, the cause in front."""
        if not parts:
            return
        which = [
            pl.repeat(f"{cause.number} {cause.code}", part.cells.height, eager=True).alias("which")
            for cause, part in parts.items()
        ]
        together = _Rows(
            ("problem", *self.rows.header),
            pl.concat([part.cells for part in parts.values()]).insert_column(0, pl.concat(which)),
            pl.concat([part.numbers for part in parts.values()]),
            pl.concat([part.styles for part in parts.values()], how="diagonal"),
        )
        above = ("Problems with few rows", f"What each is stands on the sheet “{_SUMMARY}”.")
        self._row_sheet(SMALL_SHEET, together, (PROBLEM, *FRONT), above)
        at = len(above) + 2
        for cause, part in parts.items():
            yield cause.number, (SMALL_SHEET, at)
            at += part.cells.height

    # --- any sheet with rows ---------------------------------------------------------------------

    def _row_sheet(
        self, name: str, rows: _Rows, front: Sequence[int], above: Iterable[str] = ()
    ) -> RowSheet:
        """Add a sheet with rows under a header, and lines `above` it; what is in front stays."""
        sheet: RowSheet = self.book.add_worksheet(name, RowSheet)
        at = self._write_above(sheet, list(above), front)
        sizes = sizes_of(rows.header, rows.cells, front)
        sheet.set_row(at, sizes.head)
        for place, title in enumerate(rows.header):
            sheet.write_string(at, place, cell_text(title), self.styles["head"])
        for place, width in enumerate(sizes.widths):
            sheet.set_column(place, place, width, self.styles["text"])
        sheet.autofilter(at, 0, at + max(rows.cells.height, 1), len(rows.header) - 1)
        sheet.freeze_panes(at + 1, len(front))
        sheet.repeat_rows(at)
        _as_text(sheet)
        usual = [
            self.number["wrapped" if place in sizes.wrapping else "text"]
            for place in range(len(sizes.widths))
        ]
        if name != ERROR_FILE_SHEET:
            column = len(front) - _ADDED
            usual[column] = self.number["link"]
            sheet.links = list(self._links(rows.numbers, at + 1, column))
        styles = self._wrapped(rows, sizes.wrapping)
        sheet.rows_beneath = sheet_rows(rows.cells, styles, usual, at + 2, sizes.wrapping)
        sheet.pieces = pieces_of(rows.cells.height)
        self.sheets.append(sheet)
        return sheet

    def _write_above(self, sheet: RowSheet, lines: Sequence[str], front: Sequence[int]) -> int:
        """Write a title and lines over the columns in front; returns how many there are."""
        for place, line in enumerate(lines):
            style = self.styles["wrapped" if place else "title"]
            sheet.merge_range(place, 0, place, len(front) - 1, cell_text(line), style)
            sheet.set_row(place, height(line, sum(front), title=not place))
        return len(lines)

    def _links(self, numbers: pl.Series, first: int, column: int) -> Iterator[tuple[str, str]]:
        """Cells with a row number, and the cell of the sheet with the rows to which each leads."""
        for at, row in enumerate(numbers, start=first):
            if row in self.row_places:
                place = f"'{ERROR_FILE_SHEET}'!A{self.row_places[row]}"
                yield xl_rowcol_to_cell(at, column), place

    def _wrapped(self, rows: _Rows, wrapped: Mapping[int, int]) -> pl.DataFrame:
        """The formats of cells at fault, those of columns that wrap wrapped."""
        marks = set(MARKED.values())
        replaced = {self.number[name]: self.number[f"{name} wrapped"] for name in marks}
        names = [rows.cells.columns[place] for place in wrapped]
        both = [name for name in names if name in rows.styles.columns]
        return rows.styles.with_columns(pl.col(both).replace(replaced))

    # --- the first sheet -------------------------------------------------------------------------

    def _write_summary(
        self,
        sheet: Worksheet,
        notices: Iterable[str],
        places: Mapping[int, tuple[str, int]],
    ) -> None:
        upload = self.review.upload
        used = profile_named(self.review.profile)
        lines = [
            verdict(self.review),
            f"{printable(upload.name)}: {counted(upload.records, 'row')}; profile {used}.",
            *notices,
            "" if self.review.causes else "There is nothing to fix.",
        ]
        self._write_above(sheet, lines, [width for _, width in _CAUSES])
        top = len(lines)
        sheet.set_row(top, HEAD)
        for place, (title, width) in enumerate(_CAUSES):
            sheet.write_string(top, place, title, self.styles["head"])
            sheet.set_column(place, place, width)
        for at, cause in enumerate(self.review.causes, start=top + 1):
            self._write_line(sheet, at, cause, places.get(cause.number))
        sheet.autofilter(top, 0, top + max(len(self.review.causes), 1), len(_CAUSES) - 1)
        sheet.freeze_panes(top + 1, 0)
        sheet.repeat_rows(top)
        _as_text(sheet)

    def _write_line(
        self, sheet: Worksheet, at: int, cause: Cause, place: tuple[str, int] | None
    ) -> None:
        """Write a cause into the list of causes."""
        view = self.views[cause.number]
        style = self.styles.get(MARKED.get(cause.severity, ""), self.styles["text"])
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
            self._write_example(sheet, at, cause.example_row)
        sheet.write_string(at, 7, cell_text(view.how_to_fix), wrapped)
        if place is not None:
            name, row = place
            sheet.write_url(at, 8, f"internal:'{name}'!A{row}", self.styles["link"], name)
        size = dict(_CAUSES)
        sheet.set_row(
            at,
            max(
                height(view.title, size["what is wrong"]),
                height(view.how_to_fix, size["how to fix"]),
            ),
        )

    def _write_example(self, sheet: Worksheet, at: int, row: int) -> None:
        """Write the number of a row to look at; it leads there where the workbook has it."""
        style = self.styles["count"]
        if self.values and row in self.row_places:
            style = self.styles["count link"]
            sheet.write_url(at, 6, f"internal:'{ERROR_FILE_SHEET}'!A{self.row_places[row]}", style)
        sheet.write_number(at, 6, row, style)


def _as_text(sheet: Worksheet) -> None:
    """Suppress warnings about numbers stored as text, and set up printing."""
    sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{MOST_ROWS}"})
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def _cells_beyond(indices: pl.Series, upload: Upload, width: int) -> pl.DataFrame:
    """The cells beyond the header of records of the upload, null where a record has none.

    The columns go by their place, which begins at `width`. A blank cell stays: it is an error.
    """
    beyond = cells_beyond(upload)
    places = range(max(map(len, beyond.values()), default=0))
    columns = {
        f"#{width + place}": [
            cells[place] if place < len(cells) else None for cells in beyond.values()
        ]
        for place in places
    }
    schema = {INDEX: pl.UInt32} | dict.fromkeys(columns, pl.String)
    cells = pl.DataFrame({INDEX: list(beyond), **columns}, schema=schema)
    together = indices.to_frame().join(cells, on=INDEX, how="left", maintain_order="left")
    return together.drop(INDEX)


def _named(header: str) -> str:
    """A header, with words in place of a blank one, which a sheet would not have at its end."""
    return {"": NO_NAME, NO_NAME: f"'{NO_NAME}"}.get(header, header)


def _styled(cells: pl.DataFrame, numbers: pl.Series, marks: pl.DataFrame) -> pl.DataFrame:
    """For each column with marks, the format number of each cell; the worst finding wins."""
    rows = pl.DataFrame({"row": numbers})
    columns = {}
    for (position,), part in marks.partition_by("position", as_dict=True).items():
        style = part.select("row", "style").unique("row", keep="first", maintain_order=True)
        formats = rows.join(style, on="row", how="left", maintain_order="left")["style"]
        columns[cells.columns[position]] = formats
    return pl.DataFrame(columns)
