"""What follows where a spreadsheet counted up: unknown schools, torn classes, odd grades."""

from __future__ import annotations

import polars as pl

from roster_toolkit.causes.claims import claimed_as
from roster_toolkit.causes.model import Claim
from roster_toolkit.rules.cell import unaccepted_value
from roster_toolkit.rules.counted_up import counted_up
from roster_toolkit.rules.group import class_without_teacher, conflicting_class
from roster_toolkit.rules.registry import rule_of
from roster_toolkit.rules.roster import unknown_school

_COUNTED_UP = rule_of(counted_up).number
_FOLLOWING = tuple(
    rule_of(judge).number
    for judge in (unaccepted_value, conflicting_class, class_without_teacher, unknown_school)
)


def with_counted_up(claimed: pl.DataFrame) -> pl.DataFrame:
    """Give a column that was counted up, and what follows from it in that column, one claim."""
    here = pl.col("code") == _COUNTED_UP
    columns = claimed.filter(here)["column"].unique()
    if columns.is_empty():
        return claimed
    rows = claimed.filter(here)["row"].implode()
    torn = claimed.filter(pl.col("code").is_in(_FOLLOWING), pl.col("row").is_in(rows))["parent"]
    concerned = (
        pl.col("row").is_null()
        | pl.col("row").is_in(rows)
        | pl.col("parent").is_in(torn.drop_nulls().implode())
    )
    shared = pl.col("claim").is_in([Claim.COLUMN.value, Claim.MEMBER.value])
    follows = pl.col("code").is_in(_FOLLOWING) & shared
    absorbed = here | (follows & pl.col("column").is_in(columns.implode()) & concerned)
    return claimed.with_columns(
        claim=pl.when(absorbed).then(claimed_as(Claim.MEMBER)).otherwise("claim"),
        leader=pl.when(absorbed).then(pl.lit(_COUNTED_UP, dtype=pl.UInt16)).otherwise("leader"),
        place=pl.when(absorbed).then("column").otherwise("place"),
        member=pl.when(~absorbed).then("member"),
    )
