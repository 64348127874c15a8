"""Parts of a roster: who belongs to a part, and how many records each school has."""

from __future__ import annotations

import polars as pl

from roster_toolkit.model import Part, Profile
from roster_toolkit.rosters.roster import Kind, Roster, kind_of_person


def of_part(profile: Profile, part: Part) -> pl.Expr:
    """Predicate: the person belongs to a part of the roster, by `userRole`."""
    match part:
        case Part.ALL:
            return pl.lit(value=True)
        case Part.ADMINS:
            return pl.col("userRole").is_in(profile.parts.get(part.value, ()))
        case Part.STAFF | Part.STUDENTS:
            kind = part.value.removesuffix("s")
            return (kind_of_person(profile) == kind).fill_null(value=False)


def school_sizes(roster: Roster, profile: Profile) -> pl.DataFrame:
    """`schoolId`, `kind`, `number`: the records of each school as they are."""
    people = roster.memberships.join(
        roster.people.select("person", kind=kind_of_person(profile)), on="person"
    ).drop_nulls("kind")
    classes = roster.classes.filter("active").select("class", "schoolId")
    enrolled = roster.enrollments.select("class").join(classes, on="class")
    parts = [
        people.group_by("schoolId", "kind").agg(number=pl.len()),
        *(
            frame.group_by("schoolId")
            .agg(number=pl.len())
            .select("schoolId", pl.lit(kind.value).alias("kind"), "number")
            for kind, frame in ((Kind.CLASS, classes), (Kind.ENROLLMENT, enrolled))
        ),
    ]
    return pl.concat(parts).sort("schoolId", "kind")
