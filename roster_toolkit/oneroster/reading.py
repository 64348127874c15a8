"""OneRoster 1.1 CSV files, or what 1.2 has in common with them, as a roster.

Read: orgs, users, classes, enrollments, courses; roles of 1.2 where users have none; manifest for
whether the files are whole. Records that are not active are left out. What OneRoster calls a person
is in the profile (`[oneroster]`). Field names: 1EdTech, OneRoster 1.1 CSV tables, and OneRoster 1.2
CSV binding. What cannot be used is told in notes; nothing in the files makes reading fail.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from pathlib import Path

import polars as pl

from roster_toolkit.errors import UsageError
from roster_toolkit.model import About, Column, Profile
from roster_toolkit.oneroster.files import OneRosterFiles, reference
from roster_toolkit.records import clean
from roster_toolkit.rosters.roster import Roster, blank_school_facts, facts_of, is_staff

_KEY, _ACTIVE = "sourcedId", "active"
_SHOWN = 3


class Ids(StrEnum):
    """Which field of a user becomes the `userId`; the other one becomes the `userDistrictId`."""

    SOURCED_ID = "sourcedId"
    IDENTIFIER = "identifier"


def read_oneroster(
    source: str | Path, profile: Profile, *, ids: str = Ids.SOURCED_ID, origin: str = ""
) -> tuple[Roster, tuple[str, ...]]:
    """The roster in a folder or zip of OneRoster CSV files, and what was left out or guessed.

    `userId` is a user's `sourcedId` and `userDistrictId` the `identifier`; with `ids="identifier"`
    the other way round. A school goes by its `identifier` where all schools have one of their own,
    else by its `sourcedId`; a class by its `sourcedId`. People are members of the schools of their
    orgs and of their classes. `origin` is the source that the records carry.

    Raises UsageError with a sentence where the files cannot be read or are no OneRoster files.

    >>> try:
    ...     rt.read_oneroster(story.store.parent, review.profile)
    ... except rt.ToolkitError as error:
    ...     print(str(error).partition(" holds ")[2])
    no OneRoster files: orgs.csv missing.
    """
    if ids not in set(Ids):
        raise UsageError(f"There is no ID {ids!r} in OneRoster; it is one of {', '.join(Ids)}.")
    reading = _Reading(OneRosterFiles.of(Path(source)), profile, Ids(ids), origin)
    return reading.roster(), tuple(reading.notes)


@dataclass
class _Reading:
    """One pass over the files; the notes grow on the way."""

    files: OneRosterFiles
    profile: Profile
    ids: Ids
    origin: str
    notes: list[str] = field(default_factory=list)

    def roster(self) -> Roster:
        """All five kinds of record."""
        self.notes += self.files.notes
        schools, people, classes = self.schools, self.people, self.classes
        enrollments = self._enrollments()
        of_classes = enrollments.join(classes.select("class", "schoolId"), on="class")
        memberships = (
            pl.concat([self._of_orgs(), of_classes.select("person", "schoolId")])
            .unique()
            .sort("person", "schoolId")
        )
        alone = people.join(memberships, on="person", how="anti")["userId"]
        self._note(alone, "person is at no school", "people are at no school")
        facts = [f for f in facts_of(self.profile, About.CLASS) if f != "schoolId"]
        origin = pl.lit(self.origin).alias("source")
        return Roster(
            schools=schools.select(
                "schoolId", "schoolName", *blank_school_facts("schoolName"), origin
            ),
            people=people.select("person", "userId", *facts_of(self.profile, About.PERSON), origin),
            memberships=memberships.with_columns(origin),
            classes=classes.select(
                "class", "classId", "schoolId", *facts, origin, active=pl.lit(value=True)
            ),
            enrollments=enrollments.with_columns(origin),
            school_list=True,
        )

    # --- schools ---------------------------------------------------------------------------------

    @cached_property
    def schools(self) -> pl.DataFrame:
        """`sourcedId`, `schoolId`, `schoolName`, sorted by `schoolId`."""
        orgs = self._active("orgs", ["name", "type", "identifier"])
        schools = orgs.filter(pl.col("type").str.to_lowercase() == About.SCHOOL)
        own = schools["identifier"]
        by = "identifier"
        if (own == "").any() or own.is_duplicated().any():
            by = _KEY
            why = "not every school has one" if (own == "").any() else "two schools share one"
            self.notes.append(f"Schools go by their sourcedId, not their identifier: {why}.")
        else:
            self.notes.append("Schools go by their identifier.")
        return schools.select(_KEY, schoolId=by, schoolName="name").sort("schoolId")

    def _at_school(self, rows: pl.DataFrame, column: str) -> pl.DataFrame:
        """The rows with the `schoolId` that a column of references means; null if it is none."""
        known = self.schools.select(pl.col(_KEY).alias(column), "schoolId")
        return rows.join(known, on=column, how="left", maintain_order="left")

    # --- people ----------------------------------------------------------------------------------

    @cached_property
    def people(self) -> pl.DataFrame:
        """`person`, `sourcedId`, `orgs`, `userId` and the facts of a person, sorted by `userId`."""
        facts = self.profile.oneroster.fields
        users = self._active(
            "users",
            [
                "identifier",
                "role",
                "grades",
                "userIds",
                *facts.values(),
                reference("org", many=True),
            ],
        ).rename({reference("org", many=True): "orgs"})
        if "roles" in self.files.names and (users["role"] == "").all():
            users = users.drop("role", "orgs").join(
                self._roles(), on=_KEY, how="left", maintain_order="left"
            ).with_columns(pl.col("role", "orgs").fill_null(""))  # fmt: skip
        users = self._with_roles(users)
        key, other = (_KEY, "identifier") if self.ids is Ids.SOURCED_ID else ("identifier", _KEY)
        grade = self._grade(_first(pl.col("grades")), self.profile.columns["userGrade"])
        told = users.with_columns(
            *(pl.col(name).alias(fact) for fact, name in facts.items()),
            userId=key,
            userDistrictId=other,
            userStateId=self._state_id(),
            userGrade=pl.when(~is_staff(self.profile)).then(grade).otherwise(pl.lit("")),
        )
        told = self._keyed(told, "userId", "users.csv")
        blank = [f for f in facts_of(self.profile, About.PERSON) if f not in told.columns]
        told = told.with_columns(pl.lit("").alias(fact) for fact in blank)
        self._note_grades(told["userGrade"], "userGrade", "people")
        return told.sort("userId").with_row_index("person")

    def _with_roles(self, users: pl.DataFrame) -> pl.DataFrame:
        """Users of a roster with their `userRole`; others are left out and told."""
        mapped = self.profile.oneroster.roles
        spoken = pl.col("role").str.to_lowercase()
        known = {role.lower(): ours for role, ours in mapped.items()}
        left_out = [role.lower() for role in self.profile.oneroster.left_out]
        users = users.with_columns(
            userRole=spoken.replace_strict(known, default=None, return_dtype=pl.String)
        )
        strange = users.filter(pl.col("userRole").is_null(), ~spoken.is_in(left_out))
        for role, count in strange["role"].value_counts().sort("role").iter_rows():
            named = f"the role {role!r}" if role else "no role"
            self.notes.append(_counted(count, f"user has {named}", f"users have {named}"))
        return users.filter(pl.col("userRole").is_not_null())

    def _roles(self) -> pl.DataFrame:
        """`sourcedId` of a user, `role` and `orgs`, from roles.csv: the primary role counts."""
        user, org = reference("user"), reference("org")
        roles = self._active("roles", [user, org, "roleType", "role"], keyed=False)
        first = pl.col("roleType").str.to_lowercase() != "primary"
        return (
            roles.sort(first, maintain_order=True)
            .group_by(pl.col(user).alias(_KEY), maintain_order=True)
            .agg(pl.col("role").first(), pl.col(org).unique().sort().str.join(",").alias("orgs"))
        )

    def _state_id(self) -> pl.Expr:
        """The ID of the state among `userIds`, which reads `{type:id},{type:id}`."""
        types = "|".join(map(re.escape, self.profile.oneroster.state_ids))
        found = pl.col("userIds").str.extract(rf"(?i)\{{\s*(?:{types})\s*:\s*([^}}]*?)\s*\}}")
        return found.fill_null("") if types else pl.lit("")

    def _of_orgs(self) -> pl.DataFrame:
        """`person`, `schoolId` of the orgs that are schools; districts are no school."""
        each = self.people.select("person", org=pl.col("orgs").str.split(",")).explode("org")
        told = self._at_school(each.with_columns(pl.col("org").str.strip_chars()), "org")
        known = self._active("orgs", [])[_KEY]
        strange = told.filter(pl.col("org") != "", ~pl.col("org").is_in(known.implode()))["org"]
        self._note(strange, "org of a user is not in orgs.csv", "orgs of users are not in orgs.csv")
        return told.filter(pl.col("schoolId").is_not_null()).select("person", "schoolId")

    # --- classes ---------------------------------------------------------------------------------

    @cached_property
    def classes(self) -> pl.DataFrame:
        """`class`, `sourcedId`, `classId`, `schoolId` and the facts of a class, sorted."""
        school, course = reference("school"), reference("course")
        classes = self._active("classes", ["title", "grades", "subjects", school, course])
        courses = self._active("courses", ["title", "grades", "subjects"]).select(
            pl.all().name.prefix("of course ")
        )
        joined = self._at_school(classes, school).join(
            courses, left_on=course, right_on=f"of course {_KEY}", how="left", maintain_order="left"
        )
        lost = joined.filter(pl.col("schoolId").is_null())[_KEY]
        self._note(lost, "class is at no known school", "classes are at no known school")
        several = joined.filter(pl.col("grades").str.contains(","))[_KEY]
        which = "several grades, of which the first counts"
        self._note(several, f"class has {which}", f"classes have {which}")
        grades, subjects = (
            _filled(_first(pl.col(name)), _first(pl.col(f"of course {name}")))
            for name in ("grades", "subjects")
        )
        told = joined.filter(pl.col("schoolId").is_not_null()).with_columns(
            classId=_KEY,
            className="title",
            classGrade=self._grade(grades, self.profile.columns["classGrade"]),
            classSubject=_filled(subjects, pl.col("of course title")),
        )
        blank = [f for f in facts_of(self.profile, About.CLASS) if f not in told.columns]
        told = told.with_columns(pl.lit("").alias(fact) for fact in blank)
        self._note_grades(told["classGrade"], "classGrade", "classes")
        return told.sort("classId").with_row_index("class")

    # --- enrollments -----------------------------------------------------------------------------

    def _enrollments(self) -> pl.DataFrame:
        """`person`, `class`, `leads` (null for students), each pair once."""
        user, group = reference("user"), reference("class")
        rows = self._active("enrollments", [user, group, "role", "primary"], keyed=False)
        joined = rows.join(
            self.people.select("person", "userRole", pl.col(_KEY).alias(user)),
            on=user, how="left", maintain_order="left",
        ).join(
            self.classes.select("class", pl.col(_KEY).alias(group)),
            on=group, how="left", maintain_order="left",
        )  # fmt: skip
        for name, column, what in (("person", user, "user"), ("class", group, "class")):
            lost = joined.filter(pl.col(name).is_null())[column]
            one, many = f"enrollment names a {what}", f"enrollments name a {what}"
            which = "that is not in the roster"
            self._note(lost, f"{one} {which}", f"{many} {which}")
        staff = is_staff(self.profile)
        leads = pl.when(staff).then(pl.col("primary").str.to_lowercase() == "true")
        return (
            joined.filter(pl.col("person").is_not_null(), pl.col("class").is_not_null())
            .group_by("person", "class")
            .agg(leads.max().alias("leads"))
            .sort("person", "class")
        )

    # --- what all have in common -----------------------------------------------------------------

    def _active(self, name: str, columns: Sequence[str], *, keyed: bool = True) -> pl.DataFrame:
        """The active records of a file as clean text: `sourcedId` and the columns, blank if absent.

        Records without a key, and those that repeat one, are left out and told.
        """
        rows = self.files.table(name, [_KEY, "status", *columns])
        rows = rows.select(clean(pl.all()))
        rows = rows.filter(pl.col("status").str.to_lowercase().is_in(["", _ACTIVE])).drop("status")
        return self._keyed(rows, _KEY, f"{name}.csv") if keyed else rows

    def _keyed(self, rows: pl.DataFrame, key: str, where: str) -> pl.DataFrame:
        """The rows with a key, the first of each."""
        without = rows.filter(pl.col(key) == "").height
        if without:
            self.notes.append(
                _counted(without, f"row of {where} has no {key}", f"rows of {where} have no {key}")
            )
        rows = rows.filter(pl.col(key) != "")
        again = rows.filter(~pl.col(key).is_first_distinct())[key]
        one, many = f"row of {where} repeats a {key}", f"rows of {where} repeat a {key}"
        self._note(again, one, many)
        return rows.unique(key, keep="first", maintain_order=True)

    def _grade(self, grade: pl.Expr, column: Column) -> pl.Expr:
        """A grade as the profile spells it, where it knows it."""
        vocabulary = self.profile.vocabulary_of(column)
        if vocabulary is None:
            return grade
        spelled = {value.lower(): value for value in vocabulary.accepts}
        for table in (vocabulary.safe, vocabulary.likely):
            for value, others in table.items():
                spelled |= {other: value for other in others if other not in spelled}
        return pl.coalesce(
            grade.str.to_lowercase().replace_strict(spelled, default=None, return_dtype=pl.String),
            grade,
        )

    def _note_grades(self, grades: pl.Series, column: str, whose: str) -> None:
        vocabulary = self.profile.vocabulary_of(self.profile.columns[column])
        accepted = ("", *vocabulary.accepts) if vocabulary else grades.unique()
        strange = grades.filter(~grades.is_in(list(accepted)))
        for grade, count in strange.value_counts().sort(strange.name).iter_rows():
            self.notes.append(f"The grade {grade!r} of {whose} is not an accepted one: {count:,}.")

    def _note(self, keys: pl.Series, one: str, many: str) -> None:
        """A note on records, with the first few of their keys; none where there are none."""
        if keys.is_empty():
            return
        first = ", ".join(keys.unique(maintain_order=True).head(_SHOWN))
        more = ", …" if keys.n_unique() > _SHOWN else ""
        self.notes.append(_counted(keys.len(), one, many).removesuffix(".") + f": {first}{more}.")


def _first(values: pl.Expr) -> pl.Expr:
    """The first of a list of values with commas between them."""
    return values.str.split(",").list.first().str.strip_chars().fill_null("")


def _filled(first: pl.Expr, second: pl.Expr) -> pl.Expr:
    """The first expression where it says anything, else the second."""
    return pl.when(first != "").then(first).otherwise(second.fill_null(""))


def _counted(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}."
