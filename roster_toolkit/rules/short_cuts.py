"""Which columns must be looked at closely, whatever their kind calls plain.

A plain cell is left out before any rule sees it. That is sound only as long as no rule finds fault
with one; what a rule itself gives as bad is the proof, asked for in every check.
"""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from roster_toolkit.model import Column, Over, Profile, Rule


def looked_at_closely(rules: Iterable[Rule], profile: Profile) -> frozenset[str]:
    """Columns whose short cut would hide a cell from one of these rules."""
    shown = [(rule, bad) for rule in rules if (bad := _bad_cells(rule)) is not None]
    return frozenset(
        column.key
        for column in profile.columns.values()
        if profile.kinds[column.kind].plain and not column.vocabulary
        if any(_finds_fault_with_plain(rule, bad, column, profile) for rule, bad in shown)
    )


def is_plain(cells: pl.Expr, column: Column, profile: Profile) -> pl.Expr:
    """Whether cells of a column are clean and sound as they stand.

    Placeholders and refused domains are never plain: the profile may name others at any time.
    """
    kind = profile.kinds[column.kind]
    plain = cells.str.contains(kind.plain or "^$")
    plain &= ~cells.str.to_lowercase().is_in(profile.words["placeholders"])
    if kind.forbidden_domains:
        refused = [f"@{domain}" for domain in kind.forbidden_domains]
        plain &= ~cells.str.contains_any(refused, ascii_case_insensitive=True)
    return plain


def _bad_cells(rule: Rule) -> pl.DataFrame | None:
    """What a rule over cells shows as bad: `raw` and `value`."""
    if rule.over is not Over.CELL or isinstance(rule.bad, bytes):
        return None
    raw = [cell for cells in rule.bad.values() for cell in cells]
    return pl.DataFrame({"raw": raw, "value": [cell.strip() for cell in raw]})


def _finds_fault_with_plain(
    rule: Rule, bad: pl.DataFrame, column: Column, profile: Profile
) -> bool:
    hidden = bad.filter(is_plain(pl.col("raw"), column, profile))
    if hidden.is_empty():
        return False
    fault: pl.Expr | None = rule.judge(column, profile)
    if fault is None:
        return False
    return bool(hidden.select(fault.fill_null(value=False).any()).item())
