"""The empty page: what this is for, the place to drop a file, and the steps to the portal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

import roster_toolkit as rt
from app_parts.access import this_machine
from app_parts.check.several import take_several
from app_parts.sample import offer_sample
from app_parts.session import Desk
from app_parts.text import heading, prose
from app_parts.upload import choose_basis

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

#: Step → what it is, and the page and its words, where it is one.
_STEPS: tuple[tuple[str, str, str, tuple[str, dict[str, str]] | None], ...] = (
    ("1. Template", "Start with the right columns.", "Get the template",
     ("app_pages/dictionary.py", {"part": "template"})),
    ("2. Check", "Drop your file here. You see what the portal would reject, and why.", "", None),
    ("3. Fix", "Fix it here, and download the corrected users.csv.", "", None),
    ("4. Upload", "Upload users.csv in the portal. First preview what it changes.",
     "See what it would change", ("app_pages/impact.py", {})),
)  # fmt: skip


def front(desk: Desk) -> None:
    """Drop a file, or look at the sample."""
    prose("Find and fix the errors in your users.csv before you upload it to the portal.")
    with st.container(key="drop"):
        _drop(desk)
    limit = st.get_option("server.maxUploadSize")
    st.caption(
        f"Your file stays on {this_machine()}. For a file of more than {limit} MB use the command "
        "line: `python -m roster_toolkit check users.csv --out report`"
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        prose("Just looking?", inline=True)
        offer_sample(desk, key="check", aside=True)
        with st.popover("Check against…"):
            choose_basis(desk)
        _known(desk)
    for place, (title, what, label, target) in zip(st.columns(4), _STEPS, strict=True):
        with place, st.container(border=True, height="stretch", gap="xsmall"):
            heading(title, 2)
            prose(what)
            if target is not None:
                st.page_link(target[0], label=label, query_params=target[1])


def _drop(desk: Desk) -> None:
    key = f"file-{desk.attempt}"

    def taken() -> None:
        files: list[UploadedFile] = st.session_state[key]
        if len(files) == 1:
            desk.take(files[0].name, files[0].getvalue())
        elif files:
            take_several(desk, [(file.name, file.getvalue()) for file in files])

    st.file_uploader(
        "Drop your users.csv or Excel file (.csv, .xlsx) here",
        key=key, accept_multiple_files=True, on_change=taken,
        help="Several files at once are fine, users.csv and demographics.csv too, and so is a "
        "users-errors file that you corrected.",
    )  # fmt: skip


def _known(desk: Desk) -> None:
    """How much is known of the portal, and the way to teach more."""
    try:
        columns = desk.profile().in_file
    except rt.ToolkitError:  # the settings say why
        return
    known = sum(not column.assumed for column in columns)
    st.page_link(
        "app_pages/portal.py", label=f"Your portal: {known} of {len(columns)} columns known"
    )
