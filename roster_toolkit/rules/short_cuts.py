"""Which cells no rule needs to see, and which columns must be looked at closely all the same.

Such a cell is left out before any rule over cells sees it. That is sound only as long as no rule
finds fault with one. Of blank and of accepted values each is asked for; of what a kind calls plain
there is no end, and what a rule itself gives as bad is the proof.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

import polars as pl

from roster_toolkit.cleaning import cleaned
from roster_toolkit.model import Column, Profile, Rule, Scope
from roster_toolkit.model.once import once_for_each
from roster_toolkit.rules.judgement import cell_fault
from roster_toolkit.rules.registry import catalogue

#: Column → where it has a plain cell that no rule needs to see; other columns have none.
Unseen = Mapping[str, pl.Expr]
_NO_VALUES = pl.Series(dtype=pl.String)


def unseen_cells(rules: Iterable[Rule], profile: Profile) -> Unseen:
    """The plain cells of a file, but in columns where one of these rules finds fault with such."""
    over_cells = _over_cells(rules)
    known = _known(profile) if over_cells.keys() <= catalogue().keys() else {}
    asked = frozenset(over_cells)
    if asked not in known:
        known[asked] = _plain(profile, looked_at_closely(over_cells.values(), profile))
    return known[asked]


def sound_values(rules: Iterable[Rule], key: str, profile: Profile) -> pl.Series:
    """Blank, and the values of a column's list, as far as none of these rules finds fault.

    None beside a rule of one's own, which may say anything.
    """
    over_cells = _over_cells(rules)
    if not over_cells.keys() <= catalogue().keys():
        return _NO_VALUES
    known, asked = _known_values(profile), (key, frozenset(over_cells))
    if asked not in known:
        known[asked] = _sound(over_cells.values(), profile.columns[key], profile)
    return known[asked]


def _over_cells(rules: Iterable[Rule]) -> dict[str, Rule]:
    return {rule.code: rule for rule in rules if rule.scope is Scope.CELL}


@once_for_each
def _known(profile: Profile) -> dict[frozenset[str], Unseen]:
    """Rules of the catalogue → the cells that they need not see, filled as asked for."""
    return {}


@once_for_each
def _known_values(profile: Profile) -> dict[tuple[str, frozenset[str]], pl.Series]:
    """Column and rules of the catalogue → the values that these find sound, filled as asked for."""
    return {}


@once_for_each
def plain_cells(profile: Profile) -> Unseen:
    """The cells that are clean and sound as they stand, whatever rules there are."""
    return _plain(profile)


def _plain(profile: Profile, closely: Collection[str] = ()) -> Unseen:
    return {
        key: is_plain(pl.col(key), column.kind, profile)
        for key, column in profile.columns.items()
        if profile.kinds[column.kind].plain and not column.vocabulary and key not in closely
    }


def _sound(rules: Iterable[Rule], column: Column, profile: Profile) -> pl.Series:
    vocabulary = profile.vocabulary_of(column)
    values = pl.Series("raw", ["", *(vocabulary.accepts if vocabulary else ())])
    cells = pl.DataFrame({"raw": values, "value": cleaned(values)})
    try:
        asked = (cell_fault(rule, column, profile) for rule in rules)
        faults = [fault for fault in asked if fault is not None]
        at_fault = pl.any_horizontal(pl.col("raw") != pl.col("value"), *faults)
        return values.filter(~cells.select(at_fault).to_series())
    except Exception:  # noqa: BLE001  (the engine reports it, where it guards the rule)
        return _NO_VALUES


def looked_at_closely(rules: Iterable[Rule], profile: Profile) -> frozenset[str]:
    """Columns of which a plain cell may be at fault by one of these rules over cells."""
    over_cells = _over_cells(rules)
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
