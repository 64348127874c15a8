"""The shape of a file from its raw lines: how many records, and how many cells each has.

Polars pads short records in silence and its handling of quotes is its own, so files with quotes or
ragged records are looked at a second time, as lines. Whether a line break stands inside a cell
follows from the number of quotes before it. That holds for regular quoting only, so every record
with a quote must also match the grammar below; one that does not sends the file to the csv module.
A file that passes is read the same by Polars and by the csv module.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from roster_toolkit.ingest.decode import Text
from roster_toolkit.ingest.layout import Layout
from roster_toolkit.ingest.table import RAGGED_SCHEMA

_LINE = pl.col("line")
#: Beyond this many columns the expression for a full record would grow too large.
_WIDEST = 100


@dataclass(frozen=True)
class Shape:
    """What the raw lines tell of the records after the header."""

    records: int
    """Blank lines at the end included."""
    blank_lines_at_end: int
    ragged: pl.DataFrame
    surplus: Mapping[int, tuple[str, ...]]


class _Grammar:
    """Regular quoting for one delimiter and width, as expressions of Polars.

    A cell is quoted as a whole, or has no quote at its start, no delimiter and no line break.
    Matching is fast and replacing is not, so records of the right width are sifted out first.
    """

    def __init__(self, layout: Layout) -> None:
        d = re.escape(layout.delimiter)
        quoted = r'"(?:[^"]|"")*"'
        cell = rf'(?:{quoted}|[^"{d}\r\n][^{d}\r\n]*)?'
        self.delimiter = layout.delimiter
        self.width = layout.width
        self.record = rf"\A{cell}(?:{d}{cell})*\z"
        self.full_record = rf"\A{cell}(?:{d}{cell}){{{self.width - 1}}}\z"
        self.quoted_cell = rf"(?:\A|{d}){quoted}"

    def regular(self, text: pl.Expr) -> pl.Expr:
        """True where a record with quotes is quoted as everybody does."""
        return text.str.contains(self.record)

    def full(self, text: pl.Expr) -> pl.Expr:
        """True where it is regular and as wide as the header (unless too wide to ask)."""
        if self.width > _WIDEST:
            return text.str.contains(r"[^\s\S]")
        return text.str.contains(self.full_record)

    def cells(self, text: pl.Expr) -> pl.Expr:
        """Number of cells of a record without quotes."""
        return text.str.count_matches(self.delimiter, literal=True) + 1

    def cells_among_quotes(self, text: pl.Expr) -> pl.Expr:
        """Number of cells of a regular record with quotes."""
        bare = text.str.replace_all(self.quoted_cell, self.delimiter)
        return self.cells(bare) - text.str.starts_with('"').cast(pl.UInt32)

    def surplus(self, record: str) -> tuple[str, ...]:
        """The cells of one record beyond the header."""
        lines = io.StringIO(record, newline="")
        return tuple(next(csv.reader(lines, delimiter=self.delimiter))[self.width :])


def find_shape(text: Text, layout: Layout) -> Shape | None:
    """The shape of the records; None if their quoting is not regular."""
    grammar = _Grammar(layout)
    lines = _survey_lines(text, layout, grammar)
    odd = lines["quotes"] % 2 == 1
    if odd.sum() % 2:
        return None
    if odd.any():
        joined = _join_lines(text, layout, grammar, lines)
        if joined is None:
            return None
        lines = joined
    if not lines["regular"].all():
        return None
    return _shape(lines, grammar)


def _survey_lines(text: Text, layout: Layout, grammar: _Grammar) -> pl.DataFrame:
    """Per line after the header: its quotes, cells, regularity, and itself if it is too long.

    A line that is a full record by itself has an even number of quotes, which are not counted.
    """
    stray = _strays(text)
    facts = {
        "quotes": pl.lit(0, pl.UInt32),
        "cells": grammar.cells(_LINE),
        "regular": ~stray,
    }
    if text.survey.has_quote:
        quoted = pl.when(_LINE.str.contains('"', literal=True)).then(_LINE)
        full = grammar.full(quoted)
        other = pl.when(~full).then(quoted)
        width = pl.when(full).then(pl.lit(grammar.width, pl.UInt32))
        facts = {
            "quotes": other.str.count_matches('"', literal=True).fill_null(0),
            "cells": pl.coalesce(width, grammar.cells_among_quotes(other), grammar.cells(_LINE)),
            "regular": pl.coalesce(full.replace(False, None), grammar.regular(other), ~stray),
        }
    return (
        pl.scan_lines(text.source.for_polars)
        .select(_LINE, empty=_LINE.str.len_bytes() == 0, **facts)
        .select(
            pl.exclude("line"),
            record=pl.when(pl.col("cells") > grammar.width).then(_LINE),
        )
        .collect(engine="streaming")
        .slice(layout.lines)
    )


def _strays(text: Text) -> pl.Expr:
    """True where a carriage return stands alone, which ends a record for the csv module only."""
    if not text.survey.carriage_returns:
        return pl.lit(False)
    return _LINE.str.contains("\r", literal=True)


def _join_lines(
    text: Text, layout: Layout, grammar: _Grammar, lines: pl.DataFrame
) -> pl.DataFrame | None:
    """The lines with those that belong to one record made one.

    None where a record too long for the header holds carriage returns: lines do not tell them.
    """
    inside = lines["quotes"].cum_sum() % 2 == 1
    continues = inside.shift(1, fill_value=False)
    several = inside | continues
    starts = (~continues).cum_sum()
    raw = pl.read_lines(text.source.for_polars)["line"].slice(layout.lines)
    joined = (
        pl.DataFrame({"start": starts.filter(several), "line": raw.filter(several)})
        .group_by("start", maintain_order=True)
        .agg(_LINE.str.join("\n"))
        .select(
            "start",
            quotes=pl.lit(0, pl.UInt32),
            cells=grammar.cells_among_quotes(_LINE),
            regular=grammar.regular(_LINE),
            empty=pl.lit(False),
            record=_LINE,
        )
    )
    if text.survey.carriage_returns and (joined["cells"] > layout.width).any():
        return None
    single = lines.with_columns(start=starts).filter(~several)
    return pl.concat([single, joined.select(single.columns)]).sort("start").drop("start")


def _shape(lines: pl.DataFrame, grammar: _Grammar) -> Shape:
    filled = (~lines["empty"]).arg_true()
    last = filled[-1] if filled.len() else -1
    uneven = lines.select(
        pl.int_range(pl.len(), dtype=pl.UInt32).alias("index"),
        pl.col("cells").cast(pl.UInt32).alias("found"),
        "record",
        "empty",
    ).filter((pl.col("found") != grammar.width) & ~pl.col("empty"))
    long = uneven.filter(pl.col("found") > grammar.width)
    surplus = {
        index: grammar.surplus(record)
        for index, record in long.select("index", "record").iter_rows()
    }
    ragged = uneven.select(RAGGED_SCHEMA.keys())
    return Shape(lines.height, lines.height - 1 - last, ragged, surplus)
