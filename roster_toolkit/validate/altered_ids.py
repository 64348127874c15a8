"""RT406: IDs that a program altered, known by what the roster has instead.

Judged before the rules about many rows: an ID that lost its zeros is nobody's, so that its row
makes no second holder of an address and no rival in a conflict.
"""

from __future__ import annotations

import polars as pl

from roster_toolkit.model import Entity, Profile, Scope
from roster_toolkit.rosters.context import RosterContext
from roster_toolkit.rosters.roster import Roster
from roster_toolkit.rules.judgement import roster_judgements
from roster_toolkit.validate.roster import NO_ROSTER, keep_faults
from roster_toolkit.validate.run import Run

_WHO = ("userFirstName", "userLastName", "userEmail")


def judge_altered_ids(run: Run, against: RosterContext | None) -> None:
    """Find IDs that the roster knows in another form; those in error have no vote from here on."""
    for rule in run.over(Scope.IDENTIFIERS_KNOWN):
        if against is None:
            run.note(rule, NO_ROSTER)
            continue
        judged = run.guarded(rule, lambda: roster_judgements(rule, run.profile))  # noqa: B023
        for key, known in (judged or {}).items():
            if key not in run.records.home(key).columns:
                run.skip(rule, {key})
                continue
            frame = _statements(run, key, against.roster)
            at_fault = run.guarded(rule, lambda: keep_faults(run, rule, key, known, frame))  # noqa: B023
            if rule.severity.refuses and at_fault is not None and not at_fault.is_empty():
                run.blank_out(key, pl.col(key).is_in(at_fault[key].unique().implode()))


def altered_ids(ids: pl.Series, key: str, roster: Roster, profile: Profile) -> pl.DataFrame:
    """`id`, `known_as` of those that the roster knows in another form alone.

    With other zeros in front, or without the decimals that a program gave a number. Where several
    IDs of the roster might be meant, `known_as` is null.
    """
    subject = profile.columns[key].identifies
    frames = {Entity.SCHOOL: roster.schools, Entity.CLASS: roster.classes}
    known = frames.get(subject or Entity.PERSON, roster.people)
    unknown = ids.filter(~ids.is_in(known[key].implode())).drop_nulls().unique()
    unknown = unknown.filter(unknown != "")
    if unknown.is_empty() or known.is_empty():
        return pl.DataFrame(schema={"id": pl.String, "known_as": pl.String})
    whole = pl.col("id")
    for decimals in profile.words.get("damaged_identifiers", ()):
        whole = whole.str.replace(decimals, "$1")
    meant = pl.DataFrame({"id": unknown}).with_columns(bare=_without_zeros(whole))
    candidates = known.select(known_as=key, bare=_without_zeros(pl.col(key)))
    return (
        meant.join(candidates, on="bare")
        .group_by("id")
        .agg(
            known_as=pl.when(pl.col("known_as").n_unique() == 1).then(pl.col("known_as").first()),
        )
        .sort("id")
    )


def _without_zeros(ids: pl.Expr) -> pl.Expr:
    return ids.str.strip_chars_start("0")


def _statements(run: Run, key: str, roster: Roster) -> pl.DataFrame:
    """The statements with an altered ID: `altered`, and `known_as` where one ID is meant."""
    variants = run.records.home(key).variants
    altered = altered_ids(variants[key], key, roster, run.profile).rename({"id": key})
    told = variants.filter(pl.col(key).is_in(altered[key].implode())).join(
        altered, on=key, how="left", maintain_order="left"
    )
    told = told.with_columns(altered=pl.lit(value=True))
    of_person = run.profile.columns[key].identifies is Entity.PERSON
    if of_person and set(_WHO) <= set(told.columns):
        return _unless_somebody_else(told, roster)
    return told


def _unless_somebody_else(told: pl.DataFrame, roster: Roster) -> pl.DataFrame:
    """Nobody is meant of whom neither name nor address is the same: one would become the other."""
    was = roster.people.select(
        pl.col("userId").alias("known_as"), *(pl.col(fact).alias(f"was_{fact}") for fact in _WHO)
    )
    joined = told.join(was, on="known_as", how="left", maintain_order="left")
    differs = pl.all_horizontal(
        (pl.col(fact) != "")
        & (pl.col(fact).str.to_lowercase() != pl.col(f"was_{fact}").str.to_lowercase())
        for fact in _WHO
    ).fill_null(value=False)
    return joined.with_columns(known_as=pl.when(~differs).then("known_as"))
