"""The verdict in a sentence: what the portal would do with the file."""

from __future__ import annotations

import polars as pl

from roster_toolkit.assessment import Assessment, Verdict
from roster_toolkit.causes.other_names import missing_names
from roster_toolkit.model import Obstacle, Rule, Severity
from roster_toolkit.report.words import Words
from roster_toolkit.rules.file import ragged_row
from roster_toolkit.rules.registry import rule_of
from roster_toolkit.text import counted, listed, lowered, number

#: Obstacles of files that are not a users.csv at all.
_NO_TABLE = frozenset(Obstacle) - {
    Obstacle.EMPTY, Obstacle.HEADER_ALONE, Obstacle.WORKBOOK, Obstacle.UNCLOSED_QUOTE,
}  # fmt: skip
_RAGGED = rule_of(ragged_row).code
#: Maximum columns that a sentence names.
_COLUMNS_NAMED = 3


def verdict(review: Assessment) -> str:
    """The verdict in one or two sentences."""
    match review.verdict:
        case Verdict.REJECTED:
            return _rejected(review)
        case Verdict.ERRORS:
            return _errors(review)
        case Verdict.WARNINGS:
            return _warnings(review)
    rows = review.upload.records
    return f"The portal would take {_all(rows)}; there is nothing to correct."


def _rejected(review: Assessment) -> str:
    rows = review.upload.records
    if not rows or review.upload.obstacle in _NO_TABLE:
        message = Words(review.profile).message(*_first(review)).removesuffix(".")
        return f"The portal would reject the file: {lowered(message)}.{_next_step(review)}"
    if review.perhaps_other_names:
        return _first_meeting(review)
    blockers = counted(_causes_of(review, Severity.BLOCKER), "cause")
    sentence = f"The portal would reject the whole file, {_all(rows)}: correct {blockers}"
    if unjudged := _unjudged(review):
        return f"{sentence}, then check the file again: {unjudged}."
    errors = _causes_of(review, Severity.ERROR)
    if not errors:
        return f"{sentence} and it is taken."
    rejected = _rejected_by_errors(review)
    more = counted(errors, "cause")
    if rejected == rows:
        return (
            f"{sentence}, and then {more} more, which {'reject' if errors > 1 else 'rejects'} "
            + ("the only row." if rows == 1 else f"all {number(rows)} rows.")
        )
    return (
        f"{sentence} and {_rows_are(rows - rejected)} taken, {number(rejected)} rejected for "
        f"{more} more."
    )


def _first_meeting(review: Assessment) -> str:
    """The verdict on headers that are perhaps the portal's own: nobody knows it but the user."""
    keys = {cell.key for cell in review.perhaps_other_names}
    missing = missing_names(review.upload, review.profile)
    names = [
        column.name for column in review.profile.in_file if column.key in keys or column in missing
    ]
    if len(names) > _COLUMNS_NAMED + 1:
        names = [*names[:_COLUMNS_NAMED], f"{number(len(names) - _COLUMNS_NAMED)} others"]
    return (
        f"{listed(names)} {'is' if len(names) == 1 else 'are'} not called here what we assumed. "
        "If the file comes from the portal's template, or the portal took it, say so, and it is "
        "judged by what it teaches; if not, the portal would reject the whole file, "
        f"{_all(review.upload.records)}."
    )


def _errors(review: Assessment) -> str:
    rows = review.rows
    causes = counted(_causes_of(review, Severity.ERROR), "cause")
    unjudged = _unjudged(review)
    then = f"then check the file again: {unjudged}" if unjudged else "and all are taken"
    todo = f"correct {causes}{',' if unjudged else ''} {then}"
    if not rows.accepted:
        wrong = review.rejected_rows.len()
        hold = "holds" if wrong == 1 else "hold"
        why = "" if wrong == rows.rejected else f", because {number(wrong)} of them {hold} errors"
        return f"The portal would reject {_all(rows.rejected)}{why}; {todo}."
    return (
        f"The portal would take {number(rows.accepted)} of {number(review.upload.records)} rows "
        f"and reject {number(rows.rejected)}; {todo}."
    )


def _unjudged(review: Assessment) -> str:
    """Why there may be further errors than the findings; blank where everything was validated."""
    upload = review.upload
    if upload.obstacle is Obstacle.UNCLOSED_QUOTE:
        return "what stands behind the quotation mark could not be judged"
    records, columns = review.validation.records, review.profile.columns
    if records is None:
        return "its rows could not be judged"
    if records.missing:
        names = [columns[key].name for key in records.missing]
        listed_names = (
            names if len(names) <= _COLUMNS_NAMED else [*names[:_COLUMNS_NAMED], "others"]
        )
        return f"{listed(listed_names)} could not be judged"
    if ragged := review.by_rule.get(_RAGGED, 0):
        return f"{counted(ragged, 'row')} with too many or too few cells could not be judged"
    return ""


def _rejected_by_errors(review: Assessment) -> int:
    """Rows that errors would reject once the blockers are corrected."""
    causes = [cause.number for cause in review.causes if cause.severity is Severity.ERROR]
    errors = review.found.findings.filter(
        pl.col("cause").is_in(causes), pl.col("code").is_in(_rejecting(review))
    )
    return errors["row"].drop_nulls().n_unique()


def _rejecting(review: Assessment) -> list[int]:
    return [rule.number for rule in review.rules.values() if rule.severity is Severity.ERROR]


def _warnings(review: Assessment) -> str:
    sentence = f"The portal would take {_all(review.rows.accepted)}"
    causes = _causes_of(review, Severity.WARNING)
    if not causes:
        return (
            f"{sentence}, as far as could be judged: some rules failed, which is a fault of ours."
        )
    things = "one thing was" if causes == 1 else f"{number(causes)} things were"
    return f"{sentence}; {things} probably not meant so."


def _first(review: Assessment) -> tuple[Rule, None, str]:
    """The arguments for `Words.message` about a file without rows to validate."""
    cause = review.causes[0]
    return review.rules[cause.code], None, cause.example_value


def _next_step(review: Assessment) -> str:
    """The remedy for a file that is not a users.csv; blank for any other."""
    if review.upload.obstacle in _NO_TABLE or review.upload.obstacle is Obstacle.WORKBOOK:
        return f" {Words(review.profile).how_to_fix(*_first(review)[:2])}"
    return ""


def _causes_of(review: Assessment, severity: Severity) -> int:
    return sum(cause.severity is severity for cause in review.causes)


def _rows_are(rows: int) -> str:
    return "1 row is" if rows == 1 else f"{number(rows)} rows are"


def _all(rows: int) -> str:
    return "the only row" if rows == 1 else f"all {number(rows)} rows"
