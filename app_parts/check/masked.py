"""The Check page while the mask is on: everything but what makes or takes a file."""

from __future__ import annotations

import streamlit as st

import roster_toolkit as rt
from app_parts.check.copying import copy_button
from app_parts.check.downloads import downloads
from app_parts.check.explore import explore
from app_parts.check.find import find_box, show_found
from app_parts.check.problems import show_problems
from app_parts.check.verdict import figures, header_to_correct, not_judged, verdict
from app_parts.mask import masked, masked_line, turn_off
from app_parts.session import Desk
from app_parts.text import callout, prose
from app_parts.url_state import choose_part

_VIEWS = {"causes": "Problems", "rows": "Rows", "repair": "Fix", "downloads": "Downloads"}


def check_masked(desk: Desk) -> None:
    """The report on the file on the desk in pseudonyms."""
    if desk.trouble:
        callout("This file cannot be checked.", "bad", detail="Turn off the mask to see why.")
    elif desk.review is None:
        turn_off("Files are chosen without a mask.")
    else:
        review = masked(desk.review)
        masked_line(review)
        verdict(review)
        if desk.before is not None:
            prose(f"Since your last file: {rt.compare_attempts(masked(desk.before), review)}")
        with st.container(horizontal=True, vertical_alignment="center", key="bar"):
            figures(review)
            copy_button("Copy the message", review.message(), key="copy-message-above")
        _part(desk, review)


def _part(desk: Desk, review: rt.Review) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="parts"):
        view = choose_part("Part of the report", _VIEWS, key="view", usual="causes")
        query = find_box(desk)
    if query:
        show_found(desk, review, query)
    elif view == "rows":
        explore(desk, review)
    elif view == "repair":
        turn_off("A file is fixed as it is.")
    elif view == "downloads":
        downloads(review)
    else:
        header_to_correct(review)
        show_problems(desk, review)
        not_judged(review)
