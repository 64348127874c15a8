"""What the functions of the catalogue return besides plain expressions.

Shapes of a judgement:

* over a cell, row, person, class or record: an expression that is true where the subject is at
  fault and null where it cannot be judged, or one such expression per column;
* over all people, classes, IDs or enrollments together: a `Group`;
* over the file: a frame of `Hit`s.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import polars as pl

HITS = {
    "index": pl.Int64,
    "column": pl.String,
    "value": pl.String,
    "suggestion": pl.String,
    "safe": pl.Boolean,
}


@dataclass(frozen=True, slots=True)
class Group:
    """Subjects that are judged by comparison with those that share a value with them."""

    by: pl.Expr
    """What they share; those whose `by` is blank, null or held by no other are not judged."""
    differ: str
    """Column of which they must state two values or more; other groups are not judged."""
    fault: pl.Expr = field(default_factory=lambda: pl.lit(value=True))
    """True where a subject of such a group is at fault; may use `.over("group")`."""
    value: pl.Expr | None = None
    """What a finding about the whole group names, as an aggregation over its subjects."""
    suggestion: pl.Expr | None = None
    """The likely value for a subject at fault."""
    otherwise: pl.Expr | None = None
    """What takes the place of `fault` where a column that it asks about cannot be read."""


@dataclass(frozen=True, slots=True)
class Known:
    """Subjects that are judged by what the roster knows of them."""

    fault: pl.Expr
    """True where a subject is at fault."""
    suggestion: pl.Expr | None = None
    """The likely value, to be confirmed."""
    once: str | None = None
    """Column that names the subject of a finding which stands on no row."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One fault of the file as a whole, or of a record that could not be read."""

    index: int | None = None
    """Record concerned, -1 for the header; None where the fault stands on neither."""
    column: str | None = None
    value: str = ""
    suggestion: str | None = None
    safe: bool | None = None


def hits(found: Iterable[Hit] = ()) -> pl.DataFrame:
    """The faults as a frame: `index`, `column` (key), `value`, `suggestion`, `safe`."""
    rows = [(h.index, h.column, h.value, h.suggestion, h.safe) for h in found]
    return pl.DataFrame(rows, schema=HITS, orient="row")
