"""The thirteen rules that we and our peers can all state, and a file that breaks each of them.

A check is a plain dict, so that it can be read where the toolkit is not installed: `code`,
`column`, `kind`, and what the kind needs. `at_fault` makes a Polars expression of it, which each
peer then states as its own kind of rule. What the portal takes comes from the profile.

Where rows are compared, the expression is the fastest that we found, on Polars' 64-bit hashes: on
text it would take three times as long at a million rows. We confirm on text what hashes find, as a
collision must not decide; the others are spared that.

The faults are planted so that nobody has to share our view of what follows from what: one person,
one class or one row has one fault, in all of its rows where a fact of it is wrong, and in the last
of three rows or more where its rows do not match. Then every peer finds the same rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from roster_toolkit.model import Profile

Check = dict[str, Any]
CODES = ("RT101", "RT102", "RT103", "RT104", "RT107", "RT108", "RT201", "RT202", "RT203", "RT204",
         "RT302", "RT303", "RT304")  # fmt: skip
#: One person or class of so many has a fault of a kind, so that one row of a hundred has any.
_PEOPLE_APART, _CLASSES_APART = 1000, 500
#: Rows of which two outvote the third.
_ENOUGH = 3


def at_fault(check: Check) -> pl.Expr:
    """True where a row breaks the rule, never null; blank cells are empty strings."""
    return _KINDS[check["kind"]](pl.col(check["column"]), check)


def _owned_by_several(cell: pl.Expr, check: Check) -> pl.Expr:
    owner, address = pl.col(check["by"]).hash(), cell.str.to_lowercase().hash()
    return (cell != "") & (owner.n_unique().over(address) > 1)


def _when(check: Check) -> pl.Expr:
    return pl.col(check["other"]).is_in(check["values"])


def _other_than_the_first(cell: pl.Expr, check: Check) -> pl.Expr:
    key, stated = pl.col(check["by"]), cell.hash()
    return (key != "") & (stated != stated.first().over(key.hash()))


_KINDS: dict[str, Callable[[pl.Expr, Check], pl.Expr]] = {
    "filled": lambda cell, _: cell == "",
    "listed": lambda cell, check: (cell != "") & ~cell.is_in(check["values"]),
    "pattern": lambda cell, check: (cell != "") & ~cell.str.contains(check["pattern"]),
    "no pattern": lambda cell, check: cell.str.contains(check["pattern"]),
    "not when": lambda cell, check: _when(check) & cell.is_in(check["wrong"]),
    "blank when": lambda cell, check: _when(check) & (cell != ""),
    "filled with": lambda cell, check: (
        (cell == "") & pl.any_horizontal(pl.col(other) != "" for other in check["others"])
    ),
    "owned by one": _owned_by_several,
    "one value": _other_than_the_first,
}


def checks_of(profile: Profile) -> list[Check]:
    """The rules as checks, a rule that is about several columns once for each."""
    return [*_of_cells(profile), *_of_rows(profile), *_of_groups(profile)]


def _of_cells(profile: Profile) -> Iterator[Check]:
    for key, column in profile.columns.items():
        kind, vocabulary = profile.kinds[column.kind], profile.vocabulary_of(column)
        if column.requirement.always:
            yield {"code": "RT101", "column": key, "kind": "filled"}
        if vocabulary:
            values = list(vocabulary.accepts)
            yield {"code": "RT102", "column": key, "kind": "listed", "values": values}
        if kind.pattern:
            code = "RT103" if column.kind == "email" else "RT104"
            yield {"code": code, "column": key, "kind": "pattern", "pattern": kind.pattern}
        if kind.forbidden_domains:
            pattern = f"(?i)@({'|'.join(kind.forbidden_domains)})[^@]*$"
            yield {"code": "RT107", "column": key, "kind": "no pattern", "pattern": pattern}
        if kind.suspicious:
            yield {"code": "RT108", "column": key, "kind": "no pattern", "pattern": kind.suspicious}


def _of_rows(profile: Profile) -> Iterator[Check]:
    student = {"other": "userRole", "values": list(profile.values_meaning("userRole", "student"))}
    staff = {"other": "userRole", "values": list(profile.values_meaning("userRole", "staff"))}
    yes = list(profile.values_meaning("primary_teacher", "yes"))
    yield {"code": "RT201", "column": "userGrade", "kind": "not when", **student, "wrong": [""]}
    yield {"code": "RT202", "column": "userGrade", "kind": "blank when", **staff}
    yield {
        "code": "RT203",
        "column": "primary_teacher",
        "kind": "not when",
        **student,
        "wrong": yes,
    }
    described = ["className", "classDisplayName", "classGrade", "classSubject"]
    for column, others in (
        ("classId", described), ("className", ["classId"]), ("classGrade", ["classId"])
    ):  # fmt: skip
        yield {"code": "RT204", "column": column, "kind": "filled with", "others": others}


def _of_groups(profile: Profile) -> Iterator[Check]:
    yield {"code": "RT302", "column": "userEmail", "kind": "owned by one", "by": "userId"}
    for column in profile.columns.values():
        if column.about == "person" and column.identifies is None:
            yield {"code": "RT303", "column": column.key, "kind": "one value", "by": "userId"}
        if column.key == "schoolId" or (column.about == "class" and column.identifies is None):
            yield {"code": "RT304", "column": column.key, "kind": "one value", "by": "classId"}


def planted(district: pl.DataFrame) -> pl.DataFrame:
    """The rows of a clean district, blank cells as empty strings, with faults of all kinds."""
    classes = pl.when(pl.col("classId") != "").then(pl.col("classId").rank("dense"))
    people = pl.col("userId").rank("dense")
    numbered = district.with_columns(
        people.alias("_number"),
        (people % _PEOPLE_APART).alias("_person"),
        (classes % _CLASSES_APART).alias("_class"),
        _last_of("userId").alias("_last"),
        _last_of("classId").alias("_latest"),
    )
    spoiled = [_spoiled(column, ways) for column, ways in _faults().items()]
    return numbered.with_columns(spoiled).select(district.columns)


def _last_of(key: str) -> pl.Expr:
    """The last row of a person or class with enough rows to outvote it."""
    size = pl.len().over(key)
    return (size >= _ENOUGH) & (pl.int_range(pl.len()).over(key) + 1 == size)


def _faults() -> dict[str, list[tuple[pl.Expr, pl.Expr]]]:
    """Column → where a cell is spoiled, and what is typed instead."""
    student, number = pl.col("userRole") == "Student", pl.col("_number")
    email = pl.col("userEmail")

    def person(turn: int) -> pl.Expr:
        return pl.col("_person") == turn

    def class_(turn: int) -> pl.Expr:
        return pl.col("_class") == turn

    pair = pl.lit("shared") + (number - pl.col("_person")).cast(pl.String) + "@school.org"
    return {
        "userFirstName": [(person(1), pl.lit(""))],
        "userRole": [(person(2), pl.lit("Astronaut"))],
        "userEmail": [
            (person(3), pl.lit("@") + email),
            (person(4), email.str.replace("@.*", "@amplify-test.org")),
            (person(5) | person(6), pair),
        ],
        "userStateId": [(person(7), (number + 100_000_000).cast(pl.String))],
        "userDistrictId": [(person(8), pl.lit("D/") + pl.col("userId"))],
        "userGrade": [(student & person(9), pl.lit("")), (~student & person(10), pl.lit("3"))],
        "primary_teacher": [(student & person(11) & pl.col("_last"), pl.lit("TRUE"))],
        "userLastName": [(person(12) & pl.col("_last"), pl.lit("Changed"))],
        "className": [(class_(1), pl.lit("")), (class_(2) & pl.col("_latest"), pl.lit("Changed"))],
        "classId": [(class_(3), pl.lit("C/") + pl.col("classId"))],
    }


def _spoiled(column: str, ways: list[tuple[pl.Expr, pl.Expr]]) -> pl.Expr:
    cell = pl.col(column)
    for where, wrong in ways:
        cell = pl.when(where).then(wrong).otherwise(cell)
    return cell.alias(column)
