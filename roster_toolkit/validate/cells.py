"""RT1xx: each distinct value of a column is judged once."""

from __future__ import annotations

import polars as pl

from roster_toolkit.model import Over, Rule
from roster_toolkit.records import View
from roster_toolkit.validate.run import Run


def judge_cells(run: Run) -> None:
    """Judge every column's values; cells in error are taken out of what follows."""
    for key in run.records.present:
        values = run.records.values[key]
        bad = [
            _at_fault(run, rule, key, values.filter(mask))
            for rule, mask in _masks(run, key, values)
            if mask.any()
        ]
        if bad:
            _mark(run, key, pl.concat(bad))


def _masks(run: Run, key: str, values: pl.DataFrame) -> list[tuple[Rule, pl.Series]]:
    """For each rule, which of the values are at fault, once precedence is applied."""
    column = run.profile.columns[key]
    judged: list[tuple[Rule, pl.Series]] = []
    for rule in run.over(Over.CELL):
        mask = run.guarded(rule, lambda: _mask(values, rule.judge(column, run.profile)))  # noqa: B023
        if mask is not None:
            judged.append((rule, mask))
    first = []
    for rule, mask in judged:
        for other, earlier in judged:
            if rule.code in other.supersedes:
                mask = mask & ~earlier  # noqa: PLW2901  (narrowed step by step)
        first.append((rule, mask))
    return first


def _mask(values: pl.DataFrame, fault: pl.Expr | None) -> pl.Series | None:
    if fault is None:
        return None
    return values.select(fault=fault.fill_null(value=False))["fault"]


def _at_fault(run: Run, rule: Rule, key: str, values: pl.DataFrame) -> pl.DataFrame:
    """`raw`, `value`, `code`, `suggestion`, `safe` of the values that a rule found wrong."""
    suggestion, safe = run.suggestions(rule, key)
    return values.select(
        "raw",
        "value",
        code=pl.lit(rule.number, dtype=pl.UInt16),
        suggestion=suggestion.cast(pl.String),
        safe=safe.cast(pl.Boolean),
    )


def _mark(run: Run, key: str, bad: pl.DataFrame) -> None:
    """Note which statements hold the bad values of a column, and take errors out of the vote."""
    home = run.records.home(key)
    said = home.variants.select("key", raw=pl.lit(_as_typed(run, key, home)))
    concerned = said.filter(pl.col("raw").is_in(bad["raw"].unique().implode()))
    run.keep(home.name, concerned.join(bad, on="raw"), key)
    wrong = bad.filter(pl.col("code").is_in(run.refusing))["raw"].unique()
    if wrong.is_empty():
        return
    holding = [view for view in run.records.views.values() if key in view.columns]
    for view in holding:
        typed = pl.lit(_as_typed(run, key, view))
        run.blank_out(key, typed.is_in(wrong.implode()), view.name)


def _as_typed(run: Run, key: str, view: View) -> pl.Series:
    """The cells of a column as the statements of a view have them, untrimmed."""
    values = run.records.values[key]
    if (values["raw"] == values["value"]).all():
        return view.variants[key]
    return run.upload.cells[key].gather(view.variants["first"])
