"""RT416: people who seem to come back under a new ID and a new address."""

from __future__ import annotations

import polars as pl

from roster_toolkit.model import Scope
from roster_toolkit.records import clean
from roster_toolkit.rosters.roster import Roster
from roster_toolkit.validate.run import Run

#: What no ID holds that is clean as it stands.
_DOUBTFUL = r"[^!-~]"
_NAMES = ("userFirstName", "userLastName")


def ids_in_file(run: Run) -> pl.Series:
    """Every ID that the file uses, also in rows that are judged no further."""
    ids = run.upload.cells["userId"].unique()
    doubtful = ids.str.contains(_DOUBTFUL).arg_true()
    mended = ids.gather(doubtful).to_frame().select(clean(pl.col("userId"))).to_series()
    return ids.scatter(doubtful, mended)


def returning_people(run: Run, told: pl.DataFrame, roster: Roster) -> pl.Series:
    """For each statement about a person, the ID of the one person who seems to be meant, if any.

    Somebody with a new ID and a new address, with name and role of exactly one person of the roster
    whom the file leaves out, who was at the same school, or in the same grade or the one before.
    Two newcomers of one name are not both that person.
    """
    nobody = pl.Series("returning", [None] * told.height, dtype=pl.String)
    newcomers = _newcomers(told, roster)
    if newcomers.is_empty() or not {"userRole", "userGrade"} <= set(told.columns):
        return nobody
    names = [pl.col(name).str.to_lowercase() for name in _NAMES]
    left_out = _left_out(run, told, roster).select(*names, "userRole", "person", was="userId",
                                                   was_grade="userGrade")  # fmt: skip
    met = newcomers.with_columns(names).join(left_out, on=[*_NAMES, "userRole"])
    met = met.filter(pl.all_horizontal(pl.col(name) != "" for name in (*_NAMES, "userRole")))
    if met.is_empty():
        return nobody
    met = met.filter(_near_in_grade(run) | _at_one_school(run, met, roster))
    pairs = met.select("userId", "was").unique()
    alone = (pl.len().over("userId") == 1) & (pl.len().over("was") == 1)
    pairs = pairs.filter(alone)
    return told["userId"].replace_strict(
        pairs["userId"], pairs["was"], default=None, return_dtype=pl.String
    )


def _newcomers(told: pl.DataFrame, roster: Roster) -> pl.DataFrame:
    """The statements about people of whom the roster has neither ID nor address."""
    new = told.filter(~pl.col("known"), pl.col("old_id").is_null(), pl.col("userEmail") != "")
    if new.is_empty():
        return new
    address = pl.col("userEmail").str.to_lowercase()
    known = roster.people.select(address).to_series().implode()
    of_somebody = new.filter(address.is_in(known))["userId"].unique()
    return new.filter(~pl.col("userId").is_in(of_somebody.implode()))


def _left_out(run: Run, told: pl.DataFrame, roster: Roster) -> pl.DataFrame:
    """People of the roster whom no row means, by their ID, a new one or one that was altered."""
    altered = [rule.number for rule in run.rules.values() if rule.scope is Scope.IDENTIFIERS_KNOWN]
    meant = [
        pl.concat(faults).filter(pl.col("code").is_in(altered))["suggestion"]
        for faults in run.faulty.values()
    ]
    used = pl.concat([ids_in_file(run), told["old_id"], *meant]).drop_nulls().unique()
    return roster.people.filter(~pl.col("userId").is_in(used.implode()))


def _near_in_grade(run: Run) -> pl.Expr:
    """Whether the grade is the one that was, or the next."""
    vocabulary = run.profile.vocabulary_of(run.profile.columns["userGrade"])
    places = {grade: at for at, grade in enumerate(vocabulary.accepts if vocabulary else ())}

    def place(name: str) -> pl.Expr:
        return pl.col(name).replace_strict(places, default=None, return_dtype=pl.Int16)

    return (place("userGrade") - place("was_grade")).is_in([0, 1]).fill_null(value=False)


def _at_one_school(run: Run, met: pl.DataFrame, roster: Roster) -> pl.Series:
    """For each meeting, whether some row of the person names a school where the other was."""
    kinds = run.records.views["row"].variants
    if "schoolId" not in kinds.columns:
        return pl.repeat(value=False, n=met.height, dtype=pl.Boolean, eager=True)
    rows = run.records.rows.filter(pl.col("person").is_in(met["key"].implode()))
    named = rows.join(kinds.select("schoolId", row="key"), on="row").select(
        "schoolId", key="person"
    )
    there = (
        met.select("key", "person")
        .join(named, on="key")
        .join(roster.memberships.select("person", "schoolId"), on=["person", "schoolId"])
        .select("key", "person")
        .unique()
        .with_columns(there=pl.lit(value=True))
    )
    return met.join(there, on=["key", "person"], how="left", maintain_order="left")[
        "there"
    ].fill_null(value=False)
