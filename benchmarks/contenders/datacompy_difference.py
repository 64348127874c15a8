"""datacompy on Polars: each kind of record compared by its key."""

from __future__ import annotations

import sys
from pathlib import Path

import datacompy
import polars as pl

from benchmarks.timing import tell

#: Numbers of people and classes mean the same on both sides here.
KEYS = {"people": ["userId"], "classes": ["classId"], "enrollments": ["person", "class"]}


def counted(found: dict[str, datacompy.PolarsCompare]) -> dict[str, list[int]]:
    """Created, removed and updated records of each kind."""
    return {name: [compared.df2_unq_rows.height, compared.df1_unq_rows.height, _updated(compared)]
            for name, compared in found.items()}  # fmt: skip


def _updated(compared: datacompy.PolarsCompare) -> int:
    both = compared.intersect_rows
    return both.filter(
        pl.any_horizontal(~pl.col(column) for column in both.columns if column.endswith("_match"))
    ).height


if __name__ == "__main__":
    before, after = (
        {
            name: pl.read_parquet(Path(sys.argv[1]) / f"{side}-{name}.parquet").drop("source")
            for name in KEYS
        }
        for side in ("before", "after")
    )
    tell(
        lambda: {
            name: datacompy.PolarsCompare(before[name], after[name], join_columns=key)
            for name, key in KEYS.items()
        },
        counted=counted,
    )
