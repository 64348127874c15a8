"""The problems as a list: one line for all that are fixed in the same way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import roster_toolkit as rt

#: What stands between the numbers of the causes of a line, also in the address of the page.
_BETWEEN = "-"


@dataclass(frozen=True)
class Line:
    """A problem on the page; the cells in it are never to become markup."""

    problem: rt.Problem
    told: rt.ToldCause
    """The first of its causes in words."""

    @property
    def key(self) -> str:
        """The numbers of its causes, as the address of the page has them."""
        return _BETWEEN.join(str(cause.number) for cause in self.problem.causes)

    @property
    def title(self) -> str:
        """What is wrong, and how many problems of the verdict that is, where it is several."""
        several = len(self.problem.causes)
        return f"{self.problem.title} ({several} problems)" if several > 1 else self.problem.title


def lines_of(review: rt.Review) -> list[Line]:
    """The problems in the order in which it pays to fix them, those of one cure on one line."""
    return [Line(problem, review.told(problem.causes[0])) for problem in review.problems]


def to_fix(causes: Iterable[rt.Cause]) -> int:
    """How many of them reject rows or the file, as the verdict counts them."""
    return sum(cause.severity.rejects for cause in causes)


def numbers_of(key: str) -> list[int]:
    """The numbers of the causes of a line, from its key."""
    return [int(word) for word in key.split(_BETWEEN) if word.isdigit()]
