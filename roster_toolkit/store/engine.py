"""DuckDB in this process: one instance, to which a store is attached while it is used.

Making an instance takes 17 ms of CPU time, attaching a store to one takes 2; a page of the app that
shows a district looks into the store some five times.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import duckdb

from roster_toolkit.store.holder import is_lock

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SETTINGS: dict[str, Any] = {
    "default_block_size": "16384",  # of a new file; a small store takes 0.3 MB instead of 2
    "python_enable_replacements": False,  # no variable of ours is ever taken for a table
    "autoinstall_known_extensions": False,  # nothing is downloaded
    "autoload_known_extensions": False,
}
_WAIT = 0.05  # seconds
T = TypeVar("T")
_instance: DuckDBPyConnection | None = None


@contextmanager
def attached(path: Path, patience: float, *, read_only: bool) -> Iterator[DuckDBPyConnection]:
    """A connection whose tables are those of a file, which is let go of at the end.

    One at a time. An instance that saw a failure, or set something down on the disk, is closed with
    what it set down. What was committed stands, even if the file cannot be closed well.
    """
    con = _connection(path)
    intact = False
    try:
        attach = f"ATTACH {literal(path)} AS store{' (READ_ONLY)' if read_only else ''}"
        patiently(lambda: con.execute(attach), patience)
        con.execute("USE store")
        yield con
        with suppress(duckdb.Error):
            con.execute("USE memory")
            con.execute("DETACH store")
            intact = not _beside(path).exists()
    finally:
        con.close()
        if not intact:
            _drop()


def patiently(act: Callable[[], T], patience: float) -> T:
    """What an act gives, tried again for some seconds while another program has the store."""
    deadline = time.monotonic() + patience
    while True:
        try:
            return act()
        except duckdb.IOException as error:
            if not is_lock(error) or time.monotonic() > deadline:
                raise
        time.sleep(_WAIT)


def literal(path: Path) -> str:
    """A path as a value in SQL."""
    return "'" + str(path).replace("'", "''") + "'"


def _connection(path: Path) -> DuckDBPyConnection:
    """A connection that sets down beside a file what has no room in memory, and nowhere else."""
    global _instance  # noqa: PLW0603  (the one that is kept)
    if _instance is None:
        _instance = duckdb.connect(":memory:", config=SETTINGS)
    _instance.execute(f"SET temp_directory = {literal(_beside(path))}")
    return _instance.cursor()


def _beside(path: Path) -> Path:
    return path.with_name(f"{path.name}.tmp")


def _drop() -> None:
    global _instance  # noqa: PLW0603
    if _instance is not None:
        _instance.close()
        _instance = None
