"""Which of the portal's texts is about which column, and which rule of ours it means.

A text that names no column is laid to the one in which our rules find fault wherever it stands;
where ours find nothing, to the one whose cells differ there from all cells that were accepted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from roster_toolkit.calibration.facts import Case, Facts
from roster_toolkit.calibration.forms import has_unusual_form
from roster_toolkit.calibration.judging import Judged

_ALL_FOUND = pl.Schema(
    {
        "index": pl.UInt32,
        "code": pl.String,
        "rejects": pl.Boolean,
        "at": pl.String,
        "place": pl.UInt16,
    }
)
#: Share of a text's rows in which a rule must find fault.
_COVERS = 0.9
#: How much better the best explanation must be than that of another column.
_CLEARLY = 0.25
#: Rows of a group that were accepted, from which on a blank cell there means something.
_ENOUGH_TAKEN = 8
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
    if not cases:
        return ()
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
            "index", "code", "rejects", pl.col("header").alias("at"), place=pl.lit(place, pl.UInt16)
        )
        for place, one in enumerate(judged)
    ]
    return pl.concat([pl.DataFrame(schema=_ALL_FOUND), *frames])


def trace(
    cases: Sequence[Case], judged: Sequence[Judged], facts: Facts, groups: pl.Expr
) -> list[Case]:
    """The cases with complaints that name no column laid to the header that they are about.

    First texts that are about one column wherever they stand, then single rows: where one fault of
    ours, or one cell that nobody else has, is all that such a text can mean. `groups` tells rows of
    which the same is asked.
    """
    found = _columns_of_texts(cases, judged)
    by_text = pl.col("text").replace_strict(found, default=None, return_dtype=pl.String)
    named = [
        replace(
            case, complaints=case.complaints.with_columns(header=pl.coalesce("header", by_text))
        )
        if found and not case.complaints.is_empty()
        else case
        for case in cases
    ]
    unusual = _unusual(facts, groups)
    settled = [
        _settled(case, ours, place, unusual)
        for place, (case, ours) in enumerate(zip(named, judged, strict=True))
    ]
    return _traced_by_row(settled, judged, unusual)


def _settled(case: Case, ours: Judged, place: int, unusual: pl.DataFrame) -> Case:
    """The case with complaints about some rows of a person laid to the rows that are at fault.

    That is certain where as many of them are faulty or unusual as the report has lines.
    """
    open_ones = case.complaints.filter(~pl.col("certain"))
    if open_ones.is_empty():
        return case
    faulty = pl.concat(
        [
            ours.found.filter("rejects").select("index", at="header"),
            unusual.filter(pl.col("place") == place).select("index", at="header"),
        ]
    ).unique()
    fitting = (
        open_ones.join(faulty, on="index")
        .filter(pl.col("header").is_null() | (pl.col("header") == pl.col("at")))
        .select(open_ones.columns)
        .unique(maintain_order=True)
    )
    group = ["among", "text", "header"]
    sure = fitting.filter(pl.len().over(group) == pl.col("lines")).with_columns(
        certain=pl.lit(value=True)
    )
    rest = open_ones.join(sure.select(group).unique(), on=group, how="anti", nulls_equal=True)
    complaints = pl.concat([case.complaints.filter("certain"), sure, rest]).sort("index", "text")
    return replace(case, complaints=complaints)


def _columns_of_texts(cases: Sequence[Case], judged: Sequence[Judged]) -> Mapping[str, str]:
    """Text that names no column → header of the one in which we find fault wherever it stands."""
    nameless = set(_all_told(cases).filter(pl.col("header").is_null())["text"])
    found: dict[str, str] = {}
    candidates = meanings(cases, judged)
    for text in sorted(nameless):
        ranked = [m for m in candidates if m.text == text and m.covers >= _COVERS and m.header]
        if not ranked or ranked[0].rows < 2:  # noqa: PLR2004
            continue
        best = ranked[0]
        rival = next((m for m in ranked if m.header != best.header), None)
        if rival is None or best.covers + best.back - rival.covers - rival.back >= _CLEARLY:
            found[text] = str(best.header)
    return found


def _traced_by_row(
    cases: Sequence[Case], judged: Sequence[Judged], unusual: pl.DataFrame
) -> list[Case]:
    traced = []
    for place, (case, ours) in enumerate(zip(cases, judged, strict=True)):
        open_ones = case.complaints.filter(pl.col("header").is_null() & pl.col("certain"))
        if open_ones.is_empty():
            traced.append(case)
            continue
        claimed = case.complaints.drop_nulls("header").select("index", "header")
        own = pl.col("code").str.contains("^RT[12]")
        errors = (
            ours.found.filter("rejects").select("index", "header", own=own).drop_nulls().unique()
        )
        # What a row's own cells say explains it first, then cells that nobody else has, then what
        # it says beside others.
        left = errors.join(claimed, on=["index", "header"], how="anti")
        odd = unusual.filter(pl.col("place") == place).select("index", "header")
        odd = odd.join(claimed, on=["index", "header"], how="anti")
        causes = _first_of(
            left.filter("own").drop("own"), odd, left.filter(~pl.col("own")).drop("own")
        )
        single = (
            causes.group_by("index").agg(pl.col("header").first(), causes=pl.len())
            .join(open_ones.group_by("index").agg(texts=pl.len()), on="index")
            .filter(pl.col("causes") == 1, pl.col("texts") == 1)
            .select("index", found="header")
        )  # fmt: skip
        complaints = (
            case.complaints.join(single, on="index", how="left", maintain_order="left")
            .with_columns(header=pl.coalesce("header", "found"))
            .drop("found")
        )
        traced.append(replace(case, complaints=complaints))
    return traced


def _first_of(*layers: pl.DataFrame) -> pl.DataFrame:
    """The explanations of each row that stand in the first layer which has any of it."""
    kept: list[pl.DataFrame] = []
    for layer in layers:
        earlier = pl.concat([k.select("index") for k in kept]).unique() if kept else layer.head(0)
        kept.append(layer.unique().join(earlier.select("index"), on="index", how="anti"))
    return pl.concat(kept)


def _unusual(facts: Facts, groups: pl.Expr) -> pl.DataFrame:
    """`place`, `index`, `header` of cells such as no row that was accepted has in its group.

    A cell is unusual where it is blank and no other is, or holds none of a few values.
    """
    frame = facts.frame.with_columns(groups.alias("#group"))
    accepted = frame.filter("#accepted")
    sizes = accepted.group_by("#group").len()
    large = sizes.filter(pl.col("len") >= _ENOUGH_TAKEN)["#group"].implode()
    parts = []
    for header in facts.headers:
        cell = pl.col(header)
        blank = accepted.filter(cell == "")["#group"].unique().implode()
        bare = cell.eq("") & pl.col("#group").is_in(large) & ~pl.col("#group").is_in(blank)
        values = accepted.filter(cell != "")[header].unique()
        strange = pl.lit(value=False)
        if 0 < values.len() <= _FEW:
            strange = (cell != "") & ~cell.is_in(values.implode())
        elif values.len() > _FEW:
            strange = (cell != "") & has_unusual_form(cell, values)
        odd = frame.filter(~pl.col("#accepted"), (bare | strange).fill_null(value=False))
        parts.append(
            odd.select(
                pl.col("#file").alias("place"),
                pl.col("#index").alias("index"),
                header=pl.lit(header),
            )
        )
    return pl.concat(parts)
