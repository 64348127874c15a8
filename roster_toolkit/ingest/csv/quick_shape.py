"""The shape of a file from its raw lines, compared with the records that Polars made of them.

The fast path for the usual file with some ragged records: lines end with LF or CR LF, one line is
one record, quotes stand around whole cells. A line has as many cells as the header exactly if its
bytes are those of its cells, the delimiters between them and the quotes around them. So every line
is measured, and only the uneven ones are parsed. Whatever is unusual is left to `lines`.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from roster_toolkit.ingest.csv.layout import Layout, returns_below
from roster_toolkit.ingest.csv.lines import Grammar, Shape
from roster_toolkit.ingest.csv.table import RAGGED_SCHEMA
from roster_toolkit.ingest.decode import Text
from roster_toolkit.streaming import collected

_LINE = pl.col("line")


def is_usual(text: Text, layout: Layout) -> bool:
    """Whether no carriage return stands alone, and no quote but around whole cells."""
    return not text.survey.lone_returns and text.survey.quotes.are_regular(layout.delimiter)


def quick_shape(text: Text, layout: Layout, frame: pl.DataFrame) -> Shape | None:
    """The shape of the records that Polars made `frame` of; None where it is not usual."""
    if not frame.height or not is_usual(text, layout):
        return None
    lines = _measured(text, layout, frame.height)
    returns = returns_below(text, layout)
    if lines.height != frame.height or (returns and not _all_returns(text, layout, lines)):
        return None
    lengths = lines["bytes"]
    uneven = _uneven(text, layout, frame, lines)
    line_end = 2 if returns else 1
    starts = (lengths.cast(pl.UInt64) + line_end).cum_sum().shift(1, fill_value=0) + layout.end
    split = Grammar(layout).split
    rows = [split(record) for record in _records(text, starts, lengths, uneven)]
    filled = (lengths > 0).arg_true()
    last = int(filled[-1]) if filled.len() else -1
    return Shape(
        records=lines.height,
        blank_lines_at_end=lines.height - 1 - last,
        ragged=pl.DataFrame({"index": uneven, "found": [len(c) for c in rows]}, RAGGED_SCHEMA),
        surplus={
            index: cells[layout.width :]
            for index, cells in zip(uneven, rows, strict=True)
            if len(cells) > layout.width
        },
    )


def _measured(text: Text, layout: Layout, rows: int) -> pl.DataFrame:
    """`bytes` and `quotes` of each line after the header; `rows`: about how many there are."""
    quotes = _LINE.str.count_matches('"', literal=True) if text.survey.has_quote else pl.lit(0)
    lines = pl.scan_lines(text.source.for_polars, glob=False)
    measured = lines.select(bytes=_LINE.str.len_bytes(), quotes=quotes.cast(pl.UInt32))
    return collected(measured, rows).slice(layout.lines)


def _uneven(text: Text, layout: Layout, frame: pl.DataFrame, lines: pl.DataFrame) -> pl.Series:
    """Numbers of the lines that are not empty and have more or fewer cells than the header."""
    size = pl.sum_horizontal(pl.all().str.len_bytes())
    of_full = frame.select(size).to_series() + _around_cells(text, frame, lines["quotes"])
    lengths = lines["bytes"]
    return ((lengths != of_full + (layout.width - 1)) & (lengths > 0)).arg_true()


def _around_cells(text: Text, frame: pl.DataFrame, quotes: pl.Series) -> pl.Series:
    """Of the quotes of each line those that its cells do not hold: a pair within one means one.

    To count those in cells takes longest, so that it is left where there can be none: a pair stands
    between two others.
    """
    if not text.survey.quotes.doubled:
        return quotes
    held = pl.sum_horizontal(pl.all().str.count_matches('"', literal=True))
    may_hold = quotes >= 4  # noqa: PLR2004  (the two around a cell, and a pair)
    counted = quotes.filter(may_hold) - frame.filter(may_hold).select(held).to_series()
    return quotes.scatter(may_hold.arg_true(), counted)


def _all_returns(text: Text, layout: Layout, lines: pl.DataFrame) -> bool:
    """Whether each line ends with a carriage return and a line feed, be it the last one or not.

    None has more, so that their sum is that of all bytes in this case alone.
    """
    ends = lines.height - (text.source.data[-1:] != b"\n")
    measured = int(lines["bytes"].cast(pl.UInt64).sum())
    return layout.end + measured + 2 * ends == text.source.size


def _records(text: Text, starts: pl.Series, lengths: pl.Series, wanted: pl.Series) -> Iterator[str]:
    """The text of some lines."""
    for start, length in zip(starts.gather(wanted), lengths.gather(wanted), strict=True):
        yield bytes(text.source.data[start : start + length]).decode()
