"""Tables of which the browser gets one page at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    import polars as pl

PAGE = 100


def paged(
    fetch: Callable[[int], pl.DataFrame], total: int, *, key: str, alt: str, pick: bool = False
) -> int | None:
    """Show one page of a long table, and give the line of that page that is picked, if any.

    `fetch` gives page `n`, counted from 1; `key` must name what the table is narrowed to, so that
    neither page nor picked line survives another choice; `alt` says what the table shows.
    """
    pages = max(1, -(-total // PAGE))
    number = st.session_state.get(f"{key}-page", 1)
    number = min(number, pages)
    frame = fetch(number)
    shown = {
        "hide_index": True,
        "key": f"{key}-rows-{number}",
        "alt": alt,
        "height": min(38 + 35 * max(frame.height, 1), 460),
    }
    picked: int | None = None
    if pick:
        event = st.dataframe(frame, on_select="rerun", selection_mode="single-row", **shown)
        lines = event["selection"]["rows"]
        picked = lines[0] if lines else None
    else:
        st.dataframe(frame, **shown)
    if pages > 1:
        first = (number - 1) * PAGE + 1
        with st.container(horizontal=True, vertical_alignment="center"):
            st.pagination(pages, key=f"{key}-page")
            st.caption(f"{first:,} to {min(first + PAGE - 1, total):,} of {total:,}")
    return picked
