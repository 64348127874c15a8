"""Forget a district or old snapshots for good: copy what is kept into a new file, drop the old one.

DuckDB leaves the bytes of deleted rows in the file until the space is reused; only a new file is
certain not to hold them.
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
    """Rewrite the store without a district, or without its snapshots before one.

    The new file replaces the old one at the very end, while the old one is still locked against
    other programs.
    """
    with in_memory() as con:
        con.execute(f"ATTACH {_literal(path)} AS old (READ_ONLY)")
        # While this is attached, nobody writes to the old file or sweeps our folder away.
        with room_beside(path) as room:
            made = room / path.name
            con.execute(f"ATTACH {_literal(made)} AS fresh")
            con.execute("USE fresh")
            con.execute(definition())
            con.execute("USE memory")
            con.execute("BEGIN")
            tables = ["roster_store", "districts", "snapshots", "listed_schools"]
            if columns_of(con, "replaced_lists", "old"):
                tables.append("replaced_lists")
            for table in tables:
                _copy(con, table, _rows_kept(table, district, before), {})
            for records in TABLES:
                replacements = (
                    {} if before is None else {"valid_from": _valid_from_sql(district, before)}
                )
                _copy(con, records.name, _rows_kept("", district, before), replacements)
            con.execute("COMMIT")
            con.execute("DETACH fresh")
            if path.with_name(f"{path.name}.wal").exists():
                raise StoreError(f"The store {path} was changed meanwhile; nothing was forgotten.")
            _fsync(made)
            made.replace(path)
            _fsync(path.parent)


def _copy(
    con: DuckDBPyConnection, table: str, condition: str, replacements: dict[str, str]
) -> None:
    """Copy the rows that are kept, columns added by later profiles included."""
    names = columns_of(con, table, "old")
    for name in names:
        if name not in columns_of(con, table, "fresh"):
            con.execute(f"ALTER TABLE fresh.{table} ADD COLUMN {quoted(name)} VARCHAR DEFAULT ''")
    values = ", ".join(replacements.get(name, quoted(name)) for name in names)
    into = ", ".join(map(quoted, names))
    con.execute(
        f"INSERT INTO fresh.{table} ({into}) "  # noqa: S608  (our own names)
        f"SELECT {values} FROM old.{table} WHERE {condition} ORDER BY rowid"
    )


def _rows_kept(table: str, district: int, before: int | None) -> str:
    """SQL condition: the rows of a table that stay."""
    if table == "roster_store":
        return "true"
    if before is None:
        return f"district <> {district}"
    if table in ("districts", "listed_schools"):
        return "true"
    column = "snapshot >=" if table in ("snapshots", "replaced_lists") else "valid_to >"
    return f"district <> {district} OR {column} {before}"


def _valid_from_sql(district: int, before: int) -> str:
    """SQL expression: where a record's interval begins once earlier snapshots are forgotten."""
    return (
        f"CASE WHEN district = {district} THEN greatest(valid_from, {before}) ELSE valid_from END"
    )


def _literal(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def _fsync(path: Path) -> None:
    """Flush a file, or the names in a folder, to disk."""
    with suppress(OSError):  # a folder cannot be synced everywhere
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
