"""The order of a pass: file, cells, rows, shifted rows, altered IDs, rows together, the roster."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from roster_toolkit.model import Capability, Obstacle, Profile, Rule, Scope, Upload
from roster_toolkit.records import read_records
from roster_toolkit.rosters.context import RosterContext
from roster_toolkit.rules.cell_text import stray_whitespace
from roster_toolkit.rules.judgement import file_hits
from roster_toolkit.rules.registry import catalogue, rule_of, rules_of
from roster_toolkit.rules.short_cuts import unseen_cells
from roster_toolkit.validate.altered_ids import judge_altered_ids
from roster_toolkit.validate.blanks import suggest_blanks
from roster_toolkit.validate.cells import judge_cells
from roster_toolkit.validate.edits import judge_edits
from roster_toolkit.validate.enrolled import judge_enrolled
from roster_toolkit.validate.groups import (
    judge_class_lists,
    judge_enrollments,
    judge_together,
)
from roster_toolkit.validate.names import suggest_names
from roster_toolkit.validate.numbers import suggest_numbers
from roster_toolkit.validate.roster import judge_against_roster
from roster_toolkit.validate.rows import judge_rows, judge_shifts
from roster_toolkit.validate.run import FINDINGS, Run, Validation

_STRAY = rule_of(stray_whitespace).code


def validate(
    upload: Upload,
    profile: Profile,
    against: RosterContext | None = None,
    *,
    own: Sequence[Rule] = (),
) -> Validation:
    """Everything that is wrong with an upload, by itself and against a roster.

    `own` are rules besides those of the catalogue.
    """
    run = Run(upload, profile, rules_of(profile, own))
    judge_file(run)
    as_read = None
    if _has_rows(upload):
        unseen = unseen_cells(run.rules.values(), profile)
        run.records = run.as_read = as_read = read_records(upload, profile, unseen)
        judge_cells(run, against.roster if against else None)
        judge_rows(run)
        run.resolve_rows()
        suggest_names(run)
        suggest_blanks(run)
        suggest_numbers(run)
        judge_shifts(run)
        judge_altered_ids(run, against)
        judge_enrolled(run, against)
        judge_together(run, against.roster if against else None)
        judge_enrollments(run)
        judge_class_lists(run, against.roster if against else None)
        if profile.can(Capability.ROSTER):
            judge_against_roster(run, against)
            judge_edits(run, against)
        run.resolve_rows()
        _drop_roster_findings_on_cells_in_error(run)
    return Validation(
        findings=in_order(run.findings),
        rules=run.rules,
        records=run.records if as_read else None,
        as_read=as_read,
        renumbered=run.renumbered,
        skipped=tuple(sorted(run.skipped.values(), key=lambda skip: skip.code)),
        faults=tuple(run.faults),
    )


def _has_rows(upload: Upload) -> bool:
    ours = upload.obstacle in (None, Obstacle.UNCLOSED_QUOTE, Obstacle.WORKBOOK)
    return ours and upload.records > 0 and any(header.certain for header in upload.header)


def judge_file(run: Run) -> None:
    """RT0xx: file rules return their findings as a frame of hits."""
    for rule in run.rules_over(Scope.FILE):
        hits = run.guarded(rule, lambda: file_hits(rule, run.upload, run.profile))  # noqa: B023
        if hits is not None and not hits.is_empty():
            column = pl.col("column").replace_strict(
                run.column_numbers, default=None, return_dtype=pl.Int16
            )
            row = pl.col("index") + run.upload.first_row
            run.add_findings(rule, hits.with_columns(row=row, column=column))
    _judge_overhang(run)


def _judge_overhang(run: Run) -> None:
    """RT105 of the file: blank cells behind the last column, which are no ragged rows."""
    rule, rows = run.rules.get(_STRAY), run.upload.hanging_over
    if rule is not None and rows:
        value = f"{rows} rows with blank cells behind the last column"
        run.add_findings(rule, pl.DataFrame({"value": [value], "safe": [True]}))


def _drop_roster_findings_on_cells_in_error(run: Run) -> None:
    """Drop roster findings on cells that a rule about the file alone already rejects.

    Most such cells are blanked out by then; `schoolId` is not, as it is both a fact of a class and
    a subject of its own.
    Custom rules yield to those of the catalogue in the same way.
    """
    if not run.findings:
        return
    yields = [
        rule.number
        for rule in run.rules.values()
        if rule.severity.rejects and (rule.against_roster or rule.code not in catalogue())
    ]
    findings = pl.concat(run.findings)
    yielding = pl.col("code").is_in(yields)
    late = findings.filter(yielding)
    if late.is_empty():
        return
    early = findings.filter(pl.col("code").is_in(run.rejecting), ~yielding)
    spared = late.join(early.select("row", "column"), on=["row", "column"], how="anti")
    run.findings = [findings.filter(~yielding), spared]


def in_order(findings: list[pl.DataFrame]) -> pl.DataFrame:
    """All findings, in a deterministic order."""
    if not findings:
        return pl.DataFrame(schema=FINDINGS)
    return pl.concat(findings).sort("row", "column", "code", "value", nulls_last=False)
