"""Faults of a whole row (RT008, RT013 to RT015, RT201 to RT208), and what the contract says."""

from __future__ import annotations

from roster_toolkit.model import Effect
from roster_toolkit.samples.fault_planner import FaultPlanner
from roster_toolkit.samples.fault_targets import Who


def ragged_row(planner: FaultPlanner, turn: int) -> bool:
    """RT008: too few or too many cells. Nothing else is said of such a row."""
    row = planner.take_row()
    if row is None:
        return False
    cells = planner.cells(row)
    shapes = (cells[:-1], [*cells, "note"], cells[:-3], [*cells, "", "x"], cells[:6])
    planner.lines[row] = tuple(shapes[turn % len(shapes)])
    planner.expect("RT008", None, [row])
    return True


def sample_rows(planner: FaultPlanner, turn: int) -> bool:
    """RT013: the template's example rows were left in, all of them, once."""
    examples = planner.profile.template_rows
    rows = [planner.take_row() for _ in examples] if turn == 0 else []
    taken = [row for row in rows if row is not None]
    if not taken or len(taken) < len(examples):
        return False
    for row, example in zip(taken, examples, strict=True):
        planner.overwrite(row, [example.get(key, "") for key in planner.clean.columns])
    planner.expect("RT013", None, taken)
    return True


def blank_row(planner: FaultPlanner, turn: int) -> bool:
    """RT014: a row of commas, or an empty line. Never the last: at the end it is no record."""
    row = planner.take_row()
    if row is None or row == planner.clean.height - 1:
        return False
    planner.overwrite(row, [""] * planner.clean.width)
    if turn % 3 == 1:
        planner.lines[row] = ()
    planner.expect("RT014", None, [row])
    return True


def no_record(planner: FaultPlanner, turn: int) -> bool:
    """RT015: the header again, a total or a footer in place of a record. Nothing else is said."""
    row = planner.take_row()
    if row is None:
        return False
    keys = planner.clean.columns
    header = [planner.profile.columns[key].name for key in keys]
    texts = (header, ["Total: 8"], ["", "", "Grand Total", "8"], ["*** End of report ***"],
             ["Page 1 of 3"])  # fmt: skip
    cells = texts[turn % len(texts)]
    planner.overwrite(row, [*cells, *[""] * (len(keys) - len(cells))])
    planner.expect("RT015", None, [row])
    return True


def missing_student_grade(planner: FaultPlanner, turn: int) -> bool:
    """RT201: a student without a grade. Blank does not vote: no conflict with their other rows."""
    kinds = ((Who.STUDENT,), (Who.SINGLE, Who.STUDENT))[turn % 2]
    row = planner.take_row(*kinds, filled=["userGrade"])
    if row is None:
        return False
    planner.write([row], "userGrade", "")
    planner.expect("RT201", "userGrade", [row])
    return True


def unexpected_staff_grade(planner: FaultPlanner, turn: int) -> bool:
    """RT202: staff with a grade."""
    row = planner.take_row(*((Who.OFFICE, Who.CO_TEACHER), (Who.TEACHER,))[turn % 2])
    vocabulary = planner.profile.vocabulary_of(planner.profile.columns["userGrade"])
    if row is None or vocabulary is None:
        return False
    planner.write([row], "userGrade", vocabulary.accepts[turn % len(vocabulary.accepts)])
    planner.expect("RT202", "userGrade", [row])
    return True


def unexpected_primary_teacher(planner: FaultPlanner, turn: int) -> bool:
    """RT203: a student as primary teacher. The cell is in error: the class still has one."""
    row = planner.take_row(Who.STUDENT)
    yes_values = planner.profile.values_meaning("primary_teacher", "yes")
    if row is None or not yes_values:
        return False
    planner.write([row], "primary_teacher", yes_values[turn % len(yes_values)])
    planner.expect("RT203", "primary_teacher", [row])
    return True


def incomplete_class(planner: FaultPlanner, turn: int) -> bool:
    """RT204: a class without name or grade, or class cells without an ID; one finding a cell."""
    blank = (("className",), ("classId",), ("classGrade",), ("className", "classGrade"))[turn % 4]
    row = planner.take_row(filled=["classId", "className", "classGrade"])
    if row is None:
        return False
    for key in blank:
        planner.write([row], key, "")
        planner.expect("RT204", key, [row])
    return True


def student_in_staff_upload(planner: FaultPlanner, turn: int) -> bool:
    """RT205: a student, in no class, where the third party supplies the students.

    On every row of the person: one who is a student here and a teacher there is another question.
    """
    if planner.has_students:
        return False
    rows = planner.take_person(
        Who.OFFICE, Who.CO_TEACHER, suits=lambda rows: all(planner.free_class(row) for row in rows)
    )
    students = planner.role("student")
    vocabulary = planner.profile.vocabulary_of(planner.profile.columns["userGrade"])
    if rows is None or vocabulary is None or not students:
        return False
    for row in rows:
        planner.touch(row)
    for key in (*planner.class_keys, "primary_teacher"):
        planner.write(rows, key, "")
    planner.write(rows, "userRole", students[0])
    planner.write(rows, "userGrade", vocabulary.accepts[turn % len(vocabulary.accepts)])
    planner.expect("RT205", "userRole", rows)
    return True


def removal_without_class(planner: FaultPlanner, turn: int) -> bool:
    """RT206: a removal that names no class. RT204 does not judge removals."""
    actions = planner.profile.values_meaning("action", Effect.REMOVE_CLASS)
    row = planner.take_row(filled=["classId"]) if actions else None
    if row is None:
        return False
    planner.write([row], "action", actions[0])
    for key in planner.class_keys if turn % 2 else ["classId"]:
        planner.write([row], key, "")
    planner.expect("RT206", "classId", [row])
    return True


def shifted_row(planner: FaultPlanner, turn: int) -> bool:
    """RT208: a cell too many or too few before the role, so that role, email and grade are off.

    What cell rules say of such a row besides depends on where each text lands; it is not stated
    here, and `score` leaves it out.
    """
    row = planner.take_row(filled=["classId"])
    if row is None:
        return False
    shift(planner, row, right=turn % 2 == 0, at=("schoolId", "userDistrictId")[turn // 2 % 2])
    planner.expect("RT208", None, [row])
    return True


def shift(planner: FaultPlanner, row: int, *, right: bool, at: str) -> None:
    """Move the cells from column `at` on by one; a blank fills the gap."""
    cells, place = planner.cells(row), planner.clean.columns.index(at)
    if right:
        moved = [*cells[:place], "", *cells[place:-1]]
    else:
        moved = [*cells[:place], *cells[place + 1 :], ""]
    planner.overwrite(row, moved)
