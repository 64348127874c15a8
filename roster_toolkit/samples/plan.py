"""The plan of a synthetic district in numbers: who works and learns where, before any name.

The plan is arithmetic: a school has cohorts, a cohort six classes (one per subject) and a class's
worth of students. Student `i` of a cohort takes subject `k` with the cohort `i * k` further on in
the grade, so that classmates differ from subject to subject while every class keeps its size.
Only schools and cohorts are looped over; rows are computed column by column, which is what makes a
million rows a matter of seconds.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import polars as pl

from roster_toolkit.model import Profile
from roster_toolkit.samples.names import SCHOOLS, plain, seeded

#: Subjects, and so classes, of a cohort.
CLASSES = 6
#: Teachers of a cohort: the first takes three of its classes, the second two, a specialist one.
TEACHERS = 2
#: Cohorts that share a specialist, and those that share a co-teacher.
PER_SPECIALIST, PER_CO_TEACHER = 6, 3
#: Of twelve students of a cohort, the one with a single class and the one with none.
ONE_CLASS, NO_CLASS = 7, 11
#: The kinds of people, in the order of a school's rows.
ADMINISTRATOR, TEACHER, SPECIALIST, CO_TEACHER, STUDENT = range(5)
_LEVELS = ("es", "ms", "hs")


@dataclass(frozen=True, slots=True)
class School:
    """One school's share of the plan; people and cohorts are numbered through the district."""

    number: int
    id: str
    domain: str
    level: int
    rows: int
    cohorts: int
    first_cohort: int
    administrators: int
    first_person: int
    class_size: int

    @property
    def specialists(self) -> int:
        """How many specialists the school has."""
        return math.ceil(self.cohorts / PER_SPECIALIST)

    @property
    def first_teacher(self) -> int:
        """Number of the first teacher; administrators stand before."""
        return self.first_person + self.administrators

    @property
    def first_specialist(self) -> int:
        """Number of the first specialist."""
        return self.first_teacher + TEACHERS * self.cohorts

    @property
    def first_co_teacher(self) -> int:
        """Number of the first co-teacher."""
        return self.first_specialist + self.specialists

    @property
    def first_student(self) -> int:
        """Number of the first student."""
        return self.first_co_teacher + math.ceil(self.cohorts / PER_CO_TEACHER)

    @property
    def next_person(self) -> int:
        """The next school's first person."""
        return self.first_student + self.class_size * self.cohorts


def schools_of(
    rows: int, seed: int, profile: Profile, class_size: int, school_rows: int
) -> list[School]:
    """Schools that share the rows; each has a little more than its share, to be cut to measure."""
    rng = seeded(seed, "schools")
    words = rng.sample(SCHOOLS, k=len(SCHOOLS))
    count = min(rows, max(1 if rows < 60 else 2, rows // school_rows))  # noqa: PLR2004
    taken = {row.get("schoolId", "").lstrip("0") for row in profile.template_rows}
    cohort_rows = _rows_of_cohort(class_size)
    schools: list[School] = []
    for number in range(count):
        share = rows // count + (number < rows % count)
        administrators = 1 + share // 1000
        free = [n for n in range(101 + 7 * number, 108 + 7 * number) if str(n) not in taken]
        code = rng.choice(free)
        level = (0, 1, 2, 0)[number % 4]
        word, round_ = words[number % len(words)], number // len(words)
        schools.append(
            School(
                number=number,
                id=f"NE{code:03d}" if number % 5 == 3 else f"{code:04d}",  # noqa: PLR2004
                domain=f"{plain(word)}-{_LEVELS[level]}{round_ or ''}.example",
                level=level,
                rows=share,
                cohorts=max(1, math.ceil((share - administrators) / cohort_rows)),
                first_cohort=schools[-1].first_cohort + schools[-1].cohorts if schools else 0,
                administrators=administrators,
                first_person=schools[-1].next_person if schools else 0,
                class_size=class_size,
            )
        )
    return schools


def _rows_of_cohort(class_size: int) -> int:
    """Rows that a cohort adds: primary teachers, one co-teacher, its students."""
    partial = sum(i % 12 in {ONE_CLASS, NO_CLASS} for i in range(class_size))
    return CLASSES + 1 + CLASSES * (class_size - partial) + partial


def cohorts_of(schools: list[School], profile: Profile) -> pl.DataFrame:
    """One row per cohort: its school, its grade, and the cohorts that share the grade."""
    vocabulary = profile.vocabulary_of(profile.columns["userGrade"])
    grades = vocabulary.accepts if vocabulary else ("",)
    cuts = (0, len(grades) // 2, len(grades) * 5 // 7, len(grades))
    rows = []
    for school in schools:
        band = grades[cuts[school.level] : cuts[school.level + 1]] or grades
        per_grade = math.ceil(school.cohorts / len(band))
        for c in range(school.cohorts):
            first = c // per_grade * per_grade
            rows.append(
                (
                    school.number,
                    school.first_cohort + c,
                    c,
                    band[c // per_grade],
                    _section(c - first),
                    school.first_cohort + first,
                    min(per_grade, school.cohorts - first),
                )
            )
    names = ["school", "cohort", "local", "grade", "section", "grade_first", "grade_size"]
    return pl.DataFrame(rows, schema=names, orient="row")


def _specialist(school: School, before: School | None) -> list[int]:
    """Specialists by cohort group; every second school shares its first one with its neighbor."""
    people = [school.first_specialist + n for n in range(school.specialists)]
    if before is not None and school.number % 2:
        people[0] = before.first_specialist
    return people


def enrollments(cohorts: pl.DataFrame, schools: list[School]) -> pl.DataFrame:
    """Every row as numbers: school, person, kind, class (or null), flag; cut to measure."""
    by_school = pl.DataFrame(
        {
            "school": [s.number for s in schools],
            "rows": [s.rows for s in schools],
            "teacher": [s.first_teacher for s in schools],
            "co_teacher": [s.first_co_teacher for s in schools],
            "student": [s.first_student for s in schools],
            "specialists": [
                _specialist(s, schools[s.number - 1] if s.number else None) for s in schools
            ],
        }
    )
    cohorts = cohorts.join(by_school, on="school", maintain_order="left")
    administrators = pl.DataFrame(
        [(s.number, s.first_person + n) for s in schools for n in range(s.administrators)],
        schema=["school", "person"],
        orient="row",
    ).with_columns(
        kind=pl.lit(ADMINISTRATOR),
        grade=pl.lit(None, pl.String),
        primary=pl.lit(None, pl.Boolean),
    )
    parts = [administrators, _primary(cohorts), _co_teachers(cohorts)]
    if schools[0].class_size:
        parts.append(_students(cohorts, schools[0].class_size))
    rows = pl.concat(parts, how="diagonal_relaxed").sort(
        "school", "kind", "person", "class", nulls_last=True, maintain_order=True
    )
    place = pl.int_range(pl.len()).over("school")
    return (
        rows.join(by_school.select("school", "rows"), on="school", maintain_order="left")
        .filter(place < pl.col("rows"))
        .drop("rows")
    )


def _primary(cohorts: pl.DataFrame) -> pl.DataFrame:
    """One primary teacher per class; the last subject is a specialist's."""
    subject = pl.col("subject")
    special = subject == CLASSES - 1
    teacher = pl.col("teacher") + TEACHERS * pl.col("local") + (subject >= CLASSES // 2)
    shared = pl.col("specialists").list.get(pl.col("local") // PER_SPECIALIST)
    return cohorts.join(_subjects(), how="cross").select(
        "school",
        person=pl.when(special).then(shared).otherwise(teacher),
        kind=pl.when(special).then(SPECIALIST).otherwise(TEACHER),
        primary=pl.lit(value=True),
        **{"class": pl.col("cohort") * CLASSES + subject},
    )


def _co_teachers(cohorts: pl.DataFrame) -> pl.DataFrame:
    """One co-teacher in one class of each cohort."""
    return cohorts.select(
        "school",
        person=pl.col("co_teacher") + pl.col("local") // PER_CO_TEACHER,
        kind=pl.lit(CO_TEACHER),
        primary=pl.lit(value=False),
        **{"class": pl.col("cohort") * CLASSES + pl.col("local") % (CLASSES - 1)},
    )


def _students(cohorts: pl.DataFrame, class_size: int) -> pl.DataFrame:
    """Six rows for most students, one for those with a single class or none."""
    seats = pl.DataFrame({"i": pl.int_range(class_size, eager=True)})
    i, k = pl.col("i"), pl.col("subject")
    partial = (i % 12).is_in([ONE_CLASS, NO_CLASS])
    step = pl.col("cohort") - pl.col("grade_first") + i * k
    cohort = pl.col("grade_first") + step % pl.col("grade_size")
    return (
        cohorts.join(seats, how="cross")
        .join(_subjects(), how="cross")
        .filter(~partial | (k == pl.col("local") % CLASSES))
        .select(
            "school",
            "grade",
            person=pl.col("student") + class_size * pl.col("local") + i,
            kind=pl.lit(STUDENT),
            primary=pl.lit(None, pl.Boolean),
            **{"class": pl.when(i % 12 != NO_CLASS).then(cohort * CLASSES + k)},
        )
    )


def _subjects() -> pl.DataFrame:
    return pl.DataFrame({"subject": pl.int_range(CLASSES, eager=True)})


def _section(number: int) -> str:
    """A, B … Z, AA, AB …: the section of a class within its grade."""
    before = _section(number // 26 - 1) if number >= 26 else ""  # noqa: PLR2004
    return before + chr(ord("A") + number % 26)
