"""The verdict in a sentence: what the portal would do with the file."""

from __future__ import annotations

import polars as pl

from roster_toolkit.assessment import Assessment, Verdict, rejected_records
from roster_toolkit.causes.other_names import missing_names
from roster_toolkit.impact.preview import removal_rows
from roster_toolkit.model import Capability, Effect, Obstacle, Rule, Severity
from roster_toolkit.report.words import Words
from roster_toolkit.rosters.outcomes import Outcome
from roster_toolkit.rosters.roster import Kind
from roster_toolkit.rules.cell_text import rows_in_a_cell
from roster_toolkit.rules.demographics import demographics_from_source
from roster_toolkit.rules.file import ragged_row, unclosed_quote
from roster_toolkit.rules.registry import rule_of
from roster_toolkit.text import counted, listed, lowered, number

#: Obstacles of files that are not a users.csv at all.
_NO_TABLE = frozenset(Obstacle) - {
    Obstacle.EMPTY, Obstacle.HEADER_ALONE, Obstacle.WORKBOOK, Obstacle.UNCLOSED_QUOTE,
}  # fmt: skip
#: Obstacles of a file without rows that go away when the file is saved or typed otherwise.
_MENDED_FIRST = (Obstacle.WORKBOOK, Obstacle.UNCLOSED_QUOTE)
_RAGGED, _UNCLOSED = rule_of(ragged_row).code, rule_of(unclosed_quote).code
_ROWS_IN_A_CELL = rule_of(rows_in_a_cell).code
#: No correction makes a file welcome in such a district.
_FROM_SOURCE = rule_of(demographics_from_source).code
#: Maximum columns that a sentence names.
_COLUMNS_NAMED = 3


def verdict(review: Assessment) -> str:
    """The verdict in one or two sentences, and what is removed where no roster tells more of it."""
    match review.verdict:
        case Verdict.REJECTED:
            return _rejected(review)
        case Verdict.ERRORS:
            sentence = _errors(review)
        case Verdict.WARNINGS:
            sentence = _warnings(review)
        case _:
            rows = _all(review.upload.records)
            sentence = f"The portal would accept {rows}; there is nothing to fix."
    return sentence if review.impact is not None else f"{sentence} {removal_text(review)}".rstrip()


def left_out_text(students: int) -> str:
    """What is said of enrolled students whom a second file leaves out."""
    if not students:
        return "Every enrolled student is in the file."
    who = counted(students, "enrolled student")
    verb, them = ("is", "this student") if students == 1 else ("are", "them")
    return f"{who} {verb} not in the file; nothing happens to {them}."


def removal_text(review: Assessment) -> str:
    """How many classes the file removes, in a sentence; blank where none."""
    classes = _removed_classes(review)
    if not classes:
        return ""
    them = "it" if classes == 1 else "them"
    return f"The file removes {counted(classes, 'class', 'classes')} with everybody in {them}."


def _removed_classes(review: Assessment) -> int:
    """Classes that the roster loses by the accepted rows; without a roster, those they name."""
    if review.impact is not None:
        return review.impact.totals[Kind.CLASS][Outcome.REMOVED]
    records = review.validation.as_read
    if records is None or not review.profile.can(Capability.IMPACT):
        return 0
    if not records.views["class"].variants["removes"].any():
        return 0
    rejected = rejected_records(review.upload, review.validation, review.profile)
    rows = removal_rows(records.without(rejected)).filter(effect=Effect.REMOVE_CLASS.value)
    return rows["classId"].n_unique()


def _rejected(review: Assessment) -> str:
    rows = review.upload.records
    if not rows or _of_no_use(review):
        message = lowered(Words(review.profile).message(*_first(review)).removesuffix("."))
        row = review.upload.obstacle_row
        where = f". Row {number(row)}: " if row else ": "
        return f"The portal would reject the whole file{where}{message}.{_next_step(review)}"
    if review.perhaps_other_names:
        return _first_meeting(review)
    fix = _fix(_causes_of(review, Severity.BLOCKER))
    sentence = f"The portal would reject the whole file, {_all(rows)}. {fix}"
    if unjudged := _unjudged(review):
        return f"{sentence}, then check again: {unjudged}."
    errors = _causes_of(review, Severity.ERROR)
    if not errors:
        return f"{sentence} and every row will be accepted."
    rejected = _rejected_by_errors(review)
    more = counted(errors, "more problem")
    if rejected == rows:
        rejecting = "reject" if errors > 1 else "rejects"
        return f"{sentence}, and then {more}, which {rejecting} {_all(rows)}."
    return (
        f"{sentence} and {counted(rows - rejected, 'row')} will be accepted; "
        f"{counted(rejected, 'row')} will still be rejected for {more}."
    )


def _fix(problems: int) -> str:
    """What to do first: fix the problems that are counted."""
    return "Fix this problem" if problems == 1 else f"Fix these {number(problems)} problems"


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
        f"In this file, {listed(names)} "
        f"{'has another name' if len(names) == 1 else 'have other names'} than we assumed. "
        "If it comes from the portal's template, or the portal accepted it, say so, and the file "
        "is checked by the names that it has; if not, the portal would reject the whole file, "
        f"{_all(review.upload.records)}."
    )


def _errors(review: Assessment) -> str:
    rows = review.rows
    fix = _fix(_causes_of(review, Severity.ERROR))
    unjudged = _unjudged(review)
    then = f", then check again: {unjudged}" if unjudged else " and every row will be accepted"
    todo = f"{fix}{then}"
    if not rows.accepted:
        wrong = review.rejected_rows.len()
        have = "has" if wrong == 1 else "have"
        why = "" if wrong == rows.rejected else f", because {number(wrong)} of them {have} errors"
        return f"The portal would reject {_all(rows.rejected)}{why}. {todo}."
    return (
        f"The portal would accept {number(rows.accepted)} of {number(review.upload.records)} rows "
        f"and reject {number(rows.rejected)}. {todo}."
    )


def _unjudged(review: Assessment) -> str:
    """Why there may be further errors than the findings; blank where everything was validated."""
    upload = review.upload
    if upload.obstacle is Obstacle.UNCLOSED_QUOTE:
        return "what comes after the quotation mark could not be checked"
    records, columns = review.validation.records, review.profile.columns
    if records is None:
        return "its rows could not be checked"
    if records.missing:
        names = [columns[key].name for key in records.missing]
        listed_names = (
            names if len(names) <= _COLUMNS_NAMED else [*names[:_COLUMNS_NAMED], "others"]
        )
        return f"{listed(listed_names)} could not be checked"
    unread = (
        (upload.reordered.height, "row", "{} below a second header row"),
        (review.by_rule.get(_RAGGED, 0), "row", "{} with too many or too few cells"),
        (review.by_rule.get(_ROWS_IN_A_CELL, 0), "cell", "the rows inside {}"),
    )
    told = (which.format(counted(count, one)) for count, one, which in unread if count)
    what = next(told, "")
    return f"{what} could not be checked" if what else ""


def _rejected_by_errors(review: Assessment) -> int:
    """Rows that errors would reject once the blockers are fixed."""
    causes = [cause.number for cause in review.causes if cause.severity is Severity.ERROR]
    errors = review.found.findings.filter(
        pl.col("cause").is_in(causes), pl.col("code").is_in(_rejecting(review))
    )
    return errors["row"].drop_nulls().n_unique()


def _rejecting(review: Assessment) -> list[int]:
    return [rule.number for rule in review.rules.values() if rule.severity is Severity.ERROR]


def _warnings(review: Assessment) -> str:
    sentence = f"The portal would accept {_all(review.rows.accepted)}"
    causes = _causes_of(review, Severity.WARNING)
    if not causes:
        return f"{sentence}, as far as could be checked: some rules failed, which is our own fault."
    things = "one thing is" if causes == 1 else f"{number(causes)} things are"
    return f"{sentence}, but {things} probably not what you meant."


def _first(review: Assessment) -> tuple[Rule, str | None, str]:
    """The arguments for `Words.message` about a file without rows to validate."""
    unclosed = review.upload.obstacle is Obstacle.UNCLOSED_QUOTE
    of_quote = (cause for cause in review.causes if unclosed and cause.code == _UNCLOSED)
    cause = next(of_quote, review.causes[0])
    return review.rules[cause.code], cause.column, cause.example_value


def _of_no_use(review: Assessment) -> bool:
    """Whether no correction of a row would make the portal take the file."""
    return review.upload.obstacle in _NO_TABLE or _FROM_SOURCE in review.by_rule


def _next_step(review: Assessment) -> str:
    """The remedy for a file that is not to be uploaded; blank for any other."""
    if _of_no_use(review) or review.upload.obstacle in _MENDED_FIRST:
        return f" {Words(review.profile).how_to_fix(*_first(review)[:2])}"
    return ""


def _causes_of(review: Assessment, severity: Severity) -> int:
    return sum(cause.severity is severity for cause in review.causes)


def _all(rows: int) -> str:
    return "the only row" if rows == 1 else f"all {number(rows)} rows"
