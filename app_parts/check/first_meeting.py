"""The first meeting with a portal whose columns are not called what we assumed."""

from __future__ import annotations

import streamlit as st

import roster_toolkit as rt
from app_parts.session import Desk
from app_parts.text import bullets, callout, counted, prose

_TOOK = "The portal accepted this file, or its template has these columns"
#: Lines of what was learned that are shown.
_MOST = 20


def first_meeting(desk: Desk, review: rt.Review) -> None:
    """The question whether the file is the portal's own, and what follows where it is."""
    if not review.perhaps_other_names:
        return
    if review.profile.beside:
        prose(
            "If the file comes from the portal's template, or the portal accepted it, teach the "
            "toolkit its column names on the command line: python -m roster_toolkit calibrate "
            f"--accepted FILE --profile {review.profile.name} --out ours.toml"
        )
        return
    with st.container(border=True):
        prose(
            "Does the file come from the portal's template, or did the portal accept it? Then its "
            "columns are right, and we were wrong about them: everything else follows from it."
        )
        if st.button(_TOOK, key=f"took-{desk.attempt}", type="primary"):
            with st.spinner("Learning the portal from this file, and checking the file by it"):
                desk.learn()
        if desk.not_learned:
            callout("Nothing was learned from this file.", "bad", detail=desk.not_learned)
        if desk.learned is not None:
            _preview(desk, *desk.learned)


def _preview(desk: Desk, learned: rt.Calibration, judged: rt.Review) -> None:
    """The verdict by what the file teaches, what that is, and the profile."""
    callout(
        f"Preview, by what this file teaches: {judged.sentence}",
        "good" if not judged.rows.rejected else "careful",
        detail=f"This holds if the portal accepted the file. {judged.rests_on}",
    )
    changes = [one for one in learned.proposals if one.accepted]
    prose(f"What it teaches: {counted(len(changes), 'change')} of what we assumed", strong=True)
    bullets(_told(one) for one in changes[:_MOST])
    if len(changes) > _MOST:
        prose(f"… and {len(changes) - _MOST} more, in the profile.", small=True)
    with st.container(horizontal=True):
        st.download_button(
            "Download the profile", data=learned.toml, file_name="ours.toml",
            mime="application/toml", on_click="ignore", key="download-learned",
        )  # fmt: skip
        st.button(
            "Check files by this profile from now on", key="keep-learned",
            on_click=desk.use_profile, args=(learned.toml,),
        )  # fmt: skip


def _told(one: rt.Proposal) -> str:
    return f"{one.column}: {one.before} → {one.after} ({one.sure.value})"
