"""Repairs that hold: tried together, judged again, and taken back where they make a new error.

The road is a fixed point: it ends where trying everything once more would change nothing, so that
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

#: Judges a draft as the file itself was judged.
Check = Callable[[Upload], Validation]
_REPAIR = ["index", "column", "code"]
_CELL = ["row", "column"]
#: One repair may call for another; rules that answer each other for ever would be at fault.
_MOST_ROUNDS = 20
#: Drafts whose verdict is kept in mind; each holds as much as a check of the file.
_REMEMBERED = 2
_OF_ONE_ROW = (Scope.CELL, Scope.ROW, Scope.PERSON, Scope.CLASS, Scope.RECORD)


@dataclass(frozen=True)
class Settled:
    """A draft that holds, how it is judged, and what was tried in vain."""

    draft: Draft
    validation: Validation
    barred: pl.DataFrame
    """Shape `BARRED`."""


def settle(draft: Draft, validation: Validation, confirmed: Confirmed, check: Check) -> Settled:
    """All repairs that hold, tried until nothing more can be gained."""
    state = Settled(draft, validation, pl.DataFrame(schema=BARRED))
    judge = _Judge(check)
    for _ in range(_MOST_ROUNDS):
        after = _once(state, confirmed, judge)
        if after.draft is state.draft:
            return after
        state = after
    return state


class _Judge:
    """Judges drafts, and remembers the last ones: a round tries again what the last one barred."""

    def __init__(self, check: Check) -> None:
        self._check = check
        self._known: list[tuple[pl.DataFrame, Validation]] = []

    def __call__(self, draft: Draft) -> Validation:
        made = draft.repairs.sort("index", "column", maintain_order=True)
        for repairs, validation in self._known:
            if repairs.equals(made):
                return validation
        validation = self._check(draft.upload)
        self._known = [(made, validation), *self._known[: _REMEMBERED - 1]]
        return validation


def _once(start: Settled, confirmed: Confirmed, judge: _Judge) -> Settled:
    """Everything that may be repaired, less what makes a new error."""
    barred = pl.DataFrame(schema=BARRED)
    while True:
        draft, validation = _all_but(start, barred, confirmed, judge)
        made = draft.repairs.slice(start.draft.repairs.height)
        if made.is_empty():
            return replace(start, barred=barred)
        blamed = _blamed(start.validation, validation, made, draft)
        if blamed.is_empty():
            return Settled(draft, validation, barred)
        barred = pl.concat([barred, blamed])


def _all_but(
    start: Settled, barred: pl.DataFrame, confirmed: Confirmed, judge: _Judge
) -> tuple[Draft, Validation]:
    """The repairs that are not barred, and those that they call for in turn."""
    draft, validation = start.draft, start.validation
    tried = barred.select(_REPAIR)
    for _ in range(_MOST_ROUNDS):
        repairs = repairs_of(draft, validation, confirmed, tried)
        if repairs.is_empty():
            break
        draft = draft.with_repairs(repairs)
        tried = pl.concat([tried, repairs.select(_REPAIR)])
        validation = judge(draft)
    return draft, validation


def no_new_errors(before: Validation, after: Validation) -> bool:
    """Whether every error of `after` stood at the same place before."""
    return _new_errors(before, after).is_empty()


def _new_errors(before: Validation, after: Validation) -> pl.DataFrame:
    refusing = numbers(after, *Scope, refusing=True)
    errors = after.findings.filter(pl.col("code").is_in(refusing))
    return errors.join(before.findings, on=[*_CELL, "code"], how="anti", nulls_equal=True)


def _blamed(
    before: Validation, after: Validation, made: pl.DataFrame, draft: Draft
) -> pl.DataFrame:
    """Repairs to take back, shape `BARRED`: the nearest to the new errors that can be found.

    What a row says of itself is explained by a repair of the cell, else by one that decides how the
    row is judged, else by any in the row; what rows say together by those in its rows, else by
    those of the person or class. If all else fails, everything goes. Repairs that only take space
    away change no verdict and come last. Errors that others bring about wait for the next round.
    """
    places = {key: place for place, key in enumerate(draft.profile.columns)}
    place = pl.col("column").replace_strict(places, default=None, return_dtype=pl.Int16)
    suspects = made.with_columns(
        row=pl.col("index") + draft.upload.first_row, key=pl.col("column"), column=place
    )
    wrong = pl.concat([_new_errors(before, after), _still_wrong(after, suspects)])
    if wrong.is_empty():
        return pl.DataFrame(schema=BARRED)
    of_one_row = wrong.filter(pl.col("code").is_in(numbers(after, *_OF_ONE_ROW)))
    decisive = pl.col("key").is_in(_decisive(draft.profile))
    for ranks in (~pl.col("cleans"), pl.lit(value=True)):
        ranked = suspects.filter(ranks)
        in_cell, deciding = ranked.drop_nulls("column"), ranked.filter(decisive)
        elsewhere = of_one_row.join(in_cell, on=_CELL, how="anti")
        undecided = elsewhere.join(deciding, on="row", how="anti")
        at_once = (
            _beside(in_cell, wrong, _CELL),
            _beside(deciding, elsewhere, ["row"]),
            _beside(ranked, undecided, ["row"]),
        )
        for found in (
            pl.concat(at_once).unique(maintain_order=True),
            _beside(deciding, wrong, ["row"]),
            _beside(ranked, wrong, ["row"]),
            _related(ranked, wrong, draft),
        ):
            if not found.is_empty():
                return found
    return suspects.select(
        "index", column="key", code="code", because=pl.lit(wrong["code"][0], pl.UInt16)
    )


def _still_wrong(after: Validation, suspects: pl.DataFrame) -> pl.DataFrame:
    """Errors of cells that were given another value."""
    of_cells = numbers(after, Scope.CELL, refusing=True)
    given = suspects.filter(~pl.col("cleans")).drop_nulls("column")
    errors = after.findings.filter(pl.col("code").is_in(of_cells))
    return errors.join(given, on=_CELL, how="semi")


def _decisive(profile: Profile) -> list[str]:
    """Columns by which the other cells of a row are judged."""
    keys = {c.key for c in profile.columns.values() if c.identifies is not None}
    return sorted(keys | {"action", "userRole"})


def _beside(suspects: pl.DataFrame, wrong: pl.DataFrame, on: list[str]) -> pl.DataFrame:
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
        for key in ("userId", "classId", "userEmail")
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
