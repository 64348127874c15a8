"""What changed about a person or a class from snapshot to snapshot, as one list.

The store keeps a line for each interval in which a record did not change; here two neighbours
become what changed between them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby, pairwise
from typing import Any

import polars as pl

CHRONICLE = {
    "snapshot": pl.Int32,
    "field": pl.String,
    "before": pl.String,
    "after": pl.String,
}
#: What a line is about that tells of the record as a whole.
RECORD = "record"
HERE = "in the roster"
_BOOKKEEPING = {"since", "until", "person", "class", "source", "active", "leads"}
_Line = tuple[int, str, str, str]
_Interval = Mapping[str, Any]


def chronicle_of_person(
    history: pl.DataFrame, classes: pl.DataFrame, *, first: int
) -> pl.DataFrame:
    """A person's changes: `snapshot`, `field`, `before`, `after`.

    `history` and `classes` are what a store tells of them; `first` is the district's first
    snapshot, before which nothing is known. A class that they joined or left is a line `class`.
    """
    lines = [*_of_facts(history, "person", first), *_of_places(classes, "classId", "class", first)]
    return _sorted(lines)


def chronicle_of_class(history: pl.DataFrame, members: pl.DataFrame, *, first: int) -> pl.DataFrame:
    """A class's changes in the same shape; who came or went is a line `member`."""
    known = history.filter("active")
    return _sorted(
        [*_of_facts(known, "class", first), *_of_places(members, "userId", "member", first)]
    )


def key_at(history: pl.DataFrame, key: str, snapshot: int) -> str | None:
    """The ID that a person or class had in a snapshot; None where it was not in it.

    >>> rt.key_at(riverton.history("E10001"), "userId", 2)
    'E10001'
    """
    then = history.filter(
        pl.col("since") <= snapshot, pl.col("until").is_null() | (pl.col("until") > snapshot)
    )
    return None if then.is_empty() else str(then[key][-1])


def _sorted(lines: Iterable[_Line]) -> pl.DataFrame:
    order = sorted(lines, key=lambda line: (line[0], line[1] != RECORD, line[1:]))
    return pl.DataFrame(order, schema=CHRONICLE, orient="row")


def _of_facts(history: pl.DataFrame, number: str, first: int) -> Iterator[_Line]:
    """Facts that changed, and when the record came and went."""
    rows = history.sort(number, "since").to_dicts()
    for _, group in groupby(rows, key=lambda row: row[number]):
        intervals = list(group)
        yield from _comings(intervals, RECORD, lambda _: HERE, first)
        for was, now in pairwise(intervals):
            if was["until"] != now["since"]:
                continue
            for field in now.keys() - _BOOKKEEPING:
                if was[field] != now[field]:
                    yield now["since"], field, _text(was[field]), _text(now[field])


def _of_places(places: pl.DataFrame, key: str, field: str, first: int) -> Iterator[_Line]:
    """Classes that a person joined and left, or members of a class that came and went."""
    names = [name for name in ("className", "userFirstName", "userLastName") if name in places]
    rows = places.sort(key, "since").to_dicts()

    def told(row: _Interval) -> str:
        words = " ".join(_text(row[name]) for name in (key, *names)).strip()
        return f"{words} (primary teacher)" if row["leads"] else words

    for _, group in groupby(rows, key=lambda row: row[key]):
        intervals = list(group)
        yield from _comings(intervals, field, told, first)
        for was, now in pairwise(intervals):
            if was["until"] == now["since"] and was["leads"] != now["leads"]:
                yield now["since"], field, told(was), told(now)


def _comings(
    intervals: list[dict[str, Any]], field: str, told: Callable[[_Interval], str], first: int
) -> Iterator[_Line]:
    """When a record came, went, and came again."""
    if intervals[0]["since"] > first:
        yield intervals[0]["since"], field, "", told(intervals[0])
    for was, now in pairwise(intervals):
        if was["until"] != now["since"]:
            yield was["until"], field, told(was), ""
            yield now["since"], field, "", told(now)
    if intervals[-1]["until"] is not None:
        yield intervals[-1]["until"], field, told(intervals[-1]), ""


def _text(value: object) -> str:
    return "" if value is None else str(value)
