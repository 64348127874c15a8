"""What was done to a district and when, from the tables that keep it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from roster_toolkit.store.connect import frame
from roster_toolkit.store.model import UPLOAD
from roster_toolkit.store.read import columns_of
from roster_toolkit.store.schema import TAKEN_BACK, undone

if TYPE_CHECKING:
    import polars as pl
    from duckdb import DuckDBPyConnection

#: What an undo was about, in the table `undone`.
_SNAPSHOT, PROFILE_ACT = "snapshot", "profile"
_MADE = """
SELECT made AS "at", CASE source WHEN $upload THEN 'processed' ELSE 'imported' END AS act,
    snapshot AS number, origin, label AS note, false AS undone
FROM snapshots WHERE district = $district AND source <> $taken_back
UNION ALL
SELECT made, 'profile kept', number, '', note, taken_back
FROM profiles WHERE district = $district
"""
#: What was undone stands twice: when it was made, and when it was undone.
_UNDONE = """
UNION ALL
SELECT made, CASE source WHEN $upload THEN 'processed' ELSE 'imported' END, number, origin, note,
    true
FROM undone WHERE district = $district AND what = $snapshot
UNION ALL
SELECT undone_at, CASE what WHEN $snapshot THEN 'undone' ELSE 'profile undone' END, number,
    origin, note, false
FROM undone WHERE district = $district
"""
_ORDER = 'ORDER BY "at" DESC, number DESC, act DESC, undone'


def journal(con: DuckDBPyConnection, district: int) -> pl.DataFrame:
    """`at` (UTC), `act`, `number`, `origin`, `note`, `undone`; the latest act first."""
    values = {"district": district, "upload": UPLOAD, "taken_back": TAKEN_BACK}
    written_down = bool(columns_of(con, "undone"))
    if written_down:
        values["snapshot"] = _SNAPSHOT
    return frame(con, f"{_MADE}{_UNDONE if written_down else ''}{_ORDER}", **values)


def note_undone_snapshot(con: DuckDBPyConnection, district: int, snapshot: int) -> None:
    """Write down that a snapshot is undone, and what it was, before its line goes."""
    con.execute(undone())
    con.execute(
        "INSERT INTO undone SELECT district, ?, snapshot, origin, label, source, made, ? "
        "FROM snapshots WHERE district = ? AND snapshot = ?",
        [_SNAPSHOT, _now(), district, snapshot],
    )


def note_undone_profile(con: DuckDBPyConnection, district: int, number: int) -> None:
    """Write down that a version of the district's own profile is undone."""
    con.execute(undone())
    con.execute(
        "INSERT INTO undone SELECT district, ?, number, '', note, '', made, ? "
        "FROM profiles WHERE district = ? AND number = ?",
        [PROFILE_ACT, _now(), district, number],
    )


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None, microsecond=0)
