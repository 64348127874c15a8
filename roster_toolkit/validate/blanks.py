"""A word for nothing in a cell that some rows must fill and others leave blank."""

from __future__ import annotations

from functools import reduce

import polars as pl

from roster_toolkit.cleaning import clean
from roster_toolkit.model import Column, Entity, Need
from roster_toolkit.records import ROLE
from roster_toolkit.rules.cell import placeholder_value
from roster_toolkit.rules.registry import rule_of
from roster_toolkit.validate.run import Run

_WORD = rule_of(placeholder_value).number
_NOTHING = (Need.OPTIONAL, Need.NOT_YES, Need.BLANK)
_IN_CLASS = (Need.WITH_CLASS, Need.CLASS_KEY)


def suggest_blanks(run: Run) -> None:
    """Suggest a blank for a placeholder where its row needs nothing there.

    NULL as the grade of a teacher means a blank, and so do class cells of which none says more.
    The rule over cells knows no row, so that it cannot say so.
    """
    word = (pl.col("code") == _WORD) & pl.col("suggestion").is_null()
    columns = [
        column
        for column in run.profile.columns.values()
        if not (column.requirement.always or column.requirement.ever_blank)
    ]
    found = [frame for frame in run.findings if frame.select(word.any()).item()]
    if not columns or not found:
        return
    blank = reduce(
        pl.Expr.or_,
        ((pl.col("column") == run.column_numbers[c.key]) & _may_be_blank(c) for c in columns),
    )
    words = pl.concat(frame.filter(word) for frame in found)
    with_blanks = words.join(_rows(run), on="row", how="left").with_columns(
        suggestion=pl.when(blank).then(pl.lit("")), safe=pl.when(blank).then(pl.lit(value=False))
    )
    run.findings = [*(frame.filter(~word) for frame in run.findings),
                    with_blanks.select(words.columns)]  # fmt: skip


def _may_be_blank(column: Column) -> pl.Expr:
    """Whether a row needs nothing in a column, by what `_rows` says of it."""
    needs = column.requirement
    if needs.students is needs.staff:
        return _needs_nothing(needs.students)
    return (pl.col("student") & _needs_nothing(needs.students)) | (
        pl.col("staff") & _needs_nothing(needs.staff)
    )


def _needs_nothing(need: Need) -> pl.Expr:
    return ~pl.col("in_class") if need in _IN_CLASS else pl.lit(need in _NOTHING)


def _rows(run: Run) -> pl.DataFrame:
    """`row` of each row with a placeholder, whether it is of a `student`, of `staff`, `in_class`.

    In a class is whoever has a class cell that says more than a placeholder.
    """
    found = pl.concat([frame.filter(pl.col("code") == _WORD) for frame in run.findings])
    cells = run.upload.cells
    class_columns = [
        column.key
        for column in run.profile.about(Entity.CLASS)
        if column.identifies in (None, Entity.CLASS) and column.key in cells.columns
    ]
    numbers = [run.column_numbers[key] for key in class_columns]
    words = found.group_by("row").agg(words=pl.col("column").is_in(numbers).sum()).sort("row")
    of_rows = cells[run.upload.indices(words["row"])]
    role = clean(pl.col(ROLE)) if ROLE in cells.columns else pl.lit("")
    filled = (clean(pl.col(key)) != "" for key in class_columns)
    return words.with_columns(
        of_rows.select(
            student=role.is_in(run.profile.values_meaning(ROLE, "student")),
            staff=role.is_in(run.profile.values_meaning(ROLE, "staff")),
            filled=pl.sum_horizontal(pl.lit(0), *filled),
        )
    ).select("row", "student", "staff", in_class=pl.col("filled") > pl.col("words"))
