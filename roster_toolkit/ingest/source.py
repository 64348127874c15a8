"""A path or bytes → a source that Python and Polars can both look into.

A file on disk is mapped, not copied: Polars reads it straight from its path, and the other passes
touch one page after the other.
"""

from __future__ import annotations

import mmap
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import polars as pl

from roster_toolkit.errors import UnreadableFile
from roster_toolkit.ingest.framed import Frame, frame_as_csv

UNNAMED, UNNAMED_FRAME = "users.csv", "frame"
#: Whatever a file is read from.
FileSource = str | Path | bytes | Frame
#: Bytes that are read from a pipe or a device.
_MOST = 1 << 31
#: What has no place in a name that is shown: it could steer a terminal, or be no text at all.
_UNSHOWABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
#: Paths that Polars takes as they are; others name several files to it, a home, or no text.
_PLAIN_PATH = re.compile(r"[\w\s/\\:.,()+@=-]+")


@dataclass(frozen=True)
class Source:
    """The bytes of a file, and the shortest way for Polars to reach them."""

    name: str
    data: bytes | mmap.mmap
    path: Path | None = None

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self.data)

    @property
    def for_polars(self) -> Path | bytes:
        """The path where there is one (Polars maps it itself), else the bytes.

        Polars has its own idea of some paths; behind those the bytes are handed over.
        """
        if self.path is not None and _PLAIN_PATH.fullmatch(str(self.path)):
            return self.path
        return bytes(self.data)

    def pieces(self, size: int) -> Iterator[bytes]:
        """All bytes in order, read anew from a path: mapped pages stay in memory."""
        if self.path is None:
            for start in range(0, self.size, size):
                yield bytes(self.data[start : start + size])
            return
        with self.path.open("rb", buffering=0) as file:
            left = self.size
            while left and (piece := file.read(min(size, left))):
                left -= len(piece)
                yield piece

    def recoded(self, data: bytes) -> Source:
        """The same file with other bytes, which stand nowhere on disk."""
        return Source(self.name, data)


def open_source(source: FileSource, name: str | None) -> Source:
    """The source behind a path, bytes, or a frame, which is the file that it would be.

    Raises UnreadableFile where there is no file to speak of: missing, a directory, no permission.
    """
    if isinstance(source, bytes):
        return Source(showable(name or UNNAMED), source)
    if isinstance(source, pl.DataFrame | pl.LazyFrame):
        return Source(showable(name or UNNAMED_FRAME), frame_as_csv(source))
    path = Path(source)
    display_name = showable(name or path.name or str(path))
    try:
        return _open_path(path, display_name)
    except (FileNotFoundError, NotADirectoryError, ValueError):
        raise UnreadableFile(
            f"There is no file {display_name}; check its name and its folder."
        ) from None
    except IsADirectoryError:
        raise UnreadableFile(
            f"{display_name} is a folder; choose the users.csv inside it."
        ) from None
    except PermissionError:
        raise UnreadableFile(
            f"{display_name} may not be read; allow reading it, or copy it to a folder of your own."
        ) from None
    except OSError:
        raise UnreadableFile(
            f"{display_name} could not be read; close other programs that use it and try again."
        ) from None


def bytes_of(source: bytes | Frame) -> bytes:
    """The bytes of a file that is at hand, or that a frame would be."""
    return source if isinstance(source, bytes) else frame_as_csv(source)


def _all_of(file: BinaryIO, name: str) -> bytes:
    """The bytes of a pipe or a device, which has no size of its own, unless it has no end."""
    data = file.read(_MOST + 1)
    if len(data) > _MOST:
        raise UnreadableFile(f"{name} has no end that could be reached; give the path of a file.")
    return data


def showable(name: str) -> str:
    """A name or path without what is no text or acts on whatever shows it."""
    return _UNSHOWABLE.sub("\N{REPLACEMENT CHARACTER}", name)


def _open_path(path: Path, name: str) -> Source:
    with path.open("rb") as file:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode) or not status.st_size:
            return Source(name, _all_of(file, name))
        data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        return Source(name, data, path.absolute())
