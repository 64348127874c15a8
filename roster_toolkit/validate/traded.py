"""RT423: people who get each other's address, name or second ID."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from roster_toolkit.model import Profile
from roster_toolkit.rosters.places import mask_of, records_at
from roster_toolkit.rules.roster import traded_columns

#: How the masks begin.
TRADED = "traded_"


def with_traded(statements: pl.DataFrame, profile: Profile) -> pl.DataFrame:
    """The statements with a mask for each of `traded_columns`, called `TRADED` and the column.

    Somebody gets what the roster has for another person, and that one gets what it has for a third
    or for the first: two people who are exchanged, or a column that slid past the others. Whoever
    takes over an address that its owner gives up for a new one is none of these.
    """
    return statements.with_columns(
        _traded(statements, facts).alias(f"{TRADED}{key}")
        for key, facts in traded_columns(profile).items()
        if set(facts) <= set(statements.columns)
    )


def _traded(statements: pl.DataFrame, facts: Sequence[str]) -> pl.Series:
    """Mask of the statements with the facts of somebody who takes those of another in turn."""
    before = [f"was_{fact}" for fact in facts]
    differs = pl.any_horizontal(pl.col(fact) != pl.col(f"was_{fact}") for fact in facts)
    at = statements.select((differs & pl.col("known")).arg_true()).to_series()
    changed = records_at(statements.select("userId", *facts, *before), at).with_columns(at=at)
    changed = changed.filter(pl.all_horizontal(pl.col(name) != "" for name in (*facts, *before)))
    if changed.is_empty():
        return mask_of(at.clear(), statements.height)
    taken = changed.select(
        "userId", "at", *(pl.col(fact).str.to_lowercase().alias(fact) for fact in facts)
    )
    given = changed.select(
        *(pl.col(f"was_{fact}").str.to_lowercase().alias(fact) for fact in facts), giver="userId"
    ).unique()
    takers = taken.join(given, on=facts).filter(pl.col("giver") != pl.col("userId"))
    traded = takers.filter(pl.col("giver").is_in(takers["userId"].unique().implode()))
    return mask_of(traded["at"].unique(), statements.height)
