"""Five kinds by five outcomes, as the portal's report will count them: table, chart, sums."""

from __future__ import annotations

from typing import Any

import polars as pl
import streamlit as st

import roster_toolkit as rt
from app_parts.impact.place import ANY, UNMENTIONED, look_at
from app_parts.impact.words import TITLES
from app_parts.session import Desk
from app_parts.text import prose

_UNMENTIONED = "not mentioned"


def totals(desk: Desk, review: rt.Review) -> None:
    """The numbers as a table and as a chart; a click on either leads to the records."""
    impact = review.impact
    if impact is None:
        return
    with st.container(key="pair-totals"):
        left, right = st.columns(2, gap="large")
    with left:
        prose("What would become of each record", strong=True)
        _table(desk, impact)
        st.caption(
            "Click a number to see its records below. *Not mentioned* are records of the roster "
            "that the file leaves out: nothing happens to them."
        )
        st.download_button(
            "Download changes.csv", data=desk.download(review, review.changes_csv),
            file_name="changes.csv", mime="text/csv", on_click="ignore", key="download-changes",
        )  # fmt: skip
    with right:
        _chart(desk, review)
        adds_up(impact)


def show_outcomes(impact: rt.Impact, *, alt: str) -> None:
    """The portal's report as a table: a line for each kind, a column for each outcome."""
    frame = _outcomes(impact).drop(_UNMENTIONED)
    st.dataframe(frame, hide_index=True, height="content", column_config=_numbers(frame), alt=alt)


def adds_up(impact: rt.Impact) -> None:
    """For each kind: touched = created + updated + no changes + removed + errors."""
    with st.expander("How the numbers add up"):
        prose("Touched = created + updated + no changes + removed + errors.")
        for kind, outcomes in impact.totals.items():
            parts = " + ".join(f"{outcomes[outcome]:,}" for outcome in rt.Outcome)
            prose(f"{TITLES[kind]}: {sum(outcomes.values()):,} = {parts}")


def _outcomes(impact: rt.Impact) -> pl.DataFrame:
    """A line for each kind: its name, the five outcomes, and what the file does not mention."""
    titles = {kind.value: title for kind, title in TITLES.items()}
    return impact.table.with_columns(pl.col("kind").replace_strict(titles))


def _numbers(frame: pl.DataFrame) -> dict[str, Any]:
    """Thousands apart, in every column but the first."""
    return dict.fromkeys(frame.columns[1:], st.column_config.NumberColumn(format="localized"))


def _table(desk: Desk, impact: rt.Impact) -> None:
    key = f"totals-{desk.attempt}"
    kinds = list(impact.totals)

    def clicked() -> None:
        cells = st.session_state[key]["selection"]["cells"]
        if cells:
            line, column = cells[0]
            words = {"kind": ANY, _UNMENTIONED: UNMENTIONED}
            look_at(kinds[line], words.get(column, column))

    frame = _outcomes(impact)
    st.dataframe(
        frame, hide_index=True, key=key, on_select=clicked, selection_mode="single-cell",
        column_config=_numbers(frame), height="content",
        alt="Records of each kind by outcome. The choices below lead to the same records.",
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
