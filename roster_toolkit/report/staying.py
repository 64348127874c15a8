"""Sentences on people who keep a school or class that the file no longer gives them."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from roster_toolkit.impact.left_behind import by_way
from roster_toolkit.text import counted, listed, number, printable, quoted

#: Maximum classes that are listed, and people who are named of each school.
_CLASSES, _PEOPLE = 3, 5
_LONGEST = 40
#: Where people stay, of each way.
_WHERE = (
    "at a school that no row of theirs names",
    "in a class that comes again under a new ID",
    "in a class that no row of theirs names",
)


def staying_lines(people: pl.DataFrame, *, values: bool) -> Iterator[str]:
    """Sentences on the first people and classes; without `values` the number of people.

    `people`: shape of `LeftBehind.people`.
    """
    ways = by_way(people)
    if not values:
        for part, where in zip(ways, _WHERE, strict=True):
            if part.height:
                each = counted(part["userId"].n_unique(), "person stays", "people stay")
                yield f"{each} {where}."
        return
    at_school, doubled, former = ways
    yield from _at_schools(at_school)
    yield from _in_classes(doubled)
    yield from _in_former_classes(former)


def _at_schools(people: pl.DataFrame) -> Iterator[str]:
    each_person = people.unique("userId", keep="first", maintain_order=True)
    for name, user, schools, classes in (
        each_person.head(_PEOPLE).select("name", "userId", "schools", "classes").iter_rows()
    ):
        at = listed(printable(school, _LONGEST) for school in schools.split(", "))
        yield (
            f"{_named(name, user)} would be at {counted(len(schools.split(', ')), 'school')} "
            f"({at}) and in {counted(classes, 'class', 'classes')}."
        )
    if (rest := each_person.height - _PEOPLE) > 0:
        yield f"So would {counted(rest, 'more person', 'more people')}."


def _in_classes(people: pl.DataFrame) -> Iterator[str]:
    classes = people.group_by("classId", "twin", maintain_order=True).agg(people=pl.len())
    for class_id, twin, count in classes.head(_CLASSES).iter_rows():
        they = counted(count, "person", "people")
        yield (
            f"Class {quoted(class_id, _LONGEST)} comes again as {quoted(twin, _LONGEST)}: "
            f"{they} of the file would stay in the old one."
        )
    if (rest := classes.height - _CLASSES) > 0:
        yield f"So with {counted(rest, 'more class', 'more classes')}."


def _in_former_classes(people: pl.DataFrame) -> Iterator[str]:
    each_person = people.group_by("userId", "name", maintain_order=True).agg("classId")
    for user, name, classes in each_person.head(_PEOPLE).iter_rows():
        yield f"{_named(name, user)} would stay in {listed(quoted(c, _LONGEST) for c in classes)}."
    if (rest := each_person.height - _PEOPLE) > 0:
        yield f"So would {counted(rest, 'more person', 'more people')}."


def named_by_school(people: pl.DataFrame, most: int) -> dict[str, str]:
    """School → the people who stay there: the first `most` by name, the rest counted."""
    names_by_school = {}
    each = people.unique(["schoolId", "userId"], keep="first", maintain_order=True)
    for (school,), part in each.group_by("schoolId", maintain_order=True):
        names = [
            _named(name, user)
            for name, user in part.head(most).select("name", "userId").iter_rows()
        ]
        rest = part.height - len(names)
        names_by_school[str(school)] = ", ".join(names) + (
            f" and {number(rest)} more" if rest else ""
        )
    return names_by_school


def _named(name: str, user: str) -> str:
    return f"{printable(name, _LONGEST)} ({printable(user, _LONGEST)})".lstrip()
