"""From a number of the impact to its records, and from a record to its fields and rows."""

from __future__ import annotations

import polars as pl
import streamlit as st

import roster_toolkit as rt
from app_parts.impact.place import (
    ANY,
    EVERYWHERE,
    KIND,
    OUTCOME,
    SCHOOL,
    STAYS,
    UNMENTIONED,
    keep,
    restore,
)
from app_parts.impact.record import show_record
from app_parts.impact.words import TITLES, of_kind
from app_parts.session import Desk, fragment
from app_parts.table import PAGE, page_of, paged
from app_parts.text import prose

_KEYS = {
    rt.Kind.SCHOOL: "schoolId",
    rt.Kind.CLASS: "classId",
    rt.Kind.ENROLLMENT: "who is in which class",
}
_PERSON = "userId"
#: The first of them is shown before anybody chooses.
_ORDER = (
    rt.Kind.STUDENT,
    rt.Kind.STAFF,
    rt.Kind.CLASS,
    rt.Kind.ENROLLMENT,
    rt.Kind.SCHOOL,
)
#: Outcomes in the order in which they deserve a look.
_FIRST = {
    rt.Outcome.REMOVED.value: 0,
    rt.Outcome.ERRORS.value: 1,
    rt.Outcome.UPDATED.value: 2,
    rt.Outcome.CREATED.value: 3,
    rt.Outcome.NO_CHANGES.value: 4,
}


@fragment
def records(desk: Desk, review: rt.Review) -> None:
    """Choose kind, outcome and school; a page of the records; the one picked, opened."""
    restore(KIND, OUTCOME, SCHOOL)
    kind, outcome, school = _chosen(review)
    keep(KIND, OUTCOME, SCHOOL)
    matches = review.records(
        kind, outcome=None if outcome == ANY else outcome, school=school or None
    )
    if outcome == ANY:
        matches = matches.sort(pl.col("outcome").replace_strict(_FIRST), maintain_order=True)
    if matches.is_empty():
        prose("No such records. Choose another outcome or school.")
        return
    unmentioned = " that the file does not mention" if outcome == UNMENTIONED else ""
    prose(f"{of_kind(matches.height, kind)}{unmentioned}. Pick a line to see what would change.")
    names = {} if review.against is None else school_names(review.against.roster)
    table = matches.select(
        pl.col("key").alias(_KEYS.get(rt.Kind(kind), _PERSON)),
        "name",
        pl.col("school").str.split(", ").list.eval(pl.element().replace(names)).list.join(", "),
        "outcome",
    )
    key = f"records-{desk.attempt}-{hash((kind, outcome, school))}"
    picked = paged(
        lambda page: page_of(table, page), matches.height, key=key,
        alt="The records behind the number", pick=True,
    )  # fmt: skip
    if picked is not None:
        page = st.session_state.get(f"{key}-page", 1)
        show_record(desk, review, kind, matches["key"][(page - 1) * PAGE + picked])


def school_names(roster: rt.Roster) -> dict[str, str]:
    """ID of each school that has a name → name and ID."""
    named = roster.schools.filter(pl.col("schoolName") != "")
    return {
        school: f"{name} ({school})"
        for school, name in named.select("schoolId", "schoolName").iter_rows()
    }


def _chosen(review: rt.Review) -> tuple[str, str, str]:
    impact = review.impact
    counts = {
        kind.value: impact.totals[kind] for kind in _ORDER if impact and kind in impact.totals
    }
    kinds = [*counts]
    # Those whom the file speaks of: an empty list below would say that it does nothing.
    first = next((at for at, kind in enumerate(kinds) if any(counts[kind].values())), 0)
    one, two, three = st.columns(3)
    with one:
        kind = st.selectbox(
            "Kind of record", kinds, first, key=KIND, bind="query-params",
            format_func=TITLES.__getitem__,
        )  # fmt: skip
    with two:
        outcomes = [ANY, *(outcome.value for outcome in rt.Outcome), UNMENTIONED, STAYS]
        outcome = st.selectbox(
            "What becomes of it", outcomes, key=OUTCOME, bind="query-params",
            format_func=lambda word: "not mentioned" if word == UNMENTIONED else word,
        )  # fmt: skip
    with three:
        names = school_names(review.against.roster) if review.against else {}
        mentioned = review.by_school["school"].unique(maintain_order=True).to_list()
        others = [school for school in names if school not in set(mentioned)]
        school = st.selectbox(
            "School", [EVERYWHERE, *(mentioned + others)], key=SCHOOL, persist_state="page",
            format_func=lambda school_id: names.get(school_id, school_id) or "all schools",
        )  # fmt: skip
    return kind, outcome, school
