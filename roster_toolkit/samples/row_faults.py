"""Faults of a whole row (RT008, RT013 to RT015, RT201 to RT208), and what the contract says."""

from __future__ import annotations

from roster_toolkit.model import Effect
from roster_toolkit.samples.fault_planner import Canvas
from roster_toolkit.samples.fault_targets import Who


def ragged_row(canvas: Canvas, turn: int) -> bool:
    """RT008: too few or too many cells. Nothing else is said of such a row."""
    row = canvas.take_row()
    if row is None:
        return False
    cells = canvas.cells(row)
    shapes = (cells[:-1], [*cells, "note"], cells[:-3], [*cells, "", "x"], cells[:6])
    canvas.lines[row] = tuple(shapes[turn % len(shapes)])
    canvas.expect("RT008", None, [row])
    return True


def sample_rows(canvas: Canvas, turn: int) -> bool:
    """RT013: the template's example rows were left in, all of them, once."""
    examples = canvas.profile.template_rows
    rows = [canvas.take_row() for _ in examples] if turn == 0 else []
    taken = [row for row in rows if row is not None]
    if not taken or len(taken) < len(examples):
        return False
    for row, example in zip(taken, examples, strict=True):
        canvas.overwrite(row, [example.get(key, "") for key in canvas.clean.columns])
    canvas.expect("RT013", None, taken)
    return True


def blank_row(canvas: Canvas, turn: int) -> bool:
    """RT014: a row of commas, or an empty line. Never the last: at the end it is no record."""
    row = canvas.take_row()
    if row is None or row == canvas.clean.height - 1:
        return False
    canvas.overwrite(row, [""] * canvas.clean.width)
    if turn % 3 == 1:
        canvas.lines[row] = ()
    canvas.expect("RT014", None, [row])
    return True


def no_record(canvas: Canvas, turn: int) -> bool:
    """RT015: the header again, a total or a footer in place of a record. Nothing else is said."""
    row = canvas.take_row()
    if row is None:
        return False
    keys = canvas.clean.columns
    header = [canvas.profile.columns[key].name for key in keys]
    texts = (header, ["Total: 8"], ["", "", "Grand Total", "8"], ["*** End of report ***"],
             ["Page 1 of 3"])  # fmt: skip
    cells = texts[turn % len(texts)]
    canvas.overwrite(row, [*cells, *[""] * (len(keys) - len(cells))])
    canvas.expect("RT015", None, [row])
    return True


def missing_student_grade(canvas: Canvas, turn: int) -> bool:
    """RT201: a student without a grade. Blank does not vote: no conflict with their other rows."""
    kinds = ((Who.STUDENT,), (Who.SINGLE, Who.STUDENT))[turn % 2]
    row = canvas.take_row(*kinds, filled=["userGrade"])
    if row is None:
        return False
    canvas.write([row], "userGrade", "")
    canvas.expect("RT201", "userGrade", [row])
    return True


def unexpected_staff_grade(canvas: Canvas, turn: int) -> bool:
    """RT202: staff with a grade."""
    row = canvas.take_row(*((Who.OFFICE, Who.CO_TEACHER), (Who.TEACHER,))[turn % 2])
    vocabulary = canvas.profile.vocabulary_of(canvas.profile.columns["userGrade"])
    if row is None or vocabulary is None:
        return False
    canvas.write([row], "userGrade", vocabulary.accepts[turn % len(vocabulary.accepts)])
    canvas.expect("RT202", "userGrade", [row])
    return True


def unexpected_primary_teacher(canvas: Canvas, turn: int) -> bool:
    """RT203: a student as primary teacher. The cell is in error: the class still has one."""
    row = canvas.take_row(Who.STUDENT)
    yes = canvas.profile.values_meaning("primary_teacher", "yes")
    if row is None or not yes:
        return False
    canvas.write([row], "primary_teacher", yes[turn % len(yes)])
    canvas.expect("RT203", "primary_teacher", [row])
    return True


def incomplete_class(canvas: Canvas, turn: int) -> bool:
    """RT204: a class without name or grade, or class cells without an ID; one finding a cell."""
    blank = (("className",), ("classId",), ("classGrade",), ("className", "classGrade"))[turn % 4]
    row = canvas.take_row(filled=["classId", "className", "classGrade"])
    if row is None:
        return False
    for key in blank:
        canvas.write([row], key, "")
        canvas.expect("RT204", key, [row])
    return True


def student_in_staff_upload(canvas: Canvas, turn: int) -> bool:
    """RT205: a student, in no class, where the third party supplies the students.

    On every row of the person: one who is a student here and a teacher there is another question.
    """
    if canvas.has_students:
        return False
    rows = canvas.take_person(
        Who.OFFICE, Who.CO_TEACHER, suits=lambda rows: all(canvas.free_class(row) for row in rows)
    )
    students = canvas.role("student")
    vocabulary = canvas.profile.vocabulary_of(canvas.profile.columns["userGrade"])
    if rows is None or vocabulary is None or not students:
        return False
    for row in rows:
        canvas.touch(row)
    for key in (*canvas.class_keys, "primary_teacher"):
        canvas.write(rows, key, "")
    canvas.write(rows, "userRole", students[0])
    canvas.write(rows, "userGrade", vocabulary.accepts[turn % len(vocabulary.accepts)])
    canvas.expect("RT205", "userRole", rows)
    return True


def removal_without_class(canvas: Canvas, turn: int) -> bool:
    """RT206: a removal that names no class. RT204 does not judge removals."""
    actions = canvas.profile.values_meaning("action", Effect.REMOVE_CLASS)
    row = canvas.take_row(filled=["classId"]) if actions else None
    if row is None:
        return False
    canvas.write([row], "action", actions[0])
    for key in canvas.class_keys if turn % 2 else ["classId"]:
        canvas.write([row], key, "")
    canvas.expect("RT206", "classId", [row])
    return True


def shifted_row(canvas: Canvas, turn: int) -> bool:
    """RT208: a cell too many or too few before the role, so that role, e-mail and grade are off.

    What cell rules say of such a row besides depends on where each text lands; it is not stated
    here, and `score` leaves it out.
    """
    row = canvas.take_row(filled=["classId"])
    if row is None:
        return False
    shift(canvas, row, right=turn % 2 == 0, at=("schoolId", "userDistrictId")[turn // 2 % 2])
    canvas.expect("RT208", None, [row])
    return True


def shift(canvas: Canvas, row: int, *, right: bool, at: str) -> None:
    """Move the cells from column `at` on by one; a blank fills the gap."""
    cells, place = canvas.cells(row), canvas.clean.columns.index(at)
    if right:
        moved = [*cells[:place], "", *cells[place:-1]]
    else:
        moved = [*cells[:place], *cells[place + 1 :], ""]
    canvas.overwrite(row, moved)
