"""Match the people and classes of two rosters, and give one the numbers of the other.

A person is matched by ID. A new ID is matched by address and name, if these are unique on both
sides and nobody uses the old ID; otherwise a new ID is a new person.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import polars as pl

from roster_toolkit.rosters.places import mask_of, places
from roster_toolkit.rosters.roster import Roster

_NAMES = ("userFirstName", "userLastName")
#: One line per person who changed their ID.
RENUMBERED = {"userId": pl.String, "was_userId": pl.String}


@dataclass(frozen=True)
class Aligned:
    """A roster under the numbers of another one."""

    roster: Roster
    """New people and classes have numbers above all that were ever used."""
    renumbered: pl.DataFrame
    """`userId`, `was_userId` of people who have a new ID."""
    next_person: int
    """The first number that is still free."""
    next_class: int


def aligned(
    after: Roster,
    before: Roster,
    *,
    past: pl.DataFrame | None = None,
    next_person: int = 0,
    next_class: int = 0,
) -> Aligned:
    """The roster `after` under the numbers of `before`.

    `past` (`userId`, `person`; latest first): people who left; they get their number back if they
    return. `next_person`, `next_class`: new numbers start here, or above those of `before`.
    """
    at = places(after.people["userId"], before.people["userId"])
    renumbered = _renumbered(before.people, after.people, at)
    numbers = before.people["person"]
    others = renumbered.select(
        "userId", number=numbers.gather(places(renumbered["was_userId"], before.people["userId"]))
    )
    if past is not None:
        known = pl.concat([before.people.select("userId", number="person"), others])
        returned = past.select("userId", number="person")
        returned = returned.unique("number", keep="first", maintain_order=True)
        for key in ("userId", "number"):
            returned = returned.join(known, on=key, how="anti")
        others = pl.concat([others, returned])
    next_free = max(next_person, _next_free(numbers))
    person = _with_others(numbers.gather(at), after.people["userId"], others)
    people, free_person = _numbered(after.people, "person", "userId", person, next_free)
    number = before.classes["class"].gather(
        places(after.classes["classId"], before.classes["classId"])
    )
    next_free = max(next_class, _next_free(before.classes["class"]))
    classes, free_class = _numbered(after.classes, "class", "classId", number, next_free)
    renumbered_roster = replace(after, people=people.drop("was"), classes=classes.drop("was"))
    if people["was"].equals(people["person"]) and classes["was"].equals(classes["class"]):
        return Aligned(renumbered_roster, renumbered, free_person, free_class)
    to_person = by_number(people["was"], people["person"])
    to_class = by_number(classes["was"], classes["class"])
    roster = replace(
        renumbered_roster,
        memberships=after.memberships.with_columns(
            person=to_person.gather(after.memberships["person"])
        ),
        enrollments=after.enrollments.with_columns(
            to_person.gather(after.enrollments["person"]).alias("person"),
            to_class.gather(after.enrollments["class"]).alias("class"),
        ),
    )
    return Aligned(roster, renumbered, free_person, free_class)


def _renumbered(before: pl.DataFrame, after: pl.DataFrame, at: pl.Series) -> pl.DataFrame:
    """Shape `RENUMBERED`: same address and name; the old ID is gone and the new one is new.

    `at`: the place in `before` of each person of `after`, by ID.
    """
    left = _identifiable(before.filter(~mask_of(at, before.height)))
    arrived = _identifiable(after.filter(at.is_null()))
    if left.is_empty() or arrived.is_empty():
        return pl.DataFrame(schema=RENUMBERED)
    left = left.rename({"userId": "was_userId"})
    return arrived.join(left, on=["address", *_NAMES]).select(RENUMBERED.keys()).sort("userId")


def _identifiable(people: pl.DataFrame) -> pl.DataFrame:
    """`userId`, `address` and names of the people whose address and name are unique."""
    people = people.select("userId", *_NAMES, address=pl.col("userEmail").str.to_lowercase())
    unique = pl.struct("address", *_NAMES).is_unique()
    return people.filter(pl.col("address") != "").filter(unique)


def _next_free(numbers: pl.Series) -> int:
    highest = numbers.max()
    return int(highest) + 1 if isinstance(highest, int) else 0


def _with_others(numbers: pl.Series, keys: pl.Series, others: pl.DataFrame) -> pl.Series:
    """The numbers, and those of `others` (a key and its `number`) for keys that have none."""
    absent = numbers.is_null().arg_true()
    at = places(keys.gather(absent), others[keys.name])
    return numbers.scatter(absent, others["number"].gather(at))


def _numbered(
    frame: pl.DataFrame, number: str, key: str, known: pl.Series, next_free: int
) -> tuple[pl.DataFrame, int]:
    """The frame with the known `number`, else the next free one by key; `was` is the old number."""
    new = known.is_null().arg_true()
    new = new.gather(frame[key].gather(new).arg_sort())
    fresh = pl.int_range(next_free, next_free + new.len(), dtype=pl.UInt32, eager=True)
    numbers = known.cast(pl.UInt32).scatter(new, fresh).alias(number)
    return frame.rename({number: "was"}).with_columns(numbers), next_free + new.len()


def by_number(numbers: pl.Series, values: pl.Series) -> pl.Series:
    """A lookup table: position `n` holds the value of number `n`."""
    table = pl.repeat(None, _next_free(numbers), dtype=values.dtype, eager=True)
    return table.scatter(numbers, values)
