"""What a user holds of their portal, read: files that were sent, and the template."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import polars as pl

from roster_toolkit.errors import ToolkitError
from roster_toolkit.ingest import read_upload
from roster_toolkit.ingest.headers import visible
from roster_toolkit.ingest.source import open_source
from roster_toolkit.model import HeaderMatch, Profile, Upload
from roster_toolkit.records import clean

#: A file: its path, its bytes, or its bytes under a name.
Given: TypeAlias = "str | Path | bytes | tuple[str, bytes]"


@dataclass(frozen=True)
class SentFile:
    """A file that was sent to the portal, as text."""

    name: str
    sha256: str
    header: tuple[str, ...]
    """As typed, without surrounding space."""
    cells: pl.DataFrame
    """One text column for each header (its first, where it stands twice), cleaned; all records."""
    unread: pl.Series
    """Indices of records that are blank, ragged or speak of the file."""
    first_row: int
    """Spreadsheet row of the first record."""
    upload: Upload
    data: bytes = field(repr=False)

    @property
    def rows(self) -> int:
        """Records that count."""
        return self.cells.height - self.unread.len()


def contents(given: Given, fallback: str) -> tuple[str, bytes]:
    """The name and the bytes of a file; raises UnreadableFile where there is none."""
    if isinstance(given, tuple):
        name, data = given
        return open_source(data, name).name, data
    source = open_source(given, fallback if isinstance(given, bytes) else None)
    return source.name, bytes(source.data)


def digest(data: bytes) -> str:
    """SHA-256 of a file, as a profile and a review name it."""
    return hashlib.sha256(data).hexdigest()


def read_sent(given: Given, profile: Profile, fallback: str) -> SentFile:
    """A users.csv that was sent to the portal.

    Raises ToolkitError with a sentence where it is no table of records.
    """
    name, data = contents(given, fallback)
    upload = read_upload(data, profile, name=name)
    if not upload.header or not upload.records or upload.lacks_header:
        detail = f": it is {upload.obstacle_detail}" if upload.obstacle_detail else ""
        raise ToolkitError(
            f"{name} is no table with a header line and rows{detail}; give the users.csv that was "
            "sent to the portal."
        )
    header = tuple(visible(cell.typed) for cell in upload.header)
    firsts = dict.fromkeys(name for name in header if name)
    cells = upload.cells.select(clean(pl.nth(header.index(typed))).alias(typed) for typed in firsts)
    unread = pl.concat([upload.blank.cast(pl.UInt32), upload.unjudged.cast(pl.UInt32)]).unique()
    return SentFile(name, upload.sha256, header, cells, unread, upload.first_row, upload, data)


def read_template(given: Given, profile: Profile) -> tuple[str, str, tuple[str, ...], pl.DataFrame]:
    """Name, digest, headers and example rows of the template that a portal hands out.

    Raises ToolkitError with a sentence where no line of it is a header line.
    """
    name, data = contents(given, "template.csv")
    upload = read_upload(data, profile, name=name)
    header = tuple(visible(cell.typed) for cell in upload.header)
    known = sum(cell.match is HeaderMatch.EXACT for cell in upload.header)
    if not known or upload.lacks_header:
        detail = f": it is {upload.obstacle_detail}" if upload.obstacle_detail and not known else ""
        raise ToolkitError(
            f"{name} has no header line of a users.csv{detail}; give the template as the portal "
            "hands it out, with its header line."
        )
    return name, upload.sha256, tuple(h for h in header if h), upload.cells
