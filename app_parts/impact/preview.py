"""Preview impact: whether there is anything to foresee, and if not, what to do next."""

from __future__ import annotations

import streamlit as st

import roster_toolkit as rt
from app_parts.impact.words import impact_in_a_sentence
from app_parts.sample import offer_sample
from app_parts.session import Desk
from app_parts.text import callout, counted
from app_parts.upload import choose_basis, file_line, judge

_CHECK, _ROSTER = "app_pages/check.py", "app_pages/roster.py"


def review_with_impact(desk: Desk) -> rt.Review | None:
    """The review of a file whose impact is known; else says what is missing."""
    if not desk.name:
        _no_file(desk)
        return None
    if desk.basis.roster_named:
        file_line(desk)
    if desk.review is None and not desk.trouble:
        judge(desk)
    review = desk.review
    if review is None:
        callout("This file cannot be checked.", "bad", detail=desk.trouble)
        _to_check("Look at it on the Check page")
    elif review.profile.beside:
        callout(
            f"A {review.profile.file_name} changes no roster: there is nothing to preview.",
            detail="It adds to what the portal knows of the students. The Check page shows what "
            "to fix in it.",
        )
        _to_check("See the check of the file")
    elif review.perhaps_other_names:
        callout(
            "We can say what would happen to the roster once we know the portal's column names.",
            "careful",
            detail=f"{review.sentence} The Check page asks you.",
        )  # fmt: skip
        _to_check("Answer on the Check page")
    elif review.verdict is rt.Verdict.REJECTED:
        callout(
            "The portal would reject the whole file, so nothing would happen to the roster.", "bad",
            detail=f"{review.sentence} The Check page shows what to fix.",
        )  # fmt: skip
        _to_check("See what to fix")
    elif review.impact is None:
        _no_roster(desk)
    else:
        return review
    return None


def headline(review: rt.Review) -> None:
    """What would happen, in one sentence, and what it is compared with."""
    impact, roster = review.impact, review.against
    if impact is None or roster is None:
        return
    snapshot = f", snapshot {roster.snapshot}" if roster.snapshot else ""
    rows = review.rows
    total = counted(rows.accepted + rows.rejected, "row")
    accepted = f"{rows.accepted:,} of {total} would be accepted"
    assumed = " (that the portal accepts good rows next to rejected ones is our best understanding)"
    callout(
        impact_in_a_sentence(impact),
        "careful" if rows.rejected else "good",
        detail=f"Compared with {roster.district}{snapshot}. "
        f"{accepted}{assumed if rows.rejected and rows.accepted else ''}. Nothing has been sent, "
        "and nothing has changed yet.",
    )


def _no_file(desk: Desk) -> None:
    callout(
        "There is no file to preview yet.",
        detail="Choose a users.csv on the Check page, and you see here what it would change. Just "
        "looking? Try the sample district, an invented one with a file that changes a lot.",
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        offer_sample(desk, key="impact")
        _to_check("Choose a file on the Check page")


def _no_roster(desk: Desk) -> None:
    callout(
        "What would this file change? To see that, it needs a roster to compare it with.",
        detail="Choose a district of the store, or a download of the current data. The file itself "
        "has been checked; you find that result on the Check page.",
    )
    with st.container(border=True):
        choose_basis(desk)
    with st.container(horizontal=True, vertical_alignment="center"):
        _to_check("See the check of the file")
        st.page_link(_ROSTER, label="Import a roster into the store")
        offer_sample(desk, key="impact-roster")


def _to_check(label: str) -> None:
    st.page_link(_CHECK, label=label)
