"""First and last name in one column: the blank one of the two is told what belongs into it."""

from __future__ import annotations

import polars as pl

from roster_toolkit.ingest.whole_names import whole_names
from roster_toolkit.rules.cell import missing_value
from roster_toolkit.rules.registry import rule_of
from roster_toolkit.validate.run import Run

_BLANK = rule_of(missing_value).number
#: The column that is blank throughout → the one that holds both names, and which part is missing.
_PARTS = {"userLastName": ("userFirstName", 0), "userFirstName": ("userLastName", 1)}


def suggest_names(run: Run) -> None:
    """Say what a blank name should be where the other column holds `Last, First` throughout.

    Nothing is repaired by it: the other column would have to change as well.
    """
    for blank, (both, part) in _PARTS.items():
        if not {blank, both} <= set(run.records.present):
            continue
        column = (pl.col("code") == _BLANK) & (pl.col("column") == run.place[blank])
        rows = sum(frame.filter(column).height for frame in run.found)
        if not rows or rows < run.records.rows.height:
            continue
        cells = run.upload.cells[both].gather(run.records.rows["index"])
        if not whole_names(cells):
            continue
        names = run.upload.cells[both].str.split_exact(",", 1).struct.field(f"field_{part}")
        at = pl.col("row") - run.upload.first_row
        likely = pl.lit(names.str.strip_chars()).gather(at)
        run.found = [
            frame.with_columns(suggestion=pl.when(column).then(likely).otherwise("suggestion"))
            for frame in run.found
        ]
