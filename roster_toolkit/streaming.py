"""Which of Polars' two engines answers a query: the streaming one only where it gains."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

#: Rows from which the streaming engine takes less processor time. It works in pieces that fit the
#: processor's cache, where the other one writes whole columns to fresh memory; but it takes 0.5 to
#: 1 ms to start, and a review of six rows asks it six times. Measured with Polars 2.1 on keys of 16
#: texts and on grouping by them: the same at 50,000 rows, a quarter less at 100,000.
_GAINS_FROM = 50_000


def collected(query: pl.LazyFrame, rows: int) -> pl.DataFrame:
    """The answer to a query that reads so many rows, by the engine that is faster for them.

    Both give the same rows; those of a group or a join come in no order unless they are sorted.
    """
    return query.collect(engine="streaming" if rows >= _GAINS_FROM else "in-memory")
