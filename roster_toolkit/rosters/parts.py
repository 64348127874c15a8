"""Parts of a roster: who belongs to a part, and how many records each school has."""

from __future__ import annotations

import polars as pl

from roster_toolkit.model import Part, Profile
from roster_toolkit.rosters.roster import Kind, Roster, kind_of_person
from roster_toolkit.streaming import collected


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
    # A class has one school: counted by class first, a million enrollments need not be joined.
    by_class = roster.enrollments.lazy().group_by("class").agg(number=pl.len())
    enrolled = collected(by_class, roster.enrollments.height).join(classes, on="class")
    parts = [
        people.group_by("schoolId", "kind").agg(number=pl.len()),
        *(
            frame.group_by("schoolId")
            .agg(number)
            .select("schoolId", pl.lit(kind.value).alias("kind"), "number")
            for kind, frame, number in (
                (Kind.CLASS, classes, pl.len().alias("number")),
                (Kind.ENROLLMENT, enrolled, pl.col("number").sum()),
            )
        ),
    ]
    return pl.concat(parts).sort("schoolId", "kind")


def district_sizes(roster: Roster, profile: Profile) -> dict[Kind, int]:
    """The records of the whole district as they are; whoever is at two schools counts once."""
    kinds = roster.people.select(kind=kind_of_person(profile))["kind"]
    people = {kind: int((kinds == kind.value).sum()) for kind in (Kind.STAFF, Kind.STUDENT)}
    classes = int(roster.classes["active"].sum())
    return {**people, Kind.CLASS: classes, Kind.ENROLLMENT: roster.enrollments.height}
