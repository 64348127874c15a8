"""Repairs that hold: applied together, validated again, rejected where they make a new error.

The search is a fixed-point iteration: it ends where another round would change nothing, so that
fixing twice is fixing once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import polars as pl

from roster_toolkit.model import Profile, Scope, Upload
from roster_toolkit.records import clean
from roster_toolkit.repair.candidates import numbers, repairs_of
from roster_toolkit.repair.confirm import Confirmed
from roster_toolkit.repair.draft import Draft
from roster_toolkit.repair.model import BARRED
from roster_toolkit.validate import Validation

#: Validates a draft as the file itself was validated.
Check = Callable[[Upload], Validation]
_REPAIR = ["index", "column", "code"]
_CELL = ["row", "column"]
#: One repair may call for another; rules that answer each other for ever would be at fault.
_MOST_ROUNDS = 20
#: Drafts whose findings are kept: a round often tries again all that the one before took back.
_CACHED_DRAFTS = 4
_OF_ONE_ROW = (Scope.CELL, Scope.ROW, Scope.PERSON, Scope.CLASS, Scope.RECORD)


@dataclass(frozen=True)
class Resolved:
    """A draft whose repairs hold, its validation, and the rejected repairs."""

    draft: Draft
    validation: Validation
    barred: pl.DataFrame
    """Shape `BARRED`."""


def resolve_repairs(
    draft: Draft, validation: Validation, confirmed: Confirmed, check: Check
) -> Resolved:
    """Apply all repairs that hold, round by round, until a round changes nothing."""
    state = Resolved(draft, validation, pl.DataFrame(schema=BARRED))
    judge = Judge(check)
    for _ in range(_MOST_ROUNDS):
        before, state = state, _one_round(state, confirmed, judge)
        if state.draft is before.draft:
            break
    return judge.whole(state)


class Judge:
    """Validates drafts, with a cache of their findings: to judge a draft is to judge a file."""

    def __init__(self, check: Check) -> None:
        """Judge by a check; nothing is cached yet."""
        self._check = check
        self._cache: list[tuple[pl.DataFrame, Validation]] = []

    def __call__(self, draft: Draft) -> Validation:
        """What is wrong with a draft."""
        wanted = draft.repairs.sort("index", "column", maintain_order=True)
        for repairs, validation in self._cache:
            if repairs.equals(wanted):
                return validation
        validation = self._check(draft.upload)
        # Records take as much memory as the file.
        findings = replace(validation, records=None, as_read=None)
        self._cache = [(wanted, findings), *self._cache[: _CACHED_DRAFTS - 1]]
        return validation

    def whole(self, state: Resolved) -> Resolved:
        """The same with the records that go with its findings, where they came from the cache."""
        if state.validation.records is not None or state.draft.repairs.is_empty():
            return state
        return replace(state, validation=self._check(state.draft.upload))


def _one_round(start: Resolved, confirmed: Confirmed, judge: Judge) -> Resolved:
    """One round: apply every candidate, then reject repairs until none makes a new error."""
    barred = pl.DataFrame(schema=BARRED)
    while True:
        draft, validation = _apply_candidates(start, barred, confirmed, judge)
        new_repairs = draft.repairs.slice(start.draft.repairs.height)
        if new_repairs.is_empty():
            return replace(start, barred=barred)
        taken_back = _repairs_to_take_back(start.validation, validation, new_repairs, draft)
        if taken_back.is_empty():
            return Resolved(draft, validation, barred)
        barred = pl.concat([barred, taken_back])


def _apply_candidates(
    start: Resolved, barred: pl.DataFrame, confirmed: Confirmed, judge: Judge
) -> tuple[Draft, Validation]:
    """Apply the candidates that are not rejected, and those that they make possible in turn."""
    draft, validation = start.draft, start.validation
    excluded = barred.select(_REPAIR)
    for _ in range(_MOST_ROUNDS):
        repairs = repairs_of(draft, validation, confirmed, excluded)
        if repairs.is_empty():
            break
        draft = draft.with_repairs(repairs)
        excluded = pl.concat([excluded, repairs.select(_REPAIR)])
        validation = judge(draft)
    return draft, validation


def no_new_errors(before: Validation, after: Validation) -> bool:
    """Whether every error of `after` stood at the same place before."""
    return _new_errors(before, after).is_empty()


def _new_errors(before: Validation, after: Validation) -> pl.DataFrame:
    rejecting = numbers(after, *Scope, rejecting=True)
    errors = after.findings.filter(pl.col("code").is_in(rejecting))
    return errors.join(before.findings, on=[*_CELL, "code"], how="anti", nulls_equal=True)


def _repairs_to_take_back(
    before: Validation, after: Validation, new_repairs: pl.DataFrame, draft: Draft
) -> pl.DataFrame:
    """The repairs to reject, shape `BARRED`: the nearest to the new errors that can be found.

    An error of one row is attributed to a repair of its cell, else to one of a column that decides
    how the row is judged, else to any repair in the row; an error of several rows to repairs in
    those rows, else to those of the person or class. If nothing matches, all repairs are rejected.
    Repairs that only strip white space come last, as they rarely change a verdict. Errors that
    follow from other errors wait for the next round.
    """
    places = {key: place for place, key in enumerate(draft.profile.columns)}
    place = pl.col("column").replace_strict(places, default=None, return_dtype=pl.Int16)
    suspects = new_repairs.with_columns(
        row=pl.col("index") + draft.upload.first_row, key=pl.col("column"), column=place
    )
    wrong = pl.concat([_new_errors(before, after), _still_wrong(after, suspects)])
    if wrong.is_empty():
        return pl.DataFrame(schema=BARRED)
    of_one_row = wrong.filter(pl.col("code").is_in(numbers(after, *_OF_ONE_ROW)))
    decisive = pl.col("key").is_in(_decisive(draft.profile))
    for ranks in (~pl.col("cleans"), pl.lit(value=True)):
        ranked = suspects.filter(ranks)
        in_cell, decisive_repairs = ranked.drop_nulls("column"), ranked.filter(decisive)
        in_other_cells = of_one_row.join(in_cell, on=_CELL, how="anti")
        unexplained = in_other_cells.join(decisive_repairs, on="row", how="anti")
        at_once = (
            _repairs_at(in_cell, wrong, _CELL),
            _repairs_at(decisive_repairs, in_other_cells, ["row"]),
            _repairs_at(ranked, unexplained, ["row"]),
        )
        for nearest in (
            pl.concat(at_once).unique(maintain_order=True),
            _repairs_at(decisive_repairs, wrong, ["row"]),
            _repairs_at(ranked, wrong, ["row"]),
            _related(ranked, wrong, draft),
        ):
            if not nearest.is_empty():
                return nearest
    return suspects.select(
        "index", column="key", code="code", because=pl.lit(wrong["code"][0], pl.UInt16)
    )


def _still_wrong(after: Validation, suspects: pl.DataFrame) -> pl.DataFrame:
    """Errors of cells whose value a repair has changed."""
    of_cells = numbers(after, Scope.CELL, rejecting=True)
    changed_cells = suspects.filter(~pl.col("cleans")).drop_nulls("column")
    errors = after.findings.filter(pl.col("code").is_in(of_cells))
    return errors.join(changed_cells, on=_CELL, how="semi")


def _decisive(profile: Profile) -> list[str]:
    """Columns by which the other cells of a row are judged."""
    keys = {c.key for c in profile.columns.values() if c.identifies is not None}
    return sorted(keys | {"action", "userRole"})


def _repairs_at(suspects: pl.DataFrame, wrong: pl.DataFrame, on: list[str]) -> pl.DataFrame:
    errors = wrong.drop_nulls(on).group_by(on).agg(because=pl.col("code").min())
    return suspects.join(errors, on=on).select(
        "index", column="key", code="code", because="because"
    )


def _related(suspects: pl.DataFrame, wrong: pl.DataFrame, draft: Draft) -> pl.DataFrame:
    """Repairs in rows of the people and classes that the errors are about."""
    folded = pl.col("parent").str.to_lowercase()  # addresses are shared whatever their case
    parents = wrong.drop_nulls("parent").group_by(folded).agg(because=pl.col("code").min())
    related = [
        suspects.with_columns(parent=cells[key].gather(suspects["index"]))
        for cells in (draft.origin.cells, draft.upload.cells)
        for key in (*map(draft.profile.key_of, draft.profile.views), "userEmail")
        if key in cells.columns
    ]
    if not related:
        return pl.DataFrame(schema=BARRED)
    return (
        pl.concat(related)
        .with_columns(clean(pl.col("parent")).str.to_lowercase())
        .join(parents, on="parent")
        .group_by("index", column="key", code="code")
        .agg(pl.col("because").min())
        .sort("index", "column", "code")
        .select(list(BARRED))
    )
