"""What deserves attention first among many files, and what they have in common, as JSON."""

from __future__ import annotations

from typing import Any

import polars as pl

from roster_toolkit.assessment import Verdict
from roster_toolkit.batch.tables import UNUSABLE, common_problems

SCHEMA = "roster-batch/1"


def by_attention(files: pl.DataFrame) -> pl.DataFrame:
    """The files, what deserves attention first on top.

    A file that nobody could read, then those that the portal would reject, then those that would
    change more than is usual, then by rejected rows and by name.
    """
    verdicts = {UNUSABLE: 0, Verdict.REJECTED.value: 1}
    verdict = pl.col("verdict").replace_strict(verdicts, default=3, return_dtype=pl.Int8)
    held = pl.when(pl.col("stops").list.len() > 0).then(2).otherwise(3).cast(pl.Int8)
    return files.sort(
        pl.min_horizontal(verdict, held), "rejected", "file", descending=[False, True, False]
    )


def batch_json(files: pl.DataFrame, causes: pl.DataFrame) -> dict[str, Any]:
    """The object `roster-batch/1`: the files in their order, and the problems that several have."""
    return {
        "schema": SCHEMA,
        "files": [_file(line) for line in files.iter_rows(named=True)],
        "common": common_problems(causes).to_dicts(),
    }


def _file(line: dict[str, Any]) -> dict[str, Any]:
    largest = None
    if line["largest_code"] is not None:
        largest = {
            "code": line["largest_code"],
            "column": line["largest_column"],
            "title": line["largest"],
            "rows": line["largest_rows"],
        }
    document = {
        "name": line["file"],
        "sha256": line["sha256"],
        "verdict": line["verdict"],
        "rows": {"accepted": line["accepted"], "rejected": line["rejected"]},
        "causes": line["problems"],
        "errors": line["errors"],
        "warnings": line["warnings"],
        "largest": largest,
        "stops": list(line["stops"]),
    }
    if line["created"] is not None:
        names = ("created", "updated", "no_changes", "removed")
        document["impact"] = {name: line[name] for name in names}
    if line["cleared"] is not None:
        document["previous"] = {name: line[name] for name in ("cleared", "left", "new")}
    if line["why"] is not None:
        document["why"] = line["why"]
    return document


def worst_exit_code(files: pl.DataFrame) -> int:
    """The exit code of the worst file."""
    return int(files["exit_code"].max() or 0)  # type: ignore[arg-type]
