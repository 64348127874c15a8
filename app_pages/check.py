"""Check a file: what the portal would do with it, what to fix, and the corrected file."""

from __future__ import annotations

import streamlit as st

from app_parts.check.explore import PLACE
from app_parts.check.front import front
from app_parts.check.masked import check_masked
from app_parts.check.report import report
from app_parts.check.several import show_several
from app_parts.mask import masking
from app_parts.sample import sample_banner
from app_parts.session import desk
from app_parts.text import callout
from app_parts.upload import file_line, judge
from app_parts.url_state import read_place, write_place

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
        report(here, here.review)
elif here.several:
    show_several(here)
else:
    front(here)
write_place(PLACE)
