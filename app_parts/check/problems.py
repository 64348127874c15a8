"""The problems in a list, one line each, the biggest wins first; details where they are asked."""

from __future__ import annotations

import streamlit as st

import roster_toolkit as rt
from app_parts.check.corrected import look_at_fixes
from app_parts.check.explore import look_at_problems
from app_parts.check.lines import Line, lines_of, to_fix
from app_parts.check.names import names_of, with_id
from app_parts.labels import SEVERITIES
from app_parts.session import Desk
from app_parts.text import counted, heading, prose

#: Lines on a page.
_PAGE = 10
#: Problems of one line that its details name.
_NAMED = 8
_COLORS = {
    rt.Severity.BLOCKER: "red",
    rt.Severity.ERROR: "red",
    rt.Severity.WARNING: "orange",
    rt.Severity.INFO: "blue",
}
_WIDTHS = (9, 42, 9, 32, 30)


def show_problems(desk: Desk, review: rt.Review) -> None:
    """Ten problems at a time, each with the way to its rows and to its fix."""
    lines = lines_of(review)
    if not lines:
        nothing_to_fix()
        return
    heading(_sentence(review), 2, small=True)
    pages = -(-len(lines) // _PAGE)
    key = f"problems-{desk.attempt}"
    page = min(st.session_state.get(key, 1), pages)
    fixable = {*review.repairs["code"]}
    with st.container(key="problems", gap=None):
        for line in lines[(page - 1) * _PAGE : page * _PAGE]:
            _show(review, line, fixable=bool(fixable & _codes(review, line)))
    if pages > 1:
        st.pagination(pages, key=key, width="stretch")


def nothing_to_fix() -> None:
    """What to do with a file in which everything is right."""
    heading("Every row is accepted. There is nothing to fix.", 2, small=True)
    prose(
        "Upload the file in the portal. If you want to see first what it would change in your "
        "roster, open Preview impact."
    )
    st.page_link("app_pages/impact.py", label="See what it would change")


def _sentence(review: rt.Review) -> str:
    """How many problems there are, in the words and numbers of the verdict."""
    fix = to_fix(review.causes)
    rest = len(review.causes) - fix
    order = ", biggest wins first" if fix > 1 else ""
    told = f"{counted(fix, 'problem')} to fix{order}" if fix else "No row is rejected"
    more = f" · {counted(rest, 'warning or note', 'warnings and notes')}" if rest else ""
    return f"{told}{more}"


def _codes(review: rt.Review, line: Line) -> set[str]:
    """The rules of its errors; a fault of the header is often one with that of its rows."""
    codes = {cause.code for cause in line.problem.causes}
    if line.told.severity is not rt.Severity.BLOCKER:
        return codes
    return codes.union(
        *(review.select(cause=cause.number).by("code")["name"] for cause in line.problem.causes)
    )


def _show(review: rt.Review, line: Line, *, fixable: bool) -> None:
    told = line.told
    words, color = SEVERITIES[told.severity], _COLORS[told.severity]
    if review.perhaps_other_names and told.severity is rt.Severity.BLOCKER:
        words, color = "not as we assumed", "orange"
    with st.container(key=f"line-{line.key}"):
        mark, what, rows, example, buttons = st.columns(
            _WIDTHS, vertical_alignment="center", gap="small"
        )
        with mark:
            st.badge(words, color=color)  # type: ignore[arg-type]
        with what:
            heading(line.title, 3, small=True)
        with rows:
            prose(_where(line), small=True)
        with example:
            prose(_example(line), small=True)
        with buttons:
            _buttons(review, line, fixable=fixable)


def _where(line: Line) -> str:
    if line.problem.rows:
        return counted(line.problem.rows, "row")
    return "whole file" if line.told.severity.rejects else "no row"


def _example(line: Line) -> str:
    """A row to look at, its cell, and what should stand there."""
    return line.told.example.removeprefix("see ") or line.problem.how_to_fix


def _buttons(review: rt.Review, line: Line, *, fixable: bool) -> None:
    with st.container(horizontal=True, gap="xsmall"):
        if line.problem.causes[0].example_row is not None or not line.told.severity.rejects:
            st.button(
                "Show rows" if line.problem.rows else "Show which", key=f"rows-{line.key}",
                on_click=look_at_problems, args=(line.key,),
            )  # fmt: skip
        if fixable:
            st.button("Fix", key=f"fix-{line.key}", on_click=look_at_fixes)
        with st.popover("Why?", type="tertiary"):
            _details(review, line)


def _details(review: rt.Review, line: Line) -> None:
    told = line.told
    prose(line.problem.how_to_fix, strong=True)
    if len(line.problem.causes) > 1:
        for cause in line.problem.causes[:_NAMED]:
            prose(f"• {review.told(cause).title} ({counted(cause.rows, 'row')})")
        if (more := len(line.problem.causes) - _NAMED) > 0:
            prose(f"… and {more:,} more")
    elif told.largest:
        prose(told.largest)
    if reach := _reach(line):
        prose(reach)
    names: dict[str, str] = {}
    for cause in line.problem.causes:
        names |= names_of(review, cause.column, [cause.value] if cause.value else [])
    if names:
        prose("; ".join(with_id(name, key) for key, name in [*names.items()][:_NAMED]))
    prose(review.rules[told.code].why)
    known = (
        "our best understanding; the portal's dictionary isn't public"
        if told.assumed
        else review.rules[told.code].evidence.value
    )
    prose(f"Code {told.code} · {known}", small=True)


def _reach(line: Line) -> str:
    """What fixing it does for the rows that it touches."""
    if not line.problem.rows or not line.told.severity.rejects:
        return ""
    if line.problem.clears == line.problem.rows:
        return (
            "Fixing this clears all of them."
            if line.problem.rows > 1
            else "Fixing this clears the row."
        )
    if not line.problem.clears:
        return "These rows have other errors too."
    return f"Fixing this clears {line.problem.clears:,} of them; the others have more errors."
