"""What the methods of a review return: causes in words, findings of a row, files as bytes."""

from __future__ import annotations

import io
from dataclasses import dataclass

import polars as pl

from roster_toolkit.assessment import Assessment, category_of
from roster_toolkit.causes import Cause
from roster_toolkit.errors import UsageError
from roster_toolkit.model import Severity
from roster_toolkit.report.cause_text import CauseText
from roster_toolkit.report.errors_csv import errors_csv
from roster_toolkit.report.headings import assumed, heading, what_to_do
from roster_toolkit.report.json import review_json
from roster_toolkit.report.tables import changes_csv
from roster_toolkit.report.words import Words
from roster_toolkit.text import counted

_WIDTH = 100
#: Causes that a terminal shows.
_LINES = 20


@dataclass(frozen=True, slots=True)
class ToldCause:
    """A cause in plain text, with cells of the file in it: never to be shown as markup.

    >>> told = review.told(review.causes[0])
    >>> told.title
    '“grade 7” is not accepted in userGrade'
    >>> (told.rows, told.assumed)
    (260, True)
    """

    number: int
    """The place in the order of correction, from 1."""
    severity: Severity
    code: str
    assumed: bool
    """Whether it rests on something that is assumed about the portal."""
    title: str
    """What is wrong, without a full stop."""
    rows: int
    """Rows that it touches."""
    clears: int
    """Rows that have no error of another cause."""
    example: str
    """A row to look at, with the cell as it is and as it should be; blank where there is none."""
    largest: str
    """The largest of many values with their findings and what probably was meant; blank where they
    say no more than the example."""
    how_to_fix: str
    column: str | None
    """The header as it should read, where the cause is about one."""
    category: str


def told(cause: Cause, review: Assessment) -> ToldCause:
    """A cause in words."""
    words = Words(review.profile)
    column = review.profile.columns[cause.column] if cause.column else None
    lines = CauseText(review, words, _WIDTH, color=False)
    return ToldCause(
        number=cause.number,
        severity=cause.severity,
        code=cause.code,
        assumed=assumed(cause, review),
        title=heading(cause, review, words),
        rows=cause.rows,
        clears=cause.clears,
        example="" if cause.example_row is None else lines.example(cause, _WIDTH),
        largest=lines.largest(cause, _WIDTH),
        how_to_fix=what_to_do(cause, review, words),
        column=column.name if column else None,
        category=category_of(review.rules[cause.code], column.category if column else None),
    )


def causes_text(review: Assessment) -> str:
    """The titles of the causes in the order of correction, at most twenty."""
    lines = CauseText(review, Words(review.profile), _WIDTH, color=False)
    titles = [lines.title(cause, brief=True).rstrip() for cause in review.causes[:_LINES]]
    more = len(review.causes) - _LINES
    if more > 0:
        titles.append(f"     and {counted(more, 'more cause')}")
    return "\n".join(titles) or "Nothing to correct."


def findings_of_row(review: Assessment, number: int) -> pl.DataFrame:
    """Everything that is wrong in a row, the gravest first.

    Columns: `code`, `column` (header), `severity`, `message`, `how_to_fix`, `suggestion`.
    """
    names = {place: column.name for place, column in enumerate(review.profile.columns.values())}
    ranks = {rule.number: rule.severity.rank for rule in review.rules.values()}
    severities = {rule.code: rule.severity.value for rule in review.rules.values()}
    here = review.validation.findings.filter(pl.col("row") == number).sort(
        pl.col("code").replace_strict(ranks, return_dtype=pl.UInt8), maintain_order=True
    )
    in_words = Words(review.profile).with_messages(here, review)
    return in_words.select(
        pl.col("rule").alias("code"),
        pl.col("column").replace_strict(names, default=None, return_dtype=pl.String),
        pl.col("rule").replace_strict(severities, return_dtype=pl.String).alias("severity"),
        "message",
        "how_to_fix",
        "suggestion",
    )


def errors_as_csv(review: Assessment, *, refused: bool) -> bytes:
    """users-errors.csv."""
    return b"".join(errors_csv(review, refused=refused))


def errors_as_xlsx(review: Assessment, *, refused: bool) -> bytes:
    """users-errors.xlsx."""
    from roster_toolkit.report.errors_xlsx import write_errors_xlsx

    buffer = io.BytesIO()
    write_errors_xlsx(review, buffer, refused=refused)
    return buffer.getvalue()


def changes_as_csv(review: Assessment) -> bytes:
    """changes.csv; raises UsageError where the review has no impact."""
    if review.impact is None or review.against is None:
        raise UsageError(f"There are no changes to tell: {review.no_impact_because}.")
    return changes_csv(review.impact, review.against.roster)


def as_json(review: Assessment, *, findings: bool) -> bytes:
    """review.json."""
    return b"".join(review_json(review, findings=findings, seconds=False))
