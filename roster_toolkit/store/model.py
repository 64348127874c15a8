"""What a store tells of itself: districts, snapshots, where records come from."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from roster_toolkit.rosters.roster import Kind

#: Where a district's roster comes from; all but the first are third parties.
SOURCES = ("portal", "clever", "classlink", "gg4l", "oneroster")
THIRD_PARTIES = SOURCES[1:]
#: Source of records that a processed upload creates.
UPLOAD = "upload"
#: Path of the store unless ROSTER_STORE or a path is given.
DEFAULT_STORE = Path("data/store/roster.duckdb")


def store_path(path: str | Path | None = None) -> Path:
    """The store's file: the path that is given, else ROSTER_STORE, else the usual one."""
    return Path(path or os.environ.get("ROSTER_STORE") or DEFAULT_STORE)


def profile_of_source(source: str) -> str:
    """The profile by which uploads of such a district are judged, unless another is named.

    >>> rt.profile_of_source("clever")
    'third-party'
    """
    return "third-party" if source in THIRD_PARTIES else "batch-upload"


@dataclass(frozen=True, slots=True)
class District:
    """A district of the store.

    >>> store.district("Riverton").snapshots
    (1, 2, 3)
    """

    name: str
    source: str
    """One of `SOURCES`."""
    snapshots: tuple[int, ...]
    """Numbers of those that can be read, ascending."""
    own_profile: int | None = None
    """Which version of its own profile holds; None where it has none."""

    @property
    def latest(self) -> int | None:
        """The number of the latest snapshot."""
        return self.snapshots[-1] if self.snapshots else None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A district's roster at a moment, as one line of a list.

    >>> snapshot = riverton.snapshots[-1]
    >>> (snapshot.number, snapshot.label, snapshot.counts[rt.Kind.CLASS])
    (3, 'After edits in the portal', 144)
    """

    district: str
    number: int
    label: str
    origin: str
    """How it was made: the name of the file that was imported or processed."""
    source: str
    """What records that were new in it came from."""
    profile: str
    made: datetime
    """In UTC."""
    school_list: bool
    """Whether the district's own list of schools was known."""
    counts: Mapping[Kind, int]


@dataclass(frozen=True, slots=True)
class ProfileVersion:
    """One version of a district's own profile, as one line of a list.

    >>> avon = rt.Store(story.store)["Avon"]
    >>> avon.set_profile('extends = "batch-upload"', "from the template").note
    'from the template'
    >>> avon.undo_profile() is None and avon.profile_versions[-1].taken_back
    True
    """

    number: int
    """Never given again."""
    made: datetime
    """In UTC."""
    note: str
    """Why it was made, in the words of whoever made it."""
    sha256: str
    """Digest of its text."""
    taken_back: bool
    """Whether an undo passed it; the highest that is not taken back holds."""
