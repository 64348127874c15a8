"""One record: before and after, the rows that mention it, and whom its removal reaches."""

from __future__ import annotations

import polars as pl
import streamlit as st

import roster_toolkit as rt
from app_parts.check.explore import WANTED
from app_parts.impact.words import of_kind
from app_parts.session import Desk
from app_parts.table import page_of, paged
from app_parts.text import counted, heading, prose

#: Row numbers that a sentence names.
_NAMED = 12
_CHECK = "app_pages/check.py"


def show_record(desk: Desk, review: rt.Review, kind: str, key: str) -> None:
    """Everything about one record."""
    view = review.record(kind, key)
    with st.container(border=True):
        heading(f"{view.name} · {view.key}" if view.name else view.key)
        prose(_became(view))
        left, right = st.columns([3, 2], gap="large")
        with left:
            _fields(view)
        with right:
            _rows(desk, view)
        if not view.reaches.is_empty():
            _reaches(view)


def _became(view: rt.RecordView) -> str:
    """What becomes of it, in a sentence."""
    noun = of_kind(1, view.kind).removeprefix("1 ")
    words = {
        "created": f"This {noun} is new: the roster does not have it.",
        "updated": f"This {noun} would be updated.",
        "no changes": f"This {noun} stays as the roster has it.",
        "removed": f"This {noun} would be removed.",
        "errors": f"Every row that mentions this {noun} is rejected, so nothing happens to it.",
    }.get(view.outcome, f"The file does not mention this {noun}, so nothing happens to it.")
    return f"{words} The roster has it as {view.was}." if view.was else words


def _fields(view: rt.RecordView) -> None:
    """Before and after; the fields that differ stand first and are marked."""
    if view.fields.is_empty():
        prose("Neither the roster nor an accepted row says more about it.")
        return
    before, after = pl.col("before").fill_null(""), pl.col("after").fill_null("")
    both = pl.col("before").is_not_null() & pl.col("after").is_not_null()
    changed = both & (before != after)
    table = view.fields.with_columns(differs=changed).sort(
        "differs", descending=True, maintain_order=True
    )
    differing = int(table["differs"].sum())
    prose(f"{counted(differing, 'field')} would change:" if differing else "Before and after:",
         strong=True)  # fmt: skip
    mark = pl.when("differs").then(pl.lit("● changes")).otherwise(pl.lit("")).alias(" ")
    st.dataframe(
        table.select(
            "field",
            before.alias("in the roster"),
            after.alias("after the file"),
            *([mark] if differing else []),
        ),
        hide_index=True, height="content",
        alt="Each field of the record in the roster, and after the file; a dot marks what changes.",
    )  # fmt: skip


def _rows(desk: Desk, view: rt.RecordView) -> None:
    """The rows of the file that mention it, and the way to them."""
    number = view.rows.len()
    if not number:
        prose("No row of the file mentions it.")
        return
    some = ", ".join(str(row) for row in view.rows.head(_NAMED))
    more = f" and {number - _NAMED:,} more" if number > _NAMED else ""
    prose("The row of the file that mentions it:" if number == 1
         else "The rows of the file that mention it:", strong=True)  # fmt: skip
    prose(f"{some}{more}")
    if view.kind == rt.Kind.SCHOOL:
        return
    if st.button("Show these rows on the Check page", key="show-rows"):
        # The search there takes the ID of a person or class, and finds all rows of it.
        wanted = f"row {view.rows[0]}" if number == 1 else view.key.split(" in ")[0]
        st.session_state[WANTED] = (desk.attempt, wanted)
        st.switch_page(_CHECK, query_params={"view": "rows"})


def _reaches(view: rt.RecordView) -> None:
    """Everybody who is unenrolled by a removal, those outside the file marked and first."""
    reached = view.reaches.sort("outside", descending=True, maintain_order=True)
    outside = int(reached["outside"].sum())
    if view.kind == rt.Kind.CLASS:
        loses = "loses" if reached.height == 1 else "lose"
        sentence = f"{counted(reached.height, 'person', 'people')} {loses} this class"
    else:
        ends = "ends" if reached.height == 1 else "end"
        sentence = f"{of_kind(reached.height, 'enrollment')} {ends} with it"
    if outside:
        people = "" if view.kind == rt.Kind.CLASS else "of people who are "
        sentence += f"; {counted(outside, 'of them is', 'of them are')} {people}not in the file"
    prose(f"{sentence}:", strong=True)
    table = reached.select(
        "userId", "name", "role",
        *(() if view.kind == rt.Kind.CLASS else ("classId", "className")),
        pl.when("outside").then(pl.lit("● not in the file")).otherwise(pl.lit("")).alias(" "),
    )  # fmt: skip
    paged(
        lambda page: page_of(table, page), table.height,
        key=f"reaches-{view.kind}-{hash(view.key)}",
        alt="The enrollments that end; people who are not in the file are marked.",
    )  # fmt: skip
