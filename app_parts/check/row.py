"""One row of the file, opened: all its cells, the faulty ones marked, and every error of it."""

from __future__ import annotations

import polars as pl
import streamlit as st

import roster_toolkit as rt
from app_parts.check.names import who_and_which_class
from app_parts.text import heading, prose


def show_row(review: rt.Review, number: int) -> None:
    """What is wrong with a row and how to fix it, beside its cells in a column."""
    view = review.row(number)
    with st.container(border=True):
        who = who_and_which_class(review, number)
        heading(f"Row {number}: {who}" if who else f"Row {number}", 2, small=True)
        left, right = st.columns([3, 2], gap="medium")
        with left:
            _errors(view.findings)
        with right:
            st.dataframe(
                view.cells.select(
                    pl.when(pl.col("codes").is_null()).then(pl.lit("")).otherwise(pl.lit("✗"))
                    .alias(" "),
                    "column",
                    pl.col("cell").fill_null("(no such cell)"),
                ),
                hide_index=True, height="content", key=f"cells-{number}", placeholder="",
                alt=f"The cells of row {number}; faulty ones are marked with a cross.",
            )  # fmt: skip


def _errors(findings: pl.DataFrame) -> None:
    if findings.is_empty():
        prose("Nothing is wrong with this row.")
    for finding in findings.iter_rows(named=True):
        with st.container(border=True, gap="xsmall"):
            column = f"{finding['column']}: " if finding["column"] else ""
            prose(f"{column}{finding['message']}", strong=True)
            prose(finding["how_to_fix"])
            likely = f" Likely value: {finding['suggestion']}" if finding["suggestion"] else ""
            prose(f"{finding['severity']}, {finding['code']}.{likely}", small=True)
