"""RT1xx: each distinct value of a column is judged once."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from roster_toolkit.model import Rule, Scope
from roster_toolkit.records import View
from roster_toolkit.rosters.roster import Roster
from roster_toolkit.rules.judgement import cell_fault
from roster_toolkit.validate.altered_ids import altered_ids
from roster_toolkit.validate.run import Run

#: Share of the good addresses from which on a domain is the file's own.
_USUAL = 0.1


def judge_cells(run: Run, roster: Roster | None = None) -> None:
    """Judge every column's values; cells in error are taken out of what follows.

    With a roster, an ID that it knows in another form is left to the rule that says so.
    """
    for key in run.records.present:
        values = run.records.values[key]
        bad = [
            _at_fault(run, rule, key, values.filter(mask))
            for rule, mask in _left_to_cells(run, key, values, roster)
            if mask.any()
        ]
        if bad:
            _mark(run, key, pl.concat(bad))


def _left_to_cells(
    run: Run, key: str, values: pl.DataFrame, roster: Roster | None
) -> list[tuple[Rule, pl.Series]]:
    """The masks of `_masks` without the values of which a rule about the roster knows better."""
    masks = _masks(run, key, values)
    if roster is None or run.profile.columns[key].identifies is None:
        return masks
    later = {code for rule in run.over(Scope.IDENTIFIERS_KNOWN) for code in rule.supersedes}
    left = []
    for rule, mask in masks:
        if rule.code in later and mask.any():
            at_fault = values["value"].filter(mask)
            altered = altered_ids(at_fault, key, roster, run.profile)["id"]
            mask = mask & ~values["value"].is_in(altered.implode())  # noqa: PLW2901
        left.append((rule, mask))
    return left


def _masks(run: Run, key: str, values: pl.DataFrame) -> list[tuple[Rule, pl.Series]]:
    """For each rule, which of the values are at fault, once precedence is applied."""
    column = run.profile.columns[key]
    faults: dict[str, tuple[Rule, pl.Expr]] = {}
    for rule in run.over(Scope.CELL):
        fault = run.guarded(rule, lambda: cell_fault(rule, column, run.profile))  # noqa: B023
        if fault is not None:
            faults[rule.code] = rule, fault.fill_null(value=False).alias(rule.code)
    masks = _evaluated(run, values, faults)
    first = []
    for code, mask in masks.items():
        for other, earlier in masks.items():
            if code in faults[other][0].supersedes:
                mask = mask & ~earlier  # noqa: PLW2901  (narrowed step by step)
        first.append((faults[code][0], mask))
    return first


def _evaluated(
    run: Run, values: pl.DataFrame, faults: Mapping[str, tuple[Rule, pl.Expr]]
) -> dict[str, pl.Series]:
    """Code → mask: all rules in one go, or one by one where some rule fails."""
    try:
        return values.select(fault for _, fault in faults.values()).to_dict()
    except pl.exceptions.PolarsError:
        masks = {
            code: run.guarded(rule, lambda: values.select(fault).to_series())  # noqa: B023
            for code, (rule, fault) in faults.items()
        }
        return {code: mask for code, mask in masks.items() if mask is not None}


def _at_fault(run: Run, rule: Rule, key: str, values: pl.DataFrame) -> pl.DataFrame:
    """`raw`, `value`, `code`, `suggestion`, `safe` of the values that a rule found wrong."""
    suggestion, safe = run.suggestions(rule, key)
    if "domains" in suggestion.meta.root_names():
        values = values.with_columns(domains=pl.lit(_own_domains(run, key)).implode())
    return values.select(
        "raw",
        "value",
        code=pl.lit(rule.number, dtype=pl.UInt16),
        suggestion=suggestion.cast(pl.String),
        safe=safe.cast(pl.Boolean),
    )


def _own_domains(run: Run, key: str) -> pl.Series:
    """The domains of the good addresses of a column that are no exceptions, most frequent first."""
    kind = run.profile.kinds[run.profile.columns[key].kind]
    address = pl.col(key).str.to_lowercase()
    domain = address.str.extract("@(.+)$")
    refused = [domain.str.starts_with(start.lower()) for start in kind.forbidden_domains]
    counts = (
        run.records.home(key)
        .variants.lazy()
        .filter(address.str.contains(kind.pattern or ""), ~pl.any_horizontal(False, *refused))
        .group_by(domain.alias("domain"))
        .agg(addresses=address.n_unique())
        .filter(pl.col("addresses") >= _USUAL * pl.col("addresses").sum())
        .sort(pl.col("addresses") * -1, "domain")
        .collect()
    )
    return counts["domain"]


def _mark(run: Run, key: str, bad: pl.DataFrame) -> None:
    """Note which statements hold the bad values of a column, and take errors out of the vote."""
    home = run.records.home(key)
    wrong = bad.filter(pl.col("code").is_in(run.refusing)).select("raw", "value").unique()
    for view in [view for view in run.records.views.values() if key in view.columns]:
        if view.name != home.name:
            places = _holding(run, key, view, wrong)["at"]
        else:
            said = _holding(run, key, view, bad.select("raw", "value").unique())
            said = said.with_columns(key=home.variants["key"].gather(said["at"]))
            run.keep(home.name, _without_merging(run, key, said.join(bad, on="raw")), key)
            places = said.filter(pl.col("raw").is_in(wrong["raw"].implode()))["at"]
        if not places.is_empty():
            run.blank_out_at(view.name, key, places)


def _without_merging(run: Run, key: str, found: pl.DataFrame) -> pl.DataFrame:
    """The faults of a column without suggestions that would give two people one address."""
    people = run.records.home(key).variants
    if key != "userEmail" or "userId" not in people.columns:
        return found
    wanted = found.filter(pl.col("suggestion").is_not_null()).select(
        "key", address=pl.col("suggestion").str.to_lowercase()
    )
    if wanted.is_empty():
        return found
    held = people.select("key", address=pl.col(key).str.to_lowercase())
    shared = (
        pl.concat([wanted, held.filter(pl.col("address").is_in(wanted["address"].implode()))])
        .join(people.select("key", "userId"), on="key")
        .group_by("address")
        .agg(people=pl.col("userId").n_unique())
        .filter(pl.col("people") > 1)["address"]
    )
    alone = ~pl.col("suggestion").str.to_lowercase().is_in(shared.implode())
    return found.with_columns(
        suggestion=pl.when(alone).then("suggestion"), safe=pl.when(alone).then("safe")
    )


def _holding(run: Run, key: str, view: View, values: pl.DataFrame) -> pl.DataFrame:
    """`at`, the places of a view's statements that hold some values; `raw`, as they were typed.

    The statements hold cleaned cells, so those as typed are looked up for the few that might fit.
    """
    cleaned = view.variants[key]
    at = cleaned.is_in(values["value"].unique().implode()).arg_true()
    known = run.records.values[key]
    if (known["raw"] == known["value"]).all():
        return pl.DataFrame({"at": at, "raw": cleaned.gather(at)})
    raw = run.upload.cells[key].gather(view.variants["first"].gather(at))
    told = pl.DataFrame({"at": at, "raw": raw})
    return told.filter(pl.col("raw").is_in(values["raw"].unique().implode()))
