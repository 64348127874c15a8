"""Who in one roster is whom in another: the numbers of one, given to the other.

A person is found by their ID. Whoever has a new ID is found by address and name, if that fits one
person alone on either side and nobody uses the old ID; else a new ID is a new person.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import polars as pl

from roster_toolkit.rosters.roster import Roster

_NAMES = ("userFirstName", "userLastName")
#: One line per person who changed their ID.
RENUMBERED = {"userId": pl.String, "was_userId": pl.String}


@dataclass(frozen=True)
class Aligned:
    """A roster in the numbers of another one."""

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
    """The roster `after` in the numbers of `before`.

    `past` (`userId`, `person`; the latest first): people who left, and who keep their number should
    they return.
    `next_person`, `next_class`: no number below is free, beside those of `before`.
    """
    renumbered = renumbered_people(before.people, after.people)
    known = before.people.select("userId", number="person").with_columns(
        pl.col("userId").replace(renumbered["was_userId"], renumbered["userId"])
    )
    if past is not None:
        returned = past.select("userId", number="person")
        returned = returned.unique("number", keep="first", maintain_order=True)
        for key in ("userId", "number"):
            returned = returned.join(known, on=key, how="anti")
        known = pl.concat([known, returned])
    free = max(next_person, _above(before.people["person"]))
    people, free_person = _numbered(after.people, "person", "userId", known, free)
    groups = before.classes.select("classId", number="class")
    free = max(next_class, _above(before.classes["class"]))
    classes, free_class = _numbered(after.classes, "class", "classId", groups, free)
    named = replace(after, people=people.drop("was"), classes=classes.drop("was"))
    if people["was"].equals(people["person"]) and classes["was"].equals(classes["class"]):
        return Aligned(named, renumbered, free_person, free_class)
    to_person = by_number(people["was"], people["person"])
    to_class = by_number(classes["was"], classes["class"])
    roster = replace(
        named,
        memberships=after.memberships.with_columns(
            person=to_person.gather(after.memberships["person"])
        ),
        enrollments=after.enrollments.with_columns(
            to_person.gather(after.enrollments["person"]).alias("person"),
            to_class.gather(after.enrollments["class"]).alias("class"),
        ),
    )
    return Aligned(roster, renumbered, free_person, free_class)


def renumbered_people(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """Shape `RENUMBERED`: same address and name, the old ID gone, the new one unknown before."""
    gone = _told(before.join(after, on="userId", how="anti"))
    come = _told(after.join(before, on="userId", how="anti"))
    if gone.is_empty() or come.is_empty():
        return pl.DataFrame(schema=RENUMBERED)
    gone = gone.rename({"userId": "was_userId"})
    return come.join(gone, on=["address", *_NAMES]).select(RENUMBERED.keys()).sort("userId")


def _told(people: pl.DataFrame) -> pl.DataFrame:
    """`userId`, `address` and names of those whom these tell apart."""
    told = people.select("userId", *_NAMES, address=pl.col("userEmail").str.to_lowercase())
    alone = pl.struct("address", *_NAMES).is_unique()
    return told.filter(pl.col("address") != "").filter(alone)


def _above(numbers: pl.Series) -> int:
    most = numbers.max()
    return int(most) + 1 if isinstance(most, int) else 0


def _numbered(
    frame: pl.DataFrame, number: str, key: str, known: pl.DataFrame, free: int
) -> tuple[pl.DataFrame, int]:
    """The frame with `number` as known, else the next free one in order of keys; and `was`."""
    joined = frame.rename({number: "was"}).join(known, on=key, how="left", maintain_order="left")
    fresh = joined.filter(pl.col("number").is_null()).select(key).sort(key)
    if fresh.is_empty():
        return joined.with_columns(pl.col("number").cast(pl.UInt32).alias(number)).drop(
            "number"
        ), free
    fresh = fresh.with_row_index("fresh", free)
    numbered = joined.join(fresh, on=key, how="left", maintain_order="left").with_columns(
        pl.coalesce(pl.col("number").cast(pl.UInt32), "fresh").alias(number)
    )
    return numbered.drop("number", "fresh"), free + fresh.height


def by_number(numbers: pl.Series, values: pl.Series) -> pl.Series:
    """Values to be looked up by number: position `n` holds the value of number `n`."""
    table = pl.repeat(None, _above(numbers), dtype=values.dtype, eager=True)
    return table.scatter(numbers, values)
