"""The district's box that finds a person, a class, an address or a row, wherever it is."""

from __future__ import annotations

import streamlit as st

import roster_toolkit as rt
from app_parts.check.explore import WANTED
from app_parts.check.names import with_names
from app_parts.find import found_in_rosters
from app_parts.roster.data import DistrictView
from app_parts.roster.pick import picked
from app_parts.session import Desk
from app_parts.text import counted, prose

_CHECK = "app_pages/check.py"
_ROW = "row"


def find(desk: Desk, view: DistrictView) -> None:
    """The box, and what it finds in the file, in this roster and in the other districts."""
    text = st.text_input(
        "Find a person, class, email or row",
        key="find-everywhere",
        type="search",
        placeholder="A name, an ID, an email address, or a row number of the file",
        persist_state="page",
    )
    if not text.strip():
        return
    with st.container(border=True):
        if desk.review is not None:
            _found_in_file(desk, desk.review, text)
        found_in_rosters(desk, text, view.name)


def _found_in_file(desk: Desk, review: rt.Review, text: str) -> None:
    """A page of the rows; the one that is picked is opened on the Check page."""
    found = review.search(text)
    total = found.rows.len()
    if not total:
        prose(f"Nothing found in the file {desk.name}.")
        return
    prose(f"In the file {desk.name}: {counted(total, 'row')}. Pick one to open it.", strong=True)
    line = picked(
        lambda page: with_names(review, found.page(page)),
        total,
        narrowed=("find-file", desk.attempt, text),
        alt="Found in the file",
    )
    if line is not None:
        st.session_state[WANTED] = (desk.attempt, f"{_ROW} {found.rows[line]}")
        st.switch_page(_CHECK, query_params={"view": "rows"})
