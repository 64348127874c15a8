"""Five kinds by five outcomes, as the portal's report will count them: table, chart, sums."""

from __future__ import annotations

import polars as pl
import streamlit as st

import roster_toolkit as rt
from app_parts.impact_place import look_at
from app_parts.impact_words import TITLES
from app_parts.session import Desk
from app_parts.text import said

_UNMENTIONED = "not mentioned"


def totals(desk: Desk, review: rt.Review) -> None:
    """The numbers as a table and as a chart; a click on either leads to the records."""
    impact = review.impact
    if impact is None:
        return
    left, right = st.columns([3, 2], gap="large")
    with left:
        said("What would become of each record that the file mentions")
        _table(desk, impact)
        st.caption(
            "Click a number to see its records below. *Not mentioned* are records of the roster "
            "that the file leaves out: nothing happens to them."
        )
    with right:
        _chart(desk, review)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.download_button(
            "Download changes.csv", data=review.changes_csv, file_name="changes.csv",
            mime="text/csv", on_click="ignore", key="download-changes",
        )  # fmt: skip
        with st.expander("How the numbers add up"):
            for line in sums(impact):
                said(line)


def outcome_table(impact: rt.Impact, *, unmentioned: bool = True) -> pl.DataFrame:
    """A line for each kind: its name, the five outcomes, and what the file does not mention."""
    return pl.DataFrame(
        [
            {"": TITLES[kind], **{outcome.value: outcomes[outcome] for outcome in rt.Outcome}}
            | ({_UNMENTIONED: impact.unmentioned[kind]} if unmentioned else {})
            for kind, outcomes in impact.totals.items()
        ]
    )


def sums(impact: rt.Impact) -> list[str]:
    """For each kind: touched = created + updated + no changes + removed + errors."""
    lines = ["For each kind: touched = created + updated + no changes + removed + errors."]
    for kind, outcomes in impact.totals.items():
        parts = " + ".join(f"{outcomes[outcome]:,}" for outcome in rt.Outcome)
        lines.append(f"{TITLES[kind]}: {sum(outcomes.values()):,} = {parts}")
    return lines


def _table(desk: Desk, impact: rt.Impact) -> None:
    key = f"totals-{desk.attempt}"
    kinds = list(impact.totals)

    def clicked() -> None:
        cells = st.session_state[key]["selection"]["cells"]
        if cells and (outcome := cells[0][1]) != _UNMENTIONED:
            look_at(kinds[cells[0][0]], outcome)

    numbers = st.column_config.NumberColumn(format="localized")
    frame = outcome_table(impact)
    st.dataframe(
        frame, hide_index=True, key=key, on_select=clicked, selection_mode="single-cell",
        column_config=dict.fromkeys(frame.columns[1:], numbers), height="content",
        alt="Records of each kind by outcome. The lists below lead to the same records.",
    )  # fmt: skip


def _chart(desk: Desk, review: rt.Review) -> None:
    key = f"totals-chart-{desk.attempt}"

    def clicked() -> None:
        points = st.session_state[key]["selection"]["points"]
        if points:
            kind, outcome, _ = points[0]["customdata"]
            look_at(kind, outcome)

    figure = review.plot.impact()
    st.plotly_chart(
        figure, key=key, on_select=clicked, selection_mode="points",
        config={"displayModeBar": False}, alt=figure.layout.meta["alt"],
    )  # fmt: skip
