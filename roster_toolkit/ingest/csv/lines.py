"""The shape of a file from its raw lines: how many records, and how many cells each has.

Polars pads short records without a warning and parses some quotes unlike the csv module, so files
with quotes or ragged records are scanned a second time, line by line. A line break is inside a cell
if the number of quotes before it is odd. That holds for regular quoting only: every record with a
quote must match the grammar below, or the whole file is parsed by the csv module instead. A file
that passes is read the same by Polars and by the csv module.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from roster_toolkit.ingest.csv.layout import Layout
from roster_toolkit.ingest.csv.table import RAGGED_SCHEMA
from roster_toolkit.ingest.decode import Text
from roster_toolkit.streaming import collected

_LINE = pl.col("line")
#: Beyond this many columns the expression for a full record would grow too large.
_WIDEST = 100


@dataclass(frozen=True)
class Shape:
    """Counts of the records after the header, from the raw lines."""

    records: int
    """Blank lines at the end included."""
    blank_lines_at_end: int
    ragged: pl.DataFrame
    surplus: Mapping[int, tuple[str, ...]]


class Grammar:
    """Regular quoting for one delimiter and width, as expressions of Polars.

    A cell is quoted as a whole, or has no quote at its start, no delimiter and no line break.
    A record too long for the header may have quotes around whole cells only: Polars cuts such a
    record, and would parse any other quote after the cut as the start of a quoted cell.
    Matching is fast and replacing is slow, so records of the right width are filtered out first.
    """

    def __init__(self, layout: Layout) -> None:
        """The grammar of a layout."""
        d = re.escape(layout.delimiter)
        quoted = r'"(?:[^"]|"")*"'
        cell = rf'(?:{quoted}|[^"{d}\r\n][^{d}\r\n]*)?'
        plain = rf'(?:{quoted}|[^"{d}\r\n]*)'
        self.delimiter = layout.delimiter
        self.width = layout.width
        self.record = rf"\A{cell}(?:{d}{cell})*\z"
        self.plain_record = rf"\A{plain}(?:{d}{plain})*\z"
        self.full_record = rf"\A{cell}(?:{d}{cell}){{{self.width - 1}}}\z"
        self.quoted_cell = rf"(?:\A|{d}){quoted}"

    def regular(self, text: pl.Expr) -> pl.Expr:
        """True where Polars and the csv module read a record with quotes the same."""
        long = self.cells_among_quotes(text) > self.width
        return text.str.contains(self.record) & (~long | text.str.contains(self.plain_record))

    def full(self, text: pl.Expr) -> pl.Expr:
        """True where it is regular and as wide as the header; False beyond `_WIDEST` columns."""
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

    def split(self, record: str) -> tuple[str, ...]:
        """The cells of one record."""
        lines = io.StringIO(record, newline="")
        return tuple(next(csv.reader(lines, delimiter=self.delimiter)))


def find_shape(text: Text, layout: Layout) -> Shape | None:
    """The shape of the records; None if their quoting is not regular."""
    grammar = Grammar(layout)
    lines = _survey_lines(text, layout, grammar)
    if text.survey.has_quote:
        lines = _survey_quotes(lines, grammar)
        if lines["odd"].sum() % 2:
            return None
        if lines["odd"].any():
            joined = _join_lines(text, layout, grammar, lines)
            if joined is None:
                return None
            lines = joined
    if not lines["regular"].all():
        return None
    return _shape(lines, grammar)


def _survey_lines(text: Text, layout: Layout, grammar: Grammar) -> pl.DataFrame:
    """Each line after the header: `cells`, `empty`, `quoted`, `regular`, `text`.

    `text` is the line itself where it is quoted or too long for the header, else null.
    """
    cells = grammar.cells(_LINE)
    quoted = _LINE.str.contains('"', literal=True) if text.survey.has_quote else pl.lit(value=False)
    stray = _LINE.str.contains("\r", literal=True)
    lines = pl.scan_lines(text.source.for_polars, glob=False).select(
        cells=cells,
        empty=_LINE.str.len_bytes() == 0,
        quoted=quoted,
        # A carriage return that stands alone ends a record for the csv module only.
        regular=~stray if text.survey.carriage_returns else pl.lit(value=True),
        text=pl.when(quoted | (cells > grammar.width)).then(_LINE),
    )
    at_most = len(text.source.data)  # a line has a byte at least, that of its end
    return collected(lines, at_most).slice(layout.lines).with_row_index()


def _survey_quotes(lines: pl.DataFrame, grammar: Grammar) -> pl.DataFrame:
    """The same, corrected for quotes, and `odd`: whether the line opens or closes a quote.

    Nearly all quoted lines are full records by themselves; one pattern recognizes them.
    """
    text = pl.col("text")
    others = (
        lines.filter("quoted")  # eagerly: Polars would merge the filters and match every line
        .filter(~grammar.full(text))
        .select(
            "index",
            odd=text.str.count_matches('"', literal=True) % 2 == 1,
            regular_here=grammar.regular(text),
            cells_here=grammar.cells_among_quotes(text),
        )
    )
    width = pl.lit(grammar.width, pl.UInt32)
    cells = pl.when("quoted").then(pl.coalesce("cells_here", width)).otherwise("cells")
    regular = (
        pl.when("quoted").then(pl.col("regular_here").fill_null(value=True)).otherwise("regular")
    )
    return lines.join(others, on="index", how="left", maintain_order="left").select(
        "index",
        "empty",
        "text",
        odd=pl.col("odd").fill_null(value=False),
        regular=regular,
        cells=cells,
    )


def _join_lines(
    text: Text, layout: Layout, grammar: Grammar, lines: pl.DataFrame
) -> pl.DataFrame | None:
    """The lines, with the lines of each record joined into one.

    None where a record too long for the header holds carriage returns, which lines do not show.
    """
    inside = lines["odd"].cum_sum() % 2 == 1
    continues = inside.shift(1, fill_value=False)
    several = inside | continues
    lines = lines.with_columns(start=(~continues).cum_sum())
    # A line without quotes inside a cell changes neither regularity nor the number of cells.
    pieces = lines.filter(several).select("index", "start", pl.col("text").fill_null(""))
    joined = (
        pieces.group_by("start", maintain_order=True)
        .agg(pl.col("text").str.join("\n"))
        .select(
            "start",
            empty=pl.lit(value=False),
            text="text",
            regular=grammar.regular(pl.col("text")),
            cells=grammar.cells_among_quotes(pl.col("text")),
        )
    )
    long = joined.filter(pl.col("cells") > grammar.width)
    if long.height:
        if text.survey.carriage_returns:
            return None
        joined = joined.update(_whole_records(text, layout, pieces, long), on="start")
    single = lines.filter(~several).select(joined.columns)
    return pl.concat([single, joined]).sort("start")


def _whole_records(
    text: Text, layout: Layout, pieces: pl.DataFrame, wanted: pl.DataFrame
) -> pl.DataFrame:
    """`start` and `text` of records that span lines, with the lines that have no quotes."""
    wanted_lines = pieces.join(wanted, on="start", how="semi").select("index", "start")
    return (
        pl.scan_lines(text.source.for_polars, row_index_name="line_index", glob=False)
        .with_columns(index=pl.col("line_index").cast(pl.Int64) - layout.lines)
        .join(wanted_lines.lazy().with_columns(pl.col("index").cast(pl.Int64)), on="index")
        .sort("index")
        .group_by("start", maintain_order=True)
        .agg(text=_LINE.str.join("\n"))
        .collect()
    )


def _shape(lines: pl.DataFrame, grammar: Grammar) -> Shape:
    filled = (~lines["empty"]).arg_true()
    last = filled[-1] if filled.len() else -1
    uneven = lines.select(
        pl.int_range(pl.len(), dtype=pl.UInt32).alias("index"),
        pl.col("cells").cast(pl.UInt32).alias("found"),
        "text",
        "empty",
    ).filter((pl.col("found") != grammar.width) & ~pl.col("empty"))
    long = uneven.filter(pl.col("found") > grammar.width)
    surplus = {
        index: grammar.split(record)[grammar.width :]
        for index, record in long.select("index", "text").iter_rows()
    }
    ragged = uneven.select(RAGGED_SCHEMA.keys())
    return Shape(lines.height, lines.height - 1 - last, ragged, surplus)
