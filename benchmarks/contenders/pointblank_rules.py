"""Pointblank: a step of an expression for each of our rules, with the rows that fail."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pointblank as pb

from benchmarks.contenders.common import broken, rows, rules
from benchmarks.timing import tell

if TYPE_CHECKING:
    import polars as pl


def plan(frame: pl.DataFrame) -> pb.Validate:
    """What is to be asked."""
    validation = pb.Validate(frame)
    for _, _, fault in rules():
        validation = validation.col_vals_expr(expr=~fault)
    return validation


if __name__ == "__main__":
    data = rows()
    names = [name for name, _, _ in rules()]
    tell(
        lambda: plan(data).interrogate(),
        counted=lambda told: broken(
            (names[step - 1], count) for step, count in told.n_failed().items()
        ),
    )
