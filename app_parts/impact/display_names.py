"""The classes whose display name changes, before and after."""

from __future__ import annotations

import polars as pl
import streamlit as st

import roster_toolkit as rt
from app_parts.impact.records import school_names
from app_parts.session import Desk
from app_parts.table import whole
from app_parts.text import counted, prose


def display_names(desk: Desk, review: rt.Review) -> None:
    """A table of them."""
    if review.impact is None or review.against is None:
        return
    names = review.impact.display_names
    if names.is_empty():
        prose("No class gets another display name.")
        return
    prose(
        f"{counted(names.height, 'class gets', 'classes get')} another display name:", strong=True
    )
    table = names.select(
        pl.col("schoolId").replace(school_names(review.against.roster)).alias("school"),
        "classId",
        "className",
        pl.col("before").alias("display name so far"),
        pl.col("after").alias("after the file"),
    )
    whole(table, key=f"display-names-{desk.attempt}", alt="Display names before and after")
    st.caption("A display name that is blank in the file stays as the roster has it.")
