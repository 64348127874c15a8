"""The report on a file: the verdict, the way to its parts, and the part that is turned to."""

from __future__ import annotations

import streamlit as st

import roster_toolkit as rt
from app_parts.check.copying import copy_button
from app_parts.check.corrected import lead_to_fixes
from app_parts.check.downloads import downloads
from app_parts.check.explore import explore
from app_parts.check.find import find_box, show_found
from app_parts.check.first_meeting import first_meeting
from app_parts.check.fix import fix
from app_parts.check.problems import show_problems
from app_parts.check.progress import since_last
from app_parts.check.verdict import figures, header_to_correct, lead_to_import, not_judged, verdict
from app_parts.mask import masked_line, turn_off
from app_parts.session import Desk
from app_parts.text import prose
from app_parts.url_state import choose_part

_VIEWS = {"causes": "Problems", "rows": "Rows", "repair": "Fix", "downloads": "Downloads"}


def report(desk: Desk, review: rt.Review) -> None:
    """All that is known of the file on the desk."""
    verdict(review)
    lead_to_import(desk, review)
    first_meeting(desk, review)
    since_last(desk, review)
    bar = st.container(horizontal=True, vertical_alignment="center", key="bar")
    view, query = _turned_to(desk)
    _show(desk, review, view, query)
    with bar:  # last, for it says what the part above has made
        figures(review)
        if view != "downloads" or query:
            copy_button("Copy the message", review.message(), key="copy-message")
        if view != "repair" or query:
            lead_to_fixes(desk, review)


def masked_report(desk: Desk, review: rt.Review, before: rt.Review | None) -> None:
    """The same of a masked review and the attempt before it, without what makes or takes a file."""
    masked_line(review)
    verdict(review)
    if before is not None:
        prose(f"Since your last file: {rt.compare_attempts(before, review)}")
    with st.container(horizontal=True, vertical_alignment="center", key="bar"):
        figures(review)
        copy_button("Copy the message", review.message(), key="copy-message-above")
    _show(desk, review, *_turned_to(desk))


def _turned_to(desk: Desk) -> tuple[str, str]:
    """The part that is chosen, and what is looked for instead, if anything."""
    with st.container(horizontal=True, vertical_alignment="center", key="parts"):
        return choose_part("Part of the report", _VIEWS, key="view", usual="causes"), find_box(desk)


def _show(desk: Desk, review: rt.Review, view: str, query: str) -> None:
    if query:
        show_found(desk, review, query)
    elif view == "rows":
        explore(desk, review)
    elif view == "repair" and review.is_masked:
        turn_off("A file is fixed as it is.")
    elif view == "repair":
        fix(desk, review)
    elif view == "downloads":
        downloads(desk, review)
    else:
        header_to_correct(review)
        show_problems(desk, review)
        not_judged(review)
