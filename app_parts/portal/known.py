"""What is known of each column of the portal, and how."""

from __future__ import annotations

import streamlit as st

import roster_toolkit as rt
from app_parts.dictionary.columns import evidence_in_words, mark
from app_parts.dictionary.prose_table import prose_table
from app_parts.portal.sources import offer_made_up
from app_parts.portal.standing import is_kept, is_learned, shown_profile, turn_to
from app_parts.session import Desk
from app_parts.text import callout, counted, heading, prose

_UNBROKEN = "\N{NO-BREAK SPACE}"
_FACTS = {"name": "name", "values": "values", "requirement": "when"}


def known(desk: Desk) -> None:
    """A sentence, then a table of all columns; at the beginning, what to do first."""
    profile = shown_profile(desk)
    callout(
        how_much_is_known(profile),
        "good" if is_learned(profile) else "careful",
        detail=_record(profile),
    )
    if desk.portal.draft is not None and not is_kept(desk):
        prose("This is what you accepted so far. No file is checked by it until you keep it.")
        st.button("Keep it", key="to-keep", type="primary", on_click=turn_to, args=("keep",))
    elif not is_learned(profile):
        _begin(desk)
    heading("The columns", 2)
    rows = {row.column: row for row in rt.dictionary_rows(profile)}
    columns = [column for column in profile.columns.values() if not column.absent]
    prose(f"{counted(len(columns), 'column')}, in the order of the template.")
    prose_table(
        ("header", "who needs it", "allowed values", "how it is known", "seen in"),
        (
            (c.name, rows[c.name].requirement, _values(c, rows[c.name]), _how(c), _seen(c))
            for c in columns
        ),
        caption="The columns of your portal", least=900,
    )  # fmt: skip
    absent = [column.name for column in profile.columns.values() if column.absent]
    if absent:
        prose(f"Your portal does not have: {', '.join(absent)}.")
    with st.expander("What do confirmed, inferred, assumed and seen mean?"):
        evidence_in_words()


def _begin(desk: Desk) -> None:
    """What to do where nothing is known yet."""
    prose(
        "Every school district's portal is a little different. Show the toolkit what you have of "
        "yours: its template, a file that it accepted, an error report. It learns the names, the "
        "allowed values and who needs what, and asks you before anything changes."
    )
    with st.container(horizontal=True):
        st.button(
            "Learn from your files", key="to-learn", type="primary", on_click=turn_to,
            args=("learn",),
        )  # fmt: skip
        offer_made_up(desk, key="known")


def how_much_is_known(profile: rt.Profile) -> str:
    """How much is known, in a sentence."""
    columns = [column for column in profile.columns.values() if not column.absent]
    seen = sum(rt.Evidence.SEEN in column.evidence.values() for column in columns)
    assumed = sum(column.assumed for column in columns)
    number = counted(len(columns), "column")
    if not seen:
        return (
            f"Nothing was learned from your portal yet: of {number}, {assumed} rest in part on "
            "what we assume."
        )
    return (
        f"Of {number}, {seen} are known from your portal; {assumed or 'none'} "
        f"{'rests' if assumed == 1 else 'rest'} in part on what we assume."
    )


def _record(profile: rt.Profile) -> str:
    """How often the profile was held against what the portal did."""
    record = profile.record
    if record is None or not record.rows:
        return "It was never compared with what your portal did."
    return (
        f"Compared with what your portal did on {counted(record.rows, 'row')} of "
        f"{counted(record.files, 'file')}, last on {record.last}: {record.agreed:,} "
        "judged the same."
    )


def _values(column: rt.Column, row: rt.DictionaryRow) -> str:
    if not column.judged:
        return "anything: the toolkit does not know this column"
    return row.values


def _how(column: rt.Column) -> str:
    """A line for each mark: what is known that way."""
    marks: dict[rt.Evidence, list[str]] = {}
    for fact, word in _FACTS.items():
        marks.setdefault(column.evidence[fact], []).append(word)
    lines = (f"{mark(evidence)}: {', '.join(words)}" for evidence, words in marks.items())
    return "\n".join(line.replace(" ", _UNBROKEN) for line in lines)


def _seen(column: rt.Column) -> str:
    """The files in which it was seen, and when."""
    by_day: dict[str, list[str]] = {}
    for seen in column.seen:
        by_day.setdefault(seen.date, []).append(seen.file)
    files = [f"{', '.join(names)}\non {day}" for day, names in by_day.items()]
    by_hand = [note for note in column.note.split(". ") if note.startswith("Set by hand")]
    return "\n".join([*files, *(note.rstrip(".") for note in by_hand)])
