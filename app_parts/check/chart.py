"""The chart of findings by category, which chooses a category when a bar is clicked."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

import roster_toolkit as rt
from app_parts.session import Desk


def categories_chart(
    desk: Desk, review: rt.Review, *, key: str, choose: Callable[[str], None]
) -> None:
    """Findings by category, stacked by severity; `choose` gets the category that is clicked."""
    # The category in the key: otherwise a bar stays marked after somebody went back.
    name = f"{key}-{desk.attempt}-{st.session_state.get('category')}"

    def clicked() -> None:
        points = st.session_state[name]["selection"]["points"]
        if points:
            choose(points[0]["customdata"][0])

    figure = review.plot.categories()
    st.plotly_chart(
        figure, key=name, on_select=clicked, selection_mode="points",
        config={"displayModeBar": False}, alt=figure.layout.meta["alt"],
    )  # fmt: skip
