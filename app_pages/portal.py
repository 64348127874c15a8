"""Your portal: what is known of it, learning it from its papers, and keeping what was learned."""

from __future__ import annotations

import streamlit as st

import roster_toolkit as rt
from app_parts.portal.edit import edit
from app_parts.portal.keep import keep, say_what_was_done
from app_parts.portal.known import known
from app_parts.portal.proposals import proposals
from app_parts.portal.sources import sources
from app_parts.sample import sample_banner
from app_parts.session import desk
from app_parts.text import callout
from app_parts.url_state import choose_part, read_place, write_place

_STEPS = {"known": "What is known", "learn": "Learn from your files", "proposals": "Proposals",
          "edit": "Edit by hand", "keep": "Keep"}  # fmt: skip
PLACE = {"step": "known"}

here = desk()
read_place(PLACE)
st.title("Your portal")
sample_banner(here)
say_what_was_done(here)
if here.portal.go_to:
    st.session_state["step"], here.portal.go_to = here.portal.go_to, ""
try:
    match choose_part("Step", _STEPS, key="step", usual="known"):
        case "learn":
            sources(here)
        case "proposals":
            proposals(here)
        case "edit":
            edit(here)
        case "keep":
            keep(here)
        case _:
            known(here)
except rt.ToolkitError as trouble:
    callout("Your portal's profile cannot be read.", "bad", detail=str(trouble))
write_place(PLACE)
