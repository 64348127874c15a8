"""What a user holds of their portal, read: files that were sent, the template, its documents."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, TypeVar

import polars as pl

from roster_toolkit.calibration.model import Notice
from roster_toolkit.errors import ToolkitError
from roster_toolkit.ingest.headers import visible
from roster_toolkit.ingest.kinds import read_as_what_it_is
from roster_toolkit.ingest.source import open_source
from roster_toolkit.model import ChosenBy, HeaderMatch, Profile, Upload
from roster_toolkit.records import clean

if TYPE_CHECKING:
    from roster_toolkit.calibration.documents.dictionary import Entry
    from roster_toolkit.calibration.documents.help_page import HelpEntry

_T = TypeVar("_T")
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
    """A file that was sent to the portal.

    Raises ToolkitError with a sentence where it is no table of records.
    """
    name, data = contents(given, fallback)
    upload = _read(name, data, profile)
    if not upload.header or not upload.records or upload.lacks_header:
        detail = f": it is {upload.obstacle_detail}" if upload.obstacle_detail else ""
        raise ToolkitError(
            f"{name} is no table with a header line and rows{detail}; give the {profile.file_name} "
            "that was sent to the portal."
        )
    header = tuple(visible(cell.typed) for cell in upload.header)
    firsts = dict.fromkeys(name for name in header if name)
    cells = upload.cells.select(clean(pl.nth(header.index(typed))).alias(typed) for typed in firsts)
    unread = pl.concat([upload.blank.cast(pl.UInt32), upload.unjudged.cast(pl.UInt32)]).unique()
    return SentFile(name, upload.sha256, header, cells, unread, upload.first_row, upload, data)


def _read(name: str, data: bytes, profile: Profile) -> Upload:
    """The file as it was read; ToolkitError where it is another of the portal's files.

    Its columns would all be learned as new ones of this file, and every row as accepted without
    what is required.
    """
    upload, found = read_as_what_it_is(data, profile.chosen(ChosenBy.DEFAULT), name=name)
    if found.file_name != profile.file_name:
        raise ToolkitError(
            f"By its header {name} is a {found.file_name}, and what is learned here is a "
            f"{profile.file_name}; learn it by itself, by the profile {found.name}."
        )
    return upload


def read_template(given: Given, profile: Profile) -> tuple[str, str, tuple[str, ...]]:
    """Name, digest and headers of the template that a portal hands out.

    Raises ToolkitError with a sentence where no line of it is a header line.
    """
    name, data = contents(given, "template.csv")
    upload = _read(name, data, profile)
    header = tuple(visible(cell.typed) for cell in upload.header)
    known = sum(cell.match is HeaderMatch.EXACT for cell in upload.header)
    if not known or upload.lacks_header:
        detail = f": it is {upload.obstacle_detail}" if upload.obstacle_detail and not known else ""
        raise ToolkitError(
            f"{name} has no header line of a {profile.file_name}{detail}; give the template as the "
            "portal hands it out, with its header line."
        )
    return name, upload.sha256, tuple(h for h in header if h)


@dataclass(frozen=True)
class Evidence:
    """What a user holds of their portal, read."""

    template: tuple[str, str, tuple[str, ...]] | None
    """Name, digest and headers."""
    accepted: tuple[SentFile, ...]
    refused: tuple[tuple[SentFile, Given], ...]
    dictionary: tuple[str, str, tuple[Entry, ...]] | None
    help_page: tuple[str, str, tuple[HelpEntry, ...]] | None

    @property
    def usable(self) -> bool:
        """Whether there is anything to learn from."""
        return any((self.template, self.accepted, self.refused, self.dictionary, self.help_page))

    @property
    def files(self) -> tuple[SentFile, ...]:
        """All files that were sent."""
        return (*self.accepted, *(sent for sent, _ in self.refused))


class Aside:
    """What becomes of a source that cannot be used: an error, or a notice."""

    def __init__(self, *, tolerant: bool) -> None:
        """Leave aside what cannot be used, or let its error stop everything."""
        self.tolerant = tolerant
        self.notices: list[Notice] = []

    def read(self, given: Given, fallback: str, read: Callable[[], _T]) -> _T | None:
        """What a source says; None where it is left aside."""
        try:
            return read()
        except ToolkitError as trouble:
            if not self.tolerant:
                raise
            name = given[0] if isinstance(given, tuple) else fallback
            name = Path(given).name if isinstance(given, (str, Path)) else name
            self.notices.append(Notice(str(trouble), (name,)))
            return None


def read_evidence(
    *,
    template: Given | None,
    dictionary: Given | None,
    accepted: Sequence[Given],
    refused: Sequence[tuple[Given, Given]],
    help_page: Given | None,
    base: Profile,
    aside: Aside,
) -> Evidence:
    """All that a user holds, read; raises ToolkitError for what cannot be used, unless aside."""
    handed_out = stated = texts = None
    if (given := template) is not None:
        handed_out = aside.read(given, "template.csv", lambda: read_template(given, base))
    if dictionary is not None:
        from roster_toolkit.calibration.documents.dictionary import read_dictionary

        stated = aside.read(
            dictionary, "dictionary.csv",
            partial(_named, dictionary, "dictionary.csv", read_dictionary),
        )  # fmt: skip
    if help_page is not None:
        from roster_toolkit.calibration.documents.help_page import read_help_page

        texts = aside.read(
            help_page, "help.html", partial(_named, help_page, "help.html", read_help_page)
        )

    def sent(given: Given) -> SentFile | None:
        return aside.read(given, "users.csv", lambda: read_sent(given, base, "users.csv"))

    taken = (sent(given) for given in accepted)
    answered = ((sent(upload), report) for upload, report in refused)
    return Evidence(
        handed_out,
        tuple(file for file in taken if file is not None),
        tuple((file, report) for file, report in answered if file is not None),
        stated,
        texts,
    )


def _named(
    given: Given, fallback: str, read: Callable[[str, bytes], tuple[_T, ...]]
) -> tuple[str, str, tuple[_T, ...]]:
    """Name, digest and what is read of a source."""
    name, data = contents(given, fallback)
    return name, digest(data), tuple(read(name, data))
