"""Where one is on the roster page: what its address may hold, and the records that are open.

A person's or a class's ID stays in the session; the address holds words of ours, the district's
name and the snapshot's number.
"""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

#: What stands in the address → where one is unless it says otherwise.
PLACE = {"section": "Snapshots", "district": None, "snapshot": None, "list": "student"}
_TRAIL = "roster-trail"


@dataclass(frozen=True)
class Step:
    """A record that was opened."""

    district: str
    kind: str
    """`person` or `class`."""
    key: str


def trail(district: str) -> list[Step]:
    """The records that were opened one from the other; the last one is shown."""
    return [step for step in st.session_state.get(_TRAIL, ()) if step.district == district]


def open_record(district: str, kind: str, key: str) -> None:
    """Go on to a record; one that is open already is gone back to."""
    steps, step = trail(district), Step(district, kind, key)
    back = steps.index(step) if step in steps else len(steps)
    st.session_state[_TRAIL] = [*steps[:back], step]


def go_back(district: str) -> None:
    """Close the record that is shown."""
    st.session_state[_TRAIL] = trail(district)[:-1]


def to_list() -> None:
    """Close every record."""
    st.session_state[_TRAIL] = []


def chosen_snapshot() -> int:
    """The number of the snapshot that is looked at."""
    return int(st.session_state["snapshot"])


def go_to(section: str, **choices: str) -> None:
    """Show another section, with choices made there; for a button's callback."""
    st.session_state.update({"section": section, **choices})
