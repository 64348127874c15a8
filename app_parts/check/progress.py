"""What came of correcting a file: cleared, left and new since the file before; and the way back."""

from __future__ import annotations

import streamlit as st

import roster_toolkit as rt
from app_parts.session import Desk
from app_parts.text import prose

#: Problems of a kind that are named.
_NAMED = 3


def since_last(desk: Desk, review: rt.Review) -> None:
    """A sentence, the problems that are cleared or new, and the original file."""
    if desk.original is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="since"):
        with st.container(gap="xxsmall", width="stretch"):
            _progress(desk, review)
        st.button("Back to the original file", key="back", on_click=desk.back_to_original)


def _progress(desk: Desk, review: rt.Review) -> None:
    if desk.before is None:
        prose(f"Your original file is {desk.original.name if desk.original else ''}.")
        return
    progress = rt.compare_attempts(desk.before, review)
    last = "file" if desk.edits is None else "check"
    prose(f"Since your last {last}: {progress}", strong=True)
    for word, causes, told_by in (
        ("Cleared", progress.cleared, desk.before),
        ("New", progress.new, review),
    ):
        named = [told_by.told(cause).title for cause in causes[:_NAMED]]
        more = f"; and {len(causes) - _NAMED} more" if len(causes) > _NAMED else ""
        if named:
            prose(f"{word}: {'; '.join(named)}{more}", small=True)
