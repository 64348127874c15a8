"""The tables by which one district is asked in SQL: its roster at a moment, and its history.

They are frames of this district alone, so that no question about them can reach another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import polars as pl

from roster_toolkit.model import Profile
from roster_toolkit.rosters.difference import PERSON
from roster_toolkit.rosters.roster import Kind, Roster, kind_of_person
from roster_toolkit.store.connect import frame
from roster_toolkit.store.read import fitted, known_snapshot, roster_at
from roster_toolkit.store.schema import STILL, TABLES, TAKEN_BACK, Table

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from roster_toolkit.store.model import District

_MEMBERSHIP = "membership"
_KINDS = {
    "schools": Kind.SCHOOL.value,
    "memberships": _MEMBERSHIP,
    "classes": Kind.CLASS.value,
    "enrollments": Kind.ENROLLMENT.value,
}
_FIRST = ("kind", "valid_from", "valid_to", "userId", "classId", "schoolId")
_LAST = ("person", "class", "source")


def tables_of_district(
    con: DuckDBPyConnection,
    number: int,
    district: District,
    profile: Profile,
    snapshot: int | None,
) -> Mapping[str, Callable[[], pl.DataFrame]]:
    """Name → what makes the table: the roster as of a snapshot, the snapshots, and the history.

    `people` (with their `kind`), `memberships`, `classes`, `enrollments`, `schools`, `snapshots`
    and `history`.
    """
    held: list[Roster] = []

    def roster() -> Roster:
        if not held:
            at = known_snapshot(district, snapshot)
            held.append(fitted(roster_at(con, number, at), profile))
        return held[0]

    kind = _kind(profile)
    return {
        "people": lambda: roster().people.select("userId", kind, pl.exclude("userId")),
        "memberships": lambda: _named(roster().memberships, roster()),
        "classes": lambda: roster().classes.select("classId", pl.exclude("classId", "class")),
        "enrollments": lambda: _named(roster().enrollments, roster()),
        "schools": lambda: roster().schools,
        "snapshots": lambda: _snapshots(con, number),
        "history": lambda: _history(con, number, profile),
    }


def _kind(profile: Profile) -> pl.Expr:
    """`kind`: `staff`, `student`, or `person` where the role is neither."""
    return pl.coalesce(kind_of_person(profile), pl.lit(PERSON)).alias("kind")


def _named(records: pl.DataFrame, roster: Roster) -> pl.DataFrame:
    """Records of people, and of classes, by the IDs that these have."""
    named = records.join(roster.people.select("person", "userId"), on="person", how="left")
    if "class" in records.columns:
        classes = roster.classes.select("class", "classId", "schoolId")
        named = named.join(classes, on="class", how="left")
    order = [name for name in ("userId", "classId", "schoolId") if name in named.columns]
    return named.select(*order, pl.exclude(*order, "person", "class")).sort(order)


def _snapshots(con: DuckDBPyConnection, number: int) -> pl.DataFrame:
    query = (
        "SELECT * EXCLUDE (district) FROM snapshots WHERE district = ? AND source <> ? "
        "ORDER BY snapshot"
    )
    return frame(con, query, number, TAKEN_BACK)


def _history(con: DuckDBPyConnection, number: int, profile: Profile) -> pl.DataFrame:
    """Every record of every kind, once for each time in which it did not change.

    Memberships and enrollments go by the last IDs of their people and classes; `valid_to` is null
    while a record holds.
    """
    records = {table.name: _all_of(con, table, number) for table in TABLES}
    people, classes = records["people"], records["classes"]
    if "userRole" in people.columns:
        people = people.with_columns(_kind(profile))
    last_user = _last(people, "person", "userId")
    last_class = _last(classes, "class", "classId")
    of_class = last_class.join(_last(classes, "class", "schoolId"), on="class")
    enrollments = records["enrollments"].join(last_user, on="person", how="left")
    parts = {
        "people": people,
        "schools": records["schools"],
        "memberships": records["memberships"].join(last_user, on="person", how="left"),
        "classes": classes,
        "enrollments": enrollments.join(of_class, on="class", how="left"),
    }
    kinds = (
        part.with_columns(kind=pl.lit(_KINDS[name])) if name in _KINDS else part
        for name, part in parts.items()
    )
    together = pl.concat(kinds, how="diagonal")
    first = [name for name in _FIRST if name in together.columns]
    return (
        together.select(*first, pl.exclude(*first, *_LAST), *_LAST)
        .with_columns(pl.col("valid_to").replace(STILL, None))
        .sort("kind", "userId", "classId", "schoolId", "valid_from", nulls_last=True)
    )


def _all_of(con: DuckDBPyConnection, table: Table, number: int) -> pl.DataFrame:
    """All records of a district in a table."""
    query = f"SELECT * EXCLUDE (district) FROM {table.name}"  # noqa: S608  (our own name)
    return frame(con, f"{query} WHERE district = ?", number)


def _last(records: pl.DataFrame, number: str, fact: str) -> pl.DataFrame:
    """`number` and the last that was known of a fact."""
    return records.group_by(number).agg(pl.col(fact).sort_by("valid_from").last())
