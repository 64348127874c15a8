"""Roster Toolkit in the browser: the list of its pages, and the server that shows them.

Streamlit imports this file once to serve it, and runs it for each visitor.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from app_parts.faults import filter_values_from_log, run
from app_parts.headers import SecurityHeaders
from app_parts.mask import mask_switch, shut_by_mask
from app_parts.menu import fold_menu
from app_parts.server import server_lifespan, warm_up

if __name__ == "__main__":
    st.set_page_config(page_title="Roster Toolkit", page_icon="🏫", layout="wide")
    chosen = st.navigation(
        [
            st.Page("app_pages/check.py", title="Check a file", url_path="check", default=True),
            st.Page("app_pages/impact.py", title="Preview impact", url_path="impact"),
            st.Page("app_pages/roster.py", title="District", url_path="roster"),
            st.Page("app_pages/portal.py", title="Your portal", url_path="portal"),
            st.Page("app_pages/dictionary.py", title="Dictionary and rules", url_path="dictionary"),
        ],
        position="top",
    )
    st.html(Path("app_parts/look.css"))
    fold_menu()
    filter_values_from_log()
    mask_switch()
    if not shut_by_mask(chosen.url_path):
        run(chosen)
    warm_up()
else:
    app = st.App(Path(__file__), lifespan=server_lifespan, middleware=[Middleware(SecurityHeaders)])
