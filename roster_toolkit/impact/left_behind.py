"""Whom a file leaves behind: people who stay where it no longer puts them.

A file adds schools and classes to people and takes none away. Whoever changes school stays at the
old one too; where a class comes again under a new ID, everybody stays in the old one.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from roster_toolkit.impact.preview import Impact
from roster_toolkit.model import Profile
from roster_toolkit.rosters.roster import Kind, Roster, is_staff

#: One line for each school, and each class, in which somebody stays.
LEFT_BEHIND = {
    "userId": pl.String,
    "name": pl.String,
    "kind": pl.String,
    "schoolId": pl.String,
    "classId": pl.String,
    "twin": pl.String,
    "schools": pl.String,
    "classes": pl.UInt32,
}


@dataclass(frozen=True)
class LeftBehind:
    """People who stay, and the classes that come again."""

    people: pl.DataFrame
    """Shape `LEFT_BEHIND`, by school, class and person: `schoolId` where they stay, `classId` if it
    is a class, with its `twin`; `schools` (apart by commas) and how many `classes` they would have
    afterwards."""
    twins: pl.DataFrame
    """`class` (of the roster), `twin` (of the file), as numbers: the same class, a new ID."""


def left_behind(impact: Impact, roster: Roster, profile: Profile) -> LeftBehind:
    """Who stays at a school that none of their rows names, or in a class that comes again.

    Only people whom a row that is taken names are judged.
    """
    twins = _twins(impact, roster, profile)
    parts = [_at_schools(impact, roster), _in_classes(impact, roster, twins)]
    names = pl.concat_str("userFirstName", "userLastName", separator=" ").str.strip_chars()
    who = impact.compared.people.select("person", "userId", "kind", name=names)
    told = pl.concat(parts, how="diagonal").join(who, on="person", how="left")
    told = told.join(_afterwards(told["person"].unique(), impact, roster), on="person", how="left")
    people = told.select(pl.col(name).cast(kind) for name, kind in LEFT_BEHIND.items())
    return LeftBehind(people.sort("schoolId", "classId", "userId", nulls_last=False), twins)


def _afterwards(people: pl.Series, impact: Impact, roster: Roster) -> pl.DataFrame:
    """`person`, `schools`, `classes`: where they are once the file is processed."""
    chosen = pl.col("person").is_in(people.implode())
    told = impact.compared
    members = pl.concat(
        [frame.filter(chosen).select("person", "schoolId")
         for frame in (roster.memberships, told.memberships)]
    ).unique()  # fmt: skip
    gone = impact.removed_classes.implode()
    enrolled = pl.concat(
        [frame.filter(chosen, ~pl.col("class").is_in(gone)).select("person", "class")
         for frame in (roster.enrollments, told.enrollments)]
    ).unique()  # fmt: skip
    schools = members.sort("schoolId").group_by("person")
    return (
        schools.agg(schools=pl.col("schoolId").str.join(", "))
        .join(enrolled.group_by("person").agg(classes=pl.len()), on="person", how="left")
        .with_columns(pl.col("classes").fill_null(0))
    )


def _at_schools(impact: Impact, roster: Roster) -> pl.DataFrame:
    """`person`, `schoolId`: memberships of people in the file that no row of theirs names.

    A file about one school says nothing of those who work at two. So the person must join another
    school in this file, or the file must speak of the school where they stay. An upload of staff
    alone adds to what the third party supplies, and says nothing of it.
    """
    none = pl.DataFrame(schema={"person": pl.UInt32, "schoolId": pl.String})
    if Kind.STUDENT not in impact.kinds:
        return none
    told = impact.compared
    known = told.people.filter("known").select("person", "userId", "joins")
    held = roster.memberships.filter(pl.col("person").is_in(known["person"].implode()))
    if held.height == told.memberships["known"].sum():
        return none
    taken = told.memberships.select("person", "schoolId")
    left = held.join(taken, on=["person", "schoolId"], how="anti").join(known, on="person")
    named = impact.person_schools
    left = left.join(named, on=["userId", "schoolId"], how="anti")
    spoken_of = impact.schools["schoolId"].implode()
    left = left.filter(pl.col("joins") | pl.col("schoolId").is_in(spoken_of))
    doubtful = _with_an_unknown_school(left, impact, roster)
    return left.filter(~pl.col("userId").is_in(doubtful.implode())).select("person", "schoolId")


def _with_an_unknown_school(left: pl.DataFrame, impact: Impact, roster: Roster) -> pl.Series:
    """People with a refused row at a school that nobody knows: it may mean the one they are at."""
    told = impact.compared
    taken = told.memberships.join(told.people.select("person", "userId"), on="person")
    return (
        impact.person_schools.filter(pl.col("userId").is_in(left["userId"].implode()))
        .join(taken, on=["userId", "schoolId"], how="anti")
        .filter(~pl.col("schoolId").is_in(roster.schools["schoolId"].implode()))["userId"]
        .unique()
    )


def _twins(impact: Impact, roster: Roster, profile: Profile) -> pl.DataFrame:
    """`class`, `twin`: classes that the file leaves out and creates anew.

    At one school, under one name, for the same grade or with one of the same teachers.
    """
    told = impact.compared
    new = told.classes.filter(~pl.col("class").is_in(roster.classes["class"].implode()))
    none = pl.DataFrame(schema={"class": pl.UInt32, "twin": pl.UInt32})
    if new.is_empty():
        return none
    mentioned = impact.classes["class"].drop_nulls().implode()
    old = roster.classes.filter("active", ~pl.col("class").is_in(mentioned))
    name = pl.col("className").str.to_lowercase()
    met = (
        new.filter(pl.col("className") != "")
        .select("schoolId", name=name, twin="class", grade="classGrade")
        .join(
            old.select("schoolId", "class", name=name, was_grade="classGrade"),
            on=["schoolId", "name"],
        )
    )
    if met.is_empty():
        return none
    same_grade = (pl.col("grade") == pl.col("was_grade")) & (pl.col("grade") != "")
    taught = _taught_by_the_same(met, impact, roster, profile)
    return met.filter(same_grade | pl.struct("class", "twin").is_in(taught.implode())).select(
        "class", "twin"
    ).sort("class", "twin")  # fmt: skip


def _taught_by_the_same(
    met: pl.DataFrame, impact: Impact, roster: Roster, profile: Profile
) -> pl.Series:
    """Pairs of `class` and `twin` with a teacher in common."""
    staff = roster.people.filter(is_staff(profile))["person"].implode()
    before = roster.enrollments.filter(
        pl.col("class").is_in(met["class"].unique().implode()), pl.col("person").is_in(staff)
    ).select("class", "person")
    after = impact.compared.enrollments.filter(
        pl.col("class").is_in(met["twin"].unique().implode())
    ).select("person", twin="class")
    both = met.select("class", "twin").join(before, on="class")
    both = both.join(after, on=["twin", "person"]).select("class", "twin").unique()
    return both.select(pair=pl.struct("class", "twin"))["pair"]


def _in_classes(impact: Impact, roster: Roster, twins: pl.DataFrame) -> pl.DataFrame:
    """`person`, `schoolId`, `classId`, `twin` of people in the file who stay in an old class.

    They get into some class that comes again. Where pupils get into the new class, but none of the
    old one's is among those who stay, it is one more section of a teacher and no twin.
    """
    schema = {"person": pl.UInt32, "schoolId": pl.String, "classId": pl.String, "twin": pl.String}
    if twins.is_empty():
        return pl.DataFrame(schema=schema)
    told = impact.compared
    student = pl.col("kind") == Kind.STUDENT.value
    kinds = told.people.filter("known").select("person", student=student.fill_null(value=False))
    comes = told.enrollments.filter(pl.col("class").is_in(twins["twin"].unique().implode()))
    pupils = comes.join(told.people.filter(student), on="person", how="semi")["class"].unique()
    stays = (
        roster.enrollments.filter(
            pl.col("class").is_in(twins["class"].unique().implode()),
            pl.col("person").is_in(comes["person"].unique().implode()),
        )
        .select("person", "class")
        .join(kinds, on="person")
    )
    pairs = (
        twins.join(stays, on="class")
        .with_columns(has_pupils=pl.col("twin").is_in(pupils.implode()))
        .filter(~pl.col("has_pupils") | pl.col("student").any().over("class", "twin"))
    )
    twin_ids = told.classes.select(twin="class", twin_id="classId")
    return (
        pairs.join(roster.classes.select("class", "classId", "schoolId"), on="class")
        .join(twin_ids, on="twin")
        .sort("twin_id")
        .unique(["person", "class"], keep="first", maintain_order=True)
        .select("person", "schoolId", "classId", twin="twin_id")
    )


def left_behind_totals(people: pl.DataFrame) -> pl.DataFrame:
    """`schoolId`, `people`, `told`, `cause` of each school and way of being left behind."""
    at_school = pl.col("classId").is_null()
    moved = _counted(people.filter(at_school))
    doubled = _counted(people.filter(~at_school))
    return pl.concat(
        [
            totals.with_columns(**_in_words(totals, what))
            for totals, what in ((moved, _MOVED), (doubled, _DOUBLED))
        ]
    ).select("schoolId", "people", "told", "cause")


#: Where people stay.
_MOVED = "though the file names them at other schools alone"
_DOUBLED = "in {}"


def _counted(people: pl.DataFrame) -> pl.DataFrame:
    return (
        people.group_by("schoolId")
        .agg(people=pl.col("userId").n_unique(), classes=pl.col("classId").n_unique())
        .sort("schoolId")
    )


def _in_words(totals: pl.DataFrame, what: str) -> dict[str, pl.Series]:
    """`told` of each school, and `cause`, which is the same for all of them."""
    lines = [
        f"{school}: {_stay(people)} {what.format(_classes(classes))}"
        for school, people, classes in totals.iter_rows()
    ]
    (everybody, everything) = (int(totals[name].sum()) for name in ("people", "classes"))
    schools = f"{totals.height:,} schools"
    together = f"{schools}: {_stay(everybody)} {what.format(_classes(everything))}"
    causes = lines if len(lines) == 1 else [together] * len(lines)
    return {
        "told": pl.Series(lines, dtype=pl.String),
        "cause": pl.Series(causes, dtype=pl.String),
    }


def _stay(count: int) -> str:
    return "1 person stays" if count == 1 else f"{count:,} people stay"


def _classes(count: int) -> str:
    if count == 1:
        return "1 class that comes again under a new ID"
    return f"{count:,} classes that come again under new IDs"
