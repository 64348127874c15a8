"""Copy a store, or some of its rows, into a new file, which has the layout of today."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from roster_toolkit.errors import StoreError
from roster_toolkit.store.connect import as_store_error, in_memory, made_beside, rows
from roster_toolkit.store.engine import literal, patiently
from roster_toolkit.store.read import columns_of
from roster_toolkit.store.schema import FORMAT, REGISTERS, TABLES, definition, quoted

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


#: Tables of the layout of today, in the order in which they are copied.
_OURS = (*REGISTERS, *(records.name for records in TABLES))
_LAYOUT = "roster_store"


def copy_beside(path: Path, copy: Path, patience: float) -> None:
    """Copy a whole store to a new file, which gets its name when it is whole and compared."""
    with made_beside(copy) as made:
        copy_whole(path, made, patience)


def copy_whole(path: Path, made: Path, patience: float) -> None:
    """Copy a whole store of this format or an earlier one, as it is at one moment.

    What an earlier format lacks begins empty; tables that this toolkit does not know come along.
    The copy is read back and compared, row by row. Raises StoreError where it differs.
    """
    with as_store_error(path), in_memory() as con:
        attach_old(con, path, patience)
        others = [name for name in _tables(con) if name not in (*_OURS, _LAYOUT)]
        with filling(con, made):
            for table in _OURS:
                copied(con, table)
            for table in others:
                name = quoted(table)
                con.execute(f"CREATE TABLE fresh.{name} AS SELECT * FROM old.{name}")  # noqa: S608
        con.execute(f"ATTACH {literal(made)} AS copy (READ_ONLY)")
        for table in (*_OURS, *others):
            names = columns_of(con, table, "old")
            if names and _digest(con, "old", table, names) != _digest(con, "copy", table, names):
                raise StoreError(
                    f"The copy of {path} did not become what the store is, so it was dropped. "
                    "Look at the disk and the memory of this machine."
                )


def _tables(con: DuckDBPyConnection) -> list[str]:
    query = "SELECT table_name FROM duckdb_tables() WHERE database_name = 'old' ORDER BY table_oid"
    return [name for (name,) in rows(con, query)]


def _digest(con: DuckDBPyConnection, database: str, table: str, names: list[str]) -> object:
    """How many rows a table has, and a digest of them in any order."""
    columns = ", ".join(map(quoted, names))
    query = f"SELECT count(*), sum(hash({columns})) FROM {database}.{quoted(table)}"  # noqa: S608
    return rows(con, query)


def attach_old(con: DuckDBPyConnection, path: Path, patience: float) -> None:
    """Attach the store that is copied, to be read only; nobody can change it from then on."""
    statement = f"ATTACH {literal(path)} AS old (READ_ONLY)"
    patiently(lambda: con.execute(statement), patience)


@contextmanager
def filling(con: DuckDBPyConnection, made: Path) -> Iterator[None]:
    """Make a new file with empty tables, to be filled; it is whole when this ends."""
    con.execute(f"ATTACH {literal(made)} AS fresh")
    con.execute("USE fresh")
    con.execute(definition())
    con.execute("INSERT INTO roster_store VALUES (?)", [FORMAT])
    con.execute("USE memory")
    con.execute("BEGIN")
    yield
    con.execute("COMMIT")
    con.execute("DETACH fresh")


def copied(
    con: DuckDBPyConnection,
    table: str,
    condition: str = "true",
    replacements: Mapping[str, str] | None = None,
) -> None:
    """Copy the rows that meet a condition, columns added by later profiles included.

    A table that the old store lacks stays empty. `replacements`: column → SQL expression.
    """
    names = columns_of(con, table, "old")
    if not names:
        return
    for name in names:
        if name not in columns_of(con, table, "fresh"):
            con.execute(f"ALTER TABLE fresh.{table} ADD COLUMN {quoted(name)} VARCHAR DEFAULT ''")
    values = ", ".join((replacements or {}).get(name, quoted(name)) for name in names)
    into = ", ".join(map(quoted, names))
    con.execute(
        f"INSERT INTO fresh.{table} ({into}) "  # noqa: S608  (our own names)
        f"SELECT {values} FROM old.{table} WHERE {condition} ORDER BY rowid"
    )
