"""One person or one class of a snapshot: facts, what belongs to it, and what changed about it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import streamlit as st

import roster_toolkit as rt
from app_parts.roster.breadcrumbs import Step, go_back, open_record, to_list, trail
from app_parts.roster.data import DistrictView, choose_snapshot
from app_parts.roster.pick import picked
from app_parts.table import page_of, whole
from app_parts.text import counted, heading, prose

if TYPE_CHECKING:
    import polars as pl

_STAFF = ("staff member", "staff members")
_CELL = (
    "padding:.35rem .5rem;text-align:left;vertical-align:top;"
    "border-bottom:1px solid rgba(128,128,128,.25)"
)


def opened_record(view: DistrictView) -> None:
    """The record that was opened last, and the way back."""
    steps = trail(view)
    left, right = st.columns([5, 3], vertical_alignment="bottom")
    with left.container(horizontal=True):
        origin = steps[0].origin
        if origin:
            st.button("← Back to the changes", key="to-changes", on_click=to_list, args=(origin,))
        st.button("← Back to the list", key="to-list", on_click=to_list)
        if len(steps) > 1:
            before = steps[-2].kind
            st.button(f"← Back to the {before}", key="back", on_click=go_back, args=(view,))
    with right:
        number = choose_snapshot(view)
    if len(steps) > 1:
        prose(" → ".join(_told(view, step, number) for step in steps), small=True)
    step = steps[-1]
    if step.kind == "person":
        _person(view, step, number)
    else:
        _class(view, step, number)


def _told(view: DistrictView, step: Step, number: int) -> str:
    """A record that is open, by its name and ID."""
    roster = view.directory(number).roster
    frame, key, names = (
        (roster.people, "userId", ("userFirstName", "userLastName"))
        if step.kind == "person"
        else (roster.classes, "classId", ("className",))
    )
    found = frame.filter(frame[key] == step.key).select(names)
    name = " ".join(found.row(0)).strip() if found.height else ""
    return f"{name} ({step.key})" if name else step.key


def _person(view: DistrictView, step: Step, number: int) -> None:
    """A person, found under the ID that they had then, and their history."""
    if not view.asker.sees_whole(view.name):
        _person_at_school(view, step, number)
        return
    stored = view.stored
    history = stored.history(step.key)
    key = rt.key_at(history, "userId", number)
    person = view.directory(number).person(key) if key else None
    if person is None:
        last = history.row(-1, named=True)
        heading(f"{last['userFirstName']} {last['userLastName']}", 2)
        prose(f"They are not in snapshot {number}.")
    else:
        _as_they_were(view, step, person)
    _history(stored.changes_of(step.key), view, "them")


def _person_at_school(view: DistrictView, step: Step, number: int) -> None:
    """A person for somebody who may look at a school: as they were there, without a history."""
    person = view.directory(number).person(step.key)
    if person is None:
        prose(f"They are not at your school in snapshot {number}.")
    else:
        _as_they_were(view, step, person)


def _as_they_were(view: DistrictView, step: Step, person: rt.Person) -> None:
    """A person in a snapshot."""
    facts = dict(person.facts.iter_rows())
    heading(f"{facts.get('userFirstName', '')} {facts.get('userLastName', '')}".strip(), 2)
    schools = counted(person.schools.height, "school")
    classes = counted(person.classes.height, "class", "classes")
    prose(f"{facts.get('userRole') or 'Somebody without a role'} at {schools}, in {classes}.")
    left, right = st.columns(2, gap="large")
    with left:
        _facts(person.facts, "Facts of this person")
    with right:
        heading("Schools", 3)
        whole(person.schools, key=f"schools-{hash(step)}", alt="Schools of this person")
        heading("Classes", 3)
        if person.classes.is_empty():
            prose("This person is in no class.")
        else:
            prose("Pick a class to open it.", small=True)
            _pick(view, step, person.classes, "class", "Classes of this person")


def _class(view: DistrictView, step: Step, number: int) -> None:
    """Facts of a class, the people in it, and its history."""
    directory = view.directory(number)
    listed = directory.class_list(step.key)
    whole_district = view.asker.sees_whole(view.name)
    if listed is None and not whole_district:
        prose(f"This class is not at your school in snapshot {number}.")
    elif listed is None:
        last = view.stored.class_history(step.key).row(-1, named=True)
        heading(last["className"] or step.key, 2)
        prose(f"This class is not in snapshot {number}.")
    else:
        classes = directory.records("class")
        sizes = classes.filter(classes["classId"] == step.key).select("students", "staff").row(0)
        _as_it_was(view, step, listed, sizes)
    if whole_district:
        _history(view.stored.changes_of_class(step.key), view, "it")


def _as_it_was(
    view: DistrictView, step: Step, listed: rt.ClassList, sizes: tuple[int, int]
) -> None:
    """A class in a snapshot; `sizes`: students and staff."""
    facts = dict(listed.facts.iter_rows())
    heading(facts.get("className") or step.key, 2)
    students, teaching = counted(sizes[0], "student"), counted(sizes[1], *_STAFF)
    school = facts.get("schoolId", "")
    prose(f"{students} and {teaching} at the school {school}.")
    left, right = st.columns([2, 3], gap="large")
    with left:
        _facts(listed.facts, "Facts of this class")
    with right:
        heading("Class list", 3)
        if listed.people.is_empty():
            prose("Nobody is in this class.")
        else:
            prose("Pick somebody to open them.", small=True)
            _pick(view, step, listed.people, "person", "People in this class")


def _facts(facts: pl.DataFrame, alt: str) -> None:
    """The facts as a table of text, in which long values wrap."""
    heading("Facts", 3)
    lines = "".join(
        f'<tr><th scope="row" style="{_CELL};font-weight:600">{escape(field)}</th>'
        f'<td style="{_CELL};overflow-wrap:anywhere;white-space:pre-wrap">{escape(value)}</td></tr>'
        for field, value in facts.iter_rows()
    )
    st.html(
        f'<table aria-label="{escape(alt)}" style="width:100%;border-collapse:collapse">'
        f"{lines}</table>"
    )


def _pick(view: DistrictView, step: Step, listed: pl.DataFrame, kind: str, alt: str) -> None:
    """A table whose picked line is opened."""
    table = listed.rename({"part": "role in class"})
    line = picked(lambda page: page_of(table, page), table.height, narrowed=step, alt=alt)
    if line is not None:
        key = "userId" if kind == "person" else "classId"
        open_record(view, kind, listed[key][line])
        st.rerun()


def _history(changes: pl.DataFrame, view: DistrictView, what: str) -> None:
    """What changed from snapshot to snapshot."""
    heading("History", 3)
    if changes.is_empty():
        first = view.snapshots[0].number
        prose(
            f"Nothing changed about {what} since snapshot {first}."
            if len(view.snapshots) > 1
            else "There is one snapshot; changes show from the second one on."
        )
        return
    prose(f"{counted(changes.height, 'change')} over {counted(len(view.snapshots), 'snapshot')}.")
    key = f"history-{hash(trail(view)[-1])}"
    whole(changes, key=key, alt="What changed, snapshot by snapshot")
