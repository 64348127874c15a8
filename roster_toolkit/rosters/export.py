"""A roster as a download of current data, in the layout of users.csv.

The reverse of an import: reading the output back gives the same roster, and uploading it would
change nothing. A row names the school of its class, so a person who is enrolled at a school without
being its member becomes one by that row; users.csv cannot express it otherwise.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection

import polars as pl

from roster_toolkit.errors import UsageError
from roster_toolkit.model import Entity, Part, Profile
from roster_toolkit.rosters.parts import of_part
from roster_toolkit.rosters.roster import SCHOOL_FACTS, Roster, facts_of, is_staff


def users_csv(
    roster: Roster,
    profile: Profile,
    *,
    part: str = Part.ALL,
    school: str | None = None,
    ids: Collection[str] | None = None,
) -> bytes:
    """The people of one part as users.csv: UTF-8, LF, the profile's headers in its order.

    One row per person, school and class, and one without class cells where a person has no class at
    a school; by school, role, person and class. Inactive classes are left out, as are people who
    are at no school; `ids` names the people wanted, where not all are. Raises UsageError where
    `part` is none of `Part`.

    >>> rt.users_csv(riverton.roster(), riverton.profile, part="admins").count(b"Administrator")
    4
    """
    if part not in set(Part):
        raise UsageError(f"There is no part {part!r}; it is one of {', '.join(Part)}.")
    people = roster.people.filter(of_part(profile, Part(part)))
    if ids is not None:
        people = people.filter(pl.col("userId").is_in(list(ids)))
    rows = _rows(roster, people)
    if school is not None:
        rows = rows.filter(pl.col("schoolId") == school)
    return rows_csv(rows, roster, profile)


def rows_csv(rows: pl.DataFrame, roster: Roster, profile: Profile) -> bytes:
    """Rows of a roster as users.csv, in their order: `person`, `schoolId`, `class`, `leads`."""
    out = io.BytesIO()
    out.write(_header(profile))
    _cells(rows, roster.people, roster.classes, profile).write_csv(out, include_header=False)
    return out.getvalue()


def schools_csv(roster: Roster) -> bytes:
    """The schools as a list that `read_school_cells` reads: ID, name, lowest and highest grade."""
    listed = roster.schools.select("schoolId", *SCHOOL_FACTS).sort("schoolId")
    blank_is_empty = pl.when(pl.all() != "").then(pl.all()).name.keep()
    return listed.with_columns(blank_is_empty).write_csv().encode()


def _rows(roster: Roster, people: pl.DataFrame) -> pl.DataFrame:
    """`person`, `schoolId`, `class` (null where none), `leads` of each row, in order."""
    people_in_order = people.select(
        "person", "userRole", by_person=pl.col("userId").rank("ordinal")
    )
    classes_in_order = roster.classes.filter("active").select(
        "class", "schoolId", by_class=pl.col("classId").rank("ordinal")
    )
    enrolled = roster.enrollments.select("person", "class", "leads").join(
        classes_in_order, on="class"
    )
    without_class = roster.memberships.select("person", "schoolId").join(
        enrolled.select("person", "schoolId").unique(), on=["person", "schoolId"], how="anti"
    )
    rows = pl.concat([enrolled, without_class], how="diagonal").join(people_in_order, on="person")
    # Ranks sort faster than the strings they stand for.
    order = [pl.col(name).rank("dense") for name in ("schoolId", "userRole")]
    return rows.sort(*order, "by_person", "by_class", nulls_last=False)


def _cells(
    rows: pl.DataFrame, people: pl.DataFrame, classes: pl.DataFrame, profile: Profile
) -> pl.DataFrame:
    """One text column per column of the profile; blank cells are null."""
    of_person = ["userId", *facts_of(profile, Entity.PERSON)]
    of_class = ["classId", *(f for f in facts_of(profile, Entity.CLASS) if f != "schoolId")]
    # A list may have one of the two words alone: then a blank cell is the other.
    yes, no = (
        next(iter(profile.values_meaning("primary_teacher", word)), "") for word in ("yes", "no")
    )
    flag = pl.when("leads").then(pl.lit(yes)).when(~pl.col("leads")).then(pl.lit(no))
    joined = (
        rows.select("person", "schoolId", "class", "leads")
        .join(people.select("person", *of_person), on="person", how="left", maintain_order="left")
        .join(classes.select("class", *of_class), on="class", how="left", maintain_order="left")
    )
    rows_with_flag = joined.with_columns(primary_teacher=pl.when(is_staff(profile)).then(flag))
    blank = pl.lit(None, dtype=pl.String)
    return rows_with_flag.select(
        pl.when(pl.col(key) != "").then(pl.col(key))
        if key in rows_with_flag.columns
        else blank.alias(key)
        for key in (column.key for column in profile.in_file)
    )


def _header(profile: Profile) -> bytes:
    text = io.StringIO()
    names = [column.name for column in profile.in_file]
    csv.writer(text, lineterminator="\n").writerow(names)
    return text.getvalue().encode()
