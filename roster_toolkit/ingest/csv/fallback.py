"""The records of a text, one by one, exactly as Python's csv module reads them.

The reference for the fast paths, and the path for what they refuse: quotes in odd places, a quote
that is never closed, lone carriage returns among quotes. It takes seconds for a million records.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import islice

import polars as pl

from roster_toolkit.ingest.csv.layout import Layout, read_to_end
from roster_toolkit.ingest.csv.table import RAGGED_SCHEMA, Table, positions
from roster_toolkit.ingest.decode import Text

_BATCH = 20_000


def read_with_csv_module(text: Text, layout: Layout) -> Table:
    """The records after the header; the last one may be cut off by an unclosed quote."""
    records = _Records(text, layout)
    parts, ragged, surplus, height = [], [], {}, 0
    while batch := list(islice(records, _BATCH)):
        for index, cells in enumerate(batch, start=height):
            if len(cells) != layout.width and cells:
                ragged.append((index, len(cells)))
                if len(cells) > layout.width:
                    surplus[index] = tuple(cells[layout.width :])
                del cells[layout.width :]
            cells.extend([""] * (layout.width - len(cells)))
        parts.append(_frame(batch, layout.width))
        height += len(batch)
    frame = pl.concat(parts) if parts else _frame([], layout.width)
    frame = frame.head(height - records.blank_lines_at_end)
    return Table(
        frame,
        pl.DataFrame(ragged, schema=RAGGED_SCHEMA, orient="row"),
        surplus,
        unclosed=frame.height - 1 if records.unclosed else None,
    )


def _frame(batch: list[list[str]], width: int) -> pl.DataFrame:
    columns = zip(*batch, strict=True) if batch else [()] * width
    named = zip(positions(width), columns, strict=True)
    return pl.DataFrame([pl.Series(name, list(column), pl.String) for name, column in named])


class _Records:
    """Iterates over the records after the header, and knows how the file ended."""

    def __init__(self, text: Text, layout: Layout) -> None:
        self.unclosed = False
        self.blank_lines_at_end = 0
        self._records = self._read(text, layout)

    def __iter__(self) -> Iterator[list[str]]:
        return self._records

    def _read(self, text: Text, layout: Layout) -> Iterator[list[str]]:
        raw = io.BytesIO(text.source.data[layout.end :])
        lines = io.TextIOWrapper(raw, "utf-8", newline="")
        for cells, closed in read_to_end(lines, layout.delimiter):
            self.unclosed = not closed
            self.blank_lines_at_end = 0 if cells else self.blank_lines_at_end + 1
            yield cells
