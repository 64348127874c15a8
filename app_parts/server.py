"""The life of the server: what the first file needs is loaded early, and it ends without noise."""

from __future__ import annotations

import atexit
import os
import sys
from contextlib import suppress

import streamlit as st

import roster_toolkit as rt


@st.cache_resource(show_spinner=False)
def warm_up() -> None:
    """Check the template once per server: engine and charts take a second to load."""
    atexit.register(_say_no_more)
    template = rt.template_csv(rt.load_profile("batch-upload"))
    rt.review(template, name="template.csv").plot.categories()


def _say_no_more() -> None:
    """Close stderr when the server ends: DuckDB 2.0 would list there what it left untidied."""
    with suppress(OSError, ValueError):
        sys.stderr.flush()
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
