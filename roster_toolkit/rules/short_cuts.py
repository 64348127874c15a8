"""Which columns must be looked at closely, whatever their kind calls plain.

A plain cell is left out before any rule sees it. That is sound only as long as no rule finds fault
with one; what a rule itself gives as bad is the proof, asked for in every check.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from roster_toolkit.model import Column, Profile, Rule, Scope
from roster_toolkit.model.once import once_for_each
from roster_toolkit.rules.judgement import cell_fault
from roster_toolkit.rules.registry import catalogue


def looked_at_closely(rules: Iterable[Rule], profile: Profile) -> frozenset[str]:
    """Columns whose short cut would hide a cell from one of these rules."""
    over_cells = {rule.code: rule for rule in rules if rule.scope is Scope.CELL}
    if not all(code in catalogue() for code in over_cells):
        return _looked_at_closely(over_cells, profile)
    known, asked = _known(profile), frozenset(over_cells)
    if asked not in known:
        known[asked] = _looked_at_closely(over_cells, profile)
    return known[asked]


@once_for_each
def _known(profile: Profile) -> dict[frozenset[str], frozenset[str]]:
    """Rules of the catalogue → the columns looked at closely for them, filled as asked for."""
    return {}


def _looked_at_closely(over_cells: Mapping[str, Rule], profile: Profile) -> frozenset[str]:
    bad = _bad_cells(over_cells.values())
    columns = [c for c in profile.columns.values() if not c.vocabulary]
    hidden = {
        kind: bad.filter(is_plain(pl.col("raw"), kind, profile)).partition_by("code")
        for kind in {column.kind for column in columns}
        if profile.kinds[kind].plain
    }
    return frozenset(
        column.key
        for column in columns
        for cells in hidden.get(column.kind, ())
        if _finds_fault(over_cells[cells["code"][0]], cells, column, profile)
    )


def is_plain(cells: pl.Expr, kind_name: str, profile: Profile) -> pl.Expr:
    """Whether cells of a kind are clean and sound as they stand.

    Placeholders and rejected domains are never plain: the profile may name others at any time.
    """
    kind = profile.kinds[kind_name]
    plain = cells.str.contains(kind.plain or "^$")
    plain &= ~cells.str.to_lowercase().is_in(profile.words["placeholders"])
    if kind.forbidden_domains:
        barred = [f"@{domain}" for domain in kind.forbidden_domains]
        plain &= ~cells.str.contains_any(barred, ascii_case_insensitive=True)
    return plain


def _bad_cells(rules: Iterable[Rule]) -> pl.DataFrame:
    """What rules over cells show as bad: `code`, `raw` and `value`."""
    cells = [
        (rule.code, cell, cell.strip())
        for rule in rules
        if isinstance(rule.bad, Mapping)
        for column in rule.bad.values()
        for cell in column
    ]
    schema = dict.fromkeys(("code", "raw", "value"), pl.String)
    return pl.DataFrame(cells, schema=schema, orient="row")


def _finds_fault(rule: Rule, cells: pl.DataFrame, column: Column, profile: Profile) -> bool:
    """Whether a rule finds fault with cells that are plain; one that fails does so elsewhere."""
    try:
        fault = cell_fault(rule, column, profile)
        if fault is None:
            return False
        return bool(cells.select(fault.any()).item())
    except Exception:  # noqa: BLE001  (the engine reports it, where it guards the rule)
        return True
