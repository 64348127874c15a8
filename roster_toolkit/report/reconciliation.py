"""Reconciliation: invariants of every review, each side computed independently."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from roster_toolkit.assessment import Assessment, Verdict
from roster_toolkit.impact.preview import Impact
from roster_toolkit.report.words import found
from roster_toolkit.rosters.roster import Kind
from roster_toolkit.text import counted, number


def balance(review: Assessment) -> str:
    """The sums of a review as text."""
    rows = review.rows
    everything = rows.accepted + rows.rejected + rows.blank
    records = f"{counted(everything, 'row')} = {number(rows.accepted)} accepted"
    records += f" + {number(rows.rejected)} rejected + {number(rows.blank)} blank"
    findings = sum(cause.findings for cause in review.causes)
    if not findings:
        return f"{records}; no errors or warnings"
    return f"{records}; {found(findings)} from {counted(len(review.causes), 'problem')}"


def imbalances(review: Assessment) -> tuple[str, ...]:
    """The violated invariants; any of them is a fault of the toolkit."""
    return tuple(
        f"{what}: {number(one)} is not {number(other)}"
        for what, one, other in _sums(review)
        if one != other
    )


def _sums(review: Assessment) -> list[tuple[str, int, int]]:
    """What is compared, and the two numbers that must be equal."""
    rows, upload = review.rows, review.upload
    findings = review.validation.findings.height
    return [
        *_touched(review.impact),
        ("rows of the file", rows.accepted + rows.rejected + rows.blank, upload.cells.height),
        ("rows accepted", rows.accepted, _accepted(review)),
        ("findings of the causes", sum(cause.findings for cause in review.causes), findings),
        ("findings of the rules", sum(review.by_rule.values()), findings),
        ("findings by category", sum(review.by_category.values()), findings),
    ]


def _touched(impact: Impact | None) -> Iterator[tuple[str, int, int]]:
    """For each kind, the sum of its outcomes and the number of records that the file touches."""
    if impact is None:
        return
    touched = {
        Kind.SCHOOL: impact.schools.height,
        Kind.CLASS: impact.classes.height,
        Kind.ENROLLMENT: impact.enrollments.height,
        **{
            kind: int((impact.people["kind"].cast(pl.String) == kind.value).sum())
            for kind in (Kind.STAFF, Kind.STUDENT)
        },
    }
    for kind, outcomes in impact.totals.items():
        yield f"records touched ({kind.value})", sum(outcomes.values()), touched[kind]


def _accepted(review: Assessment) -> int:
    """Records that are neither blank nor rejected, counted by filtering."""
    if review.verdict is Verdict.REJECTED:
        return 0
    if review.verdict is Verdict.ERRORS and review.profile.on_error == "file":
        return 0
    upload = review.upload
    records = pl.DataFrame({"index": pl.int_range(upload.cells.height, eager=True)})
    rejected = review.rejected_rows.cast(pl.Int64) - upload.first_row
    out = pl.col("index").is_in(pl.concat([rejected, upload.blank.cast(pl.Int64)]).implode())
    return records.filter(~out).height


def exit_code_of(review: Assessment) -> int:
    """What a command says of a file: 3 rejected, 1 rows rejected or a fault of ours, else 0."""
    if review.verdict is Verdict.REJECTED:
        return 3
    faulty = review.faults or imbalances(review)
    return 1 if review.verdict is Verdict.ERRORS or faulty else 0
