"""Class names: a users.csv to edit the display names of the classes in."""

from __future__ import annotations

import streamlit as st

import roster_toolkit as rt
from app_parts.roster.breadcrumbs import PLACE
from app_parts.roster.data import DistrictView, exported, usable_on_error, when
from app_parts.roster.download import warn_of_excel
from app_parts.roster.schools import choose_school
from app_parts.session import Desk, fragment
from app_parts.table import whole
from app_parts.text import bullets, callout, counted, prose
from app_parts.url_state import write_place


@fragment
@usable_on_error
def class_names(desk: Desk, view: DistrictView) -> None:
    """Choose a school, take the file, and read what to do with it."""
    del desk
    prose(
        "Change the display names of many classes with one upload: the names that students see. "
        "Nothing else in the roster changes."
    )
    school = choose_school(
        view.directory(view.latest.number), "School", "The whole district", key="names-school"
    )
    write_place(PLACE)
    try:
        names = view.display_names(school)
    except rt.UsageError as nothing:
        callout("There are no class names to edit.", detail=str(nothing))
        return
    classes = counted(names.classes.height, "class", "classes")
    prose(
        f"{classes}: one row each, with somebody who is in it, as snapshot {view.latest.number} of "
        f"{when(view.latest.made)} has them. If the portal has changed since, import its current "
        "data first: the rows would take its edits back."
    )
    st.download_button(
        "Download class names to edit (users.csv)",
        data=lambda: exported(view, view.latest.number, names.csv),
        file_name="users.csv",
        mime="text/csv",
        on_click="ignore",
        type="primary",
    )
    prose("What to do next:", strong=True)
    bullets(_steps(names.column))
    if not names.left_out.is_empty():
        prose(f"{counted(names.left_out.height, 'class is', 'classes are')} left out:", strong=True)
        whole(names.left_out, key=f"left-out-{hash((view.name, school))}", alt="Classes left out")
    warn_of_excel()


def _steps(column: str) -> tuple[str, ...]:
    """What to do with the file."""
    edit = (
        f"Change the names in the column {column}, and nothing else. A blank cell keeps the name; "
        "rows of classes that keep theirs may stay or go."
    )
    check = (
        "Save it as CSV and drop it under File on the Overview. Preview every change shows each "
        "name before and after."
    )
    send = "If it is as you want it, upload it to the portal, and process it here too."
    return edit, check, send
