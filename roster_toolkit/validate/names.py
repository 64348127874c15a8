"""First and last name in one column: suggest the part that belongs in the blank one."""

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
    """Suggest a value for a blank name where the other column holds `Last, First` throughout.

    This is no repair: the other column would have to change as well.
    """
    for blank, (both, part) in _PARTS.items():
        if not {blank, both} <= set(run.records.present):
            continue
        column = (pl.col("code") == _BLANK) & (pl.col("column") == run.column_numbers[blank])
        rows = sum(frame.filter(column).height for frame in run.findings)
        if not rows or rows < run.records.rows.height:
            continue
        cells = run.upload.cells[both].gather(run.records.rows["index"])
        if not whole_names(cells):
            continue
        names = run.upload.cells[both].str.split_exact(",", 1).struct.field(f"field_{part}")
        position = pl.col("row") - run.upload.first_row
        part_of_name = pl.lit(names.str.strip_chars()).gather(position)
        run.findings = [
            frame.with_columns(
                suggestion=pl.when(column).then(part_of_name).otherwise("suggestion")
            )
            for frame in run.findings
        ]
