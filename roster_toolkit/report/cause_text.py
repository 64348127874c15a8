"""Render a cause as lines of text: title, reach, example, remedy."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

from roster_toolkit.assessment import Assessment
from roster_toolkit.causes import Cause, Claim, Member
from roster_toolkit.model import Severity
from roster_toolkit.report.headings import assumed, heading, what_to_do
from roster_toolkit.report.words import Words
from roster_toolkit.text import counted, number, printable, quoted

_COLORS = {
    Severity.BLOCKER: "1;31",
    Severity.ERROR: "31",
    Severity.WARNING: "33",
    Severity.INFO: "36",
}
#: Column at which the text of a cause begins.
_INDENT = 13
#: Minimum characters of an example value.
_EXAMPLE = 12
#: Maximum characters of a value in a list.
_LONGEST_IN_LIST = 30
_AND_MORE = "; …"


def painted(text: str, code: str) -> str:
    """Wrap text in an ANSI color code."""
    return f"\x1b[{code}m{text}\x1b[0m"


@dataclass(frozen=True)
class CauseText:
    """Renders the causes of one review at a width."""

    review: Assessment
    words: Words
    width: int
    color: bool

    def title(self, cause: Cause, *, brief: bool = False) -> str:
        """Number, severity, heading and code of a cause."""
        label = "error" if cause.severity is Severity.BLOCKER else cause.severity.value
        mark = "~" if assumed(cause, self.review) else " "
        code = f"{mark}{cause.code}"
        room = self.width - _INDENT - len(code) - 1
        title = heading(cause, self.review, self.words)
        rows = counted(cause.rows, "row")
        reach = f" ({rows})" if brief and cause.rows and rows not in title else ""
        title = printable(title, room - len(reach)) + reach
        severity = f"{label:<7}"
        if self.color:
            severity = painted(severity, _COLORS[cause.severity])
        return f"{cause.number:>3}  {severity} {title:<{room}} {code}"

    def block(self, cause: Cause) -> Iterator[str]:
        """The full block of a cause: title, reach, largest members, remedy."""
        yield self.title(cause)
        room = self.width - _INDENT
        yield " " * _INDENT + printable(self._reach(cause), room)
        if largest := self.largest(cause, room):
            yield " " * _INDENT + largest
        fix = textwrap.wrap(what_to_do(cause, self.review, self.words), room)
        yield from (" " * _INDENT + line for line in fix)

    def _reach(self, cause: Cause) -> str:
        """Rows touched and cleared, an example, and how many findings have a suggestion."""
        room = self.width - _INDENT
        parts = list(self._rows(cause))
        if cause.example_row is not None:
            parts.append(self.example(cause, room - len("; ".join(parts))))
        elif self._shows_a_value(cause):
            parts.append(f"such as {quoted(cause.example_value)}")
        if cause.suggestions and cause.findings > 1 and cause.claim is not Claim.HEADER:
            all_have_one = cause.suggestions == cause.findings
            count = "each" if all_have_one else number(cause.suggestions)
            parts.append(f"a likely value for {count}")
        while len(parts) > 1 and len("; ".join(parts)) > room:
            parts.pop()
        return "; ".join(parts) or "about the file as a whole"

    def _shows_a_value(self, cause: Cause) -> bool:
        """Whether to name one of several values of a cause without rows."""
        many = cause.members > 1 and cause.claim is not Claim.HEADER
        return many and bool(cause.example_value) and self.words.values

    def _rows(self, cause: Cause) -> Iterator[str]:
        if cause.severity is Severity.BLOCKER:
            yield "refuses the whole file"
        elif cause.rows:
            clears = "all" if cause.clears == cause.rows else number(cause.clears)
            cleared = cause.severity.refuses and cause.rows > 1
            yield counted(cause.rows, "row") + (f", clears {clears}" if cleared else "")
        elif cause.findings > 1:
            yield counted(cause.findings, "finding")

    def example(self, cause: Cause, room: int) -> str:
        """The example row, with its cell and the suggestion, truncated to `room` characters."""
        column = f" {self.review.profile.columns[cause.column].name}" if cause.column else ""
        place = f"see row {cause.example_row}{column}"
        if not self.words.values or not cause.column:
            return place
        typed, suggestion = self._typed(cause), cause.example_suggestion
        available = room - len(place) - len("; :  → ")
        if suggestion is None:
            return f"{place}: {_or_blank(typed, available)}"
        if len(typed) + len(suggestion) + 4 > available:
            return f"{place}: {_or_blank(typed, available)}"
        return f"{place}: {_or_blank(typed, available)} → {_or_blank(suggestion, available)}"

    def largest(self, cause: Cause, room: int) -> str:
        """The largest members of a cause with suggestions and counts, cut to `room` characters.

        Blank where they add nothing to heading and example: for headers, shifted rows, and members
        with one finding each.
        """
        if not self.words.values or cause.claim in (Claim.HEADER, Claim.SHIFT):
            return ""
        few = cause.members <= len(cause.largest)
        members = [self._counted(one) for one in cause.largest if few or one.findings > 1]
        while members and len("; ".join(members)) + len(_AND_MORE) > room:
            members.pop()
        more = _AND_MORE if members and cause.members > len(members) else ""
        return "; ".join(members) + more

    def _counted(self, member: Member) -> str:
        """A value, its suggestion, and its number of findings."""
        value, suggestion = member.value, member.suggestion
        arrow = (
            "" if suggestion in (None, value) else f" → {_or_blank(suggestion, _LONGEST_IN_LIST)}"
        )
        return f"{_or_blank(value, _LONGEST_IN_LIST)}{arrow} ({number(member.findings)})"

    def _typed(self, cause: Cause) -> str:
        """The example value; the raw cell where only its spaces are wrong."""
        cells, value = self.review.upload.cells, cause.example_value
        if value == cause.example_suggestion and cause.column in cells.columns:
            value = cells[cause.column][(cause.example_row or 0) - self.review.upload.first_row]
        return value


def _or_blank(value: str, room: int) -> str:
    """A quoted value of at most `room` characters, or `blank`."""
    return quoted(value, max(room - 2, _EXAMPLE)) if value else "blank"
