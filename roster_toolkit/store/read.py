"""Snapshots out of the tables: rosters, and what is known of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from roster_toolkit.errors import UnknownSnapshot
from roster_toolkit.model import Entity, Profile
from roster_toolkit.rosters.roster import Kind, Roster, facts_of, pair
from roster_toolkit.store.connect import frame, rows
from roster_toolkit.store.model import District, Snapshot
from roster_toolkit.store.schema import STILL, TABLES, TAKEN_BACK, Table, quoted

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_BOOKKEEPING = {"district", "valid_from", "valid_to"}
_NAMED = 12
_TEXT = "VARCHAR"


def districts(con: DuckDBPyConnection) -> tuple[District, ...]:
    """All districts, by name."""
    numbers: dict[int, list[int]] = {}
    query = "SELECT district, snapshot FROM snapshots WHERE source <> ? ORDER BY district, snapshot"
    for district, snapshot in rows(con, query, TAKEN_BACK):
        numbers.setdefault(district, []).append(snapshot)
    known = rows(con, "SELECT district, name, source FROM districts ORDER BY name")
    return tuple(
        District(name, source, tuple(numbers.get(number, ()))) for number, name, source in known
    )


def number_of(con: DuckDBPyConnection, name: str) -> int | None:
    """The number of a district, if the store has it."""
    found = rows(con, "SELECT district FROM districts WHERE name = ?", name)
    return int(found[0][0]) if found else None


def known_district(con: DuckDBPyConnection, name: str) -> tuple[int, District]:
    """A district and its number; raises UnknownSnapshot naming those that exist."""
    known = districts(con)
    for district in known:
        if district.name == name:
            return number_of(con, name) or 0, district
    if not known:
        raise UnknownSnapshot(f"The store has no district {name!r}; it has none at all.")
    names = [repr(district.name) for district in known[:_NAMED]]
    more = f" and {len(known) - _NAMED} more" if len(known) > _NAMED else ""
    raise UnknownSnapshot(f"The store has no district {name!r}; it has {', '.join(names)}{more}.")


def known_snapshot(district: District, snapshot: int | None) -> int:
    """The number asked for, or the latest; raises UnknownSnapshot naming those that exist."""
    if not district.snapshots:
        raise UnknownSnapshot(f"The district {district.name!r} has no snapshot.")
    if snapshot is None:
        return district.snapshots[-1]
    if snapshot not in district.snapshots:
        first, last = district.snapshots[0], district.snapshots[-1]
        those = str(first) if first == last else f"{first} to {last}"
        raise UnknownSnapshot(
            f"The district {district.name!r} has no snapshot {snapshot}; it has {those}."
        )
    return snapshot


def snapshots(con: DuckDBPyConnection, district: int, name: str) -> tuple[Snapshot, ...]:
    """The snapshots of a district, the first one first."""
    query = (
        "SELECT snapshot, label, origin, source, profile, made, school_list, "
        'school, staff, student, "class", enrollment '
        "FROM snapshots WHERE district = ? AND source <> ? ORDER BY snapshot"
    )
    kinds = (Kind.SCHOOL, Kind.STAFF, Kind.STUDENT, Kind.CLASS, Kind.ENROLLMENT)
    return tuple(
        Snapshot(
            name, number, label, origin, source, profile, made, listed,
            dict(zip(kinds, counts, strict=True)),
        )
        for number, label, origin, source, profile, made, listed, *counts in rows(
            con, query, district, TAKEN_BACK
        )
    )  # fmt: skip


def roster_at(con: DuckDBPyConnection, district: int, snapshot: int) -> Roster:
    """A district's roster as of a snapshot, each frame sorted by its key."""
    frames = {table.name: _as_of(con, table, district, snapshot) for table in TABLES}
    query = "SELECT school_list FROM snapshots WHERE district = ? AND snapshot = ?"
    ((listed,),) = rows(con, query, district, snapshot)
    return Roster(**frames, school_list=listed)


def _as_of(con: DuckDBPyConnection, table: Table, district: int, snapshot: int) -> pl.DataFrame:
    names = [name for name in columns_of(con, table.name) if name not in _BOOKKEEPING]
    told = frame(
        con,
        f"SELECT {', '.join(map(quoted, names))} FROM {table.name} "  # noqa: S608  (our own names)
        "WHERE district = ? AND valid_from <= ? AND ? < valid_to",
        district,
        snapshot,
        snapshot,
    )
    told = told.with_columns(pl.lit("").alias(name) for name in blank_columns(con, table))
    return told.sort(pair() if table.name == "enrollments" else table.key)


def blank_columns(con: DuckDBPyConnection, table: Table) -> list[str]:
    """Columns of text that a store made by an earlier toolkit does not have yet."""
    there = columns_of(con, table.name)
    return [name for name, kind in table.columns if kind == _TEXT and name not in there]


def columns_of(con: DuckDBPyConnection, table: str, database: str | None = None) -> list[str]:
    """The columns of a table, in order; in another database that is attached, if one is named."""
    query = (
        "SELECT column_name FROM duckdb_columns() WHERE table_name = ? AND schema_name = 'main' "
        "AND database_name = coalesce(?, current_database()) ORDER BY column_index"
    )
    return [name for (name,) in rows(con, query, table, database)]


def fitted(roster: Roster, profile: Profile) -> Roster:
    """The roster with blank columns for facts that the profile knows and the store does not yet."""

    def with_facts(known: pl.DataFrame, about: Entity) -> pl.DataFrame:
        absent = [fact for fact in facts_of(profile, about) if fact not in known.columns]
        return known.with_columns(pl.lit("").alias(fact) for fact in absent)

    return Roster(
        schools=roster.schools,
        people=with_facts(roster.people, Entity.PERSON),
        memberships=roster.memberships,
        classes=with_facts(roster.classes, Entity.CLASS),
        enrollments=roster.enrollments,
        school_list=roster.school_list,
    )


def addresses_elsewhere(con: DuckDBPyConnection, district: int) -> pl.Series:
    """The e-mail addresses of all other districts as they are now, in lower case, sorted."""
    if "userEmail" not in columns_of(con, "people"):
        return pl.Series(dtype=pl.String)
    query = (
        'SELECT DISTINCT "userEmail" AS address FROM people WHERE district <> ? '
        "AND valid_to = ? AND \"userEmail\" <> ''"
    )
    told = frame(con, query, district, STILL)["address"]
    return told.str.to_lowercase().unique().sort()


def listed_schools(con: DuckDBPyConnection, district: int) -> pl.DataFrame:
    """The district's list of schools as it was given: `schoolId`, `schoolName`."""
    query = 'SELECT "schoolId", "schoolName" FROM listed_schools WHERE district = ?'
    return frame(con, query, district)


def schools_in_doubt(listed: pl.DataFrame) -> tuple[str, ...]:
    """Names of schools of a list that have no ID, or share it with another one.

    A school that is listed twice is one school; one without a name goes by its ID.
    """
    named = listed.select("schoolId", "schoolName").unique()
    doubtful = named.filter((pl.col("schoolId") == "") | pl.col("schoolId").is_duplicated())
    names = pl.when(pl.col("schoolName") == "").then("schoolId").otherwise("schoolName")
    return tuple(doubtful.select(names.alias("name"))["name"].unique().sort())
