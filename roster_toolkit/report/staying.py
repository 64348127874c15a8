"""Sentences on people who keep a school or class that the file no longer gives them."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from roster_toolkit.text import counted, listed, number, printable, quoted

#: Maximum classes that are listed, and people who are named of each school.
_CLASSES, _PEOPLE = 3, 5
_LONGEST = 40


def staying_lines(people: pl.DataFrame, *, values: bool) -> Iterator[str]:
    """Sentences on the first people and classes; without `values` the number of people.

    `people`: shape of `LeftBehind.people`.
    """
    at_school = people.filter(pl.col("classId").is_null())
    in_class = people.filter(pl.col("twin").is_not_null())
    in_former = people.filter(pl.col("classId").is_not_null(), pl.col("twin").is_null())
    if not values:
        if at_school.height:
            each = counted(at_school["userId"].n_unique(), "person stays", "people stay")
            yield f"{each} at a school that no row of theirs names."
        if in_class.height:
            each = counted(in_class["userId"].n_unique(), "person stays", "people stay")
            yield f"{each} in a class that comes again under a new ID."
        if in_former.height:
            each = counted(in_former["userId"].n_unique(), "person stays", "people stay")
            yield f"{each} in a class that no row of theirs names."
        return
    yield from _at_schools(at_school)
    yield from _in_classes(in_class)
    yield from _in_former_classes(in_former)


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
