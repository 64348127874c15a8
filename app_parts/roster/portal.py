"""The profile of a district's portal: its version, how much of it is known, and how to teach it."""

from __future__ import annotations

import streamlit as st

import roster_toolkit as rt
from app_parts.portal.known import how_much_is_known
from app_parts.roster.data import DistrictView, clear_caches
from app_parts.roster.file import compare_with
from app_parts.roster.undo import say_undone
from app_parts.session import Desk
from app_parts.text import callout, heading, prose

_PORTAL = "app_pages/portal.py"


def portal_of_district(desk: Desk, view: DistrictView) -> None:
    """Whose profile judges its files, what is known of the portal, and the ways to change that."""
    heading("Portal", 2)
    version = view.own_profile
    try:
        profile = view.profile
    except rt.ToolkitError as trouble:
        callout("The profile of this district cannot be used.", "bad", detail=str(trouble))
    else:
        own = f"Its files are checked by {view.name}'s own profile, version {version}."
        prose(own if version is not None else f"Upload type: {profile.title}.")
        prose(how_much_is_known(profile), small=True)
    with st.container(horizontal=True):
        if st.button("Teach it from your files", key="teach"):
            compare_with(desk, view.name)
            st.switch_page(_PORTAL, query_params={"step": "learn"})
        may_undo = view.asker.changes(view.name)
        if version is not None and may_undo and st.button(
            f"Undo version {version}", key=f"undo-version-{version}"
        ):  # fmt: skip
            _undo(desk, view, version)


def _undo(desk: Desk, view: DistrictView, version: int) -> None:
    try:
        now = desk.store.undo_profile(view.name)
    except rt.ToolkitError as trouble:
        callout("Nothing was undone.", "bad", detail=str(trouble))
        return
    clear_caches()
    if desk.basis.district == view.name:
        desk.judge_anew(desk.basis)
    then = f"version {now} is in use again" if now else "it has no profile of its own now"
    say_undone(f"Version {version} of {view.name}'s own profile was undone; {then}.")
    st.rerun()
