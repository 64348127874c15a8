"""The impact as the file is, beside the impact after the safe repairs."""

from __future__ import annotations

import streamlit as st

import roster_toolkit as rt
from app_parts.impact.totals import show_outcomes
from app_parts.impact.words import impact_in_a_sentence
from app_parts.session import Desk
from app_parts.text import callout, heading, prose


def repaired(desk: Desk, review: rt.Review) -> None:
    """Both, side by side, once somebody asks; a sentence where they do not differ."""
    asked = f"after-repairs-{desk.attempt}"
    if not st.session_state.get(asked):
        prose(
            "Safe fixes lose nothing: extra spaces are removed, a role gets the right "
            "capitalization. They are made in a copy, and the copy is compared with the roster "
            "in the same way."
        )
        st.button(
            "Show the impact after the safe fixes", key="repair-and-foresee",
            on_click=st.session_state.update, args=({asked: True},),
        )  # fmt: skip
        return
    try:
        with st.spinner("Fixing a copy, and comparing it with the roster"):
            after = review.impact_after_repairs
    except rt.ToolkitError as trouble:
        callout("This file cannot be fixed here.", "bad", detail=str(trouble))
        return
    if review.impact is None or after is None:
        callout("The safe fixes do not change the impact.")
        return
    callout(impact_in_a_sentence(after, "After the safe fixes, this file"), "good")
    left, right = st.columns(2, gap="large")
    for place, title, impact in (
        (left, "As the file is", review.impact),
        (right, "After the safe fixes", after),
    ):
        with place:
            heading(title)
            show_outcomes(impact, alt=f"{title}: records of each kind by outcome")
    st.page_link("app_pages/check.py", label="Make the fixes on the Check page",
                 query_params={"view": "repair"})  # fmt: skip
