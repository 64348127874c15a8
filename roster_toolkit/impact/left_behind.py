"""RT417: people who keep a school or class in which the file no longer lists them.

A file adds memberships and enrollments and ends none. Whoever changes school or class stays in the
old one too; where a class comes again under a new ID (a twin), everybody stays in the old one.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from roster_toolkit.impact.preview import Impact
from roster_toolkit.model import Profile
from roster_toolkit.rosters.roster import Kind, Roster, is_staff, membership_numbers, pair

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


#: Share of a class's students whom the file lists, beyond which it is meant to list them all.
_MOST = 0.5


@dataclass(frozen=True)
class LeftBehind:
    """People who are left behind, and the twin classes."""

    people: pl.DataFrame
    """Shape `LEFT_BEHIND`, by school, class and person: `schoolId` where they stay, `classId` if it
    is a class, with its `twin` if it has one; `schools` (apart by commas) and how many `classes`
    they would have afterwards."""
    twins: pl.DataFrame
    """`class` (of the roster), `twin` (of the file), as numbers: the same class, a new ID."""


def left_behind(impact: Impact, roster: Roster, profile: Profile) -> LeftBehind:
    """Who stays at a school or in a class that none of their rows names, or that has a twin.

    Only people with a row that is accepted are judged.
    """
    twins = _twins(impact, roster, profile)
    parts = [_at_schools(impact, roster), _in_classes(impact, roster, twins)]
    told = pl.concat([part["person"] for part in parts])
    parts.append(_in_former_classes(impact, roster, profile, told))
    stays = pl.concat(parts, how="diagonal")
    names = pl.concat_str("userFirstName", "userLastName", separator=" ").str.strip_chars()
    people = impact.compared.people.filter(pl.col("person").is_in(stays["person"].implode()))
    who = people.select("person", "userId", "kind", name=names)
    stays = stays.join(who, on="person", how="left")
    stays = stays.join(
        _afterwards(stays["person"].unique(), impact, roster), on="person", how="left"
    )
    people = stays.select(pl.col(name).cast(kind) for name, kind in LEFT_BEHIND.items())
    return LeftBehind(people.sort("schoolId", "classId", "userId", nulls_last=False), twins)


def _afterwards(people: pl.Series, impact: Impact, roster: Roster) -> pl.DataFrame:
    """`person`, `schools`, `classes`: memberships and enrollments after processing."""
    of_people = pl.col("person").is_in(people.implode())
    compared = impact.compared
    members = pl.concat(
        [frame.filter(of_people).select("person", "schoolId")
         for frame in (roster.memberships, compared.memberships)]
    ).unique()  # fmt: skip
    gone = impact.removed_classes.implode()
    enrolled = pl.concat(
        [frame.filter(of_people, ~pl.col("class").is_in(gone)).select("person", "class")
         for frame in (roster.enrollments, compared.enrollments)]
    ).unique()  # fmt: skip
    schools = members.sort("schoolId").group_by("person")
    return (
        schools.agg(schools=pl.col("schoolId").str.join(", "))
        .join(enrolled.group_by("person").agg(classes=pl.len()), on="person", how="left")
        .with_columns(pl.col("classes").fill_null(0))
    )


def _at_schools(impact: Impact, roster: Roster) -> pl.DataFrame:
    """`person`, `schoolId`: memberships of people in the file that none of their rows names.

    A file about one school is no evidence about people who work at two. So either the person joins
    another school in this file, or the file mentions the school where they stay. A staff-only
    upload adds to what the third party supplies, so it leaves nobody behind.
    """
    nobody = pl.DataFrame(schema={"person": pl.UInt32, "schoolId": pl.String})
    if Kind.STUDENT not in impact.kinds:
        return nobody
    compared = impact.compared
    known_people = compared.people.filter("known").select("person", "userId", "joins")
    memberships = roster.memberships.filter(
        pl.col("person").is_in(known_people["person"].implode())
    )
    if memberships.height == compared.memberships["known"].sum():
        return nobody
    here, stated = membership_numbers(memberships, compared.memberships)
    stays = memberships.filter(~here.is_in(stated.implode())).join(known_people, on="person")
    # Few stay: to look for them among all would make a table of all first.
    named = impact.person_schools.filter(pl.col("userId").is_in(stays["userId"].implode()))
    stays = stays.join(named, on=["userId", "schoolId"], how="anti")
    schools_in_file = impact.schools["schoolId"].implode()
    stays = stays.filter(pl.col("joins") | pl.col("schoolId").is_in(schools_in_file))
    uncertain = _with_unknown_school(stays, impact, roster)
    return stays.filter(~pl.col("userId").is_in(uncertain.implode())).select("person", "schoolId")


def _with_unknown_school(stays: pl.DataFrame, impact: Impact, roster: Roster) -> pl.Series:
    """`userId` of people with a rejected row at an unknown school, which may mean their school."""
    compared = impact.compared
    of_them = pl.col("userId").is_in(stays["userId"].unique().implode())
    people = compared.people.select("person", "userId").filter(of_them)
    stated = compared.memberships.join(people, on="person")
    return (
        impact.person_schools.filter(of_them)
        .join(stated, on=["userId", "schoolId"], how="anti")
        .filter(~pl.col("schoolId").is_in(roster.schools["schoolId"].implode()))["userId"]
        .unique()
    )


def _twins(impact: Impact, roster: Roster, profile: Profile) -> pl.DataFrame:
    """`class`, `twin`: classes that the file leaves out, and creates under a new ID.

    Twins have the same school and name, and the same grade or a teacher in common.
    """
    compared = impact.compared
    new = compared.classes.filter(~pl.col("class").is_in(roster.classes["class"].implode()))
    no_twins = pl.DataFrame(schema={"class": pl.UInt32, "twin": pl.UInt32})
    if new.is_empty():
        return no_twins
    mentioned = impact.classes["class"].drop_nulls().implode()
    unmentioned = roster.classes.filter("active", ~pl.col("class").is_in(mentioned))
    name = pl.col("className").str.to_lowercase()
    candidates = (
        new.filter(pl.col("className") != "")
        .select("schoolId", name=name, twin="class", grade="classGrade")
        .join(
            unmentioned.select("schoolId", "class", name=name, was_grade="classGrade"),
            on=["schoolId", "name"],
        )
    )
    if candidates.is_empty():
        return no_twins
    same_grade = (pl.col("grade") == pl.col("was_grade")) & (pl.col("grade") != "")
    same_teacher = _with_common_teacher(candidates, impact, roster, profile)
    taught_alike = pl.struct("class", "twin").is_in(same_teacher.implode())
    twins = candidates.filter(same_grade | taught_alike)
    return twins.select("class", "twin").sort("class", "twin")


def _with_common_teacher(
    candidates: pl.DataFrame, impact: Impact, roster: Roster, profile: Profile
) -> pl.Series:
    """Pairs of `class` and `twin` with a teacher in common."""
    staff = roster.people.filter(is_staff(profile))["person"].implode()
    before = roster.enrollments.filter(
        pl.col("class").is_in(candidates["class"].unique().implode()), pl.col("person").is_in(staff)
    ).select("class", "person")
    after = impact.compared.enrollments.filter(
        pl.col("class").is_in(candidates["twin"].unique().implode())
    ).select("person", twin="class")
    both = candidates.select("class", "twin").join(before, on="class")
    both = both.join(after, on=["twin", "person"]).select("class", "twin").unique()
    return both.select(pair=pl.struct("class", "twin"))["pair"]


def _in_classes(impact: Impact, roster: Roster, twins: pl.DataFrame) -> pl.DataFrame:
    """`person`, `schoolId`, `classId`, `twin` of people in the file who stay in an old class.

    They are enrolled in some twin. Where students are enrolled in the new class, but none from the
    old one, the new class is another section of the same teacher and no twin. Of several twins, as
    sections often have one name, the one with the most of its people is named.
    """
    schema = {"person": pl.UInt32, "schoolId": pl.String, "classId": pl.String, "twin": pl.String}
    if twins.is_empty():
        return pl.DataFrame(schema=schema)
    compared = impact.compared
    student = pl.col("kind") == Kind.STUDENT.value
    known_people = compared.people.filter("known").select(
        "person", student=student.fill_null(value=False)
    )
    in_new_classes = compared.enrollments.filter(
        pl.col("class").is_in(twins["twin"].unique().implode())
    )
    with_students = in_new_classes.join(compared.people.filter(student), on="person", how="semi")[
        "class"
    ].unique()
    stays = (
        roster.enrollments.filter(
            pl.col("class").is_in(twins["class"].unique().implode()),
            pl.col("person").is_in(in_new_classes["person"].unique().implode()),
        )
        .select("person", "class")
        .join(known_people, on="person")
    )
    pairs = (
        twins.join(stays, on="class")
        .with_columns(has_students=pl.col("twin").is_in(with_students.implode()))
        .filter(~pl.col("has_students") | pl.col("student").any().over("class", "twin"))
    )
    twin_ids = compared.classes.select(twin="class", twin_id="classId")
    together = (
        stays.select("person", "class")
        .join(in_new_classes.select("person", twin="class"), on="person")
        .group_by("class", "twin")
        .agg(people=pl.len())
    )
    return (
        pairs.join(roster.classes.select("class", "classId", "schoolId"), on="class")
        .join(twin_ids, on="twin")
        .join(together, on=["class", "twin"], how="left")
        .sort(pl.col("people").fill_null(0), "twin_id", descending=[True, False])
        .unique(["person", "class"], keep="first", maintain_order=True)
        .select("person", "schoolId", "classId", twin="twin_id")
    )


def _in_former_classes(
    impact: Impact, roster: Roster, profile: Profile, told: pl.Series
) -> pl.DataFrame:
    """`person`, `schoolId`, `classId` of students who join a class, in one that they seem to leave.

    No row of theirs names it, though the file lists most others who are in it, or they join one of
    the same subject in another grade. Else a file may add a class and mean no more.
    `told`: people who are left behind in another way.
    """
    schema = {"person": pl.UInt32, "schoolId": pl.String, "classId": pl.String}
    compared = impact.compared
    new = compared.enrollments.filter(~pl.col("known"))
    if new.is_empty():
        return pl.DataFrame(schema=schema)
    is_student = (pl.col("kind") == Kind.STUDENT.value).fill_null(value=False)
    known = compared.people.filter("known", is_student, ~pl.col("person").is_in(told.implode()))
    joins = new.join(known, on="person", how="semi")
    open_classes = roster.classes.filter(
        "active", ~pl.col("class").is_in(impact.removed_classes.implode())
    )
    of_them = pl.col("person").is_in(joins["person"].unique().implode())
    stated = compared.enrollments.filter(of_them).select(pair=pair())["pair"]
    rejected = impact.enrollments.drop_nulls("userId").select("userId", "classId")
    stays = (
        roster.enrollments.filter(of_them, ~pair().is_in(stated.implode()))
        .select("person", "class")
        .join(open_classes, on="class")
        .join(known.select("person", "userId"), on="person")
        .join(rejected, on=["userId", "classId"], how="anti")
    )
    if stays.is_empty():
        return pl.DataFrame(schema=schema)
    listed = _mostly_listed(stays["class"].unique(), impact, roster, profile)
    next_grade = _in_another_grade(stays, joins.join(compared.classes, on="class"))
    leaves = pl.col("class").is_in(listed.implode()) | pair().is_in(next_grade.implode())
    return stays.filter(leaves).select(*schema)


def _mostly_listed(
    classes: pl.Series, impact: Impact, roster: Roster, profile: Profile
) -> pl.Series:
    """Of some classes, those of which the file lists most students whom the roster has there."""
    students = roster.people.filter(~is_staff(profile))["person"]
    members = roster.enrollments.filter(
        pl.col("class").is_in(classes.implode()), pl.col("person").is_in(students.implode())
    ).select("person", "class")
    named = impact.compared.enrollments.filter(pl.col("class").is_in(classes.implode()))
    listed = named.select(pair=pair())["pair"]
    members = members.with_columns(listed=pair().is_in(listed.implode()))
    shares = members.group_by("class").agg(share=pl.col("listed").mean())
    return shares.filter(pl.col("share") > _MOST)["class"]


def _in_another_grade(stays: pl.DataFrame, joins: pl.DataFrame) -> pl.Series:
    """The `pair` of person and class where the person joins one of its subject in another grade."""
    facts = ["classSubject", "classGrade"]
    if not set(facts) <= set(stays.columns) & set(joins.columns):
        return stays.clear().select(pair=pair())["pair"]
    new = joins.select("person", "schoolId", "classSubject", new_grade="classGrade")
    both = stays.join(new, on=["person", "schoolId", "classSubject"]).filter(
        pl.col("classSubject") != "", pl.col("classGrade") != pl.col("new_grade"),
        *(pl.col(grade) != "" for grade in ("classGrade", "new_grade")),
    )  # fmt: skip
    return both.select(pair=pair())["pair"].unique()


def by_way(people: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Who stays at a school, in a class that has a twin, and in one that no row of theirs names."""
    at_school, doubled = pl.col("classId").is_null(), pl.col("twin").is_not_null()
    return (
        people.filter(at_school),
        people.filter(doubled),
        people.filter(~at_school, ~doubled),
    )


def left_behind_totals(people: pl.DataFrame) -> pl.DataFrame:
    """`schoolId`, `people`, `told`, `cause` of each school and way of being left behind."""
    totals = [
        _in_words(_counted(part), one, many)
        for part, (one, many) in zip(by_way(people), _WAYS, strict=True)
    ]
    return pl.concat(totals).select("schoolId", "people", "told", "cause")


#: Where people stay, of each way: in one class and in several.
_WAYS = (
    ("though the file names them at other schools alone",) * 2,
    ("in 1 class that comes again under a new ID", "in {} classes that come again under new IDs"),
    ("in 1 class that no row of theirs names", "in {} classes that no row of theirs names"),
)


def _counted(people: pl.DataFrame) -> pl.DataFrame:
    return (
        people.group_by("schoolId")
        .agg(people=pl.col("userId").n_unique(), classes=pl.col("classId").n_unique())
        .sort("schoolId")
    )


def _in_words(totals: pl.DataFrame, one: str, many: str) -> pl.DataFrame:
    """With `told` of each school, and `cause`, which is the same for all of them."""

    def where(classes: int) -> str:
        return one if classes == 1 else many.format(f"{classes:,}")

    lines = [
        f"{school}: {_stay(people)} {where(classes)}"
        for school, people, classes in totals.iter_rows()
    ]
    (everybody, everything) = (int(totals[name].sum()) for name in ("people", "classes"))
    together = f"{totals.height:,} schools: {_stay(everybody)} {where(everything)}"
    causes = lines if len(lines) == 1 else [together] * len(lines)
    return totals.with_columns(
        pl.Series("told", lines, dtype=pl.String), pl.Series("cause", causes, dtype=pl.String)
    )


def _stay(count: int) -> str:
    return "1 person stays" if count == 1 else f"{count:,} people stay"
