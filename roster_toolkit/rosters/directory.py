"""Look things up in a roster: lists, search, one person, one class.

Columns have the headers of users.csv, so that a value is easy to find in the file.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from roster_toolkit.display import Shown
from roster_toolkit.errors import UsageError
from roster_toolkit.model import Entity, Part, Profile
from roster_toolkit.rosters.parts import of_part, school_sizes
from roster_toolkit.rosters.roster import Kind, Roster, facts_of, is_staff, kind_of_person

#: The role of a person in a class.
PRIMARY, TEACHING, LEARNING = "its primary teacher", "a co-teacher", "a student"


@dataclass(frozen=True)
class Person:
    """One person of a roster.

    >>> rt.Directory(riverton.roster(), riverton.profile).person("01001915").classes.height
    6
    """

    facts: pl.DataFrame
    """`field`, `value`: every column of the profile about a person, in its order."""
    schools: pl.DataFrame
    """`schoolId`, `schoolName`."""
    classes: pl.DataFrame
    """`classId`, `className`, `schoolId`, `part` (primary teacher, co-teacher, student)."""


@dataclass(frozen=True)
class ClassList:
    """One class of a roster.

    >>> rt.Directory(riverton.roster(), riverton.profile).class_list("0102RWM005").people.height
    23
    """

    facts: pl.DataFrame
    """`field`, `value`: every column of the profile about a class, in its order."""
    people: pl.DataFrame
    """`userId`, `userFirstName`, `userLastName`, `part`; primary teachers first."""


class Directory(Shown):
    """A roster to look things up in: `Directory(store.roster("Avon"), profile)`.

    >>> directory = rt.Directory(riverton.roster(), riverton.profile)
    >>> directory.search("class", "geometry 9 a").height
    2
    """

    def __init__(self, roster: Roster, profile: Profile) -> None:
        """Take a roster; each list is made when it is first asked for, and kept."""
        self.roster, self.profile = roster, profile
        self._lists: dict[Kind, pl.DataFrame] = {}

    def records(self, kind: str) -> pl.DataFrame:
        """The records of one kind, a line each: their facts, and how much hangs on them.

        `kind` is school, staff, student or class; classes that were removed are left out. Raises
        UsageError for another kind.
        """
        makers = {Kind.SCHOOL: _schools, Kind.CLASS: _classes, Kind.STAFF: _staff,
                  Kind.STUDENT: _students}  # fmt: skip
        if kind not in list(makers):
            raise UsageError(f"There is no list of {kind!r}; it is one of {', '.join(makers)}.")
        wanted = Kind(kind)
        if wanted not in self._lists:
            self._lists[wanted] = makers[wanted](self.roster, self.profile)
        return self._lists[wanted]

    def search(self, kind: str, text: str, school: str = "") -> pl.DataFrame:
        """The records, of one school if named, that hold every word of the text, in any case.

        Those with a cell that is exactly the text stand first. All of them for a blank text.
        """
        records = self._at(school, kind) if school else self.records(kind)
        words = text.lower().split()
        if not words:
            return records
        cells = pl.col(pl.String).str.to_lowercase()
        whole = pl.concat_str(cells, separator=" ")
        matches = records.filter(
            pl.all_horizontal(whole.str.contains(w, literal=True) for w in words)
        )
        exact = pl.any_horizontal(cells == " ".join(words))
        return pl.concat([matches.filter(exact), matches.filter(~exact)])

    def count(self, part: str, school: str = "") -> int:
        """How many people are of a part (all, students, staff, admins), at one school if named."""
        people = self.roster.people.filter(of_part(self.profile, Part(part)))
        if school:
            people = people.join(self._people_at(school), on="person", how="semi")
        return people.height

    def _at(self, school: str, kind: str) -> pl.DataFrame:
        """The records of one school."""
        records = self.records(kind)
        if kind in {Kind.SCHOOL, Kind.CLASS}:
            return records.filter(pl.col("schoolId") == school)
        members = self.roster.people.join(self._people_at(school), on="person", how="semi")
        return records.join(members, on="userId", how="semi", maintain_order="left")

    def _people_at(self, school: str) -> pl.DataFrame:
        """`person` of everybody who belongs to a school, or is in a class of it."""
        at = pl.col("schoolId") == school
        classes = self.roster.classes.filter("active", at)
        enrolled = self.roster.enrollments.join(classes, on="class", how="semi")
        members = self.roster.memberships.filter(at)
        return pl.concat([members.select("person"), enrolled.select("person")]).unique()

    def person(self, user_id: str) -> Person | None:
        """A person with schools and classes; None if the roster has nobody of this ID."""
        roster = self.roster
        person = roster.people.filter(pl.col("userId") == user_id)
        if person.is_empty():
            return None
        schools = roster.memberships.join(person.select("person"), on="person").select("schoolId")
        enrolled = roster.enrollments.join(person.select("person", "userRole"), on="person")
        classes = enrolled.join(roster.classes.filter("active"), on="class")
        part = _part(self.profile)
        return Person(
            facts=_facts(person, ["userId", *facts_of(self.profile, Entity.PERSON)]),
            schools=schools.join(roster.schools, on="schoolId", how="left")
            .select("schoolId", pl.col("schoolName").fill_null(""))
            .sort("schoolId"),
            classes=classes.select("classId", "className", "schoolId", part=part).sort("classId"),
        )

    def class_list(self, class_id: str) -> ClassList | None:
        """A class with everybody in it; None if there is no such class, or it was removed."""
        roster = self.roster
        record = roster.classes.filter("active", pl.col("classId") == class_id)
        if record.is_empty():
            return None
        enrolled = roster.enrollments.join(record.select("class"), on="class")
        people = enrolled.join(roster.people, on="person").with_columns(part=_part(self.profile))
        order = pl.col("part").replace_strict({PRIMARY: 0, TEACHING: 1}, default=2)
        return ClassList(
            facts=_facts(record, ["classId", *facts_of(self.profile, Entity.CLASS)]),
            people=people.sort(order, "userLastName", "userFirstName", "userId").select(
                "userId", "userFirstName", "userLastName", "part"
            ),
        )


def _facts(record: pl.DataFrame, names: list[str]) -> pl.DataFrame:
    """A record's columns as lines; what the store does not know yet is blank."""
    (line,) = record.to_dicts()
    values = [line.get(name) or "" for name in names]
    return pl.DataFrame({"field": names, "value": values})


def _part(profile: Profile) -> pl.Expr:
    return (
        pl.when(~is_staff(profile)).then(pl.lit(LEARNING))
        .when("leads").then(pl.lit(PRIMARY))
        .otherwise(pl.lit(TEACHING))
    )  # fmt: skip


def _schools(roster: Roster, profile: Profile) -> pl.DataFrame:
    """`schoolId`, `schoolName` and how many records of each kind."""
    sizes = school_sizes(roster, profile)
    parts = {"staff": Kind.STAFF, "students": Kind.STUDENT, "classes": Kind.CLASS}
    counted = sizes.group_by("schoolId").agg(
        pl.col("number").filter(pl.col("kind") == kind.value).sum().alias(name)
        for name, kind in parts.items()
    )
    schools = roster.schools.select("schoolId", "schoolName")
    joined = schools.join(counted, on="schoolId", how="full", coalesce=True)
    return joined.with_columns(
        pl.col("schoolName").fill_null(""), pl.col(*parts).fill_null(0)
    ).sort("schoolId")


def _staff(roster: Roster, profile: Profile) -> pl.DataFrame:
    return _people(roster, profile, Kind.STAFF)


def _students(roster: Roster, profile: Profile) -> pl.DataFrame:
    return _people(roster, profile, Kind.STUDENT)


def _people(roster: Roster, profile: Profile, kind: Kind) -> pl.DataFrame:
    """Facts of the people of one kind, their `schools` and how many `classes` they have."""
    people = roster.people.filter(kind_of_person(profile) == kind.value)
    facts_present = [name for name in facts_of(profile, Entity.PERSON) if name in people.columns]
    of_other_kind = "userRole" if kind is Kind.STUDENT else "userGrade"
    first_columns = ["userId", "userFirstName", "userLastName", "userEmail"]
    columns = [
        *first_columns,
        *(name for name in facts_present if name not in {*first_columns, of_other_kind}),
    ]
    schools_of_person = roster.memberships.sort("schoolId").group_by("person")
    active = roster.classes.filter("active").select("class")
    enrolled = roster.enrollments.join(active, on="class", how="semi").group_by("person")
    return (
        people.join(
            schools_of_person.agg(schools=pl.col("schoolId").str.join(", ")),
            on="person",
            how="left",
        )
        .join(enrolled.agg(classes=pl.len()), on="person", how="left")
        .sort("userLastName", "userFirstName", "userId")
        .select(*columns, pl.col("schools").fill_null(""), pl.col("classes").fill_null(0))
    )


def _classes(roster: Roster, profile: Profile) -> pl.DataFrame:
    """Facts of the classes, `led_by` (primary teachers), how many `staff` and `students`."""
    active = roster.classes.filter("active")
    facts_present = [name for name in facts_of(profile, Entity.CLASS) if name in active.columns]
    first_columns = ["classId", "className", "schoolId"]
    names = pl.concat_str(["userFirstName", "userLastName"], separator=" ")
    people = roster.people.select("person", "userId", name=names, staff=is_staff(profile))
    enrolled = roster.enrollments.join(people, on="person").sort("userId")
    lists = enrolled.group_by("class").agg(
        led_by=pl.col("name").filter(pl.col("staff") & pl.col("leads")).str.join(", "),
        staff=pl.col("staff").sum(),
        students=(~pl.col("staff")).sum(),
    )
    return (
        active.join(lists, on="class", how="left")
        .sort("classId")
        .select(
            *first_columns,
            *(name for name in facts_present if name not in first_columns),
            pl.col("led_by").fill_null(""),
            pl.col("staff", "students").fill_null(0),
        )
    )
