"""Take back the latest snapshot: restore the tables to their state before it was made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from roster_toolkit.errors import UnknownSnapshot, UsageError
from roster_toolkit.store.connect import rows
from roster_toolkit.store.journal import note_undone_snapshot
from roster_toolkit.store.model import District
from roster_toolkit.store.read import columns_of
from roster_toolkit.store.schema import STILL, TABLES, TAKEN_BACK
from roster_toolkit.store.write import numbers_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def must_be_latest(district: District, snapshot: int) -> None:
    """Raise where a snapshot cannot be taken back, saying which one can."""
    if district.latest is None:
        raise UnknownSnapshot(f"The district {district.name!r} has no snapshot to undo.")
    if snapshot != district.latest:
        raise UsageError(
            f"Only the latest snapshot of {district.name!r} can be undone, which is "
            f"{district.latest}; nothing was changed."
        )


def take_back(con: DuckDBPyConnection, district: int, snapshot: int) -> None:
    """Take the latest snapshot of a district out of the tables.

    Records that began with it are deleted, records that ended with it become valid again. Numbers
    of people and classes that it was the first to use are never reused.
    """
    for table in TABLES:
        con.execute(
            f"DELETE FROM {table.name} WHERE district = ? AND valid_from = ?",  # noqa: S608  (ours)
            [district, snapshot],
        )
        con.execute(
            f"UPDATE {table.name} SET valid_to = ? "  # noqa: S608  (our own names)
            "WHERE district = ? AND valid_to = ?",
            [STILL, district, snapshot],
        )
    _list_schools_as_before(con, district, snapshot)
    note_undone_snapshot(con, district, snapshot)
    _keep_number(con, district, snapshot)


def _list_schools_as_before(con: DuckDBPyConnection, district: int, snapshot: int) -> None:
    """Restore the list of schools that the snapshot replaced, if it came with one."""
    where = [district, snapshot]
    if columns_of(con, "replaced_lists"):
        query = "SELECT count(*) FROM replaced_lists WHERE district = ? AND snapshot = ?"
        if rows(con, query, *where)[0][0]:
            con.execute("DELETE FROM listed_schools WHERE district = ?", [district])
            con.execute(
                'INSERT INTO listed_schools SELECT district, "schoolId", "schoolName" '
                "FROM replaced_lists WHERE district = ? AND snapshot = ? "
                "AND (\"schoolId\" <> '' OR \"schoolName\" <> '')",
                where,
            )
        con.execute("DELETE FROM replaced_lists WHERE district = ? AND snapshot = ?", where)
    # Stores of an earlier toolkit keep no replaced lists: with no list before, drop this one.
    query = (
        "SELECT count(*) FROM snapshots "
        "WHERE district = ? AND snapshot < ? AND school_list AND source <> ?"
    )
    if not rows(con, query, *where, TAKEN_BACK)[0][0]:
        con.execute("DELETE FROM listed_schools WHERE district = ?", [district])


def _keep_number(con: DuckDBPyConnection, district: int, snapshot: int) -> None:
    """Delete the snapshot's line, or keep it as a placeholder for the highest number."""
    _, highest = numbers_of(con, district)
    if snapshot < highest:
        con.execute(
            "DELETE FROM snapshots WHERE district = ? AND snapshot = ?", [district, snapshot]
        )
        return
    con.execute(
        "UPDATE snapshots SET source = ?, label = '', origin = '' "
        "WHERE district = ? AND snapshot = ?",
        [TAKEN_BACK, district, snapshot],
    )
