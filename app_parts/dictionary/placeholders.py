"""Addresses for students who have none: what would be filled in, and the file with it."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import streamlit as st

import roster_toolkit as rt
from app_parts.session import Desk
from app_parts.table import paged
from app_parts.text import callout, counted, prose

_ASKED, _FILLED = "addresses-asked", "addresses-filled"


def placeholders(desk: Desk, profile: rt.Profile) -> None:
    """Domain and file in, preview and corrected file out."""
    prose(
        "Every row needs an email address that nobody else has; a student's does not have to be a "
        "real inbox. This fills the blank addresses of students with their name and ID, such as "
        "ana.lee_500123@school.org, and changes nothing else in the file."
    )
    callout(
        "No mail reaches these addresses.",
        "careful",
        detail="A pattern of name and ID may be used as a student's address: that is confirmed. "
        "That the portal accepts the ones made here is our best understanding.",
    )
    domain = desk.mail_domain = st.text_input(
        "Email domain (school.org)", value=desk.mail_domain, placeholder="school.org",
        key="mail-domain",
    )  # fmt: skip
    file = _file(desk)
    if not domain or file is None:
        return
    name, data = file
    try:
        filled = _filled(desk, profile, domain, name, data)
    except rt.ToolkitError as trouble:
        callout("No address was filled in.", "bad", detail=str(trouble))
        return
    _preview(filled, f"{desk.attempt}-{hash(domain)}")
    if filled.students:
        _take_along(desk, name, filled)


def _filled(
    desk: Desk, profile: rt.Profile, domain: str, name: str, data: bytes
) -> rt.Placeholders:
    """The file with addresses, made once for what is on the page."""
    key = (profile.sha256, domain, name, sha256(data).hexdigest())
    if st.session_state.get(_ASKED) != key:
        st.session_state[_FILLED] = rt.fill_placeholder_addresses(
            data, domain, profile=profile, name=name,
            against=desk.review.against if desk.review is not None else None,
        )  # fmt: skip
        st.session_state[_ASKED] = key
    filled: rt.Placeholders = st.session_state[_FILLED]
    return filled


def _file(desk: Desk) -> tuple[str, bytes] | None:
    """The file on the desk, or another one."""
    if desk.name:
        prose("It is filled into a copy of the file that you are checking.")
        return desk.name, desk.data
    dropped = st.file_uploader("The users.csv to fill them into", key="mail-file")
    return None if dropped is None else (dropped.name, dropped.getvalue())


def _preview(filled: rt.Placeholders, key: str) -> None:
    if not filled.students and filled.left.is_empty():
        prose("No student of this file is without an address.")
    elif filled.students:
        prose(
            f"{counted(filled.students, 'student')} in {counted(filled.log.height, 'row')} "
            f"{'gets' if filled.students == 1 else 'get'} an address; the cell is blank now.",
            strong=True,
        )
        addresses = filled.log.select("row", address="after")
        paged(
            lambda page: addresses.slice((page - 1) * 100, 100), addresses.height,
            key=f"filled-{key}", alt="The row and the address that it gets; before, it was blank",
        )  # fmt: skip
    if filled.left.height:
        stay = "stays as it is" if filled.left.height == 1 else "stay as they are"
        prose(
            f"{counted(filled.left.height, 'row')} of students without an address {stay}, each for "
            "a reason:"
        )
        paged(
            lambda page: filled.left.slice((page - 1) * 100, 100), filled.left.height,
            key=f"left-{key}", alt="Rows that stay blank, and why",
        )  # fmt: skip


def _take_along(desk: Desk, name: str, filled: rt.Placeholders) -> None:
    target = f"{Path(name).stem}-addresses.csv"
    with st.container(horizontal=True):
        if desk.name and st.button("Add them to my corrected file", type="primary"):
            desk.domain = desk.mail_domain
            st.switch_page("app_pages/check.py", query_params={"view": "repair"})
        if not desk.name and st.button("Check the file with these addresses"):
            desk.take(target, filled.data)
            st.switch_page("app_pages/check.py")
        st.download_button(
            "Download the file with these addresses", data=_to_download(desk, filled),
            file_name=target, mime="text/csv", on_click="ignore",
            type="secondary" if desk.name else "primary",
        )  # fmt: skip


def _to_download(desk: Desk, filled: rt.Placeholders) -> Callable[[], bytes]:
    """The file; where the one on the desk is compared with a district, so is this."""

    def data() -> bytes:
        return filled.data

    return data if desk.review is None else desk.download(desk.review, data)
