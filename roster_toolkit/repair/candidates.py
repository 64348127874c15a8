"""Which repairs there are for what was found, and which one a cell gets.

Where several findings stand on a cell, the gravest one's repair is made: it works on the value
without its white space, so that the cleaning is implied. A record that is dropped needs no other
repair, and one whose cells are shifted gets none: its values stand under the wrong headers.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from roster_toolkit.model import Remark, Rule, Scope
from roster_toolkit.records import clean
from roster_toolkit.repair.confirm import Confirmed
from roster_toolkit.repair.draft import Draft
from roster_toolkit.repair.model import NO_RECORD, REPAIRS
from roster_toolkit.rules.file import blank_row, sample_row
from roster_toolkit.rules.group import repeated_enrollment
from roster_toolkit.rules.registry import rule_of
from roster_toolkit.validate import Validation

SAMPLE_ROW, BLANK_ROW, REPEATED = (
    rule_of(judge).number for judge in (sample_row, blank_row, repeated_enrollment)
)
#: Rules whose rows are dropped if that was confirmed.
CONFIRMED_DROPS = (NO_RECORD, SAMPLE_ROW)


def numbers(validation: Validation, *kinds: Scope, rejecting: bool = False) -> list[int]:
    """Numbers of the rules that range over one of `kinds`; with `rejecting`, those that reject."""
    return [
        rule.number
        for rule in validation.rules.values()
        if rule.scope in kinds and (rule.severity.rejects or not rejecting)
    ]


def repairs_of(
    draft: Draft, validation: Validation, confirmed: Confirmed, excluded: pl.DataFrame
) -> pl.DataFrame:
    """Shape `REPAIRS`: what may be done about the findings, at most one thing for each cell.

    Repairs in `excluded` (`index`, `column`, `code`) are left out; where a cell has two
    repairs, the other may apply.
    """
    drops = _without(_drops(draft, validation, confirmed), excluded)
    possible = possible_repairs(draft, validation).filter(
        ~pl.col("shifted"), pl.col("safe") | confirmed.expression()
    )
    possible = _without(possible, excluded)
    ranks = {rule.number: rule.severity.rank for rule in validation.rules.values()}
    rank = pl.col("code").replace_strict(ranks, return_dtype=pl.UInt8)
    cells = (
        possible.filter(~pl.col("index").is_in(drops["index"].implode()))
        .sort("cleans", rank, "code")
        .unique(["index", "column"], keep="first", maintain_order=True)
        .sort("index", "column")
    )
    return pl.concat([drops, cells.select(list(REPAIRS))])


def _without(repairs: pl.DataFrame, excluded: pl.DataFrame) -> pl.DataFrame:
    if excluded.is_empty() or repairs.is_empty():
        return repairs
    return repairs.join(excluded, on=excluded.columns, how="anti", nulls_equal=True)


def possible_repairs(draft: Draft, validation: Validation) -> pl.DataFrame:
    """Findings about cells that have a repair: `REPAIRS`, `value`, `safe`, and `shifted`.

    A cell that was edited by hand has none: the edit stands. What looks like space is half of a
    letter, perhaps, where names do not fit the encoding that was guessed.
    """
    cleans = pl.col("suggestion") == pl.col("value")
    names = dict(enumerate(draft.profile.columns))
    key = pl.col("column").replace_strict(names, return_dtype=pl.String)
    shifts = numbers(validation, Scope.RECORD)
    findings = validation.findings
    shifted = findings.filter(pl.col("code").is_in(shifts))["row"].unique()
    repairable = [rule.number for rule in validation.rules.values() if repairs_cells(rule)]
    possible = (
        findings.lazy()
        .filter(
            pl.col("code").is_in(repairable),
            pl.col("safe").is_not_null(),
            pl.all_horizontal(pl.col("row", "column", "suggestion").is_not_null()),
        )
        .select(
            (pl.col("row") - draft.upload.first_row).alias("index"),
            key.alias("column"),
            "code",
            after="suggestion",
            cleans=cleans,
            value="value",
            safe=pl.col("safe") & (pl.lit(draft.upload.encoding_fits) | ~cleans),
            shifted=pl.col("row").is_in(shifted.implode()),
        )
        .filter(pl.col("column").is_in(draft.upload.cells.columns))
        .collect()
    )
    return _without(possible, draft.edited)


def repairs_cells(rule: Rule) -> bool:
    """Whether the repair of a rule is another value of a cell."""
    return bool(rule.fixes) and rule.scope not in (Scope.FILE, Scope.ENROLLMENTS)


def _drops(draft: Draft, validation: Validation, confirmed: Confirmed) -> pl.DataFrame:
    """Records to drop: blank ones, exact repeats of another, rows of the template, no records."""
    dropped = draft.dropped["index"]
    findings = validation.findings.filter(pl.col("row").is_not_null()).select(
        "code", "value", "safe", (pl.col("row") - draft.upload.first_row).alias("index")
    )
    blank = findings.filter(pl.col("code") == BLANK_ROW)["index"]
    # A record with a header glued to it is a person, who stays.
    agreed = findings.filter(confirmed.expression(), pl.col("value") != Remark.GLUED)
    repeats = exact_repeats(draft, findings.filter(pl.col("code") == REPEATED)["index"])
    codes: Sequence[tuple[int, pl.Series]] = (
        *((code, agreed.filter(pl.col("code") == code)["index"]) for code in CONFIRMED_DROPS),
        (BLANK_ROW, blank), (REPEATED, repeats),
    )  # fmt: skip
    drops = pl.concat(
        pl.DataFrame({"index": indices}).select(
            pl.col("index").cast(pl.UInt32),
            column=pl.lit(None, pl.String),
            code=pl.lit(code, pl.UInt16),
            after=pl.lit(None, pl.String),
            cleans=pl.lit(value=False),
        )
        for code, indices in codes
    )
    new_drops = drops.filter(~pl.col("index").is_in(dropped.implode()))
    return new_drops.unique("index", keep="first", maintain_order=True).sort("index")


def exact_repeats(draft: Draft, indices: pl.Series) -> pl.Series:
    """Records whose cleaned cells are all those of another one, which stays.

    Of those that are alike by now, one that was not repaired stays, the first of them; where all
    were, what they said before decides, so that it is the same whatever the order of the rows.
    """
    if indices.is_empty():
        return indices
    ordered = indices.unique().sort()
    cells, origin = draft.upload.cells[ordered], draft.origin.cells[ordered]
    alike = cells.select(alike=pl.struct(clean(pl.all())))
    typed = origin.select(typed=pl.struct(pl.all())).with_columns(
        repaired=ordered.is_in(draft.repairs["index"].implode()), index=ordered
    )
    records = pl.concat([alike, typed], how="horizontal").sort("repaired", "typed", "index")
    return records.filter(~pl.col("alike").is_first_distinct())["index"].sort()
