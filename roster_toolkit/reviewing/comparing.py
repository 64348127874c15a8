"""`compare`: two attempts at a file, or two rosters, in one word."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import overload

from roster_toolkit.attempts import Progress, compare_attempts
from roster_toolkit.errors import UsageError
from roster_toolkit.ingest.source import FileSource
from roster_toolkit.model import Profile
from roster_toolkit.profile import DEFAULT_PROFILE, load_profile
from roster_toolkit.reviewing.judged_by import Known
from roster_toolkit.reviewing.review import Review
from roster_toolkit.rosters.context import RosterContext
from roster_toolkit.rosters.difference import Difference, difference
from roster_toolkit.rosters.download import read_download
from roster_toolkit.rosters.roster import Roster, blank_school_facts

#: Whatever says what a roster is or was.
RosterSource = Roster | RosterContext | Known | FileSource
_NOT_COMPARED = (
    "Two reviews are compared, or two rosters: files, frames, districts of a store, or their "
    "snapshots (district.against(2))."
)


@overload
def compare(before: Review, after: Review) -> Progress: ...
@overload
def compare(
    before: RosterSource, after: RosterSource, *, profile: str | Path | Profile | None = None
) -> Difference: ...
def compare(
    before: Review | RosterSource,
    after: Review | RosterSource,
    *,
    profile: str | Path | Profile | None = None,
) -> Progress | Difference:
    """What differs between two attempts at a file, or between two rosters.

    Two reviews: which findings, problems and rows are cleared, left and new. Two rosters: what
    came, went and changed, field by field. A roster is a download of current data (a path, bytes,
    a frame), a district of a store (as it is now), or a snapshot of one (`district.against(2)`,
    `district.roster(2)`). Both are read by the `profile`: one that is named, else that of a
    district among them. A file tells no names of schools, so beside one they are not compared.
    Raises UsageError for a review beside a roster, and ToolkitError where a file is no download.

    >>> rt.compare(review, review.repair().review)
    253 rows cleared, 292 left, 0 new; 4 problems cleared, 18 left, 0 new.
    >>> rt.compare(story.download, riverton)
    The two rosters are the same.
    >>> rt.compare(riverton.against(2), riverton).counts[rt.Kind.STUDENT][rt.Outcome.REMOVED]
    5
    """
    if isinstance(before, Review) and isinstance(after, Review):
        if profile is not None:
            raise UsageError("Each review has the profile by which it was judged; name none here.")
        return compare_attempts(before, after)
    if isinstance(before, Review) or isinstance(after, Review):
        raise UsageError(_NOT_COMPARED)
    chosen = _profile(profile, before, after)
    was, now = _roster(before, chosen), _roster(after, chosen)
    if isinstance(before, FileSource) or isinstance(after, FileSource):
        was, now = _without_school_facts(was), _without_school_facts(now)
    return difference(was, now, chosen)


def _profile(named: str | Path | Profile | None, *sides: RosterSource) -> Profile:
    """The one that is named, else that of a district, else the toolkit's own."""
    if named is not None:
        return named if isinstance(named, Profile) else load_profile(named)
    own = (side.profile for side in sides if isinstance(side, RosterContext | Known))
    return next((profile for profile in own if profile), None) or load_profile(DEFAULT_PROFILE)


def _roster(side: RosterSource, profile: Profile) -> Roster:
    if isinstance(side, Known):
        side = side.against(profile=profile)
    if isinstance(side, RosterContext):
        return side.roster
    if isinstance(side, Roster):
        return side
    if not isinstance(side, FileSource):
        raise UsageError(_NOT_COMPARED)
    return read_download(side, profile).roster


def _without_school_facts(roster: Roster) -> Roster:
    """The roster with no more of its schools than a file tells: their IDs."""
    return replace(roster, schools=roster.schools.with_columns(blank_school_facts()))
