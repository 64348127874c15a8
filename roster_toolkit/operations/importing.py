"""Import current data into the store: a download in users.csv layout, or OneRoster files."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import polars as pl

from roster_toolkit.assessment import DEFAULT_SEASON
from roster_toolkit.display import Shown
from roster_toolkit.districts import Store
from roster_toolkit.errors import UsageError
from roster_toolkit.impact.import_guard import IMPORT_STOPS, PlannedImport
from roster_toolkit.impact.mass_change import must_stop_something
from roster_toolkit.impact.next_roster import merge_import
from roster_toolkit.model import Entity, HeaderNeed, Part, Profile, Upload
from roster_toolkit.profile import require_roster
from roster_toolkit.records import Records, clean, read_records
from roster_toolkit.rosters.difference import Difference, difference
from roster_toolkit.rosters.download import read_school_cells, read_table, with_school_list
from roster_toolkit.rosters.oneroster.files import export_folder
from roster_toolkit.rosters.oneroster.notes import Notes
from roster_toolkit.rosters.oneroster.reading import read_export
from roster_toolkit.rosters.outcomes import Outcome
from roster_toolkit.rosters.parts import of_part
from roster_toolkit.rosters.roster import Kind, Roster, facts_of, kind_of_person, stated_roster
from roster_toolkit.rules.cell_text import rows_in_a_cell, spreadsheet_damage
from roster_toolkit.store import District
from roster_toolkit.text import counted, listed

_ONEROSTER = "oneroster"
#: Bytes that are read at once.
_PIECE = 1 << 20
_NAMES = {
    Kind.STUDENT: ("student", "students"),
    Kind.STAFF: ("staff member", "staff members"),
    Kind.CLASS: ("class", "classes"),
    Kind.ENROLLMENT: ("enrollment", "enrollments"),
    Kind.SCHOOL: ("school", "schools"),
}
#: Columns that are named of those that would change.
_FIELDS_NAMED = 3
_VERBS = {
    Outcome.REMOVED: "would leave",
    Outcome.CREATED: "would be new",
    Outcome.UPDATED: "would change",
}


@dataclass(frozen=True, repr=False)
class Imported(Shown):
    """What an import made of its file.

    >>> rt.import_data(story.download, rt.Store(folder / "one.duckdb"), "Avon").snapshot
    1
    """

    snapshot: int | None
    """The number of the new snapshot; None where nothing differs from the latest one."""
    before: int | None
    """The latest snapshot before; None if there was none."""
    dropped: pl.Series
    """Spreadsheet rows that were left out: without a school's or a person's ID, or with more or
    fewer cells than headers."""
    aside: int
    """People of the file who are not of the part that was imported."""
    notes: tuple[str, ...] = ()
    """What OneRoster files left to guess, or what of them was left out or changed; where rows of a
    download differ."""
    held: Mapping[str, int] = field(default_factory=dict)
    """Code → findings of what nobody accepted; if there is any, nothing was changed."""
    reasons: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The same codes → what each is about, in sentences; the most important first."""
    would: Mapping[Kind, Mapping[Outcome, int]] = field(default_factory=dict)
    """What would become of the records, where it was held."""
    fields: Mapping[str, int] = field(default_factory=dict)
    """Header → people, classes and enrollments in which it would change, the most first."""

    @property
    def consequence(self) -> str:
        """Who would leave, come and change, where it was held; a sentence."""
        parts = []
        for outcome, verb in _VERBS.items():
            counts = [(kind, self.would.get(kind, {}).get(outcome, 0)) for kind in _NAMES]
            phrases = [f"{n:,} {_NAMES[kind][n != 1]}" for kind, n in counts if n]
            if phrases:
                fields = self._fields_in_words() if outcome is Outcome.UPDATED else ""
                parts.append(f"{listed(phrases)} {verb}{fields}")
        return f"Imported as it is, {'; '.join(parts) or 'it would change nothing'}."

    def _fields_in_words(self) -> str:
        """The columns in which most records would change, in brackets: a new domain is one."""
        if not self.fields:
            return ""
        phrases = [f"{name} of {number:,}" for name, number in self.fields.items()]
        named, more = phrases[:_FIELDS_NAMED], len(phrases) - _FIELDS_NAMED
        rest = f" and {counted(more, 'more column')}" if more > 0 else ""
        return f" ({', '.join(named)}{rest})"


def import_data(
    source: str | Path,
    store: Store,
    district: str,
    *,
    district_source: str | None = None,
    part: Part = Part.ALL,
    school: str = "",
    schools: str | Path | None = None,
    label: str = "",
    profile: str | Path | Profile | None = None,
    season: str = DEFAULT_SEASON,
    accept: Sequence[str] = (),
    day: date | None = None,
) -> Imported:
    """Add a snapshot made of current data; a district that the store lacks is made.

    `district_source` is the district's source and names where new records come from; records of
    a district that is known come from its source. Data that would change very much in this
    `season`, that seem to be another district's, or that are not whole, stop it until they are
    accepted by code; accepted, they are imported as they are, and whoever is not in them leaves.
    `day`: what ended before it is left out of OneRoster files; by default today. Raises
    ToolkitError where the file, the list of schools or the store cannot be used; then nothing is
    changed.

    >>> rt.import_data(story.download, rt.Store(folder / "new.duckdb"), "Avon")
    Imported as snapshot 1.
    """
    must_stop_something(accept, IMPORT_STOPS, "an import")
    path = Path(source)
    existing = _existing_district(store, district := district.strip())
    latest = existing.latest if existing else None
    of_oneroster = path.is_dir() or path.suffix.lower() == ".zip"
    origin = _ONEROSTER if of_oneroster else district_source
    origin = origin or (existing.source if existing else "portal")
    new_source = district_source or (None if existing else origin)
    profile = store.profile_of(district, profile, source=new_source)
    require_roster(profile, "An import")
    if season not in profile.seasons:
        names = ", ".join(profile.seasons)
        raise UsageError(f"There is no season {season!r}; it is one of {names}.")
    data = _read(path, profile, day, schools, school=school, of_oneroster=of_oneroster)
    notes = (
        *data.notes,
        *_damaged_ids(data.roster, profile),
        *_rows_in_cells(data.roster, profile),
        *_shared_addresses(data.roster),
    )
    imported, current = data.roster, store.roster(district) if latest else None
    _must_hold_people(path, imported, current, school)
    merged = merge_import(
        current, imported, profile,
        source=origin, part=part, school=school, own_only=of_oneroster,
    )  # fmt: skip
    aside = imported.people.filter(~of_part(profile, part)).height
    plan = PlannedImport(
        district, profile, season, current, imported, merged, part, school,
        source=origin if of_oneroster else None, partial=data.partial,
        elsewhere=None if latest or not store.path.exists()
        else store.addresses_elsewhere(district),
    )  # fmt: skip
    if stop := _stop_reasons(plan, accept):
        return Imported(None, latest, data.dropped, aside, notes, *stop)
    if merged.schools.is_empty() and not merged.people.is_empty():
        raise UsageError(f"{path.name} holds no school, so there is no place to put anybody.")
    number = store.add(
        district, merged,
        label=label, origin=path.name, source=origin, profile=profile,
        district_source=new_source, listed=data.listed, base=latest or 0, sha256=_digest(path),
    )  # fmt: skip
    return Imported(number, latest, data.dropped, aside, notes)


def _digest(path: Path) -> str:
    """SHA-256 of a file; of the files of an export one after the other, by their names."""
    digest = hashlib.sha256()
    for file in sorted(export_folder(path).iterdir()) if path.is_dir() else [path]:
        if file.is_file():
            with file.open("rb") as content:
                while piece := content.read(_PIECE):
                    digest.update(piece)
    return digest.hexdigest()


def _must_hold_people(path: Path, imported: Roster, current: Roster | None, school: str) -> None:
    """Raise UsageError where there is nothing to import."""
    if current is not None and imported.people.is_empty():
        raise UsageError(f"{path.name} holds no people, so nothing was imported.")
    if school and school not in imported.memberships["schoolId"]:
        raise UsageError(f"{path.name} holds nobody of the school {school!r}.")


def import_schools(
    source: str | Path,
    store: Store,
    district: str,
    *,
    label: str = "",
    accept: Sequence[str] = (),
) -> Imported:
    """Give a district another list of its schools; it is a snapshot where the schools differ.

    The list decides whether processing is active, also where it makes no snapshot. One that lacks
    schools where people are stops it until that is accepted by code (RT420). Raises ToolkitError
    where the list or the store cannot be used; then nothing is changed.

    >>> rt.import_schools(story.schools, rt.Store(story.store), "Riverton")
    Nothing is new in it, so no snapshot was made.
    """
    must_stop_something(accept, IMPORT_STOPS, "an import")
    path, stored = Path(source), store.district(district)
    school_cells = read_school_cells(path)
    current = store.roster(stored.name)
    profile = store.profile_of(stored.name)
    merged = with_school_list(current, path)
    nobody = pl.Series(dtype=pl.UInt32)
    plan = PlannedImport(stored.name, profile, DEFAULT_SEASON, current, merged, merged)
    stop = _stop_reasons(plan, accept)
    if stop:
        return Imported(None, stored.latest, nobody, 0, (), *stop)
    if merged.schools.is_empty():
        raise UsageError(f"{path.name} holds no school with an ID, so nothing was imported.")
    number = store.add(
        stored.name, merged,
        label=label, origin=path.name, source=stored.source, listed=school_cells,
        base=stored.latest, profile=profile, sha256=_digest(path),
    )  # fmt: skip
    return Imported(number, stored.latest, nobody, 0)


_Stop = tuple[
    Mapping[str, int],
    Mapping[str, tuple[str, ...]],
    Mapping[Kind, Mapping[Outcome, int]],
    Mapping[str, int],
]


def _stop_reasons(plan: PlannedImport, accept: Sequence[str]) -> _Stop | None:
    """What stops an import, with counts, its outcomes and what changes; None if nothing does."""
    reasons = {code: sentences for code, sentences in plan.reasons().items() if code not in accept}
    if not reasons:
        return None
    before = plan.merged.without_records() if plan.current is None else plan.current
    found = difference(before, plan.merged, plan.profile)
    counts = {code: len(sentences) for code, sentences in reasons.items()}
    return counts, reasons, found.counts, _changed_fields(found, plan.profile)


def _changed_fields(found: Difference, profile: Profile) -> Mapping[str, int]:
    """Header → records in which it would change, the most first; of schools, none."""
    changed = found.changes.filter(pl.col("field") != "", pl.col("kind") != Kind.SCHOOL.value)
    numbers = changed.group_by("field").agg(pl.struct("kind", "key").n_unique().alias("number"))
    lines = numbers.sort("number", "field", descending=[True, False]).iter_rows()
    return {profile.columns[key].name: number for key, number in lines}


def _existing_district(store: Store, district: str) -> District | None:
    """The district of that name, or None; raises UsageError for another spelling of one."""
    known = {d.name: d for d in (store.districts() if store.path.exists() else ())}
    spelled = {_spelling(name): name for name in known}
    if district not in known and (alike := spelled.get(_spelling(district))):
        raise UsageError(
            f"The store has the district {alike!r}: give its name like that, not {district!r}. A "
            "new district needs a name that differs by more than capitals and spaces."
        )
    return known.get(district)


def _spelling(name: str) -> str:
    """What two spellings of one name have in common: neither letter case nor spaces count."""
    return "".join(name.casefold().split())


@dataclass(frozen=True)
class _Data:
    """Current data as read."""

    roster: Roster
    dropped: pl.Series
    notes: tuple[str, ...] = ()
    partial: tuple[str, ...] = ()
    """Reasons why the data are not a complete roster."""
    listed: pl.DataFrame | None = None
    """The cells of the list of schools, if one was given."""


def _read(
    path: Path,
    profile: Profile,
    day: date | None,
    schools: str | Path | None,
    *,
    school: str,
    of_oneroster: bool,
) -> _Data:
    """Read the data, of one `school` if it is named, and the list of schools if one is given."""
    if of_oneroster:
        export = read_export(path, profile, origin=_ONEROSTER, day=day)
        data = _Data(export.roster, pl.Series(dtype=pl.UInt32), export.notes, export.partial)
    else:
        data = _Data(*_download(path, profile))
    if schools is not None:
        roster = with_school_list(data.roster, schools)
        return replace(data, roster=roster, listed=read_school_cells(schools))
    if school or data.roster.schools.is_empty():
        # Data of one school, or without any, state no list of the district's schools.
        return replace(data, roster=replace(data.roster, school_list=False))
    return data


def _damaged_ids(roster: Roster, profile: Profile) -> tuple[str, ...]:
    """Sentences on IDs that a spreadsheet made: uploads with the real ones would not match them."""
    notes = Notes()
    for key, ids in (
        ("schoolId", roster.schools["schoolId"]), ("userId", roster.people["userId"]),
        ("classId", roster.classes["classId"]),
    ):  # fmt: skip
        fault = spreadsheet_damage(profile.columns[key], profile)
        if fault is not None:
            name, made = profile.columns[key].name, "what Excel made of the real"
            damaged = ids.to_frame("value").filter(fault)["value"].sort()
            notes.records(
                damaged, f"value of {name} is {made} ID", f"values of {name} are {made} IDs"
            )
    return tuple(notes.lines)


def _rows_in_cells(roster: Roster, profile: Profile) -> tuple[str, ...]:
    """A sentence on cells between two stray quotation marks: who is in them is nobody's row."""
    notes, number = Notes(), 0
    for frame in (roster.people, roster.classes):
        for key in [name for name in profile.columns if name in frame.columns]:
            cells = frame.select(value=key).filter(pl.col("value").str.contains("\n", literal=True))
            fault = rows_in_a_cell(profile.columns[key], profile)
            number += 0 if fault is None else cells.filter(fault).height
    why = "whole rows inside, which are not imported: a quotation mark is closed too late"
    notes.count(number, f"cell has {why}", f"cells have {why}")
    return tuple(notes.lines)


def _shared_addresses(roster: Roster) -> tuple[str, ...]:
    """A sentence on people whose address is not theirs alone, as the portal would have it."""
    notes = Notes()
    address = pl.col("userEmail").str.to_lowercase()
    shared = roster.people.filter(pl.col("userEmail") != "").filter(address.is_duplicated())
    which = "an email address that others have too"
    notes.records(shared["userId"], f"person has {which}", f"people have {which}")
    return tuple(notes.lines)


def _download(path: Path, profile: Profile) -> tuple[Roster, pl.Series, tuple[str, ...]]:
    """The roster of a download, the spreadsheet rows that it leaves out, and where rows differ."""
    upload = read_table(path, profile)
    records = read_records(upload, profile)
    keyless = upload.cells.select(
        (clean(pl.col("schoolId")) == "") | (clean(pl.col("userId")) == "")
    ).to_series()
    indices = keyless.arg_true().cast(pl.UInt32)
    indices = indices.filter(~indices.is_in(upload.blank.implode()))
    rows = pl.concat([indices, upload.unjudged.cast(pl.UInt32)]).unique().sort() + upload.first_row
    kept = records.without(indices)
    roster = stated_roster(kept)
    notes = (*_lacking(upload, roster, profile), *_where_rows_differ(kept))
    return roster, rows, notes


def _lacking(upload: Upload, roster: Roster, profile: Profile) -> tuple[str, ...]:
    """Sentences on columns that the file lacks, and on people who have no role by it."""
    notes = Notes()
    facts = profile.about(Entity.PERSON, Entity.CLASS)
    needed = [column for column in facts if column.header is HeaderNeed.REQUIRED]
    names = [column.name for column in needed if column.key not in upload.cells.columns]
    if names:
        one = "has no column" if len(names) == 1 else "has none of the columns"
        notes.add(f"The file {one} {', '.join(names)}: blank throughout.")
    neither = roster.people.filter(kind_of_person(profile).is_null())["userId"]
    which = "no role that counts, and"
    notes.records(
        neither, f"person has {which} is neither staff nor student",
        f"people have {which} are neither staff nor students",
    )  # fmt: skip
    return tuple(notes.lines)


def _where_rows_differ(records: Records) -> tuple[str, ...]:
    """Sentences on people and classes of whom rows state several values: one of these is lost."""
    notes = Notes()
    for view, key, noun in (
        ("person", "userId", ("person", "people")), ("class", "classId", ("class", "classes")),
    ):  # fmt: skip
        variants = records.views[view].variants
        if key not in variants.columns:
            continue
        stated = variants.filter(~pl.col("removes"), pl.col(key) != "")
        again = stated.filter(pl.col(key).is_duplicated())
        for fact in facts_of(records.profile, Entity(view)):
            if fact in again.columns:
                filled = again.filter(pl.col(fact) != "").group_by(key).agg(pl.col(fact).n_unique())
                several = filled.filter(pl.col(fact) > 1)[key].sort()
                which = f"more than one {records.profile.columns[fact].name}, of which one counts"
                notes.records(several, f"{noun[0]} has {which}", f"{noun[1]} have {which}")
    return tuple(notes.lines)
