"""The people, classes and rows of an imagined district, written as its portal wants them.

Everything that a portal allows is used: who is free to leave a cell blank sometimes does. What the
habits of a portal withhold from the evidence stands in fresh files alone.
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from . import words
from .dialect import (
    CLASS_CELLS,
    NOBODY,
    STAFF,
    STAFF_IN_CLASS,
    STUDENT,
    STUDENT_IN_CLASS,
    Column,
    Dialect,
)

Row = dict[str, str]

# Places in a list of fourteen grades: before kindergarten to 5th, 6th to 8th, 9th to 12th.
_LEVELS = (range(7), range(7, 10), range(10, 14))
_TOP_WITHHELD = 12


@dataclass(frozen=True)
class _School:
    identifier: str
    grades: range


@dataclass
class _Class:
    cells: Row
    grade: int
    teacher: Row


@dataclass
class _Town:
    """What a district is made with: its chance, its dialect, the numbers already given out."""

    dialect: Dialect
    chance: random.Random
    fresh: bool
    domain: str
    used: set[str] = field(default_factory=set)
    last_address: str = ""
    columns: dict[str, Column] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.columns = {column.key: column for column in self.dialect.columns}

    def number(self, digits: int) -> str:
        while True:
            number = str(self.chance.randrange(10 ** (digits - 1), 10**digits))
            if number not in self.used:
                self.used.add(number)
                return number

    def fill(self, key: str, value: str, *, needed: bool) -> str:
        """The value, or blank as often as the portal's customers leave that column blank."""
        column = self.columns.get(key)
        if column is None:
            return ""
        return value if needed or self.chance.random() < column.filled else ""

    def needed(self, key: str, group: str) -> bool:
        column = self.columns.get(key)
        return column is not None and group in column.needed


def district(dialect: Dialect, chance: random.Random, rows: int, *, fresh: bool) -> list[Row]:
    """The rows of a district that its portal takes whole, by our names of columns and theirs."""
    town = _Town(
        dialect, chance, fresh, f"{chance.choice(words.DISTRICTS)}{chance.randint(1, 99)}.org"
    )
    schools = _schools(town)
    classes = [made for school in schools for made in _classes(town, school)]
    made = [row for school in schools for row in _staff_rows(town, school, classes)]
    made += _students_until(town, schools, classes, rows - len(made))
    made = made[:rows]
    if dialect.habits.removals:
        made[-3:] = [_removal(town, schools) for _ in range(3)]
    order = {school.identifier: place for place, school in enumerate(schools)}
    made.sort(key=lambda row: order[row["schoolId"]])
    _repeat_some(town, made)
    _differ_where_allowed(town, made)
    for row in made:
        _fill_extras(town, row)
    return made


def _schools(town: _Town) -> list[_School]:
    levels = [0, 1, 2] + [town.chance.choice((0, 0, 1)) for _ in range(town.chance.randint(0, 3))]
    first = town.chance.choice((101, 1001, 20))
    zeros = town.chance.choice(("", "0"))
    return [
        _School(f"{zeros}{first + place}", _grades_of(town, level))
        for place, level in enumerate(sorted(levels))
    ]


def _grades_of(town: _Town, level: int) -> range:
    grades = _LEVELS[level]
    withheld = town.dialect.habits.top_grades_withheld and not town.fresh
    return range(grades.start, min(grades.stop, _TOP_WITHHELD)) if withheld else grades


def _classes(town: _Town, school: _School) -> Iterator[_Class]:
    chance, dialect = town.chance, town.dialect
    teachers = [_person(town, school, "teacher") for _ in range(max(2, len(school.grades)))]
    each = 4 if dialect.habits.many_rows_each else 2
    for grade in school.grades:
        for subject in chance.sample(words.SUBJECTS, each):
            name = f"{subject} {chance.choice('ABCDE')}{len(town.used) % 97}"
            cells = {
                "classId": f"C{town.number(5)}",
                "className": name,
                "classDisplayName": f"{subject} with us",
                "classGrade": dialect.class_grades[grade],
                "classSubject": subject,
            }
            for key in CLASS_CELLS:
                needed = town.needed(key, STUDENT_IN_CLASS)
                cells[key] = town.fill(key, cells[key], needed=needed)
            yield _Class(cells | {"schoolId": school.identifier}, grade, chance.choice(teachers))


def _staff_rows(town: _Town, school: _School, classes: list[_Class]) -> list[Row]:
    here = [made for made in classes if made.cells["schoolId"] == school.identifier]
    yes, no = town.dialect.flag
    rows = []
    for made in here:
        rows.append(made.teacher | made.cells | {"primary_teacher": yes})
        if town.chance.random() < 0.25:
            other = town.chance.choice(here).teacher
            if other is not made.teacher:
                rows += _co_teacher(town, other | made.cells, no)
    for kind in ("administrator", "administrator", "teacher"):
        rows.append(_person(town, school, kind) | {"primary_teacher": ""})
    return rows


def _co_teacher(town: _Town, row: Row, no: str) -> list[Row]:
    needed = town.needed("primary_teacher", STAFF_IN_CLASS)
    if town.dialect.habits.no_withheld and not town.fresh:
        return [] if needed else [row | {"primary_teacher": ""}]
    flag = no if needed or town.chance.random() < 0.8 else ""
    return [row | {"primary_teacher": flag}]


def _students_until(
    town: _Town, schools: list[_School], classes: list[_Class], rows: int
) -> list[Row]:
    made: list[Row] = []
    by_grade: dict[tuple[str, int], list[_Class]] = {}
    for one in classes:
        by_grade.setdefault((one.cells["schoolId"], one.grade), []).append(one)
    places = [(school, grade) for school in schools for grade in school.grades]
    turn = 0
    while len(made) < rows:
        school, grade = places[turn % len(places)]
        turn += 1
        made += _student_rows(town, school, grade, by_grade[school.identifier, grade])
    return made[: max(0, rows)]


def _student_rows(town: _Town, school: _School, grade: int, classes: list[_Class]) -> list[Row]:
    student = _person(town, school, "student", grade)
    if town.chance.random() < 0.04:
        return [student | {"primary_teacher": ""}]
    most = len(classes)
    least = most if town.dialect.habits.many_rows_each else 1
    chosen = town.chance.sample(classes, town.chance.randint(min(least, most), most))
    says_no = town.dialect.habits.no_on_students and town.chance.random() < 0.3
    flag = town.dialect.flag[1] if says_no else ""
    return [student | one.cells | {"primary_teacher": flag} for one in chosen]


def _person(town: _Town, school: _School, kind: str, grade: int | None = None) -> Row:
    """One person's own cells, the same on each of their rows."""
    chance, dialect = town.chance, town.dialect
    student = kind == "student"
    group = STUDENT if student else STAFF
    given, family = chance.choice(words.GIVEN), chance.choice(words.FAMILY)
    number = town.number(6)
    letter = "S" if student else "T"
    person = {
        "action": "",
        "schoolId": school.identifier,
        "userId": letter + number if dialect.habits.identifiers == "letters" else number,
        "userDistrictId": f"D{number[::-1]}{letter}",
        "userStateId": f"{'7' if student else '8'}{town.number(7)}",
        "userRole": dialect.roles[("student", "teacher", "administrator").index(kind)],
        "userFirstName": given,
        "userLastName": family,
        "userEmail": _address(town, given, family, number, student=student),
        "userGrade": _grade(town, grade, school),
    }
    for key in ("userDistrictId", "userStateId", "userFirstName", "userLastName", "userEmail"):
        person[key] = town.fill(key, person[key], needed=town.needed(key, group))
    return person


def _grade(town: _Town, grade: int | None, school: _School) -> str:
    """A student's grade; that of some staff too where the portal allows it."""
    if grade is not None:
        return town.dialect.grades[grade]
    column = town.columns.get("userGrade")
    allowed = column is not None and column.barred == NOBODY
    if allowed and town.chance.random() < 0.3:
        return town.dialect.grades[town.chance.choice(school.grades)]
    return ""


def _address(town: _Town, given: str, family: str, number: str, *, student: bool) -> str:
    """An address of one's own; now and then a brother's where addresses may be shared."""
    shared = student and "shared-email" not in town.dialect.rules
    if shared and town.last_address and town.chance.random() < 0.08:
        return town.last_address
    plain = unicodedata.normalize("NFKD", f"{given}.{family}").encode("ascii", "ignore").decode()
    address = f"{plain.lower()}{number[-4:] if student else ''}{number[:2]}@{town.domain}"
    while address in town.used:
        address = f"x{address}"
    town.used.add(address)
    if student:
        town.last_address = address
    return address


def _removal(town: _Town, schools: list[_School]) -> Row:
    """A row that removes a class which no other row mentions."""
    school = town.chance.choice(schools)
    teacher = _person(town, school, "teacher")
    flag = town.dialect.flag[0] if town.needed("primary_teacher", STAFF_IN_CLASS) else ""
    cells = dict.fromkeys(CLASS_CELLS, "")
    class_id = f"C{town.number(5)}"
    for key in ("classSubject", "classDisplayName"):
        if town.needed(key, STAFF_IN_CLASS):
            cells[key] = "Reading"
    return (
        teacher | cells | {"action": "REMOVE-CLASS", "classId": class_id, "primary_teacher": flag}
    )


def _repeat_some(town: _Town, rows: list[Row]) -> None:
    """One enrollment said twice: the portal minds it no more than we do."""
    if len(rows) > 100 and town.chance.random() < 0.5:
        place = town.chance.randrange(len(rows) - 1)
        if not rows[place]["action"] and rows[place]["schoolId"] == rows[place + 1]["schoolId"]:
            rows[place + 1] = dict(rows[place])


def _differ_where_allowed(town: _Town, rows: list[Row]) -> None:
    """What other portals take for a contradiction, where this one minds none."""
    chance, rules = town.chance, town.dialect.rules
    student = town.dialect.roles[0]
    for row in rows:
        if row["action"]:
            continue
        if "conflicting-person" not in rules and chance.random() < 0.06:
            row["userFirstName"] = chance.choice(words.GIVEN)
        if "conflicting-class" not in rules and row.get("className") and chance.random() < 0.06:
            row["className"] += " extra"
        in_class = row["userRole"] == student and row.get("classId")
        if "primary-of-student" not in rules and in_class and chance.random() < 0.06:
            row["primary_teacher"] = town.dialect.flag[0]


def _fill_extras(town: _Town, row: Row) -> None:
    for column in town.dialect.columns:
        if column.ours is None:
            row[column.key] = town.fill(
                column.key, _extra(town, column.holds, row), needed=bool(column.needed)
            )


def _extra(town: _Town, holds: str, row: Row) -> str:
    chance = town.chance
    values = {
        "given": chance.choice(words.GIVEN),
        "date": f"2026-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}",
        "term": chance.choice(("Fall", "Spring", "Year")),
        "period": str(chance.randint(1, 8)),
        "phone": f"555-{chance.randint(100, 999)}-{chance.randint(1000, 9999)}",
        "address": f"home{chance.randint(100, 9999)}@mail.example.net",
        "grade": row.get("userGrade", ""),
        "room": f"Room {chance.randint(1, 60)}",
        "number": str(chance.randint(1, 99999)),
        "blank": "",
    }
    return values[holds]
