"""Forgetting for good: what is kept moves into a new file, and the old one goes.

DuckDB leaves the bytes of deleted rows in the file until something else needs the room; a file
that they were never written into does not hold them.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from roster_toolkit.errors import StoreError
from roster_toolkit.store.connect import in_memory, room_beside
from roster_toolkit.store.read import columns_of
from roster_toolkit.store.schema import TABLES, definition, quoted

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def rewrite(path: Path, district: int, before: int | None) -> None:
    """Write the store anew without a district, or without its snapshots before one.

    The new file takes the name of the old one at the very end, while the old one is still held
    against other programs.
    """
    with in_memory() as con:
        con.execute(f"ATTACH {_text(path)} AS old (READ_ONLY)")
        # While this is attached nobody writes to the old file, or sweeps our room away.
        with room_beside(path) as room:
            made = room / path.name
            con.execute(f"ATTACH {_text(made)} AS fresh")
            con.execute("USE fresh")
            con.execute(definition())
            con.execute("USE memory")
            con.execute("BEGIN")
            registers = ["roster_store", "districts", "snapshots", "listed_schools"]
            if columns_of(con, "replaced_lists", "old"):
                registers.append("replaced_lists")
            for table in registers:
                _copy(con, table, _kept(table, district, before), {})
            for records in TABLES:
                begins = {} if before is None else {"valid_from": _begins(district, before)}
                _copy(con, records.name, _kept("", district, before), begins)
            con.execute("COMMIT")
            con.execute("DETACH fresh")
            if path.with_name(f"{path.name}.wal").exists():
                raise StoreError(f"The store {path} was changed meanwhile; nothing was forgotten.")
            _synced(made)
            made.replace(path)
            _synced(path.parent)


def _copy(con: DuckDBPyConnection, table: str, kept: str, instead: dict[str, str]) -> None:
    """Copy the rows of a table that are kept, with its columns of later profiles too."""
    names = columns_of(con, table, "old")
    for name in names:
        if name not in columns_of(con, table, "fresh"):
            con.execute(f"ALTER TABLE fresh.{table} ADD COLUMN {quoted(name)} VARCHAR DEFAULT ''")
    told = ", ".join(instead.get(name, quoted(name)) for name in names)
    into = ", ".join(map(quoted, names))
    con.execute(
        f"INSERT INTO fresh.{table} ({into}) "  # noqa: S608  (our own names)
        f"SELECT {told} FROM old.{table} WHERE {kept} ORDER BY rowid"
    )


def _kept(table: str, district: int, before: int | None) -> str:
    """The rows of a table that stay."""
    if table == "roster_store":
        return "true"
    if before is None:
        return f"district <> {district}"
    if table in ("districts", "listed_schools"):
        return "true"
    column = "snapshot >=" if table in ("snapshots", "replaced_lists") else "valid_to >"
    return f"district <> {district} OR {column} {before}"


def _begins(district: int, before: int) -> str:
    """Where a record's interval begins, once the snapshots before one are forgotten."""
    return (
        f"CASE WHEN district = {district} THEN greatest(valid_from, {before}) ELSE valid_from END"
    )


def _text(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def _synced(path: Path) -> None:
    """Have the disk hold a file, or the names in a folder, before anything else happens."""
    with suppress(OSError):  # a folder cannot be synced everywhere
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
