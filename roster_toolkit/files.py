"""Files that appear whole or not at all."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from errno import EDQUOT, ENOSPC
from pathlib import Path
from typing import BinaryIO

from roster_toolkit.errors import ToolkitError, UsageError


@contextmanager
def atomic_write(path: Path) -> Iterator[BinaryIO]:
    """A file to write into, which takes its name only when all of it is written.

    Raises ToolkitError with a sentence where it cannot be written; what stood there before stays.
    """
    if not path.name:
        raise ToolkitError("The result needs a name; give the path of a file.")
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with beside.open("xb") as file:
            yield file
        beside.replace(path)
    except OSError as error:
        raise ToolkitError(_sentence(path, error)) from None
    finally:
        with suppress(OSError):
            beside.unlink()


def never_over(target: Path, source: str | Path | None) -> None:
    """Raise UsageError where a result would take the place of the customer's own file."""
    try:
        same = source is not None and target.samefile(source)
    except (OSError, ValueError):  # one of them does not exist, or cannot
        same = False
    if same:
        raise UsageError(
            f"{target.name} is the file to repair or check; choose another name for the result."
        )


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
