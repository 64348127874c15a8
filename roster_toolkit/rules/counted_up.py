"""RT115: a value that a spreadsheet counted up when its cell was dragged down.

The function gets the upload and the profile and returns a frame of hits.
"""

from __future__ import annotations

import polars as pl

from roster_toolkit.model import Column, Entity, Evidence, Profile, Scope, Severity, Upload
from roster_toolkit.rules.judgement import hits, hits_on
from roster_toolkit.rules.registry import rule
from roster_toolkit.rules.sound_file import HEADER

#: Rows that go up by one at least, and their share of all rows.
_FEWEST, _NEARLY_ALL = 9, 0.8
#: Rows in the middle that are looked at before all are.
_LOOKED_AT = 64
_DIGITS_AT_END = "[0-9]{1,15}$"


def _students(first: int, step: int) -> bytes:
    """A file of twelve students, each at the school whose ID is a step after the one before."""
    rows = (
        b",%d,S%d,Student,Ana,Lee,s%d@school.org,3,,,,\n" % (first + step * n, n, n)
        for n in range(12)
    )
    return HEADER + b"".join(rows)


@rule(
    "RT115", "counted-up",
    scope=Scope.FILE, severity=Severity.WARNING, evidence=Evidence.ASSUMED,
    title="Values go up by one from row to row",
    many="{rows} in which {column} goes up by one from the row above",
    message="{column} goes up by one from the row above.",
    how_to_fix="Excel counts up when a cell is dragged down: copy the right {column} and paste it "
    "into the rows instead.",
    category="file",
    also_said=("fill handle made a series", "number increases in every row",
               "dragged down in Excel"),
    bad=_students(410, 1),
    good=_students(410, 0),
)  # fmt: skip
def counted_up(upload: Upload, profile: Profile) -> pl.DataFrame:
    """410 dragged down becomes 411, 412, 413, and each student has a school of their own.

    IDs of people do go up so. Of schools and classes nearly every row would name another one, each
    with a single student; of a closed list, grades for instance, some values are not allowed. Where
    rows were added below, the last ones alone are so, and no other row has their schools.
    """
    if upload.records <= _FEWEST:
        return hits()
    present = [column for key, column in profile.columns.items() if key in upload.cells.columns]
    dragged = [column for column in present if _may_be_dragged(column, profile)]
    return pl.concat([hits(), *(_hits_in(column, upload, profile) for column in dragged)])


def _hits_in(column: Column, upload: Upload, profile: Profile) -> pl.DataFrame:
    cells = upload.cells[column.key]
    rows = _counted_up(cells, column, upload, profile)
    return hits_on(rows, cells.gather(rows).str.strip_chars(), column=column.key)


def _may_be_dragged(column: Column, profile: Profile) -> bool:
    """Whether several rows have the same value of a column, which may end in a number."""
    vocabulary = profile.vocabulary_of(column)
    if vocabulary is not None:
        return any(value.isdecimal() for value in vocabulary.accepts)
    return column.identifies in (Entity.SCHOOL, Entity.CLASS)


def _counted_up(cells: pl.Series, column: Column, upload: Upload, profile: Profile) -> pl.Series:
    """Indices of the rows that have one more than the row above, where nearly all have."""
    none = pl.Series("index", dtype=pl.UInt32)
    rows = _throughout(cells)
    if rows is None:
        rows = _at_end(cells, column)
    if rows is None:
        return none
    vocabulary = profile.vocabulary_of(column)
    if vocabulary is not None:
        beyond = ~cells.gather(rows).str.strip_chars().is_in(vocabulary.accepts)
        return rows if beyond.any() else none
    if "userRole" not in upload.cells.columns:
        return none
    roles = upload.cells["userRole"].gather(rows).str.strip_chars().str.to_lowercase()
    students = [role.lower() for role in profile.values_meaning("userRole", "student")]
    return rows if roles.is_in(students).sum() >= _NEARLY_ALL * rows.len() else none


def _throughout(cells: pl.Series) -> pl.Series | None:
    """Rows that go up by one, where nearly all do; the middle is looked at before all are."""
    middle = _one_more(cells.slice(max(cells.len() - _LOOKED_AT, 0) // 2, _LOOKED_AT))
    if middle.sum() < max(_FEWEST, _NEARLY_ALL * (middle.len() - 1)):
        return None
    rows = _one_more(cells).arg_true()
    return rows if rows.len() >= max(_FEWEST, _NEARLY_ALL * (cells.len() - 1)) else None


def _at_end(cells: pl.Series, column: Column) -> pl.Series | None:
    """The last rows, where they go up by one from a value that rows above have.

    Rows were added below, and a cell was dragged down to the last of them. Classes of a single
    student may be numbered so, schools are not.
    """
    is_class, last = column.identifies == Entity.CLASS, _one_more(cells.tail(_FEWEST + 1))
    if is_class or last.sum() < _FEWEST:
        return None
    steps = ~_one_more(cells)
    first = int(steps.arg_true()[-1])  # the cell that was dragged
    rows = pl.int_range(first + 1, cells.len(), dtype=pl.UInt32, eager=True)
    if column.identifies is None:
        return rows
    trimmed = cells.str.strip_chars()
    shared = (trimmed.head(first) == trimmed[first]).any()
    alone = trimmed.is_in(trimmed.gather(rows).implode()).sum() == rows.len()
    return rows if rows.len() >= _FEWEST and shared and alone else None


def _one_more(cells: pl.Series) -> pl.Series:
    """Where a cell has the number of the one above and one more, behind the same letters."""
    cell = pl.col("cell")
    number = cell.str.extract(f"({_DIGITS_AT_END})").cast(pl.Int64)
    stem = cell.str.replace(_DIGITS_AT_END, "")
    one_more = (number - number.shift(1) == 1) & (stem == stem.shift(1))
    trimmed = cells.str.strip_chars().alias("cell").to_frame()
    return trimmed.select(one_more.fill_null(value=False)).to_series()
