"""The switch that masks: pseudonyms on every page, and pages without them kept shut meanwhile."""

from __future__ import annotations

import streamlit as st

import roster_toolkit as rt
from app_parts.text import callout, counted, prose

_SWITCH = "mask"
#: The real review that was masked last, and the masked one.
_LAST = "masked reviews"
#: What was typed or chosen on a page that may be a name or an ID.
_TYPED = ("find", "value", "find-wanted", "pasted")
#: Pages that show the people of a store, or what a portal answered about them.
_ROSTER, _PORTAL = "roster", "portal"


def mask_switch() -> None:
    """The switch, at the top of every page."""
    with st.container(horizontal=True, horizontal_alignment="right", key="mask-switch"):
        st.toggle(
            "Mask names, emails and IDs", key=_SWITCH, on_change=_forget_what_was_typed,
            help="Shows and downloads a pseudonym in place of each name, email and ID: for showing "
            "your screen, or sending a file to somebody who may not see the people.",
        )  # fmt: skip


def masking() -> bool:
    """Whether the switch is on."""
    return bool(st.session_state.get(_SWITCH))


def shut_by_mask(page: str) -> bool:
    """Whether this page is not shown while the mask is on; then it says so under its title."""
    if not masking() or page not in (_ROSTER, _PORTAL):
        return False
    if page == _ROSTER:
        st.title("District")
        turn_off("The page of a district shows its people as they are.")
    else:
        st.title("Your portal")
        turn_off("Your portal is taught by real files.")
    return True


def turn_off(why: str) -> None:
    """A sentence in place of what no mask covers."""
    callout(why, detail="Turn off the mask at the top of the page to use this.")


def masked(review: rt.Review) -> rt.Review:
    """The review to show in place of this one; stops the page where there is no key for it."""
    known: dict[int, tuple[rt.Review, rt.Review]] = st.session_state.setdefault(_LAST, {})
    if id(review) in known:
        return known[id(review)][1]
    try:
        with st.spinner("Masking names, emails and IDs"):
            shown = review.masked()
    except rt.ToolkitError as trouble:
        callout("Nothing can be masked.", "bad", detail=str(trouble))
        st.stop()
    for other in [*known][:-1]:  # the attempt before stays, to be compared with
        del known[other]
    known[id(review)] = (review, shown)
    return shown


def masked_line(review: rt.Review) -> None:
    """What is shown, in place of the names of file and district."""
    prose(
        f"{review.upload.name} · {counted(review.upload.records, 'row')} · masked: pseudonyms "
        "stand for names, emails and IDs",
        small=True,
    )


def _forget_what_was_typed() -> None:
    for name in _TYPED:
        st.session_state.pop(name, None)
