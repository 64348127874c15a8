"""Process file: asked once, done to the store, and reported as the portal does."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import streamlit as st

import roster_toolkit as rt
from app_parts.impact.guard import (
    STRANGERS,
    UNLISTED,
    UNUSUAL,
    stranger_sentences,
    unlisted_sentences,
    unusual_sentences,
)
from app_parts.impact.totals import adds_up, show_outcomes
from app_parts.impact.words import impact_in_a_sentence
from app_parts.labels import in_label
from app_parts.roster.data import view_district
from app_parts.roster.undo import offer_undo
from app_parts.session import Desk
from app_parts.text import bullets, callout, counted, heading, prose

_ROSTER = "app_pages/roster.py"
#: Sentences that are read before something is accepted; the page has all of them.
_NAMED = 4
_ASKING = "process-asking"


class Hindrance(NamedTuple):
    """Why a file cannot be processed now."""

    sentence: str
    detail: str
    """What to do about it."""


def offer_process(desk: Desk, review: rt.Review) -> None:
    """The button, or why it is disabled."""
    heading("Process the file", 2)
    hindrance = hindrance_of(desk, review)
    if hindrance is None:
        prose(f"Save this as {desk.basis.roster_named}'s new roster here. Nothing is sent to the "
              "portal.")  # fmt: skip
    else:
        callout(hindrance.sentence, "careful", detail=hindrance.detail)
    process_button(desk, review, hindered=hindrance is not None)
    if hindrance is not None:
        offer_anew(desk, review)


def process_button(
    desk: Desk, review: rt.Review, *, hindered: bool = False, aside: bool = False
) -> None:
    """The button, which names the district, and what is asked once it is clicked.

    `aside` where something else comes first.
    """
    st.button(
        f"Process into {_into(desk)}", key="process", disabled=hindered,
        type="secondary" if aside else "primary", on_click=_asking, args=(True,),
    )  # fmt: skip
    if not hindered and st.session_state.get(_ASKING):
        title = f"Process {in_label(desk.name, 'the file')} into {_into(desk)}?"
        ask = st.dialog(title, width="large", on_dismiss=lambda: _asking(False))(_ask)
        ask(desk, review)


def _into(desk: Desk) -> str:
    return in_label(desk.basis.district or "a district")


def offer_anew(desk: Desk, review: rt.Review) -> None:
    """The way to a new preview, where the roster has changed since this one was made."""
    try:
        changed = _roster_changed_meanwhile(desk, review)
    except rt.ToolkitError:  # what cannot be used was said already
        return
    if changed:
        st.button("Preview it against the roster as it is now", key="anew", on_click=_anew,
                  args=(desk,))  # fmt: skip


def hindrance_of(desk: Desk, review: rt.Review) -> Hindrance | None:
    """Why the file cannot be processed here, also where the store cannot be used."""
    try:
        return _hindrance(desk, review)
    except rt.ToolkitError as trouble:
        return Hindrance("The store cannot be used.", str(trouble))


def _hindrance(desk: Desk, review: rt.Review) -> Hindrance | None:
    """Why the file cannot be processed here, and what to do."""
    district = desk.basis.district
    if district is None:
        return Hindrance(
            "A file is processed into a district of the store.",
            "It is compared with a download now. Import that download on the District page, and "
            "choose its district to check the file against.",
        )
    if not desk.asker.changes(district):
        return Hindrance(
            "You may not process a file into this district.",
            "It takes System or Enrollment access to the whole district.",
        )
    in_doubt = desk.store.inactive_because(district)
    if in_doubt:
        return Hindrance(
            "Processing is inactive until every school has an ID of its own.",
            f"Without an ID, or with one that another school has too: {', '.join(in_doubt)}. "
            "Give each a unique school ID, and import the list of schools again.",
        )
    staff_only = rt.profile_of_source(desk.store.district(district).source)
    students = review.impact is not None and rt.Kind.STUDENT in review.impact.kinds
    if staff_only != rt.profile_of_source("portal") and students:
        return Hindrance(
            "This district gets its students from a third party, so an upload may bring staff "
            "only.",
            "Choose the staff-only upload type for the file, and look at the impact again.",
        )
    if review.against is not None and _roster_changed_meanwhile(desk, review):
        return Hindrance(
            "The roster has changed since this preview was made.",
            f"The preview compares with snapshot {review.against.snapshot}; it is not the latest "
            "one anymore.",
        )
    return None


def _roster_changed_meanwhile(desk: Desk, review: rt.Review) -> bool:
    """Whether the district has a later snapshot than the one compared with."""
    if desk.basis.district is None or review.against is None:
        return False
    return desk.store.district(desk.basis.district).latest != review.against.snapshot


def _anew(desk: Desk) -> None:
    """Judge the same file against the roster as it is now."""
    desk.review = desk.processed = None


def _asking(is_open: bool) -> None:  # noqa: FBT001  a callback's only argument
    st.session_state[_ASKING] = is_open


def _ask(desk: Desk, review: rt.Review) -> None:
    """The counts, what must be accepted, and the last word."""
    impact = review.impact
    if impact is None:
        return
    prose(impact_in_a_sentence(impact), strong=True)
    show_outcomes(impact, alt="Records of each kind by outcome")
    accepted = _accepted(desk, review)
    missing = [code for code, is_accepted in accepted.items() if not is_accepted]
    with st.container(horizontal=True):
        confirmed = st.button(
            f"Process into {_into(desk)}", key="process-now", type="primary",
            disabled=bool(missing),
        )  # fmt: skip
        if st.button("Cancel", key="process-not", on_click=_asking, args=(False,)):
            st.rerun()
    if confirmed:
        _process(desk, tuple(accepted))


def _accepted(desk: Desk, review: rt.Review) -> dict[str, bool]:
    """Code of each thing that must be accepted → whether it is."""
    unlisted, unusual = unlisted_sentences(review), unusual_sentences(review)
    answers = {}
    for code, sentences, label in (
        (STRANGERS, stranger_sentences(review), f"Yes, this is {_into(desk)}'s own file."),
        (UNLISTED, unlisted, "Yes, people who are not in the file should be unenrolled."),
        (UNUSUAL, unusual, "Yes, I intended this many changes."),
    ):
        if not sentences:
            continue
        rest = len(sentences) - _NAMED
        bullets([*sentences[:_NAMED], *([f"and {rest:,} more like this"] if rest > 0 else [])])
        answers[code] = st.checkbox(label, key=f"accept-{code}")
    return answers


def _process(desk: Desk, accept: tuple[str, ...]) -> None:
    """Do it; what stands in the way becomes a sentence."""
    district = desk.basis.district or ""
    try:
        with st.spinner("Processing the file"):
            processed_file = rt.process(
                desk.data, desk.store, district,
                profile=desk.basis.profile, accept=accept,
                season=desk.basis.season, name=desk.name,
                previous_upload=desk.basis.uploaded[1] if desk.basis.uploaded else None,
            )  # fmt: skip
    except rt.ToolkitError as trouble:
        callout("Nothing was processed.", "bad", detail=str(trouble))
        return
    if processed_file.held:
        callout(
            "Nothing was processed: the roster has changed, and there is more to accept now.",
            "bad", detail="Close this, and preview the file again.",
        )  # fmt: skip
        return
    desk.processed = processed_file
    _asking(False)
    st.rerun()


def processed(desk: Desk, done: rt.Processed) -> None:
    """The portal's report of a file that was processed."""
    impact, district = done.review.impact, desk.basis.roster_named
    if done.snapshot is None:
        callout(
            f"No changes: the roster of {district} stays as it was, and no snapshot was made.",
            detail="All that the accepted rows say is in the roster already.",
        )
    else:
        say_processed(desk, done, "This is the report as the portal gives it:")
    if impact is not None:
        show_outcomes(impact, alt="What became of the records of each kind")
        adds_up(impact)
    rejected = done.review.rows.rejected
    if rejected:
        prose(f"{counted(rejected, 'row was', 'rows were')} rejected. The follow-up error report "
             "lists them with every error and how to fix it.")  # fmt: skip
    with st.container(horizontal=True, vertical_alignment="center"):
        if rejected:
            errors = partial(done.review.errors_csv, rejected=True)
            st.download_button(
                "Download users-errors.csv", data=desk.download(done.review, errors),
                file_name="users-errors.csv", mime="text/csv", on_click="ignore",
                key="download-follow-up",
            )  # fmt: skip
        st.page_link(_ROSTER, label="See the district")
        if done.snapshot is not None:
            _offer_undo(desk)
        st.button("Preview the same file again", key="again", on_click=_anew, args=(desk,))


def say_processed(desk: Desk, done: rt.Processed, then: str) -> None:
    """That the file made a snapshot, how many rows of it, and a sentence on what comes then."""
    rows = done.review.rows
    callout(
        f"Processed: the roster of {desk.basis.roster_named} is now snapshot {done.snapshot}.",
        "good",
        detail=f"{rows.accepted:,} of {counted(rows.accepted + rows.rejected, 'row')} of "
        f"{desk.name} were accepted. {then}",
    )


def _offer_undo(desk: Desk) -> None:
    """The undo of the district's latest snapshot; nothing where the store cannot be read."""
    try:
        stored = desk.store.district(desk.basis.district or "")
        view = view_district(desk, stored.name, stored.source) if stored.snapshots else None
    except rt.ToolkitError:
        return
    if view is not None and desk.asker.changes(view.name):
        offer_undo(desk, view)
