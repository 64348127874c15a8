"""The impact school by school, what deserves a look in front."""

from __future__ import annotations

import polars as pl
import streamlit as st

import roster_toolkit as rt
from app_parts.impact.place import ANY, look_at
from app_parts.impact.words import TITLES
from app_parts.session import Desk
from app_parts.table import PAGE, page_of, paged
from app_parts.text import counted, prose

_ALL_KINDS = "what changes or has errors, of every kind"


def schools(desk: Desk, review: rt.Review) -> None:
    """A heat map, and the same as a table for keyboard and screen reader."""
    impact = review.impact
    if impact is None:
        return
    kinds = [kind.value for kind in impact.kinds if kind is not rt.Kind.SCHOOL]
    lines = review.by_school
    if lines.is_empty():
        prose("The file mentions no school.")
        return
    kind = st.selectbox(
        "Show", [_ALL_KINDS, *kinds], key="schools-of", bind="query-params",
        format_func=lambda name: TITLES.get(name, name.capitalize()),
    )  # fmt: skip
    one = None if kind == _ALL_KINDS else kind
    _map(desk, review, one)
    with st.expander("The same numbers as a table"):
        _table(desk, lines if one is None else lines.filter(pl.col("kind") == one), str(one))


def _map(desk: Desk, review: rt.Review, kind: str | None) -> None:
    key = f"schools-map-{desk.attempt}-{kind}"

    def clicked() -> None:
        points = st.session_state[key]["selection"]["points"]
        if points:
            school, head, *_ = points[0]["customdata"]
            look_at(kind or head, head if kind else ANY, school)

    figure = review.plot.schools(kind)
    st.plotly_chart(
        figure, key=key, on_select=clicked, selection_mode="points",
        config={"displayModeBar": False}, alt=figure.layout.meta["alt"],
    )  # fmt: skip
    st.caption(
        "The darker a cell, the larger the share of the records that the file mentions there. "
        "Schools that deserve a look come first: unusual change, then removals and errors. "
        "Click a cell to see its records."
    )


def _table(desk: Desk, lines: pl.DataFrame, name: str) -> None:
    table = lines.select(
        pl.col("school").alias("schoolId"),
        "name",
        pl.col("kind").replace(TITLES),
        pl.when("mass_change").then(pl.lit("unusual")).otherwise(pl.lit("")).alias("look"),
        *(pl.col(o.value.replace(" ", "_")).alias(o.value) for o in rt.Outcome),
        pl.col("before").alias("so far"),
    )
    prose(f"{counted(table.height, 'line')}. Pick one to see its records.")
    key = f"schools-table-{desk.attempt}-{name}"
    picked = paged(
        lambda page: page_of(table, page), table.height, key=key,
        alt="Records of each kind at each school, by outcome", pick=True,
    )  # fmt: skip
    if picked is not None:
        page = st.session_state.get(f"{key}-page", 1)
        line = lines.row((page - 1) * PAGE + picked, named=True)
        st.button(
            "Show the records of the line picked", key=f"{key}-show", on_click=look_at,
            args=(line["kind"], ANY, line["school"]),
        )  # fmt: skip
