"""RT104: suggest the ID for `10,000`, where a spreadsheet put commas into a column of them."""

from __future__ import annotations

import polars as pl

from roster_toolkit.model import Column, Entity
from roster_toolkit.rules.cell import malformed_identifier
from roster_toolkit.rules.registry import rule_of
from roster_toolkit.validate.run import Run

_MALFORMED = rule_of(malformed_identifier).number
_GROUPED = r"^[0-9]{1,3}(?:,[0-9]{3})+(?:\.0{0,2})?$"
#: What a spreadsheet writes without a comma.
_BELOW_A_THOUSAND = "^[0-9]{0,3}$"
#: Rows from which on it is the column, and their share of the large numbers and of all.
_FEWEST, _OF_LARGE, _OF_ALL = 3, 0.8, 0.5


def ungrouped(ids: pl.Expr) -> pl.Expr:
    """IDs without the commas, and the decimals, that a format puts into a number."""
    return pl.when(ids.str.contains(_GROUPED)).then(
        ids.str.replace(r"\..*$", "").str.replace_all(",", "", literal=True)
    )


def suggest_numbers(run: Run) -> None:
    """Suggest IDs without commas where a column is written so throughout, to be confirmed.

    A single one may be two IDs, and so may all those of a column of classes.
    """
    is_malformed = pl.col("code") == _MALFORMED
    malformed = [frame.filter(is_malformed) for frame in run.findings]
    if not any(frame.height for frame in malformed):
        return
    grouped = pl.col("value").str.contains(_GROUPED)
    rows = pl.concat(malformed).filter(grouped)["column"].value_counts()
    columns = list(run.profile.columns.values())
    written_so = [
        number
        for number, count in rows.iter_rows()
        if columns[number].identifies != Entity.CLASS and _throughout(run, columns[number], count)
    ]
    if not written_so:
        return
    mended = is_malformed & pl.col("column").is_in(written_so) & grouped
    run.findings = [
        frame.with_columns(
            suggestion=pl.when(mended).then(ungrouped(pl.col("value"))).otherwise("suggestion"),
            safe=pl.when(mended).then(pl.lit(value=False)).otherwise("safe"),
        )
        for frame in run.findings
    ]


def _throughout(run: Run, column: Column, rows: int) -> bool:
    cells = run.upload.cells[column.key].gather(run.records.rows["index"])
    filled = int((cells != "").sum())
    large = int((~cells.str.contains(_BELOW_A_THOUSAND)).sum())
    return rows >= _FEWEST and rows >= _OF_LARGE * large and rows >= _OF_ALL * filled
