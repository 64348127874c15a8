"""What changed about a person or a class from snapshot to snapshot, as one list.

The store keeps one line per interval in which a record did not change; here, two adjacent intervals
become the changes between them.
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
#: `field` of a line about the record as a whole.
RECORD = "record"
HERE = "in the roster"
_BOOKKEEPING = {"since", "until", "person", "class", "source", "active", "leads"}
_Line = tuple[int, str, str, str]
_Interval = Mapping[str, Any]


def chronicle_of_person(
    history: pl.DataFrame, classes: pl.DataFrame, *, first: int
) -> pl.DataFrame:
    """A person's changes: `snapshot`, `field`, `before`, `after`.

    `history` and `classes` come from a store; `first` is the district's first snapshot, before
    which nothing is known. A class that they joined or left is a line `class`.
    """
    lines = [
        *_fact_lines(history, "person", first),
        *_enrollment_lines(classes, "classId", "class", first),
    ]
    return _sorted(lines)


def chronicle_of_class(history: pl.DataFrame, members: pl.DataFrame, *, first: int) -> pl.DataFrame:
    """A class's changes in the same shape; who came or went is a line `member`."""
    active = history.filter("active")
    return _sorted(
        [
            *_fact_lines(active, "class", first),
            *_enrollment_lines(members, "userId", "member", first),
        ]
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


def _fact_lines(history: pl.DataFrame, number: str, first: int) -> Iterator[_Line]:
    """Facts that changed, and when the record entered or left the roster."""
    rows = history.sort(number, "since").to_dicts()
    for _, group in groupby(rows, key=lambda row: row[number]):
        intervals = list(group)
        yield from _presence_lines(intervals, RECORD, lambda _: HERE, first)
        for was, now in pairwise(intervals):
            if was["until"] != now["since"]:
                continue
            for field in now.keys() - _BOOKKEEPING:
                if was[field] != now[field]:
                    yield now["since"], field, _text(was[field]), _text(now[field])


def _enrollment_lines(places: pl.DataFrame, key: str, field: str, first: int) -> Iterator[_Line]:
    """Classes that a person joined or left, or members who joined or left a class."""
    names = [name for name in ("className", "userFirstName", "userLastName") if name in places]
    rows = places.sort(key, "since").to_dicts()

    def label(row: _Interval) -> str:
        words = " ".join(_text(row[name]) for name in (key, *names)).strip()
        return f"{words} (primary teacher)" if row["leads"] else words

    for _, group in groupby(rows, key=lambda row: row[key]):
        intervals = list(group)
        yield from _presence_lines(intervals, field, label, first)
        for was, now in pairwise(intervals):
            if was["until"] == now["since"] and was["leads"] != now["leads"]:
                yield now["since"], field, label(was), label(now)


def _presence_lines(
    intervals: list[dict[str, Any]], field: str, label: Callable[[_Interval], str], first: int
) -> Iterator[_Line]:
    """When a record entered, left and re-entered the roster."""
    if intervals[0]["since"] > first:
        yield intervals[0]["since"], field, "", label(intervals[0])
    for was, now in pairwise(intervals):
        if was["until"] != now["since"]:
            yield was["until"], field, label(was), ""
            yield now["since"], field, "", label(now)
    if intervals[-1]["until"] is not None:
        yield intervals[-1]["until"], field, label(intervals[-1]), ""


def _text(value: object) -> str:
    return "" if value is None else str(value)
