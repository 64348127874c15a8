"""What is kept of each file: three tables, and what they add up to over many files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import polars as pl

from roster_toolkit.assessment import FINDINGS_IN_WORDS
from roster_toolkit.model import Severity
from roster_toolkit.reviewing.sql_tables import CAUSES_IN_WORDS
from roster_toolkit.rules.registry import catalogue

if TYPE_CHECKING:
    from roster_toolkit.report.charts import Figure

#: What `verdict` says of a file that could not be judged at all.
UNUSABLE = "unusable"

#: One line per file. `why` is a sentence where the file is unusable; `problems`, `errors` and
#: `warnings` are counts; `largest_…` is the problem to fix first; `stops` are the codes
#: of what would stop it from being processed (mass changes, another district's people); the
#: outcomes are sums over all kinds of records, null without a roster; `cleared`, `left` and `new`
#: count rows since the last attempt, null without one; `exit_code` is that of `check`; `review` is
#: the object of `check --format json`; `key` tells by what it was judged.
FILES = pl.Schema({  # type: ignore[arg-type]
    "file": pl.String,
    "verdict": pl.String,
    "rows": pl.UInt32,
    "accepted": pl.UInt32,
    "rejected": pl.UInt32,
    "problems": pl.UInt32,
    "errors": pl.UInt32,
    "warnings": pl.UInt32,
    "largest_code": pl.String,
    "largest_column": pl.String,
    "largest_rows": pl.UInt32,
    "largest": pl.String,
    "stops": pl.List(pl.String),
    "created": pl.UInt32,
    "updated": pl.UInt32,
    "no_changes": pl.UInt32,
    "removed": pl.UInt32,
    "cleared": pl.UInt32,
    "left": pl.UInt32,
    "new": pl.UInt32,
    "why": pl.String,
    "exit_code": pl.UInt8,
    "sha256": pl.String,
    "key": pl.String,
    "review": pl.String,
})  # fmt: skip
#: One line per problem of a file, in its order of correction, as `review.sql("FROM causes")`.
CAUSES = pl.Schema([("file", pl.String()), *CAUSES_IN_WORDS.items()])
#: One line per error or warning, as `Review.findings`.
FINDINGS = pl.Schema([("file", pl.String()), *FINDINGS_IN_WORDS.items()])
#: One line per kind of problem that more than one file has.
COMMON = pl.Schema({
    "code": pl.String,
    "column": pl.String,
    "severity": pl.String,
    "title": pl.String,
    "files": pl.UInt32,
    "rows": pl.UInt32,
    "findings": pl.UInt32,
})  # fmt: skip


class ManyFiles(Protocol):
    """Several files that were judged, as tables."""

    @property
    def files(self) -> pl.DataFrame:
        """A line per file; `file`, `verdict`, `rows` and `rejected` at least."""

    @property
    def causes(self) -> pl.DataFrame:
        """Every problem of every file, after its `file`."""

    @property
    def findings(self) -> pl.DataFrame:
        """Every error and warning of every file, after its `file`."""

    @property
    def by_rule(self) -> pl.DataFrame:
        """What each rule costs."""


def by_rule(findings: pl.DataFrame, titles: Mapping[str, str]) -> pl.DataFrame:
    """What each rule costs: `code`, `severity`, `title`, `files`, `findings`, `rows`.

    Rules that reject most rows stand first; `files` says how many of the files it found.
    """
    return (
        findings.group_by("code", "severity")
        .agg(
            files=pl.col("file").n_unique(),
            findings=pl.len(),
            rows=pl.struct("file", "row").filter(pl.col("row").is_not_null()).n_unique(),
        )
        .with_columns(
            title=pl.col("code").replace_strict(titles, default="", return_dtype=pl.String)
        )
        .sort(_gravity(), "rows", "code", descending=[False, True, False])
        .select("code", "severity", "title", "files", "findings", "rows")
    )


def common_problems(causes: pl.DataFrame) -> pl.DataFrame:
    """The problems that more than one file has, shape `COMMON`; those of most files first.

    A problem is told by its rule and column, not by its value, which is somebody's.
    """
    titles = {code: rule.title for code, rule in catalogue().items()}
    return (
        causes.filter(pl.col("severity") != Severity.INFO.value)
        .group_by("code", "column", "severity")
        .agg(
            files=pl.col("file").n_unique().cast(pl.UInt32),
            rows=pl.col("rows").sum().cast(pl.UInt32),
            findings=pl.col("findings").sum().cast(pl.UInt32),
        )
        .filter(pl.col("files") > 1)
        .with_columns(
            title=pl.col("code").replace_strict(titles, default="", return_dtype=pl.String)
        )
        .sort("files", _gravity(), "rows", "code", "column",
              descending=[True, False, True, False, False], nulls_last=True)
        .select(COMMON.names())
    )  # fmt: skip


def _gravity() -> pl.Expr:
    order = {severity.value: severity.rank for severity in Severity}
    return pl.col("severity").replace_strict(order, default=len(order), return_dtype=pl.Int8)


@dataclass(frozen=True, slots=True)
class ManyFilesPlot:
    """The charts of several files."""

    files: ManyFiles

    def rules(self) -> Figure:
        """Which rules find most in all files together."""
        from roster_toolkit.report import charts

        counts = self.files.by_rule.select(
            pl.format("{} {}", "code", "title").alias("category"), "severity", "findings"
        )
        return charts.categories(counts)


def ask_tables(files: ManyFiles, query: str) -> pl.DataFrame:
    """The answer to one SELECT over `files`, `findings`, `causes` and `rules`.

    Raises UsageError, in a sentence, where it cannot be answered.
    """
    from roster_toolkit.querying import ask

    return ask(
        query,
        {
            "files": lambda: files.files,
            "findings": lambda: files.findings,
            "causes": lambda: files.causes,
            "rules": lambda: files.by_rule,
        },
    )
