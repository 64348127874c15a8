"""Write the files of `check --out` into a folder."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from roster_toolkit.assessment import Assessment
from roster_toolkit.files import atomic_write, never_over, writable_folder
from roster_toolkit.impact.preview import Impact
from roster_toolkit.repair import Fixed
from roster_toolkit.report.errors_csv import errors_csv
from roster_toolkit.report.errors_xlsx import write_errors_xlsx
from roster_toolkit.report.html import html_report
from roster_toolkit.report.json import review_json
from roster_toolkit.report.message import message
from roster_toolkit.report.tables import changes_csv
from roster_toolkit.text import counted


def write_bundle(
    review: Assessment,
    folder: Path,
    *,
    source: str | Path | None = None,
    fixed: Fixed | None = None,
    findings: bool = False,
    rejected: bool = False,
    values: bool = True,
    long_message: bool = False,
    repaired: Impact | None = None,
    extra: Mapping[str, Any] | None = None,
    progress: Callable[[str], None] | None = None,
) -> tuple[Path, ...]:
    """Write all files and return their paths; those of a masked review are called `masked-…`.

    `source` is the file that was checked, which is never written over; `fixed` the file with its
    safe repairs, if it can be repaired; `repaired` the impact with them, where it differs; `extra`
    are further keys of review.json; `progress` is called with what is written next. Without
    `values`, what consists of the customer's cells is not written, and the message names every
    problem, as there is no file to attach. Raises ToolkitError with a
    sentence where a file cannot be written; each appears whole or not at all.
    """
    files: dict[str, Iterable[bytes]] = {}
    if values:
        files[review.called("errors.csv")] = errors_csv(review, rejected=rejected)
        if fixed is not None:
            files[review.called("fixed.csv")] = [fixed.data]
        if review.impact is not None and review.against is not None:
            files[review.artifact("changes.csv")] = [
                changes_csv(review.impact, review.against.roster)
            ]
    files[review.artifact("report.html")] = [
        html_report(review, values=values, repaired=repaired).encode()
    ]
    files[review.artifact("message.md")] = [
        message(review, long=long_message or not values).encode()
    ]
    files[review.artifact("review.json")] = review_json(
        review, findings=findings, values=values, seconds=False, extra=extra
    )
    writable_folder(folder)
    workbook = review.called("errors.xlsx")
    for name in (*files, workbook):
        never_over(folder / name, source)
    begin = progress or (lambda _: None)
    paths = []
    for name, pieces in files.items():
        begin(f"Writing {name}")
        paths.append(_write_file(folder / name, pieces))
    if values:
        begin(f"Writing {workbook}, {counted(review.upload.records, 'row')}")
        write_errors_xlsx(review, folder / workbook, rejected=rejected)
        paths.insert(1, folder / workbook)
    return tuple(paths)


def _write_file(path: Path, pieces: Iterable[bytes]) -> Path:
    with atomic_write(path) as file:
        for piece in pieces:
            file.write(piece)
    return path
