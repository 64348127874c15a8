"""Bringing current data in: a download of the portal, or OneRoster files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Protocol

import streamlit as st

import roster_toolkit as rt
from app_parts.access import this_machine
from app_parts.labels import in_label
from app_parts.roster.breadcrumbs import go_to_section
from app_parts.roster.compare import counts_table, summary
from app_parts.roster.data import DistrictView, known_districts, usable_on_error
from app_parts.roster.schools import choose_school
from app_parts.text import bullets, callout, counted, heading, prose

if TYPE_CHECKING:
    from app_parts.session import Desk

#: Where a district's roster comes from, in words.
SOURCES = {
    "portal": "Batch Upload in the portal",
    "clever": "Clever",
    "classlink": "ClassLink",
    "gg4l": "GG4L",
    "oneroster": "OneRoster files",
}
_PARTS = {
    rt.Part.ALL: "All students and staff",
    rt.Part.STUDENTS: "All students",
    rt.Part.STAFF: "All staff",
    rt.Part.ADMINS: "All admins",
}
_WHO_LEAVES = {
    rt.Part.ALL: "People and classes",
    rt.Part.STUDENTS: "Students",
    rt.Part.STAFF: "Staff",
    rt.Part.ADMINS: "Admins",
}
_NEW = ""
#: What the last import made, and how often something was imported.
_DONE, _COUNT = "imported", "imports"
#: What no name of a file may hold somewhere, and how many letters it may have everywhere.
_UNFIT, _LONGEST = '/\\:*?"<>|', 60
#: Ranges of rows that are named.
_ROWS = 20
#: What was stopped last, and how many sentences of a reason are shown.
_STOPPED, _NAMED = "import-stopped", 6
#: Code of what stops an import → what to do where it was not intended.
_INSTEAD = {
    "RT418": "If it is another district's file, choose that district above.",
    "RT419": "If the file is only a part of your data, choose above what is in it, or the one "
    "school that it is about: then nobody else leaves.",
    "RT420": "If your district has a new school, upload the school list beside the file.",
}


class _File(Protocol):
    name: str
    file_id: str

    def getvalue(self) -> bytes:
        """The bytes of the file."""


@dataclass(frozen=True)
class _Done:
    """What an import made, for the page that is drawn next."""

    district: str
    imported: rt.Imported

    @property
    def numbers(self) -> set[int]:
        """The snapshots that it is about."""
        return {n for n in (self.imported.before, self.imported.snapshot) if n is not None}


@dataclass(frozen=True)
class _Wanted:
    """What is to be imported."""

    district: str
    source: str | None
    """None for a district that is known."""
    file: _File | None
    """None where only the list of schools is handed in."""
    part: rt.Part
    school: str
    schools: _File | None
    label: str

    @property
    def key(self) -> tuple[str, ...]:
        """What tells it from anything else that could be imported."""
        files = (each.file_id if each else "" for each in (self.file, self.schools))
        return (self.district, self.source or "", self.part.value, self.school, *files)


@dataclass(frozen=True)
class _Stopped:
    """What was not imported, until a person says that it is meant."""

    key: tuple[str, ...]
    imported: rt.Imported


@usable_on_error
def bring_in(desk: Desk, view: DistrictView) -> None:
    """What came of the last import, and the form: for a district that is known or a new one."""
    _show_imported(view)
    import_into(desk, view)


def import_into(desk: Desk, view: DistrictView | None) -> None:
    """Ask for a file and what it holds, and import it."""
    heading("Import current data", 2)
    prose(
        "Download your data from the portal and upload the file here. Your file stays on "
        f"{this_machine()}. OneRoster files come as a .zip."
    )
    turn = st.session_state.get(_COUNT, 0)
    file = st.file_uploader("Download of current data, or OneRoster .zip", key=f"import-{turn}")
    oneroster = file is not None and file.name.lower().endswith(".zip")
    district, source = _district(desk, view, oneroster=oneroster)
    left, right = st.columns(2)
    part = left.selectbox(
        "What's in the file", list(_PARTS), key="import-part", format_func=_PARTS.__getitem__
    )
    with right:
        school = _school(view if view and view.name == district else None, turn)
    with st.expander("School list and a name for the snapshot (optional)"):
        schools = st.file_uploader(
            "School list (CSV with schoolId, schoolName)", key=f"import-schools-{turn}",
            help="The district's own list. It tells unknown schools from known ones, and whether "
            "processing is active. For a district that is known it can be imported by itself.",
        )  # fmt: skip
        label = st.text_input("Name of the snapshot", key=f"import-label-{turn}", max_chars=80)
    chosen_source = source is None
    if chosen_source and file is None and schools is not None:
        prose("The list of schools is imported by itself; nobody leaves the roster.", small=True)
    elif chosen_source:
        prose(_people_who_leave(part, school, oneroster=oneroster), small=True)
    ready = bool(district) and (file is not None or (chosen_source and schools is not None))
    wanted = _Wanted(district, source, file, part, school, schools, label)
    label = f"Import into {in_label(district)}" if district else "Import"
    if st.button(label, type="primary", disabled=not ready, key="import-now"):
        _import(desk, wanted)
    _ask_for_confirmation(desk, wanted)
    if not ready:
        st.caption("Choose a file first." if district else "Choose a file and name the district.")
    st.caption(
        f"For a file of more than {st.get_option('server.maxUploadSize')} MB use the command line: "
        "`python -m roster_toolkit snapshot import download.csv --district NAME`"
    )


def _people_who_leave(part: rt.Part, school: str, *, oneroster: bool) -> str:
    """What an import does to those who are not in its file."""
    place = "that school" if school else "the district"
    which = " and came from OneRoster" if oneroster else ""
    return (
        f"{_WHO_LEAVES[part]} of {place} that are not in the file{which} leave the roster. The "
        "snapshots that you have stay as they are."
    )


def _district(desk: Desk, view: DistrictView | None, *, oneroster: bool) -> tuple[str, str | None]:
    """The district's name, and its source where it is new."""
    turn = st.session_state.get(_COUNT, 0)
    names = [name for name in known_districts(desk.store) if desk.asker.changes(name)]
    if view is not None:
        chosen = st.selectbox(
            "District", [*names, _NEW], index=names.index(view.name),
            key=f"into-{view.name}-{turn}",
            format_func=lambda name: name or "A new district",
        )  # fmt: skip
        if chosen != _NEW:
            return chosen, None
    left, right = st.columns(2)
    name = left.text_input("Name of the district", key=f"import-name-{turn}", max_chars=80).strip()
    if name in names:
        prose("This district is known: the file becomes its next snapshot.", small=True)
        return name, None
    source = right.selectbox(
        "Its roster comes from", list(SOURCES), key=f"import-source-{oneroster}",
        index=list(SOURCES).index("oneroster" if oneroster else "portal"),
        format_func=SOURCES.__getitem__,
        help="Where a third party supplies the students, an upload may hold staff only.",
    )  # fmt: skip
    return name, source


def _school(view: DistrictView | None, turn: int) -> str:
    """The school that the file holds, if it is one only."""
    if view is not None:
        directory = view.directory(view.latest.number)
        return choose_school(directory, "School", "The whole district", key="import-school")
    return st.text_input(
        "Only one school (its ID)", key=f"import-school-{turn}",
        placeholder="blank: the whole district",
    ).strip()  # fmt: skip


def _ask_for_confirmation(desk: Desk, wanted: _Wanted) -> None:
    """Why nothing was imported, a box to check for each reason, and the way to import it then."""
    stopped: _Stopped | None = st.session_state.get(_STOPPED)
    if stopped is None or stopped.key != wanted.key:
        return
    with st.container(border=True):
        callout("Nothing was imported. Look at this first.", "careful",
                detail=stopped.imported.consequence)  # fmt: skip
        meant = []
        for code, sentences in stopped.imported.reasons.items():
            rest = len(sentences) - _NAMED
            bullets([*sentences[:_NAMED], *([f"and {rest:,} more like this"] if rest > 0 else [])])
            if code in _INSTEAD:
                prose(_INSTEAD[code], small=True)
            label = f"Yes, I intended this ({code})"
            meant.append(st.checkbox(label, key=f"import-accept-{code}"))
        label = f"Import it into {in_label(wanted.district)} all the same"
        if st.button(label, disabled=not all(meant), key="import-accepted"):
            _import(desk, wanted, tuple(stopped.imported.reasons))


def _import(desk: Desk, wanted: _Wanted, accept: tuple[str, ...] = ()) -> None:
    """Hand the files over in a folder of their own, which goes again at once."""
    with TemporaryDirectory(dir=desk.folder.name) as room, st.spinner("Importing"):
        try:
            imported = _imported(desk.store, wanted, Path(room), accept)
        except rt.ToolkitError as trouble:
            callout("Nothing was imported.", "bad", detail=str(trouble))
            return
    st.session_state.pop(_STOPPED, None)
    if imported.held:
        for code in imported.held:
            st.session_state.pop(f"import-accept-{code}", None)
        st.session_state[_STOPPED] = _Stopped(wanted.key, imported)
        st.rerun()
    st.session_state[_DONE] = _Done(wanted.district, imported)
    st.session_state[_COUNT] = st.session_state.get(_COUNT, 0) + 1
    snapshot = imported.snapshot or imported.before
    go_to_section("Import", district=wanted.district, snapshot=str(snapshot))
    st.rerun()


def _imported(store: rt.Store, wanted: _Wanted, room: Path, accept: tuple[str, ...]) -> rt.Imported:
    schools = None if wanted.schools is None else _written(wanted.schools, room / "schools")
    label = wanted.label.strip()
    if wanted.file is None:
        return rt.import_schools(
            schools or "", store, wanted.district, label=label, accept=accept
        )  # fmt: skip
    return rt.import_data(
        _written(wanted.file, room / "data"), store, wanted.district,
        district_source=wanted.source, part=wanted.part, school=wanted.school, schools=schools,
        label=label, accept=accept,
    )  # fmt: skip


def _written(file: _File, folder: Path) -> Path:
    """The file under its own name: the snapshot tells what it was made from."""
    folder.mkdir()
    path = folder / _file_name(file.name)
    path.write_bytes(file.getvalue())
    return path


def _file_name(typed: str) -> str:
    """The end of a name that a browser told, as every file system takes it."""
    name = "".join(c if c.isprintable() and c not in _UNFIT else "_" for c in typed)
    return name[-_LONGEST:].strip(". ") or "upload"


def _show_imported(view: DistrictView) -> None:
    """What came of the import: what was left out, and what changed."""
    done: _Done | None = st.session_state.get(_DONE)
    numbers = {each.number for each in view.snapshots}
    if done is None or done.district != view.name or not done.numbers <= numbers:
        return
    if _chosen_anew():
        return
    imported = done.imported
    if imported.snapshot is None:
        callout(f"Nothing differs from snapshot {imported.before}, so none was made.", "plain")
    elif imported.before is None:
        callout(f"Imported: this is snapshot {imported.snapshot} of {view.name}.", "good")
    else:
        difference = view.difference(imported.before, imported.snapshot)
        since = f"Imported as snapshot {imported.snapshot}. Since snapshot {imported.before}"
        callout(summary(difference, since), "good")
        counts_table(difference)
        st.button(
            "See every change", key="see-changes", on_click=go_to_section, args=("Compare",),
            kwargs={"from": str(imported.before), "to": str(imported.snapshot)},
        )  # fmt: skip
    _left_out(imported)


def _chosen_anew() -> bool:
    """Whether another file is uploaded: what came of the last one is no longer the question."""
    turn = st.session_state.get(_COUNT, 0)
    places = (f"import-{turn}", f"import-schools-{turn}")
    return any(st.session_state.get(place) is not None for place in places)


def _left_out(imported: rt.Imported) -> None:
    """Rows and people that the import left out."""
    if not imported.dropped.is_empty():
        rows = counted(imported.dropped.len(), "row was", "rows were")
        callout(
            f"{rows} left out: no ID of a school or person, or too many or too few cells.",
            "careful",
            detail=f"In the file: row {rt.row_ranges(imported.dropped.to_list(), _ROWS)}",
        )
    if imported.aside:
        people = counted(imported.aside, "person", "people")
        prose(f"Left aside, because they are not in the part that you chose: {people}.")
    for note in imported.notes:
        prose(note)
