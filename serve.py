"""Roster Toolkit for a team: the same app on a shared host, for people who sign in.

    ROSTER_ACCESS=/etc/roster/access.toml python serve.py

docs/sign-in.md says how it is set up. On one's own machine `streamlit run app.py` is all it takes.
"""

from __future__ import annotations

import sys
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from streamlit.web import cli

from app_parts.access import AccessError
from app_parts.headers import SecurityHeaders
from app_parts.server import server_lifespan
from app_parts.signed_in import SignedInOnly, make_ready

#: Exit code of a command that cannot begin.
_UNUSABLE = 2


def _begin() -> None:
    """Let people sign in, or end with a sentence about what is missing."""
    try:
        make_ready()
    except AccessError as trouble:
        sys.stderr.write(f"{trouble}\n")
        sys.exit(_UNUSABLE)


if __name__ == "__main__":
    # Streamlit's own command reads the settings, imports this file and serves what it finds in it.
    sys.argv = ["streamlit", "run", __file__, *sys.argv[1:]]
    cli.main()
else:
    _begin()
    app = st.App(
        Path(__file__).with_name("app.py"),
        lifespan=server_lifespan,
        middleware=[Middleware(SecurityHeaders), Middleware(SignedInOnly)],
    )
