"""The toolkit's own error file, read back as the customer's file.

A customer corrects the error file in place and hands it in again. What the writer added comes off
here: three columns, the first record with the faults of the file, the apostrophe in front of cells
that a spreadsheet would take for a formula, and the marks in place of cells that were not there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from roster_toolkit.ingest.csv.layout import Layout
from roster_toolkit.ingest.csv.table import RAGGED_SCHEMA, Table, no_ragged
from roster_toolkit.model import ERROR_FILE_COLUMNS, ERROR_FILE_MARK, NO_CELL

_ADDED = len(ERROR_FILE_COLUMNS)
#: An apostrophe that the writer put before a character that spreadsheets act on, or before a cell
#: that reads like its mark of one that is not there.
_ESCAPED = rf"\A'(['=+\-@\t\r]|{re.escape(NO_CELL)}\z)"
_ESCAPED_STARTS = tuple("'" + c for c in "'=+-@\t\r")


def is_error_file(typed: Sequence[str]) -> bool:
    """Whether the last headers are the three that the writer of the error file adds."""
    return tuple(typed[-_ADDED:]) == ERROR_FILE_COLUMNS


def own_layout(layout: Layout) -> Layout:
    """The layout without the added columns."""
    return replace(layout, typed=tuple(_plain(text) for text in layout.typed[:-_ADDED]))


def own_table(table: Table) -> Table:
    """The records without what the writer added, numbered as if it had never stood there."""
    *own, mark, _, _ = table.cells.columns
    if not own:  # that of a file without a table, which has nothing to correct
        return Table(pl.DataFrame(), no_ragged())
    first = 1 if table.cells.height and table.cells[0, mark] == ERROR_FILE_MARK else 0
    cells = table.cells.slice(first).select(own)
    width = len(own)
    found_width = pl.col("found").cast(pl.Int64)
    without = pl.max_horizontal(found_width - _ADDED, pl.lit(width))
    own_found = pl.when(found_width > width).then(without).otherwise(found_width)
    ragged = (
        table.ragged.with_columns(own_found.cast(pl.UInt32).alias("found"))
        .filter((pl.col("found") != width) & (pl.col("index") >= first))
        .with_columns(pl.col("index") - first)
    )
    surplus = {
        index - first: tuple(_plain(cell) for cell in rest)
        for index, rest in table.surplus.items()
        if index >= first
    }
    cells, ragged = _without_gaps(cells, ragged)
    cells = cells.with_columns(pl.all().str.replace(_ESCAPED, "${1}"))
    unclosed = None if table.unclosed is None else max(table.unclosed - first, 0)
    return Table(cells, ragged, surplus, unclosed)


def _without_gaps(cells: pl.DataFrame, ragged: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Records as they came, and as ragged those that still lack a cell."""
    if not cells.width:
        return cells, ragged
    missing = (pl.all() == NO_CELL).cast(pl.UInt32)
    gaps = cells.select(gaps=pl.sum_horizontal(missing))["gaps"]
    at = (gaps > 0).arg_true()
    if at.is_empty():
        return cells, ragged
    widths = (cells.width - gaps.gather(at).cast(pl.Int64)).cast(pl.UInt32)
    short = pl.DataFrame({"index": at, "found": widths}, RAGGED_SCHEMA)
    others = ragged.filter(~pl.col("index").is_in(at.implode()))
    return (
        cells.select(pl.when(pl.all() != NO_CELL).then(pl.all()).otherwise(pl.lit("")).name.keep()),
        pl.concat([others, short]).sort("index"),
    )


def _plain(cell: str) -> str:
    return cell[1:] if cell.startswith(_ESCAPED_STARTS) else cell
