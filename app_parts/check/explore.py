"""From all findings to the rows behind a few: category, rule, school, value, row."""

from __future__ import annotations

from typing import Any

import polars as pl
import streamlit as st

import roster_toolkit as rt
from app_parts.check.chart import categories_chart
from app_parts.check.edit import edit_rows
from app_parts.check.row import show_row
from app_parts.session import Desk
from app_parts.table import PAGE, paged
from app_parts.text import counted, prose
from app_parts.url_state import keep_among, write_place

#: What stands in the address; a school or a value never does.
PLACE = {"view": "causes", "cause": None, "category": None, "code": None}
#: Everything that a selection can be narrowed by, in the order of the drill-down.
_STEPS = ("cause", "category", "code", "school", "value")
_LABELS = {
    "cause": "Cause",
    "category": "Category",
    "code": "Rule",
    "school": "School",
    "value": "Value",
}
#: What another page sends somebody here to find, and in which attempt, until they look for
#: something else.
WANTED = "find-wanted"
#: Values to choose from; the search finds the others.
_CHOICES = 200


@st.fragment
def explore(desk: Desk, review: rt.Review) -> None:
    """The chart, the choices, and one page of rows; only this part of the page is drawn anew."""
    attempt, wanted = st.session_state.get(WANTED, (None, ""))
    if attempt == desk.attempt:
        st.session_state["find"] = wanted
    query = st.text_input(
        "Find a person, class or row",
        key="find",
        placeholder="userId, classId, e-mail address or row number",
        on_change=lambda: st.session_state.pop(WANTED, None),
    )
    if query:
        _rows(desk, review, review.search(query), f"find-{hash(query)}", f"found by “{query}”")
        write_place(PLACE)
        return
    left, right = st.columns([3, 2], gap="large")
    with right:
        chosen = _narrowed(review)
    with left:
        categories_chart(desk, review, key="of-rows", choose=choose_category)
        st.caption("Click a bar, or choose a category beside it.")
    _breadcrumbs()
    key = "-".join(str(st.session_state.get(step)) for step in _STEPS)
    _rows(desk, review, chosen, f"rows-{hash(key)}", "")
    write_place(PLACE)


def choose_category(category: str) -> None:
    """Look at one category, of whatever cause; the rest is to be chosen anew."""
    _forget_after("category")
    st.session_state.update(view="rows", cause=None, category=category)


def look_at_cause(number: int) -> None:
    """Look at the rows of one cause."""
    _forget_after("cause")
    st.session_state.update(view="rows", cause=str(number))


def _narrowed(review: rt.Review) -> rt.Selection:
    """One choice after the other, each among what the ones before leave."""
    chosen = review.select()
    for step in _STEPS:
        options = _options(review, chosen, step)
        keep_among(step, options)
        if len(options) < 2 and st.session_state[step] is None:  # noqa: PLR2004  nothing to choose
            continue
        st.selectbox(
            _LABELS[step], list(options), index=None, key=step, format_func=options.__getitem__,
            placeholder=_all_of(len(options)), on_change=_forget_after,
            args=(step,),
        )  # fmt: skip
        picked = st.session_state[step]
        if picked is not None:
            wanted = int(picked) if step == "cause" else picked
            narrowed: dict[str, Any] = {step: wanted}
            chosen = chosen.select(**narrowed)
    return chosen


def _all_of(choices: int) -> str:
    return f"All ({choices} most frequent to choose from)" if choices == _CHOICES else "All"


def _options(review: rt.Review, chosen: rt.Selection, step: str) -> dict[str, str]:
    """What can be chosen → how it is shown, most first."""
    if step == "cause":
        return {
            str(cause.number): f"{cause.number}. {review.told(cause).title}"
            for cause in review.causes[:_CHOICES]
        }
    counts = chosen.by(step).head(_CHOICES)
    titles = {code: rule.title for code, rule in review.rules.items()} if step == "code" else {}
    return {
        name: f"{titles.get(name, name) or '(blank)'} ({findings:,})"
        for name, findings in counts.select("name", "findings").iter_rows()
    }


def _forget_after(step: str) -> None:
    """A choice made anew leaves nothing of the ones that were made beneath it."""
    for later in _STEPS[_STEPS.index(step) + 1 :]:
        st.session_state[later] = None


def _breadcrumbs() -> None:
    """The way back: all findings, then each choice; a click on one keeps what stands before it."""
    taken = [step for step in _STEPS if st.session_state.get(step) is not None]
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        st.button("All findings", key="path-all", type="tertiary", on_click=_back_to, args=(None,))
        for step in taken:
            prose("/", inline=True)
            # Schools and values are cells of the file, and a label would read them as markup.
            word = f" {st.session_state[step]}" if step in PLACE else ""
            st.button(
                f"{_LABELS[step]}{word}", key=f"path-{step}", type="tertiary",
                on_click=_back_to, args=(step,),
            )  # fmt: skip


def _back_to(step: str | None) -> None:
    if step is None:
        st.session_state[_STEPS[0]] = None
    _forget_after(step or _STEPS[0])


def _rows(desk: Desk, review: rt.Review, chosen: rt.Selection, key: str, how: str) -> None:
    """One page of the rows, and the one that is picked, opened."""
    total = chosen.rows.len()
    if not total:
        _without_rows(desk, chosen, key, how)
        edit_rows(desk, review, chosen, key=key)
        return
    findings = counted(chosen.count, "finding")
    prose(f"{counted(total, 'row')} {how} with {findings}. Pick a row to see every error of it.")
    pages: dict[int, pl.DataFrame] = {}

    def fetch(number: int) -> pl.DataFrame:
        page = pages[number] = chosen.page(number)
        return page.select("row", "errors", pl.exclude("row", "errors"))

    line = paged(
        fetch, total, key=f"{desk.attempt}-{key}", alt="Rows; the cells at fault are coloured",
        pick=True, faulty=chosen.faulty,
    )  # fmt: skip
    if line is not None:
        page = next(iter(pages.values()))
        show_row(review, int(page["row"][line]))
    edit_rows(desk, review, chosen, key=key)


def _without_rows(desk: Desk, chosen: rt.Selection, key: str, how: str) -> None:
    """What concerns a class or an ID as a whole stands on no row: the values themselves."""
    if how:
        prose("No row matches. Look for a part of the ID or address, or go back to all findings.")
        return
    lines = chosen.findings.select("column", "value", "suggestion").unique(maintain_order=True)
    prose(
        f"{counted(lines.height, 'finding')} about the file, a class or an ID as a whole; no row "
        "is rejected for this."
    )
    paged(
        lambda page: lines.slice((page - 1) * PAGE, PAGE), lines.height,
        key=f"{desk.attempt}-{key}", alt="What was found, by column and value",
    )  # fmt: skip
