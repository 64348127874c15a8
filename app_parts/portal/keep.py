"""Keeping what was learned: for a district, for this visit, as a file; and its versions."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

import roster_toolkit as rt
from app_parts.dictionary.prose_table import prose_table
from app_parts.labels import in_label
from app_parts.portal.preview import preview
from app_parts.portal.standing import is_kept, turn_to
from app_parts.session import LEARNED_FILE, Desk
from app_parts.text import callout, heading, prose
from app_parts.upload import districts_of


def keep(desk: Desk) -> None:
    """What can be done with the draft, and what was kept before."""
    draft = desk.portal.draft
    if draft is None:
        callout("There is nothing to keep yet.", "plain", detail="Learn from your files first.")
        st.button("Learn from your files", key="keep-learn", on_click=turn_to, args=("learn",))
    elif is_kept(desk):
        callout("This is what your files are checked by.", "good")
    else:
        callout("Not kept yet: no file is checked by this.", "careful")
    district = _district(desk)
    if draft is not None:
        _keep(desk, draft, district)
        preview(desk)
    if district is not None:
        _history(desk, district)


def _district(desk: Desk) -> str | None:
    """The district that it is about, if the store has any."""
    names = districts_of(desk, to_change=True)
    if not names and desk.portal.draft is None:
        return None
    if not names and not desk.asker.changes_anything:
        prose(
            "Keeping this takes System or Enrollment access to a whole district. Use it for this "
            "visit, or download it."
        )
        return None
    if not names:
        prose(
            "There is no district here yet. Import its roster to keep this for it; until then use "
            "it for this visit, or download it."
        )
        st.page_link("app_pages/roster.py", label="Import a roster")
        return None
    named = desk.basis.district
    return st.selectbox("District", names, index=names.index(named) if named in names else 0)


def _keep(desk: Desk, draft: rt.EditedProfile, district: str | None) -> None:
    note = st.text_input(
        "Note for the history (optional)", key="keep-note", placeholder="From the fall error report"
    ) if district else ""  # fmt: skip
    with st.container(horizontal=True):
        label = f"Keep it for {in_label(district or '')}"
        if district and st.button(label, key="keep-it", type="primary"):
            _keep_for(desk, draft, district, note or "")
        if st.button(
            "Use it for this visit only", key="use-it", type="secondary" if district else "primary"
        ):
            _use(desk, draft)
        st.download_button(
            "Download it (TOML)", data=draft.toml.encode(), mime="application/toml",
            file_name=LEARNED_FILE, on_click="ignore",
        )  # fmt: skip


def _keep_for(desk: Desk, draft: rt.EditedProfile, district: str, note: str) -> None:
    try:
        version = desk.store.set_profile(district, draft.toml, note)
    except rt.ToolkitError as trouble:
        callout("It was not kept.", "bad", detail=str(trouble))
        return
    desk.judge_anew(
        replace(desk.basis, district=district, profile=None, download=None, schools=None)
    )
    _done(
        desk,
        f"Kept: version {version.number} of {district}'s own profile. Its files are checked by it.",
    )


def _use(desk: Desk, draft: rt.EditedProfile) -> None:
    desk.use_profile(draft.toml)
    _done(desk, "Files are checked by this until you leave. Download it to keep it.")


def _history(desk: Desk, district: str) -> None:
    """Every version, and the way back."""
    heading("What was kept for this district", 2)
    try:
        versions = desk.store.profile_versions(district)
        holds = desk.store.district(district).own_profile
    except rt.ToolkitError as trouble:
        callout("The versions cannot be read.", "bad", detail=str(trouble))
        return
    if not versions:
        prose("Nothing yet: its files are checked by what is assumed of every portal.")
        return
    prose(f"Version {holds} is in use." if holds else "All versions were undone; none is in use.")
    prose_table(
        ("version", "made (UTC)", "note", ""),
        (
            (
                str(version.number), f"{version.made:%Y-%m-%d %H:%M}", version.note,
                "undone" if version.taken_back else "in use" if version.number == holds else "",
            )
            for version in reversed(versions)
        ),
        caption="Versions of the district's own profile",
    )  # fmt: skip
    if holds and st.button(f"Undo version {holds}", key=f"undo-profile-{holds}"):
        _take_back(desk, district, holds)


def _take_back(desk: Desk, district: str, holds: int) -> None:
    try:
        now = desk.store.undo_profile(district)
    except rt.ToolkitError as trouble:
        callout("Nothing was undone.", "bad", detail=str(trouble))
        return
    desk.judge_anew(desk.basis)
    then = f"version {now} is in use again" if now else "the district has no profile of its own now"
    _done(desk, f"Version {holds} was undone; {then}.")


def _done(desk: Desk, what: str) -> None:
    """Say it once, on the page as it is then."""
    desk.portal.done = what
    st.rerun()


def say_what_was_done(desk: Desk) -> None:
    """What was done a moment ago."""
    if desk.portal.done:
        callout(desk.portal.done, "good")
        desk.portal.done = ""
