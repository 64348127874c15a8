"""The chart beside the rows: what is selected, by what it can be narrowed to next."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

import roster_toolkit as rt
from app_parts.session import Desk


def narrowing_chart(
    desk: Desk,
    review: rt.Review,
    chosen: rt.Selection,
    *,
    by: str,
    key: str,
    choose: Callable[[str, str], None],
) -> None:
    """Errors and warnings of a selection, stacked by severity; a click on a bar narrows to it."""
    # What is selected in the key: otherwise a bar stays marked after somebody went back.
    name = f"chart-{desk.attempt}-{by}-{key}"

    def clicked() -> None:
        points = st.session_state[name]["selection"]["points"]
        if points:
            choose(by, points[0]["customdata"][0])

    figure = review.plot.selection(chosen, by)
    st.plotly_chart(
        figure, key=name, on_select=clicked, selection_mode="points",
        config={"displayModeBar": False}, alt=figure.layout.meta["alt"],
    )  # fmt: skip
