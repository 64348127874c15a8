"""Forgetting a district or its earlier snapshots for good, asked once."""

from __future__ import annotations

import streamlit as st

import roster_toolkit as rt
from app_parts.labels import in_label
from app_parts.roster.breadcrumbs import clear_trail
from app_parts.roster.data import DistrictView, clear_caches, titled, usable_on_error
from app_parts.session import Desk
from app_parts.text import callout, counted, prose

#: What was forgotten, until the page has said so.
_FORGOTTEN = "forgotten"
#: What is asked about just now: "district", or the first snapshot that is kept.
_ASKED = "asked-to-forget"


@usable_on_error
def forget(desk: Desk, view: DistrictView) -> None:
    """The two things that can be deleted."""
    prose(
        "What you delete is deleted permanently: it is removed from the store's file, and nothing "
        "brings it back. Copies of the file that you made yourself keep it."
    )
    left, right = st.columns(2, gap="large")
    with left, st.container(border=True):
        st.markdown("**Earlier snapshots**")
        _earlier(view)
    with right, st.container(border=True):
        st.markdown("**The whole district**")
        count = counted(len(view.snapshots), "snapshot")
        prose(f"{view.name} with {count}, and every person in them.")
        label = f"Delete {in_label(view.name, 'the district')} …"
        st.button(label, key="forget-district", on_click=_ask, args=("district",))
    asked_for = st.session_state.get(_ASKED)
    if asked_for == "district":
        _ask_for_district(desk, view)
    elif asked_for is not None:
        _ask_for_earlier(desk, view, asked_for)


def _ask(what: str | int | None) -> None:
    """Open or close the question."""
    st.session_state[_ASKED] = what


def _cancel() -> None:
    _ask(None)


def _earlier(view: DistrictView) -> None:
    if len(view.snapshots) == 1:
        prose("There is one snapshot; there are no earlier ones to delete.")
        return
    later = [each.number for each in view.snapshots[1:]]
    first = st.selectbox(
        "Keep from", later, key="keep-from",
        format_func=lambda number: titled(view.snapshot(number), view.latest),
    )  # fmt: skip
    going = sum(each.number < first for each in view.snapshots)
    prose(f"{counted(going, 'snapshot')} before it would be deleted.")
    st.button("Delete earlier snapshots …", key="forget-earlier", on_click=_ask, args=(first,))


@st.dialog("Delete earlier snapshots", on_dismiss=_cancel)
def _ask_for_earlier(desk: Desk, view: DistrictView, first: int) -> None:
    snapshots = counted(sum(each.number < first for each in view.snapshots), "snapshot")
    prose(f"{snapshots} of {view.name} before number {first} will be deleted permanently.")
    confirmed = st.checkbox("Yes, delete them permanently", key="sure-earlier")
    if st.button("Delete them", type="primary", disabled=not confirmed, key="do-forget-earlier"):
        _do(desk, view, first, f"{snapshots} of {view.name}")


@st.dialog("Delete the district", on_dismiss=_cancel)
def _ask_for_district(desk: Desk, view: DistrictView) -> None:
    prose(
        f"{view.name}, all its snapshots and every person in them will be deleted permanently. "
        f"To confirm, type the district's name: {view.name}"
    )
    typed = st.text_input("Name of the district", key="sure-district", live=True)
    confirmed = typed.strip() == view.name
    label = f"Delete {in_label(view.name, 'the district')}"
    if st.button(label, type="primary", disabled=not confirmed, key="do-forget"):
        _do(desk, view, None, view.name)


def _do(desk: Desk, view: DistrictView, before: int | None, what: str) -> None:
    try:
        desk.store.forget(view.name, before)
    except rt.ToolkitError as trouble:
        callout("Nothing was deleted.", "bad", detail=str(trouble))
        return
    _cancel()
    clear_caches()
    clear_trail(view)
    st.session_state[_FORGOTTEN] = what
    st.rerun()


def show_forgotten() -> None:
    """That it is gone, said once."""
    what = st.session_state.pop(_FORGOTTEN, "")
    if what:
        callout(f"Deleted permanently: {what}.", "good")
