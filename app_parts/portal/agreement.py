"""How well a profile judges beside the portal, before and now, and what stays unexplained."""

from __future__ import annotations

import streamlit as st

import roster_toolkit as rt
from app_parts.dictionary.prose_table import prose_table
from app_parts.text import bullets, counted, heading, prose

#: Texts of the portal that are listed.
_MOST_TEXTS = 100


def agreement(learned: rt.Calibration) -> None:
    """A sentence, a picture and the figures."""
    before, after = learned.agreement
    heading("Agreement with your portal", 2)
    if not after.rows:
        prose(
            "There is nothing to compare with yet: give a file that the portal accepted, or one "
            "with its error report."
        )
        return
    prose(
        f"Before, {before.agree:,} of {counted(before.rows, 'row')} were judged as your portal "
        f"judged them; now {after.agree:,} of {after.rows:,} are."
    )
    figure = learned.plot.agreement()
    st.plotly_chart(
        figure, key="agreement", config={"displayModeBar": False}, alt=figure.layout.meta["alt"]
    )
    lines = {
        "Rows your portal judged": (before.rows, after.rows),
        "Judged the same": (before.agree, after.agree),
        "We were too strict: the portal accepts them": (before.too_strict, after.too_strict),
        "We were too lenient: the portal rejects them": (before.too_lenient, after.too_lenient),
    }
    prose_table(
        ("", "before", "now"),
        ((title, f"{first:,}", f"{second:,}") for title, (first, second) in lines.items()),
        caption="Agreement in figures",
    )


def notices(learned: rt.Calibration) -> None:
    """Sources that were set aside, and those that disagree."""
    if learned.notices:
        heading("Please look at this", 2)
        bullets(notice.text for notice in learned.notices)


def unexplained(learned: rt.Calibration) -> None:
    """What the portal says that no check stands for."""
    texts = learned.unexplained
    if not texts:
        return
    heading("What we can't explain yet", 2)
    prose(
        f"Your portal says {counted(len(texts), 'thing')} about rows that the toolkit accepts. A "
        "data dictionary or a help page may explain them."
    )
    prose_table(
        ("your portal's text", "rows", "such as row"),
        (
            (text.text, f"{text.rows:,}", f"{text.example_row:,}" if text.example_row else "")
            for text in texts[:_MOST_TEXTS]
        ),
        caption="Texts of your portal that nothing explains",
    )
    if len(texts) > _MOST_TEXTS:
        prose(f"These are the first {_MOST_TEXTS} of {len(texts):,}.", small=True)
