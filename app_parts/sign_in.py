"""Signing in on a shared host, and what somebody sees who has no access."""

from __future__ import annotations

import logging

import streamlit as st

from app_parts.access import (
    AccessError,
    Asker,
    access_file,
    asker,
    read_access,
    sign_in_offered,
    verified_email,
)
from app_parts.text import callout, prose

_LOG = logging.getLogger("roster_toolkit.access")


def let_in() -> Asker | None:
    """Who looks at the pages; None where nobody may, and then the page says why."""
    who = asker()
    if who.may_look:
        return who
    st.title("Roster Toolkit")
    if not sign_in_offered():
        _say_not_served()
    elif not st.user.to_dict().get("is_logged_in"):
        prose("Sign in with the account of your organization.")
        st.button("Sign in", key="sign-in", type="primary", on_click=st.login)
    else:
        _say_no_access()
        sign_out()
    return None


def sign_out() -> None:
    """The button that ends the session, for who is signed in."""
    st.button("Sign out", key="sign-out", on_click=st.logout)


def signed_in_line(who: Asker) -> None:
    """Who is signed in, and the way out; nothing on one's own machine."""
    if who.everything:
        return
    with st.container(
        horizontal=True, horizontal_alignment="right", vertical_alignment="center", key="signed-in"
    ):
        prose(f"Signed in as {who.email}", small=True, inline=True)
        sign_out()


def _say_not_served() -> None:
    callout(
        "Nobody can sign in here.",
        "bad",
        detail="A list of who may do what is named (ROSTER_ACCESS), so this is a shared host. Sign-"
        "in is offered by serve.py: start the app with it. On your own computer, start the app "
        "without ROSTER_ACCESS.",
    )


def _say_no_access() -> None:
    """That there is none, without a word about who has."""
    path = access_file()
    email = verified_email(st.user.to_dict())
    if path is not None:
        try:
            read_access(path)
        except AccessError:
            callout(
                "Nobody has access just now.",
                "bad",
                detail="The list of who may do what has a slip. Whoever runs this host finds the "
                "sentence about it in the log.",
            )
            return
    if not email:
        callout(
            "Your email address is not verified.",
            "careful",
            detail="Access is granted to an address, and your account does not say that the "
            "address is yours. Verify it with your provider, and sign in again.",
        )
        return
    callout(
        "You have no access yet.",
        "careful",
        detail=f"You are signed in as {email}. Ask whoever runs this host for access to your "
        "district, then sign in again.",
    )
