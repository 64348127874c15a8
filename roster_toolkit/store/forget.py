"""Forget a district or old snapshots for good: copy what is kept into a new file, drop the old one.

DuckDB leaves the bytes of deleted rows in the file until the space is reused; only a new file is
certain not to hold them.
"""

from __future__ import annotations

from pathlib import Path

from roster_toolkit.errors import StoreError
from roster_toolkit.store.connect import fsync, in_memory, room_beside
from roster_toolkit.store.copying import attach_old, copied, filling
from roster_toolkit.store.journal import PROFILE_ACT
from roster_toolkit.store.schema import REGISTERS, TABLES


def rewrite(path: Path, district: int, before: int | None) -> None:
    """Rewrite the store without a district, or without its snapshots before one.

    The new file replaces the old one at the very end, while the old one is still locked against
    other programs.
    """
    with in_memory() as con:
        attach_old(con, path)
        # While this is attached, nobody writes to the old file or sweeps our folder away.
        with room_beside(path) as room:
            made = room / path.name
            with filling(con, made):
                for table in REGISTERS:
                    copied(con, table, _rows_kept(table, district, before))
                for records in TABLES:
                    replacements = (
                        {} if before is None else {"valid_from": _valid_from_sql(district, before)}
                    )
                    condition = _rows_kept(records.name, district, before)
                    copied(con, records.name, condition, replacements)
            if path.with_name(f"{path.name}.wal").exists():
                raise StoreError(f"The store {path} was changed meanwhile; nothing was forgotten.")
            fsync(made)
            made.replace(path)
            fsync(path.parent)


def _rows_kept(table: str, district: int, before: int | None) -> str:
    """SQL condition: the rows of a table that stay."""
    if before is None:
        return f"district <> {district}"
    if table in ("districts", "listed_schools", "profiles"):
        return "true"
    if table == "undone":
        return f"district <> {district} OR what = '{PROFILE_ACT}' OR number >= {before}"
    column = "snapshot >=" if table in ("snapshots", "replaced_lists") else "valid_to >"
    return f"district <> {district} OR {column} {before}"


def _valid_from_sql(district: int, before: int) -> str:
    """SQL expression: where a record's interval begins once earlier snapshots are forgotten."""
    return (
        f"CASE WHEN district = {district} THEN greatest(valid_from, {before}) ELSE valid_from END"
    )
