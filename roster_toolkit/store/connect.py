"""Short connections to a store: open, check, close; every failure becomes a StoreError.

A store is checked read-only before it is opened for writing, so that a file that is no store, or
one made by a newer toolkit, is not changed by a single byte.
"""

from __future__ import annotations

import glob
import os
import re
import secrets
import shlex
import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import polars as pl

from roster_toolkit.arrow import Streamed
from roster_toolkit.errors import StoreError
from roster_toolkit.store.engine import SETTINGS, attached, patiently
from roster_toolkit.store.holder import IN_USE, holder_of, is_lock
from roster_toolkit.store.schema import FORMAT, definition

if TYPE_CHECKING:
    from types import TracebackType

    from duckdb import DuckDBPyConnection

# One connection at a time: all share an instance of DuckDB, in which one file cannot be read and
# written side by side, and the umask belongs to the whole process.
_ONE_AT_A_TIME = threading.Lock()
_PRIVATE = 0o077
_OWNER_ONLY = 0o600
_SIGNATURE, _SIGNATURE_END = b"DUCK", 12


@contextmanager
def reading(path: Path, patience: float) -> Iterator[DuckDBPyConnection]:
    """A read-only connection."""
    with as_store_error(path), _ONE_AT_A_TIME, _private_files():
        _must_exist(path)
        with _connected(path, patience, read_only=True) as con:
            _check_format(con, path)
            yield con


@contextmanager
def reading_alone(path: Path, patience: float) -> Iterator[DuckDBPyConnection]:
    """A read-only connection whose settings may be locked: nobody else uses them."""
    with as_store_error(path), _ONE_AT_A_TIME, _private_files():
        _must_exist(path)
        with _instance_of(path, patience) as con:
            _check_format(con, path)
            yield con


@contextmanager
def writing(path: Path, patience: float) -> Iterator[DuckDBPyConnection]:
    """A connection inside one transaction, which is rolled back if anything is raised.

    Creates the store if there is none. A commit stands even if closing the file fails afterwards.
    """
    with as_store_error(path), _ONE_AT_A_TIME, _private_files():
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
def exclusive(path: Path, patience: float) -> Iterator[None]:
    """Hold the process lock on a store, checked and with its write-ahead log merged."""
    with as_store_error(path), _ONE_AT_A_TIME, _private_files():
        _must_exist(path)
        with _connected(path, patience, read_only=True) as con:
            _check_format(con, path)
        with _connected(path, patience, read_only=False) as con:
            con.execute("CHECKPOINT")
        yield


@contextmanager
def unchanged(path: Path, patience: float) -> Iterator[int]:
    """Hold the process lock on a store that is only copied; yields its format, this or earlier."""
    with as_store_error(path), _ONE_AT_A_TIME, _private_files():
        _must_exist(path)
        with _connected(path, patience, read_only=True) as con:
            made = _format_of(con, path)
        yield made


@contextmanager
def kept_from_others(path: Path, patience: float) -> Iterator[None]:
    """Keep other programs from changing a store, which may be damaged or of any format.

    It is not changed. Raises where another program is changing it.
    """
    with as_store_error(path), ExitStack() as stack:
        # A file that cannot be opened is changed by nobody.
        with suppress(StoreError), _unless_in_use():
            stack.enter_context(_instance_of(path, patience))
        yield


@contextmanager
def _unless_in_use() -> Iterator[None]:
    """Pass over what DuckDB says of a file, unless it is that another program has it."""
    try:
        yield
    except duckdb.Error as error:
        if is_lock(error):
            raise


@contextmanager
def made_beside(path: Path) -> Iterator[Path]:
    """Yield where a new file is to be written, which then gets its name, and never another's.

    Raises StoreError where a file of that name is there, and leaves nothing if anything is raised.
    """
    with as_store_error(path):
        if path.exists() or path.is_symlink():
            raise StoreError(f"There is a file {path} already; name another one for the copy.")
        path.parent.mkdir(parents=True, exist_ok=True)
        _sweep(path)
        folder = _room(path)
    try:
        yield folder / path.name
        with as_store_error(path):
            fsync(folder / path.name)
            if not give_name(folder / path.name, path):
                raise StoreError(f"A file {path} was made meanwhile; name another one.")
            fsync(path.parent)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def in_memory() -> _Closing:
    """An in-memory database, to which stores can be attached."""
    return _Closing(duckdb.connect(":memory:", config=SETTINGS))


def frame(con: DuckDBPyConnection, query: str, *values: object, **named: object) -> pl.DataFrame:
    """The rows of a query, whose values are given in order or by name."""
    return pl.DataFrame(Streamed(con.sql(query, params=named or list(values))))


def rows(con: DuckDBPyConnection, query: str, *values: object) -> Sequence[tuple[Any, ...]]:
    """The rows of a query, as tuples."""
    # A result that is not fetched to its end would block the next query.
    return con.sql(query, params=list(values)).fetchall()


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
    """Files created in this context, the store's log included, are readable by the owner only."""
    before = os.umask(_PRIVATE)
    try:
        yield
    finally:
        os.umask(before)


@contextmanager
def _connected(path: Path, patience: float, *, read_only: bool) -> Iterator[DuckDBPyConnection]:
    """A connection; waits up to `patience` seconds for another program's to close."""
    _must_be_duckdb(path)
    with attached(path, patience, read_only=read_only) as con:
        yield con


def _instance_of(path: Path, patience: float) -> _Closing:
    """A read-only connection in an instance of its own, which may be used beside others."""
    _must_be_duckdb(path)
    return patiently(
        lambda: _Closing(duckdb.connect(path, read_only=True, config=SETTINGS)), patience
    )


def _must_be_duckdb(path: Path) -> None:
    """Raise for another file: for one of another database DuckDB would look for an extension."""
    with path.open("rb") as file:
        if file.read(_SIGNATURE_END)[-len(_SIGNATURE) :] != _SIGNATURE:
            raise StoreError(f"{path} is not a store of rosters; name another file.")


def _must_exist(path: Path) -> None:
    if not path.exists():
        raise StoreError(f"There is no store {path}; snapshot import makes one.")


def _format_of(con: DuckDBPyConnection, path: Path) -> int:
    """The format of a store; raises where it is none, or of a newer toolkit."""
    try:
        ((made,),) = rows(con, "SELECT format FROM roster_store")
    except duckdb.CatalogException as error:
        raise StoreError(
            f"{path} is a DuckDB file, but not a store of rosters; name another one."
        ) from error
    if made > FORMAT:
        raise StoreError(
            f"The store {path} was made by a newer Roster Toolkit (format {made}; this one reads "
            f"format {FORMAT}). Use that version; nothing was changed."
        )
    return int(made)


def _check_format(con: DuckDBPyConnection, path: Path) -> None:
    """Raise where the store is not of this format."""
    must_be_of_today(_format_of(con, path), path)


def must_be_of_today(made: int, path: Path) -> None:
    """Raise where the format of a store is an earlier one, saying how it is upgraded."""
    if made < FORMAT:
        raise StoreError(
            f"The store {path} was made by an earlier Roster Toolkit (format {made}; this one "
            f"reads format {FORMAT}); nothing was changed. It is copied for this one with: "
            f"snapshot upgrade --store {shlex.quote(str(path))} --out COPY.duckdb."
        )


def _make(path: Path) -> None:
    """Create a store atomically, readable for its owner only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with room_beside(path) as folder:
        new_file = folder / path.name
        with attached(new_file, 0, read_only=False) as con:
            con.execute("BEGIN")  # one commit, and so one wait for the disk, not one a table
            con.execute(definition())
            con.execute("INSERT INTO roster_store VALUES (?)", [FORMAT])
            con.execute("COMMIT")
        new_file.chmod(_OWNER_ONLY)
        give_name(new_file, path)


@contextmanager
def room_beside(path: Path) -> Iterator[Path]:
    """A private temporary folder on the disk of the store."""
    folder = _room(path)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _room(path: Path) -> Path:
    folder = path.parent / f".{path.name}.{secrets.token_hex(4)}"
    folder.mkdir(mode=0o700)
    return folder


def _sweep(path: Path) -> None:
    """Remove temporary folders of a process that was killed while it wrote a new file."""
    for folder in path.parent.glob(f".{glob.escape(path.name)}.{'[0-9a-f]' * 8}"):
        shutil.rmtree(folder, ignore_errors=True)


def give_name(file: Path, name: Path) -> bool:
    """Give a file another name, which nobody has yet; False where somebody has just taken it.

    The file keeps its first name too, but where the file system knows no links.
    """
    try:
        name.hardlink_to(file)
    except FileExistsError:
        return False
    except OSError:  # a file system without links
        file.rename(name)
    return True


def fsync(path: Path) -> None:
    """Flush a file, or the names in a folder, to disk."""
    with suppress(OSError):  # a folder cannot be synced everywhere
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextmanager
def as_store_error(path: Path) -> Iterator[None]:
    """Turn whatever DuckDB or the system raises into a StoreError about the store."""
    try:
        yield
    except duckdb.Error as error:
        raise StoreError(_message_for(path, error)) from error
    except IsADirectoryError:
        raise StoreError(
            f"{path} is a folder; name a file in it, which becomes the store."
        ) from None
    except OSError as error:
        reason = os.strerror(error.errno).lower() if error.errno else "the system refuses"
        raise StoreError(f"The store {path} cannot be used: {reason}.") from None


#: Pattern in DuckDB's message → our message. The first match counts.
_MESSAGES = (
    (IN_USE, "The store {path} is in use by another program{by}; try again when it is done."),
    (r"No space left|disk quota|[Ff]ile too large|not enough space|ENOSPC|EFBIG",
     "The disk is full: the store {path} keeps what it had."),
    (r"not a valid DuckDB database|database file with version|is a directory|Is a directory",
     "{path} is not a store of rosters; name another file."),
    (r"[Rr]ead-only file system|Permission denied|not permitted|read.only mode",
     "The store {path} cannot be written: that is not permitted there."),
    (r"checksum|[Cc]orrupt|Could not read|deserializ|Serialization|INTERNAL|FATAL|Failed to load",
     "The store {path} is damaged; nothing was changed. Bring it back from a backup."),
)  # fmt: skip


def _message_for(path: Path, error: duckdb.Error) -> str:
    message = str(error)
    for pattern, sentence in _MESSAGES:
        if re.search(pattern, message):
            holder = holder_of(path, message)
            return sentence.format(path=path, by=f" ({holder})" if holder else "")
    # DuckDB's message may hold a cell.
    return f"The store {path} cannot be used ({type(error).__name__}); nothing was changed."
