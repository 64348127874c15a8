"""The file on the desk as a district's page sees it: its verdict and impact, and the next step."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

import streamlit as st

import roster_toolkit as rt
from app_parts.access import this_machine
from app_parts.check.verdict import tone_of
from app_parts.impact.guard import wrong_district
from app_parts.impact.process import (
    hindrance_of,
    offer_anew,
    process_button,
    say_processed,
)
from app_parts.impact.words import impact_in_a_sentence
from app_parts.labels import in_label
from app_parts.roster.data import DistrictView
from app_parts.session import Desk
from app_parts.text import callout, counted, heading, prose
from app_parts.upload import judge

_CHECK, _IMPACT = "app_pages/check.py", "app_pages/impact.py"


class _File(Protocol):
    name: str

    def getvalue(self) -> bytes:
        """The bytes of the file."""


def ask_whose_file(desk: Desk, view: DistrictView) -> None:
    """Whether the file is another district's, where that seems so: said before anything else."""
    if not desk.name or desk.basis.district != view.name:
        return
    if desk.review is None and not desk.trouble:
        judge(desk)
    if desk.review is not None and desk.processed is None:
        wrong_district(desk.review)


def file_of_district(desk: Desk, view: DistrictView) -> None:
    """The file, what would become of it, and the next step; or the place to drop one."""
    heading("File", 2)
    if not desk.name:
        _drop(desk, view)
    elif desk.basis.district != view.name:
        _other(desk, view)
    elif desk.processed is not None:
        _processed(desk, view, desk.processed)
    else:
        _judged(desk)


def _drop(desk: Desk, view: DistrictView) -> None:
    """The place for a file; it is taken once, as it is dropped."""
    prose(f"No file yet. Drop a users.csv here, and it is compared with {view.name}.")
    key = f"district-file-{view.name}-{desk.attempt}"

    def taken() -> None:
        file: _File | None = st.session_state[key]
        if file is not None:
            compare_with(desk, view.name)
            desk.take(file.name, file.getvalue())

    st.file_uploader("A users.csv (.csv or .xlsx)", key=key, on_change=taken)
    st.caption(f"Your file stays on {this_machine()}.")


def _other(desk: Desk, view: DistrictView) -> None:
    """A file that is compared with another roster, or with none."""
    compared = desk.basis.roster_named
    prose(
        f"{desk.name} is compared with {compared}."
        if compared
        else f"{desk.name} is not compared with a roster."
    )
    with st.container(horizontal=True):
        st.button(
            f"Compare it with {in_label(view.name)}", key="compare-here", type="primary",
            on_click=compare_with, args=(desk, view.name),
        )  # fmt: skip
        st.button("Choose another file", key="other-file", on_click=desk.start_over)


def compare_with(desk: Desk, district: str) -> None:
    """Judge the file on the desk, and what comes on it, by this district from now on."""
    desk.judge_by(
        replace(desk.basis, district=district, profile=None, download=None, schools=None,
                uploaded=None)
    )  # fmt: skip


def _judged(desk: Desk) -> None:
    review = desk.review
    if review is None:
        callout("This file cannot be checked.", "bad", detail=desk.trouble)
        st.button("Choose another file", key="other-file", on_click=desk.start_over)
        return
    rows = review.rows
    prose(f"{desk.name} · {counted(rows.accepted + rows.rejected, 'row')}")
    impact = review.impact
    callout(
        review.sentence, tone_of(review),
        detail="" if impact is None else impact_in_a_sentence(impact),
    )  # fmt: skip
    if rows.rejected and st.button(
        f"Fix {counted(rows.rejected, 'row')} on the Check page", key="to-check", type="primary"
    ):
        st.switch_page(_CHECK)
    if impact is not None:
        _process(desk, review)
    with st.container(horizontal=True, vertical_alignment="center"):
        if not rows.rejected:
            st.page_link(_CHECK, label="See the check of the file")
        if impact is not None:
            st.page_link(_IMPACT, label="Preview every change")
        st.button("Choose another file", key="other-file", on_click=desk.start_over)


def _process(desk: Desk, review: rt.Review) -> None:
    """The button that makes it the roster; why it cannot be, where it cannot."""
    hindrance = hindrance_of(desk, review)
    if hindrance is not None:
        prose(f"{hindrance.sentence} {hindrance.detail}")
        offer_anew(desk, review)
        return
    rejected = review.rows.rejected
    left_out = f" {_left_out(rejected)}" if rejected else ""
    prose(
        f"Save this as {desk.basis.roster_named}'s new roster here. Nothing is sent to the portal."
        f"{left_out}"
    )
    process_button(desk, review, aside=bool(left_out))


def _left_out(rejected: int) -> str:
    are = "is" if rejected == 1 else "are"
    return f"{counted(rejected, 'row')} that would be rejected {are} left out."


def _processed(desk: Desk, view: DistrictView, result: rt.Processed) -> None:
    """What became of it; the list of what was done has the way back."""
    if result.snapshot is None:
        callout(f"No changes: the roster of {view.name} stays as it was.")
    else:
        say_processed(desk, result, "If you did not intend this, undo it below.")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.page_link(_IMPACT, label="See the report")
        st.button("Choose another file", key="other-file", on_click=desk.start_over)
