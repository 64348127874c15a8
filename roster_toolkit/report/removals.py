"""People who lose an enrollment by the removal of a class although the file lacks them."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from roster_toolkit.impact.mass_change import removed_classes
from roster_toolkit.impact.preview import Impact
from roster_toolkit.rosters.outcomes import Outcome
from roster_toolkit.rosters.roster import Roster
from roster_toolkit.text import counted, number, printable, quoted

#: Maximum classes that are listed, and people who are named of each.
_CLASSES, _PEOPLE = 3, 5
_LONGEST = 40


def people_outside(impact: Impact, roster: Roster) -> pl.DataFrame:
    """Removed enrollments of people not in the file: `classId`, `schoolId`, `userId`, `name`."""
    ending = impact.enrollments.filter(
        "outside", pl.col("outcome") == Outcome.REMOVED.value
    ).select("person", "class")
    name = pl.concat_str("userFirstName", "userLastName", separator=" ").str.strip_chars()
    return (
        ending.join(roster.classes.select("class", "classId", "schoolId"), on="class")
        .join(roster.people.select("person", "userId", name=name), on="person")
        .select("classId", "schoolId", "userId", "name")
        .sort("classId", "userId")
    )


def named_by_class(impact: Impact, roster: Roster, most: int = _PEOPLE) -> dict[str, str]:
    """Class → its people outside the file: how many, the first `most` by name."""
    people = people_outside(impact, roster)
    return {
        str(class_id): _names(part, most)
        for (class_id,), part in people.group_by("classId", maintain_order=True)
    }


def _names(people: pl.DataFrame, most: int) -> str:
    names = [
        f"{printable(name, _LONGEST)} ({printable(user, _LONGEST)})".lstrip()
        for name, user in people.head(most).select("name", "userId").iter_rows()
    ]
    rest = people.height - len(names)
    more = f" and {number(rest)} more" if rest else ""
    return f"{counted(people.height, 'person', 'people')}: {', '.join(names)}{more}"


def classes_removed(impact: Impact, roster: Roster, *, values: bool) -> Iterator[str]:
    """A sentence about the classes that the file removes, if any; without `values` their number.

    Whoever removes a class to take one person out of it sees here how many it reaches.
    """
    removed = removed_classes(impact, roster).sort("people", "classId", descending=[True, False])
    if removed.is_empty():
        return
    classes = counted(removed.height, "class", "classes")
    sentence = f"Removes {classes} with {counted(int(removed['people'].sum()), 'enrollment')}"
    if not values:
        yield f"{sentence}."
        return
    named = [
        f"{quoted(class_id)} ({number(people)})"
        for class_id, people in removed.head(_CLASSES).select("classId", "people").iter_rows()
    ]
    more = f" and {number(removed.height - _CLASSES)} more" if removed.height > _CLASSES else ""
    yield f"{sentence}: {', '.join(named)}{more}."


def removal_lines(impact: Impact, roster: Roster, *, values: bool) -> Iterator[str]:
    """A sentence per class with its people outside the file; without `values` their number."""
    people = people_outside(impact, roster)
    if people.is_empty():
        return
    if not values:
        each = counted(people.height, "person who is", "people who are")
        yield f"Removals also unenroll {each} not in the file."
        return
    people_by_class = named_by_class(impact, roster)
    for class_id, sentence in list(people_by_class.items())[:_CLASSES]:
        yield f"Not in the file, but unenrolled with class {quoted(class_id)}: {sentence}."
    if (rest := len(people_by_class) - _CLASSES) > 0:
        yield f"So with {counted(rest, 'more class', 'more classes')}; changes.csv names everybody."
