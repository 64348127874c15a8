"""The records after a header as text cells, before anybody asks what the columns mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

RAGGED_SCHEMA = {"index": pl.UInt32, "found": pl.UInt32}


def positions(width: int) -> list[str]:
    """Names of columns by their place in the file."""
    return [f"#{i}" for i in range(width)]


def no_ragged() -> pl.DataFrame:
    """A list of ragged records without any."""
    return pl.DataFrame(schema=RAGGED_SCHEMA)


@dataclass(frozen=True)
class Table:
    """Every record as text cells, padded or cut to the width of the header."""

    cells: pl.DataFrame
    ragged: pl.DataFrame
    """`index`, `found`: records with another number of cells; blank lines are none."""
    surplus: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    """Index of a record with too many cells → the cells beyond the header."""
    unclosed: int | None = None
    """Index of the record in which a quote opens and never closes."""
