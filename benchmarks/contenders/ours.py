"""Roster Toolkit, with the rules that all can state and no others."""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl

from benchmarks.contenders.common import broken
from benchmarks.timing import tell
from roster_toolkit.ingest import read_upload
from roster_toolkit.model import Profile
from roster_toolkit.profile import load_profile
from roster_toolkit.validate import Validation, validate


def counted(found: Validation, profile: Profile) -> dict[str, int]:
    """Rows at fault by rule and column."""
    rows, columns = found.findings.filter(pl.col("row").is_not_null()), list(profile.columns)
    counts = rows.group_by("code", "column").len().iter_rows()
    return broken((f"RT{code:03} {columns[place]}", count) for code, place, count in counts)


if __name__ == "__main__":
    ours = load_profile(Path(sys.argv[1]).with_suffix(".toml"))
    upload = read_upload(Path(sys.argv[1]), ours)
    tell(lambda: validate(upload, ours), counted=lambda found: counted(found, ours))
