"""The table of outcomes by kind of record as text, with the counts of the portal's report."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from roster_toolkit.text import number

if TYPE_CHECKING:
    import polars as pl


def outcome_lines(table: pl.DataFrame) -> Iterator[str]:
    """A header line and a line per kind of record; `table` as `outcome_table` returns it."""
    names = table.columns[1:]
    yield f"  {'':<10}" + "".join(f"{name:>{len(name) + 3}}" for name in names)
    for kind, *counts in table.iter_rows():
        cells = (f"{number(n):>{len(name) + 3}}" for n, name in zip(counts, names, strict=True))
        yield f"  {kind:<10}{''.join(cells)}"
