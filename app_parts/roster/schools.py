"""Choosing one school of a roster, or all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    import roster_toolkit as rt

#: The choice that is no school.
ALL = ""


def choose_school(directory: rt.Directory, label: str, whole: str, *, key: str) -> str:
    """The ID of a school, or `ALL`, which is shown as `whole`."""
    schools = directory.records("school").select("schoolId", "schoolName")
    names = {ALL: whole}
    names |= {
        school_id: f"{school_id} – {name}" if name else school_id
        for school_id, name in schools.iter_rows()
    }
    if st.session_state.get(key) not in names:
        st.session_state[key] = ALL
    return st.selectbox(
        label, list(names), key=key, format_func=names.__getitem__, persist_state="page"
    )
