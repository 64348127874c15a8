"""A path or bytes → a source that Python and Polars can both look into.

A file on disk is mapped, not copied: Polars reads it straight from its path, and the other passes
touch one page after the other.
"""

from __future__ import annotations

import mmap
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from roster_toolkit.errors import UnreadableFile

UNNAMED = "users.csv"


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
        """The path where there is one (Polars maps it itself), else the bytes."""
        return self.path if self.path is not None else bytes(self.data)

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


def open_source(source: str | Path | bytes, name: str | None) -> Source:
    """The source behind a path or bytes.

    Raises UnreadableFile where there is no file to speak of: missing, a directory, no permission.
    """
    if isinstance(source, bytes):
        return Source(name or UNNAMED, source)
    path = Path(source)
    shown = name or path.name or str(path)
    try:
        return _open_path(path, shown)
    except (FileNotFoundError, NotADirectoryError, ValueError):
        raise UnreadableFile(f"There is no file {shown}; check its name and its folder.") from None
    except IsADirectoryError:
        raise UnreadableFile(f"{shown} is a folder; choose the users.csv inside it.") from None
    except PermissionError:
        raise UnreadableFile(
            f"{shown} may not be read; allow reading it, or copy it to a folder of your own."
        ) from None
    except OSError:
        raise UnreadableFile(
            f"{shown} could not be read; close other programs that use it and try again."
        ) from None


def _open_path(path: Path, name: str) -> Source:
    with path.open("rb") as file:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode) or not status.st_size:
            return Source(name, file.read())
        return Source(name, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ), path)
