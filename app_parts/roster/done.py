"""What was done to a district and when, the latest first, and the undo of the last act."""

from __future__ import annotations

from typing import Any

import polars as pl
import streamlit as st

import roster_toolkit as rt
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
    "exported": ("Downloaded", "snapshot"),
    "deleted": ("Deleted", "snapshots before"),
}


def done(desk: Desk, view: DistrictView) -> None:
    """The list, and the undo of the latest snapshot beside its heading."""
    with st.container(horizontal=True, vertical_alignment="center"):
        heading("What was done", 2)
        if view.asker.changes(view.name):
            offer_undo(desk, view)
    acts = view.journal
    asked = any(acts["who"])
    lines = [
        {
            "when": when(act["at"]),
            "what was done": _told(act),
            **({"who": act["who"]} if asked else {}),
            "file or note": " – ".join(filter(None, (act["origin"], act["note"]))),
            "SHA-256": act["sha256"][:_DIGITS],
            "now": _state(act, view),
        }
        for act in acts.head(_MOST).iter_rows(named=True)
    ]
    whole(pl.DataFrame(lines), key=f"done-{hash(view.name)}", alt="What was done, the latest first")

    st.download_button(
        "Download what was done (CSV)",
        data=lambda: rt.journal_csv(acts),
        file_name="what-was-done.csv",
        mime="text/csv",
        on_click="ignore",
        help="Every act, with the whole SHA-256 of its file.",
    )


#: Acts that are listed: a page of them; and the digits of a digest that tell files apart.
_MOST, _DIGITS = 100, 12


def _told(act: dict[str, Any]) -> str:
    """An act in words, with what its number is one of."""
    word, one = _ACTS[act["act"]]
    if act["act"] == "deleted" and not act["number"]:
        return f"{word}: the district as it was then"
    return f"{word}: {one} {act['number']}"


def _state(act: dict[str, object], view: DistrictView) -> str:
    """Whether it holds: the roster as it is, the profile in use, or what was undone."""
    if act["undone"]:
        return "undone"
    if act["act"] in {"imported", "processed"} and act["number"] == view.latest.number:
        return "the roster as it is"
    if act["act"] == "profile kept" and act["number"] == view.own_profile:
        return "in use"
    return ""
