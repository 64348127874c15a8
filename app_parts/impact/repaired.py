"""What would be fixed without asking, what needs a tick, and the impact after the former."""

from __future__ import annotations

import polars as pl
import streamlit as st

import roster_toolkit as rt
from app_parts.impact.totals import show_outcomes
from app_parts.impact.words import impact_in_a_sentence
from app_parts.session import Desk
from app_parts.text import bullets, callout, counted, heading, prose


def repaired(desk: Desk, review: rt.Review) -> None:
    """The fixes by name, and on request both impacts side by side."""
    safe, likely = _fixes(review, rt.Fix.SAFE), _fixes(review, rt.Fix.CONFIRM)
    if safe:
        prose("Fixed automatically, in a copy of your file:", strong=True)
        bullets(safe)
    else:
        prose("Nothing in this file would be fixed automatically.")
    if likely:
        prose("Fixed only if you tick it on the Check page, so it is not counted here:",
              strong=True)  # fmt: skip
        bullets(likely)
    if safe:
        _impact_after(desk, review)
    if safe or likely:
        st.page_link("app_pages/check.py", label="Choose the fixes on the Check page",
                     query_params={"view": "repair"})  # fmt: skip


def _fixes(review: rt.Review, kind: rt.Fix) -> list[str]:
    """The fixes of a kind as a person names them, with their rows and an example."""
    offered = review.repairs.filter(pl.col("kind") == kind.value)
    both = review.repairs.filter(pl.col("code").is_duplicated())["code"]
    return [
        f"{review.rules[code].title}: {counted(rows, 'row') if rows else 'the whole file'}"
        f"{'' if code in both else _example(review, code)}"
        for code, rows in offered.sort("rows", "code", descending=[True, False])
        .select("code", "rows")
        .iter_rows()
    ]


def _example(review: rt.Review, code: str) -> str:
    """One value and what it would be; nothing where no cell is changed."""
    changed = review.findings.filter(
        pl.col("code") == code, pl.col("suggestion").fill_null("") != ""
    )
    pairs = changed.select("value", "suggestion").drop_nulls().head(1)
    return "".join(f" (“{before}” → “{after}”)" for before, after in pairs.iter_rows())


def _impact_after(desk: Desk, review: rt.Review) -> None:
    """Both impacts, once somebody asks; a sentence where they do not differ."""
    asked = f"after-repairs-{desk.attempt}"
    if not st.session_state.get(asked):
        st.button(
            "Show the impact after the automatic fixes", key="repair-and-foresee",
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
        callout("The automatic fixes do not change the impact.")
        return
    callout(impact_in_a_sentence(after, "After the automatic fixes, this file"), "good")
    left, right = st.columns(2, gap="large")
    for place, title, impact in (
        (left, "As the file is", review.impact),
        (right, "After the automatic fixes", after),
    ):
        with place:
            heading(title)
            show_outcomes(impact, alt=f"{title}: records of each kind by outcome")
