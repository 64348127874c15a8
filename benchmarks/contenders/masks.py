"""Polars by hand: a mask for each rule, all in one select, and the rows of those that hit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.contenders.common import broken, rows, rules
from benchmarks.timing import tell

if TYPE_CHECKING:
    import polars as pl


def findings(frame: pl.DataFrame) -> dict[str, pl.Series]:
    """Rule → the numbers of the rows that break it."""
    masks = frame.select(fault.alias(name) for name, _, fault in rules())
    return {mask.name: mask.arg_true() for mask in masks if mask.any()}


if __name__ == "__main__":
    data = rows()
    tell(
        lambda: findings(data),
        counted=lambda found: broken((name, len(places)) for name, places in found.items()),
    )
