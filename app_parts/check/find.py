"""One field that finds a person, a class, an address or a row."""

from __future__ import annotations

import streamlit as st

import roster_toolkit as rt
from app_parts.check.edit import edit_rows
from app_parts.check.explore import WANTED
from app_parts.check.rows import show_rows
from app_parts.find import found_in_rosters
from app_parts.session import Desk
from app_parts.text import counted, heading, prose

_FIND = "find"


def find_box(desk: Desk) -> str:
    """The field, and what is looked for; what another page wants found stands in it already."""
    attempt, wanted = st.session_state.get(WANTED, (None, ""))
    if attempt == desk.attempt:
        st.session_state[_FIND] = wanted
    return st.text_input(
        "Find a person, class or row",
        key=_FIND,
        placeholder="Find a person, class, email or row number",
        label_visibility="collapsed",
        on_change=lambda: st.session_state.pop(WANTED, None),
    )


def show_found(desk: Desk, review: rt.Review, query: str) -> None:
    """What is found in the file, and elsewhere."""
    with st.container(horizontal=True, vertical_alignment="center"):
        heading(f"Found by “{query}”", 2, small=True)
        st.button("Show all again", key="find-clear", on_click=_clear)
    _in_file(desk, review, query)
    if not review.is_masked:
        found_in_rosters(desk, query, desk.basis.district)


def _in_file(desk: Desk, review: rt.Review, query: str) -> None:
    found = review.search(query)
    if not found.rows.len():
        prose("No row of this file matches. Look for a part of the name, the ID or the email.")
        return
    prose(f"In this file: {counted(found.rows.len(), 'row')}", strong=True)
    key = f"find-{hash(query)}"
    show_rows(desk, review, found, key=key)
    edit_rows(desk, review, found, key=key)


def _clear() -> None:
    st.session_state.pop(WANTED, None)
    st.session_state[_FIND] = ""
