"""A cause in lines of text: what is wrong, how many rows, an example, what to do."""

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
#: Where the text of a cause begins.
_INDENT = 13
#: Characters of an example that are shown at least.
_EXAMPLE = 12
#: Characters of a value in a list.
_SHOWN = 30
_AND_MORE = "; …"


def painted(text: str, code: str) -> str:
    """Text in a color of the terminal."""
    return f"\x1b[{code}m{text}\x1b[0m"


@dataclass(frozen=True)
class CauseText:
    """Renders the causes of one review."""

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
        """Title, reach and remedy of a cause."""
        yield self.title(cause)
        room = self.width - _INDENT
        yield " " * _INDENT + printable(self._reach(cause), room)
        if largest := self.largest(cause, room):
            yield " " * _INDENT + largest
        fix = textwrap.wrap(what_to_do(cause, self.review, self.words), room)
        yield from (" " * _INDENT + line for line in fix)

    def _reach(self, cause: Cause) -> str:
        """Rows touched and cleared, an example, and how many have a likely value."""
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
        """Whether one of many values that stand on no row is worth showing."""
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
        """A row to look at, with the cell as it is and as it should be, cut to fit."""
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
        """The largest values of a cause with their findings and what was meant, cut to fit.

        Blank where they say no more than the heading and the example: headers, and values of which
        none stands out.
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
        """A value, what was meant, and how often it stands in the file."""
        value, suggestion = member.value, member.suggestion
        arrow = "" if suggestion in (None, value) else f" → {_or_blank(suggestion, _SHOWN)}"
        return f"{_or_blank(value, _SHOWN)}{arrow} ({number(member.findings)})"

    def _typed(self, cause: Cause) -> str:
        """The value of the example; as typed where nothing but its spaces are at fault."""
        cells, value = self.review.upload.cells, cause.example_value
        if value == cause.example_suggestion and cause.column in cells.columns:
            value = cells[cause.column][(cause.example_row or 0) - self.review.upload.first_row]
        return value


def _or_blank(value: str, room: int) -> str:
    """A value in quotation marks that takes no more room than that."""
    return quoted(value, max(room - 2, _EXAMPLE)) if value else "blank"
