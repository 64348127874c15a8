"""Read from the tables: districts, snapshots, rosters, school lists."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

import duckdb
import polars as pl

from roster_toolkit.errors import UnknownSnapshot
from roster_toolkit.model import Entity, Profile
from roster_toolkit.rosters.roster import Kind, Roster, facts_of, pair
from roster_toolkit.store.connect import frame, rows
from roster_toolkit.store.model import District, Snapshot
from roster_toolkit.store.schema import STILL, TABLES, TAKEN_BACK, Table, quoted

if TYPE_CHECKING:
    from collections.abc import Collection

    from duckdb import DuckDBPyConnection

_BOOKKEEPING = {"district", "valid_from", "valid_to"}
_MAX_NAMED = 12
_TEXT = "VARCHAR"


def districts(con: DuckDBPyConnection) -> tuple[District, ...]:
    """All districts, by name."""
    snapshots_of: dict[int, list[int]] = {}
    query = "SELECT district, snapshot FROM snapshots WHERE source <> ? ORDER BY district, snapshot"
    for district, snapshot in rows(con, query, TAKEN_BACK):
        snapshots_of.setdefault(district, []).append(snapshot)
    query = "SELECT district, max(number) FROM profiles WHERE NOT taken_back GROUP BY district"
    profile_of = dict(rows(con, query))
    stored = rows(con, "SELECT district, name, source FROM districts ORDER BY name")
    return tuple(
        District(name, source, tuple(snapshots_of.get(number, ())), profile_of.get(number))
        for number, name, source in stored
    )


def fingerprint(con: DuckDBPyConnection) -> str:
    """A digest of what all districts are made of; see `Store.fingerprint`."""
    digest = sha256()
    for table in ("districts", "snapshots", "listed_schools", "profiles"):
        digest.update(repr(rows(con, f"FROM {table} ORDER BY ALL")).encode())
    return digest.hexdigest()


def number_of(con: DuckDBPyConnection, name: str) -> int | None:
    """The number of a district, if the store has it."""
    matches = rows(con, "SELECT district FROM districts WHERE name = ?", name)
    return int(matches[0][0]) if matches else None


def known_district(con: DuckDBPyConnection, name: str) -> tuple[int, District]:
    """A district and its number; raises UnknownSnapshot naming those that exist.

    Spaces around the name don't count, as when a district is made.
    """
    stored = districts(con)
    for district in stored:
        if district.name == name.strip():
            return number_of(con, district.name) or 0, district
    if not stored:
        raise UnknownSnapshot(f"The store has no district {name!r}; it has none at all.")
    names = [repr(district.name) for district in stored[:_MAX_NAMED]]
    more = f" and {len(stored) - _MAX_NAMED} more" if len(stored) > _MAX_NAMED else ""
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
            name, number, label, origin, source, profile, made, has_list,
            dict(zip(kinds, counts, strict=True)),
        )
        for number, label, origin, source, profile, made, has_list, *counts in rows(
            con, query, district, TAKEN_BACK
        )
    )  # fmt: skip


def roster_at(con: DuckDBPyConnection, district: int, snapshot: int) -> Roster:
    """A district's roster as of a snapshot, each frame sorted by its key."""
    frames = {table.name: _as_of(con, table, district, snapshot) for table in TABLES}
    query = "SELECT school_list FROM snapshots WHERE district = ? AND snapshot = ?"
    ((has_list,),) = rows(con, query, district, snapshot)
    return Roster(**frames, school_list=has_list)


def _as_of(con: DuckDBPyConnection, table: Table, district: int, snapshot: int) -> pl.DataFrame:
    names = [name for name in columns_of(con, table.name) if name not in _BOOKKEEPING]
    records = frame(
        con,
        f"SELECT {', '.join(map(quoted, names))} FROM {table.name} "  # noqa: S608  (our own names)
        "WHERE district = ? AND valid_from <= ? AND ? < valid_to",
        district,
        snapshot,
        snapshot,
    )
    records = records.with_columns(pl.lit("").alias(name) for name in blank_columns(con, table))
    return _by_key(records, table)


def _by_key(records: pl.DataFrame, table: Table) -> pl.DataFrame:
    """The records sorted by their key.

    Each snapshot is written in this order, which only later changes break: to look takes 3 ms for
    200,000 people and a million enrollments, to sort them 65.
    """
    key = pair() if table.name == "enrollments" else pl.struct(table.key)
    if not records.select(key).to_series().is_sorted():
        return records.sort(pair() if table.name == "enrollments" else table.key)
    first = table.key[0]
    return records.with_columns(pl.col(first).set_sorted())


def blank_columns(con: DuckDBPyConnection, table: Table) -> list[str]:
    """Columns of text that a store made by an earlier toolkit does not have yet."""
    existing = columns_of(con, table.name)
    return [name for name, kind in table.columns if kind == _TEXT and name not in existing]


def columns_of(con: DuckDBPyConnection, table: str, database: str | None = None) -> list[str]:
    """The columns of a table, in order, none of one that is not there.

    `database` names another one that is attached. A query that is never run is asked: the
    catalog would be ten times slower, and there are twenty such questions in one snapshot.
    """
    try:
        return con.sql(f"FROM {f'{database}.' if database else ''}{quoted(table)} LIMIT 0").columns
    except duckdb.CatalogException:
        return []


def fitted(roster: Roster, profile: Profile) -> Roster:
    """The roster, with blank columns for facts of the profile that the store does not have yet."""

    def with_facts(records: pl.DataFrame, about: Entity) -> pl.DataFrame:
        absent = [fact for fact in facts_of(profile, about) if fact not in records.columns]
        return records.with_columns(pl.lit("").alias(fact) for fact in absent)

    return Roster(
        schools=roster.schools,
        people=with_facts(roster.people, Entity.PERSON),
        memberships=roster.memberships,
        classes=with_facts(roster.classes, Entity.CLASS),
        enrollments=roster.enrollments,
        school_list=roster.school_list,
    )


def addresses_elsewhere(
    con: DuckDBPyConnection, district: int, beside: Collection[str] | None = None
) -> pl.Series:
    """The current email addresses of all other districts, in lower case, sorted.

    `beside`: the names of the districts that count, if not all do.
    """
    if "userEmail" not in columns_of(con, "people"):
        return pl.Series(dtype=pl.String)
    query = (
        'SELECT DISTINCT "userEmail" AS address FROM people WHERE district <> ? '
        "AND valid_to = ? AND \"userEmail\" <> ''"
    )
    values: list[object] = [district, STILL]
    if beside is not None:
        query += " AND district IN (SELECT district FROM districts WHERE list_contains(?, name))"
        values.append(sorted(beside))
    addresses = frame(con, query, *values)["address"]
    return addresses.str.to_lowercase().unique().sort()


def listed_schools(con: DuckDBPyConnection, district: int) -> pl.DataFrame:
    """The district's list of schools as it was given: `schoolId`, `schoolName`."""
    query = 'SELECT "schoolId", "schoolName" FROM listed_schools WHERE district = ?'
    return frame(con, query, district)


def schools_in_doubt(listed: pl.DataFrame) -> tuple[str, ...]:
    """Names of schools of a list that have no ID, or share it with another one.

    A school that is listed twice is one school; one without a name goes by its ID.
    """
    named = listed.select("schoolId", "schoolName").unique()
    ambiguous = named.filter((pl.col("schoolId") == "") | pl.col("schoolId").is_duplicated())
    names = pl.when(pl.col("schoolName") == "").then("schoolId").otherwise("schoolName")
    return tuple(ambiguous.select(names.alias("name"))["name"].unique().sort())
