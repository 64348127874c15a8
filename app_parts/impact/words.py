"""An impact as a person would say it: one sentence, and the nouns of its kinds."""

from __future__ import annotations

from collections.abc import Iterable

import roster_toolkit as rt
from app_parts.text import counted

Kind, Outcome = rt.Kind, rt.Outcome

#: Kinds of record as a heading, in the order of the portal's report.
TITLES = {
    Kind.SCHOOL: "Schools",
    Kind.STAFF: "Staff",
    Kind.STUDENT: "Students",
    Kind.CLASS: "Classes",
    Kind.ENROLLMENT: "Enrollments",
}
_NOUNS = {
    Kind.SCHOOL: ("school", "schools"),
    Kind.STAFF: ("staff member", "staff members"),
    Kind.STUDENT: ("student", "students"),
    Kind.CLASS: ("class", "classes"),
    Kind.ENROLLMENT: ("enrollment", "enrollments"),
}
_PEOPLE = (Kind.STUDENT, Kind.STAFF)


def of_kind(number: int, kind: str) -> str:
    """A number of records: `1 class`, `31 students`."""
    return counted(number, *_NOUNS[Kind(kind)])


def listed(words: Iterable[str]) -> str:
    """Words as a person lists them: `a`, `a and b`, `a, b and c`."""
    *others, last = words
    return f"{', '.join(others)} and {last}" if others else last


def impact_in_a_sentence(impact: rt.Impact, begin: str = "This file") -> str:
    """What a file would do, in one sentence."""
    clauses = [
        f"{verb} {listed(what)}"
        for verb, what in (
            ("create", _created(impact)),
            ("update", _updated(impact)),
            ("remove", _removed(impact)),
        )
        if what
    ]
    *others, last = clauses or [_nothing(impact)]
    would = f"{', '.join(others)}, and {last}" if others else last
    failed = _total(impact, Outcome.ERRORS)
    have = "has" if failed == 1 else "have"
    rest = f"; {counted(failed, 'record')} {have} errors" if failed else ""
    return f"{begin} would {would}{rest}."


def _nothing(impact: rt.Impact) -> str:
    same = _total(impact, Outcome.NO_CHANGES)
    stay = "stays" if same == 1 else "stay"
    left = f": {counted(same, 'record')} {stay} as the roster has them" if same else ""
    return f"change nothing{left}"


def _total(impact: rt.Impact, outcome: rt.Outcome) -> int:
    return sum(outcomes[outcome] for outcomes in impact.totals.values())


def _created(impact: rt.Impact) -> list[str]:
    return _counted_kinds(impact, Outcome.CREATED, *_PEOPLE, Kind.CLASS, Kind.SCHOOL)


def _updated(impact: rt.Impact) -> list[str]:
    people = sum(impact.totals[kind][Outcome.UPDATED] for kind in _PEOPLE if kind in impact.totals)
    phrases = [counted(people, "person", "people")] if people else []
    return [*phrases, *_counted_kinds(impact, Outcome.UPDATED, Kind.CLASS, alone=not people)]


def _removed(impact: rt.Impact) -> list[str]:
    phrases = _counted_kinds(impact, Outcome.REMOVED, *_PEOPLE, Kind.CLASS)
    enrollments = impact.totals[Kind.ENROLLMENT][Outcome.REMOVED]
    if enrollments and phrases and impact.totals[Kind.CLASS][Outcome.REMOVED]:
        phrases[-1] += f" with {of_kind(enrollments, Kind.ENROLLMENT)}"
    return phrases


def _counted_kinds(
    impact: rt.Impact, outcome: rt.Outcome, *kinds: rt.Kind, alone: bool = True
) -> list[str]:
    """The numbers of some kinds; that of enrollments only where there is no other."""
    numbers = {kind: outcomes[outcome] for kind, outcomes in impact.totals.items()}
    phrases = [of_kind(numbers[kind], kind) for kind in kinds if numbers.get(kind)]
    enrollments = numbers[Kind.ENROLLMENT]
    return (
        [of_kind(enrollments, Kind.ENROLLMENT)]
        if enrollments and alone and not phrases
        else phrases
    )
