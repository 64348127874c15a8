"""The oracle: what an imagined portal says of a file, by its own dictionary and rules.

One error a cell. A cell in error has no vote where rows are held against each other. Written
without the rules of the toolkit: it is what they are measured by.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .dialect import (
    CLASS_CELLS,
    CLASS_FACTS,
    EVERYBODY,
    IN_CLASS,
    PERSON_FACTS,
    STAFF_MEMBERS,
    STUDENTS,
    Column,
    Dialect,
)

_EMAIL = re.compile(r"[^@\s,;]+@([A-Za-z0-9-]+\.)+[A-Za-z]{2,}")


@dataclass(frozen=True)
class Complaint:
    """One error: the record it stands on (0-based), the key of its column, its kind, its value."""

    index: int
    key: str | None
    kind: str
    value: str = ""


@dataclass(frozen=True)
class Sheet:
    """A file as the portal reads it: its header, and its records by their place."""

    header: list[str]
    records: list[list[str]]


def read(content: bytes) -> Sheet:
    """The header and records of a users.csv; blank lines are none."""
    lines = [line for line in csv.reader(io.StringIO(content.decode("utf-8-sig"))) if any(line)]
    return Sheet(lines[0] if lines else [], lines[1:])


def header_complaint(dialect: Dialect, header: list[str]) -> str:
    """Why the whole file is refused, or nothing."""
    known = {column.name for column in dialect.columns}
    for name in header:
        if name not in known:
            return f"unknown header {name}"
    if len(set(header)) < len(header):
        return "repeated header"
    for column in dialect.columns:
        if column.header_required and column.name not in header:
            return f"missing header {column.name}"
    return ""


def complaints(dialect: Dialect, content: bytes) -> list[Complaint]:
    """Every error of every record, in the order of the records and columns."""
    sheet = read(content)
    if header_complaint(dialect, sheet.header):
        return [Complaint(index, None, "header") for index in range(len(sheet.records))]
    judge = _Judge(dialect, sheet)
    order = {column.key: place for place, column in enumerate(dialect.columns)}
    return sorted(judge.found(), key=lambda c: (c.index, order.get(c.key or "", -1)))


class _Judge:
    def __init__(self, dialect: Dialect, sheet: Sheet) -> None:
        self.dialect = dialect
        keys = {column.name: column.key for column in dialect.columns}
        self.keys = [keys[name] for name in sheet.header]
        self.ragged = [len(record) != len(self.keys) for record in sheet.records]
        self.rows = [
            dict(zip(self.keys, map(str.strip, record), strict=False)) for record in sheet.records
        ]
        self.wrong: set[tuple[int, str]] = set()
        self.said: list[Complaint] = []

    def found(self) -> list[Complaint]:
        for index, row in enumerate(self.rows):
            if self.ragged[index]:
                self.said.append(Complaint(index, None, "ragged"))
                continue
            self._say(index, _of_cells(self.dialect, row))
        for rule in (self._shared_addresses, self._conflicts, self._removed_and_used):
            said = list(rule())
            self.said += said
        return self.said

    def _say(self, index: int, faults: Iterable[tuple[str, str]]) -> None:
        for key, kind in faults:
            if (index, key) not in self.wrong:
                self.wrong.add((index, key))
                self.said.append(Complaint(index, key, kind, self.rows[index].get(key, "")))

    def _votes(self, index: int, key: str) -> str:
        return "" if (index, key) in self.wrong else self.rows[index].get(key, "")

    def _voters(self) -> Iterator[int]:
        for index, row in enumerate(self.rows):
            if not self.ragged[index] and not row.get("action"):
                yield index

    def _shared_addresses(self) -> Iterator[Complaint]:
        if "shared-email" not in self.dialect.rules:
            return
        holders: dict[str, dict[int, str]] = defaultdict(dict)
        for index in self._voters():
            address, person = self._votes(index, "userEmail"), self._votes(index, "userId")
            if address and person:
                holders[address.lower()][index] = person
        for rows in holders.values():
            if len(set(rows.values())) > 1:
                for index in rows:
                    yield self._complaint(index, "userEmail", "shared-email")

    def _conflicts(self) -> Iterator[Complaint]:
        if "conflicting-person" in self.dialect.rules:
            yield from self._differing("userId", PERSON_FACTS, "conflicting-person")
        if "conflicting-class" in self.dialect.rules:
            yield from self._differing("classId", CLASS_FACTS, "conflicting-class")

    def _differing(self, parent: str, facts: tuple[str, ...], kind: str) -> Iterator[Complaint]:
        groups: dict[str, list[int]] = defaultdict(list)
        for index in self._voters():
            if key := self._votes(index, parent):
                groups[key].append(index)
        for rows in groups.values():
            if len(rows) == 1:
                continue
            for fact in facts:
                votes = {index: vote for index in rows if (vote := self._votes(index, fact))}
                for index in _outvoted(votes):
                    yield self._complaint(index, fact, kind)

    def _removed_and_used(self) -> Iterator[Complaint]:
        used = {self._votes(index, "classId") for index in self._voters()} - {""}
        removed = {row["classId"] for row in self.rows if row.get("action")}
        for index, row in enumerate(self.rows):
            if row.get("classId") in used & removed:
                yield self._complaint(index, "classId", "removed-used")

    def _complaint(self, index: int, key: str, kind: str) -> Complaint:
        return Complaint(index, key, kind, self.rows[index].get(key, ""))


def _outvoted(votes: dict[int, str]) -> list[int]:
    """The rows that say otherwise than most; all of them where there is no most common value."""
    counts = Counter(votes.values()).most_common(2)
    if len(counts) <= 1:
        return []
    tie = counts[0][1] == counts[1][1]
    return [index for index, vote in votes.items() if tie or vote != counts[0][0]]


def _of_cells(dialect: Dialect, row: dict[str, str]) -> Iterator[tuple[str, str]]:
    """What is wrong with the cells of one row, whatever the other rows say."""
    removal = row.get("action") == "REMOVE-CLASS"
    groups = _groups(dialect, row)
    for column in dialect.columns:
        value = row.get(column.key, "")
        if not value:
            if groups <= column.needed and not (removal and column.key in CLASS_CELLS):
                yield column.key, "required"
        elif fault := _unacceptable(column, value):
            yield column.key, fault
        elif groups <= column.barred and not removal:
            yield column.key, "barred"
    yes = dialect.flag[0]
    student = groups <= STUDENTS and "primary-of-student" in dialect.rules
    if student and not removal and row.get("primary_teacher") == yes:
        yield "primary_teacher", "primary-of-student"


def _groups(dialect: Dialect, row: dict[str, str]) -> frozenset[str]:
    """Of whom the row may be: one group where its role is acceptable, of both kinds if not."""
    role = row.get("userRole", "")
    whose = EVERYBODY
    if role in dialect.roles:
        whose = STUDENTS if role == dialect.roles[0] else STAFF_MEMBERS
    in_class = any(row.get(key) for key in ("classId", *CLASS_CELLS))
    return whose & IN_CLASS if in_class else whose - IN_CLASS


def _unacceptable(column: Column, value: str) -> str:
    if column.kind == "email":
        if not _EMAIL.fullmatch(value):
            return "email"
        return "domain" if value.split("@")[1].lower().startswith("amplify") else ""
    if column.pattern and not re.fullmatch(column.pattern, value):
        return "identifier"
    return "value" if column.accepts and value not in column.accepts else ""
