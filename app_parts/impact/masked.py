"""The Impact page while the mask is on: what would happen, without the button that makes it so."""

from __future__ import annotations

import streamlit as st

from app_parts.impact.guard import guard
from app_parts.impact.people import people
from app_parts.impact.place import PART, RECORDS, SCHOOLS
from app_parts.impact.preview import headline
from app_parts.impact.records import records
from app_parts.impact.schools import schools
from app_parts.impact.totals import totals
from app_parts.mask import masked, masked_line, turn_off
from app_parts.session import Desk

_PARTS = {RECORDS: records, SCHOOLS: schools, "New ID, school or role": people}


def preview_masked(desk: Desk) -> None:
    """The impact of the file on the desk in pseudonyms."""
    if desk.processed is not None or desk.review is None or desk.review.impact is None:
        turn_off("There is no preview to mask.")
        return
    review = masked(desk.review)
    masked_line(review)
    headline(review)
    totals(desk, review)
    guard(review)
    tabs = st.tabs(list(_PARTS), key=PART, on_change="rerun", bind="query-params")
    for tab, show in zip(tabs, _PARTS.values(), strict=True):
        if tab.open:
            with tab:
                show(desk, review)
