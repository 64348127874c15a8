"""RT406: IDs that a spreadsheet altered, recognized by the roster's spelling of them.

Judged before the rules that compare rows: an ID that lost its leading zeros identifies nobody, so
its row must not count as a second holder of an address or as a side of a conflict.
"""

from __future__ import annotations

import polars as pl

from roster_toolkit.model import Entity, Profile, Scope
from roster_toolkit.rosters.context import RosterContext
from roster_toolkit.rosters.places import places
from roster_toolkit.rosters.roster import Roster
from roster_toolkit.validate.numbers import ungrouped
from roster_toolkit.validate.roster import (
    NO_ROSTER,
    judgements_of_present,
    keep_faults,
    known_by,
    places_in_roster,
)
from roster_toolkit.validate.run import Run

_WHO = ("userFirstName", "userLastName", "userEmail")


def judge_altered_ids(run: Run, against: RosterContext | None) -> None:
    """Find IDs that the roster spells differently; from here on, those in error have no vote."""
    for rule in run.rules_over(Scope.IDENTIFIERS_KNOWN):
        if against is None:
            run.note_skip(rule, NO_ROSTER)
            continue
        for key, judgement in judgements_of_present(run, rule):
            statements = _statements(run, key, against.roster)
            at_fault = run.guarded(rule, lambda: keep_faults(run, rule, key, judgement, statements))  # noqa: B023
            if rule.severity.rejects and at_fault is not None and not at_fault.is_empty():
                run.blank_out(key, pl.col(key).is_in(at_fault[key].unique().implode()))


def altered_ids(ids: pl.Series, key: str, roster: Roster, profile: Profile) -> pl.DataFrame:
    """`id`, `known_as` of the IDs that the roster has only in another spelling.

    Either with other leading zeros, or without what a spreadsheet adds to a number (`710000.0`,
    `710,000`). Where several IDs of the roster match, `known_as` is null.
    """
    known_ids = known_by(key, roster, profile)[key]
    return _altered(ids.filter(places(ids, known_ids).is_null()), known_ids, profile)


def _altered(unknown_ids: pl.Series, known_ids: pl.Series, profile: Profile) -> pl.DataFrame:
    """`id`, `known_as` of the IDs that are not known, but are in another spelling."""
    unknown_ids = unknown_ids.drop_nulls().unique()
    unknown_ids = unknown_ids.filter(unknown_ids != "")
    if unknown_ids.is_empty() or known_ids.is_empty():
        return pl.DataFrame(schema={"id": pl.String, "known_as": pl.String})
    integral = pl.col("id")
    for decimals in profile.words.get("damaged_identifiers", ()):
        integral = integral.str.replace(decimals, "$1")
    integral = pl.coalesce(ungrouped(pl.col("id")), integral)
    bare_ids = pl.DataFrame({"id": unknown_ids}).with_columns(bare=_without_zeros(integral))
    known = pl.DataFrame({"known_as": known_ids})
    candidates = known.with_columns(bare=_without_zeros(pl.col("known_as")))
    return (
        bare_ids.join(candidates, on="bare")
        .group_by("id")
        .agg(
            known_as=pl.when(pl.col("known_as").n_unique() == 1).then(pl.col("known_as").first()),
        )
        .sort("id")
    )


def _without_zeros(ids: pl.Expr) -> pl.Expr:
    return ids.str.strip_chars_start("0")


def _statements(run: Run, key: str, roster: Roster) -> pl.DataFrame:
    """The statements with an altered ID: `altered`, and `known_as` where one ID matches."""
    variants = run.records.home(key).variants
    unknown_ids = variants[key].filter(places_in_roster(run, key, roster).is_null())
    known_ids = known_by(key, roster, run.profile)[key]
    altered = _altered(unknown_ids, known_ids, run.profile).rename({"id": key})
    statements = variants.filter(pl.col(key).is_in(altered[key].implode())).join(
        altered, on=key, how="left", maintain_order="left"
    )
    statements = statements.with_columns(altered=pl.lit(value=True))
    of_person = run.profile.columns[key].identifies == Entity.PERSON
    if of_person and set(_WHO) <= set(statements.columns):
        return _unless_somebody_else(statements, roster)
    return statements


def _unless_somebody_else(statements: pl.DataFrame, roster: Roster) -> pl.DataFrame:
    """Drop `known_as` where neither name nor address agrees: that is a different person."""
    suggested = pl.col("userId").is_in(statements["known_as"].implode())
    roster_people = roster.people.filter(suggested).select(
        pl.col("userId").alias("known_as"), *(pl.col(fact).alias(f"was_{fact}") for fact in _WHO)
    )
    joined = statements.join(roster_people, on="known_as", how="left", maintain_order="left")
    differs = pl.all_horizontal(
        (pl.col(fact) != "")
        & (pl.col(fact).str.to_lowercase() != pl.col(f"was_{fact}").str.to_lowercase())
        for fact in _WHO
    ).fill_null(value=False)
    return joined.with_columns(known_as=pl.when(~differs).then("known_as"))
