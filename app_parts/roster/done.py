"""What was done to a district and when, the latest first, and the undo of the last act."""

from __future__ import annotations

import polars as pl
import streamlit as st

from app_parts.roster.data import DistrictView, when
from app_parts.roster.undo import offer_undo
from app_parts.session import Desk
from app_parts.table import whole
from app_parts.text import heading

#: Word of the journal → how a person says it, and what the number is one of.
_ACTS = {
    "imported": ("Imported", "snapshot"),
    "processed": ("Processed", "snapshot"),
    "undone": ("Undone", "snapshot"),
    "profile kept": ("Portal profile kept", "version"),
    "profile undone": ("Portal profile undone", "version"),
}


def done(desk: Desk, view: DistrictView) -> None:
    """The list, and the undo of the latest snapshot beside its heading."""
    with st.container(horizontal=True, vertical_alignment="center"):
        heading("What was done", 2)
        if view.asker.changes(view.name):
            offer_undo(desk, view)
    acts = view.journal
    lines = [
        {
            "when": when(act["at"]),
            "what was done": "{}: {} {}".format(*_ACTS[act["act"]], act["number"]),
            "file or note": " – ".join(filter(None, (act["origin"], act["note"]))),
            "now": _state(act, view),
        }
        for act in acts.head(_MOST).iter_rows(named=True)
    ]
    whole(pl.DataFrame(lines), key=f"done-{hash(view.name)}", alt="What was done, the latest first")


#: Acts that are listed: a page of them.
_MOST = 100


def _state(act: dict[str, object], view: DistrictView) -> str:
    """Whether it holds: the roster as it is, the profile in use, or what was undone."""
    if act["undone"]:
        return "undone"
    if act["act"] in {"imported", "processed"} and act["number"] == view.latest.number:
        return "the roster as it is"
    if act["act"] == "profile kept" and act["number"] == view.own_profile:
        return "in use"
    return ""
