"""What to take along: the rows with their errors, the corrected file, the message."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

import roster_toolkit as rt
from app_parts.access import this_machine
from app_parts.check.copying import copy_button
from app_parts.check.corrected import EXCEL
from app_parts.session import Desk
from app_parts.text import heading, prose

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: Rows from which on a workbook takes five seconds and more.
_LONG_TO_WRITE = 500_000


def downloads(desk: Desk, review: rt.Review) -> None:
    """Each file is made when it is asked for."""
    heading("Files", 2, small=True)
    prose(f"Each file is made on {this_machine()} when you click.")
    rejected = st.toggle(
        "Only the rows that are rejected", key="only-rejected", disabled=not review.rows.rejected
    )
    with st.container(horizontal=True):
        for name, make, kind in (
            (review.called("errors.xlsx"), lambda: review.errors_xlsx(rejected=rejected), _XLSX),
            (review.artifact("report.html"), lambda: review.to_html().encode(), "text/html"),
            (review.called("errors.csv"), lambda: review.errors_csv(rejected=rejected), "text/csv"),
        ):
            _button(name, desk.download(review, make), kind)
        if review.impact is not None:
            changes = desk.download(review, review.changes_csv)
            _button(review.artifact("changes.csv"), changes, "text/csv")
        whole = desk.download(review, review.json)
        _button(review.artifact("review.json"), whole, "application/json")
    st.caption(
        "The error files hold your own rows with three columns more: row, errors, how to fix. "
        "Correct either in place, and check your corrected file here. report.html is one page to "
        "read, print or send on; it holds cells of your file. " + EXCEL
    )
    if review.upload.records > _LONG_TO_WRITE:
        st.caption(
            f"For so many rows {review.called('errors.xlsx')} takes some ten seconds to make "
            f"after you click; {review.called('errors.csv')} takes two."
        )
    heading("Message", 2, small=True)
    prose("A message for the customer or a support ticket. No cell of the file is in it.")
    long = st.toggle("Every problem and its rows", key="long-message")
    message = review.message(long=long)
    with st.container(horizontal=True):
        copy_button("Copy the message", message, key="copy-message")
        _button(review.artifact("message.md"), message.encode, "text/markdown")
    st.code(message, language=None, wrap_lines=True)


def _button(name: str, make: Callable[[], bytes], kind: str) -> None:
    st.download_button(
        f"Download {name}", data=make, file_name=name, mime=kind,
        on_click="ignore", key=f"download-{name}",
    )  # fmt: skip
