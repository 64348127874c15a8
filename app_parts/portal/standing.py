"""The profile that holds, the one that is being made, and which of the two a page speaks of."""

from __future__ import annotations

import streamlit as st

import roster_toolkit as rt
from app_parts.session import Desk

_SEEN = rt.Evidence.SEEN


def shown_profile(desk: Desk) -> rt.Profile:
    """The draft, else the profile that holds; raises ToolkitError where that cannot be read."""
    draft = desk.portal.draft
    return draft.profile if draft is not None else desk.profile()


def is_kept(desk: Desk) -> bool:
    """Whether the draft is what the file on the desk is judged by."""
    draft = desk.portal.draft
    return draft is not None and draft.profile.sha256 == desk.profile().sha256


def is_learned(profile: rt.Profile) -> bool:
    """Whether anything of a profile was seen at a portal."""
    seen = any(_SEEN in column.evidence.values() for column in profile.columns.values())
    return seen or profile.record is not None


def turn_to(step: str) -> None:
    """Go to another part of the page; for the click of a button."""
    st.session_state["step"] = step
