"""A clean district in which faults are planted, and the answer key of the expected findings.

Each fault claims a person or a class of its own, so that no two faults overlap: only then can the
findings of each be stated independently of the others. Rows are overwritten, never added or
dropped, so that a row keeps its number.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal

import polars as pl

from roster_toolkit.model import Entity, Profile
from roster_toolkit.samples.fault_targets import Who, index_classes, index_people
from roster_toolkit.samples.names import seeded

KEY_SCHEMA = {"row": pl.UInt32, "column": pl.String, "code": pl.String, "value": pl.String}
#: How many people or classes are looked at before a fault is given up.
PATIENCE = 2000

Suits = Callable[[list[int]], bool]
Finding = tuple[int | None, str | None, str, str]


class FaultPlanner:
    """The district while faults are planted: edits, their findings, and who is taken."""

    def __init__(self, clean: pl.DataFrame, seed: int, profile: Profile) -> None:
        """An untouched district; the seed decides who gets which fault."""
        self.clean = clean
        self.profile = profile
        self.rng = seeded(seed, "faults")
        self.edits: dict[str, dict[int, str]] = {}
        self.lines: dict[int, tuple[str, ...]] = {}
        self.findings: list[Finding] = []
        self.marked: set[int] = set()
        self._without_row = 0
        self.class_keys = [column.key for column in profile.about(Entity.CLASS)]
        self.schools: list[str] = clean["schoolId"].unique(maintain_order=True).to_list()
        self.used_schools: set[str] = set()
        self._used_people: set[str] = set()
        self._touched: set[str] = set()
        self._reserved: set[str] = set()
        self._people = index_people(clean, profile)
        self._pools = self._pool_people()
        self._classes = index_classes(clean, profile)
        self._class_pool = list(range(self._classes.height))
        self.rng.shuffle(self._class_pool)

    # --- reading and writing cells ----------------------------------------------------------------

    def value(self, row: int, key: str) -> str:
        """The cell as it stands now; blank is the empty string."""
        edited = self.edits.get(key, {}).get(row)
        return edited if edited is not None else self.clean.item(row, key) or ""

    def write(self, rows: Iterable[int], key: str, text: str) -> None:
        """Overwrite the cells of a column."""
        self.edits.setdefault(key, {}).update(dict.fromkeys(rows, text))

    def cells(self, row: int) -> list[str]:
        """A whole row, in column order."""
        return [self.value(row, key) for key in self.clean.columns]

    def overwrite(self, row: int, cells: Sequence[str]) -> None:
        """Replace a whole row."""
        for key, text in zip(self.clean.columns, cells, strict=True):
            self.write([row], key, text)

    def expect(self, code: str, column: str | None, rows: Iterable[int]) -> None:
        """Note one finding per row, with the cell's text as its value."""
        for row in rows:
            self.findings.append((row, column, code, self.value(row, column) if column else ""))
            self.marked.add(row)

    def expect_without_row(self, code: str, column: str, value: str) -> None:
        """Note a finding about a person, a class or an ID, which stands on no row."""
        self.findings.append((None, column, code, value))
        self._without_row += 1

    @property
    def spent(self) -> int:
        """Rows with a finding, and findings without a row."""
        return len(self.marked) + self._without_row

    # --- taking people and classes ----------------------------------------------------------------

    def take_person(
        self, *kinds: Who, filled: Sequence[str] = (), suits: Suits | None = None
    ) -> list[int] | None:
        """Rows of somebody no fault has taken yet, of the first kind that has anybody left."""
        for kind in kinds:
            pool = self._pools[kind]
            for place in range(len(pool) - 1, max(-1, len(pool) - PATIENCE), -1):
                rows = [int(row) for row in self._people.item(pool[place], "rows")]
                person = self._people.item(pool[place], "userId")
                if person in self._used_people:
                    del pool[place]
                elif self._has(rows[0], filled) and (suits is None or suits(rows)):
                    del pool[place]
                    self._used_people.add(person)
                    return rows
        return None

    def take_row(self, *kinds: Who, filled: Sequence[str] = ()) -> int | None:
        """One row of a person no fault has taken yet, in a class that no class fault has taken.

        It is a row in a class where the kind of person has any.
        """

        def usable(rows: list[int]) -> list[int]:
            return [row for row in rows if self.free_class(row) and self._has(row, filled)]

        rows = self.take_person(*(kinds or self.anybody), suits=lambda rows: bool(usable(rows)))
        if rows is None:
            return None
        row = self.rng.choice(usable(rows))
        self.touch(row)
        return row

    def take_class(
        self,
        *,
        at_least: int = 1,
        at_most: int = 1000,
        co_taught: bool = False,
        filled: Sequence[str] = (),
    ) -> list[int] | None:
        """Rows of a class that no fault has touched; it is kept out of the way of later ones."""
        for place in range(len(self._class_pool) - 1, -1, -1):
            group, size, co_teachers = self._classes.row(self._class_pool[place])[:3]
            if group in self._touched or group in self._reserved:
                del self._class_pool[place]
                continue
            rows = [int(row) for row in self._classes.item(self._class_pool[place], "rows")]
            if (
                at_least <= size <= at_most
                and co_teachers >= co_taught
                and self._has(rows[0], filled)
            ):
                del self._class_pool[place]
                self._reserved.add(group)
                return rows
        return None

    def take_classmates(self, rows: Sequence[int], needed: int) -> list[int]:
        """Rows of other students of the class's school, one each, that can be moved into it."""
        group, school = (self.value(rows[0], key) for key in ("classId", "schoolId"))
        people = self._people.filter(
            (pl.col("school") == school)
            & pl.col("kind").is_in([Who.STUDENT, Who.SINGLE])
            & ~pl.col("groups").list.contains(group)
        )
        classmates: list[tuple[str, int]] = []
        for person, members in self._shuffled(people.select("userId", "rows").rows()):
            free = [row for row in members if self.free_class(row) and self._has(row, ["classId"])]
            if free and person not in self._used_people:
                classmates.append((person, self.rng.choice(free)))
            if len(classmates) == needed:
                self._used_people.update(person for person, _ in classmates)
                return [row for _, row in classmates]
        return []

    def reserve(self, group: str) -> None:
        """Keep every other fault away from a class."""
        self._reserved.add(group)

    def claim(self, rows: Iterable[int]) -> None:
        """Keep the people of these rows out of the way of later faults."""
        self._used_people.update(self.clean.item(row, "userId") for row in rows)

    def unclaimed(self, rows: Iterable[int]) -> list[int]:
        """Those of the rows whose person no fault has taken."""
        return [row for row in rows if self.clean.item(row, "userId") not in self._used_people]

    def touch(self, row: int) -> None:
        """Keep class faults away from the class of this row."""
        self._touched |= {self.clean.item(row, "classId"), self.value(row, "classId")}

    def free_class(self, row: int) -> bool:
        """Whether no class fault has taken the class of this row."""
        return self.clean.item(row, "classId") not in self._reserved

    @property
    def has_students(self) -> bool:
        """Whether the profile takes students at all."""
        return "student" in self.profile.accepts_people

    @property
    def anybody(self) -> tuple[Who, ...]:
        """Whom a fault of one row falls on: students, or staff where there are only staff."""
        return (Who.STUDENT,) if self.has_students else (Who.TEACHER, Who.CO_TEACHER)

    def is_student(self, row: int) -> bool:
        """Whether the row's role, as it stands now, is a student's."""
        return self.value(row, "userRole") in self.role("student")

    def role(self, meaning: Literal["student", "staff"]) -> tuple[str, ...]:
        """Accepted roles that mean a student or staff."""
        return self.profile.values_meaning("userRole", meaning)

    def ordinary(self, text: str) -> bool:
        """Whether a text is no placeholder, no spreadsheet damage and no formula.

        Read from the profile's word lists; it keeps one planted fault from being another as well.
        """
        words = self.profile.words
        return not (
            text.lower() in words["placeholders"]
            or text[:1] in set("=+-@\t")
            or any(
                re.search(pattern, text) for pattern in self.profile.patterns("spreadsheet_damage")
            )
        )

    # --- the result -------------------------------------------------------------------------------

    def with_faults(self) -> pl.DataFrame:
        """The district with every edit, blank cells null again."""
        frame = self.clean
        for key, edits in self.edits.items():
            values = frame[key].scatter(list(edits), [text or None for text in edits.values()])
            frame = frame.with_columns(values.alias(key))
        return frame

    def answer_key(self, places: Mapping[int, int] | None = None) -> pl.DataFrame:
        """The findings under spreadsheet rows; `places` says where rows went in a shuffle."""
        entries = [
            (None if row is None else (places[row] if places else row) + 2, column, code, value)
            for row, column, code, value in self.findings
        ]
        key = pl.DataFrame(entries, schema=KEY_SCHEMA, orient="row")
        return key.sort("row", "column", "code", "value", nulls_last=True)

    # --- indexes ----------------------------------------------------------------------------------

    def _has(self, row: int, keys: Iterable[str]) -> bool:
        return all(self.value(row, key) for key in keys)

    def _shuffled(self, rows: list[tuple[str, list[int]]]) -> list[tuple[str, list[int]]]:
        self.rng.shuffle(rows)
        return rows

    def _pool_people(self) -> dict[Who, list[int]]:
        pools: dict[Who, list[int]] = {kind: [] for kind in Who}
        for place, kind in enumerate(self._people["kind"]):
            pools[Who(kind)].append(place)
        for pool in pools.values():
            self.rng.shuffle(pool)
        return pools
