"""What a calibration proposes and what it found: plain records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple, TypeAlias

from roster_toolkit.display import Shown
from roster_toolkit.rosters.outcomes import Outcome
from roster_toolkit.rosters.roster import Kind


class About(StrEnum):
    """What a proposal changes."""

    HEADER = "header"
    COLUMN = "column"
    ACCEPTS = "accepts"
    REQUIREMENT = "requirement"
    RULE = "rule"
    MESSAGE = "message"


class Sure(StrEnum):
    """How sure a proposal is."""

    CERTAIN = "certain"
    """The template says so, or many rows do and none says otherwise."""
    LIKELY = "likely"
    GUESS = "guess"


@dataclass(frozen=True, slots=True, repr=False)
class Proposal(Shown):
    """One change to a profile, and what it rests on.

    >>> papers = rt.sample_portal(60, seed=7, profile=review.profile)
    >>> learned = rt.calibrate(template=papers.template, accepted=[papers.accepted])
    >>> first = learned.proposals[0]
    >>> first.about.value, first.column, first.accepted
    ('header', 'userRole', True)
    """

    number: int
    about: About
    column: str
    """Key of the column, or the code of the rule."""
    before: str
    after: str
    why: str
    """A sentence: what was seen."""
    sources: tuple[str, ...]
    """Names of files."""
    rows_for: int
    rows_against: int
    example_row: int | None
    """Spreadsheet row of the first source that shows it."""
    sure: Sure
    accepted: bool
    patch: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """The tables that it lays over the profile."""
    otherwise: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """Those that it lays over it where it is declined."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows of which the portal's answer is known, and how a profile judges them."""

    rows: int = 0
    agree: int = 0
    too_strict: int = 0
    """Rows that the portal took and the profile rejects."""
    too_lenient: int = 0
    """Rows that the portal rejected and the profile accepts."""

    @property
    def share(self) -> float:
        """The share of rows that agree; 1 where there are none."""
        return self.agree / self.rows if self.rows else 1.0


class BeforeAfter(NamedTuple):
    """How two profiles agree with what the portal did: the one that was given, the learned one."""

    before: Counts
    after: Counts


@dataclass(frozen=True, slots=True)
class Unexplained:
    """A text of the portal's that no rule stands for."""

    text: str
    rows: int
    example_row: int | None


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to look at: a source that was set aside, sources that disagree, odd row numbers."""

    text: str
    sources: tuple[str, ...]
    aside: bool = True
    """Whether the first of the sources was left aside."""


#: Kind and outcome → records.
Figures: TypeAlias = Mapping[tuple[Kind, Outcome], int]


@dataclass(frozen=True, slots=True)
class CountsBeside:
    """What the portal counted after processing a file, beside what was foreseen for it."""

    upload: str
    report: str
    """Name of the file that holds the counts."""
    reported: Figures
    foreseen: Figures
    """Of the same records; empty where nothing could be foreseen."""
    missing: str = ""
    """Why nothing could be foreseen."""

    @property
    def differing(self) -> tuple[tuple[Kind, Outcome], ...]:
        """Where the two say different numbers."""
        return tuple(at for at, count in self.foreseen.items() if self.reported[at] != count)
