"""The shape of a file from its raw lines, compared with the records that Polars made of them.

The fast path for the usual file with some quotes or ragged records: lines end with LF, one line is
one record, quoting is regular. A line without quotes has as many cells as the header exactly if its
bytes are those of its cells and the delimiters between them, and a quoted one if it matches the
pattern of a full record, so that only the others need be parsed. Whatever is unusual is left to
`lines`.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from roster_toolkit.ingest.csv.layout import Layout
from roster_toolkit.ingest.csv.lines import Grammar, Shape
from roster_toolkit.ingest.csv.table import RAGGED_SCHEMA
from roster_toolkit.ingest.decode import Text

_LINE = pl.col("line")


def quick_shape(text: Text, layout: Layout, frame: pl.DataFrame) -> Shape | None:
    """The shape of the records that Polars made `frame` of; None where it is not usual."""
    if text.survey.carriage_returns or not frame.height:
        return None
    grammar = Grammar(layout)
    lines = _survey(text, layout, grammar)
    if lines.height != frame.height:
        return None
    cells = frame.select(pl.sum_horizontal(pl.all().str.len_bytes())).to_series()
    full = lines["bytes"] == cells + (layout.width - 1)
    quoted, empty = lines["quoted"], lines["bytes"] == 0
    uneven = (~full.zip_with(~quoted, lines["full"]) & ~empty).arg_true()
    records = pl.Series("text", list(_records(text, layout, lines["bytes"], uneven)), pl.String)
    if not _regular(records.filter(quoted.gather(uneven)), grammar):
        return None
    rows = [grammar.split(record) for record in records]
    filled = (~empty).arg_true()
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


def _regular(records: pl.Series, grammar: Grammar) -> bool:
    """Whether quoted lines are records by themselves that all read the same."""
    text = pl.col("text")
    even = text.str.count_matches('"', literal=True) % 2 == 0
    return bool(records.to_frame().select((even & grammar.regular(text)).all()).item())


def _survey(text: Text, layout: Layout, grammar: Grammar) -> pl.DataFrame:
    """Each line after the header: its `bytes`, whether it is `quoted`, and then whether `full`.

    The pattern is matched while the lines stream by, on all processors, and no line is kept.
    """
    quoted = _LINE.str.contains('"', literal=True)
    full = grammar.full(pl.when(quoted).then(_LINE))
    return (
        pl.scan_lines(text.source.for_polars, glob=False)
        .select(bytes=_LINE.str.len_bytes(), quoted=quoted, full=full.fill_null(value=False))
        .collect(engine="streaming")
        .slice(layout.lines)
    )


def _records(text: Text, layout: Layout, lengths: pl.Series, wanted: pl.Series) -> Iterator[str]:
    """The text of some lines."""
    starts = (lengths.cast(pl.UInt64) + 1).cum_sum().shift(1, fill_value=0) + layout.end
    for start, length in zip(starts.gather(wanted), lengths.gather(wanted), strict=True):
        yield bytes(text.source.data[start : start + length]).decode()
