"""The rows of all evidence below each other: what they hold, and what the portal said of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from roster_toolkit.calibration.evidence import SentFile
from roster_toolkit.calibration.report import COMPLAINTS, Answer

#: Marks the column that says whether a cell of another one was complained of.
BLAMED = "!"
#: Facts of the row itself, before the cells.
OF_ROW = {
    "#file": pl.UInt16,
    "#index": pl.UInt32,
    "#known": pl.Boolean,
    "#vague": pl.Boolean,
    "#accepted": pl.Boolean,
}


@dataclass(frozen=True)
class Case:
    """A file that was sent, and the answer: None where the portal took it whole."""

    sent: SentFile
    answer: Answer | None
    complaints: pl.DataFrame
    """Shape `COMPLAINTS`: those of the answer, as far as they were traced to columns."""


@dataclass(frozen=True)
class Facts:
    """All rows, one line each.

    `frame` has the columns `OF_ROW`, then for each header its cell (null where the file lacks the
    column) and, marked by `BLAMED`, whether the portal complained of it. A row is vague where some
    complaint names no column: it shows neither that a cell is right nor that it is wrong.
    """

    cases: tuple[Case, ...]
    frame: pl.DataFrame
    headers: tuple[str, ...]

    def innocent(self, header: str) -> pl.Expr:
        """Rows whose cell the portal saw and did not complain of."""
        seen = pl.col("#known") & ~pl.col("#vague") & ~pl.col(BLAMED + header)
        return seen & pl.col(header).is_not_null()

    def source(self, place: int) -> str:
        """The name of a file."""
        return self.cases[place].sent.name


def facts_of(cases: Sequence[Case], headers: Sequence[str]) -> Facts:
    """The facts of some cases under the portal's headers."""
    frames = [_rows_of(case, place, headers) for place, case in enumerate(cases)]
    nothing = {**OF_ROW, **dict.fromkeys(headers, pl.String)}
    nothing |= {BLAMED + header: pl.Boolean for header in headers}
    frame = pl.concat(frames) if frames else pl.DataFrame(schema=nothing)
    return Facts(tuple(cases), frame, tuple(headers))


def _rows_of(case: Case, place: int, headers: Sequence[str]) -> pl.DataFrame:
    sent, answer = case.sent, case.answer
    index = pl.int_range(pl.len(), dtype=pl.UInt32)
    silent = pl.Series([], dtype=pl.UInt32) if answer is None else answer.silent
    blamed = case.complaints.select("index").unique()["index"]
    vague = case.complaints.filter(pl.col("header").is_null() | ~pl.col("certain"))["index"]
    by_header = {
        str(header): part["index"]
        for (header,), part in case.complaints.filter("certain")
        .drop_nulls("header")
        .partition_by("header", as_dict=True)
        .items()
    }
    nobody = pl.Series([], dtype=pl.UInt32)
    folded = {name.casefold(): name for name in sent.cells.columns}
    cells = [
        (pl.col(folded[h.casefold()]) if h.casefold() in folded else pl.lit(None, pl.String)).alias(
            h
        )
        for h in headers
    ]
    frame = sent.cells.select(
        pl.lit(place, pl.UInt16).alias("#file"),
        index.alias("#index"),
        (~index.is_in(silent.implode())).alias("#known"),
        index.is_in(vague.implode()).alias("#vague"),
        (~index.is_in(silent.implode()) & ~index.is_in(blamed.implode())).alias("#accepted"),
        *cells,
        *(
            index.is_in(by_header.get(folded.get(h.casefold(), h), nobody).implode()).alias(
                BLAMED + h
            )
            for h in headers
        ),
    )
    return frame.filter(~pl.col("#index").is_in(sent.unread.implode()))


def no_complaints() -> pl.DataFrame:
    """Shape `COMPLAINTS`, empty."""
    return pl.DataFrame(schema=COMPLAINTS)
