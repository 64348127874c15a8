"""Repairs: seen before and after, made in a copy, checked again, and taken along."""

from __future__ import annotations

import polars as pl
import streamlit as st

import roster_toolkit as rt
from app_parts.check.downloads import EXCEL, fixed_name
from app_parts.session import Desk
from app_parts.table import PAGE, paged
from app_parts.text import callout, counted, prose


def repair(desk: Desk, review: rt.Review) -> None:
    """Choose what to confirm, preview it, and take the corrected copy."""
    offered = review.repairs
    if offered.is_empty():
        prose("Nothing in this file can be repaired without guessing. Correct the rows in "
             "users-errors.xlsx, and drop it here again.")  # fmt: skip
        return
    left, right = st.columns([2, 3], gap="large")
    with left:
        place = st.container()
        confirmed = _confirmed(review, offered)
    with right, st.spinner("Repairing a copy, and checking it again"):
        copy = _made(desk, review, confirmed)
    if copy is None:
        return
    with place:
        _automatic(review, offered, copy)
    with right:
        if copy.fixed.log.is_empty():
            callout("Nothing is changed so far.", detail=_next_step(offered, confirmed))
        else:
            _outcome(review, copy)
            _take_along(desk, review, copy)
    if not copy.fixed.log.is_empty():
        _log(desk, copy)
    _not_repaired(desk, copy)


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
    st.caption("Everything else is exactly as in your file. " + EXCEL)


def _confirmed(review: rt.Review, offered: pl.DataFrame) -> tuple[str, ...]:
    """The likely repairs, each with a box to say yes."""
    titles = {code: rule.title for code, rule in review.rules.items()}
    likely = offered.filter(pl.col("kind") == "confirm")
    if likely.is_empty():
        return ()
    prose("Probably right: tick to apply", strong=True)
    chosen = []
    for code, rows in likely.select("code", "rows").iter_rows():
        if st.checkbox(f"{titles[code]} ({_extent(rows)})", key=f"confirm-{code}"):
            chosen.append(code)
    return tuple(chosen)


def _automatic(review: rt.Review, offered: pl.DataFrame, copy: rt.Repair) -> None:
    """The safe repairs, and which of them were not made because they would do harm."""
    safe = offered.filter(pl.col("kind") == "safe")
    if safe.is_empty():
        return
    done = set(copy.fixed.log["code"])
    prose("Fixed automatically", strong=True)
    for code, rows in safe.select("code", "rows").iter_rows():
        what = f"{review.rules[code].title} ({_extent(rows)})"
        prose(f"✓ {what}" if code in done else f"– {what}: not changed, for the reason below")


def _next_step(offered: pl.DataFrame, confirmed: tuple[str, ...]) -> str:
    """What to do where no repair was made."""
    likely = set(offered.filter(pl.col("kind") == "confirm")["code"])
    if likely <= set(confirmed):
        return "Below you see why. Correct these cells by hand, and check the file again."
    return "Tick what is right: then you see what becomes of the file, and can download the copy."


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
        "good" if not after.rows.rejected else "careful",
        detail=f"{counted(copy.fixed.log.height, 'change')} in the copy; your own file stays as "
        "it is.",
    )
    with st.container(horizontal=True):
        st.metric("Rows rejected", f"{after.rows.rejected:,}",
                  delta=after.rows.rejected - before.rows.rejected, delta_color="inverse",
                  border=True)  # fmt: skip
        st.metric("Causes cleared", f"{len(progress.cleared):,}", border=True)
        st.metric("Causes left", f"{len(progress.left):,}", border=True)
        st.metric("New causes", f"{len(progress.new):,}", border=True)


def _log(desk: Desk, copy: rt.Repair) -> None:
    """Every changed cell, before and after."""
    log = copy.fixed.log
    prose(f"What is changed: {counted(log.height, 'cell or row', 'cells and rows')}, before and "
         "after", strong=True)  # fmt: skip
    paged(lambda page: _in_words(log.slice((page - 1) * PAGE, PAGE)), log.height,
          key=f"log-{desk.attempt}", alt="Every change, before and after")  # fmt: skip
    st.download_button("Download the log", data=copy.log_csv, file_name="users-fixed-log.csv",
                       mime="text/csv", on_click="ignore", key="download-log")  # fmt: skip


def _not_repaired(desk: Desk, copy: rt.Repair) -> None:
    """What was not repaired, and why."""
    not_made = copy.fixed.not_made
    if not not_made.is_empty():
        with st.expander(f"What is not repaired: {counted(not_made.height, 'cell')}"):
            paged(lambda page: _in_words(not_made.slice((page - 1) * PAGE, PAGE)), not_made.height,
                  key=f"not_made-{desk.attempt}", alt="Repairs that were not made")  # fmt: skip


def _in_words(log: pl.DataFrame) -> pl.DataFrame:
    """Some of the log, with words where no cell is changed but the file, a row or a column."""
    row, column, before, after = (pl.col(name) for name in ("row", "column", "before", "after"))
    nameless = row.is_null() & (column == "") & (before == "")
    return log.with_columns(
        row=pl.when(row.is_null()).then(pl.lit("whole file")).otherwise(row.cast(pl.String)),
        column=column.fill_null(""),
        before=pl.when(nameless).then(pl.lit("(no name)")).otherwise(before.fill_null("")),
        after=pl.when(nameless).then(pl.lit("(column deleted)"))
        .when(after.is_null() & row.is_not_null()).then(pl.lit("(row deleted)"))
        .otherwise(after.fill_null("")),
    )  # fmt: skip


def _adopt(desk: Desk, review: rt.Review, copy: rt.Repair) -> None:
    """Put the corrected copy on the desk, and remember the attempt before."""
    desk.take_next_attempt(fixed_name(review), copy.fixed.data)
    st.session_state["view"] = "causes"
