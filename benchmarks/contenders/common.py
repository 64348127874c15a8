"""What the contenders in validation share: the same file, read by Polars, and the same rules."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import polars as pl

from benchmarks.common_rules import Check, at_fault


def rows() -> pl.DataFrame:
    """The file that is named on the command line, blank cells as empty strings."""
    return pl.read_csv(sys.argv[1], infer_schema=False).with_columns(pl.all().fill_null(""))


def rules() -> Iterator[tuple[str, str, pl.Expr]]:
    """Name, column, and where a row breaks the rule."""
    checks: list[Check] = json.loads(Path(sys.argv[1]).with_suffix(".json").read_text("utf-8"))
    for check in checks:
        yield f"{check['code']} {check['column']}", check["column"], at_fault(check)


def broken(counts: Iterable[tuple[str, int]]) -> dict[str, int]:
    """The rules that were broken at all, in order."""
    return {name: count for name, count in sorted(counts) if count}
