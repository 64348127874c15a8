"""What would happen to the file, at a glance."""

from __future__ import annotations

import io
import zipfile
from pathlib import PurePosixPath

import streamlit as st

import roster_toolkit as rt
from app_parts.check.lines import to_fix
from app_parts.session import Desk
from app_parts.text import Tone, callout, counted, list_of_figures, prose

_DISTRICT, _IMPORT = "app_pages/roster.py", {"section": "Import"}
_TONES: dict[rt.Verdict, Tone] = {
    rt.Verdict.REJECTED: "bad",
    rt.Verdict.ERRORS: "bad",
    rt.Verdict.WARNINGS: "careful",
    rt.Verdict.CLEAN: "good",
}
#: What is said of checks that have no roster to compare with.
_ROSTER = "roster"
#: Files that only an export of a whole roster has.
_OF_ONEROSTER = {"users.csv", "orgs.csv"}


def tone_of(review: rt.Review) -> Tone:
    """How loud the verdict is: less so where the portal may only call its columns otherwise."""
    return "careful" if review.perhaps_other_names else _TONES[review.verdict]


def verdict(review: rt.Review) -> None:
    """The verdict in a sentence, and what it rests on."""
    taught = any(column.seen for column in review.profile.columns.values())
    hint = (
        ""
        if taught or review.profile.beside
        else " Teach the toolkit yours on the page Your portal."
    )
    callout(review.sentence, tone_of(review), detail=f"{review.rests_on}{hint}")
    if review.left_out is not None:
        prose(review.left_out_sentence)


def figures(review: rt.Review) -> None:
    """Four numbers: rows accepted and rejected, problems to fix, and what else there is."""
    rows, problems = review.rows, to_fix(review.causes)
    told = (
        (rows.accepted, "row accepted", "rows accepted"),
        (rows.rejected, "row rejected", "rows rejected"),
        (problems, "problem to fix", "problems to fix"),
        (len(review.causes) - problems, "warning or note", "warnings and notes"),
    )
    list_of_figures((number, one if number == 1 else many) for number, one, many in told)


def lead_to_import(desk: Desk, review: rt.Review) -> None:
    """The way to the import, for a file that holds a roster and is no upload."""
    if not _of_oneroster(desk, review):
        return
    callout(
        "These are OneRoster files: your roster, not a file to upload.", "careful",
        detail="Import them on the page District, and every users.csv is compared with them.",
    )  # fmt: skip
    if st.button("Go to District → Import", key="to-import", type="primary"):
        st.switch_page(_DISTRICT, query_params=_IMPORT)


def _of_oneroster(desk: Desk, review: rt.Review) -> bool:
    if "OneRoster" in (review.upload.obstacle_detail or ""):
        return True
    try:
        with zipfile.ZipFile(io.BytesIO(desk.data)) as archive:
            names = {PurePosixPath(name).name.lower() for name in archive.namelist()}
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return False
    return names >= _OF_ONEROSTER


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
        st.caption("The rows are checked only under the column names whose meaning is certain.")


def not_judged(review: rt.Review) -> None:
    """Rules that had nothing to judge by."""
    titles = rt.catalogue()
    reasons: dict[str, list[str]] = {}
    for skip in review.skipped:
        reasons.setdefault(skip.why, []).append(titles[skip.code].title)
    for why, checks in reasons.items():
        lacks = review.against is None and _ROSTER in why
        roster = lacks and not review.profile.beside
        number = counted(len(checks), "check")
        needs = "needs" if len(checks) == 1 else "need"
        label = f"{number} {needs} your current roster" if roster else f"{number} not made: {why}"
        with st.expander(label):
            if roster:
                st.page_link(_DISTRICT, label="Import your roster", query_params=_IMPORT)
            elif lacks:
                prose("Drop users.csv together with this file, or choose a district in Settings.")
            for check in checks:
                prose(check)
