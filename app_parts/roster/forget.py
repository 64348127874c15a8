"""Forgetting a district or its earlier snapshots for good, asked once."""

from __future__ import annotations

import streamlit as st

import roster_toolkit as rt
from app_parts.roster.breadcrumbs import forget_trail
from app_parts.roster.data import Shown, let_go, stays_usable, titled
from app_parts.session import Desk
from app_parts.text import callout, counted, said

#: What was forgotten, until the page has said so.
_FORGOTTEN = "forgotten"
#: What is asked about just now: "district", or the first snapshot that is kept.
_ASKED = "asked-to-forget"


@stays_usable
def forget(desk: Desk, shown: Shown) -> None:
    """The two things that can be forgotten."""
    del desk
    said(
        "What is forgotten is gone for good: it is taken out of the store's file, and nothing "
        "brings it back. Copies of the file that you made yourself keep it."
    )
    left, right = st.columns(2, gap="large")
    with left, st.container(border=True):
        st.markdown("**Earlier snapshots**")
        _earlier(shown)
    with right, st.container(border=True):
        st.markdown("**The whole district**")
        count = counted(len(shown.snapshots), "snapshot")
        said(f"{shown.name} with {count}, and every person in them.")
        st.button("Forget the district …", key="forget-district", on_click=_ask, args=("district",))
    asked = st.session_state.get(_ASKED)
    if asked == "district":
        _ask_for_district(shown)
    elif asked is not None:
        _ask_for_earlier(shown, asked)


def _ask(what: str | int | None) -> None:
    """Open or close the question."""
    st.session_state[_ASKED] = what


def _never_mind() -> None:
    _ask(None)


def _earlier(shown: Shown) -> None:
    if len(shown.snapshots) == 1:
        said("There is one snapshot; there are no earlier ones to forget.")
        return
    later = [each.number for each in shown.snapshots[1:]]
    first = st.selectbox(
        "Keep from", later, key="keep-from",
        format_func=lambda number: titled(shown.snapshot(number), shown.latest),
    )  # fmt: skip
    going = sum(each.number < first for each in shown.snapshots)
    said(f"{counted(going, 'snapshot')} before it would be forgotten.")
    st.button("Forget earlier snapshots …", key="forget-earlier", on_click=_ask, args=(first,))


@st.dialog("Forget earlier snapshots", on_dismiss=_never_mind)
def _ask_for_earlier(shown: Shown, first: int) -> None:
    snapshots = counted(sum(each.number < first for each in shown.snapshots), "snapshot")
    said(f"{snapshots} of {shown.name} before number {first} will be gone for good.")
    sure = st.checkbox("Yes, forget them for good", key="sure-earlier")
    if st.button("Forget them", type="primary", disabled=not sure, key="do-forget-earlier"):
        _do(shown, first, f"{snapshots} of {shown.name}")


@st.dialog("Forget the district", on_dismiss=_never_mind)
def _ask_for_district(shown: Shown) -> None:
    said(
        f"{shown.name}, all its snapshots and every person in them will be gone for good. Type "
        f"the district's name to say yes: {shown.name}"
    )
    typed = st.text_input("Name of the district", key="sure-district", live=True)
    sure = typed.strip() == shown.name
    if st.button("Forget the district", type="primary", disabled=not sure, key="do-forget"):
        _do(shown, None, shown.name)


def _do(shown: Shown, before: int | None, what: str) -> None:
    try:
        shown.store.forget(shown.name, before)
    except rt.ToolkitError as trouble:
        callout("Nothing was forgotten.", "bad", detail=str(trouble))
        return
    _never_mind()
    let_go()
    forget_trail(shown)
    st.session_state[_FORGOTTEN] = what
    st.rerun()


def say_what_was_forgotten() -> None:
    """That it is gone, said once."""
    what = st.session_state.pop(_FORGOTTEN, "")
    if what:
        callout(f"Forgotten for good: {what}.", "good")
