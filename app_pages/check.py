"""Check a file: what the portal would do with it, what to correct, and the corrected copy."""

from __future__ import annotations

import streamlit as st

from app_parts.check.causes import show_causes
from app_parts.check.downloads import downloads
from app_parts.check.explore import PLACE, explore
from app_parts.check.first_meeting import first_meeting
from app_parts.check.progress import since_last
from app_parts.check.repair import repair
from app_parts.check.verdict import header_to_correct, not_judged, verdict
from app_parts.sample import sample_banner
from app_parts.session import desk
from app_parts.text import callout
from app_parts.upload import choose_file, file_line, judge
from app_parts.url_state import choose_part, read_place, write_place

_VIEWS = {"causes": "What to correct", "rows": "Look into the rows", "repair": "Repair",
          "downloads": "Downloads"}  # fmt: skip

here = desk()
read_place(PLACE)
st.title("Check a file")
sample_banner(here)
if not here.name:
    choose_file(here)
if here.name:
    file_line(here)
    if here.review is None and not here.trouble:
        judge(here)
        st.rerun()
if here.trouble:
    callout("This file cannot be checked.", "bad", detail=here.trouble)
review = here.review
if review is not None:
    verdict(review)
    first_meeting(here, review)
    since_last(here, review)
    header_to_correct(review)
    match choose_part("Part of the report", _VIEWS, key="view", usual="causes"):
        case "rows":
            explore(here, review)
        case "repair":
            repair(here, review)
        case "downloads":
            downloads(review)
        case _:
            show_causes(here, review)
            not_judged(review)
    write_place(PLACE)
