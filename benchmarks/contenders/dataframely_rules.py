"""dataframely: a schema with a rule for each of ours, and `filter`, which tells all failures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import dataframely as dy

from benchmarks.contenders.common import broken, rows, rules
from benchmarks.timing import tell

if TYPE_CHECKING:
    import polars as pl


def schema(columns: list[str]) -> type[dy.Schema]:
    """The columns as text, and a rule for each of ours."""
    members: dict[str, object] = {column: dy.String(nullable=True) for column in columns}
    for name, _, fault in rules():
        members[name] = dy.rule()(_rule(~fault))
    return type("Rows", (dy.Schema,), members)


def _rule(holds: pl.Expr):  # noqa: ANN202 - what dataframely takes
    def rule(cls: type[dy.Schema]) -> pl.Expr:  # noqa: ARG001 - it is called with the schema
        return holds

    return rule


def failures(told: type[dy.Schema], frame: pl.DataFrame) -> dict[str, int]:
    """Rule → rows that break it."""
    return told.filter(frame)[1].counts()


if __name__ == "__main__":
    data = rows()
    told = schema(data.columns)
    tell(lambda: failures(told, data), counted=lambda found: broken(found.items()))
