"""A district's roster at a moment, and the roster that a file states.

Both have one shape, so that import, export, comparison and preview of impact work on the same five
kinds: schools, people, school memberships, classes, enrollments.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

import polars as pl

from roster_toolkit.display import Shown
from roster_toolkit.model import Entity, Need, Profile
from roster_toolkit.records import Records, clean
from roster_toolkit.streaming import collected

#: Facts of a school beside its ID; they come from the district's school list, never from users.csv.
SCHOOL_FACTS = ("schoolName", "lowGrade", "highGrade")

#: Frames of a roster that are the same under every profile; `leads` is null where a file leaves it
#: blank. What is known of people and classes depends on the profile: see `people_schema`.
SCHOOLS = pl.Schema(dict.fromkeys(("schoolId", *SCHOOL_FACTS, "source"), pl.String))
MEMBERSHIPS = pl.Schema({"person": pl.UInt32, "schoolId": pl.String, "source": pl.String})
ENROLLMENTS = pl.Schema(
    {"person": pl.UInt32, "class": pl.UInt32, "leads": pl.Boolean, "source": pl.String}
)

#: Multiplier that leaves room for the flag (blank, no, yes) beside a pair in one 64-bit number.
_FLAGS = 4


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
    """Shape `SCHOOLS`; facts are blank where nobody tells them."""
    people: pl.DataFrame
    """Shape `people_schema`: the profile's columns about a person."""
    memberships: pl.DataFrame
    """Shape `MEMBERSHIPS`."""
    classes: pl.DataFrame
    """Shape `classes_schema`: the profile's columns about a class, its school, and `active`."""
    enrollments: pl.DataFrame
    """Shape `ENROLLMENTS`; `leads` is true for a primary teacher."""
    school_list: bool = False
    """Whether `schools` is the district's own list, or only the schools that were mentioned."""

    def at_schools(self, schools: Collection[str]) -> Roster:
        """What of the roster is at some schools: who is a member or in a class there, and no more.

        Other schools of these people are left out, and so are their classes there.

        >>> riverton.roster().at_schools(["0102"]).schools["schoolId"].to_list()
        ['0102']
        """
        there = pl.col("schoolId").is_in(list(schools))
        memberships, classes = self.memberships.filter(there), self.classes.filter(there)
        enrollments = self.enrollments.join(classes, on="class", how="semi", maintain_order="left")
        present = pl.concat([memberships["person"], enrollments["person"]]).implode()
        people = self.people.filter(pl.col("person").is_in(present))
        schools_there = self.schools.filter(there)
        return Roster(schools_there, people, memberships, classes, enrollments, self.school_list)

    def without_records(self) -> Roster:
        """A roster without a record, in the shape of this one."""
        return Roster(
            self.schools.clear(), self.people.clear(), self.memberships.clear(),
            self.classes.clear(), self.enrollments.clear(),
        )  # fmt: skip


def facts_of(profile: Profile, about: Entity) -> list[str]:
    """Columns of a kind of record except its key; the school is a fact of a class."""
    facts = [column.key for column in profile.about(about) if column.identifies is None]
    return ["schoolId", *facts] if about == Entity.CLASS else facts


def people_schema(profile: Profile) -> pl.Schema:
    """The shape of a roster's people under a profile."""
    texts = ("userId", *facts_of(profile, Entity.PERSON))
    return pl.Schema({"person": pl.UInt32, **dict.fromkeys(texts, pl.String), "source": pl.String})


def classes_schema(profile: Profile) -> pl.Schema:
    """The shape of a roster's classes under a profile."""
    texts = ("classId", *facts_of(profile, Entity.CLASS))
    return pl.Schema(
        {
            "class": pl.UInt32,
            **dict.fromkeys(texts, pl.String),
            "active": pl.Boolean,
            "source": pl.String,
        }
    )


def stated_roster(records: Records, source: str = "") -> Roster:
    """The roster that the rows of a file state: removals and rows without keys left out.

    Where rows differ, the most frequent filled cell counts.
    """
    profile = records.profile
    people, people_stated = _merged(records, "person", "userId", facts_of(profile, Entity.PERSON))
    classes, classes_stated = _merged(records, "class", "classId", facts_of(profile, Entity.CLASS))
    people = people.with_row_index("person")
    classes = classes.with_row_index("class").with_columns(active=pl.lit(value=True))
    kinds, schools = _kinds_of_row(records.views["row"].variants, profile)
    rows = _statements(records, people_stated, classes_stated, kinds)
    origin = pl.lit(source).alias("source")
    return Roster(
        schools=schools.select("schoolId", *blank_school_facts(), origin),
        people=people.with_columns(origin),
        memberships=_memberships(rows, schools).with_columns(origin),
        classes=classes.with_columns(origin),
        enrollments=_enrollments(rows).with_columns(origin),
    )


def _merged(
    records: Records, view: str, key: str, facts: list[str]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """One line per `key` with its facts, sorted; and `key`, `number` of the statements about it.

    Columns that the file lacks are blank. The `number` is the place among the lines.
    """
    variants = records.views[view].variants
    if key not in variants.columns:
        nothing = pl.DataFrame(schema={key: pl.String, **dict.fromkeys(facts, pl.String)})
        return nothing, pl.DataFrame(schema={"key": pl.UInt64, "number": pl.UInt32})
    stated = (
        variants.filter(~pl.col("removes"), pl.col(key) != "")
        .select(
            "key",
            key,
            "rows",
            *(
                pl.col(fact).fill_null("") if fact in variants.columns else pl.lit("").alias(fact)
                for fact in facts
            ),
        )
        .sort(key)
        .with_columns(number=pl.col(key).rle_id())
    )
    number = pl.col("number")
    is_first = (number != number.shift(1)).fill_null(value=True)
    merged = stated.filter(is_first).select(key, *facts)
    numbers = stated.select("key", "number")
    if merged.height == stated.height:
        return merged, numbers
    # Most are stated once: to sort and to group these too takes twice as long.
    several = (
        stated.filter(~is_first | ~is_first.shift(-1, fill_value=True))
        .sort("number", "rows", *facts, descending=[False, True, *(False for _ in facts)])
        .group_by("number", maintain_order=True)
        .agg(pl.col(fact).filter(pl.col(fact) != "").first().fill_null("") for fact in facts)
    )
    anew = (merged[fact].scatter(several["number"], several[fact]) for fact in facts)
    return merged.with_columns(anew), numbers


def _statements(
    records: Records, people: pl.DataFrame, classes: pl.DataFrame, kinds: pl.DataFrame
) -> pl.DataFrame:
    """What each row rosters: `person`, `class`, `school`, `leads`; removals are left out.

    All but the flag are numbers, null where there is none: numbers join and sort many times faster
    than strings. `people`, `classes`: `key` and `number` of each statement.
    """
    person = people.lazy().select(person="key", person_number="number")
    group = classes.lazy().select(class_number="number", **{"class": "key"})
    rows = (
        records.rows.lazy()
        .select("person", "class", "row")
        .join(kinds.lazy(), on="row")
        .join(person, on="person", how="left")
        .join(group, on="class", how="left")
        .select("school", "leads", person="person_number", **{"class": "class_number"})
    )
    return collected(rows, records.rows.height)


def _kinds_of_row(variants: pl.DataFrame, profile: Profile) -> tuple[pl.DataFrame, pl.DataFrame]:
    """`row` (key), `school` and `leads` of each kind of row that removes nothing; the schools.

    The schools are `school` (their number, in order of the IDs) and `schoolId`.
    """
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
    kinds = variants.filter(~pl.col("removes")).select(
        row="key",
        schoolId=pl.col("schoolId") if "schoolId" in has else pl.lit(None, dtype=pl.String),
        leads=leads.cast(pl.Boolean),
    )
    schools = kinds.select("schoolId").filter(pl.col("schoolId") != "").unique().sort("schoolId")
    schools = schools.with_row_index("school")
    return kinds.join(schools, on="schoolId", how="left").drop("schoolId"), schools


def pair(person: str = "person", group: str = "class") -> pl.Expr:
    """A person and a class packed into one UInt64, which sorts and joins faster than two."""
    return pl.col(person).cast(pl.UInt64) * 2**32 + pl.col(group)


def membership_numbers(*frames: pl.DataFrame) -> list[pl.Series]:
    """Each membership of some frames as one number, the same for the same person and school.

    They are looked up in half of the time that a number and a text take.
    """
    schools = pl.Enum(pl.concat([frame["schoolId"] for frame in frames]).unique())
    school = pl.col("schoolId").cast(schools).to_physical()
    numbered = (frame.select("person", school=school) for frame in frames)
    return [frame.select(number=pair("person", "school"))["number"] for frame in numbered]


def in_order(records: pl.DataFrame, key: str) -> pl.DataFrame:
    """The records sorted by a key and flagged as sorted: such frames join ten times as fast."""
    if records[key].is_sorted():
        return records.with_columns(pl.col(key).set_sorted())
    return records.sort(key)


def among(values: pl.Series, pool: pl.Series) -> pl.Series:
    """Mask of the few `values` that occur in a large `pool`; null never does.

    The pool is scanned once: hashing a million strings would take longer.
    """
    if values.is_empty() or pool.is_empty():
        return pl.repeat(value=False, n=values.len(), dtype=pl.Boolean, eager=True)
    matches = pool.filter(pool.is_in(values.implode()))
    return values.is_in(matches.implode()).fill_null(value=False)


def _memberships(rows: pl.DataFrame, schools: pl.DataFrame) -> pl.DataFrame:
    """`person`, `schoolId`: each pair once, sorted."""
    places = rows.select(place=pair("person", "school"))["place"].drop_nulls().unique().sort()
    place = pl.col("place")
    pairs = places.to_frame().select(
        person=(place // 2**32).cast(pl.UInt32), school=(place % 2**32).cast(pl.UInt32)
    )
    return pairs.select("person", schoolId=schools["schoolId"].gather(pairs["school"]))


def _enrollments(rows: pl.DataFrame) -> pl.DataFrame:
    """`person`, `class`, `leads`: each pair once, sorted; a yes in one of several rows counts.

    Person, class and flag are packed into one number (no district has 2**30 people). After sorting,
    the last number of a pair holds the flag that counts; this is several times as fast as grouping.
    """
    flag = (pl.col("leads").cast(pl.UInt64) + 1).fill_null(0)
    packed = rows.select(packed=pair() * _FLAGS + flag)["packed"].drop_nulls().sort()
    number = pl.col("packed")
    pairs = number // _FLAGS
    last_of_pair = packed.to_frame().filter((pairs != pairs.shift(-1)).fill_null(value=True))
    flag_of_pair = number % _FLAGS
    return last_of_pair.select(
        person=(pairs // 2**32).cast(pl.UInt32),
        leads=pl.when(flag_of_pair > 0).then(flag_of_pair > 1),
        **{"class": (pairs % 2**32).cast(pl.UInt32)},
    ).select("person", "class", "leads")


def is_staff(profile: Profile) -> pl.Expr:
    """Predicate: `userRole` is a staff role."""
    return pl.col("userRole").is_in(profile.values_meaning("userRole", "staff"))


def kind_of_person(profile: Profile) -> pl.Expr:
    """`staff`, `student`, or null where the role is neither."""
    student = pl.col("userRole").is_in(profile.values_meaning("userRole", "student"))
    return (
        pl.when(is_staff(profile)).then(pl.lit(Kind.STAFF.value))
        .when(student).then(pl.lit(Kind.STUDENT.value))
    )  # fmt: skip


def keeps_when_blank(profile: Profile, column: str) -> bool:
    """Whether a blank cell of the column keeps the roster's value."""
    needs = profile.columns[column].requirement
    return profile.blank_keeps and Need.BLANK not in (needs.students, needs.staff)


def blank_school_facts(*present: str) -> list[pl.Expr]:
    """A blank column for each fact of a school that is not among `present`."""
    return [pl.lit("").alias(fact) for fact in SCHOOL_FACTS if fact not in present]


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
