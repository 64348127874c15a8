"""What one pass of the rules holds in hand: the records, what was found, what was skipped.

Four worlds stay apart: a finding (the data is wrong), a skip (nothing to judge by), a fault (a rule
of ours raised: reported, the rest goes on) and a `ToolkitError` (raised elsewhere, before there is
an upload).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TypeVar

import polars as pl

from roster_toolkit.model import Fix, Profile, Rule, Scope, Upload
from roster_toolkit.records import Records

T = TypeVar("T")

#: One line per finding, narrow until it is shown. `row` is null where a finding stands on no row;
#: `column` counts the profile's columns; `code` is the number of the rule; `value` is as cleaned;
#: `safe` is null where there is no repair; `parent` is the person or class concerned.
FINDINGS: dict[str, type[pl.DataType]] = {
    "row": pl.UInt32,
    "column": pl.Int16,
    "code": pl.UInt16,
    "value": pl.String,
    "suggestion": pl.String,
    "safe": pl.Boolean,
    "parent": pl.String,
}
#: The same before its rows are found: `key` is that of a variant of a view.
FAULTY: dict[str, type[pl.DataType]] = {
    "key": pl.UInt64,
    **{name: kind for name, kind in FINDINGS.items() if name != "row"},
}
RENUMBERED = {"userId": pl.String, "was_userId": pl.String}
NO_TEXT = pl.lit(None, dtype=pl.String)


@dataclass(frozen=True, slots=True)
class Skip:
    """A rule that had nothing to judge by."""

    code: str
    why: str


@dataclass(frozen=True, slots=True)
class Fault:
    """A rule of ours that failed; the report is incomplete and says so."""

    code: str
    what: str


@dataclass(frozen=True)
class Validation:
    """What the rules found in an upload."""

    findings: pl.DataFrame
    """Shape `FINDINGS`, sorted by row, column, code and value."""
    rules: Mapping[str, Rule]
    """The rules that were in force, with the profile's severities."""
    records: Records | None
    """What the rows say, cells in error taken out; None if the file holds no rows of ours."""
    as_read: Records | None = None
    """What the rows say, right or wrong."""
    renumbered: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=RENUMBERED))
    """`userId` (in the file), `was_userId` (in the roster) of people with a new ID."""
    skipped: tuple[Skip, ...] = ()
    faults: tuple[Fault, ...] = ()


def guarded(rule: Rule, judge: Callable[[], T], faults: list[Fault]) -> T | None:
    """What a rule says, or None and one more of `faults` if it fails.

    Only the kind of the failure is kept: its text may hold a cell.
    """
    try:
        return judge()
    except Exception as error:  # noqa: BLE001  (one rule's failure must not hide the others)
        faults.append(Fault(rule.code, f"{rule.name} failed ({type(error).__name__})"))
        return None


@dataclass
class Run:
    """One pass of the rules over one upload."""

    upload: Upload
    profile: Profile
    rules: Mapping[str, Rule]
    records: Records = field(init=False)
    faulty: dict[str, list[pl.DataFrame]] = field(default_factory=dict)
    """View → faults of its variants, shape `FAULTY`, whose rows are not yet found."""
    found: list[pl.DataFrame] = field(default_factory=list)
    """Findings whose rows are known, shape `FINDINGS`."""
    skipped: dict[str, Skip] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    renumbered: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=RENUMBERED))

    @cached_property
    def place(self) -> Mapping[str, int]:
        """Column key → its number in the findings."""
        return {key: place for place, key in enumerate(self.profile.columns)}

    @cached_property
    def refusing(self) -> list[int]:
        """Numbers of the rules whose findings refuse a row."""
        return [rule.number for rule in self.rules.values() if rule.severity.refuses]

    def over(self, *kinds: Scope) -> Iterator[Rule]:
        """The rules that range over one of `kinds`, by code."""
        return (rule for rule in self.rules.values() if rule.scope in kinds)

    def guarded(self, rule: Rule, judge: Callable[[], T]) -> T | None:
        """What a rule says, or None and a fault if it fails."""
        return guarded(rule, judge, self.faults)

    def skip(self, rule: Rule, absent: Iterable[str]) -> None:
        """Note that a rule could not judge for want of columns."""
        ordered = sorted(absent, key=self.place.__getitem__)
        names = " and ".join(self.profile.columns[key].name for key in ordered)
        self.note(rule, f"{names} cannot be read")

    def note(self, rule: Rule, why: str) -> None:
        """Note that a rule had nothing to judge by."""
        self.skipped.setdefault(rule.code, Skip(rule.code, why))

    def add(self, rule: Rule, frame: pl.DataFrame) -> None:
        """Keep findings whose rows are known; columns that `frame` lacks are null."""
        given = {
            name: pl.col(name) if name in frame.columns else pl.lit(None) for name in FINDINGS
        } | {"code": pl.lit(rule.number)}
        self.found.append(
            frame.select(given[name].cast(kind).alias(name) for name, kind in FINDINGS.items())
        )

    def keep(self, view: str, faults: pl.DataFrame, column: str) -> None:
        """Keep faults of a view's variants until their rows are found."""
        if faults.is_empty():
            return
        place = pl.lit(self.place[column])
        given = {name: pl.col(name) for name in faults.columns} | {"column": place}
        self.faulty.setdefault(view, []).append(
            faults.select(
                given.get(name, pl.lit(None)).cast(kind).alias(name)
                for name, kind in FAULTY.items()
            )
        )

    def settle(self) -> None:
        """Find the rows of all faults kept so far."""
        for view, faults in self.faulty.items():
            rows = self.records.rows.lazy().select("index", key=pl.col(view))
            self.found.append(
                rows.join(pl.concat(faults).lazy(), on="key")
                .with_columns(row=pl.col("index") + self.upload.first_row)
                .select(pl.col(name).cast(kind) for name, kind in FINDINGS.items())
                .collect()
            )
        self.faulty.clear()

    def suggestions(self, rule: Rule, key: str) -> tuple[pl.Expr, pl.Expr]:
        """The `suggestion` of a rule for a column, and whether it is `safe`."""
        spoken: Mapping[Fix, pl.Expr] = {}
        if rule.suggest is not None:
            suggest, column = rule.suggest, self.profile.columns[key]
            spoken = self.guarded(rule, lambda: suggest(column, self.profile)) or {}
        sure, likely = spoken.get(Fix.SAFE, NO_TEXT), spoken.get(Fix.CONFIRM, NO_TEXT)
        safe = (
            pl.when(sure.is_not_null())
            .then(pl.lit(value=True))
            .when(likely.is_not_null())
            .then(pl.lit(value=False))
        )
        return pl.coalesce(sure, likely), safe

    def blank_out(self, key: str, wrong: pl.Expr, *views: str) -> None:
        """Cells in error become null, so that whatever depends on them is not judged.

        In all views that hold the column, unless `views` names some.
        """
        changed = dict(self.records.views)
        for name, view in self.records.views.items():
            if key in view.columns and (not views or name in views):
                cell = pl.when(~wrong).then(pl.col(key)).alias(key)
                changed[name] = replace(view, variants=view.variants.with_columns(cell))
        self.records = replace(self.records, views=changed)

    def blank_out_at(self, view: str, key: str, places: pl.Series) -> None:
        """The same for some variants of one view, by their places."""
        chosen = self.records.views[view]
        cells = chosen.variants[key].scatter(places, None)
        variants = chosen.variants.with_columns(cells)
        views = {**self.records.views, view: replace(chosen, variants=variants)}
        self.records = replace(self.records, views=views)
