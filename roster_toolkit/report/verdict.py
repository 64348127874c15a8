"""What the portal would do with a file, in a sentence as a person would say it."""

from __future__ import annotations

from roster_toolkit.model import Severity
from roster_toolkit.report.phrases import counted, lowered, number
from roster_toolkit.report.words import Words
from roster_toolkit.reviewing.review import Review, Verdict


def verdict(review: Review) -> str:
    """One sentence, or two where the first leaves a question."""
    match review.verdict:
        case Verdict.REFUSED:
            return _refused(review)
        case Verdict.ERRORS:
            return _errors(review)
        case Verdict.WARNINGS:
            return _warnings(review)
    rows = review.upload.records
    return f"The portal would take {_all(rows)}; there is nothing to correct."


def _refused(review: Review) -> str:
    rows = review.upload.records
    whole = f"the whole file, {_all(rows)}"
    causes = _causes_of(review, Severity.BLOCKER)
    first = counted(causes, "cause")
    if not rows:
        return f"The portal would refuse the file: {lowered(_first_message(review))}"
    sentence = f"The portal would refuse {whole}: correct {first}"
    errors = _causes_of(review, Severity.ERROR)
    if not errors:
        return f"{sentence} and it is taken."
    refused = review.refused_rows.len()
    return (
        f"{sentence} and {_rows_are(rows - refused)} taken, {number(refused)} refused for "
        f"{counted(errors, 'cause')} more."
    )


def _errors(review: Review) -> str:
    rows = review.rows
    causes = counted(_causes_of(review, Severity.ERROR), "cause")
    if not rows.taken:
        wrong = review.refused_rows.len()
        hold = "holds" if wrong == 1 else "hold"
        why = "" if wrong == rows.refused else f", because {number(wrong)} of them {hold} errors"
        refused = f"The portal would refuse {_all(rows.refused)}{why}"
        return f"{refused}; correct {causes} and all are taken."
    return (
        f"The portal would take {number(rows.taken)} of {number(rows.taken + rows.refused)} rows "
        f"and refuse {number(rows.refused)}; correct {causes} and all are taken."
    )


def _warnings(review: Review) -> str:
    taken = f"The portal would take {_all(review.rows.taken)}"
    causes = _causes_of(review, Severity.WARNING)
    if not causes:
        return f"{taken}, as far as could be judged: some rules failed, which is a fault of ours."
    things = "one thing was" if causes == 1 else f"{number(causes)} things were"
    return f"{taken}; {things} probably not meant so."


def _first_message(review: Review) -> str:
    """What is wrong with a file that holds nothing to judge."""
    cause = review.causes[0]
    return Words(review.profile).message(review.rules[cause.code], None, cause.example_value)


def _causes_of(review: Review, severity: Severity) -> int:
    return sum(cause.severity is severity for cause in review.causes)


def _rows_are(rows: int) -> str:
    return "1 row is" if rows == 1 else f"{number(rows)} rows are"


def _all(rows: int) -> str:
    return "the only row" if rows == 1 else f"all {number(rows)} rows"
