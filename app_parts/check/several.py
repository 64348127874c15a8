"""Several files at once: a table of verdicts, of which one is opened."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl
import streamlit as st

import roster_toolkit as rt
from app_parts.check.lines import to_fix
from app_parts.session import Desk
from app_parts.table import page_of, paged
from app_parts.text import counted, prose

_LINE = {"file": pl.String, "what the portal would do": pl.String, "rows": pl.UInt32,
         "rejected": pl.UInt32, "problems": pl.UInt32}  # fmt: skip


def take_several(desk: Desk, files: Iterable[tuple[str, bytes]]) -> None:
    """Put several files beside the desk, to be checked one after the other."""
    desk.several = [*files]
    desk.verdicts = []


def show_several(desk: Desk) -> None:
    """The files with what the portal would say of each; one that is picked is opened."""
    _check_all(desk)
    number = len(desk.several)
    whole = sum(problems == 0 for _, _, _, problems in desk.verdicts)
    unread = sum(rows is None for _, rows, _, _ in desk.verdicts)
    cannot = f" {counted(unread, 'file')} cannot be checked." if unread else ""
    prose(
        f"Of {counted(number, 'file')}, {whole:,} would be accepted as a whole.{cannot} "
        "Pick a file to open it.",
        strong=True,
    )
    names = [name for name, _ in desk.several]
    lines = [(name, *line) for name, line in zip(names, desk.verdicts, strict=True)]
    table = pl.DataFrame(lines, schema=_LINE, orient="row")
    line = paged(
        lambda page: page_of(table, page), table.height,
        key=f"several-{desk.attempt}", pick=True, alt="The files and what the portal would say",
    )  # fmt: skip
    st.button("Start over", key="start-over", on_click=desk.start_over)
    if line is not None:
        desk.take(*desk.several[line])
        st.rerun()


def _check_all(desk: Desk) -> None:
    """Check what is not checked yet; a file that cannot be checked keeps no other from it."""
    left = desk.several[len(desk.verdicts) :]
    if not left:
        return
    with st.spinner(f"Checking {counted(len(left), 'file')}"):
        for name, data in left:
            try:
                review = desk.review_of(name, data)
            except rt.ToolkitError as trouble:
                desk.verdicts.append((str(trouble), None, None, None))
                continue
            problems = to_fix(review.causes)
            rows, rejected = review.upload.records, review.rows.rejected
            desk.verdicts.append((review.sentence, rows, rejected, problems))
