"""RT2xx: what the cells of one row say of each other.

Each function gets the profile and returns, for every column that may be at fault, an expression
over cleaned cells by column key. A cell that a cell rule already called wrong is null there, so
that whatever depends on it cannot be judged. `removes` is true for a row whose action removes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

import polars as pl

from roster_toolkit.model import (
    Column,
    Effect,
    Entity,
    Evidence,
    Fix,
    Need,
    Profile,
    Requirement,
    Scope,
    Severity,
)
from roster_toolkit.rules.registry import rule

ROLE = pl.col("userRole")
REMOVES = pl.col("removes")


def _leave_blank(column: Column, profile: Profile) -> Mapping[Fix, pl.Expr]:
    """The cell without what does not belong there."""
    return {Fix.CONFIRM: pl.lit("")}


def _is(profile: Profile, kind: str) -> pl.Expr:
    return ROLE.is_in(profile.values_meaning("userRole", kind))


def _of_students(need: Requirement) -> bool:
    """Whether students must fill the cell, and staff need not."""
    return need.students is Need.REQUIRED and not need.always


def filled(key: str) -> pl.Expr:
    """True where the cell has a value; null where it is wrong."""
    return pl.col(key) != ""


@rule(
    "RT201", "missing-student-grade",
    scope=Scope.PERSON, severity=Severity.ERROR, evidence=Evidence.INFERRED,
    needs=("userRole",),
    title="A student has no grade",
    many="{n} students without a {column}",
    message="The student has no {column}.",
    how_to_fix="Fill in {column} for every student: one of {accepts}.", closed_list=True,
    supersedes=("RT101",),
    also_said=("grade is required for students", "student is missing a grade level",
               "no grade level for student"),
    bad={"userRole": ["Student"], "userGrade": [""]},
    good={"userRole": ["Student", "Teacher"], "userGrade": ["3", ""]},
)  # fmt: skip
def missing_student_grade(profile: Profile) -> Mapping[str, pl.Expr]:
    """Students are placed by grade; without one the row cannot be used."""
    student = ~REMOVES & _is(profile, "student")
    return {
        column.key: student & (pl.col(column.key) == "") for column in profile.needing(_of_students)
    }


@rule(
    "RT202", "unexpected-staff-grade",
    scope=Scope.PERSON, severity=Severity.ERROR, evidence=Evidence.INFERRED,
    needs=("userRole",),
    title="A staff member has a grade",
    many="{n} staff members with a {column}",
    message="A staff member has {value} in {column}.",
    how_to_fix="Leave {column} blank for staff.",
    fixes=(Fix.CONFIRM,), suggest=_leave_blank,
    also_said=("staff must not have a grade", "grade level must be blank for teachers",
               "grade is for students only"),
    bad={"userRole": ["Teacher"], "userGrade": ["3"]},
    good={"userRole": ["Teacher", "Student"], "userGrade": ["", "3"]},
)  # fmt: skip
def unexpected_staff_grade(profile: Profile) -> Mapping[str, pl.Expr]:
    """The portal calls it additional data: only students have a grade."""
    staff = ~REMOVES & _is(profile, "staff")
    return {
        column.key: staff & filled(column.key)
        for column in profile.needing(lambda need: need.staff is Need.BLANK)
    }


@rule(
    "RT203", "unexpected-primary-teacher",
    scope=Scope.ROW, severity=Severity.ERROR, evidence=Evidence.INFERRED,
    needs=("userRole",),
    title="A student is marked as a primary teacher",
    many="{rows} of students marked in {column}",
    message="A student has {value} in {column}.",
    how_to_fix="Leave {column} blank for students.",
    fixes=(Fix.CONFIRM,), suggest=_leave_blank,
    also_said=("student cannot be a primary teacher", "only staff can be a primary teacher",
               "TRUE is not allowed for a student"),
    bad={"userRole": ["Student"], "primary_teacher": ["TRUE"]},
    good={"userRole": ["Student", "Teacher"], "primary_teacher": ["FALSE", "TRUE"],
          "userGrade": ["3", ""]},
)  # fmt: skip
def unexpected_primary_teacher(profile: Profile) -> Mapping[str, pl.Expr]:
    """Only staff lead a class; often the roles of two rows were exchanged."""
    student = ~REMOVES & _is(profile, "student")
    not_yes = profile.needing(lambda need: need.students is Need.NOT_YES)
    blank = profile.needing(lambda need: need.students is Need.BLANK)
    return {c.key: student & filled(c.key) for c in blank} | {
        c.key: student & pl.col(c.key).is_in(profile.values_meaning(c.key, "yes")) for c in not_yes
    }


@rule(
    "RT204", "incomplete-class",
    scope=Scope.CLASS, severity=Severity.ERROR, evidence=Evidence.INFERRED,
    needs=("classId",),
    title="Part of the class's information is missing",
    many="{n} classes without {column}",
    message="The class has no {column}.",
    how_to_fix="Fill in {column}, or leave every class cell of the row blank.",
    supersedes=("RT101",),
    also_said=("class name is required when there is a class ID", "incomplete class information",
               "section is missing a name or grade", "class ID missing for a class"),
    bad={"classId": ["", "C1", "C2"], "className": ["Math", "", "Art"],
         "classGrade": ["3", "3", ""]},
    good={"classId": ["C1", ""], "className": ["Math", ""], "classDisplayName": ["M", ""],
          "classGrade": ["3", ""], "classSubject": ["Math", ""]},
)  # fmt: skip
def incomplete_class(profile: Profile) -> Mapping[str, pl.Expr]:
    """Class cells without the class's ID, or the ID without what a class must have."""
    others = [c.key for c in profile.about(Entity.CLASS) if c.identifies is None]
    key = profile.key_of(Entity.CLASS)
    if key is None:
        return {}
    described = pl.any_horizontal(pl.lit(value=False), *map(filled, others))
    faults = {key: ~REMOVES & described & (pl.col(key) == "")}
    for column in profile.needing(lambda need: need.with_class):
        faults[column.key] = ~REMOVES & filled(key) & (pl.col(column.key) == "")
    return faults


@rule(
    "RT209", "missing-for-role",
    scope=Scope.ROW, severity=Severity.ERROR, evidence=Evidence.INFERRED,
    needs=("userRole",),
    title="A cell is blank that people in this role need",
    many="{rows} of people who need a {column}",
    message="{column} is blank, and a person in this role needs it here.",
    how_to_fix="Fill in {column} for these people.",
    shown_with="""
extends = "batch-upload"
[columns.primary_teacher]
requirement = "staff-with-class"
""",
    also_said=("{column} is required for staff", "{column} is required for teachers of a class",
               "staff in a class need a {column}"),
    bad={"userRole": ["Teacher"], "userGrade": [""], "primary_teacher": [""]},
    good={"userRole": ["Teacher", "Student", "Teacher"], "userGrade": ["", "3", ""],
          "primary_teacher": ["FALSE", "", ""], "classId": ["C1", "C1", ""],
          "className": ["Math", "Math", ""], "classGrade": ["3", "3", ""]},
)  # fmt: skip
def missing_for_role(profile: Profile) -> Mapping[str, pl.Expr]:
    """Some portals ask staff, or whoever is in a class, for what others may leave blank."""
    students, staff = _is(profile, "student"), _is(profile, "staff")
    if (key := profile.key_of(Entity.CLASS)) is None:
        return {}
    in_class = filled(key)
    faults: dict[str, pl.Expr] = {}
    for column in profile.asked_by_role:
        needs = column.requirement
        asked = [students & in_class] if needs.students is Need.WITH_CLASS else []
        if needs.staff in (Need.REQUIRED, Need.WITH_CLASS):
            asked.append(staff & in_class if needs.staff is Need.WITH_CLASS else staff)
        faults[column.key] = ~REMOVES & pl.any_horizontal(asked) & (pl.col(column.key) == "")
    return faults


@rule(
    "RT205", "student-in-staff-upload",
    scope=Scope.PERSON, severity=Severity.ERROR, evidence=Evidence.CONFIRMED,
    needs=("userRole",),
    title="A student in an upload that is for staff only",
    message="{value} is not allowed here: this upload is for staff only.",
    how_to_fix="Remove the row; students of this district come from its third-party source.",
    column="userRole", cause_by_value=True, shown_with="third-party",
    also_said=("students cannot be uploaded in this district", "only staff may be added by upload",
               "student roster is managed by your sync",
               "only staff can be uploaded because the district uses Clever",
               "students come from the third-party source"),
    bad={"userRole": ["Student"]},
    good={"userRole": ["Teacher"], "userGrade": [""]},
)  # fmt: skip
def student_in_staff_upload(profile: Profile) -> Mapping[str, pl.Expr]:
    """Districts with a third-party source may add staff by upload, never students."""
    rejected = {"student", "staff"} - set(profile.accepts_people)
    return {"userRole": ROLE.is_in(profile.values_meaning("userRole", *rejected))}


@rule(
    "RT206", "removal-without-class",
    scope=Scope.CLASS, severity=Severity.ERROR, evidence=Evidence.CONFIRMED,
    needs=("action", "classId"),
    title="A removal does not say which class",
    many="{rows} that remove a class but do not say which",
    message="The row removes a class, but {column} is blank.",
    how_to_fix="Type the {column} of the class to remove, or leave the action blank.",
    column="classId",
    also_said=("class ID is required to remove a class", "removal without class ID",
               "no class specified to delete"),
    bad={"action": ["REMOVE-CLASS"], "classId": [""]},
    good={"action": ["REMOVE-CLASS", ""], "classId": ["C1", "C2"]},
)  # fmt: skip
def removal_without_class(profile: Profile) -> Mapping[str, pl.Expr]:
    """A removal needs one row of the class that it removes, with the class's ID."""
    actions = profile.values_meaning("action", Effect.REMOVE_CLASS, Effect.REMOVE_ENROLLMENT)
    return {"classId": pl.col("action").is_in(actions) & (pl.col("classId") == "")}


@rule(
    "RT208", "shifted-row",
    scope=Scope.RECORD, severity=Severity.ERROR, evidence=Evidence.ASSUMED,
    title="This row's values are shifted one column",
    many="{rows} with values shifted one column to the left or right",
    message="From some cell on, this row's values are one column too far left or right.",
    how_to_fix="Move the cells of the row back under their headers; usually one cell was deleted "
    "or inserted.",
    also_said=("data is in the wrong column", "values do not line up with the headers",
               "columns are misaligned", "data shifted"),
    # As bytes: which cells are neighbors must not depend on columns that a profile adds.
    bad=b"action,schoolId,userId,userRole,userFirstName,userLastName,userEmail,userGrade,classId,"
        b"className,classGrade,primary_teacher\n"
        b",0711,S0,Ana,Lee,ana@school.org,3,C1,Math,3,,\n",
    good=b"action,schoolId,userId,userRole,userFirstName,userLastName,userEmail,userGrade,classId,"
         b"className,classGrade,primary_teacher\n"
         b",0711,S0,student,Ana,Lee,nobody,3,C1,Math,3,\n",
)  # fmt: skip
def shifted_row(profile: Profile, columns: tuple[Column, ...]) -> pl.Expr:
    """One cell was deleted or inserted, and everything after it sits under the wrong header.

    A row is shifted if it is sound once the cells from some point on are moved back: right, past
    the place of a cell that was deleted, or left, over a blank that was inserted. Two faults that
    moving does not mend are two faults. `columns` are those of the file, in its order; the engine
    asks only about rows in which two cells or more are wrong as they stand.
    """
    keys = [column.key for column in columns]
    cells = pl.struct(keys)
    return cells.map_batches(lambda told: _shifted(told.struct.unnest(), profile), pl.Boolean)


def _shifted(cells: pl.DataFrame, profile: Profile) -> pl.Series:
    """Which records are sound once their cells from some point on are moved back.

    Each pair of column and cell is asked about once, and whether cells agree only where all of them
    fit, which is rare: all points in one expression took 70 ms, be there one record or a thousand.
    """
    keys, columns = cells.columns, profile.columns
    fitting = cache(lambda key, cell: cells.select(fits(columns[key], cell, profile)).to_series())
    shifted = pl.repeat(value=False, n=cells.height, dtype=pl.Boolean, eager=True)
    for at in range(1, len(keys) - 1):
        deleted = dict(zip(keys[at + 1 :], keys[at:], strict=False))
        inserted = dict(zip(keys[at:], keys[at + 1 :], strict=False))
        for blank, moved in ((keys[-1], deleted), (keys[at], inserted)):
            stands = {key: key for key in keys[:at]} | moved
            sound = cells[blank] == ""
            for key, cell in stands.items():
                if not sound.any():
                    break
                sound &= fitting(key, cell)
            if sound.any():
                agreeing = _agree({key: pl.col(cell) for key, cell in stands.items()}, profile)
                shifted |= cells.select(pl.all_horizontal(pl.lit(sound), *agreeing)).to_series()
    return shifted


def fits(column: Column, key: str, profile: Profile) -> pl.Expr:
    """Whether the value of cell `key` could stand under `column`."""
    value, kind = pl.col(key), profile.kinds[column.kind]
    vocabulary = profile.vocabulary_of(column)
    if vocabulary is not None:
        allowed = value.is_in(vocabulary.accepts)
    else:
        allowed = ~value.str.contains(_never_a_value(profile))
        if kind.pattern is not None:
            allowed &= value.str.contains(kind.pattern)
        if kind.forbidden_domains:
            barred = "|".join(map(pl.escape_regex, kind.forbidden_domains))
            allowed &= ~value.str.contains(f"(?i)@(?:{barred})")
    if column.requirement.always:
        return (value != "") & allowed
    return (value == "") | allowed


def _never_a_value(profile: Profile) -> str:
    """Placeholders and what spreadsheets leave behind, as one pattern (Polars judges it once)."""
    placeholders = "|".join(map(pl.escape_regex, profile.words["placeholders"]))
    return "|".join([*profile.patterns("spreadsheet_damage"), f"^(?i:{placeholders})$"])


def _agree(stands: Mapping[str, pl.Expr], profile: Profile) -> Iterator[pl.Expr]:
    """Whether the cells of a row agree with each other, as far as they are known.

    `stands` gives the cell for each column key; the one of a deleted cell is absent.
    """
    removes = stands.get("action", pl.lit("")).is_in(profile.removals)
    role = stands.get("userRole", pl.lit(""))
    student = ~removes & role.is_in(profile.values_meaning("userRole", "student"))
    staff = ~removes & role.is_in(profile.values_meaning("userRole", "staff"))
    class_cells = [stands[c.key] for c in profile.about(Entity.CLASS) if c.key in stands]
    described = ~removes & pl.any_horizontal(pl.lit(value=False), *(c != "" for c in class_cells))
    for column in (profile.columns[key] for key in stands):
        cell, needs = stands[column.key], column.requirement
        for people, need in ((student, needs.students), (staff, needs.staff)):
            match need:
                case Need.REQUIRED if not needs.always:
                    yield ~(people & (cell == ""))
                case Need.BLANK:
                    yield ~(people & (cell != ""))
                case Need.NOT_YES:
                    yield ~(people & cell.is_in(profile.values_meaning(column.key, "yes")))
                case Need.WITH_CLASS if not needs.with_class:
                    yield ~(people & described & (cell == ""))
                case _:
                    pass
        if needs.class_key:
            yield ~((removes | described) & (cell == ""))
        elif needs.with_class:
            yield ~(described & (cell == ""))
