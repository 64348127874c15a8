"""OneRoster 1.1 CSV files, or what 1.2 has in common with them, as a roster.

Read: orgs, users, classes, enrollments, courses; roles of 1.2; manifest for whether the files are
whole. Records that are not active are left out, and so are enrollments and roles that have ended.
What OneRoster calls a person is in the profile (`[oneroster]`). Field names: 1EdTech, OneRoster 1.1
CSV tables, and OneRoster 1.2 CSV binding. Whatever is left out or changed is counted in notes;
only a file without its keys, or users of whom nobody comes in, make reading fail.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import cached_property
from pathlib import Path

import polars as pl

from roster_toolkit.errors import UsageError
from roster_toolkit.model import Column, Entity, Profile
from roster_toolkit.records import clean
from roster_toolkit.rosters.oneroster.files import OneRosterFiles, reference
from roster_toolkit.rosters.oneroster.notes import Notes, some_of
from roster_toolkit.rosters.oneroster.roles import (
    ROLE_COLUMNS,
    has_ended,
    is_no_date,
    weighed_roles,
)
from roster_toolkit.rosters.roster import Roster, blank_school_facts, facts_of, is_staff

_KEY, _ACTIVE = "sourcedId", "active"
#: The standard's true and false, and what programs write instead.
_YES, _NO = ("true", "t", "yes", "y", "1"), ("false", "f", "no", "n", "0")
#: Files that an export nearly always has.
_USUAL = ("classes", "enrollments")
#: Columns without which the records of a file are lost.
_KEYS = {
    "enrollments": (reference("user"), reference("class")),
    "roles": (reference("user"),),
    "courses": (),
}
#: Columns that many exports lack; their absence makes no note.
_OPTIONAL = {"status", "userIds", "enabledUser", "endDate", reference("course"), "subjects"}
#: Columns that users.csv lacks where roles.csv has them.
_IN_ROLES = {"role", reference("org", many=True)}


class Ids(StrEnum):
    """Which field of a user becomes the `userId`; the other one becomes the `userDistrictId`."""

    SOURCED_ID = "sourcedId"
    IDENTIFIER = "identifier"


@dataclass(frozen=True)
class Export:
    """What a folder or zip of OneRoster files holds."""

    roster: Roster
    notes: tuple[str, ...]
    """What was left out, changed or guessed."""
    partial: tuple[str, ...]
    """For each file that holds changes only, or seems to, why; without a full stop."""


def read_oneroster(
    source: str | Path,
    profile: Profile,
    *,
    ids: str = Ids.SOURCED_ID,
    origin: str = "",
    day: date | None = None,
) -> tuple[Roster, tuple[str, ...]]:
    """The roster in a folder or zip of OneRoster CSV files, and what was left out or guessed.

    `userId` is a user's `sourcedId` and `userDistrictId` the `identifier`; with `ids="identifier"`
    the other way round. A school goes by its `identifier` where all schools have one of their own,
    else by its `sourcedId`; a class by its `sourcedId`. People are members of the schools of their
    orgs and of their classes. `origin` is the source that the records carry. What ended before
    `day`, by default today, is left out.

    Raises UsageError with a sentence where the files cannot be read, are no OneRoster files, or
    hold nobody who can be imported.

    >>> try:
    ...     rt.read_oneroster(story.store.parent, review.profile)
    ... except rt.ToolkitError as error:
    ...     print(str(error).partition(" holds ")[2])
    no OneRoster files: orgs.csv missing.
    """
    export = read_export(source, profile, ids=ids, origin=origin, day=day)
    return export.roster, (*(f"{reason}." for reason in export.partial), *export.notes)


def read_export(
    source: str | Path,
    profile: Profile,
    *,
    ids: str = Ids.SOURCED_ID,
    origin: str = "",
    day: date | None = None,
) -> Export:
    """The same, with the reasons to think that the files are partial kept apart."""
    if ids not in set(Ids):
        raise UsageError(f"There is no ID {ids!r} in OneRoster; it is one of {', '.join(Ids)}.")
    today = datetime.now(UTC).astimezone().date()
    files = OneRosterFiles.of(Path(source))
    reading = _Reading(files, profile, Ids(ids), origin, day or today)
    roster = reading.roster()
    return Export(roster, tuple(reading.notes.lines), tuple(reading.notes.partial))


@dataclass
class _Reading:
    """One pass over the files, which collects notes."""

    files: OneRosterFiles
    profile: Profile
    ids: Ids
    origin: str
    day: date
    """What ended before it does not count."""
    notes: Notes = field(default_factory=Notes)

    def roster(self) -> Roster:
        """All five kinds of record."""
        self.notes.partial += self.files.partial
        schools, people, classes = self.schools, self.people, self.classes
        enrollments = self._enrollments()
        of_classes = enrollments.join(classes.select("class", "schoolId"), on="class")
        memberships = (
            pl.concat([self._of_orgs(), of_classes.select("person", "schoolId")])
            .unique()
            .sort("person", "schoolId")
        )
        nowhere = people.join(memberships, on="person", how="anti")["userId"]
        self.notes.records(nowhere, "person is at no school", "people are at no school")
        facts = [f for f in facts_of(self.profile, Entity.CLASS) if f != "schoolId"]
        origin = pl.lit(self.origin).alias("source")
        return Roster(
            schools=schools.select(
                "schoolId", "schoolName", *blank_school_facts("schoolName"), origin
            ),
            people=people.select(
                "person", "userId", *facts_of(self.profile, Entity.PERSON), origin
            ),
            memberships=memberships.with_columns(origin),
            classes=classes.select(
                "class", "classId", "schoolId", *facts, origin, active=pl.lit(value=True)
            ),
            enrollments=enrollments.with_columns(origin),
            school_list=True,
        )

    # --- schools ---------------------------------------------------------------------------------

    @cached_property
    def _orgs(self) -> pl.DataFrame:
        """All active orgs: schools, districts and others."""
        return self._active("orgs", ["name", "type", "identifier"])

    @cached_property
    def schools(self) -> pl.DataFrame:
        """`sourcedId`, `schoolId`, `schoolName`, sorted by `schoolId`."""
        schools = self._orgs.filter(pl.col("type").str.to_lowercase() == Entity.SCHOOL)
        own = schools["identifier"]
        by = "identifier"
        if schools.is_empty():
            self.notes.add("orgs.csv holds no school, so nobody has a place.")
        elif (own == "").any() or own.is_duplicated().any():
            by = _KEY
            without = (own == "").any()
            why = "not every school has one" if without else "two schools share one"
            lone = schools.filter(own == "" if without else own.is_duplicated())[_KEY]
            named = some_of(lone)
            self.notes.add(f"Schools go by their sourcedId, not their identifier: {why} ({named}).")
        else:
            self.notes.add("Schools go by their identifier.")
        return schools.select(_KEY, schoolId=by, schoolName="name").sort("schoolId")

    def _at_school(self, rows: pl.DataFrame, column: str) -> pl.DataFrame:
        """The rows, with the `schoolId` that a reference column points to; null if to no school."""
        school_ids = self.schools.select(pl.col(_KEY).alias(column), "schoolId")
        return rows.join(school_ids, on=column, how="left", maintain_order="left")

    # --- people ----------------------------------------------------------------------------------

    @cached_property
    def people(self) -> pl.DataFrame:
        """`person`, `sourcedId`, `orgs`, `userId` and the facts of a person, sorted by `userId`."""
        facts = self.profile.oneroster.fields
        orgs = reference("org", many=True)
        told = len(self.notes.lines)
        columns = ["identifier", "role", "grades", "userIds", "enabledUser", *facts.values(), orgs]
        rows = self._active("users", columns, keyed=False).rename({orgs: "orgs"})
        users = self._by_roles(self._keyed(rows, _KEY, "users.csv"), self._roles(rows))
        users = self._enabled(self._with_roles(users))
        key, other = (_KEY, "identifier") if self.ids is Ids.SOURCED_ID else ("identifier", _KEY)
        column = self.profile.columns["userGrade"]
        grade = self._grade(_first(pl.col("grades")), column)
        people = users.with_columns(
            *(pl.col(name).alias(fact) for fact, name in facts.items()),
            userId=key,
            userDistrictId=other,
            userStateId=self._state_id(),
            userGrade=pl.when(~is_staff(self.profile)).then(grade).otherwise(pl.lit("")),
        )
        people = self._keyed(people, "userId", "users.csv")
        if people.is_empty():
            why = self.notes.nameless(told) or "it holds no records."
            raise UsageError(f"Nobody in users.csv can be imported: {why}")
        if "userEmail" in facts:
            which = "no email address"
            unreached = people.filter(pl.col("userEmail") == "")["userId"]
            self.notes.records(unreached, f"person has {which}", f"people have {which}")
        blank = [f for f in facts_of(self.profile, Entity.PERSON) if f not in people.columns]
        people = people.with_columns(pl.lit("").alias(fact) for fact in blank)
        typed = people.filter(~is_staff(self.profile)).select(_first(pl.col("grades"))).to_series()
        self.notes.grades(typed, self.profile.vocabulary_of(column), "people")
        return people.sort("userId").with_row_index("person")

    def _with_roles(self, users: pl.DataFrame) -> pl.DataFrame:
        """Users whose role is in the profile, with `userRole`; the others make a note."""
        roles = {role.lower(): ours for role, ours in self.profile.oneroster.roles.items()}
        role = pl.col("role").str.to_lowercase()
        users = users.with_columns(
            userRole=role.replace_strict(roles, default=None, return_dtype=pl.String)
        )
        not_ours = users.filter(pl.col("userRole").is_null())
        for role, count in not_ours["role"].value_counts().sort("role").iter_rows():
            named = f"the role {role!r}, which is not ours," if role else "no role"
            self.notes.count(
                count, f"user has {named} and is left out", f"users have {named} and are left out"
            )
        return users.filter(pl.col("userRole").is_not_null())

    def _roles(self, users: pl.DataFrame) -> pl.DataFrame:
        """Roles to weigh: those of roles.csv, else of the rows of users.csv that state several."""
        if "roles" in self.files.names:
            rows = self._active("roles", ROLE_COLUMNS, keyed=False)
            self._say_undated("roles", rows)
            return rows
        key, place = pl.col(_KEY), pl.struct("role", "orgs")
        who = pl.struct(_KEY, *self.profile.oneroster.fields.values())
        several = users.filter(key != "", key.is_duplicated() | pl.col("role").str.contains(","))
        several = several.filter(who == who.first().over(_KEY))
        again = several.filter(place != place.first().over(_KEY))[_KEY]
        which = "several rows in users.csv, whose roles and schools all count"
        self.notes.records(
            again.unique(maintain_order=True), f"person has {which}", f"people have {which}"
        )
        return (
            several.select(
                pl.col(_KEY).alias(reference("user")),
                pl.col("orgs").str.split(",").alias(reference("org")),
                pl.col("role").str.split(","),
                roleType=pl.lit(""),
                endDate=pl.lit(""),
            )
            .explode("role")
            .explode(reference("org"))
            .with_columns(pl.col("role", reference("org")).str.strip_chars())
        )

    def _by_roles(self, users: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
        """Users with the `role` and `orgs` of the roles, else those of users.csv."""
        roles = weighed_roles(rows, self.profile, self.day)
        user_keys = users[_KEY]
        day = f"before {self.day:%Y-%m-%d}"
        for who, one, many in (
            (roles.ended, f"role ended {day} and does not count",
             f"roles ended {day} and do not count"),
            (roles.without, "user has no role that still holds and is left out",
             "users have no role that still holds and are left out"),
            (roles.several, "person has several roles and comes in as staff",
             "people have several roles and come in as staff"),
            (roles.helping, "student helps out and comes in as a student",
             "students help out and come in as students"),
        ):  # fmt: skip
            self.notes.records(who.filter(who.is_in(user_keys.implode())), one, many)
        joined = users.filter(~pl.col(_KEY).is_in(roles.without.implode())).join(
            roles.users.rename({"user": _KEY}), on=_KEY, how="left", maintain_order="left"
        )
        return joined.with_columns(
            role=pl.coalesce("role_right", "role"), orgs=pl.coalesce("orgs_right", "orgs")
        ).drop("role_right", "orgs_right")

    def _enabled(self, users: pl.DataFrame) -> pl.DataFrame:
        """The users without those who are disabled and in no class.

        A disabled user has no access but may still attend: some exports disable whole grades.
        """
        disabled = pl.col("enabledUser").str.to_lowercase().is_in(_NO)
        placed = pl.col(_KEY).is_in(self._enrolled[reference("user")].implode())
        left_out, kept = users.filter(disabled, ~placed)[_KEY], users.filter(disabled, placed)[_KEY]
        which = "disabled and in no class, and"
        self.notes.records(
            left_out, f"user is {which} is left out", f"users are {which} are left out"
        )
        which = "disabled but in a class, and"
        self.notes.records(kept, f"user is {which} comes in", f"users are {which} come in")
        return users.filter(~disabled | placed)

    def _state_id(self) -> pl.Expr:
        """The state ID among `userIds`, which has the form `{type:id},{type:id}`."""
        types = "|".join(map(re.escape, self.profile.oneroster.state_ids))
        found = pl.col("userIds").str.extract(rf"(?i)\{{\s*(?:{types})\s*:\s*([^}}]*?)\s*\}}")
        return found.fill_null("") if types else pl.lit("")

    def _of_orgs(self) -> pl.DataFrame:
        """`person`, `schoolId` of the orgs that are schools."""
        each = self.people.select("person", org=pl.col("orgs").str.split(",")).explode("org")
        orgs = self._at_school(each.with_columns(pl.col("org").str.strip_chars()), "org")
        org_keys = self._orgs[_KEY]
        unknown = orgs.filter(pl.col("org") != "", ~pl.col("org").is_in(org_keys.implode()))["org"]
        one, many = "org of a user is not in orgs.csv", "orgs of users are not in orgs.csv"
        self.notes.records(unknown, one, many)
        return orgs.filter(pl.col("schoolId").is_not_null()).select("person", "schoolId")

    # --- classes ---------------------------------------------------------------------------------

    @cached_property
    def classes(self) -> pl.DataFrame:
        """`class`, `sourcedId`, `classId`, `schoolId` and the facts of a class, sorted."""
        school, course = reference("school"), reference("course")
        columns = ["title", "grades", "subjects", school, course]
        rows = self._active("classes", columns, keyed=False)
        at_schools = rows.filter(pl.col(_KEY) != "").group_by(_KEY).agg(pl.col(school).n_unique())
        shared = at_schools.filter(pl.col(school) > 1)[_KEY].sort()
        which = "used at several schools, and all of their people come into the first class"
        self.notes.records(shared, f"class ID is {which}", f"class IDs are {which}")
        classes = self._keyed(rows, _KEY, "classes.csv")
        courses = self._active("courses", ["title", "grades", "subjects"]).select(
            pl.all().name.prefix("of course ")
        )
        joined = self._at_school(classes, school).join(
            courses, left_on=course, right_on=f"of course {_KEY}", how="left", maintain_order="left"
        )
        without_school = joined.filter(pl.col("schoolId").is_null())[_KEY]
        self.notes.records(
            without_school, "class is at no known school", "classes are at no known school"
        )
        self._say_no_schools(joined.filter(pl.col("schoolId").is_null())[school])
        with_several_grades = joined.filter(pl.col("grades").str.contains(","))[_KEY]
        which = "several grades, of which the first counts"
        self.notes.records(with_several_grades, f"class has {which}", f"classes have {which}")
        grades, subjects = (
            _filled(_first(pl.col(name)), _first(pl.col(f"of course {name}")))
            for name in ("grades", "subjects")
        )
        placed = joined.filter(pl.col("schoolId").is_not_null())
        column = self.profile.columns["classGrade"]
        typed = placed.select(grades).to_series()
        self.notes.grades(typed, self.profile.vocabulary_of(column), "classes")
        classes = placed.with_columns(
            classId=_KEY,
            className="title",
            classGrade=self._grade(grades, column),
            classSubject=_filled(subjects, pl.col("of course title")),
        )
        blank = [f for f in facts_of(self.profile, Entity.CLASS) if f not in classes.columns]
        classes = classes.with_columns(pl.lit("").alias(fact) for fact in blank)
        return classes.sort("classId").with_row_index("class")

    def _say_no_schools(self, orgs: pl.Series) -> None:
        """Note the orgs that have classes though they are no schools, with their types."""
        found = self._orgs.filter(pl.col(_KEY).is_in(orgs.implode()))
        types = found.select(pl.format("{} ({})", _KEY, "type")).to_series()
        one = "org has classes and is no school by its type"
        self.notes.records(types, one, "orgs have classes and are no schools by their types")

    # --- enrollments -----------------------------------------------------------------------------

    @cached_property
    def _enrolled(self) -> pl.DataFrame:
        """The active rows of enrollments.csv that have not ended."""
        columns = [reference("user"), reference("class"), "primary", "endDate"]
        rows = self._active("enrollments", columns, keyed=False)
        self._say_undated("enrollments", rows)
        ended = has_ended("endDate", self.day)
        day = f"before {self.day:%Y-%m-%d}"
        ended_users = rows.filter(ended)[reference("user")]
        self.notes.records(ended_users, f"enrollment ended {day} and is left out",
                   f"enrollments ended {day} and are left out")  # fmt: skip
        return rows.filter(~ended)

    def _enrollments(self) -> pl.DataFrame:
        """`person`, `class`, `leads` (null for students), each pair once."""
        user, group = reference("user"), reference("class")
        joined = self._enrolled.join(
            self.people.select("person", "userRole", pl.col(_KEY).alias(user)),
            on=user, how="left", maintain_order="left",
        ).join(
            self.classes.select("class", pl.col(_KEY).alias(group)),
            on=group, how="left", maintain_order="left",
        )  # fmt: skip
        for name, column, what in (("person", user, "user"), ("class", group, "class")):
            unknown = joined.filter(pl.col(name).is_null())[column]
            one, many = f"enrollment names a {what}", f"enrollments name a {what}"
            which = "that is not in the roster"
            self.notes.records(unknown, f"{one} {which}", f"{many} {which}")
        known = joined.filter(pl.col("person").is_not_null(), pl.col("class").is_not_null())
        said = self.notes.partial or self.schools.is_empty()  # and is the reason for this too
        if known.is_empty() and not joined.is_empty() and not said:
            self.notes.partial.append(
                "no row of enrollments.csv names both a user and a class that come in"
            )
        staff = is_staff(self.profile)
        leads = pl.when(staff).then(pl.col("primary").str.to_lowercase().is_in(_YES))
        return (
            known.group_by("person", "class")
            .agg(leads.max().alias("leads"))
            .sort("person", "class")
        )

    # --- what all have in common -----------------------------------------------------------------

    def _active(self, name: str, columns: Sequence[str], *, keyed: bool = True) -> pl.DataFrame:
        """The active records of a file as clean text: `sourcedId` and the columns, blank if absent.

        Records without a key, and those that repeat one, are left out and make a note.
        """
        self.files.must_have(name, _KEYS.get(name, (_KEY,)))
        if name in self.files.names and name != "courses":
            in_roles = name == "users" and "roles" in self.files.names
            optional = _OPTIONAL | (_IN_ROLES if in_roles else set())
            wanted = [column for column in (_KEY, *columns) if column not in optional]
            self.notes.lacking(name, self.files.lacking(name, wanted))
        elif name in _USUAL and name not in self.files.names:
            self.notes.add(f"There is no {name}.csv, so there are no {name}.")
        self.notes.read_as(name, self.files.read_as(name))
        self.notes.ragged(name, *self.files.ragged(name))
        rows = self.files.table(name, [_KEY, "status", *columns])
        rows = rows.select(clean(pl.all()))
        status = pl.col("status").str.to_lowercase()
        active = status.is_in(["", _ACTIVE])
        self.notes.not_active(
            name, rows.filter(~active).select(status).to_series(),
            perhaps_partial=self.files.of_unknown_extent(name),
        )  # fmt: skip
        rows = rows.filter(active).drop("status")
        return self._keyed(rows, _KEY, f"{name}.csv") if keyed else rows

    def _say_undated(self, name: str, rows: pl.DataFrame) -> None:
        """Note the rows whose end can't be read: whether they have ended is not known."""
        what = "an endDate that is no date and"
        self.notes.records(
            rows.filter(is_no_date("endDate"))[reference("user")],
            f"row of {name}.csv has {what} counts as not ended",
            f"rows of {name}.csv have {what} count as not ended",
        )

    def _keyed(self, rows: pl.DataFrame, key: str, where: str) -> pl.DataFrame:
        """The rows with a key, the first of each."""
        without = rows.filter(pl.col(key) == "").height
        self.notes.count(
            without, f"row of {where} has no {key}", f"rows of {where} have no {key}"
        )  # fmt: skip
        rows = rows.filter(pl.col(key) != "")
        repeated = rows.filter(~pl.col(key).is_first_distinct())[key]
        which = f"a {key}, of which the first counts"
        one, many = f"row of {where} repeats {which}", f"rows of {where} repeat {which}"
        self.notes.records(repeated, one, many)
        return rows.unique(key, keep="first", maintain_order=True)

    def _grade(self, grade: pl.Expr, column: Column) -> pl.Expr:
        """A grade in the profile's spelling, where the profile lists it."""
        vocabulary = self.profile.vocabulary_of(column)
        if vocabulary is None:
            return grade
        spellings = {value.lower(): value for value in vocabulary.accepts}
        for table in (vocabulary.safe, vocabulary.likely):
            for value, others in table.items():
                spellings |= {other: value for other in others if other not in spellings}
        return pl.coalesce(
            grade.str.to_lowercase().replace_strict(
                spellings, default=None, return_dtype=pl.String
            ),
            grade,
        )


def _first(values: pl.Expr) -> pl.Expr:
    """The first of a comma-separated list of values."""
    return values.str.split(",").list.first().str.strip_chars().fill_null("")


def _filled(first: pl.Expr, second: pl.Expr) -> pl.Expr:
    """The first expression where it is not blank, else the second."""
    return pl.when(first != "").then(first).otherwise(second.fill_null(""))
