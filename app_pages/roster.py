"""District: all work on one district, and its snapshots; browse, compare, import, delete."""

from __future__ import annotations

import streamlit as st

from app_parts.roster.breadcrumbs import PLACE, apply_pending_section
from app_parts.roster.browse import browse
from app_parts.roster.class_names import class_names
from app_parts.roster.compare import compare
from app_parts.roster.data import keep
from app_parts.roster.districts import choose_district, timeline
from app_parts.roster.download import download
from app_parts.roster.file import ask_whose_file
from app_parts.roster.forget import forget, show_forgotten
from app_parts.roster.importing import bring_in
from app_parts.roster.overview import overview
from app_parts.roster.undo import show_undone
from app_parts.sample import sample_banner
from app_parts.session import desk
from app_parts.url_state import read_place, write_place

SECTIONS = {
    "Overview": overview,
    "Browse": browse,
    "Snapshots": timeline,
    "Compare": compare,
    "Class names": class_names,
    "Import": bring_in,
    "Download your data": download,
    "Delete": forget,
}

#: Sections for those who may check a file of the district, and for those who may change it.
CHECKING, CHANGING = ("Class names",), ("Import", "Delete")

here = desk()
st.title("District")
sample_banner(here)
read_place(PLACE)
apply_pending_section()
show_forgotten()
show_undone()
view = choose_district(here)
if view is not None:
    ask_whose_file(here, view)
    closed = (() if view.asker.checks(view.name) else CHECKING) + (
        () if view.asker.changes(view.name) else CHANGING
    )
    open_here = {name: section for name, section in SECTIONS.items() if name not in closed}
    keep("section", list(open_here), "Overview")
    tabs = st.tabs(list(open_here), key="section", on_change="rerun")
    for tab, section in zip(tabs, open_here.values(), strict=True):
        if tab.open:
            with tab:
                section(here, view)
write_place(PLACE)
