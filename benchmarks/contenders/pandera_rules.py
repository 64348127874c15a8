"""Pandera on Polars: a check of a column for each of our rules, all failures at once."""

from __future__ import annotations

from collections import defaultdict

import pandera.polars as pa
import polars as pl
from pandera.errors import SchemaErrors

from benchmarks.contenders.common import broken, rows, rules
from benchmarks.timing import tell


def schema(columns: list[str]) -> pa.DataFrameSchema:
    """The columns as text, with the checks of each."""
    checks: defaultdict[str, list[pa.Check]] = defaultdict(list)
    for name, column, fault in rules():
        checks[column].append(_check(name, ~fault))
    return pa.DataFrameSchema({c: pa.Column(str, checks[c], nullable=True) for c in columns})


def _check(name: str, holds: pl.Expr) -> pa.Check:
    return pa.Check(lambda data: data.lazyframe.select(holds.alias(data.key)), name=name)


def failures(told: pa.DataFrameSchema, frame: pl.DataFrame) -> pl.DataFrame:
    """All of them; none is an empty frame."""
    try:
        told.validate(frame, lazy=True)
    except SchemaErrors as errors:
        return errors.failure_cases
    return pl.DataFrame(schema={"check": pl.String})


if __name__ == "__main__":
    data = rows()
    ready = schema(data.columns)
    tell(
        lambda: failures(ready, data),
        counted=lambda found: broken(found.group_by("check").len().iter_rows()),
    )
