"""RT416: people who seem to come back under a new ID and a new address."""

from __future__ import annotations

import polars as pl

from roster_toolkit.cleaning import cleaned
from roster_toolkit.model import Scope
from roster_toolkit.rosters.places import places_named
from roster_toolkit.rosters.roster import Roster, among
from roster_toolkit.validate.run import Run

_NAMES = ("userFirstName", "userLastName")


def people_left_out(run: Run, roster: Roster) -> pl.DataFrame:
    """People of the roster whose ID stands in no row, not even one that no later rule judges."""
    read = run.as_read.home("userId").variants["userId"]
    unread = cleaned(run.upload.cells["userId"].gather(run.upload.unjudged))
    named = places_named(roster.people["userId"], pl.concat([read, unread]))
    return roster.people.filter(~named)


def returning_people(
    run: Run, statements: pl.DataFrame, roster: Roster, left_out: pl.DataFrame
) -> pl.Series:
    """For each statement about a person, the ID of the roster person who seems to return, or null.

    `left_out`: see `people_left_out`.

    A candidate has a new ID and a new address, and the name and role of exactly one person of the
    roster whom the file leaves out, who is at the same school, or in the same grade or the one
    before. Only one-to-one matches count: two newcomers of one name are not both that person.
    """
    no_matches = pl.Series("returning", [None] * statements.height, dtype=pl.String)
    newcomers = _newcomers(statements, roster)
    if newcomers.is_empty() or not {"userRole", "userGrade"} <= set(statements.columns):
        return no_matches
    names = [pl.col(name).str.to_lowercase() for name in _NAMES]
    absent = _unreferred(run, statements, left_out).select(
        *names, "userRole", "person", was="userId", was_grade="userGrade"
    )
    candidates = newcomers.with_columns(names).join(absent, on=[*_NAMES, "userRole"])
    candidates = candidates.filter(
        pl.all_horizontal(pl.col(name) != "" for name in (*_NAMES, "userRole"))
    )
    if candidates.is_empty():
        return no_matches
    candidates = candidates.filter(_near_in_grade(run) | _at_one_school(run, candidates, roster))
    pairs = candidates.select("userId", "was").unique()
    one_to_one = (pl.len().over("userId") == 1) & (pl.len().over("was") == 1)
    pairs = pairs.filter(one_to_one)
    return statements["userId"].replace_strict(
        pairs["userId"], pairs["was"], default=None, return_dtype=pl.String
    )


def _newcomers(statements: pl.DataFrame, roster: Roster) -> pl.DataFrame:
    """The statements about people of whom the roster has neither ID nor address."""
    new = statements.filter(~pl.col("known"), pl.col("old_id").is_null(), pl.col("userEmail") != "")
    if new.is_empty():
        return new
    known_address = among(
        new["userEmail"].str.to_lowercase(), roster.people["userEmail"].str.to_lowercase()
    )
    with_known_address = new["userId"].filter(known_address).unique()
    return new.filter(~pl.col("userId").is_in(with_known_address.implode()))


def _unreferred(run: Run, statements: pl.DataFrame, left_out: pl.DataFrame) -> pl.DataFrame:
    """Those left out to whom no row refers by a new ID or an altered one either."""
    altered = [rule.number for rule in run.rules.values() if rule.scope is Scope.IDENTIFIERS_KNOWN]
    suggested_ids = [
        pl.concat(faults).filter(pl.col("code").is_in(altered))["suggestion"]
        for faults in run.pending.values()
    ]
    used = pl.concat([statements["old_id"], *suggested_ids]).drop_nulls().unique()
    return left_out.filter(~pl.col("userId").is_in(used.implode()))


def _near_in_grade(run: Run) -> pl.Expr:
    """Predicate: the grade in the file is the roster's grade or the next one."""
    vocabulary = run.profile.vocabulary_of(run.profile.columns["userGrade"])
    places = {grade: at for at, grade in enumerate(vocabulary.accepts if vocabulary else ())}

    def place(name: str) -> pl.Expr:
        return pl.col(name).replace_strict(places, default=None, return_dtype=pl.Int16)

    return (place("userGrade") - place("was_grade")).is_in([0, 1]).fill_null(value=False)


def _at_one_school(run: Run, candidates: pl.DataFrame, roster: Roster) -> pl.Series:
    """Mask of the candidates for whom some row names a school of the person in the roster."""
    kinds = run.records.views["row"].variants
    if "schoolId" not in kinds.columns:
        return pl.repeat(value=False, n=candidates.height, dtype=pl.Boolean, eager=True)
    rows = run.records.rows.filter(pl.col("person").is_in(candidates["key"].implode()))
    named = rows.join(kinds.select("schoolId", row="key"), on="row").select(
        "schoolId", key="person"
    )
    same_school = (
        candidates.select("key", "person")
        .join(named, on="key")
        .join(roster.memberships.select("person", "schoolId"), on=["person", "schoolId"])
        .select("key", "person")
        .unique()
        .with_columns(there=pl.lit(value=True))
    )
    return candidates.join(same_school, on=["key", "person"], how="left", maintain_order="left")[
        "there"
    ].fill_null(value=False)
