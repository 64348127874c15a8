"""Assign each finding its claim: header, shifted row, whole column, or member."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from roster_toolkit.causes.model import Claim
from roster_toolkit.model import Profile, Scope
from roster_toolkit.validate import Validation

#: Share of wrong cells among the filled ones from which on the whole column is one cause.
WHOLE_COLUMN = 0.8
#: A finding's claim, as narrow as can be: findings are grouped by it again and again.
CLAIMS = pl.Enum(sorted(claim.value for claim in Claim))


def claims(findings: pl.DataFrame, validation: Validation, profile: Profile) -> pl.DataFrame:
    """Add `claim`, `leader` (number of the rule that names the cause), `place` and `member`."""
    scopes = {rule.number: rule.scope for rule in validation.rules.values()}
    of_file = pl.col("code").is_in([code for code, scope in scopes.items() if scope is Scope.FILE])
    shifts = [code for code, scope in scopes.items() if scope is Scope.RECORD]
    shifted = findings.filter(pl.col("code").is_in(shifts))["row"]
    in_shifted_row = pl.col("row").is_in(shifted.implode())
    damaged = _damaged_columns(findings.filter(~in_shifted_row), validation, profile)
    claim = (
        pl.when(of_file & pl.col("row").is_null()).then(claimed_as(Claim.HEADER))
        .when(in_shifted_row).then(claimed_as(Claim.SHIFT))
        .when(pl.struct("code", "column").is_in(damaged.to_struct().implode()))
        .then(claimed_as(Claim.COLUMN))
        .otherwise(claimed_as(Claim.MEMBER))
    )  # fmt: skip
    claimed = findings.with_columns(claim=claim)
    header_name, leader = _headers(claimed, profile)
    is_header, is_shift = pl.col("claim") == Claim.HEADER, pl.col("claim") == Claim.SHIFT
    return claimed.with_columns(
        leader=pl.when(is_header).then(leader)
        .when(is_shift).then(pl.lit(shifts[0] if shifts else None, dtype=pl.UInt16))
        .otherwise("code"),
        place=pl.when(~is_header & ~is_shift).then("column"),
        member=pl.when(is_header).then(header_name)
        .when(~is_shift & ~of_file).then(pl.coalesce("parent", "value")),
    )  # fmt: skip


def claimed_as(claim: Claim) -> pl.Expr:
    """A claim of kind `CLAIMS`."""
    return pl.lit(claim.value, dtype=CLAIMS)


def _headers(claimed: pl.DataFrame, profile: Profile) -> tuple[pl.Expr, pl.Expr]:
    """The header that a finding is about, and the rule that names its cause.

    A missing header and an unknown one that is probably its misspelling are one cause.
    """
    names = {place: column.name for place, column in enumerate(profile.columns.values())}
    column_name = pl.col("column").replace_strict(names, default=None, return_dtype=pl.String)
    header_name = pl.coalesce("suggestion", column_name, "value")
    misspelled = claimed.filter(
        pl.col("claim") == Claim.HEADER,
        pl.col("suggestion").is_not_null(),
        pl.col("column").is_null(),
    )
    suggested_names = misspelled["suggestion"].unique()
    code = misspelled["code"].min()
    renamed = pl.when(header_name.is_in(suggested_names.implode())).then(
        pl.lit(code, dtype=pl.UInt16)
    )
    return header_name, pl.coalesce(renamed, "code")


def _damaged_columns(
    findings: pl.DataFrame, validation: Validation, profile: Profile
) -> pl.DataFrame:
    """`code`, `column` where nearly all filled cells are at fault, or all cells are blank.

    Rules of every scope count: a column of which every value is unknown to the roster is damaged
    as well.
    """
    of_file = [rule.number for rule in validation.rules.values() if rule.scope is Scope.FILE]
    counted = (
        findings.lazy()
        .filter(
            pl.col("row").is_not_null(),
            pl.col("column").is_not_null(),
            ~pl.col("code").is_in(of_file),
        )
        .group_by("code", "column")
        .agg(rows=pl.len(), wrong=(pl.col("value") != "").sum())
        .filter(pl.col("rows") > 1)
        .sort("code", "column")
        .collect()
    )
    keys = list(profile.columns)
    filled = _filled(validation, [keys[place] for place in counted["column"].unique()])
    of_place = {keys.index(key): count for key, count in filled.items()}
    filled_cells = pl.col("column").replace_strict(of_place, default=None, return_dtype=pl.UInt32)
    enough = (filled_cells == 0) | (
        (pl.col("wrong") > 1) & (pl.col("wrong") >= WHOLE_COLUMN * filled_cells)
    )
    return counted.filter(enough).select("code", "column")


def _filled(validation: Validation, keys: Collection[str]) -> dict[str, int]:
    """Column → its filled cells, counted in the rows that were validated (no shifted ones).

    A distinct statement, as it was read, counts for its rows: there are a fifth as many as cells.
    """
    records, as_read = validation.records, validation.as_read
    filled = dict.fromkeys(keys, 0)
    if records is None or as_read is None:
        return filled
    for name, view in as_read.views.items():
        columns = [k for k in keys if k in records.values and records.home(k).name == name]
        if not columns:
            continue
        validated = records.views[name].variants.select("key", "rows")
        stated = view.variants.lazy()
        if validated.height < view.variants.height:  # shifted rows were taken out; the order stays
            stated = stated.filter(pl.col("key").is_in(validated["key"].implode()))
        counts = (
            stated.select((pl.col(key) != "").alias(key) for key in columns)
            .with_columns(validated["rows"])
            .select(pl.col("rows").filter(key).sum().alias(key) for key in columns)
            .collect()
        )
        filled |= counts.row(0, named=True)
    return filled
