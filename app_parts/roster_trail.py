"""Where one is on the roster page: what its address may hold, and the records that are open.

A person's or a class's ID stays in the session; the address holds words of ours, the district's
name and the snapshot's number.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import streamlit as st

#: What stands in the address → where one is unless it says otherwise. `open` is how many records
#: are open, one from the other, so that the back button closes the last.
PLACE = {
    "section": "Snapshots",
    "district": None,
    "snapshot": None,
    "list": "student",
    "open": None,
}
_TRAIL, _LED_TO = "roster-trail", "roster-led-to"


@dataclass(frozen=True)
class Step:
    """A record that was opened."""

    district: str
    kind: str
    """`person` or `class`."""
    key: str
    origin: str = field(default="", compare=False)
    """The section where it was opened, if that was not the list."""


def trail(district: str) -> list[Step]:
    """The records that were opened one from the other; the last one is shown."""
    steps = [step for step in st.session_state.get(_TRAIL, ()) if step.district == district]
    told = str(st.session_state.get("open") or "")
    return steps[: int(told)] if told.isdecimal() else []


def open_record(district: str, kind: str, key: str, origin: str = "") -> None:
    """Go on to a record; one that is open already is gone back to."""
    steps, step = [] if origin else trail(district), Step(district, kind, key, origin)
    if step in steps:
        _open(steps.index(step) + 1)
        return
    st.session_state[_TRAIL] = [*steps, step]
    _open(len(steps) + 1)


def go_back(district: str) -> None:
    """Close the record that is shown."""
    _open(len(trail(district)) - 1)


def to_list(section: str = "Browse") -> None:
    """Close every record, and show where the first was opened."""
    _open(0)
    if section != "Browse":
        lead_to(section)


def forget_trail() -> None:
    """Close every record for good."""
    st.session_state[_TRAIL] = []
    _open(0)


def _open(count: int) -> None:
    st.session_state["open"] = str(count) if count > 0 else None


def lead_to(section: str, **choices: str) -> None:
    """Show another section, with choices made in it, when the page is drawn next."""
    st.session_state[_LED_TO] = {"section": section, **choices}


def arrive_where_led() -> None:
    """Make the choices that lead there, before a widget shows what was chosen before."""
    st.session_state.update(st.session_state.pop(_LED_TO, {}))
