"""State of one validation run: the records, the findings, the skipped rules.

Four things stay apart: a finding (the data is wrong), a skip (nothing to judge by), a fault (a rule
of ours raised: it is reported and the run goes on) and a `ToolkitError` (raised elsewhere, before
there is an upload).
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

#: One line per finding, in narrow types. `row` is null where a finding stands on no row; `column`
#: is the position in the profile's columns; `code` is the number of the rule; `value` is cleaned;
#: `safe` is null where there is no repair; `parent` is the person or class concerned.
#: Codes and columns are numbers, not `pl.Enum`: that would save 1 MB of 12 and no time on 470,000
#: findings, and would be another type in each profile, so that frames of two would not concatenate.
FINDINGS: dict[str, type[pl.DataType]] = {
    "row": pl.UInt32,
    "column": pl.Int16,
    "code": pl.UInt16,
    "value": pl.String,
    "suggestion": pl.String,
    "safe": pl.Boolean,
    "parent": pl.String,
}
#: The same before its rows are resolved: `key` is the join key of a view's variant.
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
    """The result of a rule's function; if it raises, None and one more of `faults`.

    Only the type of the exception is kept: its message may hold a cell.
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
    as_read: Records = field(init=False)
    """The same before any cell is taken out as wrong."""
    pending: dict[str, list[pl.DataFrame]] = field(default_factory=dict)
    """View → faults of its variants, shape `FAULTY`, whose rows are not yet resolved."""
    findings: list[pl.DataFrame] = field(default_factory=list)
    """Findings whose rows are resolved, shape `FINDINGS`."""
    skipped: dict[str, Skip] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    renumbered: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=RENUMBERED))
    in_roster: dict[str, pl.Series] = field(default_factory=dict)
    """Column of IDs → the place in the roster of the ID in each statement of its home view."""

    @cached_property
    def column_numbers(self) -> Mapping[str, int]:
        """Column key → its position, as `column` of the findings has it."""
        return {key: number for number, key in enumerate(self.profile.columns)}

    @cached_property
    def rejecting(self) -> list[int]:
        """Numbers of the rules whose findings reject a row."""
        return [rule.number for rule in self.rules.values() if rule.severity.rejects]

    def rules_over(self, *scopes: Scope) -> Iterator[Rule]:
        """The rules of one of these scopes, by code."""
        return (rule for rule in self.rules.values() if rule.scope in scopes)

    def guarded(self, rule: Rule, judge: Callable[[], T]) -> T | None:
        """The result of a rule's function, or None and a fault if it raises."""
        return guarded(rule, judge, self.faults)

    def skip(self, rule: Rule, absent: Iterable[str]) -> None:
        """Record that a rule is skipped because columns are absent."""
        ordered = sorted(absent, key=self.column_numbers.__getitem__)
        names = " and ".join(self.profile.columns[key].name for key in ordered)
        self.note_skip(rule, f"{names} cannot be read")

    def note_skip(self, rule: Rule, why: str) -> None:
        """Record that a rule is skipped, and why; the first reason stays."""
        self.skipped.setdefault(rule.code, Skip(rule.code, why))

    def add_findings(self, rule: Rule, frame: pl.DataFrame) -> None:
        """Add findings whose rows are known; columns that `frame` lacks are null."""
        columns = {
            name: pl.col(name) if name in frame.columns else pl.lit(None) for name in FINDINGS
        } | {"code": pl.lit(rule.number)}
        self.findings.append(
            frame.select(columns[name].cast(kind).alias(name) for name, kind in FINDINGS.items())
        )

    def add_faults(self, view: str, faults: pl.DataFrame, column: str) -> None:
        """Add faults of a view's variants; `resolve_rows` turns them into findings."""
        if faults.is_empty():
            return
        column_number = pl.lit(self.column_numbers[column])
        columns = {name: pl.col(name) for name in faults.columns} | {"column": column_number}
        self.pending.setdefault(view, []).append(
            faults.select(
                columns.get(name, pl.lit(None)).cast(kind).alias(name)
                for name, kind in FAULTY.items()
            )
        )

    def resolve_rows(self) -> None:
        """Turn all pending faults into findings, one per row of the variant."""
        for view, faults in self.pending.items():
            rows = self.records.rows.lazy().select("index", key=pl.col(view))
            self.findings.append(
                rows.join(pl.concat(faults).lazy(), on="key")
                .with_columns(row=pl.col("index") + self.upload.first_row)
                .select(pl.col(name).cast(kind) for name, kind in FINDINGS.items())
                .collect()
            )
        self.pending.clear()

    def suggestions(self, rule: Rule, key: str) -> tuple[pl.Expr, pl.Expr]:
        """The `suggestion` of a rule for a column, and whether it is `safe` (null without one).

        `safe` reads the column `suggestion`, so that what makes it runs once: Polars runs a Python
        function as often as it is mentioned, and that of addresses costs most where they are bad.
        """
        suggestions: Mapping[Fix, pl.Expr] = {}
        if rule.suggest is not None:
            suggest, column = rule.suggest, self.profile.columns[key]
            suggestions = self.guarded(rule, lambda: suggest(column, self.profile)) or {}
        safe_value = suggestions.get(Fix.SAFE, NO_TEXT)
        likely_value = suggestions.get(Fix.CONFIRM, NO_TEXT)
        is_safe = safe_value.is_not_null() if Fix.CONFIRM in suggestions else pl.lit(value=True)
        safe = pl.when(pl.col("suggestion").is_not_null()).then(is_safe)
        return pl.coalesce(safe_value, likely_value), safe

    def blank_out(self, key: str, mask: pl.Expr, *views: str) -> None:
        """Set cells in error to null, so that whatever depends on them is not judged.

        In all views that have the column, unless `views` names some.
        """
        changed = dict(self.records.views)
        for name, view in self.records.views.items():
            if key in view.columns and (not views or name in views):
                cell = pl.when(~mask).then(pl.col(key)).alias(key)
                changed[name] = replace(view, variants=view.variants.with_columns(cell))
        self.records = replace(self.records, views=changed)

    def blank_out_at(self, view: str, key: str, places: pl.Series) -> None:
        """Set the cells of some variants of one view to null, by position."""
        target = self.records.views[view]
        cells = target.variants[key].scatter(places, None)
        variants = target.variants.with_columns(cells)
        views = {**self.records.views, view: replace(target, variants=variants)}
        self.records = replace(self.records, views=views)
