"""What would happen to the file, at a glance."""

from __future__ import annotations

import streamlit as st

import roster_toolkit as rt
from app_parts.text import Tone, callout, counted, prose

_TONES: dict[rt.Verdict, Tone] = {
    rt.Verdict.REJECTED: "bad",
    rt.Verdict.ERRORS: "bad",
    rt.Verdict.WARNINGS: "careful",
    rt.Verdict.CLEAN: "good",
}


def verdict(review: rt.Review) -> None:
    """The verdict in a sentence, and four figures."""
    tone: Tone = "careful" if review.perhaps_other_names else _TONES[review.verdict]
    callout(review.sentence, tone)
    rows, severities = review.rows, review.by_severity
    warnings = severities.get(rt.Severity.WARNING, 0)
    errors = severities.get(rt.Severity.BLOCKER, 0) + severities.get(rt.Severity.ERROR, 0)
    with st.container(horizontal=True):
        st.metric("Rows accepted", f"{rows.accepted:,}", border=True)
        st.metric("Rows rejected", f"{rows.rejected:,}", border=True, help=f"{errors:,} errors")
        st.metric("Causes to correct", f"{_to_correct(review):,}", border=True)
        st.metric("Warnings", f"{warnings:,}", border=True)
    taught = any(column.seen for column in review.profile.columns.values())
    hint = "" if taught else " Teach the toolkit yours on the page Your portal."
    prose(f"{review.rests_on}{hint}", small=True)


def _to_correct(review: rt.Review) -> int:
    return sum(cause.severity.rejects for cause in review.causes)


def header_to_correct(review: rt.Review) -> None:
    """The header line with its faults marked, and the line to copy."""
    line = review.header_line
    if line is None or review.verdict is not rt.Verdict.REJECTED:
        return
    if not review.upload.lacks_header:
        wrong = "not as we assumed" if review.perhaps_other_names else "wrong"
        prose(f"The header line, with ^ under what is {wrong}:", strong=True)
        st.code("\n".join(line.marked), language=None)
    otherwise = bool(review.perhaps_other_names)
    which = (
        "If it is neither, the header line to copy"
        if otherwise
        else ("The header line as it should be, to copy")
    )
    prose(f"{which}. {line.changes}".strip(), strong=True)
    st.code(line.corrected, language=None, wrap_lines=True)
    if review.provisional:
        st.caption("The rows below are judged as if the header line were corrected.")


def not_judged(review: rt.Review) -> None:
    """Rules that had nothing to judge by, and the sums."""
    titles = rt.catalogue()
    reasons: dict[str, list[str]] = {}
    for skip in review.skipped:
        reasons.setdefault(skip.why, []).append(titles[skip.code].title)
    for why, checks in reasons.items():
        with st.expander(f"{counted(len(checks), 'check')} not made: {why}"):
            for check in checks:
                prose(check)
