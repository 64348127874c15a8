"""Check a file: what the portal would do with it, what to fix, and the corrected file."""

from __future__ import annotations

import streamlit as st

import roster_toolkit as rt
from app_parts.check.copying import copy_button
from app_parts.check.corrected import lead_to_fixes
from app_parts.check.downloads import downloads
from app_parts.check.explore import PLACE, explore
from app_parts.check.find import find_box, show_found
from app_parts.check.first_meeting import first_meeting
from app_parts.check.fix import fix
from app_parts.check.front import front
from app_parts.check.masked import check_masked
from app_parts.check.problems import show_problems
from app_parts.check.progress import since_last
from app_parts.check.several import show_several
from app_parts.check.verdict import figures, header_to_correct, lead_to_import, not_judged, verdict
from app_parts.mask import masking
from app_parts.sample import sample_banner
from app_parts.session import Desk, desk
from app_parts.text import callout
from app_parts.upload import file_line, judge
from app_parts.url_state import choose_part, read_place, write_place

_VIEWS = {"causes": "Problems", "rows": "Rows", "repair": "Fix", "downloads": "Downloads"}


def _report(desk: Desk, review: rt.Review) -> None:
    verdict(review)
    lead_to_import(desk, review)
    first_meeting(desk, review)
    since_last(desk, review)
    bar = st.container(horizontal=True, vertical_alignment="center", key="bar")
    with st.container(horizontal=True, vertical_alignment="center", key="parts"):
        view = choose_part("Part of the report", _VIEWS, key="view", usual="causes")
        query = find_box(desk)
    if query:
        show_found(desk, review, query)
    elif view == "rows":
        explore(desk, review)
    elif view == "repair":
        fix(desk, review)
    elif view == "downloads":
        downloads(review)
    else:
        header_to_correct(review)
        show_problems(desk, review)
        not_judged(review)
    with bar:  # last, for it says what the part above has made
        figures(review)
        if view != "downloads" or query:
            copy_button("Copy the message", review.message(), key="copy-message")
        if view != "repair" or query:
            lead_to_fixes(desk, review)


here = desk()
read_place(PLACE)
st.title("Check a file")
sample_banner(here)
if here.name and here.review is None and not here.trouble:
    judge(here)
if masking():
    check_masked(here)
elif here.name:
    file_line(here)
    if here.trouble:
        callout("This file cannot be checked.", "bad", detail=here.trouble)
    if here.review is not None:
        _report(here, here.review)
elif here.several:
    show_several(here)
else:
    front(here)
write_place(PLACE)
