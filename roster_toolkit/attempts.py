"""Compare two attempts at a file: which findings, causes and rows are cleared, left or new.

Rows are added, dropped and moved between attempts, so row numbers identify nothing. A finding is
identified by rule, column, value and the person or class concerned; a row by its keys: person,
class, school and action. Duplicates are compared as multisets, by their counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import polars as pl

from roster_toolkit.causes import Cause, Causes
from roster_toolkit.display import Shown
from roster_toolkit.errors import UsageError
from roster_toolkit.model import Profile, Upload
from roster_toolkit.records import clean
from roster_toolkit.validate import Validation

_SAYS = ("code", "column", "value", "parent")
_ACTION = "action"


class Attempt(Protocol):
    """A validated file with its causes, for example a review."""

    @property
    def profile(self) -> Profile:
        """What it was judged by."""

    @property
    def upload(self) -> Upload:
        """The file as it was read."""

    @property
    def validation(self) -> Validation:
        """Its findings."""

    @property
    def found(self) -> Causes:
        """Its causes."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts of one kind of item that are cleared, left and new."""

    cleared: int
    """In the last attempt only."""
    left: int
    """In both."""
    new: int
    """In this attempt only."""


@dataclass(frozen=True, repr=False)
class Progress(Shown):
    """The difference between two attempts at a file."""

    cleared: tuple[Cause, ...]
    """Causes of the last attempt of which no finding remains."""
    left: tuple[Cause, ...]
    """Causes of this attempt with a finding that the last one had."""
    new: tuple[Cause, ...]
    """Causes of this attempt of which the last one had no finding."""
    findings: pl.DataFrame
    """One line per rule: `code`, and how many findings are `cleared`, `left`, `new`."""
    rows: Counts
    """Rows with an error of their own; one that was deleted is cleared."""


def compare_attempts(before: Attempt, after: Attempt) -> Progress:
    """What was cleared since the last attempt, what remains, and what is new.

    Causes are compared by their findings, not by their names: 300 classes in conflict share a
    cause, the last three of them are a cause each, and still none of these is new.

    >>> rt.compare_attempts(review, review.repair().review)
    253 rows cleared, 292 left, 0 new; 4 problems cleared, 18 left, 0 new.
    """
    if before.profile.file_name != after.profile.file_name:
        raise UsageError(
            f"A {after.profile.file_name} is compared with an earlier one, not with a "
            f"{before.profile.file_name}."
        )
    old, new = before.found.findings, after.found.findings
    in_old = _causes_with(new, old)
    in_new = _causes_with(old, new)
    return Progress(
        cleared=tuple(cause for cause in before.found.causes if cause.number not in in_new),
        left=tuple(cause for cause in after.found.causes if cause.number in in_old),
        new=tuple(cause for cause in after.found.causes if cause.number not in in_old),
        findings=_by_rule(before, after),
        rows=_rows(before, after),
    )


def _causes_with(findings: pl.DataFrame, others: pl.DataFrame) -> set[int]:
    """Numbers of the causes with a finding that the other attempt has as well."""
    keys = others.select(_SAYS).unique()
    return set(findings.join(keys, on=_SAYS, how="semi", nulls_equal=True)["cause"])


def _by_rule(before: Attempt, after: Attempt) -> pl.DataFrame:
    codes = {
        rule.number: rule.code
        for attempt in (before, after)
        for rule in attempt.validation.rules.values()
    }
    counted = _counted(
        before.validation.findings.select(_SAYS), after.validation.findings.select(_SAYS)
    )
    return (
        counted.with_columns(pl.col("code").replace_strict(codes, return_dtype=pl.String))
        .group_by("code")
        .agg(pl.col("cleared", "left", "new").sum())
        .sort("code")
    )


def _rows(before: Attempt, after: Attempt) -> Counts:
    totals = _counted(_wrong_rows(before), _wrong_rows(after)).select("cleared", "left", "new")
    return Counts(*totals.sum().row(0))


def _wrong_rows(attempt: Attempt) -> pl.DataFrame:
    """The keys of each row with an error, blank where the file lacks the column."""
    rules = attempt.validation.rules.values()
    rejecting = [rule.number for rule in rules if rule.severity.rejects]
    rows = attempt.validation.findings.filter(pl.col("code").is_in(rejecting))["row"]
    at = attempt.upload.indices(rows).drop_nulls().unique().sort()
    wrong = attempt.upload.cells[at] if at.len() else None
    columns = attempt.profile.columns.values()
    keys = [*(column.key for column in columns if column.identifies), _ACTION]
    if wrong is None:
        return pl.DataFrame(schema=dict.fromkeys(keys, pl.String))
    return wrong.select(
        (clean(pl.col(key)) if key in wrong.columns else pl.lit("")).alias(key) for key in keys
    )


def _counted(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """Each distinct row of both frames, and how often it is `cleared`, `left` and `new`."""
    names = before.columns
    both = pl.concat(
        [
            before.with_columns(old=pl.lit(1), now=pl.lit(0)),
            after.with_columns(old=pl.lit(0), now=pl.lit(1)),
        ]
    )
    left = pl.min_horizontal("old", "now")
    return (
        both.group_by(names)
        .agg(pl.col("old", "now").sum())
        .select(*names, left=left, cleared=pl.col("old") - left, new=pl.col("now") - left)
    )
