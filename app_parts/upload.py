"""The file on the desk, what it is checked against, and checking it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import streamlit as st

import roster_toolkit as rt
from app_parts.session import Basis, Desk
from app_parts.text import callout, counted, prose

_DOWNLOAD = "A download of current data"
_OWN = "A profile of our own (TOML)"


class _File(Protocol):
    name: str

    def getvalue(self) -> bytes:
        """The bytes of the file."""


def file_line(desk: Desk) -> None:
    """Which file this is and what it is checked against, and the way to another."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="file-line"):
        prose(" · ".join(_facts(desk)))
        with st.popover("Settings"):
            choose_basis(desk)
        with st.popover("Check my corrected file"):
            _next_attempt(desk)
        if desk.several:
            st.button("All files", key="all-files", on_click=_to_all_files, args=(desk,))
        st.button("Start over", key="start-over", on_click=_start_over, args=(desk,))


def _start_over(desk: Desk) -> None:
    """Make room for another file, which is seen from its start."""
    desk.start_over()
    _from_the_start()


def _to_all_files(desk: Desk) -> None:
    """Back to the files that were dropped at once; the next is seen from its start."""
    desk.take("", b"")
    _from_the_start()


def _from_the_start() -> None:
    st.session_state.update(view="causes", cause=None, category=None, code=None, find="")


def _facts(desk: Desk) -> Iterator[str]:
    """The file, its rows, the upload type and the roster, in a few words each."""
    came = desk.original
    origin = f" from {came.name}" if came and came.name != desk.name else ""
    yield f"{desk.name}, corrected{origin}" if desk.made_here else desk.name
    if desk.review is not None:
        yield counted(desk.review.upload.records, "row")
    if desk.edits is not None:
        yield f"{counted(desk.edits.height, 'cell')} edited"
    if desk.review is not None and desk.review.profile.beside:
        yield from _facts_of_second(desk.review)
        return
    titles = {name: rt.load_profile(name).title for name in rt.profile_names()}
    by_itself = desk.basis.profile is None
    usual = _usual(desk, desk.basis.district) if by_itself else "a profile of our own"
    yield titles.get(usual if by_itself else str(desk.basis.profile), usual)
    compared = desk.basis.roster_named
    yield f"compared with {compared}" if compared else "not compared with a roster"


def _facts_of_second(review: rt.Review) -> Iterator[str]:
    """What a second file is, and who told of its students."""
    yield review.profile.title
    told = review.against.district if review.against else ""
    yield f"students as in {told}" if told else "not compared with users.csv or a roster"


def _next_attempt(desk: Desk) -> None:
    """The place for the corrected file.

    The file is taken once, as it is dropped: whoever looks at the place in every run would find it
    there again, and take it again, until the place has another name.
    """
    key = f"next-{desk.attempt}"

    def taken() -> None:
        file: _File | None = st.session_state[key]
        if file is not None:
            desk.take_next_attempt(file.name, file.getvalue())

    st.file_uploader(
        "Drop the corrected file here. You see what became better since your last file.",
        key=key, on_change=taken,
    )  # fmt: skip


def choose_basis(desk: Desk) -> None:
    """Upload type, roster to compare with, and season; a district brings its own upload type.

    The choices have no keys: what the desk says is what they begin with, also after the sample
    district has changed it.
    """
    basis = desk.basis
    profile = _profile(desk, basis)
    district = _district(desk, basis)
    download, schools = _download(basis) if district == _DOWNLOAD else (None, None)
    district = None if district == _DOWNLOAD else district
    if district is not None and district != basis.district:
        profile = None
    compared = district is not None or download is not None
    seasons = _seasons(desk, profile, district)
    season = basis.season if basis.season in seasons else next(iter(seasons))
    uploaded = basis.uploaded
    if compared:
        season = st.selectbox(
            "Time of the school year",
            list(seasons),
            index=list(seasons).index(season),
            format_func=seasons.__getitem__,
            help="Decides how much change in one school counts as unusual.",
        )
        uploaded = (
            _uploaded_file(
                "The file you uploaded last time (optional)",
                "uploaded",
                "Then edits made in the portal since then, which this file would take back, "
                "are found.",
            )
            or uploaded
        )
    if desk.judge_by(Basis(profile, district, download, schools, season, uploaded)):
        st.rerun()


def _profile(desk: Desk, basis: Basis) -> str | Path | None:
    """The profile that is named; None where it is the one that the district brings."""
    titles = {name: rt.load_profile(name).title for name in rt.profile_names()}
    usual = _usual(desk, basis.district)
    options = [*dict.fromkeys([*([] if usual in titles else [usual]), *titles]), _OWN]
    named = usual if basis.profile is None else str(basis.profile)
    standing = named if named in options else _OWN
    chosen = st.selectbox(
        "Upload type",
        options,
        index=options.index(standing),
        format_func=lambda name: titles.get(name, name),
        help="A profile holds the facts about the portal; docs/profiles.md says how to write one.",
    )
    if chosen == standing != _OWN:
        return basis.profile
    if chosen != _OWN:
        return None if chosen == usual else chosen
    own = _uploaded_file("Your profile", "profile", "A TOML file that extends one of ours.")
    if own is None:
        return basis.profile
    target = Path(desk.folder.name) / f"{Path(own[0]).stem}.toml"
    try:
        # As a text first: it may extend one of ours, not a file of the machine that serves it.
        rt.profile_of_text(own[1].decode("utf-8-sig", "replace"), own[0])
        target.write_bytes(own[1])
        rt.load_profile(target)
    except rt.ToolkitError as trouble:
        callout("This profile cannot be used.", "bad", detail=str(trouble))
        return None
    return target


def _usual(desk: Desk, district: str | None) -> str:
    """What the district brings: its own profile, in words, or the name of one of ours."""
    if district is None:
        return rt.profile_names()[0]
    try:
        stored = desk.store.district(district)
    except rt.ToolkitError:  # the choice of a district says why
        return rt.profile_names()[0]
    if stored.own_profile is not None:
        return f"{stored.name}'s own profile, version {stored.own_profile}"
    return rt.profile_of_source(stored.source)


def _district(desk: Desk, basis: Basis) -> str | None:
    """The district to compare with, `_DOWNLOAD` for a file, None for nothing."""
    options = [None, *districts_of(desk), _DOWNLOAD]
    named = _DOWNLOAD if basis.download else basis.district
    return st.selectbox(
        "Compare with",
        options,
        index=options.index(named) if named in options else 0,
        format_func=lambda option: option or "Nothing",
        help="With a roster to compare with, unknown schools, addresses that others hold, lost "
        "zeros and the impact of the file are found too.",
    )


def _download(basis: Basis) -> tuple[tuple[str, bytes] | None, tuple[str, bytes] | None]:
    """A download of current data, and the list of schools that may go with it."""
    file = _uploaded_file("Download of current data (users.csv layout)", "download", "")
    schools = _uploaded_file(
        "List of the district's schools (optional)", "schools",
        "A CSV with the columns schoolId and schoolName; then unknown schools are found.",
    )  # fmt: skip
    return file or basis.download, schools or basis.schools


def districts_of(desk: Desk, *, to_change: bool = False) -> list[str]:
    """The districts against which a file may be checked, or that may be changed.

    A sentence on the page where the store cannot be read.
    """
    if not desk.store.path.exists():
        return []
    try:
        names = [district.name for district in desk.store.districts()]
    except rt.ToolkitError as trouble:
        callout("The store cannot be read.", "careful", detail=str(trouble))
        return []
    allowed = desk.asker.changes if to_change else desk.asker.checks
    return [name for name in names if allowed(name)]


def _seasons(desk: Desk, profile: str | Path | None, district: str | None) -> dict[str, str]:
    """The seasons of the profile that is chosen, or of the usual one where it cannot be read."""
    try:
        chosen = desk.profile(Basis(profile, district))
    except rt.ToolkitError as trouble:
        callout("The profile of this district cannot be used.", "bad", detail=str(trouble))
        chosen = rt.load_profile()
    seasons = chosen.seasons or rt.load_profile().seasons  # a second file has none
    return {name: season.title for name, season in seasons.items()}


def _uploaded_file(label: str, key: str, tip: str) -> tuple[str, bytes] | None:
    file: _File | None = st.file_uploader(label, key=f"basis-{key}", help=tip or None)
    return None if file is None else (file.name, file.getvalue())


def judge(desk: Desk) -> None:
    """Review the file, with its stages named as they begin."""
    size = len(desk.data) / 1_000_000
    place = st.empty()
    with place.status(f"Reading {size:,.1f} MB …") as status:
        desk.judge(lambda stage: status.update(label=f"{stage} …"))
    place.empty()
