"""A synthetic district without a fault: schools, staff, students, classes, as rows of users.csv."""

from __future__ import annotations

import polars as pl

from roster_toolkit.errors import UsageError
from roster_toolkit.model import Profile
from roster_toolkit.profile import require_roster
from roster_toolkit.samples.names import FIRST_NAMES, LAST_NAMES, SUBJECTS, plain, seeded
from roster_toolkit.samples.plan import (
    CLASSES,
    STUDENT,
    School,
    cohorts_of,
    enrollments,
    schools_of,
)

#: Column key → what it is called here.
_PERSON = {
    "userId": "id",
    "userDistrictId": "district_id",
    "userStateId": "state_id",
    "userRole": "role",
    "userFirstName": "first",
    "userLastName": "last",
    "userEmail": "email",
}
_CLASS = {
    "classId": "class_id",
    "className": "name",
    "classDisplayName": "display",
    "classGrade": "class_grade",
    "classSubject": "topic",
}


def clean_district(
    rows: int, seed: int, profile: Profile, *, class_size: int = 24, school_rows: int = 2400
) -> pl.DataFrame:
    """A district of exactly `rows` rows in which the profile's contract finds no fault.

    One text column per column of the profile, named by key, in template order; a blank cell is
    null. Rows stand by school, then person, staff first. A profile that takes staff only gets
    staff only. `class_size` (at most 30 reads naturally) and `school_rows` shape the district.
    """
    require_roster(profile, "A sample district")
    if rows < 1:
        raise UsageError("A district needs at least one row.")
    size = class_size if "student" in profile.accepts_people else 0
    schools = schools_of(rows, seed, profile, size, school_rows)
    cohorts = cohorts_of(schools, profile)
    people = _people(schools, seed, profile)
    plan = enrollments(cohorts, schools)
    text = _spell(plan, schools, people, _classes(cohorts, schools, plan, people), profile)
    return text.select(
        pl.col(key) if key in text.columns else pl.lit(None, pl.String).alias(key)
        for key in profile.columns
    )


def _spell(
    plan: pl.DataFrame,
    schools: list[School],
    people: pl.DataFrame,
    classes: pl.DataFrame,
    profile: Profile,
) -> pl.DataFrame:
    """Numbers → text, under the keys of the columns."""
    # People and classes are numbered without gaps, so that a number is a position.
    person, group, school = plan["person"], plan["class"], plan["school"]
    facts = {key: people[name].gather(person) for key, name in _PERSON.items()}
    facts |= {key: classes[name].gather(group) for key, name in _CLASS.items()}
    yes, no = (profile.values_meaning("primary_teacher", meaning) for meaning in ("yes", "no"))
    graded = pl.col("kind") == STUDENT
    # Schools differ in whether a student's flag says no or nothing.
    says_no = graded & (pl.col("school") % 2 == 1) & pl.col("class").is_not_null()
    own = plan.select(
        userGrade="grade",
        primary_teacher=pl.when(pl.col("primary"))
        .then(pl.lit(yes[0]))
        .when(~pl.col("primary") | says_no)
        .then(pl.lit(no[0])),
    )
    return own.with_columns(
        pl.Series("schoolId", [s.id for s in schools]).gather(school),
        *(values.alias(key) for key, values in facts.items()),
    )


def _people(schools: list[School], seed: int, profile: Profile) -> pl.DataFrame:
    """One row per person, by number: names, IDs, address, role (a few are never used)."""
    count = schools[-1].next_person
    rng = seeded(seed, "people")
    first, last = (
        pl.Series(rng.choices(range(len(names)), k=count)) for names in (FIRST_NAMES, LAST_NAMES)
    )
    people = pl.DataFrame(
        {
            "person": pl.int_range(count, eager=True),
            "first": pl.Series(FIRST_NAMES).gather(first),
            "last": pl.Series(LAST_NAMES).gather(last),
            "plain_first": pl.Series([plain(n) for n in FIRST_NAMES]).gather(first),
            "plain_last": pl.Series([plain(n) for n in LAST_NAMES]).gather(last),
            "jitter": rng.choices(range(7), k=count),
            "chance": rng.choices(range(24), k=count),
        }
    ).join(_posts(schools, profile), on="person", how="left", maintain_order="left")
    number = pl.col("person") * 7 + pl.col("jitter")
    student, blank = pl.col("kind") == STUDENT, pl.lit(None, pl.String)
    long = (1_000_000 + number).cast(pl.String)
    people = people.with_columns(
        id=pl.when(student)
        .then(long.str.zfill(8))
        .otherwise(pl.concat_str(pl.lit("E"), (10_000 + number).cast(pl.String)))
    )
    initials = pl.col("plain_first").str.slice(0, 1)
    local = (
        pl.when(student)
        .then(pl.concat_str(initials, "plain_last", pl.lit("_"), "id"))
        .otherwise(pl.concat_str("plain_first", pl.lit("."), "plain_last", number))
    )
    second, state = pl.col("chance") % 8 != 0, student & (pl.col("chance") % 6 != 0)
    return people.with_columns(
        email=pl.concat_str(local, pl.lit("@"), "domain"),
        district_id=pl.when(second).then(pl.concat_str(pl.lit("D"), "id")).otherwise(blank),
        state_id=pl.when(state)
        .then(pl.concat_str(pl.lit("88"), (30_000_000 + number).cast(pl.String)))
        .otherwise(blank),
    )


def _posts(schools: list[School], profile: Profile) -> pl.DataFrame:
    """What each person is, and where their address lives."""
    students = profile.values_meaning("userRole", "student")
    staff = profile.values_meaning("userRole", "staff")
    roles = [staff[-1], staff[0], staff[0], staff[0], *students[:1]]
    starts = pl.DataFrame(
        [
            (start, kind, school.domain)
            for school in schools
            for kind, start in enumerate(
                (
                    school.first_person,
                    school.first_teacher,
                    school.first_specialist,
                    school.first_co_teacher,
                    school.first_student,
                )
            )
        ],
        schema={"start": pl.Int64, "kind": pl.Int64, "domain": pl.String},
        orient="row",
    )
    people = pl.DataFrame({"person": pl.int_range(schools[-1].next_person, eager=True)})
    # The later of two kinds that start at the same person is the one that is not empty.
    starts = starts.unique("start", keep="last", maintain_order=True).sort("start")
    return people.join_asof(starts, left_on="person", right_on="start").with_columns(
        role=pl.col("kind").replace_strict(
            list(range(len(roles))), roles, default=None, return_dtype=pl.String
        )
    )


def _classes(
    cohorts: pl.DataFrame, schools: list[School], plan: pl.DataFrame, people: pl.DataFrame
) -> pl.DataFrame:
    """One row per class, by number: ID, names, grade, subject."""
    teachers = (
        plan.filter(pl.col("primary"))
        .join(people.select("person", "last"), on="person", maintain_order="left")
        .select("class", "last")
    )
    catalog = pl.DataFrame(
        [
            (level, k, *words)
            for level, kinds in enumerate(SUBJECTS)
            for k, words in enumerate(kinds)
        ],
        schema=["level", "subject", "code", "title", "topic"],
        orient="row",
    )
    homes = pl.DataFrame(
        {
            "school": [s.number for s in schools],
            "school_id": [s.id for s in schools],
            "level": [s.level for s in schools],
        }
    )
    number = (pl.col("local") + 1).cast(pl.String).str.zfill(3)
    return (
        cohorts.join(homes, on="school", maintain_order="left")
        .join(catalog, on="level", maintain_order="left_right")
        .with_columns((pl.col("cohort") * CLASSES + pl.col("subject")).alias("class"))
        .join(teachers, on="class", how="left", maintain_order="left")
        .select(
            "class",
            class_id=pl.concat_str("school_id", "code", number),
            name=pl.concat_str("title", "grade", "section", separator=" "),
            display=pl.when(pl.col("class") % 3 != 0).then(
                pl.concat_str("topic", pl.lit(" with "), "last")
            ),
            class_grade="grade",
            topic="topic",
        )
    )
