"""What was learned as one JSON object: `roster-calibration/1`, of docs/calibration.schema.json."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from roster_toolkit.calibration.calibrate import Calibration
    from roster_toolkit.calibration.model import (
        Counts,
        CountsBeside,
        Figures,
        Notice,
        Proposal,
        Unexplained,
    )

SCHEMA = "roster-calibration/1"


def calibration_json(calibration: Calibration) -> bytes:
    """The object as UTF-8; the same evidence and date give the same bytes."""
    document = {
        "schema": SCHEMA,
        "proposals": [_proposal(proposal) for proposal in calibration.proposals],
        "agreement": {
            "before": _counts(calibration.agreement.before),
            "after": _counts(calibration.agreement.after),
            "columns": {at: _counts(counts) for at, counts in calibration.columns.items()},
        },
        "unexplained": [_unexplained(text) for text in calibration.unexplained],
        "notices": [_notice(notice) for notice in calibration.notices],
        "counts": [_beside(counts) for counts in calibration.counts],
    }
    text = json.dumps(document, ensure_ascii=False, indent=1)
    return text.encode("utf-8", "replace") + b"\n"


def _proposal(proposal: Proposal) -> dict[str, Any]:
    return {
        "number": proposal.number,
        "about": proposal.about.value,
        "column": proposal.column,
        "before": proposal.before,
        "after": proposal.after,
        "why": proposal.why,
        "sources": list(dict.fromkeys(proposal.sources)),
        "rows_for": proposal.rows_for,
        "rows_against": proposal.rows_against,
        "example_row": proposal.example_row,
        "sure": proposal.sure.value,
        "accepted": proposal.accepted,
    }


def _counts(counts: Counts) -> dict[str, int]:
    return {
        "rows": counts.rows,
        "agree": counts.agree,
        "too_strict": counts.too_strict,
        "too_lenient": counts.too_lenient,
    }


def _unexplained(text: Unexplained) -> dict[str, Any]:
    return {"text": text.text, "rows": text.rows, "example_row": text.example_row}


def _notice(notice: Notice) -> dict[str, Any]:
    return {"text": notice.text, "sources": list(dict.fromkeys(notice.sources))}


def _beside(counts: CountsBeside) -> dict[str, Any]:
    return {
        "upload": counts.upload,
        "report": counts.report,
        "reported": _figures(counts.reported),
        "foreseen": _figures(counts.foreseen) if counts.foreseen else None,
        "missing": counts.missing or None,
    }


def _figures(figures: Figures) -> dict[str, dict[str, int]]:
    """Kind → outcome → records, in the words of a review."""
    found: dict[str, dict[str, int]] = {}
    for (kind, outcome), count in figures.items():
        found.setdefault(kind.value, {})[outcome.value.replace(" ", "_")] = count
    return found
