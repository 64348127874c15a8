"""Render a cause as lines of text: title, reach, example, remedy."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

from roster_toolkit.assessment import Assessment
from roster_toolkit.causes import Cause, Claim
from roster_toolkit.model import Severity
from roster_toolkit.report.cause_view import CauseView, example_text, view_of
from roster_toolkit.report.words import SEVERITY, Words
from roster_toolkit.text import counted, number, printable, quoted

_COLORS = {
    Severity.BLOCKER: "1;31",
    Severity.ERROR: "31",
    Severity.WARNING: "33",
    Severity.INFO: "36",
}
#: Width and maximum number of titles without a terminal.
_WIDTH, _TITLES = 100, 20
#: Column at which the text of a cause begins.
_INDENT = 13
#: Rows from which on it is said how many of them a problem clears.
_SEVERAL = 2


def painted(text: str, code: str) -> str:
    """Wrap text in an ANSI color code."""
    return f"\x1b[{code}m{text}\x1b[0m"


def titles_text(review: Assessment) -> str:
    """The titles of the problems, biggest wins first, at most twenty."""
    lines = CauseText(review, Words(review.profile), _WIDTH, color=False)
    titles = [lines.title(cause, brief=True).rstrip() for cause in review.causes[:_TITLES]]
    more = len(review.causes) - _TITLES
    if more > 0:
        titles.append(f"     and {counted(more, 'more problem')}")
    return "\n".join(titles) or "Nothing to fix."


@dataclass(frozen=True)
class CauseText:
    """Renders the causes of one review at a width."""

    review: Assessment
    words: Words
    width: int
    color: bool

    def title(self, cause: Cause, *, brief: bool = False) -> str:
        """Number, severity, title and code of a cause; `brief` adds the number of rows."""
        return self._title(cause, self._view(cause), brief=brief)

    def _view(self, cause: Cause) -> CauseView:
        return view_of(cause, self.review, self.words, self.width - _INDENT)

    def _title(self, cause: Cause, view: CauseView, *, brief: bool) -> str:
        label = "error" if cause.severity is Severity.BLOCKER else cause.severity.value
        mark = "~" if view.assumed else " "
        code = f"{mark}{cause.code}"
        room = self.width - _INDENT - len(code) - 1
        rows = counted(cause.rows, "row")
        reach = f" ({rows})" if brief and cause.rows and rows not in view.title else ""
        title = printable(self._short(view, room - len(reach)), room - len(reach)) + reach
        severity = f"{label:<7}"
        if self.color:
            severity = painted(severity, _COLORS[cause.severity])
        return f"{cause.number:>3}  {severity} {title:<{room}} {code}"

    def _short(self, view: CauseView, room: int) -> str:
        """The title, without the portal's words where both do not fit into a line."""
        fits = len(view.title) <= room
        return view.title if fits else view.title.removesuffix(view.portal_says).rstrip()

    def block(self, cause: Cause) -> Iterator[str]:
        """The full block of a cause: title, the portal's words, reach, largest members, remedy."""
        view = self._view(cause)
        title = self._title(cause, view, brief=False)
        yield title
        room = self.width - _INDENT
        if view.portal_says and view.portal_says not in title:
            yield from (" " * _INDENT + line for line in textwrap.wrap(view.portal_says, room))
        yield " " * _INDENT + printable(self._reach(cause), room)
        if view.largest:
            yield " " * _INDENT + view.largest
        remedy = textwrap.wrap(view.how_to_fix, room)
        yield from (" " * _INDENT + line for line in remedy)

    def _reach(self, cause: Cause) -> str:
        """Rows touched and cleared, an example, and how many findings have a suggestion."""
        room = self.width - _INDENT
        parts = list(self._rows(cause))
        if cause.example_row is not None:
            rest = room - len("; ".join(parts))
            parts.append(example_text(cause, self.review, self.words, rest))
        elif self._shows_a_value(cause):
            parts.append(f"such as {quoted(cause.example_value)}")
        if cause.suggestions and cause.findings > 1 and cause.claim is not Claim.HEADER:
            all_have_one = cause.suggestions == cause.findings
            count = "each" if all_have_one else number(cause.suggestions)
            parts.append(f"a likely value for {count}")
        while len(parts) > 1 and len("; ".join(parts)) > room:
            parts.pop()
        return "; ".join(parts) or "about the whole file"

    def _shows_a_value(self, cause: Cause) -> bool:
        """Whether to name one of several values of a cause without rows."""
        many = cause.members > 1 and cause.claim is not Claim.HEADER
        return many and bool(cause.example_value) and self.words.values

    def _rows(self, cause: Cause) -> Iterator[str]:
        if cause.severity is Severity.BLOCKER:
            asked = self.review.perhaps_other_names
            yield f"whole file rejected{', unless the portal accepted it' if asked else ''}"
        elif cause.rows:
            yield counted(cause.rows, "row") + clearing(cause)
        elif cause.findings > 1:
            yield counted(cause.findings, SEVERITY[cause.severity].lower())


def clearing(cause: Cause) -> str:
    """What fixing a problem of several rows clears, to be said behind their number."""
    if not cause.severity.rejects or cause.rows < _SEVERAL:
        return ""
    if not cause.clears:
        return ", which have other errors too"
    all_of_them = cause.clears == cause.rows
    return f": fixing this clears {'all' if all_of_them else number(cause.clears)} of them"
