"""The shape of a file from its raw lines, compared with the records that Polars made of them.

The fast path for the usual file with some quotes or ragged records: lines end with LF or CR LF,
one line is one record, quoting is regular. A line without quotes has as many cells as the header
exactly if its bytes are those of its cells and the delimiters between them, and a quoted one if it
matches the pattern of a full record. So only quoted lines are looked at; where the others do not
add up to the bytes that are left, each line is measured, and the uneven ones are parsed. Whatever
is unusual is left to `lines`.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from roster_toolkit.ingest.csv.layout import Layout, returns_below
from roster_toolkit.ingest.csv.lines import Grammar, Shape
from roster_toolkit.ingest.csv.table import RAGGED_SCHEMA, no_ragged
from roster_toolkit.ingest.decode import Text
from roster_toolkit.streaming import collected

_LINE = pl.col("line")


def quick_shape(text: Text, layout: Layout, frame: pl.DataFrame, *, cut: bool) -> Shape | None:
    """The shape of the records that Polars made `frame` of; None where it is not usual.

    `cut`: whether Polars was told to cut records that are too long.
    """
    if text.survey.lone_returns or not frame.height:
        return None
    grammar = Grammar(layout)
    seen = _quoted_or_empty(text, layout, grammar, frame.height)
    cells = frame.select(pl.sum_horizontal(pl.all().str.len_bytes())).to_series()
    if not cut and _adds_up(text, layout, seen, cells):
        return Shape(frame.height, 0, no_ragged(), {})
    return _line_by_line(text, layout, grammar, seen, cells)


def _adds_up(text: Text, layout: Layout, seen: pl.DataFrame, cells: pl.Series) -> bool:
    """Whether no line is empty and all are full: the others are their cells and delimiters.

    Quoted lines that are full are records by themselves, so that lines and records have the same
    numbers. Of the others Polars refuses those that are too long and pads those that are too short,
    which makes the sum too large.
    """
    data, quoted = text.source.data, seen["index"]
    if not seen.select((pl.col("full") & (pl.col("bytes") > 0)).all()).item():
        return False
    if data[-1:] == layout.delimiter.encode():
        return False  # an empty cell too many, which Polars overlooks before the end of a file
    if not quoted.is_empty() and quoted[-1] >= cells.len():
        return False
    body = len(data) - layout.end - (data[-1:] == b"\n")
    sizes = cells.cast(pl.UInt64)
    unquoted = int(sizes.sum()) - int(sizes.gather(quoted).sum())
    delimiters = (layout.width - 1) * (cells.len() - quoted.len())
    line_ends = cells.len() - 1 + returns_below(text, layout)
    return unquoted + delimiters + int(seen["bytes"].sum()) + line_ends == body


def _line_by_line(
    text: Text, layout: Layout, grammar: Grammar, seen: pl.DataFrame, cells: pl.Series
) -> Shape | None:
    """The shape where some records may be ragged or blank, from the length of each line."""
    lines = pl.scan_lines(text.source.for_polars, glob=False)
    measured = collected(lines.select(bytes=_LINE.str.len_bytes()), cells.len())
    lengths = measured["bytes"].slice(layout.lines)
    returns = returns_below(text, layout)
    line_end = 2 if returns else 1
    if lengths.len() != cells.len() or (returns and not _all_returns(text, layout, lengths)):
        return None
    quoted, empty = seen.filter(pl.col("bytes") > 0), lengths == 0
    full = (lengths == cells + (layout.width - 1)).scatter(quoted["index"], quoted["full"])
    uneven = (~full & ~empty).arg_true()
    starts = (lengths.cast(pl.UInt64) + line_end).cum_sum().shift(1, fill_value=0) + layout.end
    records = pl.Series("text", list(_records(text, starts, lengths, uneven)), pl.String)
    if not _regular(records.filter(uneven.is_in(quoted["index"].implode())), grammar):
        return None
    rows = [grammar.split(record) for record in records]
    filled = (~empty).arg_true()
    last = int(filled[-1]) if filled.len() else -1
    return Shape(
        records=lengths.len(),
        blank_lines_at_end=lengths.len() - 1 - last,
        ragged=pl.DataFrame({"index": uneven, "found": [len(c) for c in rows]}, RAGGED_SCHEMA),
        surplus={
            index: cells[layout.width :]
            for index, cells in zip(uneven, rows, strict=True)
            if len(cells) > layout.width
        },
    )


def _regular(records: pl.Series, grammar: Grammar) -> bool:
    """Whether quoted lines are records by themselves that all read the same."""
    text = pl.col("text")
    even = text.str.count_matches('"', literal=True) % 2 == 0
    return bool(records.to_frame().select((even & grammar.regular(text)).all()).item())


def _quoted_or_empty(text: Text, layout: Layout, grammar: Grammar, rows: int) -> pl.DataFrame:
    """`index`, `bytes` and `full` of the lines after the header that are quoted or empty.

    `rows`: about how many lines there are. Where they are many the pattern is matched while they
    stream by, on all processors, and no line is kept.
    """
    quoted = _LINE.str.contains('"', literal=True)
    size = _LINE.str.len_bytes()
    lines = (
        pl.scan_lines(text.source.for_polars, row_index_name="index", glob=False)
        .filter(quoted | (size == 0))
        .select(pl.col("index").cast(pl.Int64) - layout.lines, bytes=size, full=grammar.full(_LINE))
        .filter(pl.col("index") >= 0)
    )
    return collected(lines, rows).sort("index")


def _all_returns(text: Text, layout: Layout, lengths: pl.Series) -> bool:
    """Whether each line ends with a carriage return and a line feed, be it the last one or not.

    None has more, so that their sum is that of all bytes in this case alone.
    """
    ends = lengths.len() - (text.source.data[-1:] != b"\n")
    return layout.end + int(lengths.cast(pl.UInt64).sum()) + 2 * ends == text.source.size


def _records(text: Text, starts: pl.Series, lengths: pl.Series, wanted: pl.Series) -> Iterator[str]:
    """The text of some lines."""
    for start, length in zip(starts.gather(wanted), lengths.gather(wanted), strict=True):
        yield bytes(text.source.data[start : start + length]).decode()
