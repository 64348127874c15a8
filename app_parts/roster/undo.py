"""Undoing the latest snapshot, once its number was typed."""

from __future__ import annotations

import streamlit as st

import roster_toolkit as rt
from app_parts.roster.breadcrumbs import clear_trail, go_to_section
from app_parts.roster.compare import summary
from app_parts.roster.data import DistrictView, clear_caches, titled, usable_on_error
from app_parts.session import Desk
from app_parts.text import callout, prose

#: What was undone, until the page has said so.
_UNDONE = "undone"


@usable_on_error
def undo(desk: Desk, view: DistrictView) -> None:
    """What would be undone, and the number to type."""
    del desk
    latest = view.latest
    before = view.snapshots[-2] if len(view.snapshots) > 1 else None
    prose(
        f"This undoes the latest snapshot of {view.name}: "
        f"{titled(latest, latest).replace(' (latest)', '')}."
    )
    then = (
        f"The roster is then what it was in snapshot {before.number}."
        if before is not None
        else "Nothing was before it: the district is then empty until you import data again."
    )
    prose(f"{then} Other districts stay as they are. The number is never used again.")
    if before is not None:
        found = view.difference(latest.number, before.number)
        prose(summary(found, f"From snapshot {latest.number} back to {before.number}"))
    typed = st.text_input(
        f"To confirm, type the number {latest.number}",
        key=f"undo-number-{latest.number}",
        live=True,
    )
    confirmed = typed.strip() == str(latest.number)
    if st.button("Undo it", type="primary", disabled=not confirmed, key="do-undo"):
        _do(view, latest.number)


def _do(view: DistrictView, number: int) -> None:
    try:
        latest = view.store.undo(view.name, number)
    except rt.ToolkitError as trouble:
        callout("Nothing was undone.", "bad", detail=str(trouble))
        return
    clear_caches()
    clear_trail(view)
    state = (
        "the district is empty now" if latest is None else f"the roster is snapshot {latest} again"
    )
    st.session_state[_UNDONE] = f"Snapshot {number} of {view.name} was undone; {state}."
    go_to_section("Snapshots", snapshot=None if latest is None else str(latest))
    st.rerun()


def show_undone() -> None:
    """That it was undone, said once."""
    what = st.session_state.pop(_UNDONE, "")
    if what:
        callout(what, "good")
