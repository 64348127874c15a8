"""Check a file: what the portal would do with it, what to correct, and the corrected copy."""

from __future__ import annotations

import streamlit as st

from app_parts.sample import sample_banner
from app_parts.session import desk
from app_parts.text import callout
from app_parts.upload import choose_file, judge

here = desk()
st.title("Check a file")
sample_banner(here)
if not here.data and not here.name:
    choose_file(here)
if here.name and here.review is None and not here.trouble:
    judge(here)
if here.trouble:
    callout("This file cannot be checked.", "bad", detail=here.trouble)
if here.review is not None:
    callout(str(here.review.verdict))
