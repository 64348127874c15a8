"""Causes that one cure clears, told as one problem, for reports with room for a few.

The same rule speaks of every column by itself: of lost zeros in three kinds of ID there are three
causes, and one thing to do about them. What is merged is only told so: causes stay as they are.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, replace

import polars as pl

from roster_toolkit.assessment import Assessment
from roster_toolkit.causes import Cause, Claim, cleared
from roster_toolkit.model import Severity
from roster_toolkit.report.cause_view import view_of
from roster_toolkit.report.header_line import header_line
from roster_toolkit.report.headings import what_to_do
from roster_toolkit.report.words import Words
from roster_toolkit.rules.header import (
    miscapitalized_header,
    missing_header,
    repeated_header,
    unknown_header,
)
from roster_toolkit.rules.registry import rule_of
from roster_toolkit.text import counted, lowered, number

#: Maximum columns that the title of a problem names.
_COLUMNS_NAMED = 3
#: Width at which nothing of a header line wraps, and maximum characters of one to copy.
_UNWRAPPED, _LONGEST_HEADER = 10_000, 300
_HEADER = "header line"
#: The rules whose faults a header line to copy clears.
_OF_HEADER = frozenset(
    rule_of(judge).code
    for judge in (missing_header, unknown_header, miscapitalized_header, repeated_header)
)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to do about a file, and the causes that it clears.

    >>> problem = review.problems[0]
    >>> (problem.rows >= problem.clears, problem.severity.value)
    (True, 'error')
    """

    causes: tuple[Cause, ...]
    title: str
    """What is wrong, without a full stop."""
    how_to_fix: str
    severity: Severity
    rows: int
    """Rows that it touches."""
    clears: int
    """Rows that have no error of another problem."""
    first_row: int | None
    """A row to look at."""

    def __iter__(self) -> Iterator[Cause]:
        """Its causes, so that it can be selected and confirmed as they can."""
        return iter(self.causes)


def problems_of(review: Assessment, words: Words) -> tuple[Problem, ...]:
    """The problems of a file, the largest of each severity first; every cause is in one."""
    groups: dict[Hashable, list[Cause]] = {}
    for cause in review.causes:
        groups.setdefault(_cure(cause, review, words), []).append(cause)
    rows, clears = _counts(review, groups.values())
    problems = [
        _problem(cure, tuple(causes), review, words, (rows.get(place, 0), clears.get(place, 0)))
        for place, (cure, causes) in enumerate(groups.items())
    ]
    return tuple(
        sorted(
            problems,
            key=lambda one: (one.severity.rank, -one.clears, -one.rows, one.causes[0].number),
        )
    )


def _cure(cause: Cause, review: Assessment, words: Words) -> Hashable:
    """What is the same for causes that one cure clears: the remedy before a column is named."""
    rule = review.rules[cause.code]
    if _of_header(cause) and header_to_copy(review):
        return _HEADER
    told = what_to_do(cause, review, words)
    usual = told == words.how_to_fix(rule, cause.column, cause.columns)
    return cause.code, rule.words_in(cause.column).how_to_fix if usual else told


def _counts(
    review: Assessment, groups: Iterable[list[Cause]]
) -> tuple[dict[int, int], dict[int, int]]:
    """Place of a group → its rows, and its rows without an error of another group."""
    place_of = {cause.number: place for place, causes in enumerate(groups) for cause in causes}
    if not place_of:
        return {}, {}
    ranks = {rule.number: rule.severity.rank for rule in review.rules.values()}
    lines = review.found.findings.filter(pl.col("row").is_not_null()).select(
        "row",
        rank=pl.col("code").replace_strict(ranks, return_dtype=pl.Int8),
        group=pl.col("cause").replace_strict(place_of, return_dtype=pl.UInt32),
    )
    touched = lines.group_by("group").agg(pl.col("row").n_unique())
    return dict(touched.iter_rows()), dict(cleared(lines).iter_rows())


def _problem(
    cure: Hashable,
    causes: tuple[Cause, ...],
    review: Assessment,
    words: Words,
    counts: tuple[int, int],
) -> Problem:
    first = causes[0]
    # A fault of the header rejects the file, and stands on no row.
    as_caused = len(causes) == 1 or cure == _HEADER
    rows, clears = (first.rows, first.clears) if as_caused else counts
    if len(causes) == 1:
        view = view_of(first, review, words)
        title, remedy = view.title.removesuffix(view.portal_says).rstrip(), view.how_to_fix
        if cure == _HEADER and first.members > 1 and not words.values:
            # Which name becomes which cannot be said without the names.
            remedy = header_to_copy(review)
    elif cure == _HEADER:
        title = f"{number(len(causes))} things are wrong in the header row"
        remedy = header_to_copy(review)
    else:
        title, remedy = _merged(causes, review, words, rows)
    example = next((one.example_row for one in causes if one.example_row is not None), None)
    return Problem(causes, title, remedy, first.severity, rows, clears, example)


def _merged(
    causes: tuple[Cause, ...], review: Assessment, words: Words, rows: int
) -> tuple[str, str]:
    """Title and remedy of causes of one rule in several columns."""
    first = causes[0]
    columns = tuple(dict.fromkeys(key for cause in causes for key in cause.columns))
    named = columns if len(columns) <= _COLUMNS_NAMED else ()
    whole = replace(
        first, claim=Claim.MEMBER, value=None, values=(), largest=(), columns=named, rows=rows,
        members=sum(cause.members for cause in causes),
    )  # fmt: skip
    rule = review.rules[first.code]
    said = rule.words_in(first.column)
    view = view_of(whole, review, words)
    title = view.title.removesuffix(view.portal_says).rstrip()
    if not said.many:
        where = words.columns_named(named) or counted(len(columns), "column")
        title = f"{said.title} ({where})"
    remedies = [what_to_do(cause, review, words) for cause in causes]
    if len(set(remedies)) == 1:
        return title, view.how_to_fix
    if "{accepts}" not in said.how_to_fix:
        return title, words.how_to_fix(rule, first.column if named else None, named)
    if not named:
        return (
            title,
            "Use the allowed values of each column; the error file names them in each row.",
        )
    columns_of: dict[str, list[str]] = {}
    for cause, remedy in zip(causes, remedies, strict=True):
        columns_of.setdefault(remedy, []).extend(cause.columns)
    each = (
        f"In {words.columns_named(tuple(dict.fromkeys(keys)))} {lowered(remedy)}"
        for remedy, keys in columns_of.items()
    )
    return title, " ".join(each)


def _of_header(cause: Cause) -> bool:
    return cause.code in _OF_HEADER and cause.severity is Severity.BLOCKER


def header_to_copy(review: Assessment) -> str:
    """The corrected header line as a remedy; blank where it holds a header that is not ours.

    Blank too where the header is as it should be.
    """
    if not any(map(_of_header, review.causes)):
        return ""
    line = header_line(review.upload, review.profile, _UNWRAPPED, values=False)
    if line is None or "(" in line.corrected or len(line.corrected) > _LONGEST_HEADER:
        return ""
    return f"Use this header line: `{line.corrected}` {line.changes}".rstrip()
