"""Which of the portal's texts is about which column, and which rule of ours it means.

A text that names no column is laid to the one in which our rules find fault wherever it stands; where
ours find nothing, to the one whose cells differ there from all cells that were taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from roster_toolkit.calibration.facts import Case, Facts
from roster_toolkit.calibration.judging import FOUND, Judged

#: Share of a text's rows in which a rule must find fault.
_COVERS = 0.9
#: Share of the rule's rows at which the text must stand.
_MEANS = 0.3
#: How much better the best explanation must be than that of another column.
_CLEARLY = 0.25
#: Distinct values of a column that may be a closed list.
_FEW = 40


@dataclass(frozen=True)
class Meaning:
    """What a text of the portal's means: a rule of ours in a column."""

    text: str
    code: str
    header: str | None
    rows: int
    covers: float
    back: float


def meanings(cases: Sequence[Case], judged: Sequence[Judged]) -> tuple[Meaning, ...]:
    """For each text, the rules that find fault where it stands, the likeliest first."""
    told, found = _all_told(cases), _all_found(judged)
    if told.is_empty():
        return ()
    texts = told.group_by("text").agg(rows=pl.struct("place", "index").n_unique())
    answered = found.filter(pl.col("place").is_in(told["place"].unique().implode()))
    faults = answered.group_by("code", "at").agg(faults=pl.struct("place", "index").n_unique())
    both = (
        told.join(answered, on=["place", "index"])
        .filter(
            pl.col("header").is_null() | pl.col("at").is_null() | (pl.col("header") == pl.col("at"))
        )
        .group_by("text", "code", "at")
        .agg(both=pl.struct("place", "index").n_unique())
        .join(texts, on="text")
        .join(faults, on=["code", "at"], nulls_equal=True)
        .with_columns(
            covers=pl.col("both") / pl.col("rows"), back=pl.col("both") / pl.col("faults")
        )
        .with_columns(score=pl.col("covers") + pl.col("back"))
        .sort("text", pl.col("score") * -1, "code", "at")
    )
    return tuple(
        Meaning(text, code, at, rows, covers, back)
        for text, code, at, rows, covers, back in both.select(
            "text", "code", "at", "rows", "covers", "back"
        ).iter_rows()
    )


def _all_told(cases: Sequence[Case]) -> pl.DataFrame:
    frames = [
        case.complaints.with_columns(place=pl.lit(place, pl.UInt16))
        for place, case in enumerate(cases)
    ]
    return pl.concat(frames)


def _all_found(judged: Sequence[Judged]) -> pl.DataFrame:
    frames = [
        one.found.select(
            "index", "code", "refuses", pl.col("header").alias("at"), place=pl.lit(place, pl.UInt16)
        )
        for place, one in enumerate(judged)
    ]
    schema = {
        "index": pl.UInt32,
        "code": FOUND["code"],
        "refuses": pl.Boolean,
        "at": pl.String,
        "place": pl.UInt16,
    }
    return pl.concat(frames) if frames else pl.DataFrame(schema=schema)


def columns_of_texts(
    cases: Sequence[Case], judged: Sequence[Judged], facts: Facts
) -> Mapping[str, str]:
    """Text that names no column → header of the one that it is about."""
    nameless = set(_all_told(cases).filter(pl.col("header").is_null())["text"])
    found: dict[str, str] = {}
    candidates = meanings(cases, judged)
    for text in sorted(nameless):
        ranked = [m for m in candidates if m.text == text and m.covers >= _COVERS and m.header]
        if not ranked:
            continue
        best = ranked[0]
        rival = next((m for m in ranked if m.header != best.header), None)
        if rival is None or best.covers + best.back - rival.covers - rival.back >= _CLEARLY:
            found[text] = str(best.header)
    for text in sorted(nameless - set(found)):
        headers = list(_differing(text, cases, facts))
        if len(headers) == 1:
            found[text] = headers[0]
    return found


def _differing(text: str, cases: Sequence[Case], facts: Facts) -> Iterator[str]:
    """Headers whose cells in a text's rows are all such as none that was taken."""
    places = [
        (place, case.complaints.filter((pl.col("text") == text) & pl.col("certain"))["index"])
        for place, case in enumerate(cases)
    ]
    here = (
        pl.any_horizontal(
            (pl.col("#file") == place) & pl.col("#index").is_in(index.implode())
            for place, index in places
            if index.len()
        )
        if any(index.len() for _, index in places)
        else pl.lit(value=False)
    )
    rows = facts.frame.filter(here)
    taken = facts.frame.filter("#taken")
    if rows.height < 2:  # noqa: PLR2004
        return
    for header in facts.headers:
        mine, theirs = rows[header].drop_nulls(), taken[header].drop_nulls()
        if mine.is_empty() or theirs.is_empty():
            continue
        if (mine == "").all():
            if not (theirs == "").any():
                yield header
        elif (mine != "").all() and theirs.n_unique() <= _FEW:
            if not mine.is_in(theirs.unique().implode()).any():
                yield header
