"""Roster Toolkit in the browser: the list of its pages, and the server that shows them.

Streamlit imports this file once to serve it, and runs it for each visitor.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from app_parts.access import may_open
from app_parts.faults import filter_values_from_log, run
from app_parts.headers import SecurityHeaders
from app_parts.mask import mask_switch, shut_by_mask
from app_parts.menu import fold_menu
from app_parts.server import server_lifespan, warm_up
from app_parts.sign_in import let_in, signed_in_line

#: Page, by its name in the address → its title. Who may open it, stands in `app_parts/access.py`.
_PAGES = {
    "check": "Check a file",
    "impact": "Preview impact",
    "roster": "District",
    "portal": "Your portal",
    "dictionary": "Dictionary and rules",
}

if __name__ == "__main__":
    st.set_page_config(page_title="Roster Toolkit", page_icon="🏫", layout="wide")
    filter_values_from_log()
    who = let_in()
    pages = [
        st.Page(f"app_pages/{name}.py", title=title, url_path=name)
        for name, title in _PAGES.items()
        if who is None or may_open(who, name)
    ]
    chosen = st.navigation(pages, position="hidden" if who is None else "top")
    if who is not None:
        st.html(Path("app_parts/look.css"))
        fold_menu()
        signed_in_line(who)
        mask_switch()
        if not shut_by_mask(chosen.url_path):
            run(chosen)
        warm_up()
else:
    app = st.App(Path(__file__), lifespan=server_lifespan, middleware=[Middleware(SecurityHeaders)])
