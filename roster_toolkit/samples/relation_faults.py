"""Faults between rows (RT301 to RT310), and what the contract says of each.

Which rows: those that hold a value in conflict stand each for themselves; what refuses nothing and
concerns a person or a class as a whole stands on no row.
"""

from __future__ import annotations

from roster_toolkit.model import Effect
from roster_toolkit.samples.fault_planner import Canvas
from roster_toolkit.samples.fault_targets import Who

#: Facts of a person that may differ between rows without another rule speaking too.
PERSON_FACTS = (
    "userFirstName", "userEmail", "userGrade", "userLastName", "userStateId", "userDistrictId",
)  # fmt: skip
CLASS_FACTS = ("className", "classGrade", "schoolId", "classSubject", "classDisplayName")


def repeated_enrollment(canvas: Canvas, _turn: int) -> bool:
    """RT301: the same person in the same class twice, on both rows."""

    def two(rows: list[int]) -> list[int]:
        return [row for row in rows if canvas.free_class(row)][:2]

    people = (Who.STUDENT,) if canvas.has_students else (Who.CO_TEACHER,)
    rows = canvas.take_person(*people, suits=lambda rows: len(two(rows)) == 2)  # noqa: PLR2004
    if rows is None:
        return False
    first, second = two(rows)
    canvas.touch(second)
    for key in ("schoolId", *canvas.class_keys):
        canvas.write([second], key, canvas.value(first, key))
    canvas.touch(first)
    canvas.expect("RT301", "classId", [first, second])
    return True


def shared_email(canvas: Canvas, turn: int) -> bool:
    """RT302: two people with one address, letter case aside, on all rows of both."""
    pair = [canvas.take_person(Who.SINGLE, *canvas.anybody), canvas.take_person(*canvas.anybody)]
    first, second = (rows or [] for rows in pair)
    if not first or not second:
        return False
    address = canvas.value(first[0], "userEmail")
    canvas.write(second, "userEmail", address.upper() if turn % 2 else address)
    canvas.expect("RT302", "userEmail", [*first, *second])
    return True


def conflicting_person(canvas: Canvas, turn: int) -> bool:
    """RT303: rows of one person differ; the fewer are in error, in a tie all of them."""
    keys = [key for key in PERSON_FACTS if key in canvas.profile.columns]
    key = keys[turn % len(keys)]
    rows = canvas.take_person(
        *canvas.anybody,
        filled=[key],
        suits=lambda rows: len(rows) > 1 + (turn % 3 != 2),  # noqa: PLR2004
    )
    if rows is None:
        return False
    tie = turn % 3 == 2 and len(rows) % 2 == 0  # noqa: PLR2004
    changed = rows[: len(rows) // 2] if tie else rows[:1]
    canvas.write(changed, key, _another(canvas, rows[0], key))
    canvas.expect("RT303", key, rows if tie else changed)
    return True


def _another(canvas: Canvas, row: int, key: str) -> str:
    """A different but acceptable value for a cell."""
    value = canvas.value(row, key)
    vocabulary = canvas.profile.vocabulary_of(canvas.profile.columns[key])
    if vocabulary is not None:
        return next(v for v in vocabulary.accepts[canvas.rng.randrange(3) :] if v != value)
    if key == "userEmail":
        return value.replace("@", ".x@") if canvas.rng.random() < 0.5 else value.upper()  # noqa: PLR2004
    if key == "schoolId":
        return next(school for school in canvas.schools if school != value)
    return f"{value}X"


def conflicting_class(canvas: Canvas, turn: int) -> bool:
    """RT304: rows of one class differ; the fewer are in error, in a tie all of them.

    A changed school gives its student a second one, which is no fault.
    """
    keys = [key for key in CLASS_FACTS if key in canvas.profile.columns]
    key = keys[turn % len(keys)]
    if key == "schoolId" and len(canvas.schools) == 1:
        key = keys[0]
    rows = canvas.take_class(at_least=5, filled=[key]) or canvas.take_class(
        at_least=2, at_most=2, filled=[key]
    )
    if rows is None:
        return False
    tie = len(rows) == 2  # noqa: PLR2004
    free = canvas.unclaimed(rows if tie else [row for row in rows if canvas.is_student(row)])
    changed = free[:1] if tie else free[: 1 + turn % 2]
    if not changed:
        return False
    canvas.claim(changed)
    canvas.write(changed, key, _another(canvas, rows[0], key))
    canvas.expect("RT304", key, rows if tie else changed)
    return True


def shared_secondary_id(canvas: Canvas, turn: int) -> bool:
    """RT305: two people with one state or district ID; it stands on no row."""
    keys = [c.key for c in canvas.profile.columns.values() if c.unique_to_person]
    key = keys[turn % len(keys)] if keys else ""
    if not key or (key == "userStateId" and not canvas.has_students):
        return False
    pair = [canvas.take_person(*canvas.anybody, filled=[key]) for _ in range(2)]
    first, second = (rows or [] for rows in pair)
    if not first or not second:
        return False
    shared = canvas.value(first[0], key)
    canvas.write(second, key, shared)
    canvas.expect_at_large("RT305", key, shared)
    return True


def lookalike_identifiers(canvas: Canvas, turn: int) -> bool:
    """RT306: two IDs that differ by case or leading zeros only; it stands on no row."""
    key = ("userId", "classId", "schoolId")[turn % 3]
    if key == "schoolId":
        first = second = canvas.take_person(
            Who.SINGLE,
            Who.OFFICE,
            suits=lambda rows: (
                len(rows) == 1
                and not canvas.value(rows[0], "classId")
                and canvas.value(rows[0], key) not in canvas.used_schools
            ),
        )
    elif key == "classId":
        first, second = canvas.take_class(), canvas.take_class()
    else:
        first, second = canvas.take_person(*canvas.anybody), canvas.take_person(*canvas.anybody)
    if first is None or second is None:
        return False
    right = canvas.value(first[0], key)
    wrong = right.lstrip("0") if right.startswith("0") else right.swapcase()
    canvas.used_schools.add(right)
    canvas.write(second, key, wrong)
    canvas.expect_at_large("RT306", key, ", ".join(sorted((right, wrong))))
    return True


def class_without_teacher(canvas: Canvas, _turn: int) -> bool:
    """RT307: the staff rows of a class put nobody in a class any more; it stands on no row."""
    rows = canvas.take_class(at_least=3) if canvas.has_students else None
    staff = [row for row in rows or [] if not canvas.is_student(row)]
    if rows is None or len(staff) == len(rows):
        return False
    canvas.claim(staff)
    for key in (*canvas.class_keys, "primary_teacher"):
        canvas.write(staff, key, "")
    canvas.expect_at_large("RT307", "classId", canvas.value(rows[-1], "classId"))
    return True


def several_primary_teachers(canvas: Canvas, _turn: int) -> bool:
    """RT308: the co-teacher of a class is a primary teacher too; it stands on no row."""
    rows = canvas.take_class(co_taught=True)
    no = canvas.profile.values_meaning("primary_teacher", "no")
    yes = canvas.profile.values_meaning("primary_teacher", "yes")
    if rows is None or not yes:
        return False
    others = [
        row
        for row in rows
        if not canvas.is_student(row) and canvas.value(row, "primary_teacher") in no
    ]
    canvas.write(others[:1], "primary_teacher", yes[0])
    canvas.expect_at_large("RT308", "primary_teacher", canvas.value(rows[0], "classId"))
    return True


def oversized_class(canvas: Canvas, turn: int) -> bool:
    """RT309: students of the school are moved into one class until it is too large."""
    limit = canvas.profile.thresholds["class_size"]
    rows = canvas.take_class(at_least=3) if canvas.has_students else None
    if rows is None:
        return False
    students = sum(canvas.is_student(row) for row in rows)
    moved = canvas.take_classmates(rows, limit + 1 + turn % 5 - students)
    if not moved:
        return False
    for row in moved:
        canvas.touch(row)
    for key in canvas.class_keys:
        canvas.write(moved, key, canvas.value(rows[0], key))
    canvas.expect_at_large("RT309", "classId", canvas.value(rows[0], "classId"))
    return True


def removed_and_used(canvas: Canvas, _turn: int) -> bool:
    """RT310: one row removes a class that others fill; on every row that mentions it."""
    actions = canvas.profile.values_meaning("action", Effect.REMOVE_CLASS)
    rows = canvas.take_class(at_least=2) if actions else None
    free = [
        row
        for row in canvas.unclaimed(rows or [])
        if canvas.is_student(row) or not canvas.has_students
    ][-1:]
    if rows is None or not free:
        return False
    canvas.claim(free)
    canvas.write(free, "action", actions[0])
    canvas.expect("RT310", "classId", rows)
    return True
