"""Outcomes by kind as a table of text, as the portal's report will count them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from roster_toolkit.text import number

if TYPE_CHECKING:
    import polars as pl


def outcome_lines(table: pl.DataFrame) -> Iterator[str]:
    """A line of headings and one for each kind of record; shape as `outcome_table` makes it."""
    names = table.columns[1:]
    yield f"  {'':<10}" + "".join(f"{name:>{len(name) + 3}}" for name in names)
    for kind, *counts in table.iter_rows():
        cells = (f"{number(n):>{len(name) + 3}}" for n, name in zip(counts, names, strict=True))
        yield f"  {kind:<10}{''.join(cells)}"
