"""What the papers teach, as proposals with a yes or no each."""

from __future__ import annotations

import streamlit as st

import roster_toolkit as rt
from app_parts.dictionary.prose_table import prose_table
from app_parts.portal.agreement import agreement, notices, unexplained
from app_parts.portal.standing import turn_to
from app_parts.portal.work import Work
from app_parts.session import Desk
from app_parts.text import callout, counted, heading, prose

_TITLES = {
    "header": "Name of the column",
    "column": "Column of your portal",
    "accepts": "Allowed values of",
    "requirement": "Who needs",
    "rule": "Check",
    "message": "Your portal's words for",
}
_SURE = {
    "certain": "Certain",
    "likely": "Likely",
    "guess": "A guess: look at it closely",
}
_DECLINED = {
    "header": "You said no: the portal's column is not checked, and ours counts as missing.",
    "column": "You said no: the column stays as it was.",
}


def proposals(desk: Desk) -> None:
    """A sentence, agreement with the portal, and each proposal."""
    work = desk.portal
    learned = work.learned
    if learned is None:
        callout(
            "There are no proposals yet.", "plain", detail="They come from your portal's files."
        )
        st.button(
            "Learn from your files", key="proposals-learn", type="primary", on_click=turn_to,
            args=("learn",),
        )  # fmt: skip
        return
    chosen = sum(proposal.accepted for proposal in learned.proposals)
    callout(
        f"{counted(len(learned.proposals), 'proposal')}, {chosen} accepted."
        if learned.proposals
        else "Your files teach nothing new: all of it was known.",
        "good" if chosen else "plain",
    )
    agreement(learned)
    notices(learned)
    heading("The proposals", 2)
    if learned.proposals:
        prose("Ticked ones are accepted. What you tick or untick counts at once.")
        with st.container(horizontal=True):
            everything = {proposal.number for proposal in learned.proposals}
            st.button("Accept all", key="accept-all", on_click=_choose, args=(work, everything))
            st.button("Accept none", key="accept-none", on_click=_choose, args=(work, set()))
            st.button(
                "Keep what is accepted", key="proposals-keep", type="primary", on_click=turn_to,
                args=("keep",),
            )  # fmt: skip
    for proposal in learned.proposals:
        _proposal(work, proposal)
    unexplained(learned)


def _choose(work: Work, numbers: set[int]) -> None:
    """Accept these and no others; the boxes begin anew."""
    work.turn += 1
    work.choose(numbers)


def _tick(work: Work, number: int, key: str) -> None:
    """Accept or decline one."""
    chosen = {p.number for p in (work.learned.proposals if work.learned else ()) if p.accepted}
    work.choose(chosen | {number} if st.session_state[key] else chosen - {number})


def _proposal(work: Work, proposal: rt.Proposal) -> None:
    """One proposal: what changes, on what it rests, and the box."""
    key = f"accept-{work.turn}-{proposal.number}"
    with st.container(border=True):
        heading(f"{proposal.number}. {_TITLES[proposal.about.value]} {proposal.column}")
        st.checkbox(
            f"Accept proposal {proposal.number}", value=proposal.accepted, key=key,
            on_change=_tick, args=(work, proposal.number, key),
        )  # fmt: skip
        if not proposal.accepted:
            prose(
                _DECLINED.get(proposal.about.value, "You said no: it stays as it was."), small=True
            )
        prose_table(
            (),
            (("Before", proposal.before or "nothing"), ("After", proposal.after or "nothing")),
            caption=f"Proposal {proposal.number}",
        )
        why = f"{proposal.why[:1].upper()}{proposal.why[1:]}"
        seen = ", ".join(dict.fromkeys(proposal.sources)) or "no file"
        prose(f"{why}. Seen in {seen}. {_sure(proposal)}.", small=True)


def _sure(proposal: rt.Proposal) -> str:
    words = _SURE[proposal.sure.value]
    parts = []
    if proposal.rows_for:
        parts.append(f"{counted(proposal.rows_for, 'row')} for it")
    if proposal.rows_against:
        parts.append(f"{proposal.rows_against:,} against it")
    if proposal.example_row:
        parts.append(f"such as row {proposal.example_row:,}")
    return f"{words}: {', '.join(parts)}" if parts else words
