"""RT403, RT404, RT421 and RT422: people of the roster who stand in the file under another ID."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from roster_toolkit.model import Profile
from roster_toolkit.rules.roster import other_ids_of_person
from roster_toolkit.validate.run import NO_TEXT, RENUMBERED

_NAMES = ("userFirstName", "userLastName")
#: People whose IDs differ from the roster's by the same beginning or end: no accident.
_SAME_AFFIX = 3


def with_old_id(
    statements: pl.DataFrame, left_out: pl.DataFrame, facts: Sequence[str], profile: Profile
) -> pl.DataFrame:
    """The statements with what is known of a person who has another ID in the roster.

    `old_id` (same address and name), `same` (all else equal), `swapped` (the column with which
    `userId` has changed places, by the roster) and `no_new` (the ID is the old one written in
    another way, or another ID of the person) hold for the person as a whole, whichever row states
    it; cells in error are ignored. `left_out`: `userId` and `was_…` of the people of the roster
    whose ID is in no row.
    """
    unknown = statements.filter(~pl.col("known"))
    unused = left_out.with_columns(address=pl.col("was_userEmail").str.to_lowercase())
    facts_in_file = [fact for fact in facts if fact in statements.columns]
    differs = pl.any_horizontal(
        (pl.col(fact) != pl.col(f"old_{fact}")) & (pl.col(fact) != "") for fact in facts_in_file
    )
    names_before = [f"was_{name}" for name in _NAMES]
    matches = (
        unknown.filter(pl.col("userEmail") != "")
        .select("userId", *_NAMES, address=pl.col("userEmail").str.to_lowercase())
        .join(unused.select("address", *names_before, old_id="userId"), on="address")
        .filter(*(pl.col(name) == pl.col(f"was_{name}") for name in _NAMES))
        .select("userId", "old_id")
        .unique()
        .filter(pl.len().over("userId") == 1)
    )
    facts_before = unused.select(
        old_id="userId", **{f"old_{fact}": f"was_{fact}" for fact in facts_in_file}
    )
    other_ids = [key for key in other_ids_of_person(profile) if key in facts_in_file]
    compared = (
        unknown.join(matches, on="userId")
        .join(facts_before, on="old_id")
        .group_by("userId", "old_id")
        .agg(same=~differs.any(), swapped=_swapped(other_ids).max(), other=_is(other_ids).any())
        .with_columns(no_new=pl.col("other") | _written_otherwise())
    )
    found = ("old_id", "same", "swapped", "no_new")
    of_unknown = unknown.select("userId").join(
        compared, on="userId", how="left", maintain_order="left"
    )
    # Only these are joined: with all statements a join would write every text of theirs anew.
    at = (~statements["known"]).arg_true()
    return statements.with_columns(
        pl.repeat(None, statements.height, dtype=column.dtype, eager=True)
        .scatter(at, column)
        .alias(column.name)
        for column in of_unknown.select(found)
    )


def renumbered(people: pl.DataFrame | None) -> pl.DataFrame:
    """`userId`, `was_userId` of people who changed their ID and nothing else."""
    if people is None or "old_id" not in people.columns:
        return pl.DataFrame(schema=RENUMBERED)
    return (
        people.filter(pl.col("old_id").is_not_null(), pl.col("same"))
        .select("userId", was_userId="old_id")
        .unique("userId")
        .sort("userId")
    )


def _is(other_ids: Sequence[str]) -> pl.Expr:
    """Whether the roster has the ID as another one of the person."""
    same = (pl.col("userId") == pl.col(f"old_{key}") for key in other_ids)
    return pl.any_horizontal(pl.lit(value=False), *same)


def _swapped(other_ids: Sequence[str]) -> pl.Expr:
    """The column whose ID of the person stands in `userId`, and the `userId` in it."""
    places = [
        pl.when(
            (pl.col("userId") == pl.col(f"old_{key}")) & (pl.col(key) == pl.col("old_id"))
        ).then(pl.lit(key))
        for key in other_ids
    ]
    return pl.coalesce(NO_TEXT, *places)


def _written_otherwise() -> pl.Expr:
    """Whether an ID is the roster's but for capitals, signs, or what several of them begin with."""
    new, old = pl.col("userId"), pl.col("old_id")
    is_longer = new.str.len_chars() > old.str.len_chars()
    long, short = (pl.when(is_longer == which).then(new).otherwise(old) for which in (True, False))
    before, behind = long.str.strip_suffix(short), long.str.strip_prefix(short)
    affix = pl.when(before != long).then(before + "…").when(behind != long).then("…" + behind)
    shared = affix.is_not_null() & (pl.len().over(affix) >= _SAME_AFFIX)
    return (_bare(new) == _bare(old)) | shared


def _bare(ids: pl.Expr) -> pl.Expr:
    return ids.str.replace_all("[^a-zA-Z0-9]", "").str.to_lowercase()
