"""A cause as every report shows it: title, remedy, example, largest members.

Text, JSON, workbook, message, charts and tables all render a `CauseView`, so that a cause reads the
same everywhere. Without `words.values` no text of a view contains a cell of the file.
"""

from __future__ import annotations

from dataclasses import dataclass

from roster_toolkit.assessment import Assessment, category_of
from roster_toolkit.causes import Cause, Claim, Member
from roster_toolkit.model import Severity
from roster_toolkit.report.headings import assumed, heading, portal_says, what_to_do
from roster_toolkit.report.words import Words
from roster_toolkit.text import number, quoted

#: Characters of an example and of the largest members, where a report has no room of its own.
_ROOM = 100
#: Minimum characters of an example value.
_EXAMPLE = 12
#: Maximum characters of a value in a list.
_LONGEST_IN_LIST = 30
_AND_MORE = "; …"


@dataclass(frozen=True, slots=True)
class CauseView:
    """A cause in plain text, with cells of the file in it: never to be shown as markup.

    >>> told = review.told(review.causes[0])
    >>> told.title
    '“grade 7” is not allowed in userGrade'
    >>> (told.rows, told.assumed)
    (260, True)
    """

    number: int
    """The place in the order of correction, from 1."""
    severity: Severity
    code: str
    assumed: bool
    """Whether it rests on something that is assumed about the portal."""
    title: str
    """What is wrong, without a full stop."""
    rows: int
    """Rows that it touches."""
    clears: int
    """Rows that have no error of another cause."""
    example: str
    """A row to look at, with the cell as it is and as it should be; blank where there is none."""
    largest: str
    """The largest of many values with their findings and what probably was meant; blank where they
    say no more than the example."""
    how_to_fix: str
    column: str | None
    """The header as it should read, where the cause is about one."""
    category: str
    portal_says: str = ""
    """The portal's own words for it, in brackets, as they end the title; blank where unknown."""


#: The public name.
ToldCause = CauseView


def view_of(cause: Cause, review: Assessment, words: Words, room: int = _ROOM) -> CauseView:
    """Render a cause; `room` limits the characters of the example and of the largest members."""
    column = review.profile.columns[cause.column] if cause.column else None
    words = words_for(cause, words)
    return CauseView(
        number=cause.number,
        severity=cause.severity,
        code=cause.code,
        assumed=assumed(cause, review),
        title=heading(cause, review, words),
        rows=cause.rows,
        clears=cause.clears,
        example=example_text(cause, review, words, room),
        largest=largest_text(cause, words, room),
        how_to_fix=what_to_do(cause, review, words),
        column=column.name if column else None,
        category=category_of(review.rules[cause.code], column.category if column else None),
        portal_says=portal_says(cause, review, words).strip(),
    )


def words_for(cause: Cause, words: Words) -> Words:
    """The words for a cause: without values where a column of it is private (no header is one)."""
    return words if cause.claim is Claim.HEADER else words.about(cause.columns)


def example_text(cause: Cause, review: Assessment, words: Words, room: int) -> str:
    """The example row, with its cell and suggestion, cut to `room` characters; blank if none."""
    if cause.example_row is None:
        return ""
    words = words_for(cause, words)
    column = f" {review.profile.columns[cause.column].name}" if cause.column else ""
    place = f"see row {cause.example_row}{column}"
    if not words.values or not cause.column:
        return place
    typed, suggestion = _typed(cause, review), cause.example_suggestion
    available = room - len(place) - len("; :  → ")
    cell = f"{place}: {_or_blank(typed, available)}"
    if suggestion is None or len(typed) + len(suggestion) + 4 > available:
        return cell
    return f"{cell} → {_or_blank(suggestion, available)}"


def largest_text(cause: Cause, words: Words, room: int) -> str:
    """The largest members of a cause with suggestions and counts, cut to `room` characters.

    Blank where they add nothing to title and example: for headers, shifted rows, and members with
    one finding each.
    """
    if not words.values or cause.claim in (Claim.HEADER, Claim.SHIFT):
        return ""
    few = cause.members <= len(cause.largest)
    members = [_counted(one) for one in cause.largest if few or one.findings > 1]
    while members and len("; ".join(members)) + len(_AND_MORE) > room:
        members.pop()
    more = _AND_MORE if members and cause.members > len(members) else ""
    return "; ".join(members) + more


def _counted(member: Member) -> str:
    """A value, its suggestion, and its number of findings."""
    value, suggestion = member.value, member.suggestion
    arrow = "" if suggestion in (None, value) else f" → {_or_blank(suggestion, _LONGEST_IN_LIST)}"
    return f"{_or_blank(value, _LONGEST_IN_LIST)}{arrow} ({number(member.findings)})"


def _typed(cause: Cause, review: Assessment) -> str:
    """The example value; the raw cell where only its spaces are wrong."""
    cells, value = review.upload.cells, cause.example_value
    if value == cause.example_suggestion and cause.column in cells.columns:
        value = cells[cause.column][(cause.example_row or 0) - review.upload.first_row]
    return value


def _or_blank(value: str, room: int) -> str:
    """A quoted value of at most `room` characters, or `blank`."""
    return quoted(value, max(room - 2, _EXAMPLE)) if value else "blank"
