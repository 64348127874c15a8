"""What a file is judged by: a profile, a season, and whom a roster or users.csv enrolls."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Protocol, runtime_checkable

from roster_toolkit.assessment import Assessment, rejected_records
from roster_toolkit.errors import UsageError
from roster_toolkit.ingest import read_upload
from roster_toolkit.ingest.kinds import read_as_what_it_is
from roster_toolkit.ingest.source import FileSource
from roster_toolkit.model import Capability, ChosenBy, Entity, Obstacle, Profile, Upload
from roster_toolkit.model.once import once_for_each
from roster_toolkit.profile import DEFAULT_PROFILE, load_profile, require_roster
from roster_toolkit.records import Records, read_records
from roster_toolkit.rosters.context import RosterContext
from roster_toolkit.rosters.download import read_download, with_enrolled, with_school_list
from roster_toolkit.rosters.roster import Roster, stated_roster
from roster_toolkit.validate import validate


@runtime_checkable
class Known(Protocol):
    """A source of a roster to compare with, for example a district of a store."""

    @property
    def profile(self) -> Profile:
        """The profile by which its uploads are judged."""

    def against(self, *, profile: Profile | None = None) -> RosterContext:
        """The roster and its context for a review by this profile."""


def require_season(season: str, profile: Profile) -> None:
    """Raise UsageError where the profile has no such season, and its file would need one."""
    if season not in profile.seasons and profile.can(Capability.IMPACT):
        raise UsageError(
            f"There is no season {season!r}; it is one of {', '.join(profile.seasons)}."
        )


def profile_for(
    profile: str | Path | Profile | None, against: FileSource | RosterContext | Known | None
) -> Profile:
    """The profile that is named, else that of the roster's district, else the toolkit's first."""
    if isinstance(profile, Profile):
        return profile
    if profile:
        return load_profile(profile)
    if isinstance(against, Known):
        return against.profile
    if isinstance(against, RosterContext) and against.profile is not None:
        return against.profile
    return chosen_by_default(load_profile(DEFAULT_PROFILE))


@once_for_each
def chosen_by_default(profile: Profile) -> Profile:
    """One profile for all reviews: what follows from it is made once."""
    return profile.chosen(ChosenBy.DEFAULT)


def roster_for(
    against: FileSource | RosterContext | Known | None,
    schools: FileSource | None,
    profile: Profile,
) -> RosterContext | None:
    """The roster to judge by, read; None where there is none."""
    if against is None:
        return None
    if isinstance(against, Known) and callable(against.against):  # a review's is no method
        against = against.against(profile=profile)
    if not isinstance(against, FileSource | RosterContext):
        raise UsageError(
            'A file is reviewed against a download of current data or a district: store["Avon"].'
        )
    if isinstance(against, RosterContext):
        if schools is None:
            return against
        return replace(against, roster=with_school_list(against.roster, schools))
    return read_download(against, profile, schools)


def context_of(
    profile: Profile,
    usual: Profile,
    against: FileSource | RosterContext | Known | None,
    schools: FileSource | None,
    beside: FileSource | Assessment | None,
) -> RosterContext | None:
    """What a file is judged by; for a second file, whom users.csv and the roster enroll."""
    if not profile.beside:
        if beside is not None:
            raise UsageError(
                f"A {profile.file_name} needs no other file beside it; a second file does, such as "
                "demographics.csv."
            )
        if against is not None:
            require_roster(profile, "A roster to compare with")
        return roster_for(against, schools, profile)
    of_district = against.profile if isinstance(against, RosterContext | Known) else None
    enrolling = usual if usual.can(Capability.ROSTER) else of_district
    if isinstance(beside, Assessment):
        require_roster(beside.profile, "The file beside it")
        enrolling = beside.profile
    if enrolling is None:
        # Chosen by nobody: whoever takes this context may judge a file of either kind by it.
        enrolling = chosen_by_default(load_profile(profile.beside))
    context = roster_for(against, schools, enrolling)
    if context is not None and context.profile is None:
        context = replace(context, profile=enrolling)
    if beside is None:
        return context
    upload, records = _read_beside(beside, enrolling)
    read_whole = upload.obstacle in (None, Obstacle.WORKBOOK)
    if records is None or not read_whole or enrolling.key_of(Entity.PERSON) not in records.present:
        if isinstance(beside, Assessment):  # which says what is wrong
            return context
        raise UsageError(
            f"{upload.name} tells of nobody who is enrolled: it needs the layout of users.csv."
        )
    return with_enrolled(context, upload, records, enrolling)


def _read_beside(
    beside: FileSource | Assessment, profile: Profile
) -> tuple[Upload, Records | None]:
    """The users.csv beside a second file, and its rows; UsageError where it is no users.csv."""
    if isinstance(beside, Assessment):
        return beside.upload, beside.validation.as_read
    upload, found = read_as_what_it_is(beside, chosen_by_default(profile))
    require_roster(found, "The file beside it")
    return upload, read_records(upload, profile) if upload.cells.width else None


def previous_statements(source: FileSource, profile: Profile) -> Roster:
    """The roster stated by the rows of an earlier upload that were accepted, judged on its own."""
    upload = read_upload(source, profile)
    validation = validate(upload, profile)
    if validation.as_read is None:
        raise UsageError(f"{upload.name} has no rows to compare with.")
    return stated_roster(validation.as_read.without(rejected_records(upload, validation, profile)))
