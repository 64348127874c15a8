"""Write a snapshot to the tables: begin new records, end those that no longer hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import polars as pl

from roster_toolkit.arrow import Streamed
from roster_toolkit.errors import StoreError, UsageError
from roster_toolkit.model import Profile
from roster_toolkit.rosters.identity import Aligned, aligned
from roster_toolkit.rosters.roster import Kind, Roster, facts_of, kind_of_person, pair
from roster_toolkit.store.connect import frame, rows
from roster_toolkit.store.read import blank_columns, columns_of, listed_schools, roster_at
from roster_toolkit.store.schema import (
    OWN,
    STILL,
    TABLES,
    TAKEN_BACK,
    Table,
    quoted,
    replaced_lists,
)

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@dataclass(frozen=True, slots=True)
class Making:
    """The metadata of a new snapshot."""

    label: str
    origin: str
    source: str
    profile: Profile


def district_number(con: DuckDBPyConnection, name: str, source: str | None) -> int:
    """The number of a district, created if absent; `source` replaces the stored one, if given."""
    matches = rows(con, "SELECT district FROM districts WHERE name = ?", name)
    if not matches:
        ((number,),) = rows(con, "SELECT coalesce(max(district), 0) + 1 FROM districts")
        values = [number, name, source or "portal"]
        con.execute("INSERT INTO districts VALUES (?, ?, ?, 0, 0)", values)
        return int(number)
    number = int(matches[0][0])
    if source is not None:
        con.execute("UPDATE districts SET source = ? WHERE district = ?", [source, number])
    return number


def list_schools(
    con: DuckDBPyConnection, district: int, listed: pl.DataFrame, snapshot: int | None
) -> None:
    """Store the district's list of schools as given, those without an ID included.

    `snapshot`: the one made with it, if any; the replaced list is kept under its number.
    """
    if snapshot is not None:
        _keep_replaced_list(con, district, snapshot)
    schools = listed.select("schoolId", "schoolName")
    con.execute("DELETE FROM listed_schools WHERE district = ?", [district])
    _insert(con, "listed_schools", schools.with_columns(district=pl.lit(district)))


def _keep_replaced_list(con: DuckDBPyConnection, district: int, snapshot: int) -> None:
    """Keep the current list of schools; a blank line means that there is none."""
    con.execute(replaced_lists())
    current = listed_schools(con, district)
    if current.is_empty():
        current = pl.DataFrame({"schoolId": [""], "schoolName": [""]})
    replaced = current.with_columns(district=pl.lit(district), snapshot=pl.lit(snapshot))
    _insert(con, "replaced_lists", replaced)


def add_snapshot(
    con: DuckDBPyConnection, district: int, roster: Roster, making: Making, base: int | None
) -> int | None:
    """The number of the new snapshot, or None where nothing differs from the latest one.

    `base`: the snapshot that the roster was made from; another one that was added since is an
    error. 0 if there was none, None if it does not matter.
    """
    latest, highest = numbers_of(con, district)
    if base is not None and base != latest:
        what = f"{latest} was added" if latest > base else f"{base} was undone"
        raise StoreError(
            f"Snapshot {what} meanwhile; look at the file again before it is processed."
        )
    _must_be_unique(roster)
    _add_columns(con, making.profile)
    roster = _shaped(con, roster)
    before = roster_at(con, district, latest) if latest else _empty_like(roster)
    stored_form = _with_store_numbers(con, district, roster, before)
    number = highest + 1
    frames = [(t, getattr(before, t.name), getattr(stored_form.roster, t.name)) for t in TABLES]
    changed = [_end_and_begin(con, *records, (district, number)) for records in frames]
    list_changed = stored_form.roster.school_list != before.school_list
    if latest and not any(changed) and not list_changed:
        return None
    con.execute(
        "UPDATE districts SET next_person = ?, next_class = ? WHERE district = ?",
        [stored_form.next_person, stored_form.next_class, district],
    )
    con.execute("DELETE FROM snapshots WHERE district = ? AND source = ?", [district, TAKEN_BACK])
    _insert_snapshot_line(con, district, number, stored_form.roster, making)
    return number


def numbers_of(con: DuckDBPyConnection, district: int) -> tuple[int, int]:
    """The latest snapshot of a district and the highest number ever given; 0 where there is none.

    They differ where the latest snapshot was taken back: its number is never given again.
    """
    query = (
        "SELECT coalesce(max(snapshot) FILTER (source <> ?), 0), coalesce(max(snapshot), 0) "
        "FROM snapshots WHERE district = ?"
    )
    ((latest, highest),) = rows(con, query, TAKEN_BACK, district)
    return int(latest), int(highest)


def _must_be_unique(roster: Roster) -> None:
    keys = (
        ("userId", roster.people, pl.col("userId")),
        ("classId", roster.classes, pl.col("classId")),
        ("schoolId", roster.schools, pl.col("schoolId")),
        ("person and school", roster.memberships, pl.struct("person", "schoolId")),
        ("person and class", roster.enrollments, pair()),
    )
    for name, records, key in keys:
        repeated = records.height - records.select(key.n_unique()).item()
        if repeated:
            raise UsageError(
                f"The roster cannot be stored: {repeated} of its records repeat a {name}."
            )


def _add_columns(con: DuckDBPyConnection, profile: Profile) -> None:
    """Add columns for facts that no snapshot had before."""
    for table in TABLES:
        for name in blank_columns(con, table):
            con.execute(f"ALTER TABLE {table.name} ADD COLUMN {_text_column(name)}")
        if table.facts is None:
            continue
        existing = columns_of(con, table.name)
        reserved = {name.lower() for name in (*OWN, *(name for name, _ in table.columns))}
        for fact in facts_of(profile, table.facts):
            if fact in existing:
                continue
            if fact.lower() in reserved | {name.lower() for name in existing}:
                raise StoreError(
                    f"The store cannot hold the column {fact} of the profile {profile.name}: it "
                    f"has another one of that name."
                )
            con.execute(f"ALTER TABLE {table.name} ADD COLUMN {_text_column(fact)}")


def _text_column(name: str) -> str:
    """SQL for a text column that is blank in older records."""
    return f"{quoted(name)} VARCHAR DEFAULT ''"


def _shaped(con: DuckDBPyConnection, roster: Roster) -> Roster:
    """The roster with the tables' columns, blank where it lacks one; a blank flag means no."""

    def shaped(records: pl.DataFrame, table: str) -> pl.DataFrame:
        names = [n for n in columns_of(con, table) if n not in (*OWN[:1], *OWN[2:])]
        return records.select(
            pl.col(name) if name in records.columns else pl.lit("").alias(name) for name in names
        ).with_columns(pl.col(pl.String).fill_null(""))

    frames = {table.name: shaped(getattr(roster, table.name), table.name) for table in TABLES}
    frames["enrollments"] = frames["enrollments"].with_columns(
        pl.col("leads").fill_null(value=False)
    )
    return Roster(**frames, school_list=roster.school_list)


def _empty_like(like: Roster) -> Roster:
    return Roster(**{table.name: getattr(like, table.name).clear() for table in TABLES})


def _with_store_numbers(
    con: DuckDBPyConnection, district: int, roster: Roster, before: Roster
) -> Aligned:
    """The roster under the store's numbers; people who return get their old number."""
    past = frame(
        con,
        'SELECT "userId", person FROM people WHERE district = ? AND valid_to < ? '
        'ORDER BY valid_to DESC, person, "userId"',
        district,
        STILL,
    ).unique("userId", keep="first", maintain_order=True)
    past = past.join(before.people, on="person", how="anti", maintain_order="left")
    query = "SELECT next_person, next_class FROM districts WHERE district = ?"
    ((next_person, next_class),) = rows(con, query, district)
    return aligned(roster, before, past=past, next_person=next_person, next_class=next_class)


def _end_and_begin(
    con: DuckDBPyConnection, table: Table, was: pl.DataFrame, now: pl.DataFrame, at: tuple[int, int]
) -> bool:
    """End the records that no longer hold and add the new ones; return whether there was any.

    `at`: the district and the number of the new snapshot.
    """
    district, number = at
    now = now.select(was.columns).cast(was.schema)
    if was.is_empty():
        ended, begun = was, now
    else:
        ended = was.join(now, on=was.columns, how="anti").select(table.key)
        begun = now.join(was, on=was.columns, how="anti", maintain_order="left")
    if not ended.is_empty():
        con.register("ended", Streamed(ended))
        same = " AND ".join(
            f"{table.name}.{quoted(key)} = ended.{quoted(key)}" for key in table.key
        )
        con.execute(
            f"UPDATE {table.name} SET valid_to = ? FROM ended "  # noqa: S608  (our own names)
            f"WHERE district = ? AND valid_to = ? AND {same}",
            [number, district, STILL],
        )
        con.unregister("ended")
    if not begun.is_empty():
        new_records = begun.sort(table.key).with_columns(
            district=pl.lit(district), valid_from=pl.lit(number), valid_to=pl.lit(STILL)
        )
        _insert(con, table.name, new_records)
    return not (ended.is_empty() and begun.is_empty())


def _insert(con: DuckDBPyConnection, table: str, records: pl.DataFrame) -> None:
    con.register("records", Streamed(records))
    names = ", ".join(map(quoted, records.columns))
    con.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM records")  # noqa: S608
    con.unregister("records")


def counts_of(roster: Roster, profile: Profile) -> dict[Kind, int]:
    """How many records of each kind a roster has."""
    kinds = roster.people.select(kind=kind_of_person(profile))["kind"]
    return {
        Kind.SCHOOL: roster.schools.height,
        Kind.STAFF: int((kinds == Kind.STAFF.value).sum()),
        Kind.STUDENT: int((kinds == Kind.STUDENT.value).sum()),
        Kind.CLASS: int(roster.classes["active"].sum()),
        Kind.ENROLLMENT: roster.enrollments.height,
    }


def _insert_snapshot_line(
    con: DuckDBPyConnection, district: int, number: int, roster: Roster, making: Making
) -> None:
    counts = counts_of(roster, making.profile)
    values = [
        district, number, making.label, making.origin, making.source, making.profile.name,
        datetime.now(UTC).replace(tzinfo=None, microsecond=0), roster.school_list,
        *(counts[kind] for kind in Kind),
    ]  # fmt: skip
    marks = ", ".join("?" for _ in values)
    con.execute(f"INSERT INTO snapshots VALUES ({marks})", values)  # noqa: S608
