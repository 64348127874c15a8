"""The places for the portal's papers, and learning from them."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

import roster_toolkit as rt
from app_parts.access import this_machine
from app_parts.portal.standing import turn_to
from app_parts.portal.work import Paper, Work
from app_parts.session import Desk
from app_parts.text import callout, counted, heading, prose

#: Rows of the files of the made-up portal, and its number.
_ROWS, _SEED = 120, 7
_LEARN = "learn-now"


@dataclass(frozen=True)
class _Zone:
    """One place for papers."""

    key: str
    noun: str
    title: str
    label: str
    tip: str


_TEMPLATE = _Zone(
    "template", "template", "Template", "The portal's template",
    "The file with the header row that the portal gives you to fill in.",
)  # fmt: skip
_DICTIONARY = _Zone(
    "dictionary", "data dictionary", "Data dictionary", "The portal's data dictionary",
    "A CSV, a workbook or a saved web page that lists the columns, who needs them, and the "
    "allowed values.",
)  # fmt: skip
_ACCEPTED = _Zone(
    "accepted", "accepted file", "Accepted files", "A file that the portal accepted completely",
    "The more of these, the better: nothing in them can be an error.",
)  # fmt: skip
_SENT = _Zone(
    "sent",
    "sent file",
    "Rejected rows",
    "The file that you sent",
    "A file of which the portal rejected rows.",
)
_REPORTS = _Zone(
    "reports", "error report", "", "The error report that came back",
    "What the portal answered, such as users-errors.csv, in whatever layout.",
)  # fmt: skip
_HELP = _Zone(
    "help_page", "help page", "Help page", "The portal's help page about errors",
    "A saved web page or text that explains the portal's error messages.",
)  # fmt: skip


def sources(desk: Desk) -> None:
    """Every place, and the button that begins."""
    work = desk.portal
    prose(
        "Drop what you have; one file is enough to begin. Everything stays on "
        f"{this_machine()}, and nothing changes before you accept it."
    )
    st.caption(
        f"For files of more than {st.get_option('server.maxUploadSize')} MB use the command line: "
        "`python -m roster_toolkit calibrate --accepted users.csv --out ours.toml`"
    )
    left, right = st.columns(2, gap="large")
    for zone, place in ((_TEMPLATE, left), (_ACCEPTED, left), (_DICTIONARY, right), (_HELP, right)):
        with place:
            heading(zone.title, 2)
            _zone(work, zone)
    _pairs(work)
    _learn(desk)


def _pairs(work: Work) -> None:
    """Files that were sent, each with its report."""
    heading(_SENT.title, 2)
    prose("A file that you sent and the error report about it go together.")
    for place, zone in zip(st.columns(2, gap="large"), (_SENT, _REPORTS), strict=True):
        with place:
            _zone(work, zone)
    if work.half:
        callout(work.half, "careful")


def _zone(work: Work, zone: _Zone) -> None:
    """One place: what lies there already, with what is wrong with it, and room for more."""
    papers: list[Paper] = getattr(work, zone.key)
    key = f"paper-{zone.key}-{work.turn}-{len(papers)}"
    dropped = st.file_uploader(zone.label, key=key, help=zone.tip)
    if dropped is not None:
        work.add(zone.key, dropped.name, dropped.getvalue())
        work.turn += 1
        st.rerun()
    for number, paper in enumerate(papers):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.text(f"{paper.name} ({max(len(paper.data) // 1000, 1):,} KB)")
            st.button(
                f"Remove {zone.noun} {number + 1}" if number else f"Remove {zone.noun}",
                key=f"remove-{zone.key}-{work.turn}-{number}", type="tertiary",
                on_click=work.remove, args=(zone.key, number),
            )  # fmt: skip
        for sentence in work.notices_of(paper):
            callout("This was left aside.", "bad", detail=sentence)


def _learn(desk: Desk) -> None:
    """The button, and what is said while it works."""
    work = desk.portal
    with st.container(horizontal=True):
        begin = st.button("Learn", key=_LEARN, type="primary", disabled=not work.teaches)
        if not work.teaches:
            offer_made_up(desk, key="learn")
    if begin:
        learn(desk)
    if work.trouble:
        callout("Nothing was learned.", "bad", detail=work.trouble)
    elif work.learned is not None and work.stale:
        callout("Files came or went since: learn again to take them in.", "careful")
    elif work.learned is not None and work.learned.proposals:
        number = counted(len(work.learned.proposals), "proposal")
        callout(f"Learned: {number}. Look at them and accept or decline.", "good")
        st.button("See the proposals", key="to-proposals", on_click=turn_to, args=("proposals",))
    elif work.learned is not None:
        callout("These files teach nothing new.", "plain")


def learn(desk: Desk) -> None:
    """Learn, with the stages named as they begin, and go on to the proposals."""
    place = st.empty()
    with place.status("Learning …") as status:
        try:
            start = desk.profile_text()
        except rt.ToolkitError as trouble:
            desk.portal.trouble = str(trouble)
        else:
            desk.portal.learn(start, lambda stage: status.update(label=f"{stage} …"))
    place.empty()
    st.rerun()


def offer_made_up(desk: Desk, *, key: str) -> None:
    """A button that brings the papers of a made-up portal."""
    if st.button("Just looking? Try a made-up portal", key=f"made-up-{key}"):
        papers = rt.sample_portal(_ROWS, seed=_SEED, profile=rt.load_profile())
        work = desk.portal = Work(turn=desk.portal.turn + 1)
        files = papers.files
        for zone, name in (
            ("template", "template.csv"), ("dictionary", "dictionary.csv"),
            ("accepted", "accepted.csv"), ("sent", "sent.csv"), ("reports", "users-errors.csv"),
            ("help_page", "help.html"),
        ):  # fmt: skip
            work.add(zone, name, files[name])
        work.go_to = "learn"
        st.rerun()
