"""Undoing the latest snapshot of a district, once a person has read what that means."""

from __future__ import annotations

import streamlit as st

import roster_toolkit as rt
from app_parts.labels import in_label
from app_parts.roster.breadcrumbs import clear_trail
from app_parts.roster.compare import summary
from app_parts.roster.data import DistrictView, clear_caches, when
from app_parts.session import Desk
from app_parts.text import callout, prose

#: What was undone, until the page has said so; and the snapshot that is asked about.
_UNDONE, _ASKED = "undone", "asked-to-undo"


def offer_undo(desk: Desk, view: DistrictView) -> None:
    """The button, which names the snapshot; what it would do is said before it is done."""
    number = view.latest.number
    what = (view.name, number)
    st.button(f"Undo snapshot {number} …", key=f"undo-{number}", on_click=_ask, args=(what,))
    if st.session_state.get(_ASKED) == what:
        title = f"Undo snapshot {number} of {in_label(view.name)}?"
        st.dialog(title, on_dismiss=_cancel)(_confirm)(desk, view)


def _ask(what: tuple[str, int] | None) -> None:
    st.session_state[_ASKED] = what


def _cancel() -> None:
    _ask(None)


def _confirm(desk: Desk, view: DistrictView) -> None:
    """What the roster would be then, and the last word."""
    latest = view.latest
    before = view.snapshots[-2] if len(view.snapshots) > 1 else None
    prose(f"{_told(latest)} This takes {view.name} back to the roster before.")
    then = (
        f"The roster is then what it was in snapshot {before.number}."
        if before is not None
        else "Nothing was before it: the district is then empty until you import data again."
    )
    prose(f"{then} Other districts stay as they are.")
    if before is not None:
        found = view.difference(latest.number, before.number)
        prose(summary(found, f"From snapshot {latest.number} back to {before.number}"))
    with st.container(horizontal=True):
        label = f"Undo snapshot {latest.number} of {in_label(view.name)}"
        if st.button(label, type="primary", key="do-undo"):
            _do(desk, view, latest.number)
        if st.button("Cancel", key="undo-not", on_click=_cancel):
            st.rerun()


def _told(latest: rt.Snapshot) -> str:
    """Of what a snapshot was made, and when."""
    of = f" from {latest.origin}" if latest.origin else ""
    label = f" ({latest.label})" if latest.label else ""
    return f"Snapshot {latest.number}{label} was made{of} on {when(latest.made)}."


def _do(desk: Desk, view: DistrictView, number: int) -> None:
    try:
        latest = desk.store.undo(view.name, number)
    except rt.ToolkitError as trouble:
        callout("Nothing was undone.", "bad", detail=str(trouble))
        return
    _cancel()
    clear_caches()
    clear_trail(view)
    if desk.basis.district == view.name:
        desk.processed = None
    state = (
        "the district is empty now" if latest is None else f"the roster is snapshot {latest} again"
    )
    say_undone(f"Snapshot {number} of {view.name} was undone; {state}.")
    st.rerun()


def say_undone(what: str) -> None:
    """Say on the page that is drawn next what was undone."""
    st.session_state[_UNDONE] = what


def show_undone() -> None:
    """That it was undone, said once."""
    what = st.session_state.pop(_UNDONE, "")
    if what:
        callout(what, "good")
