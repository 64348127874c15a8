"""RT2xx: the cells of one row against each other, judged once per distinct statement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import NamedTuple

import polars as pl

from roster_toolkit.model import Rule, Scope
from roster_toolkit.records import VIEW_OF, clean
from roster_toolkit.rules.judgement import record_fault, row_faults
from roster_toolkit.validate.run import NO_TEXT, Run


def judge_rows(run: Run) -> None:
    """Judge rows, and the distinct statements about people and classes.

    Most rules find nothing: one query tells which of them. It no longer tells it of a rule that
    asks for a cell which an earlier rule has blanked out.
    """
    judgements = [
        _Judgement(rule, key, run.records.judged_in(rule.scope, key).name, fault)
        for rule in run.rules_over(Scope.ROW, Scope.PERSON, Scope.CLASS)
        for key, fault in _judgeable(run, rule)
    ]
    silent = _silent(run, judgements)
    blanked: set[tuple[str, str]] = set()
    for number, (rule, key, view, fault) in enumerate(judgements):
        asked = {(view, name) for name in fault.meta.root_names()}
        if number in silent and not asked & blanked:
            continue
        variants = run.records.views[view].variants
        at_fault = run.guarded(rule, lambda: variants.filter(fault))  # noqa: B023
        if at_fault is None or at_fault.is_empty():
            continue
        run.add_faults(view, as_faults(run, rule, key, at_fault), key)
        if rule.severity.rejects:
            run.blank_out(key, pl.col("key").is_in(at_fault["key"].implode()), view)
            blanked.add((view, key))


class _Judgement(NamedTuple):
    """What a rule asks of the statements of one view."""

    rule: Rule
    key: str
    view: str
    fault: pl.Expr


def _silent(run: Run, judgements: Sequence[_Judgement]) -> set[int]:
    """The numbers of those that find nothing; none of a view in which one of them fails."""
    silent: set[int] = set()
    for name, view in run.records.views.items():
        faults = {str(n): it.fault.any() for n, it in enumerate(judgements) if it.view == name}
        with suppress(pl.exceptions.PolarsError):  # said where that rule is asked by itself
            found = view.variants.select(**faults).iter_columns()
            silent |= {int(at_fault.name) for at_fault in found if not at_fault[0]}
    return silent


def _judgeable(run: Run, rule: Rule) -> Iterator[tuple[str, pl.Expr]]:
    """The rule's predicates whose columns can be read; a missing column is recorded as a skip."""
    judgements = run.guarded(rule, lambda: row_faults(rule, run.profile))
    for key, fault in (judgements or {}).items():
        view = run.records.judged_in(rule.scope, key)
        needs = {name for name in fault.meta.root_names() if name in run.column_numbers}
        absent = needs - set(view.columns)
        if absent:
            run.skip(rule, absent)
        elif key in view.columns:
            yield key, fault


def as_faults(run: Run, rule: Rule, key: str, variants: pl.DataFrame) -> pl.DataFrame:
    """The faults of some variants of a view, as `Run.add_faults` takes them."""
    parent = None if rule.cause_by_value else _parent(run, rule, key)
    suggestion, safe = run.suggestions(rule, key)
    # Both at once: a column of a profile may be called `suggestion` or `value`.
    told = variants.with_columns(
        suggestion=suggestion.cast(pl.String), value=pl.col(key).fill_null("")
    )
    return told.select(
        "key",
        "suggestion",
        "value",
        code=pl.lit(rule.number, dtype=pl.UInt16),
        safe=safe.cast(pl.Boolean),
        parent=pl.col(parent) if parent in variants.columns else NO_TEXT,
    )


def _parent(run: Run, rule: Rule, key: str) -> str | None:
    """The column that identifies the person, class or other record that a rule judges."""
    if rule.scope not in VIEW_OF:
        return None
    return run.profile.key_of(run.records.judged_in(rule.scope, key).name)


def judge_shifts(run: Run) -> None:
    """RT208, on rows with errors in two columns or more; shifted rows lose their vote."""
    for rule in run.rules_over(Scope.RECORD):
        rows = _suspects(run)
        if rows.is_empty():
            continue
        order = [h.key for h in run.upload.header if h.key is not None and h.certain]
        columns = tuple(run.profile.columns[key] for key in order)
        indices = rows - run.upload.first_row
        cells = run.upload.cells.select(order)[indices].lazy().select(clean(pl.all()))
        shifted = run.guarded(
            rule,
            lambda: cells.select(fault=record_fault(rule, run.profile, columns)).collect()["fault"],  # noqa: B023
        )
        if shifted is None or not shifted.any():
            continue
        run.add_findings(rule, pl.DataFrame({"row": rows.filter(shifted), "value": ""}))
        run.records = run.records.without(indices.filter(shifted))


def _suspects(run: Run) -> pl.Series:
    """Rows with errors in two columns or more."""
    in_error = [
        frame.lazy()
        .filter(pl.col("code").is_in(run.rejecting), pl.col("column").is_not_null())
        .select("row")
        for frame in run.findings
    ]
    if not in_error:
        return pl.Series("row", dtype=pl.UInt32)
    several = pl.concat(in_error).drop_nulls().group_by("row").len().filter(pl.col("len") > 1)
    return several.sort("row").collect()["row"]
