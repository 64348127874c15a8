"""impact."""

import streamlit as st

st.title("impact")
