"""Short connections to a store: opened, checked, closed; whatever goes wrong becomes a sentence.

A store is looked at before it is opened for writing, so that a file that is no store, or one of a
newer toolkit, stays as it is to the last byte.
"""

from __future__ import annotations

import glob
import os
import re
import secrets
import shutil
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import polars as pl

from roster_toolkit.errors import StoreError
from roster_toolkit.store.schema import FORMAT, definition

if TYPE_CHECKING:
    from types import TracebackType

    from duckdb import DuckDBPyConnection

# DuckDB refuses two connections of different kinds to one file in a process, and the permissions
# that new files get belong to the whole process: one connection at a time.
_ONE_AT_A_TIME = threading.Lock()
_PRIVATE = 0o077
_OWNER_ONLY = 0o600
_SETTINGS: dict[str, Any] = {
    "default_block_size": "16384",  # of a new file; a small store takes 0.3 MB instead of 2
    "python_enable_replacements": False,  # no variable of ours is ever taken for a table
    "autoinstall_known_extensions": False,  # nothing is downloaded
    "autoload_known_extensions": False,
}
_SIGNATURE, _SIGNATURE_END = b"DUCK", 12
_WAIT = 0.05


@contextmanager
def reading(path: Path, patience: float) -> Iterator[DuckDBPyConnection]:
    """A connection that can change nothing."""
    with _told(path), _ONE_AT_A_TIME, _private_files():
        _must_exist(path)
        with _connected(path, patience, read_only=True) as con:
            _check_format(con, path)
            yield con


@contextmanager
def writing(path: Path, patience: float) -> Iterator[DuckDBPyConnection]:
    """A connection inside one transaction, which is undone if anything is raised.

    Makes the store if there is none. What was committed is committed even if the file could not be
    tidied afterwards.
    """
    with _told(path), _ONE_AT_A_TIME, _private_files():
        if not path.exists():
            _make(path)
        with _connected(path, patience, read_only=True) as con:
            _check_format(con, path)
        with _connected(path, patience, read_only=False) as con:
            _sweep(path)
            con.execute("BEGIN")
            try:
                yield con
                con.execute("COMMIT")
            except BaseException:
                with suppress(duckdb.Error):
                    con.execute("ROLLBACK")
                raise


@contextmanager
def alone(path: Path, patience: float) -> Iterator[None]:
    """The store, checked and without a log beside it, while this process does something else."""
    with _told(path), _ONE_AT_A_TIME, _private_files():
        _must_exist(path)
        with _connected(path, patience, read_only=True) as con:
            _check_format(con, path)
        with _connected(path, patience, read_only=False) as con:
            con.execute("CHECKPOINT")
        yield


def in_memory() -> _Closing:
    """A database of its own, to which stores are attached."""
    return _Closing(duckdb.connect(":memory:", config=_SETTINGS))


def frame(con: DuckDBPyConnection, query: str, *values: object) -> pl.DataFrame:
    """The rows of a query."""
    return pl.DataFrame(con.sql(query, params=list(values)))


def rows(con: DuckDBPyConnection, query: str, *values: object) -> Sequence[tuple[Any, ...]]:
    """The rows of a query, as tuples."""
    # One that is not fetched to its end would stand in the way of the next.
    return con.sql(query, params=list(values)).fetchall()


class Streamed:
    """A frame as DuckDB reads it without PyArrow."""

    def __init__(self, told: pl.DataFrame) -> None:
        """Wrap a frame."""
        self._told = told

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """The frame as a stream of Arrow arrays."""
        return self._told.__arrow_c_stream__(requested_schema)


class _Closing:
    """A connection that is closed at the end of a `with`."""

    def __init__(self, con: DuckDBPyConnection) -> None:
        self._con = con

    def __enter__(self) -> DuckDBPyConnection:
        return self._con

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._con.close()


@contextmanager
def _private_files() -> Iterator[None]:
    """Every file that is made meanwhile, the store's log too, is its owner's alone."""
    before = os.umask(_PRIVATE)
    try:
        yield
    finally:
        os.umask(before)


def _connected(path: Path, patience: float, *, read_only: bool) -> _Closing:
    """A connection; another program's is waited for, as long as patience lasts."""
    with path.open("rb") as file:
        # DuckDB would look for an extension to read the file of another database.
        if file.read(_SIGNATURE_END)[-len(_SIGNATURE) :] != _SIGNATURE:
            raise StoreError(f"{path} is not a store of rosters; name another file.")
    deadline = time.monotonic() + patience
    while True:
        try:
            return _Closing(duckdb.connect(path, read_only=read_only, config=_SETTINGS))
        except duckdb.IOException as error:
            if "lock" not in str(error) or time.monotonic() > deadline:
                raise
        time.sleep(_WAIT)


def _must_exist(path: Path) -> None:
    if not path.exists():
        raise StoreError(f"There is no store {path}; snapshot import makes one.")


def _check_format(con: DuckDBPyConnection, path: Path) -> None:
    tables = {name for (name,) in rows(con, "SELECT table_name FROM duckdb_tables()")}
    if "roster_store" not in tables:
        raise StoreError(f"{path} is a DuckDB file, but not a store of rosters; name another one.")
    ((made,),) = rows(con, "SELECT format FROM roster_store")
    if made > FORMAT:
        raise StoreError(
            f"The store {path} was made by a newer Roster Toolkit (format {made}; this one reads "
            f"format {FORMAT}). Use that version; nothing was changed."
        )


def _make(path: Path) -> None:
    """A new store, which appears whole, readable for its owner only, or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with room_beside(path) as room:
        made = room / path.name
        with _Closing(duckdb.connect(made, config=_SETTINGS)) as con:
            con.execute(definition())
            con.execute("INSERT INTO roster_store VALUES (?)", [FORMAT])
        made.chmod(_OWNER_ONLY)
        _named(made, path)


@contextmanager
def room_beside(path: Path) -> Iterator[Path]:
    """A folder that nobody else can look into, on the disk of the store, gone afterwards."""
    room = path.parent / f".{path.name}.{secrets.token_hex(4)}"
    room.mkdir(mode=0o700)
    try:
        yield room
    finally:
        shutil.rmtree(room, ignore_errors=True)


def _sweep(path: Path) -> None:
    """Remove what a process left that was killed while it forgot something."""
    for room in path.parent.glob(f".{glob.escape(path.name)}.{'[0-9a-f]' * 8}"):
        shutil.rmtree(room, ignore_errors=True)


def _named(made: Path, path: Path) -> None:
    """Give a new store its name, unless another program has just made one."""
    try:
        path.hardlink_to(made)
    except FileExistsError:
        return
    except OSError:  # a file system without links
        made.rename(path)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Whatever DuckDB or the system raises, as a sentence about the store."""
    try:
        yield
    except duckdb.Error as error:
        raise StoreError(_sentence(path, error)) from error
    except OSError as error:
        reason = os.strerror(error.errno).lower() if error.errno else "the system refuses"
        raise StoreError(f"The store {path} cannot be used: {reason}.") from None


#: What DuckDB says → what we say. The first that fits counts.
_SENTENCES = (
    (r"lock on file|Conflicting lock",
     "The store {path} is in use by another program{by}; try again when it is done."),
    (r"No space left|disk quota|[Ff]ile too large|not enough space|ENOSPC|EFBIG",
     "The disk is full: the store {path} keeps what it had."),
    (r"not a valid DuckDB database|database file with version|is a directory|Is a directory",
     "{path} is not a store of rosters; name another file."),
    (r"[Rr]ead-only file system|Permission denied|not permitted|read.only mode",
     "The store {path} cannot be written: that is not permitted there."),
    (r"checksum|[Cc]orrupt|Could not read|deserializ|Serialization|INTERNAL|FATAL|Failed to load",
     "The store {path} is damaged; nothing was changed. Bring it back from a backup."),
)  # fmt: skip


def _sentence(path: Path, error: duckdb.Error) -> str:
    said = str(error)
    by = re.search(r"PID (\d+)", said)
    for pattern, sentence in _SENTENCES:
        if re.search(pattern, said):
            return sentence.format(path=path, by=f" (process {by[1]})" if by else "")
    # What it said may hold a cell.
    return f"The store {path} cannot be used ({type(error).__name__}); nothing was changed."
