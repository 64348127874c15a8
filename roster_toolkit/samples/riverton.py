"""Riverton: a year of a small district as files.

What a support analyst meets in a year: a download to begin with, an upload in September, edits made
in the portal afterwards, and in November a users.csv that was made from September's file by several
schools. It holds real changes (new students, a move to another school, a class that is given up)
and the faults that go with them. Every fault is written down here by hand from the contract.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from roster_toolkit.model import Effect, Entity, Profile
from roster_toolkit.profile import load_profile
from roster_toolkit.samples.cell_faults import FORMULAS, MALFORMED
from roster_toolkit.samples.demographics import faulty_demographics
from roster_toolkit.samples.district import clean_district
from roster_toolkit.samples.names import FIRST_NAMES, LAST_NAMES, plain, seeded
from roster_toolkit.samples.sample import csv_bytes

#: Rows of the district and of each of its four schools; rows of the district next door.
_ROWS, _SCHOOL_ROWS, _NEXT_DOOR = 3000, 750, 300
_LEVELS = {"es": "Elementary School", "ms": "Middle School", "hs": "High School"}
#: People at fault of one kind: enough that they are one cause together, not one each.
_MANY = 12
_NEW_DOMAIN = "students.riverton.example"


@dataclass(frozen=True, slots=True)
class Year:
    """The files of the year, in the order in which they were made."""

    schools: bytes
    """The district's list of schools: `schoolId,schoolName`."""
    august: bytes
    """A download of current data."""
    september: bytes
    """What was uploaded then; all of it is taken."""
    october: bytes
    """A download after edits were made in the portal."""
    november: bytes
    """The users.csv that is to be uploaded next, with what is wrong with it."""
    demographics: bytes
    """The second file, with what is wrong with it; its students are those of October."""
    next_door: bytes
    """A download of another district, whose addresses are taken."""


class _Draft:
    """A file under construction: its rows, and the people in whom no fault is planted yet."""

    def __init__(self, rows: pl.DataFrame, profile: Profile, seed: int, purpose: str) -> None:
        self.rows = rows
        self.profile = profile
        self._rng = seeded(seed, purpose)
        self._free: dict[str, list[str]] = {}
        (self.student, *_) = profile.values_meaning("userRole", "student")
        #: In the order of the file; the third is a high school, the last an elementary school.
        self.schools: list[str] = rows["schoolId"].unique(maintain_order=True).to_list()

    def students(self, school: str, count: int) -> list[str]:
        """Students of a school with several classes, unused so far."""
        if school not in self._free:
            of_school = self.rows.filter(
                pl.col("schoolId") == school, pl.col("userRole") == self.student
            )
            several = of_school.group_by("userId", maintain_order=True).len()
            pool = several.filter(pl.col("len") > 1)["userId"].to_list()
            self._rng.shuffle(pool)
            self._free[school] = pool
        free = self._free[school]
        return [free.pop() for _ in range(count)]

    def classes(self, school: str) -> list[str]:
        """The classes of a school, in the order of the file."""
        of_school = self.rows.filter(pl.col("schoolId") == school)
        return of_school["classId"].drop_nulls().unique(maintain_order=True).to_list()

    def write(self, where: pl.Expr, **cells: pl.Expr | str | None) -> None:
        """Overwrite cells of some rows."""
        self.rows = self.rows.with_columns(
            pl.when(where).then(_cell(text)).otherwise(pl.col(key)).alias(key)
            for key, text in cells.items()
        )

    def write_each(self, ids: Sequence[str], key: str, texts: Sequence[str]) -> None:
        """Overwrite a cell of each person in all of their rows."""
        new = pl.col("userId").replace_strict(list(ids), list(texts), default=None)
        self.write(of(ids), **{key: new})

    def write_once(self, ids: Sequence[str], key: str, texts: Sequence[str]) -> None:
        """Overwrite a cell of each person in the first of their rows."""
        first = of(ids) & pl.col("userId").is_first_distinct()
        new = pl.col("userId").replace_strict(list(ids), list(texts), default=None)
        self.write(first, **{key: new})

    def value(self, person: str, key: str) -> str:
        """A cell of a person's first row."""
        return self.rows.filter(pl.col("userId") == person)[key][0] or ""

    def drop(self, where: pl.Expr) -> None:
        """Leave rows out."""
        self.rows = self.rows.filter(~where.fill_null(value=False))

    def add(self, rows: pl.DataFrame) -> None:
        """Put rows at the end."""
        self.rows = pl.concat([self.rows, rows.select(self.rows.columns)])

    @property
    def csv(self) -> bytes:
        """The file."""
        return csv_bytes(self.rows, self.profile)


def of(ids: Sequence[str]) -> pl.Expr:
    """The rows of these people."""
    return pl.col("userId").is_in(list(ids))


def _cell(text: pl.Expr | str | None) -> pl.Expr:
    return text if isinstance(text, pl.Expr) else pl.lit(text, dtype=pl.String)


def riverton(profile: Profile, seed: int = 7) -> Year:
    """The files of the year; the same seed makes the same bytes."""
    august = clean_district(_ROWS, seed, profile, school_rows=_SCHOOL_ROWS)
    next_door = clean_district(_NEXT_DOOR, seed + 1, profile, school_rows=_NEXT_DOOR)
    next_door = next_door.with_columns(
        pl.concat_str(pl.lit("AV"), key).alias(key) for key in ("userId", "classId")
    )
    september = _Draft(august, profile, seed, "september")
    _september(september)
    october = _Draft(september.rows, profile, seed, "october")
    _october(october)
    november = _Draft(september.rows, profile, seed, "november")
    _november(november, taken=next_door["userEmail"][-1])
    return Year(
        schools=_school_list(august),
        august=csv_bytes(august, profile),
        september=september.csv,
        october=october.csv,
        november=november.csv,
        demographics=faulty_demographics(
            october.rows, seed, load_profile("demographics"), profile
        ).csv,
        next_door=csv_bytes(next_door, profile),
    )


def _school_list(rows: pl.DataFrame) -> bytes:
    """The schools under the names that their addresses bear."""
    addresses = rows.group_by("schoolId", maintain_order=True).agg(pl.col("userEmail").first())
    lines = ["schoolId,schoolName"]
    for school, address in addresses.iter_rows():
        word, _, level = address.partition("@")[2].partition(".")[0].rpartition("-")
        lines.append(f"{school},{word.title()} {_LEVELS[level]}")
    return ("\n".join(lines) + "\n").encode()


def _september(file: _Draft) -> None:
    """The start of the year: new faces, a few who change school, names of classes put right."""
    first, second, *_ = file.schools
    _newcomers(file, first, 9, start=90_001)
    for person in file.students(first, 3):
        _moves(file, person, first, second)
    renamed = file.classes(second)[:4]
    file.write(
        pl.col("classId").is_in(renamed),
        classDisplayName=pl.concat_str("classSubject", pl.lit(" period "), "classGrade"),
    )


def _october(file: _Draft) -> None:
    """What was edited in the portal: names, addresses, and five who left."""
    first, second, third, fourth = file.schools
    married = file.students(second, _MANY)
    file.write_each(married, "userLastName", [f"{n}-Ortiz" for n in _last_names(file, married)])
    corrected = file.students(third, _MANY)
    addresses = [f"x{file.value(person, 'userEmail')}" for person in corrected]
    file.write_each(corrected, "userEmail", addresses)
    file.write(pl.col("classId") == file.classes(fourth)[0], classDisplayName="Room 12")
    file.drop(of(file.students(first, 5)))


def _last_names(file: _Draft, people: Sequence[str]) -> list[str]:
    return [file.value(person, "userLastName") for person in people]


def _november(file: _Draft, taken: str) -> None:
    """The next upload: what the schools meant to change, then what went wrong on the way.

    `taken` is an address that somebody of another district has.
    """
    first, second, third, fourth = file.schools
    _newcomers(file, second, 14, start=91_001)
    for person in file.students(second, 8):
        _moves(file, person, second, third)
    _removes_a_class(file, first)
    _renumbers(file, third)
    # A whole school gets new addresses: a mass change, and perhaps meant.
    everybody = (pl.col("schoolId") == fourth) & (pl.col("userRole") == file.student)
    local = pl.col("userEmail").str.split("@").list.first()
    file.write(everybody, userEmail=pl.concat_str(local, pl.lit(f"@{_NEW_DOMAIN}")))
    _spoil_school_wide(file)
    _spoil_people(file, taken)
    _spoil_classes(file)


def _spoil_school_wide(file: _Draft) -> None:
    """One school writes a grade in words, another lost the zeros in front of its IDs."""
    first, second, third, _ = file.schools
    seventh = file.rows.filter(pl.col("schoolId") == second)["userGrade"].drop_nulls().mode()[0]
    of_grade = (pl.col("schoolId") == second) & (pl.col("userGrade") == seventh)
    file.write(of_grade, userGrade=f"grade {seventh}")
    opened_in_a_spreadsheet = file.students(third, 18)
    bare = [person.lstrip("0") for person in opened_in_a_spreadsheet]
    file.write_each(opened_in_a_spreadsheet, "userId", bare)
    unlisted = file.classes(first)[5]
    file.write(pl.col("classId") == unlisted, schoolId=pl.concat_str("schoolId", pl.lit("1")))


def _spoil_people(file: _Draft, taken: str) -> None:
    """What goes wrong with one person at a time."""
    first, second, third, fourth = file.schools
    wrong = file.students(first, _MANY)
    addresses = [file.value(person, "userEmail").partition("@")[::2] for person in wrong]
    spoilt = [MALFORMED[n % 4](*address) for n, address in enumerate(addresses)]
    file.write_once(wrong, "userEmail", spoilt)
    file.write_each(file.students(fourth, 6), "userEmail", [""] * 6)
    file.write_each(file.students(first, _MANY), "userGrade", [""] * _MANY)
    elder, younger = file.students(third, 2)
    file.write_each([younger], "userEmail", [file.value(elder, "userEmail")])
    file.write_each(file.students(second, 1), "userEmail", [taken])
    flag = file.profile.values_meaning("primary_teacher", "yes")[0]
    file.write_once(file.students(second, 2), "primary_teacher", [flag] * 2)
    word = file.profile.words["placeholders"][0].upper()
    file.write_once(file.students(fourth, 4), "userFirstName", [word] * 4)
    (joker,) = file.students(third, 1)
    file.write_each([joker], "userFirstName", [FORMULAS[0](file.value(joker, "userFirstName"))])
    spaced = file.students(fourth, _MANY)
    file.write_once(spaced, "userLastName", [f"{name} " for name in _last_names(file, spaced)])
    _garble(file, first)


def _garble(file: _Draft, school: str) -> None:
    """A name that was saved in one encoding and opened in another."""
    for person in file.students(school, 40):
        name = file.value(person, "userLastName")
        if "ñ" in name:
            file.write_each([person], "userLastName", [name.encode().decode("cp1252")])
            return


def _spoil_classes(file: _Draft) -> None:
    """What goes wrong with classes: two names, no name, the same row twice, an empty line."""
    _, second, third, fourth = file.schools
    group = pl.col("classId") == file.classes(fourth)[10]
    every_third = pl.int_range(pl.len()) % 3 == 0
    file.write(group & every_third, className=pl.concat_str("className", pl.lit(" (new)")))
    nameless = file.classes(third)[8]
    file.write(pl.col("classId") == nameless, className=None)
    file.add(file.rows.filter(pl.col("classId") == file.classes(second)[7]).tail(5))
    file.add(file.rows.head(1).clear(n=1))


def _newcomers(file: _Draft, school: str, count: int, *, start: int) -> None:
    """New students, each beside a classmate whose classes they share."""
    for number, model in enumerate(file.students(school, count), start=start):
        first = FIRST_NAMES[number * 7 % len(FIRST_NAMES)]
        last = LAST_NAMES[number * 11 % len(LAST_NAMES)]
        new = f"{number:08d}"
        domain = file.value(model, "userEmail").partition("@")[2]
        rows = file.rows.filter(pl.col("userId") == model).with_columns(
            userId=pl.lit(new),
            userDistrictId=pl.lit(f"D{new}"),
            userStateId=pl.lit(None, pl.String),
            userFirstName=pl.lit(first),
            userLastName=pl.lit(last),
            userEmail=pl.lit(f"{plain(first)[:1]}{plain(last)}_{new}@{domain}"),
        )
        file.add(rows)


def _moves(file: _Draft, person: str, here: str, there: str) -> None:
    """A student goes to another school and takes the classes of somebody there."""
    (model,) = file.students(there, 1)
    keys = ["schoolId", "userGrade"]
    keys += [c.key for c in file.profile.about(Entity.CLASS)]
    facts = [c.key for c in file.profile.about(Entity.PERSON) if c.key not in keys]
    own = file.rows.filter(pl.col("userId") == person).head(1).select(facts)
    rows = file.rows.filter(pl.col("userId") == model).drop(facts).join(own, how="cross")
    file.drop((pl.col("userId") == person) & (pl.col("schoolId") == here))
    file.add(rows)


def _removes_a_class(file: _Draft, school: str) -> None:
    """A class is given up; four of its students stand nowhere else in the file."""
    group = file.classes(school)[20]
    of_class = pl.col("classId") == group
    members = file.rows.filter(of_class, pl.col("userRole") == file.student)["userId"].unique()
    row = file.rows.filter(of_class).head(1).with_columns(
        action=pl.lit(file.profile.values_meaning("action", Effect.REMOVE_CLASS)[0]),
        className=pl.lit(None, pl.String),
        classDisplayName=pl.lit(None, pl.String),
    )  # fmt: skip
    file.drop(of_class | of(members.sort().head(4).to_list()))
    file.add(row)


def _renumbers(file: _Draft, school: str) -> None:
    """Students whose ID the student information system changed, one of them with a new grade."""
    people = file.students(school, _MANY + 1)
    grades = file.rows.filter(pl.col("schoolId") == school)["userGrade"].drop_nulls().unique()
    other = grades.filter(grades != file.value(people[0], "userGrade")).sort()[0]
    file.write_each(people[:1], "userGrade", [other])
    file.write_each(people, "userId", [f"{int(person) + 1_000_000:08d}" for person in people])


__all__ = ["Year", "riverton"]
