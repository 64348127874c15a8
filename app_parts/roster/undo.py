"""Taking back the latest snapshot, once its number was typed."""

from __future__ import annotations

import streamlit as st

import roster_toolkit as rt
from app_parts.roster.breadcrumbs import clear_trail, go_to_section
from app_parts.roster.compare import summary
from app_parts.roster.data import DistrictView, clear_caches, titled, usable_on_error
from app_parts.session import Desk
from app_parts.text import callout, prose

#: What was taken back, until the page has said so.
_UNDONE = "taken-back"


@usable_on_error
def undo(desk: Desk, view: DistrictView) -> None:
    """What would be taken back, and the number to type."""
    del desk
    latest = view.latest
    before = view.snapshots[-2] if len(view.snapshots) > 1 else None
    prose(
        f"This takes back the latest snapshot of {view.name}: "
        f"{titled(latest, latest).replace(' (latest)', '')}."
    )
    then = (
        f"The roster is then what it was in snapshot {before.number}."
        if before is not None
        else "Nothing was before it: the district is empty then, until data are imported again."
    )
    prose(f"{then} Other districts stay as they are. The number is never given again.")
    if before is not None:
        found = view.difference(latest.number, before.number)
        prose(summary(found, f"From snapshot {latest.number} back to {before.number}"))
    typed = st.text_input(
        f"Type the number {latest.number} to say yes", key=f"undo-number-{latest.number}", live=True
    )
    confirmed = typed.strip() == str(latest.number)
    if st.button("Take it back", type="primary", disabled=not confirmed, key="do-undo"):
        _do(view, latest.number)


def _do(view: DistrictView, number: int) -> None:
    try:
        latest = view.store.undo(view.name, number)
    except rt.ToolkitError as trouble:
        callout("Nothing was taken back.", "bad", detail=str(trouble))
        return
    clear_caches()
    clear_trail(view)
    state = (
        "the district is empty now" if latest is None else f"the roster is snapshot {latest} again"
    )
    st.session_state[_UNDONE] = f"Snapshot {number} of {view.name} was taken back; {state}."
    go_to_section("Snapshots", snapshot=None if latest is None else str(latest))
    st.rerun()


def show_undone() -> None:
    """That it was taken back, said once."""
    what = st.session_state.pop(_UNDONE, "")
    if what:
        callout(what, "good")
