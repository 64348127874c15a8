"""Forget districts or old snapshots for good: copy what is kept into a new file, drop the old one.

DuckDB leaves the bytes of deleted rows in the file until the space is reused; only a new file is
certain not to hold them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from roster_toolkit.errors import StoreError
from roster_toolkit.store.connect import fsync, in_memory, room_beside
from roster_toolkit.store.copying import attach_old, copied, filling
from roster_toolkit.store.journal import PROFILE_ACT, now
from roster_toolkit.store.schema import REGISTERS, TABLES

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


#: Number of a district → the first snapshot that it keeps; None where all of it is forgotten.
Kept = Mapping[int, int | None]


def rewrite(
    path: Path, patience: float, choose: Callable[[DuckDBPyConnection], Kept], who: str = ""
) -> None:
    """Rewrite the store without what is chosen of it; untouched where nothing is.

    `choose` reads the store as it is when nobody can change it any more. The new file replaces the
    old one at the very end, while the old one is still locked against other programs. `who` does it
    is written down there; where nobody was asked who they are, nothing is.
    """
    with in_memory() as con:
        attach_old(con, path, patience)
        con.execute("USE old")
        kept = choose(con)
        con.execute("USE memory")
        if not kept:
            return
        # While this is attached, nobody writes to the old file or sweeps our folder away.
        with room_beside(path) as room:
            made = room / path.name
            with filling(con, made):
                for table in REGISTERS:
                    gone = {"district": _district_sql(kept)} if table == "acts" else None
                    copied(con, table, _rows_kept(table, kept), gone)
                for records in TABLES:
                    condition = _rows_kept(records.name, kept)
                    copied(con, records.name, condition, {"valid_from": _valid_from_sql(kept)})
                if who:
                    _note_deletions(con, kept, who)
            if path.with_name(f"{path.name}.wal").exists():
                raise StoreError(f"The store {path} was changed meanwhile; nothing was forgotten.")
            fsync(made)
            made.replace(path)
            fsync(path.parent)


def _rows_kept(table: str, kept: Kept) -> str:
    """SQL condition: the rows of a table that stay."""
    conditions = (_rows_kept_of(table, district, before) for district, before in kept.items())
    return " AND ".join(f"({condition})" for condition in conditions)


def _rows_kept_of(table: str, district: int, before: int | None) -> str:
    """SQL condition: the rows of a table that stay, of a district or of any other."""
    if table == "acts":
        later = "" if before is None else f" OR act LIKE 'profile %' OR number >= {before}"
        return f"district <> {district} OR act IN ('exported', 'deleted'){later}"
    if before is None:
        return f"district <> {district}"
    if table in ("districts", "listed_schools", "profiles"):
        return "true"
    if table == "undone":
        return f"district <> {district} OR what = '{PROFILE_ACT}' OR number >= {before}"
    column = "snapshot >=" if table in ("snapshots", "replaced_lists") else "valid_to >"
    return f"district <> {district} OR {column} {before}"


def _valid_from_sql(kept: Kept) -> str:
    """SQL expression: where a record's interval begins once earlier snapshots are forgotten."""
    cases = " ".join(
        f"WHEN {district} THEN greatest(valid_from, {before})"
        for district, before in kept.items()
        if before is not None
    )
    return f"CASE district {cases} ELSE valid_from END" if cases else "valid_from"


def _district_sql(kept: Kept) -> str:
    """SQL expression: the district of an act, 0 where it is deleted and its number free again."""
    deleted = ", ".join(str(district) for district, before in kept.items() if before is None)
    return f"CASE WHEN district IN ({deleted}) THEN 0 ELSE district END" if deleted else "district"


def _note_deletions(con: DuckDBPyConnection, kept: Kept, who: str) -> None:
    """Write down who deleted what; of a district that is gone its name stays, and no more."""
    for district, before in kept.items():
        con.execute(
            "INSERT INTO fresh.acts SELECT ?, name, 'deleted', ?, ?, ?, '' FROM old.districts "
            "WHERE district = ?",
            [0 if before is None else district, before or 0, now(), who, district],
        )
