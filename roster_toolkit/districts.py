"""The store and its districts: `store["Avon"]` with its snapshots and their history."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from roster_toolkit.display import Shown
from roster_toolkit.errors import StoreError, UsageError
from roster_toolkit.model import Capability, ChosenBy, Part, Profile
from roster_toolkit.profile import load_profile, profile_of_text, require_roster
from roster_toolkit.querying import ask, run_query
from roster_toolkit.rosters.changes import chronicle_of_class, chronicle_of_person
from roster_toolkit.rosters.context import RosterContext
from roster_toolkit.rosters.difference import Difference, difference
from roster_toolkit.rosters.directory import Directory
from roster_toolkit.rosters.export import users_csv
from roster_toolkit.rosters.roster import Roster
from roster_toolkit.rules.registry import rules_of
from roster_toolkit.store import (
    find,
    forget,
    history,
    journal,
    profiles,
    read,
    restore,
    retention,
    undo,
    write,
)
from roster_toolkit.store.asking import tables_of_district
from roster_toolkit.store.connect import (
    exclusive,
    must_be_of_today,
    reading,
    reading_alone,
    unchanged,
    writing,
)
from roster_toolkit.store.copying import copy_beside
from roster_toolkit.store.model import (
    SOURCES,
    THIRD_PARTIES,
    UPLOAD,
    District,
    ProfileVersion,
    Snapshot,
    profile_of_source,
    store_path,
)
from roster_toolkit.store.schema import FORMAT

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    import polars as pl
    from duckdb import DuckDBPyConnection

    from roster_toolkit.report.charts import Figure
    from roster_toolkit.reviewing.display_names import DisplayNames

    _HistoryQuery = Callable[[DuckDBPyConnection, int, str], pl.DataFrame]

_STUDENT = "student"

#: Seconds to wait for another program that has the store open.
PATIENCE = 2.0


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
        """The profile by which its uploads are judged, unless another is named.

        Its own, else that of its source. Raises ProfileError where its own cannot be read.

        >>> riverton.profile.name
        'batch-upload'
        """
        return self.store.profile_of(self.name)

    @property
    def own_profile(self) -> Profile | None:
        """Its own profile; None where it has none, and ProfileError where it cannot be read."""
        return self.store.own_profile(self.name)

    @property
    def profile_versions(self) -> tuple[ProfileVersion, ...]:
        """Every version of its own profile, those taken back included, the first one first."""
        return self.store.profile_versions(self.name)

    def profile_text(self, number: int | None = None) -> str | None:
        """The TOML text of its own profile, or of a version; None where it has none."""
        return self.store.profile_text(self.name, number)

    def set_profile(self, text: str, note: str = "") -> ProfileVersion:
        """Make a TOML text the next version of its own profile.

        >>> avon = rt.Store(story.store)["Avon"]
        >>> avon.set_profile('extends = "third-party"', "staff only").note
        'staff only'
        >>> (avon.profile.accepts_people, avon.profile.choice.by.value)
        (('staff',), 'district')
        >>> avon.undo_profile() is None
        True
        """
        return self.store.set_profile(self.name, text, note)

    def undo_profile(self) -> int | None:
        """Let the version before hold again, and return its number; None where none is before."""
        return self.store.undo_profile(self.name)

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
        return self.store.against(self.name, snapshot, profile=profile)

    def directory(self, snapshot: int | None = None) -> Directory:
        """The roster to look things up in: lists, search, a person, a class.

        >>> riverton.directory().records("school")["schoolId"].to_list()
        ['0102', '0109', '0115', 'NE125']
        """
        profile = self.profile
        return Directory(self.against(snapshot, profile=profile).roster, profile)

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
        roster = self.against(snapshot, profile=profile).roster
        return users_csv(roster, profile, part=part, school=school)

    def display_names(self, school: str | None = None) -> DisplayNames:
        """A users.csv to edit the display names of the classes in, of a school or of all.

        It has one row for each class, which changes nothing until its classDisplayName is edited;
        `review.impact.display_names` of the edited file tells each before and after. Raises
        UsageError where the district, or the school, has no class that a row can name.

        >>> riverton.display_names("0102").classes.row(0)
        (2, '0102', '0102ART003', 'Art "Studio" 1 A', 'Art with Flores')
        """
        from roster_toolkit.reviewing.display_names import display_names

        profile = self.profile
        return display_names(self.against(profile=profile), profile, school)

    def find(self, text: str) -> pl.DataFrame:
        """Who or what has this name, ID or address in the district as it is now.

        As `Store.find` gives it for all districts.

        >>> riverton.find("01001915").select("kind", "key").rows()
        [('person', '01001915')]
        """
        return self.store.find(text, self.name)

    # --- over time -------------------------------------------------------------------------------

    def journal(self) -> pl.DataFrame:
        """What was done to the district and when, the latest first.

        Columns: `at` (UTC), `act` (imported, processed, undone, profile kept, profile undone,
        exported, deleted), `number` of the snapshot or of the version (of what was deleted: the
        first snapshot that stayed, 0 for the district), `origin` (the name of the file), `note`
        (the snapshot's label or the version's note), `undone` (whether it does not hold anymore),
        `who` (blank where nobody was asked who they are) and `sha256` of the file. Exports and
        deletions are written down where somebody is known who does them.

        >>> riverton.journal()["act"][-1]
        'imported'
        """
        return self.store.journal(self.name)

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
        return _not_empty(self.store.history(self.name, user_id), "a person of that userId")

    def changes_of(self, user_id: str) -> pl.DataFrame:
        """What changed about a person: `snapshot`, `field`, `before`, `after`.

        Classes that they joined and left too, and under other IDs; nothing stands for the first
        snapshot. Raises UsageError where the district never had anybody of this ID.

        >>> riverton.changes_of("E10001").columns
        ['snapshot', 'field', 'before', 'after']
        """
        facts, places = self.history(user_id), self.classes_of(user_id)
        return chronicle_of_person(facts, places, first=self.snapshots[0].number)

    def classes_of(self, user_id: str) -> pl.DataFrame:
        """A person's classes: `since`, `until`, `classId`, `className`, `leads`, `source`."""
        return self.store.classes_of(self.name, user_id)

    def class_history(self, class_id: str) -> pl.DataFrame:
        """A class through the snapshots: `since`, `until` and its facts.

        Raises UsageError where the district never had such a class.
        """
        return _not_empty(self.store.class_history(self.name, class_id), "a class of that classId")

    def changes_of_class(self, class_id: str) -> pl.DataFrame:
        """What changed about a class, who came and who went, in the same form.

        Raises UsageError where the district never had such a class.
        """
        facts, places = self.class_history(class_id), self.members_of(class_id)
        return chronicle_of_class(facts, places, first=self.snapshots[0].number)

    def members_of(self, class_id: str) -> pl.DataFrame:
        """Who was in a class: `since`, `until`, `userId`, their names, `leads`, `source`."""
        return self.store.members_of(self.name, class_id)

    def sql(self, query: str, snapshot: int | None = None) -> pl.DataFrame:
        """The answer to a question in SQL (DuckDB's) about this district: one SELECT.

        The tables: `people` (with their `kind`), `classes`, `enrollments`, `memberships` and
        `schools` as of a snapshot or the latest one; `snapshots`; and `history`, every record once
        for each time in which it did not change, from the snapshot `valid_from` until before
        `valid_to` (null while it holds), with the `kind` and its facts. A question reads nothing
        else, no other district either, and changes nothing. Raises UsageError, in a sentence, where
        it cannot be answered.

        >>> riverton.sql("SELECT count(*) FROM people WHERE kind = 'student'").item()
        552
        >>> riverton.sql("SELECT DISTINCT valid_from FROM history WHERE kind = 'school'").item()
        1
        """
        return self.store.district_sql(self.name, query, snapshot)

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


def _not_empty(history: pl.DataFrame, what: str) -> pl.DataFrame:
    if history.is_empty():
        raise UsageError(f"The district never had {what}.")
    return history


class Store(Shown):
    """Many districts and their snapshots in one file, which is made when first added to.

    Every method opens the file, works and closes it. They raise StoreError where the file cannot
    be used, and UnknownSnapshot where it lacks the district or the snapshot.

    >>> store
    roster.duckdb holds 2 districts.
    >>> [district.name for district in store]
    ['Avon', 'Riverton']
    """

    def __init__(
        self, path: str | Path | None = None, *, patience: float = PATIENCE, who: str = ""
    ) -> None:
        """Name the file; nothing is opened yet.

        `patience`: seconds to wait for another program. `who`: on whose behalf it is used, for the
        journal; blank where nobody is asked who they are.
        """
        chosen = store_path(path)
        # `forget` replaces the file, so a symbolic link is resolved first.
        # (Unlike `Path.is_symlink`, this never raises.)
        self.path = Path(os.path.realpath(chosen)) if os.path.islink(chosen) else chosen  # noqa: PTH114
        self._patience, self.who = patience, who

    def __getitem__(self, name: str) -> StoredDistrict:
        """One district, for reviews against it and for its history.

        Letter case may differ where no other district is meant. Raises UnknownSnapshot, naming
        those that the store has.
        """
        matches = [each.name for each in self.districts() if each.name.lower() == name.lower()]
        return StoredDistrict(
            self, matches[0] if len(matches) == 1 and name not in matches else name
        )

    def __iter__(self) -> Iterator[StoredDistrict]:
        """The districts, by name."""
        return iter([self[district.name] for district in self.districts()])

    def _ipython_key_completions_(self) -> list[str]:
        """The names that a notebook offers behind `store["`."""
        return [district.name for district in self.districts()] if self.path.exists() else []

    def __contains__(self, name: object) -> bool:
        """Whether the store has a district of this name."""
        return self.path.exists() and name in {district.name for district in self.districts()}

    def districts(self) -> tuple[District, ...]:
        """All districts, by name."""
        with reading(self.path, self._patience) as con:
            return read.districts(con)

    def fingerprint(self) -> str:
        """A digest that is another one once a roster, a list of schools or a profile is.

        What was read of the store holds as long as it stays. The file itself says less: it changes
        too where something is only written into the journal.
        """
        with reading(self.path, self._patience) as con:
            return read.fingerprint(con)

    def district(self, name: str) -> District:
        """One district."""
        with reading(self.path, self._patience) as con:
            return read.known_district(con, name)[1]

    def snapshots(self, district: str) -> tuple[Snapshot, ...]:
        """The snapshots of a district, the first one first."""
        with reading(self.path, self._patience) as con:
            number, stored = read.known_district(con, district)
            return read.snapshots(con, number, stored.name)

    def roster(self, district: str, snapshot: int | None = None) -> Roster:
        """A district's roster as of a snapshot, or of the latest one."""
        with reading(self.path, self._patience) as con:
            number, stored = read.known_district(con, district)
            return read.roster_at(con, number, read.known_snapshot(stored, snapshot))

    def against(
        self,
        district: str,
        snapshot: int | None = None,
        *,
        profile: Profile | None = None,
        beside: Collection[str] | None = None,
    ) -> RosterContext:
        """What a file is judged by: a snapshot, and the addresses of the other districts.

        The roster has every column that the profile knows, blank where the store has none yet.
        `profile`: one that is named; else it is the district's (`profile_of`), and so it is where
        one of a second file is named, which has no roster. `beside`: the other districts whose
        addresses count, by name; all unless told.
        """
        with reading(self.path, self._patience) as con:
            number, stored = read.known_district(con, district)
            latest_or_named = read.known_snapshot(stored, snapshot)
            named = profile if profile and profile.can(Capability.ROSTER) else None
            chosen = named or _own_or_of_source(con, number, stored)
            return RosterContext(
                read.fitted(read.roster_at(con, number, latest_or_named), chosen),
                district=stored.name,
                snapshot=latest_or_named,
                profile=chosen,
                addresses=read.addresses_elsewhere(con, number, beside),
                sources=THIRD_PARTIES,
            )

    def addresses_elsewhere(
        self, district: str, *, beside: Collection[str] | None = None
    ) -> pl.Series:
        """The email addresses of the other districts, in lower case; `district` may be a new one.

        `beside`: the other districts that count, by name; all unless told.

        >>> store.addresses_elsewhere("A new district").is_empty()
        False
        """
        with reading(self.path, self._patience) as con:
            number = read.number_of(con, district)
            return read.addresses_elsewhere(con, number or 0, beside)

    # --- the profile by which files are judged ---------------------------------------------------

    def profile_of(
        self,
        district: str,
        named: str | Path | Profile | None = None,
        *,
        source: str | None = None,
    ) -> Profile:
        """The profile by which a district's files are judged, and who chose it (`choice`).

        One that is named goes before the district's own, its own before that of its source.
        `source`: the one that an import is about to give it, also where it is not known yet.
        Raises ProfileError where the profile cannot be read; a named one is still taken.

        >>> store.profile_of("Avon").choice.by.value, store.profile_of("Avon", "third-party").name
        ('source', 'third-party')
        """
        if named:
            return named if isinstance(named, Profile) else load_profile(named)
        if source is not None and district not in self:
            return _of_source(source)
        with reading(self.path, self._patience) as con:
            number, stored = read.known_district(con, district)
            return _own_or_of_source(con, number, stored, source)

    def own_profile(self, district: str) -> Profile | None:
        """A district's own profile; None where it has none.

        Raises ProfileError where this toolkit cannot read it: its text can be read all the same,
        and it can be taken back.
        """
        with reading(self.path, self._patience) as con:
            number, stored = read.known_district(con, district)
            return _own(con, number, stored)

    def profile_text(self, district: str, number: int | None = None) -> str | None:
        """The TOML text of a district's own profile, or of a version; None where it has none."""
        with reading(self.path, self._patience) as con:
            place, stored = read.known_district(con, district)
            version = stored.own_profile if number is None else number
            if version is None:
                return None
            return profiles.text_of(con, place, version, stored.name)

    def profile_versions(self, district: str) -> tuple[ProfileVersion, ...]:
        """Every version of a district's own profile, the first one first."""
        with reading(self.path, self._patience) as con:
            return profiles.versions(con, read.known_district(con, district)[0])

    def set_profile(self, district: str, text: str, note: str = "") -> ProfileVersion:
        """Make a TOML text the next version of a district's own profile; it holds from now on.

        The text that holds already makes no version. Raises ProfileError where the text is no
        profile, UsageError where it is not of users.csv, and UnknownSnapshot where the store has no
        such district; then nothing is changed.
        """
        profile = profile_of_text(text, f"The profile for {district}")
        require_roster(profile, "A district")
        rules_of(profile)
        self._must_exist()
        with writing(self.path, self._patience) as con:
            number, stored = read.known_district(con, district)
            made = profiles.add(con, number, text, note)
            if made.number != stored.own_profile:
                place = number, stored.name
                journal.note_act(
                    con, place, "profile kept", made.number, who=self.who, sha256=made.sha256
                )
            return made

    def undo_profile(self, district: str) -> int | None:
        """Let the version before hold again, and return its number; None where none is before.

        Then the district's source chooses. The number that is taken back is never given again.
        Raises UnknownSnapshot where there is none to take back.
        """
        self._must_exist()
        with writing(self.path, self._patience) as con:
            number, stored = read.known_district(con, district)
            before = profiles.take_back(con, number, stored.name)
            place, undone = (number, stored.name), stored.own_profile or 0
            journal.note_act(con, place, "profile undone", undone, who=self.who)
            return before

    def find(self, text: str, district: str | None = None) -> pl.DataFrame:
        """Who or what has this name, ID or address in one district as it is now, or in all.

        A person or class is found where each word of the text stands in its IDs, names or address;
        letter case and accents do not matter. What has the text itself as a cell stands first.
        Columns: `district`, `kind` (person, class), `key` (userId or classId), `name`, `role` and
        `email` (blank for a class), `schools`. A blank text finds nothing. Raises UnknownSnapshot
        where the store lacks the district.

        >>> store.find("01001915").select("district", "kind", "key").rows()
        [('Riverton', 'person', '01001915')]
        """
        with reading(self.path, self._patience) as con:
            number = None if district is None else read.known_district(con, district)[0]
            return find.find(con, text, number)

    # --- over time -------------------------------------------------------------------------------

    def journal(self, district: str) -> pl.DataFrame:
        """What was done to a district and when, as `StoredDistrict.journal` says."""
        with reading(self.path, self._patience) as con:
            number, stored = read.known_district(con, district)
            return journal.journal(con, number, stored.name)

    def note_export(self, district: str, snapshot: int, sha256: str) -> None:
        """Write down that something of a snapshot was handed out, and the digest of its bytes."""
        self._must_exist()
        with writing(self.path, self._patience) as con:
            number, stored = read.known_district(con, district)
            place = number, stored.name
            journal.note_act(con, place, "exported", snapshot, who=self.who, sha256=sha256)

    def history(self, district: str, user_id: str) -> pl.DataFrame:
        """A person through the snapshots: `since`, `until` and their facts."""
        return self._history_of(district, history.of_person, user_id)

    def classes_of(self, district: str, user_id: str) -> pl.DataFrame:
        """A person's classes through the snapshots."""
        return self._history_of(district, history.classes_of, user_id)

    def class_history(self, district: str, class_id: str) -> pl.DataFrame:
        """A class through the snapshots: `since`, `until` and its facts."""
        return self._history_of(district, history.of_class, class_id)

    def members_of(self, district: str, class_id: str) -> pl.DataFrame:
        """The members of a class through the snapshots."""
        return self._history_of(district, history.members_of, class_id)

    def _history_of(self, district: str, query: _HistoryQuery, key: str) -> pl.DataFrame:
        with reading(self.path, self._patience) as con:
            number, _ = read.known_district(con, district)
            return query(con, number, key)

    def sql(self, query: str) -> pl.DataFrame:
        """The answer to a question in SQL (DuckDB's), one SELECT over the store's tables and views.

        docs/store.md lists them. A question reads nothing but the store and changes nothing.
        Raises UsageError, in a sentence, where it cannot be answered.

        >>> store.sql("SELECT count(*) FROM roster_as_of('Riverton', 3)").item()
        3024
        """
        with reading_alone(self.path, self._patience) as con:
            return run_query(con, query, history.tables(con))

    def district_sql(self, district: str, query: str, snapshot: int | None = None) -> pl.DataFrame:
        """The answer to one SELECT over the tables of one district, as `StoredDistrict.sql`."""
        with reading(self.path, self._patience) as con:
            number, stored = read.known_district(con, district)
            profile = _own_or_of_source(con, number, stored)
            if snapshot is not None:
                read.known_snapshot(stored, snapshot)
            return ask(query, tables_of_district(con, number, stored, profile, snapshot))

    def inactive_because(
        self, district: str, listed: pl.DataFrame | None = None
    ) -> tuple[str, ...]:
        """Names of the schools that keep processing inactive: without an ID, or with one of two.

        `listed`: a list of the district's schools to judge instead of the one that is stored.
        """
        with reading(self.path, self._patience) as con:
            number, _ = read.known_district(con, district)
            if listed is None:
                listed = read.listed_schools(con, number)
        return read.schools_in_doubt(listed)

    def add(
        self,
        district: str,
        roster: Roster,
        *,
        label: str = "",
        origin: str = "",
        source: str,
        profile: Profile,
        district_source: str | None = None,
        listed: pl.DataFrame | None = None,
        base: int | None = None,
        sha256: str = "",
    ) -> int | None:
        """Add a snapshot and return its number; None if the roster is the latest one unchanged.

        `source`: what the records that are new in it came from, for the list of snapshots.
        `district_source`: the district's own, one of `SOURCES`; a new district is of the portal
        unless told. `listed`: the district's list of schools as given (`schoolId`, `schoolName`),
        those without an ID too. `base`: the latest snapshot as it was when the roster was made (0
        if none); if there is a later one by now, nothing is added and StoreError raised.
        `sha256`: digest of the file it is made of, for the journal.
        """
        if not district.strip():
            raise UsageError("A district needs a name.")
        if district_source not in (None, *SOURCES):
            raise UsageError(f"A district's source is one of {', '.join(SOURCES)}.")
        making = write.Making(label, origin, source, profile)
        with writing(self.path, self._patience) as con:
            number = write.district_number(con, district.strip(), district_source)
            snapshot = write.add_snapshot(con, number, roster, making, base)
            if listed is not None:
                write.list_schools(con, number, listed, snapshot)
            if snapshot is not None:
                act = "processed" if source == UPLOAD else "imported"
                place = number, district.strip()
                journal.note_act(con, place, act, snapshot, who=self.who, sha256=sha256)
            return snapshot

    def undo(self, district: str, snapshot: int) -> int | None:
        """Take back the latest snapshot, which must be named; the number that is the latest now.

        The roster and the list of schools are what they were before, other districts are untouched,
        and the number is never given again. None where nothing was before: the district is empty.
        Raises UnknownSnapshot where the district has no snapshot, UsageError where `snapshot` is
        not the latest one; then nothing is changed.

        >>> short = rt.Store(folder / "short.duckdb")
        >>> rt.import_data(story.download, short, "Avon").snapshot
        1
        >>> short.undo("Avon", 1) is None
        True
        """
        self._must_exist()
        with writing(self.path, self._patience) as con:
            number, stored = read.known_district(con, district)
            undo.must_be_latest(stored, snapshot)
            undo.take_back(con, number, snapshot)
            journal.note_act(con, (number, stored.name), "undone", snapshot, who=self.who)
            _, stored = read.known_district(con, district)
        return stored.latest

    def forget(self, district: str, before: int | None = None) -> None:
        """Forget a district, or its snapshots before one, for good: no byte of them stays."""

        def chosen(con: DuckDBPyConnection) -> forget.Kept:
            number, stored = read.known_district(con, district)
            if before is not None:
                read.known_snapshot(stored, before)
            return {number: before}

        with exclusive(self.path, self._patience):
            forget.rewrite(self.path, self._patience, chosen, self.who)

    def outdated(
        self, older_than: int, district: str | None = None
    ) -> Mapping[str, tuple[Snapshot, ...]]:
        """Name of a district → what `prune` would forget of it; districts that keep all are absent.

        >>> store.outdated(older_than=365)
        {}
        """
        with reading(self.path, self._patience) as con:
            return retention.outdated(con, _names(con, district), retention.limit_of(older_than))

    def prune(
        self, older_than: int, district: str | None = None
    ) -> Mapping[str, tuple[Snapshot, ...]]:
        """Forget snapshots that are older than a number of days, for good, and say which.

        Of all districts or of one, in one go; the latest snapshot of a district stays, whatever its
        date. No byte of a person who is in no other snapshot stays. Raises UsageError where the
        days are no number from 0 to 36,500.
        """
        limit = retention.limit_of(older_than)
        pruned: dict[str, tuple[Snapshot, ...]] = {}

        def chosen(con: DuckDBPyConnection) -> forget.Kept:
            pruned.update(retention.outdated(con, _names(con, district), limit))
            districts = (read.known_district(con, name) for name in pruned)
            return {
                number: stored.snapshots[len(pruned[stored.name])] for number, stored in districts
            }

        with exclusive(self.path, self._patience):
            forget.rewrite(self.path, self._patience, chosen, self.who)
        return pruned

    # --- the file as a whole ---------------------------------------------------------------------

    def backup(self, copy: str | Path) -> None:
        """Copy the store, as it is at one moment, into a new file, while others may go on with it.

        The copy is read back and compared before it gets its name; unused bytes are not in it.
        Raises StoreError where there is a file of that name.

        >>> store.backup(folder / "backup.duckdb")
        >>> rt.Store(folder / "backup.duckdb")
        backup.duckdb holds 2 districts.
        """
        with unchanged(self.path, self._patience) as made:
            must_be_of_today(made, self.path)
            copy_beside(self.path, Path(copy), self._patience)

    def restore(self, backup: str | Path, *, replace: bool = False) -> Path | None:
        """Make this store what a backup holds; the backup stays as it is.

        One of an earlier toolkit is upgraded on the way. Raises StoreError where there is a store
        already, unless `replace`: then that one, even a damaged one, is kept beside under the path
        that is returned. It is the old store or the new one at any moment.
        """
        source = Path(backup)
        with unchanged(source, self._patience):
            if replace and self.path.exists():
                return restore.put_in_place(source, self.path, self._patience)
            if self.path.exists():
                raise StoreError(
                    f"There is a store {self.path} already; nothing was changed. With --replace "
                    "the backup takes its place, and it is kept beside under another name."
                )
            copy_beside(source, self.path, self._patience)
        return None

    def upgrade(self, copy: str | Path) -> None:
        """Copy a store of an earlier toolkit into a new file, for this one.

        The file itself stays as it is; the copy appears whole or not at all. Raises StoreError
        where no copy is needed, or where there is a file of that name.
        """
        with unchanged(self.path, self._patience) as made:
            if made == FORMAT:
                raise StoreError(
                    f"The store {self.path} is of format {FORMAT} already, which this toolkit "
                    "reads; no copy is needed."
                )
            copy_beside(self.path, Path(copy), self._patience)

    def _must_exist(self) -> None:
        """Raise where there is no store; `writing` would make one."""
        with reading(self.path, self._patience):
            pass


def _names(con: DuckDBPyConnection, district: str | None) -> tuple[str, ...]:
    """The name of one district, which must be known, or of all."""
    if district is None:
        return tuple(stored.name for stored in read.districts(con))
    return (read.known_district(con, district)[1].name,)


def _own(con: DuckDBPyConnection, number: int, district: District) -> Profile | None:
    """The district's own profile, if it has one."""
    version = district.own_profile
    if version is None:
        return None
    text = profiles.text_of(con, number, version, district.name)
    return profiles.read(text, district.name, version)


def _own_or_of_source(
    con: DuckDBPyConnection, number: int, district: District, source: str | None = None
) -> Profile:
    """The district's own profile, else that of its source."""
    return _own(con, number, district) or _of_source(source or district.source)


def _of_source(source: str) -> Profile:
    return load_profile(profile_of_source(source)).chosen(ChosenBy.SOURCE)
