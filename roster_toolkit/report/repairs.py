"""The report of `fix`: changes by rule, verdict and impact of the copy, fixes to confirm."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from roster_toolkit.assessment import Assessment
from roster_toolkit.attempts import compare_attempts
from roster_toolkit.model import Obstacle
from roster_toolkit.repair import EDIT, NOT_CONFIRMED, Fixed
from roster_toolkit.report.outcomes import outcome_lines
from roster_toolkit.report.verdict import verdict
from roster_toolkit.report.words import of_workbook
from roster_toolkit.text import counted, listed, number, printable

#: What the log has in place of the code of a rule → what was done.
_MADE_OTHERWISE = {EDIT: "Cells that you edited", None: "Columns of the error file removed"}
#: Edits that were not made, of which the cell is named, and headers that could be others.
_EDITS_NAMED, _HEADERS_NAMED = 20, 20


def repairs_text(
    before: Assessment, after: Assessment, fixed: Fixed, left: pl.DataFrame | None = None
) -> str:
    """The whole report as text; `left` are edits that were not made."""
    lines = [
        *_changes(before, fixed),
        *_edits_left(left),
        *_of_workbook(before),
        *_result(before, after),
        *_impacts(before, after),
        *_to_confirm(before, fixed),
    ]
    return "\n".join(lines) + "\n"


def _changes(before: Assessment, fixed: Fixed) -> Iterator[str]:
    if fixed.log.is_empty():
        yield "Nothing was changed: no fix can be made without asking you."
        return
    counts = fixed.log.group_by("code").len().sort("len", "code", descending=[True, False])
    of_rules = fixed.log.filter(pl.col("code").is_not_null())
    cells = of_rules.filter(pl.col("after").is_not_null()).height
    dropped = of_rules.height - cells
    parts = [counted(cells, "change")] if cells else []
    parts += [f"{counted(dropped, 'row')} dropped"] if dropped else []
    parts += ["our own columns removed"] if of_rules.height < fixed.log.height else []
    yield f"Made a copy with {listed(parts)}; everything else is exactly as in your file:"
    for code, count in counts.iter_rows():
        title = _MADE_OTHERWISE[code] if code in _MADE_OTHERWISE else before.rules[code].title
        yield f"  {code or '':<6} {number(count):>9}  {title}"


def _edits_left(left: pl.DataFrame | None) -> Iterator[str]:
    """Edits whose cell no longer holds what it did, without any value."""
    if left is None or left.is_empty():
        return
    yield ""
    yield (
        f"{counted(left.height, 'edit')} not made, because the cell is not what the list says it "
        "was before:"
    )
    for row, column in left.select("row", "column").head(_EDITS_NAMED).iter_rows():
        yield f"  row {row}, {printable(column)}"
    if rest := max(left.height - _EDITS_NAMED, 0):
        yield f"  and {number(rest)} more"


def _of_workbook(before: Assessment) -> Iterator[str]:
    if before.upload.obstacle is Obstacle.WORKBOOK:
        yield ""
        yield (
            "Made from a workbook: IDs that it held as numbers have lost their leading zeros. "
            "Check them before you upload the copy."
        )
        yield from of_workbook(before.upload)


def _result(before: Assessment, after: Assessment) -> Iterator[str]:
    progress = compare_attempts(before, after)
    errors = (before.rows.rejected, after.rows.rejected)
    yield ""
    yield verdict(after)
    yield (
        f"Rows rejected: {number(errors[0])} before, {number(errors[1])} now. Problems: "
        f"{number(len(progress.cleared))} cleared, {number(len(progress.left))} left, "
        f"{number(len(progress.new))} new."
    )


def _impacts(before: Assessment, after: Assessment) -> Iterator[str]:
    """The impact of the original and of the repaired file."""
    for words, review in (("As it came", before), ("With these fixes", after)):
        if review.impact is not None:
            yield ""
            yield f"{words}, it would do this to the roster:"
            yield from outcome_lines(review.impact.table)


def _to_confirm(before: Assessment, fixed: Fixed) -> Iterator[str]:
    """Fixes that were not made: unconfirmed ones, and impossible ones with the reason."""
    counts = fixed.not_made.group_by("why", "code").len()
    for why, part in counts.sort("why", "len", "code", descending=[True, True, False]).group_by(
        "why", maintain_order=True
    ):
        waiting = why[0] == NOT_CONFIRMED
        yield ""
        yield "Probably right, if you confirm:" if waiting else f"Not made: it {why[0]}."
        for code, count in part.select("code", "len").iter_rows():
            yield f"  {code:<6} {number(count):>9}  {before.rules[code].title}"
            if waiting:
                yield from _headers(fixed.not_made.filter(pl.col("code") == code))
        if waiting:
            codes = ",".join(part["code"])
            yield f"Add them with --confirm {codes}, or one value with CODE:VALUE."


def _headers(not_made: pl.DataFrame) -> Iterator[str]:
    """The headers that could be others, and the columns that could go."""
    headers = not_made.filter(pl.col("row").is_null(), pl.col("column") == pl.col("before"))
    for typed, name in headers.select("before", "after").head(_HEADERS_NAMED).iter_rows():
        yield f"{'':<18}{printable(typed)} → {name or 'column deleted'}"
    if rest := max(headers.height - _HEADERS_NAMED, 0):
        yield f"{'':<18}and {number(rest)} more"
