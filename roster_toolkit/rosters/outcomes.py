"""What becomes of a record, and how many records of each kind that is."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import polars as pl

from roster_toolkit.rosters.roster import Kind


class Outcome(StrEnum):
    """What becomes of a record.

    >>> [outcome.value for outcome in rt.Outcome]
    ['created', 'updated', 'no changes', 'removed', 'errors']
    """

    CREATED = "created"
    UPDATED = "updated"
    NO_CHANGES = "no changes"
    REMOVED = "removed"
    ERRORS = "errors"


OUTCOME = pl.Enum([outcome.value for outcome in Outcome])
#: Heading of the column for records of the roster that a file leaves out.
UNMENTIONED = "not mentioned"
Counts = Mapping[Kind, Mapping[Outcome, int]]
"""Kind → outcome → records."""


def outcome_table(counts: Counts, unmentioned: Mapping[Kind, int] | None = None) -> pl.DataFrame:
    """A line for each kind: `kind`, a column for each outcome, and with them `not mentioned`."""
    outcomes = next(iter(counts.values()), {})
    columns: dict[str, list[str] | list[int]] = {"kind": [kind.value for kind in counts]}
    for outcome in outcomes:
        columns[outcome.value] = [of_kind[outcome] for of_kind in counts.values()]
    if unmentioned is not None:
        columns[UNMENTIONED] = [unmentioned[kind] for kind in counts]
    return pl.DataFrame(columns)
