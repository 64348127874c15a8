"""Files that appear whole or not at all, and what a file may ask of the machine that reads it."""

from __future__ import annotations

import copy
import os
import secrets
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from errno import EDQUOT, ENOSPC
from pathlib import Path
from typing import BinaryIO

from roster_toolkit.errors import ToolkitError, UsageError

#: Bytes that are unpacked at once.
_PIECE = 1 << 20
#: Bytes to which any package may unpack, and how many times its own size above that; tables of
#: people have 10 to 20 times.
_UNSUSPECTED, _MOST_TIMES = 1 << 26, 100
#: Columns of the widest sheet that there is.
_MOST_COLUMNS = 16_384
#: Cells that a table may have whatever its size, and cells that it may have for a byte.
_MOST_EMPTY, _MOST_PER_BYTE = 1 << 25, 2


def most_records(width: int, size: int) -> int:
    """How many records a table of so many columns and bytes may have; more are nearly all empty.

    A few bytes could ask for a whole machine, as a line shorter than the header is filled up. A
    table whose records have their cells takes a byte for each.
    """
    if width > _MOST_COLUMNS:
        return 0
    return max(_MOST_EMPTY, _MOST_PER_BYTE * size) // max(width, 1)  # none in an empty file


def most_unpacked(packed: int, most: int) -> int:
    """To how many bytes a package of `packed` bytes may unpack, at `most`."""
    return min(most, max(_UNSUSPECTED, _MOST_TIMES * packed))


def unpacked(parts: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """The content of a member of a zip in pieces, all of it, whatever it says of its size."""
    endless = copy.copy(part)
    endless.file_size = 1 << 62
    with parts.open(endless) as stream:
        while piece := stream.read(_PIECE):
            yield piece


@contextmanager
def atomic_write(path: Path) -> Iterator[BinaryIO]:
    """A file to write into, which takes its name only when all of it is written.

    Raises ToolkitError with a sentence where it cannot be written; what stood there before stays.
    """
    if not path.name:
        raise ToolkitError("The result needs a name; give the path of a file.")
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with temporary.open("xb") as file:
            yield file
        temporary.replace(path)
    except OSError as error:
        raise ToolkitError(_sentence(path, error)) from None
    finally:
        with suppress(OSError):
            temporary.unlink()


def never_over(
    target: Path, source: str | Path | None, what: str = "the file to fix or check"
) -> None:
    """Raise UsageError where a result would take the place of the customer's own file."""
    try:
        same = source is not None and target.samefile(source)
    except (OSError, ValueError):  # one of them does not exist, or cannot
        same = False
    if same:
        raise UsageError(f"{target.name} is {what}; choose another name for the result.")


def writable_folder(path: Path) -> Path:
    """A folder to write files into, made if need be.

    Raises ToolkitError with a sentence where there can be none.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise ToolkitError(f"{path} is not a folder; name another one.") from None
    except OSError as error:
        raise ToolkitError(f"The folder {path} cannot be made: {_reason(error)}.") from None
    return path


def _sentence(path: Path, error: OSError) -> str:
    with suppress(OSError):  # a name that is too long
        if path.is_dir():
            return f"{path.name} cannot be written: a folder of that name is in the way."
        if not path.parent.is_dir():
            return f"{path.name} cannot be written: there is no folder {path.parent}."
    return f"{path.name} cannot be written: {_reason(error)}."


def _reason(error: OSError) -> str:
    if error.errno in (ENOSPC, EDQUOT):
        return "the disk is full"
    if isinstance(error, PermissionError):
        return "writing there is not permitted"
    return os.strerror(error.errno).lower() if error.errno else "the system refuses"
