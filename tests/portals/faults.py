"""Faults planted into rows that were good, of many kinds and in what the portal minds.

A plant need not know what the portal will say of it: the oracle reads the file as a whole.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from . import words
from .dialect import CLASS_CELLS, IDENTIFIER, Column, Dialect
from .people import Row

_Rows = list[Row]
_Plant = Callable[[_Rows, int, random.Random], None]


@dataclass(frozen=True)
class Fault:
    """A kind of fault: on which rows it can stand, and what it does to one of them."""

    name: str
    fits: Callable[[Row], bool]
    plant: _Plant


def planted(
    dialect: Dialect, rows: _Rows, chance: random.Random, share: float, *, fresh: bool
) -> _Rows:
    """The rows with about that share of them spoiled; what the portal alone minds comes first.

    Where few faults are the habit, evidence has one of each kind that only this portal minds, and
    a handful of others.
    """
    kinds = list(faults(dialect))
    own = [kind for kind in kinds if kind.name in dialect.stricter]
    few = dialect.habits.few_faults and not fresh
    number = max(6, round(len(rows) * 0.015)) if few else round(len(rows) * share)
    chosen = own * (1 if few else 2)
    if not share:
        return rows
    chosen += [chance.choice(kinds) for _ in range(number - len(chosen))]
    rows = [dict(row) for row in rows]
    free = [index for index, row in enumerate(rows) if not row["action"]]
    early = free[:60]  # so that a report which is cut short tells of them
    taken: set[int] = set()
    for place, kind in enumerate(chosen):
        places = chance.sample(free, len(free))
        if place < len(own):
            places = chance.sample(early, len(early)) + places
        index = next((i for i in places if i not in taken and kind.fits(rows[i])), None)
        if index is not None:
            taken.add(index)
            kind.plant(rows, index, chance)
    return rows


def faults(dialect: Dialect) -> Iterator[Fault]:
    """The kinds of fault that make sense in this portal."""
    for column in dialect.columns:
        yield from _missing(dialect, column)
        yield from _misspelt(column)
        if column.kind == "identifier":
            yield Fault(f"malformed {column.key}", _filled(column.key), _puts(column.key, _spoiled))
        if column.barred:
            yield Fault("grade of staff", _is_staff(dialect), _takes("userGrade"))
    yield from _of_user_ids(dialect)
    yield from _of_addresses(dialect)
    if "primary-of-student" in dialect.rules:
        in_class = _both(_is_student(dialect), _filled("classId"))
        yield Fault("primary student", in_class, _sets("primary_teacher", dialect.flag[0]))
    if "conflicting-person" in dialect.rules:
        for key in ("userFirstName", "userLastName", "userGrade"):
            yield Fault(f"conflicting {key}", _filled(key), _takes(key))
    if "conflicting-class" in dialect.rules and dialect.column("className"):
        yield Fault("conflicting className", _filled("className"), _takes("className"))
    yield Fault("class without an ID", _class_cells(dialect), _sets("classId", ""))


def _missing(dialect: Dialect, column: Column) -> Iterator[Fault]:
    if not column.needed or column.key == "classId":
        return
    fits = _filled(column.key)
    in_class = _filled("classId")
    if column.key in {*CLASS_CELLS, "primary_teacher"}:
        fits = _both(fits, in_class)
    if column.key == "primary_teacher":
        fits = _both(fits, _is_staff(dialect))
    elif len(column.needed) < 4 and column.key in {"userStateId", "userGrade", "userEmail"}:
        whose = _is_student if "student" in column.needed else _is_staff
        fits = _both(fits, whose(dialect))
    yield Fault(f"missing {column.key}", fits, _sets(column.key, ""))


def _misspelt(column: Column) -> Iterator[Fault]:
    pools: dict[str, tuple[tuple[tuple[str, ...], ...], tuple[str, ...]]] = {
        "role": (words.PLAIN_ROLES, words.ROLES_OF_NONE),
        "grade": ((words.ASSUMED_GRADES, *words.PLAIN_GRADES), words.GRADES_OF_NONE),
        "flag": ((words.ASSUMED_FLAG, *words.PLAIN_FLAGS), words.FLAGS_OF_NONE),
    }
    if column.kind not in pools:
        return
    families, strangers = pools[column.kind]

    def misspelt(chance: random.Random, value: str) -> str:
        """The same meaning as some other portal spells it, or a word that means nothing here."""
        place = column.accepts.index(value) if value in column.accepts else 0
        others = sorted({family[place] for family in families} - set(column.accepts))
        odd = [word for word in strangers if word not in column.accepts]
        return chance.choice(others if others and chance.random() < 0.6 else odd)

    yield Fault(f"unknown {column.key}", _filled(column.key), _puts(column.key, misspelt))


def _of_user_ids(dialect: Dialect) -> Iterator[Fault]:
    column = dialect.column("userId")
    assert column is not None
    if column.pattern == IDENTIFIER:
        return
    letters = not re.fullmatch(column.pattern, "A1")

    def widened(chance: random.Random, value: str) -> str:
        return chance.choice("ABX") + value if letters else f"{value}{chance.randrange(10**6):06}"

    yield Fault("identifier too wide", _filled("userId"), _puts("userId", widened))


def _of_addresses(dialect: Dialect) -> Iterator[Fault]:
    filled = _filled("userEmail")
    yield Fault("malformed userEmail", filled, _puts("userEmail", _no_address))
    yield Fault("refused domain", filled, _puts("userEmail", _amplify))
    if "shared-email" in dialect.rules:
        yield Fault("shared userEmail", filled, _takes("userEmail"))


def _spoiled(chance: random.Random, value: str) -> str:
    return chance.choice((f"{value[:3]} {value[3:]}", f"#{value}", f"{value}/1", f"{value}*"))


def _no_address(chance: random.Random, value: str) -> str:
    name, _, domain = value.partition("@")
    return chance.choice((f"{name}.{domain}", f"{name}@{domain[:-4]}", f"{name}@@{domain}", name))


def _amplify(chance: random.Random, value: str) -> str:
    return value.partition("@")[0] + chance.choice(("@amplify.com", "@amplifylearning.org"))


def _puts(key: str, make: Callable[[random.Random, str], str]) -> _Plant:
    def plant(rows: _Rows, index: int, chance: random.Random) -> None:
        rows[index][key] = make(chance, rows[index][key])

    return plant


def _sets(key: str, value: str) -> _Plant:
    def plant(rows: _Rows, index: int, _: random.Random) -> None:
        rows[index][key] = value

    return plant


def _takes(key: str) -> _Plant:
    """The cell of another row: of another person, class or grade."""

    def plant(rows: _Rows, index: int, chance: random.Random) -> None:
        mine = rows[index]
        for _ in range(20):
            other = chance.choice(rows)
            if other["userId"] != mine["userId"] and other.get(key, "") not in {"", mine.get(key)}:
                mine[key] = other[key]
                return

    return plant


def _filled(key: str) -> Callable[[Row], bool]:
    return lambda row: bool(row.get(key))


def _is_student(dialect: Dialect) -> Callable[[Row], bool]:
    return lambda row: row["userRole"] == dialect.roles[0]


def _is_staff(dialect: Dialect) -> Callable[[Row], bool]:
    return lambda row: row["userRole"] in dialect.roles[1:]


def _class_cells(dialect: Dialect) -> Callable[[Row], bool]:
    here = [key for key in CLASS_CELLS if dialect.column(key)]
    return lambda row: any(row.get(key) for key in here)


def _both(one: Callable[[Row], bool], other: Callable[[Row], bool]) -> Callable[[Row], bool]:
    return lambda row: one(row) and other(row)
