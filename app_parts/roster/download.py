"""Download your data: a snapshot, or part of it, in the layout of users.csv."""

from __future__ import annotations

import streamlit as st

import roster_toolkit as rt
from app_parts.roster.breadcrumbs import PLACE
from app_parts.roster.data import DistrictView, choose_snapshot, exported, usable_on_error
from app_parts.roster.schools import choose_school
from app_parts.session import Desk, fragment
from app_parts.text import counted, prose
from app_parts.url_state import write_place

_PARTS = {
    rt.Part.ALL: "All students and staff",
    rt.Part.STUDENTS: "All students",
    rt.Part.STAFF: "All staff",
    rt.Part.ADMINS: "All admins",
}


@fragment
@usable_on_error
def download(desk: Desk, view: DistrictView) -> None:
    """Choose a school and who is wanted, and take the file."""
    del desk
    prose("The roster as a file in the layout of users.csv, which could be uploaded again.")
    profile = view.profile
    students = "student" in profile.accepts_people
    parts = [part for part in _PARTS if students or part in {rt.Part.STAFF, rt.Part.ADMINS}]
    if not students:
        prose(
            "The students of this district come from a third party, so that the portal gives its "
            "staff and admins only.",
            small=True,
        )
    left, middle, right = st.columns(3)
    with right:
        snapshot = choose_snapshot(view)
        directory = view.directory(snapshot)
    with left:
        school = choose_school(
            directory, "Organization", "The whole district", key="download-school"
        )
    part = middle.selectbox("Who", parts, key="download-part", format_func=_PARTS.__getitem__)
    write_place(PLACE)
    people = directory.count(part, school)
    if not people:
        prose("Nobody in this organization is one of them, so there is nothing to download.")
        return
    prose(f"{counted(people, 'person', 'people')}: one row for each school and class of theirs.")
    st.download_button(
        "Download users.csv",
        data=lambda: exported(
            view,
            snapshot,
            rt.users_csv(directory.roster, profile, part=part, school=school or None),
        ),
        file_name="users.csv",
        mime="text/csv",
        on_click="ignore",
        type="primary",
    )
    warn_of_excel()


def warn_of_excel() -> None:
    """What Excel does to a users.csv that is opened with a double click."""
    st.warning(
        "Do not open this file in Excel with a double click: Excel drops leading zeros (0042 "
        "becomes 42) and saves the file without them. In Excel, import it with **Data → From "
        "Text/CSV** and set every column to **Text**."
    )
