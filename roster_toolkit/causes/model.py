"""The records of causes: `Cause`, its members, and the causes of a file."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from roster_toolkit.display import Shown
from roster_toolkit.model import Severity

if TYPE_CHECKING:
    import polars as pl


class Claim(StrEnum):
    """The kinds of cause, by precedence: the first that applies claims a finding."""

    HEADER = "header"
    SHIFT = "shifted rows"
    COLUMN = "whole column"
    MEMBER = "member"
    """A class, a person or a value, or several that share the cause."""


@dataclass(frozen=True, slots=True)
class Member:
    """A value, class, person or header among several that share a cause."""

    value: str
    findings: int
    suggestion: str | None
    """The likely value, where all of its findings suggest the same one."""


@dataclass(frozen=True, slots=True, repr=False)
class Cause(Shown):
    """One thing to correct, and what it explains.

    >>> cause = review.causes[0]
    >>> (cause.code, cause.column, cause.severity.value)
    ('RT102', 'userGrade', 'error')
    """

    number: int
    """Place in the order of correction, from 1."""
    claim: Claim
    code: str
    column: str | None
    """Column key, where it is one; the first of those that share a list of accepted values."""
    columns: tuple[str, ...]
    """Keys of all columns concerned, in the order of the profile."""
    value: str | None
    """The value, class, person or header, where it is one."""
    values: tuple[str, ...]
    """The members with most findings, where there are several."""
    largest: tuple[Member, ...]
    """The same members with their findings and suggestions."""
    members: int
    """Number of members."""
    severity: Severity
    findings: int
    derived: int
    """Findings on rows that another finding of the cause rejects already."""
    rows: int
    clears: int
    """Rows that it touches and that have no error of another cause."""
    schools: int
    suggestions: int
    """Findings with a likely value."""
    example_row: int | None
    example_value: str
    example_suggestion: str | None


@dataclass(frozen=True)
class Causes:
    """The causes in the order of correction, and the cause of every finding."""

    causes: tuple[Cause, ...]
    findings: pl.DataFrame
    """Shape `CAUSED_FINDINGS`: the findings with the number of their cause."""
