"""How fast two snapshots are compared, beside datacompy on Polars, in turn in one process.

Run from the root of the project: `python -m benchmarks.diff_speed [ROWS]`. datacompy is no
requirement of ours: `pip install datacompy==1.1.0` into an environment of its own, beside Polars,
Pydantic and RapidFuzz as in requirements.txt; without it, only our own time is told.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from types import ModuleType
from typing import Any, TypeVar

import polars as pl

from roster_toolkit.profile import load_profile
from roster_toolkit.rosters.difference import difference
from roster_toolkit.rosters.download import read_download
from roster_toolkit.rosters.outcomes import Outcome
from roster_toolkit.rosters.roster import Kind, Roster
from roster_toolkit.samples import clean_district
from roster_toolkit.samples.sample import csv_bytes

TURNS = 5
PROFILE = load_profile()
_T = TypeVar("_T")


def rosters(rows: int) -> tuple[Roster, Roster]:
    """A district, and the same after a hundredth of it has changed, in another order."""
    before = read_download(csv_bytes(clean_district(rows, 1, PROFILE), PROFILE), PROFILE).roster
    number = pl.col("person")
    people = before.people.with_columns(
        userLastName=pl.when(number % 100 == 0).then(pl.lit("Changed")).otherwise("userLastName")
    )
    gone = pl.col("person") % 200 == 1
    enrollments = before.enrollments.with_columns(pl.col("leads").fill_null(value=False))
    kept = enrollments.filter(~gone).with_columns(
        leads=pl.col("leads")
        ^ (pl.col("person") * 7 + pl.col("class") == 7 * pl.col("person").max())
    )
    after = replace(
        before,
        people=people.filter(~gone).sample(fraction=1, shuffle=True, seed=1),
        memberships=before.memberships.filter(~gone),
        enrollments=kept.sample(fraction=1, shuffle=True, seed=2),
    )
    return replace(before, enrollments=enrollments), after


def ours(before: Roster, after: Roster) -> dict[str, tuple[int, int, int]]:
    """Created, removed and updated records of each kind."""
    counts = difference(before, after, PROFILE).counts
    staff, student = counts[Kind.STAFF], counts[Kind.STUDENT]
    outcomes = (Outcome.CREATED, Outcome.REMOVED, Outcome.UPDATED)
    told = {kind: counts[kind] for kind in (Kind.CLASS, Kind.ENROLLMENT)}
    table = {kind.value: tuple(c[o] for o in outcomes) for kind, c in told.items()}
    table["person"] = tuple(staff[o] + student[o] for o in outcomes)
    return table  # type: ignore[return-value]


def speak_polars_2() -> None:
    """Let datacompy 1.1, which names an argument as Polars 1 did, work on Polars 2."""
    join = pl.DataFrame.join

    def renamed(frame: pl.DataFrame, *given: Any, **named: Any) -> pl.DataFrame:  # noqa: ANN401
        if "join_nulls" in named:
            named["nulls_equal"] = named.pop("join_nulls")
        return join(frame, *given, **named)

    pl.DataFrame.join = renamed  # type: ignore[method-assign]


def theirs(datacompy: ModuleType, before: Roster, after: Roster) -> dict[str, tuple[int, int, int]]:
    """The same as datacompy counts them; the numbers of both rosters mean the same here."""
    table = {}
    for name, kind, key in (
        ("people", "person", ["userId"]),
        ("classes", "class", ["classId"]),
        ("enrollments", "enrollment", ["person", "class"]),
    ):
        first, second = (getattr(roster, name).drop("source") for roster in (before, after))
        found = datacompy.PolarsCompare(first, second, join_columns=key)
        both = found.intersect_rows
        differs = pl.any_horizontal(~pl.col(c) for c in both.columns if c.endswith("_match"))
        table[kind] = (
            found.df2_unq_rows.height,
            found.df1_unq_rows.height,
            both.filter(differs).height,
        )
    return table


def timed(run: Callable[[], _T]) -> tuple[float, _T]:
    """Seconds and result."""
    began = time.perf_counter()
    result = run()
    return time.perf_counter() - began, result


def main(rows: int) -> None:
    """Print the medians and their ratio."""
    before, after = rosters(rows)
    try:
        datacompy = import_module("datacompy")
        speak_polars_2()
    except ModuleNotFoundError:
        datacompy = None
    seconds: dict[str, list[float]] = {"ours": [], "theirs": []}
    for _ in range(TURNS):
        took, found = timed(lambda: ours(before, after))
        seconds["ours"].append(took)
        if datacompy is None:
            continue
        took, other = timed(lambda: theirs(datacompy, before, after))
        seconds["theirs"].append(took)
        if found != other:
            sys.exit(f"The counts differ: {found} and {other}.")
    mine = statistics.median(seconds["ours"])
    sys.stdout.write(f"{rows:,} rows, created, removed, updated: {found}\nours {mine:.3f} s\n")
    if datacompy is not None:
        other_s = statistics.median(seconds["theirs"])
        sys.stdout.write(f"datacompy {other_s:.3f} s, {other_s / mine:.1f} times as long\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
