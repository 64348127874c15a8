"""The toolkit's own error file, read back as the customer's file.

A customer corrects the error file in place and hands it in again. What the writer added comes off
here: three columns, behind the customer's own in the CSV and in front of them in the workbook; the
first record with the faults of the file; the apostrophe in front of cells that a spreadsheet would
take for a formula; the marks in place of cells and headers that were not there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from roster_toolkit.ingest.csv.layout import Layout, added_behind, added_in_front
from roster_toolkit.ingest.csv.table import RAGGED_SCHEMA, Table, no_ragged
from roster_toolkit.model import ERROR_FILE_COLUMNS, ERROR_FILE_MARK, NO_CELL, NO_NAME

_ADDED = len(ERROR_FILE_COLUMNS)
#: An apostrophe that the writer put before a character that spreadsheets act on, or before a cell
#: that reads like its mark of one that is not there.
_ESCAPED = rf"\A'(['=+\-@\t\r]|{re.escape(NO_CELL)}\z)"
_ACTIVE_STARTS = tuple("'=+-@\t\r")
_ESCAPED_STARTS = tuple("'" + c for c in _ACTIVE_STARTS)


def is_error_file(typed: Sequence[str]) -> bool:
    """Whether the headers are those of our error file, of the CSV or of the workbook."""
    return added_behind(typed) or added_in_front(typed)


def unprotected(text: pl.Expr) -> pl.Expr:
    """Cells of a report of ours without the apostrophe that keeps them from being a formula."""
    return text.str.replace(_ESCAPED, "${1}")


def protected_cell(cell: str) -> str:
    """A cell as our error file writes it, so that reading brings it back."""
    return f"'{cell}" if cell.startswith(_ACTIVE_STARTS) or cell == NO_CELL else cell


def own_layout(layout: Layout) -> Layout:
    """The layout without the added columns."""
    if added_in_front(layout.typed):
        own = [_named(text) for text in layout.typed[_ADDED:]]
    else:
        own = list(layout.typed[:-_ADDED])
    return replace(layout, typed=tuple(map(_plain, own)))


def own_table(table: Table, *, in_front: bool = False) -> Table:
    """The records without what the writer added, numbered as if it had never stood there.

    `in_front`: whether that stands before the customer's own cells, as in the workbook.
    """
    names = table.cells.columns
    mark = names[0] if in_front else names[-_ADDED]
    own = names[_ADDED:] if in_front else names[:-_ADDED]
    if not own:  # that of a file without a table, which has nothing to correct
        return Table(pl.DataFrame(), no_ragged())
    first = 1 if table.cells.height and table.cells[0, mark] == ERROR_FILE_MARK else 0
    cells = table.cells.slice(first).select(own)
    width = len(own)
    own_found = _own_found(pl.col("found").cast(pl.Int64), width, in_front=in_front)
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
    cells = cells.with_columns(unprotected(pl.all()))
    unclosed = None if table.unclosed is None else max(table.unclosed - first, 0)
    return Table(cells, ragged, surplus, unclosed)


def _own_found(found: pl.Expr, width: int, *, in_front: bool) -> pl.Expr:
    """How many of the cells of a record are the customer's own.

    Behind them, the added cells are the ones that a record lacks first.
    """
    without = pl.max_horizontal(found - _ADDED, pl.lit(0 if in_front else width))
    return without if in_front else pl.when(found > width).then(without).otherwise(found)


def _without_gaps(cells: pl.DataFrame, ragged: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Records as they came, and as ragged those that still lack cells at their end.

    A gap before a cell that somebody filled is a blank cell: a record has no holes, and cut at the
    first of them it would lose what was typed behind.
    """
    if not cells.width or not cells.select(pl.any_horizontal((pl.all() == NO_CELL).any())).item():
        return cells, ragged
    widths = cells.select(
        index=pl.int_range(pl.len(), dtype=RAGGED_SCHEMA["index"]),
        found=pl.max_horizontal(
            pl.when(pl.col(name) != NO_CELL).then(place).otherwise(0)
            for place, name in enumerate(cells.columns, start=1)
        ).cast(RAGGED_SCHEMA["found"]),
    )
    short = widths.filter(pl.col("found") < cells.width).join(
        ragged.filter(pl.col("found") > cells.width), on="index", how="anti"
    )
    others = ragged.join(short, on="index", how="anti")
    return cells.with_columns(pl.all().replace(NO_CELL, "")), pl.concat([others, short]).sort(
        "index"
    )


def _named(header: str) -> str:
    """A header of the workbook, blank where it stands for a blank one."""
    return {NO_NAME: "", f"'{NO_NAME}": NO_NAME}.get(header, header)


def _plain(cell: str) -> str:
    return cell[1:] if cell.startswith(_ESCAPED_STARTS) else cell
