"""The tables that `review.sql` queries."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import polars as pl

from roster_toolkit.assessment import Assessment, rejected_records
from roster_toolkit.errors import UsageError
from roster_toolkit.report.cause_view import view_of
from roster_toolkit.report.tables import changes
from roster_toolkit.report.words import Words
from roster_toolkit.rosters.roster import Kind

_PEOPLE = (Kind.STAFF, Kind.STUDENT)
#: The causes of a file in words.
CAUSES_IN_WORDS = pl.Schema(
    {
        "cause": pl.UInt32,
        "severity": pl.String,
        "code": pl.String,
        "assumed": pl.Boolean,
        "title": pl.String,
        "findings": pl.UInt32,
        "rows": pl.UInt32,
        "clears": pl.UInt32,
        "example": pl.String,
        "how_to_fix": pl.String,
        "column": pl.String,
        "category": pl.String,
    }
)


def answer(review: Assessment, query: str) -> pl.DataFrame:
    """Run one SELECT; raises UsageError with a sentence where it fails."""
    from roster_toolkit.querying import ask

    return ask(query, _tables(review))


def _tables(review: Assessment) -> Mapping[str, Callable[[], pl.DataFrame]]:
    """Name → function that builds the table, called only if the query names it."""
    return {
        "findings": lambda: review.findings,
        "causes": lambda: causes_frame(review),
        "rows": lambda: _rows(review),
        "changes": lambda: _changes(review),
        "people": lambda: pl.concat(review.records(kind) for kind in _PEOPLE),
        "classes": lambda: review.records(Kind.CLASS),
        "enrollments": lambda: review.records(Kind.ENROLLMENT),
        "schools": lambda: review.by_school,
    }


def causes_frame(review: Assessment, words: Words | None = None) -> pl.DataFrame:
    """The causes in words, a line each, in the order of correction."""
    words, lines = words or Words(review.profile), []
    for cause in review.causes:
        view = view_of(cause, review, words)
        line = {name: getattr(view, name, None) for name in CAUSES_IN_WORDS}
        line |= {"cause": cause.number, "findings": cause.findings}
        lines.append(line | {"severity": cause.severity.value})
    return pl.DataFrame(lines, schema=CAUSES_IN_WORDS)


def _rows(review: Assessment) -> pl.DataFrame:
    """Every record: `row`, its cells by column key, `outcome` (accepted, rejected or blank)."""
    upload = review.upload
    place = pl.int_range(pl.len(), dtype=pl.UInt32)
    rejected = rejected_records(upload, review.validation, review.profile)
    outcome = (
        pl.when(place.is_in(upload.blank.implode())).then(pl.lit("blank"))
        .when(place.is_in(rejected.implode())).then(pl.lit("rejected"))
        .otherwise(pl.lit("accepted"))
    )  # fmt: skip
    return upload.cells.select(
        (place + upload.first_row).alias("row"), pl.all(), outcome.alias("outcome")
    )


def _changes(review: Assessment) -> pl.DataFrame:
    if review.impact is None or review.against is None:
        raise UsageError(
            "The table changes needs a roster to compare with, and a file that is not rejected."
        )
    return changes(review.impact, review.against.roster)
