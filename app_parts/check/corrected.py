"""The corrected file, to download wherever somebody is, under the name that the portal wants."""

from __future__ import annotations

from contextlib import suppress

import streamlit as st

import roster_toolkit as rt
from app_parts.session import Desk
from app_parts.text import counted

EXCEL = (
    "Excel drops leading zeros when it saves a CSV. Upload the file as it is downloaded, or format "
    "the ID columns as text before you save."
)


def download_corrected(desk: Desk, review: rt.Review) -> bool:
    """The corrected file, with the rows that would still be rejected; whether there is one."""
    made = _made(desk, review)
    if made is None:
        return False
    data, after = made
    rejected = after.rows.rejected
    name = after.profile.file_name
    still = f"{counted(rejected, 'row')} still rejected" if rejected else "all rows accepted"
    st.download_button(
        f"Download corrected {name} · {still}", data=desk.download(after, lambda: data),
        file_name=name, mime="text/csv", on_click="ignore", type="primary",
        key="download-corrected",
    )  # fmt: skip
    return True


def lead_to_fixes(desk: Desk, review: rt.Review) -> None:
    """The corrected file where there is one, else the way to what can be fixed."""
    if not download_corrected(desk, review) and not review.repairs.is_empty():
        st.button("Fix this file", key="to-fixes", type="primary", on_click=look_at_fixes)


def _made(desk: Desk, review: rt.Review) -> tuple[bytes, rt.Review] | None:
    """The bytes to upload and their review; None where nothing is corrected yet."""
    edited = desk.edits is not None
    made = desk.corrected_if_made
    if made is None and edited and (desk.confirmed or desk.domain):
        with st.spinner("Fixing a copy, and checking it again"), suppress(rt.ToolkitError):
            made = desk.correct()  # what was ticked before a cell was edited is not to be lost
    if made is not None and made.changes:
        return made.data, made.review
    return (desk.data, review) if desk.made_here or edited else None


def look_at_fixes() -> None:
    """Turn to what can be fixed."""
    st.session_state["view"] = "repair"
