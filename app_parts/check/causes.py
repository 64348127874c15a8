"""The causes in the order in which it pays to correct them."""

from __future__ import annotations

import streamlit as st

import roster_toolkit as rt
from app_parts.check.chart import categories_chart
from app_parts.check.explore import choose_category, look_at_cause
from app_parts.session import Desk
from app_parts.text import counted, heading, prose

#: Causes on a page.
_PAGE = 10
#: Categories from which on a chart says more than the cards.
_WORTH_A_CHART = 2
_BADGES = {
    rt.Severity.BLOCKER: ("rejects the file", "red"),
    rt.Severity.ERROR: ("error", "red"),
    rt.Severity.WARNING: ("warning", "orange"),
    rt.Severity.INFO: ("worth knowing", "blue"),
}


def show_causes(desk: Desk, review: rt.Review) -> None:
    """A card for each cause, ten at a time, beside the chart of categories."""
    causes = review.causes
    if not causes:
        prose("There is nothing to correct. Preview impact tells what the file would change.")
        return
    if len(review.by_category) < _WORTH_A_CHART:
        _listed(desk, review)
        return
    left, right = st.columns([3, 2], gap="large")
    with right:
        prose("Where the findings are, by error category. Click a bar to see its rows.")
        categories_chart(desk, review, key="of-causes", choose=choose_category)
    with left:
        _listed(desk, review)


def _listed(desk: Desk, review: rt.Review) -> None:
    causes = review.causes
    findings = sum(cause.findings for cause in causes)
    alone = len(causes) == 1
    order = "" if alone else ", in the order in which it pays to correct them"
    prose(
        f"{counted(len(causes), 'cause')} {'explains' if alone else 'explain'} "
        f"{counted(findings, 'finding')}{order}."
    )
    pages = -(-len(causes) // _PAGE)
    key = f"causes-{desk.attempt}"
    page = min(st.session_state.get(key, 1), pages)
    repairable = set(review.repairs["code"])
    for cause in causes[(page - 1) * _PAGE : page * _PAGE]:
        _card(review, cause, repairable=bool(repairable & _codes(review, cause)))
    if pages > 1:
        st.pagination(pages, key=key, width="stretch")


def _codes(review: rt.Review, cause: rt.Cause) -> set[str]:
    """The rules of its findings; a fault of the header is often one with that of its rows."""
    if cause.severity is not rt.Severity.BLOCKER:
        return {cause.code}
    return {cause.code, *review.select(cause=cause.number).by("code")["name"]}


def _card(review: rt.Review, cause: rt.Cause, *, repairable: bool) -> None:
    cause_view = review.told(cause)
    with st.container(border=True, gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center"):
            words, color = _BADGES[cause_view.severity]
            if review.perhaps_other_names and cause_view.severity is rt.Severity.BLOCKER:
                words, color = "not as we assumed", "orange"
            st.badge(words, color=color)  # type: ignore[arg-type]
            prose(_reach(cause_view), small=True, inline=True)
        heading(f"{cause_view.number}. {cause_view.title}")
        prose(cause_view.how_to_fix)
        if cause_view.example:
            prose(cause_view.example, small=True)
        if cause_view.largest:
            prose(cause_view.largest, small=True)
        _buttons(review, cause_view, cause, repairable=repairable)


def _reach(cause_view: rt.ToldCause) -> str:
    """How many rows it touches, and how many a correction clears."""
    if not cause_view.rows:
        return (
            "rejects no row" if not cause_view.severity.rejects else "concerns the file as a whole"
        )
    rows = counted(cause_view.rows, "row")
    if not cause_view.severity.rejects or cause_view.rows == 1:
        return rows
    if cause_view.clears == cause_view.rows:
        return f"{rows}: fixing this clears all of them"
    if not cause_view.clears:
        return f"{rows}: these rows have other errors too"
    return f"{rows}: fixing this clears {cause_view.clears:,}"


def _buttons(
    review: rt.Review, cause_view: rt.ToldCause, cause: rt.Cause, *, repairable: bool
) -> None:
    rule = review.rules[cause_view.code]
    with st.container(horizontal=True):
        if cause.example_row is not None or not cause_view.severity.rejects:
            st.button(
                "Show rows" if cause_view.rows else "Show which",
                key=f"rows-{cause_view.number}",
                on_click=look_at_cause,
                args=(cause_view.number,),
            )
        if repairable:
            st.button("Repair", key=f"repair-{cause_view.number}", on_click=_look_at_repairs)
        with st.popover("Why?", type="tertiary"):
            prose(rule.why)
            mark = (
                " Assumed: the portal's own dictionary is not public." if cause_view.assumed else ""
            )
            prose(f"{cause_view.code}, {rule.evidence.value}.{mark}", small=True)


def _look_at_repairs() -> None:
    st.session_state["view"] = "repair"
