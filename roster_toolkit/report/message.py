"""message.md: what is wrong with a file, for a mail or a support ticket, without any of its cells.

The short form fits a screen and goes with the error file, which lists every row. The long form
names every cause and its rows, for a ticket that takes no attachment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import polars as pl

from roster_toolkit.assessment import Assessment, Verdict
from roster_toolkit.causes import Cause
from roster_toolkit.model import MASKED_MARK, Obstacle, Severity
from roster_toolkit.report.cause_view import CauseView, view_of
from roster_toolkit.report.cures import Problem, header_to_copy, problems_of
from roster_toolkit.report.verdict import removal_text, verdict
from roster_toolkit.report.words import SEVERITY, Words, profile_named
from roster_toolkit.text import counted, listed, printable, row_ranges

#: Characters that the short form does not exceed, and maximum problems in it.
LONGEST = 1_200
_PROBLEMS = 5
_TITLE, _REMEDY = 100, 170
#: Maximum causes and ranges of rows of the long form.
_CAUSES = 40
_RANGES = 20
_TEMPLATE_OR_NOT = (
    "Please tell us: does the file come from the portal's template, or did the portal accept it?"
)


#: What a name of a profile or district does not need, and Markdown might take for its own.
_OF_NO_NAME = r"[^\w. ,'()-]|www\."


def message(review: Assessment, *, long: bool = False) -> str:
    """The message as Markdown that reads well as plain text, without links.

    Nothing in it identifies a person. The short form has at most `LONGEST` characters.
    """
    if long:
        return _unlinked("\n".join(_lines(review)) + "\n")
    problems = problems_of(review, Words(review.profile, values=False))
    told = [one for one in problems if one.severity is not Severity.INFO]
    for most in range(_PROBLEMS, 0, -1):
        text = _unlinked("\n".join(_short(review, told, most)) + "\n")
        if len(text) <= LONGEST:
            break
    return text


# --- the short form ------------------------------------------------------------------------------


def _short(review: Assessment, problems: Sequence[Problem], most: int) -> Iterator[str]:
    yield f"{_file(review)}: {_verdict(review)}"
    if review.is_masked:
        yield MASKED_MARK
    if review.perhaps_other_names:
        yield ""
        yield _TEMPLATE_OR_NOT
    told = problems if _has_rows(review) else []  # the verdict says it all where there are none
    if told:
        yield ""
    for place, problem in enumerate(told[:most], start=1):
        yield f"{place}. {_prefix(problem)}{printable(problem.title, _TITLE)}{_reach(problem)}."
        yield f"   {_first_sentences(problem.how_to_fix)}"
    if rest := told[most:]:
        yield ""
        yield f"And {listed(_counts(rest))}."
    yield ""
    yield from _next(review, problems)


def _has_rows(review: Assessment) -> bool:
    """Whether there are rows to correct, so that an error file is worth attaching."""
    readable = review.upload.obstacle in (None, Obstacle.WORKBOOK, Obstacle.UNCLOSED_QUOTE)
    return readable and review.upload.records > 0


def _prefix(problem: Problem) -> str:
    return "" if problem.severity.rejects else f"{SEVERITY[problem.severity]}: "


def _reach(problem: Problem) -> str:
    """How many rows a problem touches, and one of them."""
    if problem.severity is Severity.BLOCKER or not problem.rows or problem.first_row is None:
        return ""
    if problem.rows == 1:
        return f" (row {problem.first_row})"
    return f" ({counted(problem.rows, 'row')}, see row {problem.first_row})"


def _first_sentences(remedy: str) -> str:
    """A remedy, without its last sentences where it is long; a header line to copy stays whole."""
    if "`" in remedy:
        return remedy
    while len(remedy) > _REMEDY and (cut := remedy.rfind(". ", 0, -1)) > 0:
        remedy = remedy[: cut + 1]
    return printable(remedy, _REMEDY)


def _counts(problems: Sequence[Problem]) -> Iterator[str]:
    """How many causes there are in problems: those that reject something, and warnings."""
    rejecting = sum(len(one.causes) for one in problems if one.severity.rejects)
    warnings = sum(len(one.causes) for one in problems if not one.severity.rejects)
    if rejecting:
        yield counted(rejecting, "more problem")
    if warnings:
        yield counted(warnings, "warning" if rejecting else "more warning")


def _next(review: Assessment, problems: Sequence[Problem]) -> Iterator[str]:
    """The attached file, and the next step."""
    if not _has_rows(review):
        yield "Next step: prepare the file again, then check it again."
        return
    if not problems:
        yield "Next step: upload it in the portal."
        return
    yield "The attached file lists every row, with what is wrong in it and how to fix it."
    if review.is_masked:
        yield "Next step: fix these cells in the file that it was made from, then check that again."
    elif review.verdict is Verdict.WARNINGS:
        yield "Next step: look at the warnings; then upload the file, or fix it first."
    else:
        yield "Next step: fix the marked cells in it, then check it again."


# --- the long form -------------------------------------------------------------------------------


def _lines(review: Assessment) -> Iterator[str]:
    profile = review.profile
    yield f"File: {_file(review)}"
    yield f"Checked against: {re.sub(_OF_NO_NAME, '_', profile_named(profile))}"
    if review.is_masked:
        yield MASKED_MARK
    yield ""
    yield _verdict(review)
    if review.perhaps_other_names:
        yield ""
        yield _TEMPLATE_OR_NOT
    if line := header_to_copy(review):
        yield ""
        yield line
    words = Words(profile, values=False)
    rows = _rows(review)
    for cause in review.causes[:_CAUSES]:
        view = view_of(cause, review, words)
        yield ""
        yield f"{view.number}. {SEVERITY[view.severity]}: {_title(view)}"
        yield f"   Where: {_where(cause, rows)}"
        yield f"   How to fix: {view.how_to_fix} ({view.code})"
    if rest := review.causes[_CAUSES:]:
        yield ""
        file = review.called("errors.csv")
        yield f"{counted(len(rest), 'more problem')}: see the rows in {file}."


def _rows(review: Assessment) -> dict[int, list[int]]:
    """Cause → its rows, ascending."""
    findings = review.found.findings.filter(pl.col("row").is_not_null(), pl.col("cause") <= _CAUSES)
    grouped = findings.lazy().group_by("cause").agg(pl.col("row").unique().sort()).collect()
    return dict(grouped.iter_rows())


def _where(cause: Cause, rows: dict[int, list[int]]) -> str:
    cause_rows = rows.get(cause.number, [])
    if cause.severity is Severity.BLOCKER or not cause_rows:
        return "whole file"
    return f"{'rows' if len(cause_rows) > 1 else 'row'} {row_ranges(cause_rows, _RANGES)}"


def _title(view: CauseView) -> str:
    """The title, with nothing in the portal's words that Markdown or a ticket system reads."""
    ours = view.title.removesuffix(view.portal_says)
    return ours + re.sub(r"[^\w\s.,:;'“”…()/%@+-]|://|www\.", "·", view.portal_says)


# --- both ----------------------------------------------------------------------------------------


def _verdict(review: Assessment) -> str:
    """The verdict, and what is removed: whoever gets the message sees no impact beside it."""
    removal = removal_text(review) if review.impact is not None else ""
    return f"{verdict(review)} {removal}".rstrip()


def _file(review: Assessment) -> str:
    """Name and rows. A name may look like a link or an image in Markdown: few characters stay."""
    name = re.sub(r"[^\w. -]|www\.", "_", printable(review.upload.name))
    return f"{name}, {counted(review.upload.records, 'row')}"


def _unlinked(text: str) -> str:
    """Put example addresses in backticks, so that no ticket system links them."""
    return re.sub(r"[\w.]+@[\w.]+\w", r"`\g<0>`", text)
