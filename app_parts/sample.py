"""The way into the app for somebody without a file at hand."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from app_parts.session import Desk


def offer_sample(desk: Desk, *, key: str, aside: bool = False) -> None:
    """A button that puts the sample district on the desk; `aside` where another matters more."""
    if not desk.asker.checks_anywhere:
        return
    kind: Literal["primary", "secondary"] = "secondary" if aside else "primary"
    if st.button("Try a sample district", key=f"sample-{key}", type=kind):
        with st.spinner("Making the sample district"):
            desk.open_sample()
        st.rerun()


def sample_banner(desk: Desk) -> None:
    """Says that what is shown is invented, and how to leave it."""
    if desk.story is None:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(
            "This is the sample district: all people and schools in it are invented, and nothing "
            "you do here touches your own districts."
        )
        if st.button("Leave the sample", key="leave-sample"):
            desk.clear()
            st.rerun()
