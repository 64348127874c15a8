"""RT1xx: each distinct value of a column is judged once."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from roster_toolkit.model import Entity, Rule, Scope
from roster_toolkit.records import View
from roster_toolkit.rosters.roster import Roster
from roster_toolkit.rules.addresses import MEANS_NO_ADDRESS
from roster_toolkit.rules.judgement import cell_fault
from roster_toolkit.rules.registry import catalogue
from roster_toolkit.rules.short_cuts import sound_values
from roster_toolkit.validate.altered_ids import altered_ids
from roster_toolkit.validate.likely_schools import ids_by_name
from roster_toolkit.validate.run import Run

#: Statements for each faulty value from which it takes half of the time to search for the values
#: first: 6 ms instead of 12 where 760,000 statements hold 14 of them.
_FEW = 8
#: Share of the valid addresses that makes a domain one of the file's own.
_OWN_DOMAIN_SHARE = 0.1
#: Scopes of rules that know an ID in another form, by the roster or by users.csv.
_BY_ID = (Scope.IDENTIFIERS_KNOWN, Scope.PEOPLE_ENROLLED)


def judge_cells(run: Run, roster: Roster | None = None) -> None:
    """Judge every column's distinct values; later rules do not see cells in error.

    With a roster, an ID that it spells differently is left to RT406.
    """
    for key in run.records.present:
        values = _doubtful(run, key)
        if values.is_empty() and run.rules.keys() <= catalogue().keys():
            continue  # most columns of a sound file; a rule of one's own may fail even so
        faults = [
            _at_fault(run, rule, key, values.filter(mask))
            for rule, mask in _left_to_cells(run, key, values, roster)
            if mask.any()
        ]
        if faults:
            _mark(run, key, pl.concat(faults))


def _doubtful(run: Run, key: str) -> pl.DataFrame:
    """The distinct values of a column, but those that are known to be sound."""
    values = run.records.values[key]
    if values.is_empty():
        return values
    sound = sound_values(run.rules.values(), key, run.profile)
    return values.filter(~values["raw"].is_in(sound.implode()))


def _left_to_cells(
    run: Run, key: str, values: pl.DataFrame, roster: Roster | None
) -> list[tuple[Rule, pl.Series]]:
    """The masks of `_masks` without values that a roster rule takes over (`supersedes`)."""
    masks = _masks(run, key, values)
    if roster is None or run.profile.columns[key].identifies is None:
        return masks
    later = {code for rule in run.rules_over(*_BY_ID) for code in rule.supersedes}
    of_schools = set()
    if run.profile.columns[key].identifies == Entity.SCHOOL and roster.school_list:
        of_schools = {c for r in run.rules_over(Scope.SCHOOLS_KNOWN) for c in r.supersedes}
    masks_left = []
    for rule, mask in masks:
        if rule.code in later and mask.any():
            at_fault = values["value"].filter(mask)
            altered = altered_ids(at_fault, key, roster, run.profile)["id"]
            mask = mask & ~values["value"].is_in(altered.implode())  # noqa: PLW2901
        if rule.code in of_schools and mask.any():
            named = values["value"].str.to_lowercase().is_in(list(ids_by_name(roster)))
            mask = mask & ~named  # noqa: PLW2901
        masks_left.append((rule, mask))
    return masks_left


def _masks(run: Run, key: str, values: pl.DataFrame) -> list[tuple[Rule, pl.Series]]:
    """For each rule, the mask of values at fault, once precedence is applied."""
    column = run.profile.columns[key]
    faults: dict[str, tuple[Rule, pl.Expr]] = {}
    for rule in run.rules_over(Scope.CELL):
        fault = run.guarded(rule, lambda: cell_fault(rule, column, run.profile))  # noqa: B023
        if fault is not None:
            faults[rule.code] = rule, fault
    masks = _evaluated(run, values, faults)
    narrowed = []
    for code, mask in masks.items():
        for other, earlier in masks.items():
            if code in faults[other][0].supersedes:
                mask = mask & ~earlier  # noqa: PLW2901  (narrowed step by step)
        narrowed.append((faults[code][0], mask))
    return narrowed


def _evaluated(
    run: Run, values: pl.DataFrame, faults: Mapping[str, tuple[Rule, pl.Expr]]
) -> dict[str, pl.Series]:
    """Code → mask: all rules in one query, or one by one where a rule fails."""
    try:
        return values.select(fault for _, fault in faults.values()).to_dict()
    except pl.exceptions.PolarsError:
        masks = {
            code: run.guarded(rule, lambda: values.select(fault).to_series())  # noqa: B023
            for code, (rule, fault) in faults.items()
        }
        return {code: mask for code, mask in masks.items() if mask is not None}


def _at_fault(run: Run, rule: Rule, key: str, values: pl.DataFrame) -> pl.DataFrame:
    """`raw`, `value`, `suggestion`, `code`, `safe` of the values that a rule found wrong."""
    suggestion, safe = run.suggestions(rule, key)
    if "domains" in suggestion.meta.root_names():
        asked = not values["value"].str.contains(MEANS_NO_ADDRESS).all()
        domains = _own_domains(run, key) if asked else pl.Series(dtype=pl.String)
        values = values.with_columns(domains=pl.lit(domains).implode())
    return values.with_columns(suggestion=suggestion.cast(pl.String)).select(
        "raw",
        "value",
        "suggestion",
        code=pl.lit(rule.number, dtype=pl.UInt16),
        safe=safe.cast(pl.Boolean),
    )


def _own_domains(run: Run, key: str) -> pl.Series:
    """The frequent domains of a column's valid addresses, most frequent first.

    Counted by statement: to count each address once takes twice as long. Whatever was not looked at
    closely is valid.
    """
    kind = run.profile.kinds[run.profile.columns[key].kind]
    barred = [pl.col("domain").str.starts_with(start.lower()) for start in kind.forbidden_domains]
    looked_at = run.records.values[key]["value"]
    malformed = looked_at.filter(~looked_at.str.contains(kind.pattern or ""))
    counts = (
        run.records.home(key)
        .variants.lazy()
        .filter(~pl.col(key).is_in(malformed.implode()))
        .group_by(end=pl.col(key).str.splitn("@", 2).struct.field("field_1"))
        .agg(addresses=pl.len())
        .with_columns(domain=("@" + pl.col("end").str.to_lowercase()).str.extract("@(.+)$"))
        .drop_nulls("domain")
        .filter(~pl.any_horizontal(False, *barred))
        .group_by("domain")
        .agg(pl.col("addresses").sum())
        .filter(pl.col("addresses") >= _OWN_DOMAIN_SHARE * pl.col("addresses").sum())
        .sort(pl.col("addresses").cast(pl.Int64) * -1, "domain")
        .collect()
    )
    return counts["domain"]


def _mark(run: Run, key: str, faults: pl.DataFrame) -> None:
    """Record which statements hold the faulty values of a column, and blank out those in error."""
    home = run.records.home(key)
    in_error = faults.filter(pl.col("code").is_in(run.rejecting)).select("raw", "value").unique()
    for view in [view for view in run.records.views.values() if key in view.columns]:
        if view.name != home.name:
            places = _holding(run, key, view, in_error)["at"]
        else:
            held = _held(run, key, view, faults)
            run.add_faults(home.name, _without_merging(run, key, held), key)
            places = held["at"].filter(held["code"].is_in(run.rejecting))
        if not places.is_empty():
            run.blank_out_at(view.name, key, places)


def _without_merging(run: Run, key: str, faults: pl.DataFrame) -> pl.DataFrame:
    """The faults of a column, minus suggestions that would give two people one address."""
    people = run.records.home(key).variants
    if key != "userEmail" or "userId" not in people.columns:
        return faults
    wanted = faults.filter(pl.col("suggestion").is_not_null()).select(
        "key", address=pl.col("suggestion").str.to_lowercase()
    )
    if wanted.is_empty():
        return faults
    held = people.select("key", address=pl.col(key).str.to_lowercase())
    shared = (
        pl.concat([wanted, held.filter(pl.col("address").is_in(wanted["address"].implode()))])
        .join(people.select("key", "userId"), on="key")
        .group_by("address")
        .agg(people=pl.col("userId").n_unique())
        .filter(pl.col("people") > 1)["address"]
    )
    distinct = ~pl.col("suggestion").str.to_lowercase().is_in(shared.implode())
    return faults.with_columns(
        suggestion=pl.when(distinct).then("suggestion"), safe=pl.when(distinct).then("safe")
    )


def _held(run: Run, key: str, view: View, faults: pl.DataFrame) -> pl.DataFrame:
    """The faulty values with `at` and `key` of each statement that holds them."""
    many = _FEW * faults.height > view.variants.height
    if many and _as_typed(run, key):  # one join finds them, without a search before it
        return view.variants.select("key", raw=key).with_row_index("at").join(faults, on="raw")
    holders = _holding(run, key, view, faults.select("raw", "value").unique())
    holders = holders.with_columns(key=view.variants["key"].gather(holders["at"]))
    return holders.join(faults, on="raw")


def _as_typed(run: Run, key: str) -> bool:
    """Whether cleaning leaves every cell of a column as it was typed."""
    values = run.records.values[key]
    return bool((values["raw"] == values["value"]).all())


def _holding(run: Run, key: str, view: View, values: pl.DataFrame) -> pl.DataFrame:
    """`at`, positions of a view's statements that hold some values; `raw`, the value as typed.

    Statements hold cleaned cells, so the typed cells are looked up only for those that may match.
    """
    cleaned = view.variants[key]
    at = cleaned.is_in(values["value"].unique().implode()).arg_true()
    if _as_typed(run, key):
        return pl.DataFrame({"at": at, "raw": cleaned.gather(at)})
    raw = run.upload.cells[key].gather(view.variants["first"].gather(at))
    typed = pl.DataFrame({"at": at, "raw": raw})
    return typed.filter(pl.col("raw").is_in(values["raw"].unique().implode()))
