"""The files that `check --out` leaves in a folder."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from roster_toolkit.report.as_json import review_json
from roster_toolkit.report.errors_csv import errors_csv
from roster_toolkit.report.errors_xlsx import write_errors_xlsx
from roster_toolkit.report.files import atomic_write, writable_folder
from roster_toolkit.report.message import message
from roster_toolkit.review import Review


def write_bundle(
    review: Review, folder: Path, *, findings: bool = False, refused: bool = False,
    values: bool = True,
) -> tuple[Path, ...]:  # fmt: skip
    """Write all files and return their paths.

    Without `values`, what consists of the customer's cells is not written. Raises ToolkitError with
    a sentence where a file cannot be written; each appears whole or not at all.
    """
    files: dict[str, Iterable[bytes]] = {}
    if values:
        files["users-errors.csv"] = errors_csv(review, refused=refused)
    files["message.md"] = [message(review).encode()]
    files["review.json"] = review_json(review, findings=findings, values=values, seconds=False)
    writable_folder(folder)
    paths = [_written(folder / name, pieces) for name, pieces in files.items()]
    if values:
        write_errors_xlsx(review, workbook := folder / "users-errors.xlsx", refused=refused)
        paths.insert(1, workbook)
    return tuple(paths)


def _written(path: Path, pieces: Iterable[bytes]) -> Path:
    with atomic_write(path) as file:
        for piece in pieces:
            file.write(piece)
    return path
