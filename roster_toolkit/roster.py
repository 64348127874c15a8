"""A district's roster at a moment, and the roster that a file states.

Both have one shape, so that an import, an export, a comparison and a preview of impact speak of the
same five kinds: schools, people, school memberships, classes, enrollments.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import polars as pl

from roster_toolkit.model import About, Effect, Profile, Requirement
from roster_toolkit.records import Records, clean
from roster_toolkit.showing import Shown

#: What is known of a school, beside its ID: no row of a users.csv tells it, its list does.
SCHOOL_FACTS = ("schoolName", "lowGrade", "highGrade")


class Kind(StrEnum):
    """What the portal counts.

    >>> [kind.value for kind in rt.Kind]
    ['school', 'staff', 'student', 'class', 'enrollment']
    """

    SCHOOL = "school"
    STAFF = "staff"
    STUDENT = "student"
    CLASS = "class"
    ENROLLMENT = "enrollment"


@dataclass(frozen=True, repr=False)
class Roster(Shown):
    """Schools, people, memberships, classes and enrollments, each once.

    `person` and `class` are numbers that join the frames of one roster; they mean nothing in
    another one. Text is cleaned and never null; blank where nothing is known.

    >>> riverton.roster(1)
    4 schools, 610 people, 144 classes and 2,952 enrollments.
    """

    schools: pl.DataFrame
    """`schoolId`, `SCHOOL_FACTS` (blank where nobody tells), `source`."""
    people: pl.DataFrame
    """`person` UInt32, the profile's columns about a person, `source`."""
    memberships: pl.DataFrame
    """`person`, `schoolId`, `source`."""
    classes: pl.DataFrame
    """`class` UInt32, `schoolId`, the profile's columns about a class, `active`, `source`."""
    enrollments: pl.DataFrame
    """`person`, `class`, `leads` (primary teacher; null where a file leaves it blank), `source`."""
    school_list: bool = False
    """Whether `schools` is the district's own list, or only the schools that were mentioned."""


def facts_of(profile: Profile, about: About) -> list[str]:
    """Columns of a kind of record without its own key; the school is a fact of a class."""
    facts = [column.key for column in profile.about(about) if column.identifies is None]
    return ["schoolId", *facts] if about is About.CLASS else facts


def stated_roster(records: Records, source: str = "") -> Roster:
    """The roster that the rows of a file state: removals and rows without keys left out.

    Where rows differ, the most frequent filled cell counts.
    """
    profile = records.profile
    people = _merged(records, "person", "userId", facts_of(profile, About.PERSON))
    classes = _merged(records, "class", "classId", facts_of(profile, About.CLASS))
    people = people.with_row_index("person")
    classes = classes.with_row_index("class").with_columns(active=pl.lit(value=True))
    rows = statements(records, people, classes).filter(~pl.col("removes"))
    memberships = (
        rows.filter(pl.col("person").is_not_null(), pl.col("schoolId") != "")
        .select("person", "schoolId")
        .unique()
        .sort("person", "schoolId")
    )
    schools = rows.select("schoolId").filter(pl.col("schoolId") != "").unique().sort("schoolId")
    origin = pl.lit(source).alias("source")
    return Roster(
        schools=schools.with_columns(*blank_school_facts(), origin),
        people=people.with_columns(origin),
        memberships=memberships.with_columns(origin),
        classes=classes.with_columns(origin),
        enrollments=_enrollments(rows).with_columns(origin),
    )


def _merged(records: Records, view: str, key: str, facts: list[str]) -> pl.DataFrame:
    """One line per key with its facts, sorted by key; columns that the file lacks are blank."""
    variants = records.views[view].variants
    if key not in variants.columns:
        return pl.DataFrame(schema={key: pl.String, **dict.fromkeys(facts, pl.String)})
    stated = variants.filter(~pl.col("removes"), pl.col(key) != "").select(
        key,
        "rows",
        *(
            pl.col(fact).fill_null("") if fact in variants.columns else pl.lit("").alias(fact)
            for fact in facts
        ),
    )
    if not stated[key].is_duplicated().any():
        return stated.drop("rows").sort(key)
    return (
        stated.sort(key, "rows", *facts, descending=[False, True, *(False for _ in facts)])
        .group_by(key, maintain_order=True)
        .agg(pl.col(fact).filter(pl.col(fact) != "").first().fill_null("") for fact in facts)
    )


def statements(records: Records, people: pl.DataFrame, classes: pl.DataFrame) -> pl.DataFrame:
    """What each row mentions: `index`, `person`, `class`, `schoolId`, `leads`, `effect`, `removes`.

    `person` and `class` are the numbers of `people` and `classes`, null where there is none.
    """
    profile = records.profile
    person, group, row = (records.views[name].variants for name in ("person", "class", "row"))
    who = _numbered(person, "userId", people, "person")
    which = _numbered(group, "classId", classes, "class")
    return (
        records.rows.select("index", "person", "class", "row")
        .join(who, left_on="person", right_on="key", how="left", maintain_order="left")
        .drop("person")
        .rename({"number": "person"})
        .join(which, left_on="class", right_on="key", how="left", maintain_order="left")
        .drop("class")
        .rename({"number": "class"})
        .join(_of_rows(row, profile), on="row", how="left", maintain_order="left")
        .drop("row")
    )


def _numbered(
    variants: pl.DataFrame, key: str, numbered: pl.DataFrame, number: str
) -> pl.DataFrame:
    """`key` of each statement and the `number` of the person or class that it is about."""
    if key not in variants.columns:
        return pl.DataFrame(schema={"key": pl.UInt64, "number": pl.UInt32})
    return variants.select("key", key).join(numbered.select(key, number=number), on=key).drop(key)


def _of_rows(variants: pl.DataFrame, profile: Profile) -> pl.DataFrame:
    """`row` (key), `schoolId`, `leads`, `effect` and `removes` of each kind of row."""
    has = set(variants.columns)
    flag = pl.col("primary_teacher")
    yes = profile.values_meaning("primary_teacher", "yes")
    no = profile.values_meaning("primary_teacher", "no")
    leads = (
        pl.when(flag.is_in(yes)).then(pl.lit(value=True))
        .when(flag.is_in(no)).then(pl.lit(value=False))
        if "primary_teacher" in has
        else pl.lit(None)
    )  # fmt: skip
    effects = {
        value: effect.value
        for effect in Effect
        for value in profile.values_meaning("action", effect)
    }
    effect = (
        pl.col("action").replace_strict(effects, default=None, return_dtype=pl.String)
        if "action" in has
        else pl.lit(None, dtype=pl.String)
    )
    school = pl.col("schoolId").fill_null("") if "schoolId" in has else pl.lit("")
    return variants.select(
        "removes",
        row="key",
        schoolId=school,
        leads=leads.cast(pl.Boolean),
        effect=effect,
    )


def pair(person: str = "person", group: str = "class") -> pl.Expr:
    """A person and a class as one number, which sorts and joins faster than two."""
    return pl.col(person).cast(pl.UInt64) * 2**32 + pl.col(group)


def _enrollments(rows: pl.DataFrame) -> pl.DataFrame:
    """`person`, `class`, `leads`: each pair once; a yes in one of several rows counts."""
    pairs = rows.filter(pl.col("person").is_not_null(), pl.col("class").is_not_null()).select(
        "person", "class", "leads"
    )
    if pairs.select(pair().n_unique()).item() < pairs.height:
        pairs = pairs.group_by("person", "class").agg(pl.col("leads").max())
    return pairs.sort("person", "class")


def is_staff(profile: Profile) -> pl.Expr:
    """Whether `userRole` is one of staff."""
    return pl.col("userRole").is_in(profile.values_meaning("userRole", "staff"))


def kind_of_person(profile: Profile) -> pl.Expr:
    """`staff`, `student`, or null where the role is neither."""
    student = pl.col("userRole").is_in(profile.values_meaning("userRole", "student"))
    return (
        pl.when(is_staff(profile)).then(pl.lit(Kind.STAFF.value))
        .when(student).then(pl.lit(Kind.STUDENT.value))
    )  # fmt: skip


def keeps_when_blank(profile: Profile, column: str) -> bool:
    """Whether a blank cell of the column leaves what the roster has, for whomever may have it."""
    return profile.blank_keeps and profile.columns[column].requirement is not Requirement.STUDENTS


def blank_school_facts(*known: str) -> list[pl.Expr]:
    """A blank column for each fact of a school that is not `known`."""
    return [pl.lit("").alias(fact) for fact in SCHOOL_FACTS if fact not in known]


def school_list(cells: pl.DataFrame) -> pl.DataFrame:
    """The schools of a list with the columns `schoolId` and `SCHOOL_FACTS`, cleaned."""
    return (
        cells.with_columns(blank_school_facts(*cells.columns))
        .select(clean(pl.col("schoolId", *SCHOOL_FACTS)))
        .filter(pl.col("schoolId") != "")
        .unique("schoolId", keep="first", maintain_order=True)
        .sort("schoolId")
        .with_columns(source=pl.lit(""))
    )
