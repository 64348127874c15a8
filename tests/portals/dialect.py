"""What one imagined portal calls its columns, accepts in them and asks of whom.

A dialect agrees with every confirmed fact of the assumed dictionary and differs in others. It is
made from a number alone, so that the same number is the same portal for ever.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from . import words

STUDENT, STUDENT_IN_CLASS = "student", "student-in-class"
STAFF, STAFF_IN_CLASS = "staff", "staff-in-class"
STUDENTS = frozenset({STUDENT, STUDENT_IN_CLASS})
STAFF_MEMBERS = frozenset({STAFF, STAFF_IN_CLASS})
EVERYBODY = STUDENTS | STAFF_MEMBERS
IN_CLASS = frozenset({STUDENT_IN_CLASS, STAFF_IN_CLASS})
NOBODY: frozenset[str] = frozenset()

PERSON = ("userDistrictId", "userStateId", "userRole", "userFirstName", "userLastName", "userEmail")
PERSON_FACTS = (*PERSON, "userGrade")
CLASS_CELLS = ("className", "classDisplayName", "classGrade", "classSubject")
CLASS_FACTS = ("schoolId", *CLASS_CELLS)

RULES = ("shared-email", "conflicting-person", "conflicting-class", "primary-of-student")


@dataclass(frozen=True)
class Column:
    """One column of a portal: `ours` is its name in the assumed dictionary, None for theirs."""

    ours: str | None
    name: str
    kind: str
    header_required: bool = True
    needed: frozenset[str] = NOBODY
    barred: frozenset[str] = NOBODY
    accepts: tuple[str, ...] = ()
    pattern: str = ""
    filled: float = 1.0
    holds: str = ""

    @property
    def key(self) -> str:
        """What a row is made by, whatever the portal calls the column."""
        return self.ours or self.name


@dataclass(frozen=True)
class Habits:
    """What the evidence of this portal's customers is like."""

    top_grades_withheld: bool = False
    no_withheld: bool = False
    few_faults: bool = False
    many_rows_each: bool = False
    removals: bool = False
    optional_left_out: bool = False
    no_on_students: bool = False
    identifiers: str = "digits"


@dataclass
class Dialect:
    """The dictionary of one portal, its rules, and in what it differs from the assumed one."""

    columns: list[Column]
    roles: tuple[str, str, str] = ("Student", "Teacher", "Administrator")
    grades: tuple[str, ...] = words.ASSUMED_GRADES
    class_grades: tuple[str, ...] = words.ASSUMED_GRADES
    flag: tuple[str, str] = words.ASSUMED_FLAG
    rules: frozenset[str] = frozenset(RULES)
    habits: Habits = field(default_factory=Habits)
    differences: list[str] = field(default_factory=list)
    difficulties: list[str] = field(default_factory=list)
    stricter: list[str] = field(default_factory=list)

    def column(self, key: str) -> Column | None:
        """The column of that key, or None where the portal has none."""
        return next((column for column in self.columns if column.key == key), None)

    def change(self, key: str, **changes: Any) -> None:  # noqa: ANN401 - fields of any kind
        """Say something else of one column."""
        self.columns = [
            replace(column, **changes) if column.key == key else column for column in self.columns
        ]

    def differs(self, kind: str, difficulty: str = "") -> None:
        """Note a kind of difference, and the difficulty it is where it is a hard one."""
        if kind not in self.differences:
            self.differences.append(kind)
        if difficulty:
            self.faces(difficulty)

    def faces(self, difficulty: str) -> None:
        """Note what is hard about this portal."""
        if difficulty not in self.difficulties:
            self.difficulties.append(difficulty)


IDENTIFIER = r"[A-Za-z0-9._-]+"


def assumed() -> Dialect:
    """The portal that is just as we assume: a measure of the simulator itself."""
    columns = [
        Column("action", "action", "action", accepts=("REMOVE-CLASS",)),
        Column("schoolId", "schoolId", "identifier", needed=EVERYBODY),
        Column("userId", "userId", "identifier", needed=EVERYBODY),
        Column("userDistrictId", "userDistrictId", "identifier", header_required=False, filled=0.7),
        Column("userStateId", "userStateId", "identifier", header_required=False, filled=0.8),
        Column("userRole", "userRole", "role", needed=EVERYBODY),
        Column("userFirstName", "userFirstName", "text", needed=EVERYBODY),
        Column("userLastName", "userLastName", "text", needed=EVERYBODY),
        Column("userEmail", "userEmail", "email", needed=EVERYBODY),
        Column("userGrade", "userGrade", "grade", needed=STUDENTS, barred=STAFF_MEMBERS),
        Column("classId", "classId", "identifier", needed=IN_CLASS),
        Column("className", "className", "text", needed=IN_CLASS),
        Column("classDisplayName", "classDisplayName", "text", header_required=False, filled=0.6),
        Column("classGrade", "classGrade", "grade", needed=IN_CLASS),
        Column("classSubject", "classSubject", "text", header_required=False, filled=0.8),
        Column("primary_teacher", "primary_teacher", "flag"),
    ]
    dialect = Dialect([replace(c, pattern=_pattern(c.kind)) for c in columns])
    _settle_values(dialect)
    return dialect


def imagined(chance: random.Random, *, hard: bool, pools: words.Pools = words.KNOWN) -> Dialect:
    """A portal's dictionary: plain ones differ in words, hard ones in everything that may be."""
    dialect = assumed()
    _extra_columns(dialect, chance, hard=hard)
    _absent_columns(dialect, chance, hard=hard)
    _requirements(dialect, chance, hard=hard)
    if hard:
        _rules(dialect, chance)
    _names(dialect, chance, pools, hard=hard)
    _values(dialect, chance, pools, hard=hard)
    _order(dialect, chance)
    _habits(dialect, chance, pools, hard=hard)
    _settle_values(dialect)
    return dialect


def _pattern(kind: str) -> str:
    return IDENTIFIER if kind == "identifier" else ""


def _settle_values(dialect: Dialect) -> None:
    """Give the columns the spellings of the dialect."""
    dialect.change("userRole", accepts=dialect.roles)
    dialect.change("userGrade", accepts=dialect.grades)
    dialect.change("classGrade", accepts=dialect.class_grades)
    dialect.change("primary_teacher", accepts=dialect.flag)


def _names(dialect: Dialect, chance: random.Random, pools: words.Pools, *, hard: bool) -> None:
    pool = pools.names
    if hard and chance.random() < 0.7:
        pool = pools.strange_names
        dialect.faces("names that resemble none")
    numbered = hard and chance.random() < 0.15
    if numbered:
        dialect.faces("names that resemble none")
    share = 0.8 if hard else 0.55
    for key, names in pool.items():
        column = dialect.column(key)
        if column is None or chance.random() > share:
            continue
        place = dialect.columns.index(column) + 1
        dialect.change(key, name=f"col{place}" if numbered else chance.choice(names))
        dialect.differs("names")


def _values(dialect: Dialect, chance: random.Random, pools: words.Pools, *, hard: bool) -> None:
    if chance.random() < 0.7:
        strange = hard and chance.random() < 0.5
        dialect.roles = chance.choice(pools.strange_roles if strange else pools.roles)
        dialect.differs("roles")
    if chance.random() < 0.7:
        dialect.grades = chance.choice(_grade_pool(chance, pools, hard=hard))
        dialect.differs("grades")
    dialect.class_grades = dialect.grades
    if hard and dialect.column("classGrade") and chance.random() < 0.12:
        others = [g for g in pools.grades if g != dialect.grades]
        dialect.class_grades = chance.choice(others)
        dialect.differs("grades", "classes spell grades otherwise than people")
    if chance.random() < 0.6:
        strange = hard and chance.random() < 0.25
        dialect.flag = chance.choice(pools.strange_flags if strange else pools.flags)
        dialect.differs("flag")


def _grade_pool(
    chance: random.Random, pools: words.Pools, *, hard: bool
) -> tuple[tuple[str, ...], ...]:
    if not hard or chance.random() < 0.5:
        return pools.grades
    return pools.series_grades if chance.random() < 0.7 else pools.named_grades


def _extra_columns(dialect: Dialect, chance: random.Random, *, hard: bool) -> None:
    if chance.random() > (0.6 if hard else 0.4):
        return
    pool = list(words.PLAIN_EXTRAS + words.STRANGE_EXTRAS if hard else words.PLAIN_EXTRAS)
    for name, holds in chance.sample(pool, chance.randint(1, 3 if hard else 2)):
        filled = 0.0 if holds == "blank" else chance.choice((0.4, 0.9))
        extra = Column(None, name, "extra", chance.random() < 0.6, filled=filled, holds=holds)
        if hard and holds not in {"blank", "given", "grade"} and chance.random() < 0.25:
            extra = replace(extra, needed=EVERYBODY, filled=1.0, header_required=True)
            dialect.differs(f"requirement: {name}", "a column of theirs is required")
            dialect.stricter.append(f"missing {name}")
        dialect.columns.insert(chance.randint(1, len(dialect.columns)), extra)
        dialect.differs("extra column")
        if hard and extra.filled:
            dialect.faces("extra columns that are filled")


def _absent_columns(dialect: Dialect, chance: random.Random, *, hard: bool) -> None:
    if chance.random() > 0.45:
        return
    pool = ["classDisplayName", "classSubject", "userDistrictId", "userStateId"]
    gone = chance.sample(pool, chance.randint(1, 2))
    if hard and chance.random() < 0.3:
        gone.append(chance.choice(("classGrade", "className")))
    dialect.columns = [column for column in dialect.columns if column.key not in gone]
    dialect.differs("absent column")


_Change = Callable[[Dialect], None]


def _needed(key: str, groups: frozenset[str]) -> _Change:
    def change(dialect: Dialect) -> None:
        dialect.change(key, needed=groups, filled=1.0, header_required=True)
        dialect.stricter.append(f"missing {key}")

    return change


def _free(key: str, groups: frozenset[str] = EVERYBODY, filled: float = 0.9) -> _Change:
    def change(dialect: Dialect) -> None:
        column = dialect.column(key)
        assert column is not None
        dialect.change(key, needed=column.needed - groups, filled=filled)

    return change


def _allow_staff_grades(dialect: Dialect) -> None:
    dialect.change("userGrade", barred=NOBODY)


def _narrow(pattern: str) -> _Change:
    def change(dialect: Dialect) -> None:
        dialect.change("userId", pattern=pattern)
        dialect.stricter.append("identifier too wide")

    return change


# (column, words of the difference, what changes)
_PLAIN_REQUIREMENTS: tuple[tuple[str, str, _Change], ...] = (
    ("userDistrictId", "district ID required", _needed("userDistrictId", EVERYBODY)),
    ("userStateId", "state ID required", _needed("userStateId", EVERYBODY)),
    ("classSubject", "subject required in class", _needed("classSubject", IN_CLASS)),
    ("classDisplayName", "display name required in class", _needed("classDisplayName", IN_CLASS)),
    ("classGrade", "grade of a class not required", _free("classGrade")),
)
_HARD_REQUIREMENTS: tuple[tuple[str, str, _Change], ...] = (
    ("userEmail", "students need no address", _free("userEmail", STUDENTS)),
    ("userStateId", "state ID required of students", _needed("userStateId", STUDENTS)),
    ("userLastName", "last name not required", _free("userLastName")),
    ("className", "name of a class not required", _free("className", filled=0.8)),
    ("userGrade", "grade allowed for staff", _allow_staff_grades),
    (
        "primary_teacher",
        "flag required of staff in class",
        _needed("primary_teacher", frozenset({STAFF_IN_CLASS})),
    ),
)
_HARD_PATTERNS: tuple[tuple[str, _Change], ...] = (
    ("IDs of digits only", _narrow(r"[0-9]+")),
    ("IDs of at most ten characters", _narrow(r"[A-Za-z0-9._-]{1,10}")),
)
_HARD_RULES = (
    ("shared-email", "addresses may be shared"),
    ("conflicting-person", "facts of a person may differ"),
    ("conflicting-class", "facts of a class may differ"),
    ("primary-of-student", "students may be primary"),
)


def _requirements(dialect: Dialect, chance: random.Random, *, hard: bool) -> None:
    share = 0.25
    chosen = [entry for entry in _PLAIN_REQUIREMENTS if chance.random() < share / (1 + hard)]
    hard_ones = [entry for entry in _HARD_REQUIREMENTS if hard and chance.random() < share]
    seen: set[str] = set()
    for key, said, change in hard_ones + chosen:
        if dialect.column(key) is None or key in seen:
            continue
        seen.add(key)
        change(dialect)
        dialect.differs(f"requirement: {said}", said if (key, said, change) in hard_ones else "")


def _rules(dialect: Dialect, chance: random.Random) -> None:
    for rule, said in _HARD_RULES:
        if chance.random() < 0.2:
            dialect.rules -= {rule}
            dialect.differs(f"rule: {said}", said)
    if chance.random() < 0.3:
        said, change = chance.choice(_HARD_PATTERNS)
        change(dialect)
        dialect.differs(f"rule: {said}", "IDs are narrower")


def _order(dialect: Dialect, chance: random.Random) -> None:
    if chance.random() < 0.3:
        first, rest = dialect.columns[0], dialect.columns[1:]
        chance.shuffle(rest)
        dialect.columns = [first, *rest]
        dialect.differs("order")


def _habits(dialect: Dialect, chance: random.Random, pools: words.Pools, *, hard: bool) -> None:
    def often(share: float) -> bool:
        return hard and chance.random() < share

    digits = "digits" if dialect_digits(dialect) else chance.choice(("digits", "letters"))
    strange_flag = dialect.flag in pools.strange_flags
    # A twelfth grade is guessed from a series of numbers, not from names.
    named = not any(c.isdigit() for c in dialect.grades[-1] + dialect.class_grades[-1])
    habits = Habits(
        top_grades_withheld=often(0.4) and not named,
        no_withheld=often(0.4) and not strange_flag,
        few_faults=often(0.35),
        many_rows_each=often(0.4),
        removals=often(0.4),
        optional_left_out=often(0.2),
        no_on_students=not hard and chance.random() < 0.3,
        identifiers=digits,
    )
    dialect.habits = habits
    for holds, said in (
        (habits.top_grades_withheld, "grades 11 and 12 in no evidence"),
        (habits.no_withheld, "the flag's no in no evidence"),
        (habits.few_faults, "few faults in what was sent"),
        (habits.many_rows_each, "people in several rows"),
        (habits.removals, "removals"),
        (habits.optional_left_out, "optional columns left out"),
    ):
        if holds:
            dialect.faces(said)


def dialect_digits(dialect: Dialect) -> bool:
    """Whether the portal takes user IDs of digits only."""
    column = dialect.column("userId")
    assert column is not None
    return re.fullmatch(column.pattern, "A1") is None


def names_of(columns: Iterable[Column]) -> list[str]:
    """The portal's names of columns."""
    return [column.name for column in columns]
