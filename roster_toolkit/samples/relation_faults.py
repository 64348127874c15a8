"""Faults between rows (RT301 to RT310), and what the contract says of each.

Which rows: those that hold a value in conflict stand each for themselves; what rejects nothing and
concerns a person or a class as a whole stands on no row.
"""

from __future__ import annotations

from roster_toolkit.model import Effect
from roster_toolkit.samples.fault_planner import FaultPlanner
from roster_toolkit.samples.fault_targets import Who

#: Facts of a person that may differ between rows without another rule speaking too.
PERSON_FACTS = (
    "userFirstName", "userEmail", "userGrade", "userLastName", "userStateId", "userDistrictId",
)  # fmt: skip
CLASS_FACTS = ("className", "classGrade", "schoolId", "classSubject", "classDisplayName")


def repeated_enrollment(planner: FaultPlanner, _turn: int) -> bool:
    """RT301: the same person in the same class twice, on both rows."""

    def two(rows: list[int]) -> list[int]:
        return [row for row in rows if planner.free_class(row)][:2]

    people = (Who.STUDENT,) if planner.has_students else (Who.CO_TEACHER,)
    rows = planner.take_person(*people, suits=lambda rows: len(two(rows)) == 2)  # noqa: PLR2004
    if rows is None:
        return False
    first, second = two(rows)
    planner.touch(second)
    for key in ("schoolId", *planner.class_keys):
        planner.write([second], key, planner.value(first, key))
    planner.touch(first)
    planner.expect("RT301", "classId", [first, second])
    return True


def shared_email(planner: FaultPlanner, turn: int) -> bool:
    """RT302: two people with one address, letter case aside, on all rows of both."""
    pair = [
        planner.take_person(Who.SINGLE, *planner.anybody),
        planner.take_person(*planner.anybody),
    ]
    first, second = (rows or [] for rows in pair)
    if not first or not second:
        return False
    address = planner.value(first[0], "userEmail")
    planner.write(second, "userEmail", address.upper() if turn % 2 else address)
    planner.expect("RT302", "userEmail", [*first, *second])
    return True


def conflicting_person(planner: FaultPlanner, turn: int) -> bool:
    """RT303: rows of one person differ; the fewer are in error, in a tie all of them."""
    keys = [key for key in PERSON_FACTS if key in planner.profile.columns]
    key = keys[turn % len(keys)]
    rows = planner.take_person(
        *planner.anybody,
        filled=[key],
        suits=lambda rows: len(rows) > 1 + (turn % 3 != 2),  # noqa: PLR2004
    )
    if rows is None:
        return False
    tie = turn % 3 == 2 and len(rows) % 2 == 0  # noqa: PLR2004
    changed = rows[: len(rows) // 2] if tie else rows[:1]
    planner.write(changed, key, _another(planner, rows[0], key))
    planner.expect("RT303", key, rows if tie else changed)
    return True


def _another(planner: FaultPlanner, row: int, key: str) -> str:
    """A different but acceptable value for a cell."""
    value = planner.value(row, key)
    vocabulary = planner.profile.vocabulary_of(planner.profile.columns[key])
    if vocabulary is not None:
        return next(v for v in vocabulary.accepts[planner.rng.randrange(3) :] if v != value)
    if key == "userEmail":
        return value.replace("@", ".x@") if planner.rng.random() < 0.5 else value.upper()  # noqa: PLR2004
    if key == "schoolId":
        return next(school for school in planner.schools if school != value)
    return f"{value}X"


def conflicting_class(planner: FaultPlanner, turn: int) -> bool:
    """RT304: rows of one class differ; the fewer are in error, in a tie all of them.

    A changed school gives its student a second one, which is no fault.
    """
    keys = [key for key in CLASS_FACTS if key in planner.profile.columns]
    key = keys[turn % len(keys)]
    if key == "schoolId" and len(planner.schools) == 1:
        key = keys[0]
    rows = planner.take_class(at_least=5, filled=[key]) or planner.take_class(
        at_least=2, at_most=2, filled=[key]
    )
    if rows is None:
        return False
    tie = len(rows) == 2  # noqa: PLR2004
    free = planner.unclaimed(rows if tie else [row for row in rows if planner.is_student(row)])
    changed = free[:1] if tie else free[: 1 + turn % 2]
    if not changed:
        return False
    planner.claim(changed)
    planner.write(changed, key, _another(planner, rows[0], key))
    planner.expect("RT304", key, rows if tie else changed)
    return True


def shared_secondary_id(planner: FaultPlanner, turn: int) -> bool:
    """RT305: two people with one state or district ID; it stands on no row."""
    keys = [c.key for c in planner.profile.columns.values() if c.unique_to_person]
    key = keys[turn % len(keys)] if keys else ""
    if not key or (key == "userStateId" and not planner.has_students):
        return False
    pair = [planner.take_person(*planner.anybody, filled=[key]) for _ in range(2)]
    first, second = (rows or [] for rows in pair)
    if not first or not second:
        return False
    shared = planner.value(first[0], key)
    planner.write(second, key, shared)
    planner.expect_without_row("RT305", key, shared)
    return True


def lookalike_identifiers(planner: FaultPlanner, turn: int) -> bool:
    """RT306: two IDs that differ by case or leading zeros only; it stands on no row."""
    key = ("userId", "classId", "schoolId")[turn % 3]
    if key == "schoolId":
        first = second = planner.take_person(
            Who.SINGLE,
            Who.OFFICE,
            suits=lambda rows: (
                len(rows) == 1
                and not planner.value(rows[0], "classId")
                and planner.value(rows[0], key) not in planner.used_schools
            ),
        )
    elif key == "classId":
        first, second = planner.take_class(), planner.take_class()
    else:
        first, second = planner.take_person(*planner.anybody), planner.take_person(*planner.anybody)
    if first is None or second is None:
        return False
    right = planner.value(first[0], key)
    wrong = right.lstrip("0") if right.startswith("0") else right.swapcase()
    planner.used_schools.add(right)
    planner.write(second, key, wrong)
    planner.expect_without_row("RT306", key, ", ".join(sorted((right, wrong))))
    return True


def class_without_teacher(planner: FaultPlanner, _turn: int) -> bool:
    """RT307: the staff rows of a class put nobody in a class any more; it stands on no row."""
    rows = planner.take_class(at_least=3) if planner.has_students else None
    staff = [row for row in rows or [] if not planner.is_student(row)]
    if rows is None or len(staff) == len(rows):
        return False
    planner.claim(staff)
    for key in (*planner.class_keys, "primary_teacher"):
        planner.write(staff, key, "")
    planner.expect_without_row("RT307", "classId", planner.value(rows[-1], "classId"))
    return True


def several_primary_teachers(planner: FaultPlanner, _turn: int) -> bool:
    """RT308: the co-teacher of a class is a primary teacher too; it stands on no row."""
    rows = planner.take_class(co_taught=True)
    no = planner.profile.values_meaning("primary_teacher", "no")
    yes_values = planner.profile.values_meaning("primary_teacher", "yes")
    if rows is None or not yes_values:
        return False
    others = [
        row
        for row in rows
        if not planner.is_student(row) and planner.value(row, "primary_teacher") in no
    ]
    planner.write(others[:1], "primary_teacher", yes_values[0])
    planner.expect_without_row("RT308", "primary_teacher", planner.value(rows[0], "classId"))
    return True


def oversized_class(planner: FaultPlanner, turn: int) -> bool:
    """RT309: students of the school are moved into one class until it is too large."""
    limit = planner.profile.thresholds["class_size"]
    rows = planner.take_class(at_least=3) if planner.has_students else None
    if rows is None:
        return False
    students = sum(planner.is_student(row) for row in rows)
    moved = planner.take_classmates(rows, limit + 1 + turn % 5 - students)
    if not moved:
        return False
    for row in moved:
        planner.touch(row)
    for key in planner.class_keys:
        planner.write(moved, key, planner.value(rows[0], key))
    planner.expect_without_row("RT309", "classId", planner.value(rows[0], "classId"))
    return True


def removed_and_used(planner: FaultPlanner, _turn: int) -> bool:
    """RT310: one row removes a class that others fill; on every row that mentions it."""
    actions = planner.profile.values_meaning("action", Effect.REMOVE_CLASS)
    rows = planner.take_class(at_least=2) if actions else None
    free = [
        row
        for row in planner.unclaimed(rows or [])
        if planner.is_student(row) or not planner.has_students
    ][-1:]
    if rows is None or not free:
        return False
    planner.claim(free)
    planner.write(free, "action", actions[0])
    planner.expect("RT310", "classId", rows)
    return True
