"""`store["Avon"]`: one district of a store, with its snapshots and their history."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from roster_toolkit.display import Shown
from roster_toolkit.errors import UsageError
from roster_toolkit.model import Part, Profile
from roster_toolkit.profile import load_profile
from roster_toolkit.rosters.changes import chronicle_of_class, chronicle_of_person
from roster_toolkit.rosters.context import RosterContext
from roster_toolkit.rosters.difference import Difference, difference
from roster_toolkit.rosters.directory import Directory
from roster_toolkit.rosters.export import users_csv
from roster_toolkit.rosters.roster import Roster
from roster_toolkit.store.model import Snapshot, profile_of_source

if TYPE_CHECKING:
    import polars as pl

    from roster_toolkit.districts_store import Store
    from roster_toolkit.report.charts import Figure

_STUDENT = "student"


@dataclass(frozen=True, slots=True)
class DistrictPlot:
    """The charts of a district in a store."""

    district: StoredDistrict

    def timeline(self) -> Figure:
        """How many records of each kind the district had, snapshot by snapshot."""
        from roster_toolkit.report import charts

        return charts.timeline(self.district.snapshots)


class StoredDistrict(Shown):
    """One district of a store: its snapshots, what differs between them, and who was there when.

    It opens the store for each question, so that it never keeps others from it.

    >>> riverton = rt.Store(story.store)["Riverton"]
    >>> [snapshot.number for snapshot in riverton.snapshots]
    [1, 2, 3]
    >>> rt.review(story.upload, against=riverton).verdict.value
    'errors'
    """

    def __init__(self, store: Store, name: str) -> None:
        """Name a district of a store; raises UnknownSnapshot, naming those that it has."""
        self.store = store
        self.name = store.district(name).name

    # --- what it is ------------------------------------------------------------------------------

    @property
    def source(self) -> str:
        """Where its roster comes from: `portal`, or the name of a third party."""
        return self.store.district(self.name).source

    @property
    def profile(self) -> Profile:
        """The profile by which its uploads are judged, unless another is named."""
        return load_profile(profile_of_source(self.source))

    @property
    def snapshots(self) -> tuple[Snapshot, ...]:
        """Its snapshots, the first one first."""
        return self.store.snapshots(self.name)

    @property
    def latest(self) -> int | None:
        """The number of the latest snapshot; None if it has none."""
        return self.store.district(self.name).latest

    @property
    def inactive_because(self) -> tuple[str, ...]:
        """Names of the schools that keep processing inactive: without an ID, or with one of two."""
        return self.store.inactive_because(self.name)

    # --- at a moment -----------------------------------------------------------------------------

    def roster(self, snapshot: int | None = None) -> Roster:
        """The roster as of a snapshot, or of the latest one."""
        return self.store.roster(self.name, snapshot)

    def against(
        self, snapshot: int | None = None, *, profile: Profile | None = None
    ) -> RosterContext:
        """What a file is judged by: a snapshot, and the addresses of the other districts."""
        return self.store.against(self.name, snapshot, profile=profile or self.profile)

    def directory(self, snapshot: int | None = None) -> Directory:
        """The roster to look things up in: lists, search, a person, a class.

        >>> riverton.directory().records("school")["schoolId"].to_list()
        ['0102', '0109', '0115', 'NE125']
        """
        return Directory(self.against(snapshot).roster, self.profile)

    def export(
        self, part: str = Part.ALL, school: str | None = None, snapshot: int | None = None
    ) -> bytes:
        """A snapshot as users.csv, like a download of current data: of a part, of a school.

        Raises UsageError where a district of a third party is asked for its students, and where
        nobody is of that part or school.

        >>> riverton.export("admins").decode().splitlines()[0].split(",")[:3]
        ['action', 'schoolId', 'userId']
        """
        profile = self.profile
        if _STUDENT not in profile.accepts_people and part not in (Part.STAFF, Part.ADMINS):
            raise UsageError(
                f"{self.name!r} is rostered by a third party: only staff and admins are exported."
            )
        return users_csv(self.against(snapshot).roster, profile, part=part, school=school)

    # --- over time -------------------------------------------------------------------------------

    def compare(self, before: int | None = None, after: int | None = None) -> Difference:
        """What differs between two snapshots, field by field; by default the last two.

        >>> riverton.compare(1, 2).counts[rt.Kind.STUDENT][rt.Outcome.CREATED]
        9
        """
        numbers = [snapshot.number for snapshot in self.snapshots]
        if before is None and len(numbers) < 2:  # noqa: PLR2004  (it takes two to compare)
            raise UsageError(f"{self.name!r} has fewer than two snapshots to compare.")
        last = after if after is not None else (numbers or [0])[-1]
        earlier = [number for number in numbers if number < last]
        if before is None and not earlier:
            raise UsageError(f"{self.name!r} has no snapshot before {last}.")
        first = before if before is not None else earlier[-1]
        profile = self.profile
        return difference(
            self.against(first, profile=profile).roster,
            self.against(last, profile=profile).roster,
            profile,
        )

    def history(self, user_id: str) -> pl.DataFrame:
        """A person through the snapshots: `since`, `until` (null while it holds) and their facts.

        Under other IDs too. Raises UsageError where the district never had anybody of this ID.

        >>> riverton.history("E10001")["since"].to_list()
        [1]
        """
        return _known(self.store.history(self.name, user_id), "a person of that userId")

    def changes_of(self, user_id: str) -> pl.DataFrame:
        """What changed about a person: `snapshot`, `field`, `before`, `after`.

        Classes that they joined and left too, and under other IDs; nothing stands for the first
        snapshot. Raises UsageError where the district never had anybody of this ID.

        >>> riverton.changes_of("E10001").columns
        ['snapshot', 'field', 'before', 'after']
        """
        told, places = self.history(user_id), self.classes_of(user_id)
        return chronicle_of_person(told, places, first=self.snapshots[0].number)

    def classes_of(self, user_id: str) -> pl.DataFrame:
        """A person's classes: `since`, `until`, `classId`, `className`, `leads`, `source`."""
        return self.store.classes_of(self.name, user_id)

    def class_history(self, class_id: str) -> pl.DataFrame:
        """A class through the snapshots: `since`, `until` and its facts.

        Raises UsageError where the district never had such a class.
        """
        return _known(self.store.class_history(self.name, class_id), "a class of that classId")

    def changes_of_class(self, class_id: str) -> pl.DataFrame:
        """What changed about a class, who came and who went, in the same form.

        Raises UsageError where the district never had such a class.
        """
        told, places = self.class_history(class_id), self.members_of(class_id)
        return chronicle_of_class(told, places, first=self.snapshots[0].number)

    def members_of(self, class_id: str) -> pl.DataFrame:
        """Who was in a class: `since`, `until`, `userId`, their names, `leads`, `source`."""
        return self.store.members_of(self.name, class_id)

    def undo(self, snapshot: int) -> int | None:
        """Take back the latest snapshot, which must be named; the number that is the latest now.

        None where nothing was before it. The number is never given again.
        """
        return self.store.undo(self.name, snapshot)

    def forget(self, before: int | None = None) -> None:
        """Forget the district, or its snapshots before one, for good."""
        self.store.forget(self.name, before)

    @property
    def plot(self) -> DistrictPlot:
        """Charts: `timeline()`."""
        return DistrictPlot(self)


def _known(history: pl.DataFrame, what: str) -> pl.DataFrame:
    if history.is_empty():
        raise UsageError(f"The district never had {what}.")
    return history
