"""What the portal counted after processing a file, beside what was foreseen for it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from roster_toolkit.calibration.documents.headings import STAFF, STUDENTS, plain
from roster_toolkit.calibration.documents.tables import read_tables
from roster_toolkit.calibration.evidence import Given, contents
from roster_toolkit.calibration.model import CountsBeside, Figures
from roster_toolkit.errors import ToolkitError
from roster_toolkit.reviewing.review import review
from roster_toolkit.rosters.outcomes import Outcome
from roster_toolkit.rosters.roster import Kind

if TYPE_CHECKING:
    from pathlib import Path

    from roster_toolkit.model import Profile
    from roster_toolkit.reviewing.judged_by import Known
    from roster_toolkit.rosters.context import RosterContext

_T = TypeVar("_T")
#: What an upload is held against: a download of current data, or a district of a store.
Against: TypeAlias = "str | Path | bytes | RosterContext | Known"
#: The portal's outcomes, in its order: it never says what was removed.
OUTCOMES = (Outcome.CREATED, Outcome.UPDATED, Outcome.NO_CHANGES, Outcome.ERRORS)
_KINDS = {
    Kind.SCHOOL: r"schools?",
    Kind.STAFF: STAFF,
    Kind.STUDENT: STUDENTS,
    Kind.CLASS: r"class(es)?|sections?",
    Kind.ENROLLMENT: r"enrol(l)?ments?|rosters?|rosterings?",
}
_SAID = {
    Outcome.CREATED: r"created|creates|new|added",
    Outcome.UPDATED: r"updated|updates|changed",
    Outcome.NO_CHANGES: r"no changes?|unchanged|not changed",
    Outcome.ERRORS: r"errors?|failed|rejected|in error",
}
#: `school=3/0/12/0`
_IN_SHORT = re.compile(r"([^\W\d_]+)\s*[=:]\s*(\d+(?:\s*/\s*\d+){3})(?!\s*/)")
_NUMBER = re.compile(r"\d+|\d{1,3}([,. ]\d{3})+")


def counts_beside(
    upload: Given, report: Given, profile: Profile, against: Against | None
) -> CountsBeside:
    """The counts of a report of processing, beside what is foreseen for the file that was sent.

    `report` is a file with a table of them, or a text such as `school=3/0/12/0 class=0/1/5/0`:
    created, updated, no changes, errors. Raises ToolkitError where it holds no counts.
    """
    label, reported = read_counts(report)
    name, data = contents(upload, "users.csv")
    if against is None:
        return CountsBeside(
            name, label, reported, {},
            "no roster was given; give a download of the data as they were before that upload",
        )  # fmt: skip
    impact = review(data, name=name, profile=profile, against=against).impact
    if impact is None:
        return CountsBeside(name, label, reported, {}, "the learned profile rejects the whole file")
    foreseen = {
        (kind, outcome): impact.totals[kind][outcome]
        for kind, outcome in reported
        if kind in impact.totals
    }
    return CountsBeside(name, label, reported, foreseen)


def read_counts(report: Given) -> tuple[str, Figures]:
    """The name of a report of processing, and its counts."""
    if isinstance(report, str) and _IN_SHORT.search(report):
        label, found = "the counts given", dict(_in_short(report))
    else:
        label, data = contents(report, "report.csv")
        rows = [row for table in read_tables(label, data) for row in table.rows]
        found = dict(_in_short("\n".join(cell for row in rows for cell in row)))
        for table in read_tables(label, data):
            found = found or _of_table(table.rows) or _of_table(tuple(_turned(table.rows)))
    if not found:
        raise ToolkitError(
            f"{label} holds no counts: it needs a line each for schools, staff, students, classes "
            "or enrollments, and columns for created, updated, no changes and errors."
        )
    return label, found


def _in_short(text: str) -> Iterator[tuple[tuple[Kind, Outcome], int]]:
    for word, numbers in _IN_SHORT.findall(text):
        kind = _meant(word, _KINDS)
        if kind is not None:
            for outcome, count in zip(OUTCOMES, numbers.split("/"), strict=True):
                yield (kind, outcome), int(count)


def _of_table(rows: Sequence[Sequence[str]]) -> dict[tuple[Kind, Outcome], int]:
    """The counts of a table that has outcomes for headings and begins its lines with kinds."""
    found: dict[tuple[Kind, Outcome], int] = {}
    outcomes: list[Outcome | None] = []
    for row in rows:
        heads = [_meant(cell, _SAID) for cell in row]
        if sum(head is not None for head in heads) > 1:
            outcomes = heads
            continue
        kind = _meant(row[0], _KINDS) if row else None
        for outcome, cell in zip(outcomes, row, strict=False):
            if kind is not None and outcome is not None and _NUMBER.fullmatch(cell.strip()):
                found[kind, outcome] = int(re.sub(r"\D", "", cell))
    return found


def _turned(rows: Sequence[Sequence[str]]) -> Iterator[tuple[str, ...]]:
    """A table with its columns as rows."""
    wide = max(map(len, rows), default=0)
    return zip(*(tuple(row) + ("",) * (wide - len(row)) for row in rows), strict=True)


def _meant(text: str, words: Mapping[_T, str]) -> _T | None:
    """What a word or heading means; None where it is none of these."""
    bare = re.sub(r"\b(records?|users?|rows?|count|total)\b", " ", plain(text)).strip()
    return next((meant for meant, known in words.items() if re.fullmatch(known, bare)), None)
