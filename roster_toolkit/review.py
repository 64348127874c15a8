"""The one road from a file to what would happen to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from time import perf_counter

import polars as pl

from roster_toolkit.causes import Cause, Causes, find_causes
from roster_toolkit.ingest import read_upload
from roster_toolkit.model import Over, Profile, Rule, Severity, Upload
from roster_toolkit.profile import DEFAULT_PROFILE, load_profile
from roster_toolkit.validate import Fault, Skip, Validation, validate

#: Called with the name of each stage as it begins.
Progress = Callable[[str], None]


class Verdict(StrEnum):
    """What the portal would say."""

    REFUSED = "refused"
    """The whole file is refused."""
    ERRORS = "errors"
    """Some rows are refused."""
    WARNINGS = "warnings"
    """Every row is taken; some were probably not meant so."""
    CLEAN = "clean"


@dataclass(frozen=True, slots=True)
class RowCounts:
    """Where the records of a file end up; they add up to all of them."""

    taken: int
    refused: int
    blank: int


@dataclass(frozen=True)
class Review:
    """Everything that can be said about a file before it is sent."""

    upload: Upload
    profile: Profile
    validation: Validation
    found: Causes
    seconds: Mapping[str, float]
    """Stage → seconds; the only part that differs between two runs."""

    @property
    def causes(self) -> tuple[Cause, ...]:
        """What to correct, the most rewarding first."""
        return self.found.found

    @property
    def rules(self) -> Mapping[str, Rule]:
        """The rules that were in force, by code."""
        return self.validation.rules

    @property
    def skipped(self) -> tuple[Skip, ...]:
        """Rules that had nothing to judge by, and why."""
        return self.validation.skipped

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Rules of ours that failed."""
        return self.validation.faults

    @cached_property
    def verdict(self) -> Verdict:
        """The worst that the findings do; a report with a fault is never clean."""
        worst = self.by_severity
        if worst.get(Severity.BLOCKER):
            return Verdict.REFUSED
        if worst.get(Severity.ERROR):
            return Verdict.ERRORS
        return Verdict.WARNINGS if worst.get(Severity.WARNING) or self.faults else Verdict.CLEAN

    @cached_property
    def rows(self) -> RowCounts:
        """How many records are taken, refused and blank."""
        records, blank = self.upload.records, self.upload.blank.len()
        everything = self.verdict is Verdict.REFUSED or (
            self.verdict is Verdict.ERRORS and self.profile.on_error == "file"
        )
        refused = records if everything else self.refused_rows.len()
        return RowCounts(taken=records - refused, refused=refused, blank=blank)

    @cached_property
    def refused_rows(self) -> pl.Series:
        """Spreadsheet rows with an error of their own, ascending."""
        errors = [rule.number for rule in self.rules.values() if rule.severity.refuses]
        on_rows = self.validation.findings.filter(
            pl.col("code").is_in(errors), pl.col("row").is_not_null()
        )
        return on_rows["row"].unique().sort()

    @cached_property
    def by_severity(self) -> Mapping[Severity, int]:
        """How many findings have each severity, worst first."""
        counts = self.by_rule
        return {
            severity: number
            for severity in Severity
            if (
                number := sum(
                    n for code, n in counts.items() if self.rules[code].severity is severity
                )
            )
        }

    @cached_property
    def by_rule(self) -> Mapping[str, int]:
        """How many findings each rule made, by code."""
        codes = {rule.number: rule.code for rule in self.rules.values()}
        counted = self.validation.findings.group_by("code").len().sort("code")
        return {codes[number]: count for number, count in counted.iter_rows()}

    @cached_property
    def by_category(self) -> Mapping[str, int]:
        """How many findings stand in each error category, most first."""
        codes = {rule.number: rule for rule in self.rules.values()}
        columns = list(self.profile.columns.values())
        counted = self.validation.findings.group_by("code", "column").len()
        totals: dict[str, int] = {}
        for number, place, count in counted.iter_rows():
            category = category_of(
                codes[number], None if place is None else columns[place].category
            )
            totals[category] = totals.get(category, 0) + count
        return dict(sorted(totals.items(), key=lambda item: (-item[1], item[0])))

    @cached_property
    def findings(self) -> pl.DataFrame:
        """Every finding, in words.

        Columns: `row` (as a spreadsheet counts; null where it stands on none), `column` (header),
        `code`, `severity`, `category`, `value`, `suggestion`, `safe`, `cause`, `derived`.
        """
        names = [column.name for column in self.profile.columns.values()]
        categories = [column.category for column in self.profile.columns.values()]
        rules = {rule.number: rule for rule in self.rules.values()}
        told = pl.DataFrame(
            {
                "code": pl.Series(list(rules), dtype=pl.UInt16),
                "rule": [rule.code for rule in rules.values()],
                "severity": [rule.severity.value for rule in rules.values()],
                "fallback": [category_of(rule, None) for rule in rules.values()],
                "own": [rule.category for rule in rules.values()],
            },
            schema_overrides={"own": pl.String},
        )
        places = pl.DataFrame(
            {
                "column": pl.Series(range(len(names)), dtype=pl.Int16),
                "header": names,
                "of_column": categories,
            }
        )
        joined = self.found.findings.join(told, on="code", how="left", maintain_order="left").join(
            places, on="column", how="left", maintain_order="left"
        )
        return joined.select(
            "row",
            pl.col("header").alias("column"),
            pl.col("rule").alias("code"),
            "severity",
            pl.coalesce("own", "of_column", "fallback").alias("category"),
            "value",
            "suggestion",
            "safe",
            "cause",
            "derived",
        )


def category_of(rule: Rule, of_column: str | None) -> str:
    """The error category of a finding."""
    return rule.category or of_column or Over.FILE.value


def review(
    source: str | Path | bytes,
    *,
    profile: str | Path | Profile = DEFAULT_PROFILE,
    name: str | None = None,
    progress: Progress | None = None,
) -> Review:
    """Read a file, judge it and find the causes.

    `source` is a path or the bytes of a file; `name` is how it is called in reports. Raises
    `ToolkitError` only where there is no file to speak of or the profile is broken: a file that the
    portal would refuse is a review with that verdict.
    """
    tell = progress or _say_nothing
    chosen = profile if isinstance(profile, Profile) else load_profile(profile)
    times = [perf_counter()]
    tell("Reading the file")
    upload = read_upload(source, chosen, name=name)
    times.append(perf_counter())
    tell("Judging the rows")
    validation = validate(upload, chosen)
    times.append(perf_counter())
    tell("Finding the causes")
    found = find_causes(upload, validation, chosen)
    times.append(perf_counter())
    stages = zip(("read", "validate", "causes"), times, times[1:], strict=False)
    seconds = {stage: end - start for stage, start, end in stages}
    return Review(upload, chosen, validation, found, seconds | {"total": times[-1] - times[0]})


def _say_nothing(_stage: str) -> None:
    """Progress that nobody watches."""
