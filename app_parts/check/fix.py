"""Fixes: seen before and after, made in a copy, checked again, and taken along."""

from __future__ import annotations

import polars as pl
import streamlit as st

import roster_toolkit as rt
from app_parts.check.corrected import EXCEL, download_corrected
from app_parts.check.lines import to_fix
from app_parts.check.problems import nothing_to_fix
from app_parts.session import Corrected, Desk
from app_parts.table import page_of, paged, whole
from app_parts.text import callout, counted, heading, prose

#: Examples that a fix is shown with.
_EXAMPLES = 2


def fix(desk: Desk, review: rt.Review) -> None:
    """Choose what to fix, see what becomes of the file, and take the corrected one."""
    offered = review.repairs
    if offered.is_empty() and not desk.mail_domain:
        _nothing_offered(desk, review)
        return
    try:
        with st.spinner("Fixing a copy, and checking it again"):
            copy = desk.correct()
    except rt.ToolkitError as trouble:
        callout("This file cannot be fixed here.", "bad", detail=str(trouble))
        _addresses(desk, None)
        return
    left, right = st.columns([2, 3], gap="large")
    with left:
        _automatic(review, offered, copy)
        _likely(desk, review, offered, copy)
        _addresses(desk, copy)
    with right:
        _outcome(desk, review, offered, copy)
    if copy.changes:
        _log(desk, copy)
    _not_fixed(desk, copy)


def _nothing_offered(desk: Desk, review: rt.Review) -> None:
    if not review.causes:
        nothing_to_fix()
    else:
        prose(
            "Nothing in this file can be fixed without guessing. Type the right values below the "
            "rows of a problem, or correct them in the error file (under Downloads), and check "
            "your corrected file here."
        )
    download_corrected(desk, review)


def _automatic(review: rt.Review, offered: pl.DataFrame, copy: Corrected) -> None:
    """The safe fixes, and which of them were not made because they would do harm."""
    safe = offered.filter(pl.col("kind") == "safe")
    if safe.is_empty():
        return
    log = copy.repair.log
    done = {*log["code"]}
    heading("Fixed automatically", 2, small=True)
    for code, rows in safe.select("code", "rows").iter_rows():
        what = f"{review.rules[code].title} ({_extent(rows)})"
        with st.container(gap="xxsmall"):
            prose(f"✓ {what}" if code in done else f"– {what}: not changed, for the reason below")
            _examples(log, code)


def _likely(desk: Desk, review: rt.Review, offered: pl.DataFrame, copy: Corrected) -> None:
    """The likely fixes, each with a box to say yes; the desk keeps what was said."""
    likely = offered.filter(pl.col("kind") == "confirm")
    if likely.is_empty():
        return
    heading("Probably right: tick to apply", 2, small=True)
    for code, rows in likely.select("code", "rows").iter_rows():
        key = f"confirm-{desk.attempt}-{code}"
        with st.container(gap="xxsmall"):
            st.checkbox(
                f"{review.rules[code].title} ({_extent(rows)})", value=code in desk.confirmed,
                key=key, on_change=_say, args=(desk, code, key),
            )  # fmt: skip
            changes = copy.repair.log if code in desk.confirmed else copy.repair.not_made
            _examples(changes, code)


def _say(desk: Desk, code: str, key: str) -> None:
    desk.confirm(code, yes=st.session_state[key])


def _examples(changes: pl.DataFrame, code: str) -> None:
    """A few cells or headers before and after."""
    renamed = pl.col("column") == pl.col("before")
    some = (
        changes.filter(pl.col("code") == code, pl.col("row").is_not_null() | renamed)
        .drop_nulls(("before", "after"))
        .filter(pl.col("before") != pl.col("after"))  # neither is shown, where they are private
        .unique(("before", "after"), maintain_order=True)
        .head(_EXAMPLES)
    )
    pairs = some.select("row", "before", "after").iter_rows()
    told = ", ".join(f"{_quoted(before)} → {_after(row, after)}" for row, before, after in pairs)
    if told:
        prose(told, small=True)


def _after(row: int | None, after: str) -> str:
    return "column deleted" if row is None and not after else _quoted(after)


def _quoted(cell: str) -> str:
    return f"“{cell}”" if cell else "blank"


def _addresses(desk: Desk, copy: Corrected | None) -> None:
    """Addresses for students, where somebody has said what they end with."""
    if not desk.mail_domain or (desk.review is not None and desk.review.profile.beside):
        return
    heading("Email addresses for students without one", 2, small=True)
    key = f"addresses-{desk.attempt}-{hash(desk.mail_domain)}"

    def said() -> None:
        desk.domain = desk.mail_domain if st.session_state[key] else ""

    st.checkbox(
        "Fill them in", value=desk.domain == desk.mail_domain, key=key, on_change=said,
        help="You gave the email domain on the page Dictionary and rules.",
    )  # fmt: skip
    filled = copy.filled if copy is not None else None
    done = f": {counted(filled.students, 'student')}" if filled is not None else ""
    prose(f"Addresses for students @{desk.mail_domain}{done}", small=True)


def _next_step(desk: Desk, offered: pl.DataFrame) -> str:
    """What to do where nothing was changed."""
    likely = {*offered.filter(pl.col("kind") == "confirm")["code"]}
    if likely <= desk.confirmed:
        return "Below you see why. Correct these cells by hand, and check the file again."
    return "Tick what is right: then you see what becomes of the file, and can download it."


def _extent(rows: int) -> str:
    return counted(rows, "row") if rows else "whole file"


def _outcome(desk: Desk, before: rt.Review, offered: pl.DataFrame, copy: Corrected) -> None:
    """What the fixes achieve, against the file on the desk, and the corrected file."""
    if not copy.changes:
        callout("Nothing is changed so far.", detail=_next_step(desk, offered))
        download_corrected(desk, before)
        return
    after = copy.review
    callout(
        f"After these fixes: {after.sentence}",
        "good" if not after.rows.rejected else "careful",
        detail=f"{counted(copy.changes, 'change')} in a copy. Everything else is exactly as in "
        "your file.",
    )
    progress = rt.compare_attempts(before, after) if copy.filled else copy.repair.progress
    with st.container(horizontal=True):
        st.metric("Rows still rejected", f"{after.rows.rejected:,}",
                  delta=after.rows.rejected - before.rows.rejected, delta_color="inverse",
                  border=True)  # fmt: skip
        st.metric("Problems fixed", f"{to_fix(progress.cleared):,}", border=True)
        st.metric("Problems left to fix", f"{to_fix(after.causes):,}", border=True)
    with st.container(horizontal=True):
        download_corrected(desk, before)
        st.button("Check the corrected file", key="adopt", on_click=_adopt, args=(desk, copy))
    st.caption(EXCEL)


def _log(desk: Desk, copy: Corrected) -> None:
    """Every changed cell, before and after."""
    log = copy.repair.log
    if copy.filled is not None and not copy.filled.log.is_empty():
        heading(f"Addresses filled in: {counted(copy.filled.log.height, 'row')}", 2, small=True)
        filled = copy.filled.log.select("row", address="after")
        whole(filled, key=f"filled-{desk.attempt}", alt="Every address that was filled in")
    if log.is_empty():
        return
    changed = counted(log.height, "cell or row", "cells and rows")
    heading(f"What is changed: {changed}, before and after", 2, small=True)
    paged(lambda page: _in_words(page_of(log, page)), log.height,
          key=f"log-{desk.attempt}", alt="Every change, before and after")  # fmt: skip
    st.download_button(
        "Download the list of changes", data=desk.download(copy.review, copy.repair.log_csv),
        file_name=copy.review.called("changes.csv"),
        mime="text/csv", on_click="ignore", key="download-log",
    )  # fmt: skip


def _not_fixed(desk: Desk, copy: Corrected) -> None:
    """Fixes that are possible and were not made, and why."""
    not_made = copy.repair.not_made
    if not_made.is_empty():
        return
    with st.expander(f"Possible fixes that are not made: {counted(not_made.height, 'cell')}"):
        prose("Those that are “not confirmed” are made when you tick them above.")
        paged(lambda page: _in_words(page_of(not_made, page)), not_made.height,
              key=f"not_made-{desk.attempt}", alt="Fixes that were not made, and why")  # fmt: skip


def _in_words(log: pl.DataFrame) -> pl.DataFrame:
    """Some of the log, with words where no cell is changed but the file, a row or a column."""
    row, column, before, after = (pl.col(name) for name in ("row", "column", "before", "after"))
    goes = row.is_null() & (column == before) & (after == "")
    nameless = goes & (before == "")
    return log.with_columns(
        row=pl.when(row.is_null()).then(pl.lit("whole file")).otherwise(row.cast(pl.String)),
        column=column.fill_null(""),
        before=pl.when(nameless).then(pl.lit("(no name)")).otherwise(before.fill_null("")),
        after=pl.when(goes).then(pl.lit("(column deleted)"))
        .when(after.is_null() & row.is_not_null()).then(pl.lit("(row deleted)"))
        .otherwise(after.fill_null("")),
    )  # fmt: skip


def _adopt(desk: Desk, copy: Corrected) -> None:
    """Put the corrected file on the desk, and remember the one before."""
    desk.take_next_attempt(copy.review.profile.file_name, copy.data, made_here=True)
    st.session_state["view"] = "causes"
