"""Which values of a file are IDs of schools, and so stay: a mixed-up file has others there too."""

from __future__ import annotations

import polars as pl

from roster_toolkit.assessment import Assessment
from roster_toolkit.model import Entity, Profile, Scope, Upload
from roster_toolkit.records import clean

#: Schools that a file may have whatever its size, and rows for each beyond.
_FEW, _ROWS_OF_A_SCHOOL = 5, 5
_SCHOOL = "schoolId"


def school_ids(review: Assessment) -> frozenset[str]:
    """IDs of schools: those that the roster knows, and those of a file that can be nothing else.

    In a file these are well-formed IDs with a figure, of rows that nobody took for shifted, that no
    person and no class has, and of which there are few.
    """
    upload, profile = review.upload, review.profile
    roster = review.against.roster if review.against else None
    known = set(roster.schools[_SCHOOL]) if roster else set()
    if _SCHOOL not in upload.cells.columns:
        return frozenset(known)
    sound = upload.cells[_SCHOOL].to_frame().filter(~_doubtful(review))[_SCHOOL]
    values = sound.unique().to_frame("raw").select(clean(pl.col("raw")).alias("id"))["id"].unique()
    if values.len() > max(_FEW, sound.len() // _ROWS_OF_A_SCHOOL):
        return frozenset(known)
    kind = profile.kinds[profile.columns[_SCHOOL].kind]
    value = pl.col("id")
    wanted = [value.str.contains(r"\d")]
    wanted += [value.str.contains(kind.pattern)] if kind.pattern else []
    wanted += [~value.str.contains(kind.suspicious)] if kind.suspicious else []
    ids = values.to_frame().filter(wanted)["id"]
    for held in _ids_of_others(upload, profile, review):
        ids = ids.filter(~ids.is_in(held.filter(held.is_in(ids.implode())).implode()))
    return frozenset(known | set(ids))


def _doubtful(review: Assessment) -> pl.Series:
    """Mask of the records whose cells may stand under other headers than their own."""
    upload = review.upload
    shifted = [rule.number for rule in review.rules.values() if rule.scope is Scope.RECORD]
    rows = review.validation.findings.filter(pl.col("code").is_in(shifted))["row"].drop_nulls()
    doubtful = pl.concat(
        [(rows - upload.first_row).cast(pl.UInt32), upload.unjudged.cast(pl.UInt32)]
    )
    return pl.int_range(upload.cells.height, dtype=pl.UInt32, eager=True).is_in(doubtful.implode())


def _ids_of_others(upload: Upload, profile: Profile, review: Assessment) -> list[pl.Series]:
    """The IDs of people and classes in file and roster."""
    keys = [
        column.key
        for column in profile.columns.values()
        if column.identifies in (Entity.PERSON, Entity.CLASS) or column.unique_to_person
    ]
    held = [upload.cells[key] for key in keys if key in upload.cells.columns]
    if review.against:
        roster = review.against.roster
        frames = (roster.people, roster.classes)
        held += [frame[key] for frame in frames for key in keys if key in frame.columns]
    return held
