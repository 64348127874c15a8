"""A review as one JSON object: `roster-review/2`, the contract of docs/review.schema.json."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from roster_toolkit.assessment import Assessment
from roster_toolkit.causes import Cause
from roster_toolkit.impact.preview import Impact
from roster_toolkit.model import Severity
from roster_toolkit.report.basis import basis_json
from roster_toolkit.report.cause_view import view_of, words_for
from roster_toolkit.report.reconciliation import imbalances
from roster_toolkit.report.words import Words
from roster_toolkit.rosters.outcomes import Outcome
from roster_toolkit.rosters.roster import Kind

SCHEMA = "roster-review/2"
#: The same of several files.
SCHEMA_OF_SEVERAL = "roster-reviews/1"
_FINDING = ("row", "column", "code", "severity", "value", "suggestion")
_FINDINGS_PER_PIECE = 500_000


def review_json(
    review: Assessment,
    *,
    findings: bool = False,
    values: bool = True,
    seconds: bool = True,
    extra: Mapping[str, Any] | None = None,
) -> Iterator[bytes]:
    """The object as UTF-8, in pieces.

    `findings` adds every finding; without `values` it contains no cell of the file; without
    `seconds` the same input gives the same bytes; `extra` are further keys, of a command.
    """
    document = summary(review, values=values) | dict(extra or {})
    if seconds:
        document["seconds"] = {stage: round(took, 4) for stage, took in review.seconds.items()}
    text = json.dumps(document, ensure_ascii=False, indent=1).encode("utf-8", "replace")
    if not findings:
        yield text + b"\n"
        return
    yield text.removesuffix(b"\n}") + b',\n "rows_with_findings": ['
    yield from _findings(review, values=values)
    yield b"]\n}\n"


def reviews_json(documents: Sequence[bytes]) -> Iterator[bytes]:
    """`roster-reviews/1`: the objects of several reviews in one."""
    yield f'{{\n "schema": "{SCHEMA_OF_SEVERAL}",\n "reviews": [\n'.encode()
    yield b",\n".join(documents)
    yield b"\n ]\n}\n"


def summary(review: Assessment, *, values: bool = True) -> dict[str, Any]:
    """The object without single findings and timings."""
    upload, profile = review.upload, review.profile
    words = Words(profile, values)
    severities = review.by_severity
    return {
        "schema": SCHEMA,
        **({"masked": True} if review.is_masked else {}),
        "file": {
            "name": upload.name,
            "sha256": upload.sha256,
            "bytes": upload.size,
            "encoding": upload.encoding,
            "delimiter": upload.delimiter,
            "rows": upload.records,
            "blank_rows": upload.blank.len(),
        },
        "profile": {
            "name": profile.name,
            "version": profile.version,
            "sha256": profile.sha256,
            "from": profile.choice.by.value,
        },
        "against": _against(review),
        "verdict": review.verdict.value,
        "assumed_names": bool(review.perhaps_other_names),
        "basis": basis_json(profile),
        "rows": {
            "accepted": review.rows.accepted,
            "rejected": review.rows.rejected,
            "blank": review.rows.blank,
        },
        "findings": {
            "total": review.validation.findings.height,
            "by_severity": {severity.value: severities.get(severity, 0) for severity in Severity},
            "by_category": dict(review.by_category),
            "by_rule": dict(review.by_rule),
        },
        "causes": [_cause(cause, review, words) for cause in review.causes],
        **_impact(review.impact, values=values),
        **_left_out(review),
        "skipped": [{"code": skip.code, "why": skip.why} for skip in review.skipped],
        "faults": [
            *({"code": fault.code, "what": fault.what} for fault in review.faults),
            *({"code": None, "what": what} for what in imbalances(review)),
        ],
    }


def _against(review: Assessment) -> dict[str, Any] | None:
    context = review.against
    return None if context is None else {"district": context.district, "snapshot": context.snapshot}


def _impact(impact: Impact | None, *, values: bool) -> dict[str, Any]:
    """Outcomes and what becomes of display names; null without a roster and for a rejected file.

    Without `values` it contains no school's ID and no class.
    """
    if impact is None:
        return {"impact": None, "by_school": None, "unmentioned": None, "display_names": None}
    return {
        "impact": outcomes(impact.totals),
        "by_school": {school: outcomes(kinds) for school, kinds in impact.by_school.items()}
        if values
        else None,
        "unmentioned": {kind.value: count for kind, count in impact.unmentioned.items()},
        "display_names": impact.display_names.to_dicts() if values else None,
    }


def _left_out(review: Assessment) -> dict[str, Any]:
    """The enrolled students whom a second file leaves out, in place of an impact."""
    students = review.left_out
    return {} if students is None else {"unmentioned": {Kind.STUDENT.value: students}}


def outcomes(table: Mapping[Kind, Mapping[Outcome, int]]) -> dict[str, dict[str, int]]:
    """Kind → outcome → number of records, with JSON keys."""
    return {
        kind.value: {outcome.value.replace(" ", "_"): outcomes[outcome] for outcome in Outcome}
        for kind, outcomes in table.items()
    }


def _cause(cause: Cause, review: Assessment, words: Words) -> dict[str, Any]:
    words = words_for(cause, words)
    view = view_of(cause, review, words)
    return {
        "code": cause.code,
        "title": view.title,
        "column": view.column,
        "value": cause.value if words.values else None,
        "values": list(cause.values) if words.values else [],
        "largest": [
            {"value": one.value, "findings": one.findings, "suggestion": one.suggestion}
            for one in (cause.largest if words.values else ())
        ],
        "severity": cause.severity.value,
        "assumed": view.assumed,
        "findings": cause.findings,
        "derived": cause.derived,
        "rows": cause.rows,
        "clears": cause.clears,
        "schools": cause.schools,
        "how_to_fix": view.how_to_fix,
    }


def _findings(review: Assessment, *, values: bool) -> Iterator[bytes]:
    """All findings as objects, separated by commas."""
    findings = review.findings.select(_FINDING)
    if not values:
        nothing = pl.lit(None, dtype=pl.String)
        findings = findings.with_columns(value=nothing, suggestion=nothing)
    for start in range(0, findings.height, _FINDINGS_PER_PIECE):
        part = io.BytesIO()
        findings.slice(start, _FINDINGS_PER_PIECE).write_json(part)
        yield (b",\n" if start else b"") + part.getvalue().strip()[1:-1]
