"""Progress since the last attempt, as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from roster_toolkit.assessment import Assessment
from roster_toolkit.attempts import Progress
from roster_toolkit.causes import Cause
from roster_toolkit.report.cause_view import view_of
from roster_toolkit.report.words import Words
from roster_toolkit.text import counted, number, printable

_LISTED = 3


def progress_lines(
    progress: Progress, before: Assessment, after: Assessment, words: Words
) -> Iterator[str]:
    """A sentence with the counts, then the first problems that are cleared or new."""
    rows = progress.rows
    causes = (len(progress.cleared), len(progress.left), len(progress.new))
    yield (
        f"Since {printable(before.upload.name)}: "
        f"{counted(rows.cleared, 'row')} cleared, {number(rows.left)} left, "
        f"{number(rows.new)} new; "
        f"{counted(causes[0], 'problem')} cleared, {number(causes[1])} left, "
        f"{number(causes[2])} new."
    )
    yield from _listed("cleared", progress.cleared, before, words)
    yield from _listed("new", progress.new, after, words)


def _listed(
    state: str, causes: tuple[Cause, ...], review: Assessment, words: Words
) -> Iterator[str]:
    for cause in causes[:_LISTED]:
        yield f"  {state:<8} {view_of(cause, review, words).title}  {cause.code}"
    if len(causes) > _LISTED:
        yield f"  {state:<8} and {counted(len(causes) - _LISTED, 'more problem')}"


def progress_json(
    progress: Progress, before: Assessment, after: Assessment, words: Words
) -> dict[str, Any]:
    """The counts, and code, column, findings and title of each cause."""

    def titled(causes: tuple[Cause, ...], review: Assessment) -> list[dict[str, Any]]:
        views = ((cause, view_of(cause, review, words)) for cause in causes)
        return [
            {
                "code": view.code,
                "column": view.column,
                "findings": cause.findings,
                "title": view.title,
            }
            for cause, view in views
        ]

    rows = progress.rows
    return {
        "file": {"name": before.upload.name, "sha256": before.upload.sha256},
        "rows": {"cleared": rows.cleared, "left": rows.left, "new": rows.new},
        "causes": {
            "cleared": titled(progress.cleared, before),
            "left": titled(progress.left, after),
            "new": titled(progress.new, after),
        },
    }
