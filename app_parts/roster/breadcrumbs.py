"""Where one is on the roster page: what its address may hold, and the records that are open.

A person's or a class's ID stays on the desk; the address holds words of ours, the district's
name and the snapshot's number.
"""

from __future__ import annotations

from typing import NamedTuple

import streamlit as st

from app_parts.roster.data import DistrictView

#: What stands in the address → where one is unless it says otherwise. `open` is how many records
#: are open, one from the other, so that the back button closes the last.
PLACE = {
    "section": "Overview",
    "district": None,
    "snapshot": None,
    "list": "student",
    "open": None,
}
_LED_TO = "roster-led-to"


class Step(NamedTuple):
    """A record that was opened."""

    district: str
    kind: str
    """`person` or `class`."""
    key: str
    origin: str = ""
    """The section where it was opened, if that was not the list."""


def trail(view: DistrictView) -> list[Step]:
    """The records that were opened one from the other; the last one is shown."""
    steps = [Step(*each) for each in view.opened]
    address = str(st.session_state.get("open") or "")
    count = int(address) if address.isdecimal() else 0
    return [step for step in steps if step.district == view.name][:count]


def open_record(view: DistrictView, kind: str, key: str, origin: str = "") -> None:
    """Go on to a record; one that is open already is gone back to."""
    steps = [] if origin else trail(view)
    places = [step[:3] for step in steps]
    if (view.name, kind, key) in places:
        _open(places.index((view.name, kind, key)) + 1)
        return
    view.opened[:] = [*steps, Step(view.name, kind, key, origin)]
    _open(len(view.opened))


def go_back(view: DistrictView) -> None:
    """Close the record that is shown."""
    _open(len(trail(view)) - 1)


def to_list(section: str = "Browse") -> None:
    """Close every record, and show where the first was opened."""
    _open(0)
    if section != "Browse":
        go_to_section(section)


def clear_trail(view: DistrictView) -> None:
    """Close every record for good."""
    view.opened.clear()
    _open(0)


def _open(count: int) -> None:
    st.session_state["open"] = str(count) if count > 0 else None


def go_to_section(section: str, **choices: str | None) -> None:
    """Show another section, with choices made in it, when the page is drawn next."""
    st.session_state[_LED_TO] = {"section": section, **choices}


def go_to_students_of(school: str) -> None:
    """Show the students of a school."""
    go_to_section("Browse", **{"list": "student", "roster-school": school, "search": ""})


def apply_pending_section() -> None:
    """Make the choices that lead there, before a widget shows what was chosen before."""
    st.session_state.update(st.session_state.pop(_LED_TO, {}))
