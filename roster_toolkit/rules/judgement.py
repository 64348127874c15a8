"""The hits of rules over the file, and asking a rule for its judgement.

What each kind of rule takes and returns is told in `model.judgement`; a rule is asked by the
function here that fits its scope, so that engines need not know how rules are called.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TypeVar, cast

import polars as pl

from roster_toolkit.model import (
    CellJudge,
    Column,
    CountJudge,
    FileJudge,
    GroupJudge,
    GroupJudgement,
    Judge,
    Profile,
    RecordJudge,
    RosterJudge,
    RosterJudgement,
    RowJudge,
    Rule,
    Upload,
)
from roster_toolkit.model.once import once_for_each
from roster_toolkit.rules.registry import catalogue

T = TypeVar("T")

#: One line per hit: `index` of the record concerned, -1 for the header, null where it stands on
#: neither; `column` is a key; `safe` is null where there is no repair.
HITS: dict[str, type[pl.DataType]] = {
    "index": pl.Int64,
    "column": pl.String,
    "value": pl.String,
    "suggestion": pl.String,
    "safe": pl.Boolean,
}


_NONE = pl.DataFrame(schema=HITS)


@dataclass(frozen=True, slots=True)
class Hit:
    """One fault of the file as a whole, or of a record that could not be read."""

    index: int | None = None
    """Record concerned, -1 for the header; None where the fault stands on neither."""
    column: str | None = None
    value: str = ""
    suggestion: str | None = None
    safe: bool | None = None


def hits(found: Iterable[Hit] = ()) -> pl.DataFrame:
    """The faults as a frame, shape `HITS`."""
    rows = [(h.index, h.column, h.value, h.suggestion, h.safe) for h in found]
    return pl.DataFrame(rows, schema=HITS, orient="row") if rows else _NONE


def hits_on(
    records: pl.Series,
    value: str | pl.Series = "",
    *,
    column: str | None = None,
    safe: bool | None = None,
) -> pl.DataFrame:
    """One fault of each of some records, by index, shape `HITS`; `value` is one for all or each."""
    if records.is_empty():
        return _NONE
    fault = {"index": records, "column": column, "value": value, "suggestion": None, "safe": safe}
    return pl.DataFrame(fault, schema=HITS)


def file_hits(rule: Rule, upload: Upload, profile: Profile) -> pl.DataFrame:
    """What a rule over the file finds, shape `HITS`."""
    return cast("FileJudge", rule.judge)(upload, profile)


def cell_fault(rule: Rule, column: Column, profile: Profile) -> pl.Expr | None:
    """Where a rule over cells finds fault with `raw` and `value` of a column, if it concerns it.

    The expression is called like the rule, and never null.
    """
    if not profile.speaks(rule.code, column.key):
        return None

    def judge() -> pl.Expr | None:
        fault = cast("CellJudge", rule.judge)(column, profile)
        return None if fault is None else fault.fill_null(value=False).alias(rule.code)

    if profile.columns.get(column.key) is not column:
        return judge()
    return _said_once(rule, profile, column.key, judge)


def row_faults(rule: Rule, profile: Profile) -> Mapping[str, pl.Expr]:
    """Where a rule over rows, or over a person or class as one row states it, finds fault."""
    judge = cast("RowJudge", rule.judge)
    return _spoken(rule, profile, _said_once(rule, profile, "", lambda: judge(profile)))


def record_fault(rule: Rule, profile: Profile, columns: tuple[Column, ...]) -> pl.Expr:
    """Where a rule over whole records finds fault."""
    return cast("RecordJudge", rule.judge)(profile, columns)


def group_judgements(rule: Rule, profile: Profile) -> Mapping[str, GroupJudgement]:
    """How a rule compares subjects that share a value, for each column."""
    judge = cast("GroupJudge", rule.judge)
    return _spoken(rule, profile, _said_once(rule, profile, "", lambda: judge(profile)))


def count_fault(rule: Rule, profile: Profile) -> pl.Expr:
    """Where a rule over enrollments or class lists finds fault."""
    judge = cast("CountJudge", rule.judge)
    return _said_once(rule, profile, "", lambda: judge(profile))


def roster_judgements(rule: Rule, profile: Profile) -> Mapping[str, RosterJudgement]:
    """How a rule judges subjects beside the roster, for each column."""
    judge = cast("RosterJudge", rule.judge)
    return _spoken(rule, profile, _said_once(rule, profile, "", lambda: judge(profile)))


def _said_once(rule: Rule, profile: Profile, column: str, judge: Callable[[], T]) -> T:
    """What a rule of the catalogue says of a profile; rules of one's own are asked each time.

    It says the same each time, and to say it takes longer than to judge a few rows by it.
    """
    if rule.judge not in _judges_of_catalogue():
        return judge()
    said = _said(profile)
    place = rule.judge, column
    if place not in said:
        said[place] = judge()
    return cast("T", said[place])


@once_for_each
def _said(profile: Profile) -> dict[tuple[Judge, str], object]:
    """Judge and column → what it said of a profile, filled as it is asked for."""
    return {}


@cache
def _judges_of_catalogue() -> frozenset[Judge]:
    return frozenset(rule.judge for rule in catalogue().values())


def _spoken(rule: Rule, profile: Profile, judgements: Mapping[str, T]) -> Mapping[str, T]:
    """The judgements without columns in which the profile silences the rule."""
    return {key: found for key, found in judgements.items() if profile.speaks(rule.code, key)}
