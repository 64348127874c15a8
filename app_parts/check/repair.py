"""Repairs: seen before and after, made in a copy, checked again, and taken along."""

from __future__ import annotations

import polars as pl
import streamlit as st

import roster_toolkit as rt
from app_parts.check.downloads import EXCEL, fixed_name
from app_parts.session import Desk
from app_parts.table import PAGE, paged
from app_parts.text import callout, counted, said


def repair(desk: Desk, review: rt.Review) -> None:
    """Choose what to confirm, preview it, and take the corrected copy."""
    offered = review.repairs
    if offered.is_empty():
        said("Nothing in this file can be repaired without guessing. Correct the rows in "
             "users-errors.xlsx, and drop it here again.")  # fmt: skip
        return
    left, right = st.columns([2, 3], gap="large")
    with left:
        confirmed = _confirmed(review, offered)
    with right, st.spinner("Repairing a copy, and checking it again"):
        copy = _made(desk, review, confirmed)
    if copy is None:
        return
    with right:
        _outcome(review, copy)
        _take_along(desk, review, copy)
    _log(desk, copy)


def _take_along(desk: Desk, review: rt.Review, copy: rt.Repair) -> None:
    """The corrected copy as a download, or as the next attempt."""
    with st.container(horizontal=True):
        st.download_button(
            "Download the corrected users.csv", data=copy.fixed.data,
            file_name=fixed_name(review), mime="text/csv", on_click="ignore", type="primary",
            key="download-fixed",
        )  # fmt: skip
        st.button(
            "Go on with the corrected copy", key="adopt", on_click=_adopt, args=(desk, review, copy)
        )
    st.caption("Every record that is not repaired keeps its bytes. " + EXCEL)


def _confirmed(review: rt.Review, offered: pl.DataFrame) -> tuple[str, ...]:
    """The safe repairs, said; the likely ones, each with a box to say yes."""
    titles = {code: rule.title for code, rule in review.rules.items()}
    safe = offered.filter(pl.col("kind") == "safe")
    if not safe.is_empty():
        said("Safe: these lose nothing, and are made at once.", strong=True)
        for code, rows in safe.select("code", "rows").iter_rows():
            said(f"✓ {titles[code]} ({_extent(rows)})")
    likely = offered.filter(pl.col("kind") == "confirm")
    if likely.is_empty():
        return ()
    said("Likely: these are made only if you say yes.", strong=True)
    chosen = []
    for code, rows in likely.select("code", "rows").iter_rows():
        if st.checkbox(f"{titles[code]} ({_extent(rows)})", key=f"confirm-{code}"):
            chosen.append(code)
    return tuple(chosen)


def _extent(rows: int) -> str:
    return counted(rows, "row") if rows else "the file as a whole"


def _made(desk: Desk, review: rt.Review, confirmed: tuple[str, ...]) -> rt.Repair | None:
    """The repaired copy; kept on the desk until something else is confirmed."""
    key = (desk.attempt, confirmed)
    if desk.repaired is None or desk.repaired[0] != key:
        try:
            desk.repaired = (key, review.repair(confirmed))
        except rt.ToolkitError as trouble:
            callout("This file cannot be repaired.", "bad", detail=str(trouble))
            return None
    return desk.repaired[1]


def _outcome(before: rt.Review, copy: rt.Repair) -> None:
    """What the repairs achieve, against the file as it came."""
    after, progress = copy.review, copy.progress
    callout(
        f"After the repairs: {after.sentence}",
        "good" if not after.rows.refused else "careful",
        detail=f"{counted(copy.fixed.log.height, 'change')} in the copy; your own file stays as "
        "it is.",
    )
    with st.container(horizontal=True):
        st.metric("Rows refused", f"{after.rows.refused:,}",
                  delta=after.rows.refused - before.rows.refused, delta_color="inverse",
                  border=True)  # fmt: skip
        st.metric("Causes cleared", f"{len(progress.cleared):,}", border=True)
        st.metric("Causes left", f"{len(progress.left):,}", border=True)
        st.metric("New causes", f"{len(progress.new):,}", border=True)


def _log(desk: Desk, copy: rt.Repair) -> None:
    """Every changed cell, before and after, and what was not repaired."""
    log, refused = copy.fixed.log, copy.fixed.refused
    said(f"What is changed: {counted(log.height, 'cell or row', 'cells and rows')}, before and "
         "after", strong=True)  # fmt: skip
    paged(lambda page: log.slice((page - 1) * PAGE, PAGE), log.height,
          key=f"log-{desk.attempt}", alt="Every change, before and after")  # fmt: skip
    st.download_button("Download the log", data=copy.log_csv, file_name="users-fixed-log.csv",
                       mime="text/csv", on_click="ignore", key="download-log")  # fmt: skip
    if not refused.is_empty():
        with st.expander(f"What is not repaired: {counted(refused.height, 'cell')}"):
            paged(lambda page: refused.slice((page - 1) * PAGE, PAGE), refused.height,
                  key=f"refused-{desk.attempt}", alt="Repairs that were not made")  # fmt: skip


def _adopt(desk: Desk, review: rt.Review, copy: rt.Repair) -> None:
    """Put the corrected copy on the desk, and remember the attempt before."""
    desk.go_on_with(fixed_name(review), copy.fixed.data)
    st.session_state["view"] = "causes"
