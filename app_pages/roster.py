"""roster."""

import streamlit as st

st.title("roster")
