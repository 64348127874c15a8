"""Work that is measured inside a process: `python -m benchmarks.inside WORK FILE`.

What comes before it (reading, the first check) is not counted: the app has done that long before
somebody asks for a page, edits a cell or wants a workbook.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import roster_toolkit as rt
from benchmarks.timing import tell


def page(path: Path) -> None:
    """The first page of a category, which is what a click in the app asks for."""
    review = rt.review(path)
    review.select(category="userEmail").page(1)
    tell(lambda: review.select(category="userGrade").page(1))


def edit(path: Path) -> None:
    """Check again after an edit: the file patched, read, judged and compared anew."""
    review = rt.review(path)
    row = int(review.findings.drop_nulls(["row", "column"])["row"][0])
    tell(lambda: rt.compare_attempts(review, review.edit(row, "userLastName", "Lee")))


def workbook(path: Path) -> None:
    """The workbook of errors."""
    review = rt.review(path)
    tell(review.errors_xlsx)


def schema(path: Path) -> None:
    """Pandera's own way to the findings, by the schema that is derived from rules and profile."""
    profile = rt.load_profile()
    frame = rt.read_upload(path, profile).cells
    ours = rt.pandera_schema(profile)
    tell(lambda: ours.failures(frame), counted=lambda failures: failures.height)


WORK: dict[str, Callable[[Path], None]] = {
    work.__name__: work for work in (page, edit, workbook, schema)
}


if __name__ == "__main__":
    WORK[sys.argv[1]](Path(sys.argv[2]))
