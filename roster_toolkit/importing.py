"""Current data into the store: a download in users.csv layout, or the files of OneRoster."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from roster_toolkit.downloads import read_school_cells, read_table, with_school_list
from roster_toolkit.errors import UsageError
from roster_toolkit.impact.succession import merge_import, of_part
from roster_toolkit.model import Part, Profile
from roster_toolkit.oneroster.reading import read_oneroster
from roster_toolkit.profile import load_profile
from roster_toolkit.records import clean, read_records
from roster_toolkit.rosters.roster import Roster, stated_roster
from roster_toolkit.showing import Shown
from roster_toolkit.store import Store, profile_of_source

_ONEROSTER = "oneroster"


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
    """What OneRoster files left to guess, or what of them was left out."""


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
    profile: Profile | None = None,
) -> Imported:
    """Add a snapshot made of current data; a district that the store lacks is made.

    `district_source` is the district's source and names where new records come from; records of
    a district that is known come from its source. Raises ToolkitError where the file, the list of
    schools or the store cannot be used; then nothing is changed.

    >>> rt.import_data(story.download, rt.Store(folder / "new.duckdb"), "Avon")
    Imported as snapshot 1.
    """
    path = Path(source)
    known = _known(store, district)
    of_oneroster = path.is_dir() or path.suffix.lower() == ".zip"
    origin_of_records = _ONEROSTER if of_oneroster else district_source
    if origin_of_records is None:
        origin_of_records = store.district(district).source if known else "portal"
    new_source = district_source or (origin_of_records if known is None else None)
    if profile is None:
        profile = load_profile(profile_of_source(new_source or store.district(district).source))
    if of_oneroster:
        imported, notes = read_oneroster(path, profile, origin=_ONEROSTER)
        dropped = pl.Series(dtype=pl.UInt32)
    else:
        imported, dropped = _download(path, profile)
        notes = ()
    listed = None
    if schools is not None:
        listed = read_school_cells(schools)
        imported = with_school_list(imported, schools)
    taken = imported.people.filter(of_part(profile, part)).height
    if known and not taken:
        what = "no people" if imported.people.is_empty() else f"nobody of the part {part.value!r}"
        raise UsageError(f"{path.name} holds {what}, so nothing was imported.")
    if school and school not in imported.memberships["schoolId"]:
        raise UsageError(f"{path.name} holds nobody of the school {school!r}.")
    current = store.roster(district) if known else None
    merged = merge_import(
        current, imported, profile,
        source=origin_of_records, part=part, school=school, own_only=of_oneroster,
    )  # fmt: skip
    number = store.add(
        district, merged,
        label=label, origin=path.name, source=origin_of_records, profile=profile,
        district_source=new_source, listed=listed, base=known or 0,
    )  # fmt: skip
    return Imported(number, known, dropped, imported.people.height - taken, notes)


def import_schools(source: str | Path, store: Store, district: str, *, label: str = "") -> Imported:
    """Give a district another list of its schools; it is a snapshot where the schools differ.

    The list decides whether processing is active, also where it makes no snapshot. Raises
    ToolkitError where the list or the store cannot be used; then nothing is changed.

    >>> rt.import_schools(story.schools, rt.Store(story.store), "Riverton")
    Nothing is new in it, so no snapshot was made.
    """
    path, known = Path(source), store.district(district)
    listed = read_school_cells(path)
    number = store.add(
        known.name, with_school_list(store.roster(known.name), path),
        label=label, origin=path.name, source=known.source, listed=listed, base=known.latest,
        profile=load_profile(profile_of_source(known.source)),
    )  # fmt: skip
    return Imported(number, known.latest, pl.Series(dtype=pl.UInt32), 0)


def _known(store: Store, district: str) -> int | None:
    """The latest snapshot of a district, if there is one."""
    if not store.path.exists():
        return None
    return next((d.latest for d in store.districts() if d.name == district.strip()), None)


def _download(path: Path, profile: Profile) -> tuple[Roster, pl.Series]:
    """The roster of a download, and the rows that are left out of it."""
    upload = read_table(path, profile)
    records = read_records(upload, profile)
    keyless = upload.cells.select(
        (clean(pl.col("schoolId")) == "") | (clean(pl.col("userId")) == "")
    ).to_series()
    indices = keyless.arg_true().cast(pl.UInt32)
    indices = indices.filter(~indices.is_in(upload.blank.implode()))
    rows = pl.concat([indices, upload.unjudged.cast(pl.UInt32)]).unique().sort() + upload.first_row
    return stated_roster(records.without(indices)), rows
