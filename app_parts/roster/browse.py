"""Who and what is in a snapshot: lists to search, and the way to one person or class."""

from __future__ import annotations

import streamlit as st

from app_parts.roster.breadcrumbs import PLACE, go_to_students_of, open_record, trail
from app_parts.roster.data import DistrictView, choose_snapshot, usable_on_error
from app_parts.roster.pick import picked
from app_parts.roster.record import opened_record
from app_parts.roster.schools import ALL, choose_school
from app_parts.session import Desk, fragment
from app_parts.table import page_of
from app_parts.text import counted, prose
from app_parts.url_state import write_place

#: What can be listed → its name, one of it, many of it.
LISTS = {
    "student": ("Students", "student", "students"),
    "staff": ("Staff", "staff member", "staff members"),
    "class": ("Classes", "class", "classes"),
    "school": ("Schools", "school", "schools"),
}


@fragment
@usable_on_error
def browse(desk: Desk, view: DistrictView) -> None:
    """The lists of the chosen snapshot, or the person or class that was picked in one."""
    del desk
    if trail(view):
        opened_record(view)
        write_place(PLACE)
        return
    kind = st.segmented_control(
        "List", list(LISTS), key="list", required=True, persist_state="page",
        format_func=lambda kind: LISTS[kind][0], label_visibility="collapsed",
    )  # fmt: skip
    _listed(view, kind or next(iter(LISTS)))
    write_place(PLACE)


def _listed(view: DistrictView, kind: str) -> None:
    """The search, and a page of what it finds."""
    left, middle, right = st.columns([3, 2, 3])
    with right:
        number = choose_snapshot(view)
    directory = view.directory(number)
    text = left.text_input(
        "Search by ID, name or address",
        key="search",
        type="search",
        live=True,
        persist_state="page",
    )
    school = ALL
    if kind != "school":
        with middle:
            school = choose_school(directory, "School", "All schools", key="roster-school")
    matches = directory.search(kind, text, school)
    name = counted(matches.height, *LISTS[kind][1:])
    if matches.is_empty():
        prose(_nothing(text, school, kind))
        _matches_in_other_lists(view, number, kind, text)
        return
    pick = "Pick a line to see its students." if kind == "school" else "Pick a line to open it."
    prose(f"{name}{' found' if text.strip() or school else ''}. {pick}")
    line = picked(
        lambda page: page_of(matches, page),
        matches.height,
        narrowed=(view.name, number, kind, text, school),
        alt=f"{LISTS[kind][0]} of the chosen snapshot",
    )
    if line is not None:
        _open(view, kind, matches.row(line, named=True))


def _open(view: DistrictView, kind: str, line: dict[str, object]) -> None:
    """Go where the picked line leads."""
    if kind == "school":
        go_to_students_of(str(line["schoolId"]))
    else:
        key = "classId" if kind == "class" else "userId"
        open_record(view, "class" if kind == "class" else "person", str(line[key]))
    st.rerun()


def _nothing(text: str, school: str, kind: str) -> str:
    many = LISTS[kind][2]
    if text.strip():
        return (
            f"No {many} found. The search looks for each word in IDs, names and addresses; a part "
            "of a word is enough."
        )
    return f"There are no {many} at this school." if school else f"There are no {many} in it."


def _matches_in_other_lists(view: DistrictView, number: int, kind: str, text: str) -> None:
    """What the same search would find in the other lists."""
    if not text.strip():
        return
    directory = view.directory(number)
    others = [
        counted(count, one, many)
        for other, (_, one, many) in LISTS.items()
        if other != kind and (count := directory.search(other, text).height)
    ]
    if others:
        prose(f"In the other lists: {', '.join(others)}.", small=True)
