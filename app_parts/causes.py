"""The causes in the order in which it pays to correct them."""

from __future__ import annotations

import streamlit as st

import roster_toolkit as rt
from app_parts.session import Desk
from app_parts.text import counted, heading, said

#: Causes on a page.
_PAGE = 10
_BADGES = {
    rt.Severity.BLOCKER: ("refuses the file", "red"),
    rt.Severity.ERROR: ("error", "red"),
    rt.Severity.WARNING: ("warning", "orange"),
    rt.Severity.INFO: ("worth knowing", "blue"),
}


def show_causes(desk: Desk, review: rt.Review) -> None:
    """A card for each cause, ten at a time."""
    causes = review.causes
    if not causes:
        st.markdown("There is nothing to correct. See *Preview impact* for what it would change.")
        return
    findings = sum(cause.findings for cause in causes)
    explain = "explains" if len(causes) == 1 else "explain"
    said(
        f"{counted(len(causes), 'cause')} {explain} {counted(findings, 'finding')}. They stand in "
        "the order in which it pays to correct them."
    )
    pages = -(-len(causes) // _PAGE)
    key = f"causes-{desk.attempt}"
    page = min(st.session_state.get(key, 1), pages)
    repairable = set(review.repairs["code"])
    for cause in causes[(page - 1) * _PAGE : page * _PAGE]:
        _card(review, cause, repairable=cause.code in repairable)
    if pages > 1:
        st.pagination(pages, key=key)


def _card(review: rt.Review, cause: rt.Cause, *, repairable: bool) -> None:
    told = review.told(cause)
    with st.container(border=True):
        left, right = st.columns([4, 1], gap="medium")
        with left:
            heading(f"{told.number}. {told.title}")
            said(told.how_to_fix)
            if told.example:
                said(told.example, small=True)
        with right:
            words, colour = _BADGES[told.severity]
            st.badge(words, color=colour)  # type: ignore[arg-type]
            said(_reach(told))
        _steps(review, told, repairable=repairable)


def _reach(told: rt.ToldCause) -> str:
    """How many rows it touches, and how many a correction clears."""
    if not told.rows:
        return "concerns the file as a whole"
    rows = counted(told.rows, "row")
    if not told.severity.refuses or told.rows == 1:
        return rows
    if told.clears == told.rows:
        return f"{rows}; correcting it clears all"
    return f"{rows}; correcting it clears {told.clears:,}"


def _steps(review: rt.Review, told: rt.ToldCause, *, repairable: bool) -> None:
    rule = review.rules[told.code]
    with st.container(horizontal=True):
        if told.rows:
            st.button(
                "Show rows", key=f"rows-{told.number}", on_click=_go, args=("rows", told.number)
            )
        if repairable:
            st.button(
                "Repair", key=f"repair-{told.number}", on_click=_go, args=("repair", told.number)
            )
        with st.popover("Why?"):
            said(rule.why)
            mark = " Assumed: the portal's own dictionary is not public." if told.assumed else ""
            said(f"{told.code}, {rule.evidence.value}.{mark}", small=True)


def _go(view: str, number: int) -> None:
    """Open another part of the page on one cause."""
    st.session_state["view"] = view
    st.session_state["cause"] = str(number)
    for name in ("category", "code", "school", "value"):
        st.session_state[name] = None
