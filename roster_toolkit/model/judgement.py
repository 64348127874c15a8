"""What rules return, and the kinds of functions that return it.

Four shapes do for all rules:

* an expression that is true where the subject is at fault and null where it cannot be judged, or
  one such expression for each column concerned;
* a `GroupJudgement` for each column: subjects beside those that share a value with them;
* a `RosterJudgement` for each column: subjects beside what the roster has of them;
* over the file, a frame of hits (`rules.judgement.hits`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import polars as pl

    from roster_toolkit.model.profile import Column, Profile
    from roster_toolkit.model.upload import Upload


@dataclass(frozen=True, slots=True)
class GroupJudgement:
    """Subjects that are judged by comparison with those that share a value with them."""

    by: pl.Expr
    """What they share; those whose `by` is blank, null or held by no other are not judged."""
    differ: str
    """Column of which they must state two values or more; other groups are not judged."""
    fault: pl.Expr
    """True where a subject of such a group is at fault; may use `.over("group")`."""
    value: pl.Expr | None = None
    """What a finding about the whole group names, as an aggregation over its subjects."""
    suggestion: pl.Expr | None = None
    """The likely value for a subject at fault."""
    otherwise: pl.Expr | None = None
    """What takes the place of `fault` where a column that it asks about cannot be read."""


@dataclass(frozen=True, slots=True)
class RosterJudgement:
    """Subjects that are judged by what the roster has of them."""

    fault: pl.Expr
    """True where a subject is at fault."""
    suggestion: pl.Expr | None = None
    """The likely value, to be confirmed."""
    once: str | None = None
    """Column that names the subject of a finding which stands on no row."""


FileJudge: TypeAlias = "Callable[[Upload, Profile], pl.DataFrame]"
"""Over the file as it was read: its hits."""
CellJudge: TypeAlias = "Callable[[Column, Profile], pl.Expr | None]"
"""Over the values of a column; None where the rule does not concern the column."""
RowJudge: TypeAlias = "Callable[[Profile], Mapping[str, pl.Expr]]"
"""Over what a row states of itself, its person or its class: an expression for each column."""
RecordJudge: TypeAlias = "Callable[[Profile, tuple[Column, ...]], pl.Expr]"
"""Over a whole record, whose columns are given in their order."""
GroupJudge: TypeAlias = "Callable[[Profile], Mapping[str, GroupJudgement]]"
"""Over all people, classes or IDs of the file together."""
CountJudge: TypeAlias = "Callable[[Profile], pl.Expr]"
"""Over pairs of person and class, or over class lists: how many of something there are."""
RosterJudge: TypeAlias = "Callable[[Profile], Mapping[str, RosterJudgement]]"
"""Over subjects of the file, or of an import, beside the roster."""
CustomJudge: TypeAlias = "Callable[[], pl.Expr]"
"""A rule of one's own, before it is fitted to a profile."""
Judge: TypeAlias = (
    "FileJudge | CellJudge | RowJudge | RecordJudge | GroupJudge | CountJudge | RosterJudge"
    " | CustomJudge"
)
"""The function of a rule; which kind it is follows from the rule's scope."""
