"""RT210 and RT211: first and last name of a person beside each other, and of all people together.

Each function gets the profile and returns an expression over cleaned cells for each column. What a
single person may be called is told only where many people of the file would be.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import polars as pl

from roster_toolkit.model import Column, Evidence, Fix, Profile, Scope, Severity
from roster_toolkit.rules.registry import rule

FIRST, LAST = "userFirstName", "userLastName"
#: People and their share from which on it is no name but how the names came into the file.
_FEWEST, _SHARE = 3, 0.2
#: People who are looked at before all are: a closer look takes longer than most other rules.
_LOOKED_AT = 500
#: `Last, First`, but for what may stand behind a name.
_WITH_COMMA = r"^([^,]*[^,\s]) *, *([^,\s][^,]*)$"
_BEHIND_A_NAME = r"(?i), *(?:jr|sr|i{1,3}|iv|v|esq|m\.?d|ph\.?d|ed\.?d|d\.?d\.?s|r\.?n|cpa)\.?$"


def _only_name(column: Column, profile: Profile) -> Mapping[Fix, pl.Expr]:
    """The name that belongs into the column, where the other column has the rest of the cell."""
    if column.key == LAST:
        other, part = pl.col(FIRST), 1
        beside = pl.col(LAST).str.strip_prefix(other + " ")
    else:
        other, part = pl.col(LAST), 2
        beside = pl.col(FIRST).str.strip_suffix(" " + other)
    name, rest = (pl.col(column.key).str.extract(_WITH_COMMA, at) for at in (part, 3 - part))
    return {
        Fix.CONFIRM: pl.when(rest == other)
        .then(name)
        .when(beside != pl.col(column.key))
        .then(beside)
    }


@rule(
    "RT210", "both-names",
    scope=Scope.PERSON, severity=Severity.WARNING, evidence=Evidence.ASSUMED,
    needs=(FIRST, LAST),
    title="Both names of a person are in one cell",
    many="{n} people with both names in {column}",
    message="{value} in {column} seems to be both names of the person.",
    how_to_fix="Leave in {column} only what belongs there; the other name has a column of its own.",
    fixes=(Fix.CONFIRM,), suggest=_only_name,
    also_said=("full name in one field", "several names in one cell"),
    bad={FIRST: ["Ana", "Bo", "Cy"], LAST: ["Lee, Ana", "Xu, Bo", "Cy Diaz"]},
    good={FIRST: ["Ana", "Bo", "Cy"], LAST: ["Lee, Jr.", "Xu", "Diaz Cy"]},
)  # fmt: skip
def both_names(profile: Profile) -> Mapping[str, pl.Expr]:
    """In a file of two sources some rows have `Last, First` where others have the last name.

    The person would be called “Ana Lee, Ana” in every list of the portal.
    """
    return {key: _where_many(partial(_both_in, key)) for key in (FIRST, LAST)}


def _both_in(column: str, names: pl.DataFrame) -> pl.Series:
    first, last, cell = pl.col(FIRST), pl.col(LAST), pl.col(column)
    with_comma = cell.str.contains(_WITH_COMMA) & ~cell.str.contains(_BEHIND_A_NAME)
    beside = (
        last.str.starts_with(first + " ") if column == LAST else first.str.ends_with(" " + last)
    )
    told = (first != "") & (last != "") & (first != last) & (with_comma | beside)
    return names.select(told.fill_null(value=False)).to_series()


@rule(
    "RT211", "same-names",
    scope=Scope.PERSON, severity=Severity.WARNING, evidence=Evidence.ASSUMED,
    needs=(FIRST, LAST),
    title="Both names are identical",
    many="{n} people whose two names are identical",
    message="Both names are {value}.",
    how_to_fix="Put only the first name in one column, and only the last name in the other; both "
    "have the whole name, or one was copied over the other.",
    also_said=("identical names",),
    bad={FIRST: ["Ana Lee", "Bo Xu", "Cy Diaz"], LAST: ["Ana Lee", "Bo Xu", "Cy Diaz"]},
    good={FIRST: ["Ana", "Bo", "Cy"], LAST: ["Lee", "Xu", "Diaz"]},
)  # fmt: skip
def same_names(profile: Profile) -> Mapping[str, pl.Expr]:
    """Some people have one name only and give it twice; a whole file of them has a wrong column."""
    return {LAST: _where_many(_same)}


def _same(names: pl.DataFrame) -> pl.Series:
    same = (pl.col(FIRST) == pl.col(LAST)) & (pl.col(FIRST) != "")
    return names.select(same.fill_null(value=False)).to_series()


def _where_many(fault: Callable[[pl.DataFrame], pl.Series]) -> pl.Expr:
    """Where a fault of names is, if it is one of many people."""

    def judged(columns: Sequence[pl.Series]) -> pl.Series:
        names = pl.DataFrame(columns)
        some = names.gather_every(max(names.height // _LOOKED_AT, 1))
        for people in (some, names):
            found = fault(people)
            if found.sum() < max(_FEWEST, _SHARE * people.height):
                return pl.repeat(value=False, n=names.height, dtype=pl.Boolean, eager=True)
        return found

    return pl.map_batches([FIRST, LAST], judged, pl.Boolean)
