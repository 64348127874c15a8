"""What the draft changes for the file at hand."""

from __future__ import annotations

import streamlit as st

import roster_toolkit as rt
from app_parts.dictionary.prose_table import prose_table
from app_parts.session import Desk
from app_parts.text import callout, counted, heading, prose

#: Rows of a file that is judged again without being asked to.
_QUICK = 20_000


def preview(desk: Desk) -> None:
    """Rows accepted and rejected, before and after."""
    heading("What this changes for your file", 2)
    review, draft = desk.review, desk.portal.draft
    if review is None:
        prose("No file is being checked; check one to see here what changes for it.")
        st.page_link("app_pages/check.py", label="Open a file to check")
        return
    if draft is None:
        prose("Nothing, as long as nothing is changed.")
        return
    key = (draft.profile.sha256, review.upload.sha256, desk.attempt)
    seen = desk.portal.preview
    if seen is None or seen[0] != key:
        many = review.upload.records > _QUICK
        if many and not st.button(
            f"Check all {review.upload.records:,} rows again", key="judge-again"
        ):
            return
        try:
            with st.spinner("Checking the file again"):
                seen = key, desk.judged_by(draft.profile)
        except rt.ToolkitError as trouble:
            callout("The file cannot be checked.", "bad", detail=str(trouble))
            return
        desk.portal.preview = seen
    _figures(review, seen[1])


def _figures(before: rt.Review, after: rt.Review) -> None:
    more = after.rows.accepted - before.rows.accepted
    if more:
        change = f"{counted(abs(more), 'row')} {'more' if more > 0 else 'fewer'} would be accepted."
    else:
        change = "As many rows would be accepted as before."
    prose(change, strong=True)
    prose_table(
        ("", "before", "with these changes"),
        (
            ("Rows accepted", f"{before.rows.accepted:,}", f"{after.rows.accepted:,}"),
            ("Rows rejected", f"{before.rows.rejected:,}", f"{after.rows.rejected:,}"),
        ),
        caption="Your file before and after",
    )
