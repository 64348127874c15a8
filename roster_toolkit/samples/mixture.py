"""The hard mixture: 10,000 shuffled rows in which twelve things went wrong, and nothing else.

It is what a list of findings fails at and a list of causes must survive: half of all addresses
malformed, every one in its own way; two columns in foreign words throughout; three hundred classes
in conflict; one school's rows moved sideways. Each cause is kept off the ground of the others, so
that none hides another: a cell in error has no vote, a role in error silences what its class lacks
(which is why the class fault here is RT308, not RT307), and each is spread so evenly over values,
people or classes that no single one of these stands out.
"""

from __future__ import annotations

import re

import polars as pl

from roster_toolkit.model import Profile
from roster_toolkit.samples.cell_faults import DAMAGE, MALFORMED
from roster_toolkit.samples.district import clean_district
from roster_toolkit.samples.fault_planner import FaultPlanner
from roster_toolkit.samples.relation_faults import (
    repeated_enrollment,
    several_primary_teachers,
    shared_email,
)
from roster_toolkit.samples.row_faults import shift
from roster_toolkit.samples.sample import PlantedCause, Sample

ROWS = 10_000
MALFORMED_ADDRESSES, CONFLICTING_CLASSES, LOST_ZEROS, NAMELESS = 5_000, 300, 15, 20
TWO_PRIMARIES, REPEATED, SHARED, PLACEHOLDERS = 15, 40, 24, 60
#: One grade in so many is written as accepted: foreign words fill the column, not every cell.
RIGHT_GRADE = 20

TITLES = {
    ("RT102", "userGrade"): "grades in another vocabulary, nearly throughout",
    ("RT102", "userRole"): "the role of every student in lower case",
    ("RT103", "userEmail"): "5,000 addresses, each malformed in its own way",
    ("RT106", "userStateId"): "state IDs turned into numbers by a spreadsheet, throughout",
    ("RT110", "userLastName"): "a placeholder as last name",
    ("RT204", "className"): "class names missing on some rows",
    ("RT208", None): "all rows of one school moved one cell to the right",
    ("RT301", "classId"): "students twice in a class",
    ("RT302", "userEmail"): "pairs of people with one address",
    ("RT304", "className"): "300 classes under two names",
    ("RT306", "classId"): "class IDs without their leading zeros on students' rows",
    ("RT308", "primary_teacher"): "classes with two primary teachers",
}


def hard_mixture(seed: int, profile: Profile) -> Sample:
    """Ten thousand rows with the twelve causes of `TITLES`."""
    clean = clean_district(ROWS, seed, profile, class_size=14, school_rows=800)
    planner = FaultPlanner(clean, seed, profile)
    shifted = _reserve_school(planner)
    _classes_in_conflict(planner)
    _lose_leading_zeros(planner)
    _lose_class_names(planner)
    for turn in range(TWO_PRIMARIES):
        several_primary_teachers(planner, turn)
    for turn in range(REPEATED):
        repeated_enrollment(planner, turn)
    for turn in range(SHARED):
        shared_email(planner, turn)
    _placeholder_names(planner)
    _foreign_words(planner, set(shifted))
    _malformed_addresses(planner, set(shifted))
    for row in shifted:
        shift(planner, row, right=True, at="userDistrictId")
    planner.expect("RT208", None, shifted)
    return _shuffled(planner)


def _reserve_school(planner: FaultPlanner) -> list[int]:
    """Rows of one school that no other cause may touch, nor the people and classes of it."""
    school = planner.rng.choice(planner.schools[1:])
    rows = [row for row, other in enumerate(planner.clean["schoolId"]) if other == school]
    planner.claim(rows)
    for row in rows:
        planner.touch(row)
    return rows


def _classes_in_conflict(planner: FaultPlanner) -> None:
    for number in range(CONFLICTING_CLASSES):
        rows = planner.take_class(at_least=5) or []
        row = planner.rng.choice([row for row in rows if planner.is_student(row)])
        name = planner.value(row, "className")
        planner.write([row], "className", f"{name}, period {number % 7 + 1}")
        planner.expect("RT304", "className", [row])


def _lose_leading_zeros(planner: FaultPlanner) -> None:
    planted = 0
    while planted < LOST_ZEROS:
        rows = planner.take_class(at_least=5) or []
        right = planner.value(rows[0], "classId")
        if not right.startswith("0"):
            continue
        students = [row for row in rows if planner.is_student(row)]
        planner.write(students, "classId", right.lstrip("0"))
        both = sorted((right, right.lstrip("0")))
        planner.expect_without_row("RT306", "classId", ", ".join(both))
        planted += 1


def _lose_class_names(planner: FaultPlanner) -> None:
    for _ in range(NAMELESS):
        rows = planner.take_class(at_least=5) or []
        students = [row for row in rows if planner.is_student(row)][:3]
        planner.write(students, "className", "")
        planner.expect("RT204", "className", students)


def _placeholder_names(planner: FaultPlanner) -> None:
    words = [w for w in planner.profile.words["placeholders"] if w.isalpha() and len(w) > 2]  # noqa: PLR2004
    taken = [planner.take_row() for _ in range(PLACEHOLDERS)]
    rows = [row for row in taken if row is not None]
    planner.write(rows, "userLastName", words[0].upper())
    planner.expect("RT110", "userLastName", rows)


def _foreign_words(planner: FaultPlanner, reserved: set[int]) -> None:
    """Roles, grades and state IDs, in all rows but those of the shifted school."""
    rows = [row for row in range(planner.clean.height) if row not in reserved]
    students = [row for row in rows if planner.is_student(row)]
    role = planner.role("student")[0]
    planner.write(students, "userRole", role.lower())
    planner.expect("RT102", "userRole", students)
    spellings = _spellings(planner)
    graded = [row for row in students if row % RIGHT_GRADE]
    for row in graded:
        options = spellings[planner.value(row, "userGrade")]
        planner.write([row], "userGrade", options[row % len(options)])
    planner.expect("RT102", "userGrade", graded)
    patterns = planner.profile.words["spreadsheet_damage"]
    number = next(text for text in DAMAGE if any(re.search(p, text) for p in patterns))
    filled = [row for row in rows if planner.value(row, "userStateId")]
    planner.write(filled, "userStateId", number)
    planner.expect("RT106", "userStateId", filled)


def _spellings(planner: FaultPlanner) -> dict[str, list[str]]:
    """Accepted grade → three other spellings that a person would still understand."""
    vocabulary = planner.profile.vocabularies[
        planner.profile.columns["userGrade"].vocabulary or "grade"
    ]
    return {
        grade: [
            word.upper() if len(word) <= 3 else word.capitalize()  # noqa: PLR2004
            for word in vocabulary.safe.get(grade, (f"grade {grade}",))[:3]
        ]
        for grade in vocabulary.accepts
    }


def _malformed_addresses(planner: FaultPlanner, reserved: set[int]) -> None:
    """One address per row, all different, on rows whose address nothing else is said of."""
    shared = {row for row, _, code, _ in planner.findings if code == "RT302"}
    free = [row for row in range(planner.clean.height) if row not in reserved | shared]
    rows = planner.rng.sample(free, k=MALFORMED_ADDRESSES)
    for number, row in enumerate(rows):
        local, _, domain = planner.value(row, "userEmail").partition("@")
        spoil = MALFORMED[number % len(MALFORMED)]
        planner.write([row], "userEmail", spoil(f"{local}.{number}", domain))
    planner.expect("RT103", "userEmail", rows)


def _shuffled(planner: FaultPlanner) -> Sample:
    """The rows in no order, the key under the rows where they went."""
    order = list(range(planner.clean.height))
    planner.rng.shuffle(order)
    key = planner.answer_key({row: place for place, row in enumerate(order)})
    counts = key.group_by("code", "column").agg(
        rows=pl.col("row").n_unique() - pl.col("row").has_nulls(), findings=pl.len()
    )
    rows_of = {(code, column): numbers for code, column, *numbers in counts.rows()}
    return Sample(
        profile=planner.profile,
        frame=planner.with_faults()[order],
        answer_key=key,
        planted=tuple(
            PlantedCause(code, column, title, *rows_of[code, column])
            for (code, column), title in TITLES.items()
        ),
    )
