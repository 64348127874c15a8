"""Roster Toolkit's comparison of two rosters."""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl

from benchmarks.timing import tell
from roster_toolkit.profile import load_profile
from roster_toolkit.rosters.difference import Difference, difference
from roster_toolkit.rosters.outcomes import Outcome
from roster_toolkit.rosters.roster import Kind, Roster

_COUNTED = (Outcome.CREATED, Outcome.REMOVED, Outcome.UPDATED)
_KINDS = {
    "people": (Kind.STAFF, Kind.STUDENT), "classes": (Kind.CLASS,),
    "enrollments": (Kind.ENROLLMENT,),
}  # fmt: skip


def roster(folder: Path, side: str) -> Roster:
    """One of the two."""
    kinds = ("schools", "people", "memberships", "classes", "enrollments")
    return Roster(*(pl.read_parquet(folder / f"{side}-{kind}.parquet") for kind in kinds))


def counted(found: Difference) -> dict[str, list[int]]:
    """Created, removed and updated records of each kind."""
    return {
        name: [sum(found.counts[kind][outcome] for kind in kinds) for outcome in _COUNTED]
        for name, kinds in _KINDS.items()
    }


if __name__ == "__main__":
    profile = load_profile()
    before, after = (roster(Path(sys.argv[1]), side) for side in ("before", "after"))
    tell(lambda: difference(before, after, profile), counted=counted)
