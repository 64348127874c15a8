"""Process a file: apply what the portal would accept to the store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from roster_toolkit.display import Shown
from roster_toolkit.districts import Store
from roster_toolkit.errors import ToolkitError, UsageError
from roster_toolkit.impact.mass_change import STOPPING_SCOPES, must_stop_something
from roster_toolkit.impact.next_roster import next_roster
from roster_toolkit.impact.preview import Impact
from roster_toolkit.model import Capability, Profile
from roster_toolkit.reviewing.review import DEFAULT_SEASON, Progress, Review, review
from roster_toolkit.rosters.download import read_school_cells, with_school_list
from roster_toolkit.rosters.outcomes import Outcome
from roster_toolkit.rosters.roster import Kind
from roster_toolkit.store import THIRD_PARTIES, UPLOAD, District, profile_of_source


class ProcessingInactive(ToolkitError):
    """A school has no ID of its own, so the portal accepts no file."""


@dataclass(frozen=True, repr=False)
class Processed(Shown):
    """What became of a file.

    >>> done = rt.process(story.upload, store, "Riverton")
    >>> (done.snapshot, dict(done.held))
    (None, {'RT411': 1, 'RT412': 1})
    """

    review: Review
    snapshot: int | None
    """The number of the new snapshot; None where nothing changed."""
    held: Mapping[str, int]
    """Code → findings of what nobody accepted; if there is any, nothing was changed."""
    last: Review | None = None
    """The last attempt, judged by the same roster, where one was given."""


def process(
    source: str | Path | bytes,
    store: Store,
    district: str,
    *,
    profile: str | Path | Profile | None = None,
    accept: Sequence[str] = (),
    schools: str | Path | None = None,
    season: str = DEFAULT_SEASON,
    previous: str | Path | bytes | None = None,
    previous_upload: str | Path | bytes | None = None,
    name: str | None = None,
    label: str = "",
    progress: Progress | None = None,
) -> Processed:
    """Judge a file against a district's latest snapshot and store what would be accepted.

    The profile is the district's (`Store.profile_of`) unless one is named. Mass changes,
    removals that reach people outside the file and a file that seems to be another district's stop
    it until they are accepted by code. `previous` is the last attempt at this file, to be compared
    with; `previous_upload` the file that was uploaded last, by which edits made in the portal since
    are known. Raises ToolkitError where there is nothing to process, or the district's schools keep
    processing inactive.

    >>> rt.process(story.upload, store, "Riverton")
    Nothing was changed: RT411 and RT412 must be accepted first.
    """
    chosen = store.profile_of(district, profile)
    must_stop_something(accept, STOPPING_SCOPES, "a file that is not in error")
    against = store.against(district, profile=chosen)
    listed = None
    if schools is not None:
        listed = read_school_cells(schools)
        against = replace(against, roster=with_school_list(against.roster, schools))
    in_doubt = store.inactive_because(district, listed)
    if in_doubt:
        names = ", ".join(repr(school) for school in in_doubt)
        raise ProcessingInactive(
            f"Processing is inactive for {district!r}: every school needs a unique ID, and these "
            f"have none or share one: {names}."
        )
    judge = partial(review, profile=chosen, against=against, season=season, progress=progress)
    result = judge(source, name=name, previous_upload=previous_upload)
    if not result.profile.can(Capability.PROCESSING):
        raise UsageError(
            f"{result.upload.name} is a {result.profile.file_name}, which changes no roster: check "
            "it, and upload it in the portal."
        )
    last = None if previous is None else judge(previous)
    if result.impact is None:
        return Processed(result, None, {}, last)
    _bring_no_students(result.impact, store.district(district))
    unaccepted = {
        code: count
        for scope in STOPPING_SCOPES
        for code, count in result.by_rule.items()
        if result.rules[code].scope is scope and code not in accept
    }
    if unaccepted:
        return Processed(result, None, unaccepted, last)
    if listed is None and not result.impact.changes_anything:
        return Processed(result, None, {}, last)
    number = store.add(
        district,
        next_roster(result.impact, against.roster, UPLOAD),
        label=label,
        origin=result.upload.name,
        source=UPLOAD,
        profile=chosen,
        listed=listed,
        base=against.snapshot,
        sha256=result.upload.sha256,
    )
    return Processed(result, number, {}, last)


def _bring_no_students(impact: Impact, district: District) -> None:
    """Raise UsageError where a file has students of a district that a third party rosters."""
    if district.source not in THIRD_PARTIES:
        return
    students = impact.totals.get(Kind.STUDENT, {})
    if any(number for outcome, number in students.items() if outcome is not Outcome.ERRORS):
        raise UsageError(
            f"{district.name} has its students from a third party, so an upload is for staff "
            f"only. Process it with the profile {profile_of_source(district.source)}, or one that "
            "extends it; nothing was changed."
        )
