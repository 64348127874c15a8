"""What came of correcting a file: cleared, left and new since the attempt before."""

from __future__ import annotations

import streamlit as st

import roster_toolkit as rt
from app_parts.session import Desk
from app_parts.text import prose


def since_last(desk: Desk, review: rt.Review) -> None:
    """A sentence, and the causes that are cleared or new."""
    if desk.before is None:
        return
    progress = rt.compare_attempts(desk.before, review)
    with st.container(border=True):
        prose(f"Since the attempt before: {progress}", strong=True)
        for word, causes, heading in (
            ("Cleared", progress.cleared, desk.before),
            ("New", progress.new, review),
        ):
            for cause in causes[:5]:
                prose(f"{word}: {heading.told(cause).title}")
