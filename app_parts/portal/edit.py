"""Names, needs and accepted values in a table that can be typed into."""

from __future__ import annotations

import polars as pl
import streamlit as st

import roster_toolkit as rt
from app_parts.portal.preview import preview
from app_parts.session import Desk
from app_parts.text import callout, counted, prose

_TABLE = "editing"


def edit(desk: Desk) -> None:
    """The table, what is wrong with what was typed, and what it changes for the file at hand."""
    work = desk.portal
    over = work.learned.toml if work.learned is not None else desk.profile_text()
    if over != work.over:
        work.lay_over(over, work.edits)
    below = rt.edited_profile(over, ()).profile
    prose(
        "Type what your portal's own dictionary says. Allowed values: one after another; leave "
        "them blank where any text is allowed. Where a word does not tell what a role means, "
        "say so: Tutor = staff."
    )
    typed = _table(desk, below)
    edits = rt.edits_of(below, typed)
    if edits != work.edits:
        work.lay_over(over, edits)
    if work.edit_trouble:
        callout("This cannot be used yet.", "bad", detail=work.edit_trouble)
        return
    if not edits:
        prose("Nothing was changed by hand.")
    else:
        prose(f"{counted(len(edits), 'column')} changed by hand.", strong=True)
        st.button("Undo my changes", key="edits-back", on_click=_forget, args=(desk,))
    preview(desk)


def _table(desk: Desk, below: rt.Profile) -> pl.DataFrame:
    """The table; who comes back finds what they typed."""
    work = desk.portal
    key = f"{_TABLE}-{work.turn}"
    if key not in st.session_state:  # it was not on the page a moment ago
        shown = work.draft.profile if work.draft is not None else below
        work.table = rt.editable_columns(shown)
    needs = list(dict.fromkeys((*rt.requirement_choices(below), *work.table["needed"])))
    text, box = st.column_config.TextColumn, st.column_config.CheckboxColumn
    pick = st.column_config.SelectboxColumn
    edited = st.data_editor(
        work.table, key=key, hide_index=True, num_rows="fixed", disabled=["column"],
        height=38 + 35 * work.table.height, alt="The columns of your portal, to be edited",
        column_config={
            "column": text("what we call it", pinned=True),
            "header": text("header in your portal", required=True, max_chars=200),
            "needed": pick("who needs it", options=needs, required=True, width=300),
            "accepts": st.column_config.ListColumn("allowed values", width="medium"),
            "more": box("others too?", help="Whether there may be more values than these."),
            "absent": box("not in my portal"),
        },
    )  # fmt: skip
    return pl.DataFrame(edited)


def _forget(desk: Desk) -> None:
    """Take all edits back; the table begins anew."""
    work = desk.portal
    work.turn += 1
    work.draft = None
    work.lay_over(work.over, ())
