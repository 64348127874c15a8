"""Putting a file on the desk, choosing what it is judged by, and judging it."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import streamlit as st

import roster_toolkit as rt
from app_parts.sample import offer_sample
from app_parts.session import Basis, Desk
from app_parts.text import callout, counted, prose

_DOWNLOAD = "A download of current data"
_OWN = "A profile of our own (TOML)"


class _File(Protocol):
    name: str

    def getvalue(self) -> bytes:
        """The bytes of the file."""


def choose_file(desk: Desk) -> None:
    """The empty state: drop a file, say what it is judged by, or look at the sample."""
    left, right = st.columns([3, 2], gap="large")
    with left:
        limit = st.get_option("server.maxUploadSize")
        dropped = st.file_uploader(
            "Drop your users.csv here",
            key=f"file-{desk.attempt}",
            help="One file. An Excel workbook is read too, and so is a users-errors file that you "
            "corrected in place.",
        )
        st.caption(
            f"It is read on this computer and goes nowhere. For a file of more than {limit} MB use "
            "the command line: `python -m roster_toolkit check users.csv --out report`"
        )
        if dropped is not None:
            desk.take(dropped.name, dropped.getvalue())
            st.rerun()
        with st.expander("What is it judged by?", expanded=False):
            choose_basis(desk)
    with right, st.container(border=True):
        st.markdown("**No file at hand?**")
        st.markdown(
            "Look at Riverton, an invented district with a file that has everything a real one "
            "has: a dozen kinds of errors, new students, transfers, a removed class."
        )
        offer_sample(desk, key="check")


def file_line(desk: Desk) -> None:
    """Which file this is and what it is judged by, and the way to another."""
    titles = {name: rt.load_profile(name).title for name in rt.profile_names()}
    by_itself = desk.basis.profile is None
    usual = _usual(desk, desk.basis.district) if by_itself else "a profile of our own"
    profile = titles.get(usual if by_itself else str(desk.basis.profile), usual)
    facts = [desk.name]
    if desk.review is not None:
        facts.append(counted(desk.review.upload.records, "row"))
    facts.append(profile)
    compared = desk.basis.roster_named
    facts.append(f"compared with {compared}" if compared else "not compared with a roster")
    with st.container(horizontal=True, vertical_alignment="center"):
        prose(" · ".join(facts))
        with st.popover("Judged by"):
            choose_basis(desk)
        with st.popover("Next attempt"):
            again = st.file_uploader(
                "The corrected file, to be compared with this attempt", key=f"next-{desk.attempt}"
            )
            if again is not None:
                desk.take_next_attempt(again.name, again.getvalue())
                st.rerun()
        st.button("Another file", key="start-over", on_click=desk.start_over)


def choose_basis(desk: Desk) -> None:
    """Kind of upload, roster to compare with, and season; a district brings its own kind of upload.

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
        "Kind of upload",
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
    target = Path(desk.folder.name) / Path(own[0]).name
    target.write_bytes(own[1])
    try:
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


def districts_of(desk: Desk) -> list[str]:
    """The districts of the store; a sentence on the page where it cannot be read."""
    if not desk.store.path.exists():
        return []
    try:
        return [district.name for district in desk.store.districts()]
    except rt.ToolkitError as trouble:
        callout("The store cannot be read.", "careful", detail=str(trouble))
        return []


def _seasons(desk: Desk, profile: str | Path | None, district: str | None) -> dict[str, str]:
    """The seasons of the profile that is chosen, or of the usual one where it cannot be read."""
    try:
        chosen = desk.profile(Basis(profile, district))
    except rt.ToolkitError as trouble:
        callout("The profile of this district cannot be used.", "bad", detail=str(trouble))
        chosen = rt.load_profile()
    return {name: season.title for name, season in chosen.seasons.items()}


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
