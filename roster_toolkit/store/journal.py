"""What was done to a district and when, from the tables that keep it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from roster_toolkit.store.connect import frame
from roster_toolkit.store.model import UPLOAD
from roster_toolkit.store.read import columns_of
from roster_toolkit.store.schema import TAKEN_BACK, acts, undone

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
#: `place`: the line of `acts`, which is only ever added to, so that its order is that of the acts.
_WITH_WHO = """
SELECT done.*, coalesce(acts.who, '') AS who, coalesce(acts.sha256, '') AS sha256,
    acts.rowid AS place
FROM ({done}) done LEFT JOIN acts
ON acts.district = $district AND acts.act = done.act AND acts.number = done.number
"""
#: Acts that leave no other trace; those of a district that was deleted go by its name.
_TRACELESS = """
UNION ALL
SELECT done_at, act, number, '', '', false, who, sha256, rowid FROM acts
WHERE act IN ('exported', 'deleted')
AND (district = $district OR (district = 0 AND name = $name))
"""
_WITHOUT_WHO = "SELECT *, '' AS who, '' AS sha256, NULL AS place FROM ({done})"
#: Acts within one second stand in the order of `acts`; those from before it was kept, by number.
_ORDERED = """
SELECT * EXCLUDE (place) FROM ({done})
ORDER BY "at" DESC, place DESC NULLS LAST, number DESC, act DESC, undone
"""


def journal(con: DuckDBPyConnection, district: int, name: str) -> pl.DataFrame:
    """The acts, the latest first, those of one second too.

    `at` (UTC), `act`, `number`, `origin`, `note`, `undone`, `who`, `sha256`.
    """
    values = {"district": district, "upload": UPLOAD, "taken_back": TAKEN_BACK}
    done = _MADE
    if columns_of(con, "undone"):
        values["snapshot"] = _SNAPSHOT
        done += _UNDONE
    if columns_of(con, "acts"):
        told = _WITH_WHO.format(done=done) + _TRACELESS
        values["name"] = name
    else:
        told = _WITHOUT_WHO.format(done=done)
    return frame(con, _ORDERED.format(done=told), **values)


def note_act(
    con: DuckDBPyConnection,
    district: tuple[int, str],
    act: str,
    number: int,
    *,
    who: str,
    sha256: str = "",
) -> None:
    """Write down who did what, and the digest of the bytes that it was done with.

    `district`: number and name. `act`: a word of the journal; `number`: of the snapshot or version.
    """
    con.execute(acts())
    con.execute(
        "INSERT INTO acts VALUES (?, ?, ?, ?, ?, ?, ?)",
        [*district, act, number, now(), who, sha256],
    )


def note_undone_snapshot(con: DuckDBPyConnection, district: int, snapshot: int) -> None:
    """Write down that a snapshot is undone, and what it was, before its line goes."""
    con.execute(undone())
    con.execute(
        "INSERT INTO undone SELECT district, ?, snapshot, origin, label, source, made, ? "
        "FROM snapshots WHERE district = ? AND snapshot = ?",
        [_SNAPSHOT, now(), district, snapshot],
    )


def note_undone_profile(con: DuckDBPyConnection, district: int, number: int) -> None:
    """Write down that a version of the district's own profile is undone."""
    con.execute(undone())
    con.execute(
        "INSERT INTO undone SELECT district, ?, number, '', note, '', made, ? "
        "FROM profiles WHERE district = ? AND number = ?",
        [PROFILE_ACT, now(), district, number],
    )


def now() -> datetime:
    """The present second in UTC, as the tables tell it."""
    return datetime.now(UTC).replace(tzinfo=None, microsecond=0)
