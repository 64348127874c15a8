"""message.md: the verdict and the causes for a support ticket, without any value of a cell."""

from __future__ import annotations

import re
from collections.abc import Iterator

import polars as pl

from roster_toolkit.assessment import Assessment
from roster_toolkit.causes import Cause
from roster_toolkit.model import Severity
from roster_toolkit.report.cause_view import CauseView, view_of
from roster_toolkit.report.verdict import verdict
from roster_toolkit.report.words import SEVERITY, Words, profile_named
from roster_toolkit.text import counted, printable, row_ranges

_CAUSES = 40
_RANGES = 20


#: What a name of a profile or district does not need, and Markdown might take for its own.
_OF_NO_NAME = r"[^\w. ,'()-]|www\."


def message(review: Assessment) -> str:
    """The message as Markdown, without anything that identifies a person and without links."""
    return _unlinked("\n".join(_lines(review)) + "\n")


def _lines(review: Assessment) -> Iterator[str]:
    upload, profile = review.upload, review.profile
    # A file name may look like a link or an image in Markdown: keep letters, digits and spaces.
    name = re.sub(r"[^\w. -]|www\.", "_", printable(upload.name))
    yield f"File: {name}, {counted(upload.records, 'row')}"
    yield f"Checked against: {re.sub(_OF_NO_NAME, '_', profile_named(profile))}"
    yield ""
    yield verdict(review)
    if review.perhaps_other_names:
        yield ""
        yield (
            "Please tell us: does the file come from the portal's template, or did the portal take "
            "it?"
        )
    words = Words(profile, values=False)
    rows = _rows(review)
    for cause in review.causes[:_CAUSES]:
        view = view_of(cause, review, words)
        yield ""
        yield f"{view.number}. {SEVERITY[view.severity]}: {_title(view)}"
        yield f"   Where: {_where(cause, rows)}"
        yield f"   What to do: {view.how_to_fix} ({view.code})"
    if rest := review.causes[_CAUSES:]:
        yield ""
        yield f"{counted(len(rest), 'more cause')}: see the rows in users-errors.csv."


def _rows(review: Assessment) -> dict[int, list[int]]:
    """Cause → its rows, ascending."""
    findings = review.found.findings.filter(pl.col("row").is_not_null(), pl.col("cause") <= _CAUSES)
    grouped = findings.lazy().group_by("cause").agg(pl.col("row").unique().sort()).collect()
    return dict(grouped.iter_rows())


def _where(cause: Cause, rows: dict[int, list[int]]) -> str:
    if cause.severity is Severity.BLOCKER:
        return "the file as a whole"
    cause_rows = rows.get(cause.number, [])
    if not cause_rows:
        return "no row of its own"
    return f"{'rows' if len(cause_rows) > 1 else 'row'} {row_ranges(cause_rows, _RANGES)}"


def _title(view: CauseView) -> str:
    """The title, with nothing in the portal's words that Markdown or a ticket system reads."""
    ours = view.title.removesuffix(view.portal_says)
    return ours + re.sub(r"[^\w\s.,:;'“”…()/%@+-]|://|www\.", "·", view.portal_says)


def _unlinked(text: str) -> str:
    """Put example addresses in backticks, so that no ticket system links them."""
    return re.sub(r"[\w.]+@[\w.]+\w", r"`\g<0>`", text)
