"""The assessment of a file: upload, findings, causes, impact, and counts derived from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from pathlib import Path

import polars as pl

from roster_toolkit.causes import Cause, Causes
from roster_toolkit.causes.other_names import headers_called_otherwise
from roster_toolkit.drilldown import Sheet
from roster_toolkit.errors import UsageError
from roster_toolkit.impact.preview import Impact
from roster_toolkit.impact.records import ImpactRecords
from roster_toolkit.model import Capability, HeaderCell, Profile, Rule, Scope, Severity, Upload
from roster_toolkit.rosters.context import RosterContext
from roster_toolkit.rosters.roster import Kind, kind_of_person
from roster_toolkit.rules.header import (
    lines_above_header,
    miscapitalized_header,
    missing_header,
    unknown_header,
)
from roster_toolkit.rules.registry import rule_of
from roster_toolkit.validate import Fault, Skip, Validation

#: Season whose thresholds hold unless another is chosen.
DEFAULT_SEASON = "in-year"
#: Findings in words: `row` as a spreadsheet counts, null where a finding stands on none; `column`
#: is a header; `provisional` is judged beneath a header line that is itself at fault.
FINDINGS_IN_WORDS = pl.Schema(
    {
        "row": pl.UInt32,
        "column": pl.String,
        "code": pl.String,
        "severity": pl.String,
        "category": pl.String,
        "value": pl.String,
        "suggestion": pl.String,
        "safe": pl.Boolean,
        "cause": pl.UInt32,
        "derived": pl.Boolean,
        "provisional": pl.Boolean,
    }
)
_HEADER = "header"
_LINES_ABOVE = rule_of(lines_above_header).code
#: Rules about the names in a header line.
_OF_NAMES = frozenset(
    rule_of(judge).code for judge in (missing_header, unknown_header, miscapitalized_header)
)


class Verdict(StrEnum):
    """What the portal would say.

    >>> review.verdict is rt.Verdict.ERRORS
    True
    """

    REJECTED = "rejected"
    """The whole file is rejected."""
    ERRORS = "errors"
    """Some rows are rejected."""
    WARNINGS = "warnings"
    """Every row is accepted; some were probably not meant so."""
    CLEAN = "clean"


@dataclass(frozen=True, slots=True)
class RowCounts:
    """Records of a file by outcome; the three add up to all records."""

    accepted: int
    rejected: int
    blank: int


@dataclass(frozen=True, repr=False)
class Assessment:
    """The result of reading and validating a file, with counts derived from it."""

    upload: Upload
    profile: Profile
    validation: Validation
    found: Causes
    seconds: Mapping[str, float]
    """Stage → seconds; the only part that differs between two runs."""
    against: RosterContext | None = None
    """The roster that the file was compared with."""
    impact: Impact | None = None
    """What the file would do to that roster; None without one, or where the file is rejected."""
    source: str | Path | bytes | None = field(default=None, repr=False)
    """The file itself or where it is, for a repair of a copy."""
    season: str = DEFAULT_SEASON
    """The season whose thresholds hold."""
    own_rules: tuple[Rule, ...] = ()
    """Rules besides those of the catalogue."""
    is_masked: bool = False
    """Whether pseudonyms stand for names, addresses and IDs."""

    def artifact(self, name: str) -> str:
        """What a file that is made of it is called: `masked-…` where it holds pseudonyms."""
        return f"masked-{name}" if self.is_masked else name

    def called(self, rest: str) -> str:
        """What a file that is made of it and called after it is called: `users-errors.csv`."""
        return self.artifact(f"{Path(self.profile.file_name).stem}-{rest}")

    @property
    def causes(self) -> tuple[Cause, ...]:
        """The causes in the order of correction."""
        return self.found.causes

    @property
    def rules(self) -> Mapping[str, Rule]:
        """The rules that were in force, by code."""
        return self.validation.rules

    @property
    def skipped(self) -> tuple[Skip, ...]:
        """Rules that were skipped because their input is missing, and why."""
        return self.validation.skipped

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Rules that raised an exception: faults of the toolkit, not of the file."""
        return self.validation.faults

    @property
    def no_impact_because(self) -> str:
        """Why there is no impact, as a clause; blank where there is one."""
        if self.impact is not None:
            return ""
        if not self.profile.can(Capability.IMPACT):
            return f"a {self.profile.file_name} changes no roster"
        no_roster = self.against is None
        return "there is no roster to compare with" if no_roster else "the file is rejected"

    @cached_property
    def left_out(self) -> int | None:
        """How many enrolled students a second file leaves out; None for users.csv, and unknown."""
        read, key = self.validation.as_read, next(iter(self.profile.record_key), "")
        if not self.profile.beside or self.against is None or read is None:
            return None
        if key not in read.present:
            return None
        people = self.against.roster.people
        enrolling = self.against.enrolling(self.profile)
        if Kind.STUDENT.value not in enrolling.accepts_people:
            return None
        students = people.filter(kind_of_person(enrolling) == Kind.STUDENT.value)[key]
        return students.filter(~students.is_in(read.home(key).variants[key].implode())).len()

    @cached_property
    def verdict(self) -> Verdict:
        """The verdict of the worst finding; a review with a fault is never clean."""
        worst = self.by_severity
        if worst.get(Severity.BLOCKER):
            return Verdict.REJECTED
        if worst.get(Severity.ERROR):
            return Verdict.ERRORS
        return Verdict.WARNINGS if worst.get(Severity.WARNING) or self.faults else Verdict.CLEAN

    @cached_property
    def perhaps_other_names(self) -> tuple[HeaderCell, ...]:
        """The headers for which alone the file is rejected, where they are perhaps right.

        They differ from names that are assumed or inferred, and nothing that is known speaks
        against the file: the portal may call its columns so. Empty for any other file.

        >>> review.perhaps_other_names
        ()
        """
        rejecting = {code for code in self.by_rule if self.rules[code].severity is Severity.BLOCKER}
        if not rejecting or not rejecting <= _OF_NAMES:
            return ()
        return headers_called_otherwise(self.upload, self.profile)

    @cached_property
    def rows(self) -> RowCounts:
        """How many records are accepted, rejected and blank."""
        rejected = rejected_records(self.upload, self.validation, self.profile).len()
        records, blank = self.upload.records, self.upload.blank.len()
        return RowCounts(accepted=records - rejected, rejected=rejected, blank=blank)

    @cached_property
    def rejected_rows(self) -> pl.Series:
        """Spreadsheet rows with an error of their own, ascending."""
        return rows_in_error(self.validation)

    @cached_property
    def by_severity(self) -> Mapping[Severity, int]:
        """Findings per severity, worst first."""
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
        """Findings per rule, by code."""
        codes = {rule.number: rule.code for rule in self.rules.values()}
        counted = self.validation.findings.group_by("code").len().sort("code")
        return {codes[number]: count for number, count in counted.iter_rows()}

    @cached_property
    def by_category(self) -> Mapping[str, int]:
        """Findings per error category, most first."""
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

    @property
    def provisional(self) -> bool:
        """Whether the rows were judged although the header line is at fault."""
        faulty = [
            rule.code
            for rule in self.rules.values()
            if rule.category == _HEADER or rule.code == _LINES_ABOVE
        ]
        blocking = self.verdict is Verdict.REJECTED and self.validation.records is not None
        return blocking and any(
            self.rules[code].severity is Severity.BLOCKER and self.by_rule.get(code)
            for code in faulty
        )

    @cached_property
    def findings(self) -> pl.DataFrame:
        """Every finding, with codes and columns by name.

        Columns: `row` (as a spreadsheet counts; null where it stands on none), `column` (header),
        `code`, `severity`, `category`, `value`, `suggestion`, `safe`, `cause`, `derived`, and
        `provisional`: judged beneath a header line that is itself at fault.
        """
        names = [column.name for column in self.profile.columns.values()]
        categories = [column.category for column in self.profile.columns.values()]
        rules = {rule.number: rule for rule in self.rules.values()}
        rule_facts = pl.DataFrame(
            {
                "code": pl.Series(list(rules), dtype=pl.UInt16),
                "rule": [rule.code for rule in rules.values()],
                "severity": [rule.severity.value for rule in rules.values()],
                "fallback": [category_of(rule, None) for rule in rules.values()],
                "own": [rule.category for rule in rules.values()],
            },
            schema_overrides={"own": pl.String},
        )
        column_facts = pl.DataFrame(
            {
                "column": pl.Series(range(len(names)), dtype=pl.Int16),
                "header": names,
                "of_column": categories,
            }
        )
        joined = self.found.findings.join(
            rule_facts, on="code", how="left", maintain_order="left"
        ).join(column_facts, on="column", how="left", maintain_order="left")
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
            provisional=pl.col("row").is_not_null() & pl.lit(self.provisional),
        )

    # --- the findings row by row, and the impact record by record --------------------------------

    @cached_property
    def _sheet(self) -> Sheet:
        return Sheet(self.upload, self.profile, self.rules, self.findings)

    @cached_property
    def _touched(self) -> ImpactRecords:
        if self.impact is None or self.against is None:
            raise UsageError(f"There are no records to list: {self.no_impact_because}.")
        return ImpactRecords(self._sheet, self.impact, self.against.roster, self.season)

    @property
    def left_behind(self) -> pl.DataFrame:
        """Who stays where the file no longer puts them, a line for each school and class.

        Columns: `userId`, `name`, `kind`, `schoolId` (where they stay), `classId` (null where it is
        the school alone), `twin` (the class under its new ID), `schools` and `classes` (where they
        would be afterwards). Raises UsageError without a roster and for a rejected file.

        >>> review.left_behind.filter(kind="student").height
        8
        """
        return self._touched.left_behind

    @property
    def mass_changes(self) -> pl.DataFrame:
        """The totals of a school that change more than is usual, and what their records share.

        Columns: those of `mass_changes`, `what` (the field that most of the updated records differ
        in, or how most of the created ones are known; null where it is nothing), `of_them` (how
        many). Raises UsageError without a roster and for a rejected file.

        >>> review.mass_changes.select("schoolId", "kind", "what").rows()
        [('NE125', 'student', 'the domain of userEmail')]
        """
        return self._touched.mass_changes

    def records(
        self, kind: str, outcome: str | None = None, school: str | None = None
    ) -> pl.DataFrame:
        """The records behind a number of the impact: `kind`, `key`, `name`, `school`, `outcome`.

        Without an outcome, those that the file touches; `unmentioned` are those that it does not,
        `left behind` those that stay where the file no longer puts them.
        Raises UsageError without a roster and for a rejected file.
        """
        return self._touched.records(kind, outcome, school)

    @property
    def by_school(self) -> pl.DataFrame:
        """The impact per school and kind, the schools that deserve a look first.

        Columns: `school`, `name`, `kind`, `created`, `updated`, `no_changes`, `removed`, `errors`,
        `before`, `mass_change`. Raises UsageError without a roster and for a rejected file.
        """
        return self._touched.by_school


def category_of(rule: Rule, of_column: str | None) -> str:
    """The error category of a finding."""
    return rule.category or of_column or Scope.FILE.value


def rows_in_error(validation: Validation) -> pl.Series:
    """Spreadsheet rows with an error of their own, ascending."""
    errors = [rule.number for rule in validation.rules.values() if rule.severity.rejects]
    in_error = pl.col("code").is_in(errors) & pl.col("row").is_not_null()
    return validation.findings.filter(in_error)["row"].unique().sort()


def has_any(validation: Validation, severity: Severity) -> bool:
    """Whether any finding has the severity."""
    codes = [rule.number for rule in validation.rules.values() if rule.severity is severity]
    return bool(validation.findings["code"].is_in(codes).any())


def rejected_records(upload: Upload, validation: Validation, profile: Profile) -> pl.Series:
    """Indices of the records that are rejected, ascending; blank ones are not."""
    all_or_nothing = profile.on_error == "file" and has_any(validation, Severity.ERROR)
    if has_any(validation, Severity.BLOCKER) or all_or_nothing:
        everything = pl.Series(range(upload.cells.height), dtype=pl.UInt32)
        return everything.filter(~everything.is_in(upload.blank.implode()))
    return (rows_in_error(validation) - upload.first_row).cast(pl.UInt32)
