"""Loading what the first file will need, while nobody waits for it."""

from __future__ import annotations

import streamlit as st

import roster_toolkit as rt


@st.cache_resource(show_spinner=False)
def warm_up() -> None:
    """Check the template once per server: engine and charts take a second to load."""
    template = rt.template_csv(rt.load_profile("batch-upload"))
    rt.review(template, name="template.csv").plot.categories()
