"""Where somebody is on the page Preview impact: which part, and which records they look at.

Part, kind and outcome are words of ours and stand in the address; a school is a cell of the file
and does not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

import roster_toolkit as rt
from app_parts.session import Desk

#: Keys of the widgets, and names in the address.
PART, KIND, OUTCOME = "part", "records", "outcome"
SCHOOL = "records-school"
RECORDS, SCHOOLS = "Records", "Schools"
_KEPT = "records-kept"
#: Choices that narrow nothing.
ANY = "any outcome"
EVERYWHERE = ""
#: What becomes of records of the roster that the file leaves out.
UNMENTIONED = "unmentioned"
#: What becomes of people who stay where the file no longer puts them.
STAYS = "left behind"


def look_at(kind: str, outcome: str = ANY, school: str = EVERYWHERE) -> None:
    """Go to the records behind a number; for callbacks, before the widgets are drawn."""
    st.session_state[KIND] = str(kind)
    st.session_state[OUTCOME] = str(outcome)
    st.session_state[SCHOOL] = school
    st.session_state[PART] = RECORDS


def show_parts(
    desk: Desk, review: rt.Review, parts: Mapping[str, Callable[[Desk, rt.Review], None]]
) -> None:
    """The parts as tabs, of which the open one alone is made."""
    tabs = st.tabs(list(parts), key=PART, on_change="rerun", bind="query-params")
    for tab, show in zip(tabs, parts.values(), strict=True):
        if tab.open:
            with tab:
                show(desk, review)


def look_at_schools() -> None:
    """Go to the impact school by school."""
    st.session_state[PART] = SCHOOLS


def keep(*names: str) -> None:
    """Remember choices beyond the part of the page that they stand on."""
    st.session_state[_KEPT] = {name: st.session_state[name] for name in names}


def restore(*names: str) -> None:
    """Bring back choices made before somebody looked at another part, unless the address says."""
    kept = st.session_state.get(_KEPT, {})
    for name in names:
        if name in kept and name not in st.session_state and name not in st.query_params:
            st.session_state[name] = kept[name]
