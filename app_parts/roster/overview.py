"""The work on one district in one place: its file, its portal, its roster, and what was done."""

from __future__ import annotations

import streamlit as st

from app_parts.roster.data import DistrictView, usable_on_error, when
from app_parts.roster.districts import figures
from app_parts.roster.done import done
from app_parts.roster.file import file_of_district
from app_parts.roster.find import find
from app_parts.roster.importing import SOURCES
from app_parts.roster.portal import portal_of_district
from app_parts.session import Desk
from app_parts.text import heading, prose


@usable_on_error
def overview(desk: Desk, view: DistrictView) -> None:
    """The box that finds anybody; file beside portal and roster; what was done when."""
    find(desk, view)
    if view.asker.checks(view.name):
        left, right = st.columns([3, 2], gap="medium")
        with left, st.container(border=True):
            file_of_district(desk, view)
        with right, st.container(border=True):
            portal_of_district(desk, view)
    with st.container(border=True):
        _roster(view)
    if view.asker.sees_whole(view.name):
        done(desk, view)


def _roster(view: DistrictView) -> None:
    """The latest snapshot and its counts, and what can be done with it."""
    heading("Roster", 2)
    latest = view.latest
    made_from = f", from {latest.origin}" if latest.origin else ""
    prose(
        f"Snapshot {latest.number}, made {when(latest.made)}{made_from}. The roster comes from "
        f"{SOURCES[view.source]}."
    )
    figures(view)
