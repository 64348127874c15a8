"""Copy tables of a store into a new file, which has the layout of today."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from roster_toolkit.store.read import columns_of
from roster_toolkit.store.schema import FORMAT, definition, quoted

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def attach_old(con: DuckDBPyConnection, path: Path) -> None:
    """Attach the store that is copied, to be read only."""
    con.execute(f"ATTACH {_literal(path)} AS old (READ_ONLY)")


@contextmanager
def filling(con: DuckDBPyConnection, made: Path) -> Iterator[None]:
    """Make a new file with empty tables, to be filled; it is whole when this ends."""
    con.execute(f"ATTACH {_literal(made)} AS fresh")
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


def _literal(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
