"""From all errors to the rows behind a few: category, rule, school, value, row."""

from __future__ import annotations

from typing import Any

import streamlit as st

import roster_toolkit as rt
from app_parts.check.chart import narrowing_chart
from app_parts.check.edit import edit_rows, edits_so_far
from app_parts.check.lines import lines_of, numbers_of
from app_parts.check.names import key_of_column, names_of, with_id
from app_parts.check.rows import show_rows
from app_parts.session import Desk, fragment
from app_parts.text import prose
from app_parts.url_state import keep_among, write_place

#: What stands in the address; a school or a value never does.
PLACE = {"view": "causes", "cause": None, "category": None, "code": None}
#: Everything that a selection can be narrowed by, in the order of the drill-down.
_STEPS = ("cause", "category", "code", "school", "value")
_LABELS = {
    "cause": "Problem",
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


@fragment
def explore(desk: Desk, review: rt.Review) -> None:
    """The choices, one page of rows, and the chart beside it; only this part is drawn anew."""
    if review.findings.is_empty():
        prose(
            "Nothing is wrong in any row. To look at a row all the same, find a person, a class "
            "or a row number with the field above."
        )
        edits_so_far(desk, review)
        return
    chosen, narrowing = _narrowed(review)
    _breadcrumbs(review, chosen)
    key = str(hash(tuple(str(st.session_state.get(step)) for step in _STEPS)))
    if narrowing is None:
        show_rows(desk, review, chosen, key=f"rows-{key}")
    else:
        left, right = st.columns([3, 2], gap="medium")
        with right:
            prose("Click a bar to see only its rows.", small=True)
            narrowing_chart(desk, review, chosen, by=narrowing, key=key, choose=choose)
        with left:
            show_rows(desk, review, chosen, key=f"rows-{key}")
    edit_rows(desk, review, chosen, key=f"rows-{key}")
    write_place(PLACE)


def choose(step: str, name: str) -> None:
    """Narrow to this; what was chosen beneath it is to be chosen anew."""
    _forget_after(step)
    st.session_state.update({"view": "rows", step: name})


def look_at_problems(key: str) -> None:
    """Look at the rows of one line of problems."""
    _forget_after("cause")
    st.session_state.update(view="rows", cause=key, find="")
    st.session_state.pop(WANTED, None)


def _narrowed(review: rt.Review) -> tuple[rt.Selection, str | None]:
    """One choice after the other, each among what the ones before leave; and what comes next."""
    chosen, narrowing = review.select(), None
    with st.container(horizontal=True, gap="small", key="choices"):
        for step in _STEPS:
            options = _options(review, chosen, step)
            keep_among(step, options)
            picked = st.session_state[step]
            if len(options) < 2 and picked is None:  # noqa: PLR2004  nothing to choose
                continue
            st.selectbox(
                _LABELS[step], list(options), index=None, key=step, format_func=options.__getitem__,
                placeholder=_all_of(len(options)), on_change=_forget_after, args=(step,), width=210,
            )  # fmt: skip
            if picked is not None:
                narrowed: dict[str, Any] = {step: numbers_of(picked) if step == "cause" else picked}
                chosen = chosen.select(**narrowed)
            elif narrowing is None and step != "cause":
                narrowing = step
    return chosen, narrowing


def _all_of(choices: int) -> str:
    return f"All ({choices} most frequent to choose from)" if choices == _CHOICES else "All"


def _options(review: rt.Review, chosen: rt.Selection, step: str) -> dict[str, str]:
    """What can be chosen → how it is shown, most first."""
    if step == "cause":
        lines = lines_of(review)[:_CHOICES]
        return {line.key: f"{line.key.replace('-', ', ')}. {line.title}" for line in lines}
    if not chosen.narrows_by(step):
        return {}
    counts = chosen.by(step).head(_CHOICES)
    titles = {code: rule.title for code, rule in review.rules.items()} if step == "code" else {}
    if step == "school":
        named = names_of(review, "schoolId", counts["name"])
        titles = {key: with_id(name, key) for key, name in named.items()}
    return {
        name: f"{titles.get(name, name) or '(blank)'} ({findings:,})"
        for name, findings in counts.select("name", "findings").iter_rows()
    }


def _forget_after(step: str) -> None:
    """A choice made anew leaves nothing of the ones that were made beneath it."""
    for later in _STEPS[_STEPS.index(step) + 1 :]:
        st.session_state[later] = None


def _breadcrumbs(review: rt.Review, chosen: rt.Selection) -> None:
    """The way back: everything, then each choice; a click on one keeps what stands before it."""
    taken = [step for step in _STEPS if st.session_state.get(step) is not None]
    if not taken:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="path"):
        st.button("All rows", key="path-all", type="tertiary", on_click=_back_to, args=(None,))
        for step in taken:
            prose("/", inline=True)
            st.button(
                _LABELS[step], key=f"path-{step}", type="tertiary", on_click=_back_to, args=(step,)
            )
            # Schools and values are cells of the file, and a label would read them as markup.
            told = _name_of(review, chosen, step, str(st.session_state[step]))
            prose(told, inline=True, strong=True)


def _name_of(review: rt.Review, chosen: rt.Selection, step: str, picked: str) -> str:
    """What was chosen, in words; a value has a name where all of it stands in one column."""
    if step == "cause":
        return _options(review, review.select(), step)[picked]
    if step == "code":
        return review.rules[picked].title
    if step in ("school", "value"):
        headers = chosen.findings["column"].unique().to_list()
        of_value = key_of_column(review, headers[0]) if len(headers) == 1 else None
        names = names_of(review, "schoolId" if step == "school" else of_value, [picked])
        return with_id(names.get(picked, ""), picked) or "(blank)"
    return picked


def _back_to(step: str | None) -> None:
    if step is None:
        st.session_state[_STEPS[0]] = None
    _forget_after(step or _STEPS[0])
