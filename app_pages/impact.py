"""Preview impact: the portal's report before it happens, and the button that makes it happen."""

from __future__ import annotations

import streamlit as st

from app_parts.impact.display_names import display_names
from app_parts.impact.guard import guard, wrong_district
from app_parts.impact.masked import preview_masked
from app_parts.impact.people import people
from app_parts.impact.place import RECORDS, SCHOOLS, show_parts
from app_parts.impact.preview import headline, review_with_impact
from app_parts.impact.process import offer_process, processed
from app_parts.impact.records import records
from app_parts.impact.repaired import repaired
from app_parts.impact.schools import schools
from app_parts.impact.totals import totals
from app_parts.mask import masking
from app_parts.roster.undo import show_undone
from app_parts.sample import sample_banner
from app_parts.session import desk
from app_parts.url_state import read_place

_PARTS = {
    RECORDS: records,
    SCHOOLS: schools,
    "New ID, school or role": people,
    "Class display names": display_names,
    "After the automatic fixes": repaired,
}

here = desk()
read_place({})  # whoever goes back to another page arrives there anew
st.title("Preview impact")
sample_banner(here)
if not masking():
    show_undone()
if masking():
    preview_masked(here)
elif here.processed is not None:
    processed(here, here.processed)
elif (review := review_with_impact(here)) is not None:
    wrong_district(review)
    headline(review)
    totals(here, review)
    guard(review)
    offer_process(here, review)
    show_parts(here, review, _PARTS)
