"""What to take along: the rows with their errors, the corrected file, the message."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

import roster_toolkit as rt
from app_parts.text import prose

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EXCEL = (
    "Excel drops leading zeros when it saves a CSV. Upload the file as it is downloaded, or format "
    "the ID columns as text before you save."
)


def downloads(review: rt.Review) -> None:
    """Each file is made when it is asked for."""
    prose("Each file is made on this computer when you click.")
    rejected = st.toggle(
        "Only the rows that are rejected", key="only-rejected", disabled=not review.rows.rejected
    )
    with st.container(horizontal=True):
        _button("users-errors.csv", lambda: review.errors_csv(rejected=rejected), "text/csv")
        _button("users-errors.xlsx", lambda: review.errors_xlsx(rejected=rejected), _XLSX)
        if review.impact is not None:
            _button("changes.csv", review.changes_csv, "text/csv")
        _button("review.json", review.json, "application/json")
    st.caption(
        "The error files hold your own rows with three columns more: row, errors, how to fix. "
        "Correct either in place, and drop it here again. " + EXCEL
    )
    prose("A message for the customer or a support ticket; no cell of the file is in it:",
         strong=True)  # fmt: skip
    message = review.message()
    st.code(message, language=None, wrap_lines=True)
    _button("message.md", message.encode, "text/markdown")


def fixed_name(review: rt.Review) -> str:
    """What a corrected copy is called."""
    return f"{Path(review.upload.name).stem}-fixed.csv"


def _button(name: str, make: object, kind: str) -> None:
    st.download_button(
        f"Download {name}", data=make, file_name=name, mime=kind,  # type: ignore[arg-type]
        on_click="ignore", key=f"download-{name}",
    )  # fmt: skip
