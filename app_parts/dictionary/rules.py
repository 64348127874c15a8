"""The rules: each with its words, its proof and how it is known; and the rule behind an error."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
import streamlit as st

import roster_toolkit as rt
from app_parts.dictionary.columns import mark
from app_parts.dictionary.prose_table import prose_table
from app_parts.labels import SEVERITIES
from app_parts.session import Desk
from app_parts.text import counted, heading, prose

_ALL = "All"
_HEIGHT = 560
#: Rows of an example that are shown.
_MOST_ROWS = 6
#: Lines of a pasted text that are answered.
_MOST_LINES = 20


def paste() -> str:
    """The field for an error text; what is pasted stays on this computer."""
    return st.text_area(
        "What does this error mean?",
        key="pasted",
        height=100,
        placeholder="Paste the error text from the portal or a customer, one error a line, "
        "or type a code",
    )


def find_rules(
    text: str, profile: rt.Profile, rules_by_code: dict[str, rt.ToldRule], desk: Desk
) -> None:
    """From an error text that somebody pasted to the rules that its lines mean."""
    lines = rt.explain_lines(text, profile)
    if not any(line.rules for line in lines):
        prose(
            "No rule resembles that. Paste the whole error text, or look through the rules below."
        )
    elif len(lines) == 1:
        _find_rule(lines[0], rules_by_code, desk)
    else:
        for number, line in enumerate(lines[:_MOST_LINES]):
            _answer(line, f"line-{number}")
        if len(lines) > _MOST_LINES:
            prose(
                f"These are the first {_MOST_LINES} of {counted(len(lines), 'line')}.", small=True
            )


def _find_rule(line: rt.Explanation, rules_by_code: dict[str, rt.ToldRule], desk: Desk) -> None:
    """The rule that a text of one line means, in full."""
    if not line.fits:
        _others("No rule fits that well. The nearest are:", line.rules, "also")
        return
    best, *others = line.rules
    prose("This is probably what it means:")
    show_rule(rules_by_code[best.code], desk, beside=True)
    if others:
        _others("It may also be about:", others, "also")


def _answer(line: rt.Explanation, key: str) -> None:
    """One line of several, with the rule that it means."""
    with st.container(border=True):
        st.text(line.line)
        if not line.rules:
            prose("No rule resembles that. Paste the whole line, or look through the rules below.")
        elif not line.fits:
            _others("No rule fits that well. The nearest are:", line.rules, key)
        else:
            best, *others = line.rules
            _others("This is probably what it means:", [best], key)
            if others:
                _others("It may also be about:", others, key)


def _others(sentence: str, rules: Sequence[rt.Rule], key: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        prose(sentence, inline=True)
        for rule in rules:
            st.button(
                f"{rule.code}: {rule.title}", key=f"{key}-{rule.code}", type="tertiary",
                on_click=_open, args=(rule.code,),
            )  # fmt: skip


def rules(rules_by_code: dict[str, rt.ToldRule], desk: Desk) -> None:
    """A list to pick from, and the rule that is picked."""
    off = sum(not rule.enabled for rule in rules_by_code.values())
    switched = f" This profile switches {off} off." if off else ""
    prose(
        f"{counted(len(rules_by_code), 'rule')}, in the order in which a file is checked.{switched}"
    )
    with st.container(key="pair-rules"):
        left, right = st.columns(2, gap="large")
    with left:
        listed = _narrowed(rules_by_code)
        _list(listed)
    with right:
        if st.session_state.get("rule") not in rules_by_code:
            st.session_state["rule"] = None
        chosen = st.selectbox(
            "Rule",
            list(rules_by_code),
            index=None,
            key="rule",
            placeholder="Pick one in the list, or choose it here",
            format_func=lambda code: f"{code}: {rules_by_code[code].title}",
        )
        if chosen:
            show_rule(rules_by_code[chosen], desk)


def _narrowed(rules_by_code: dict[str, rt.ToldRule]) -> list[rt.ToldRule]:
    scopes = list(dict.fromkeys(rule.scope for rule in rules_by_code.values()))
    scope = st.selectbox("About", [_ALL, *scopes])
    with st.container(horizontal=True):
        severity = st.selectbox("Severity", [_ALL, *SEVERITIES.values()])
        evidence = st.selectbox("How it is known", [_ALL, *(e.value for e in rt.Evidence)])
    return [
        rule
        for rule in rules_by_code.values()
        if scope in (_ALL, rule.scope)
        and severity in (_ALL, SEVERITIES[rule.severity])
        and evidence in (_ALL, rule.evidence.value)
    ]


def _list(rules: list[rt.ToldRule]) -> None:
    if not rules:
        prose("No rule is like that. Choose “All” in one of the fields.")
        return
    key = f"rules-{hash(tuple(rule.code for rule in rules))}"

    def picked() -> None:
        lines = st.session_state[key]["selection"]["rows"]
        if lines:
            _open(rules[lines[0]].code)

    st.dataframe(
        pl.DataFrame(
            {
                "code": [rule.code for rule in rules],
                "what is wrong": [rule.title for rule in rules],
                "severity": [SEVERITIES[rule.severity] for rule in rules],
                "known": [mark(rule.evidence) for rule in rules],
            }
        ),
        hide_index=True, key=key, on_select=picked, selection_mode="single-row",
        height=min(_HEIGHT, 38 + 35 * len(rules)), alt="The rules; pick one to read it",
        column_config={"code": st.column_config.Column(width=62),
                       "what is wrong": st.column_config.Column(width=278),
                       "severity": st.column_config.Column(width=68),
                       "known": st.column_config.Column(width=102)},
    )  # fmt: skip


def _open(code: str) -> None:
    st.session_state["part"] = "rules"
    st.session_state["rule"] = code


def show_rule(rule: rt.ToldRule, desk: Desk, *, beside: bool = False) -> None:
    """A rule in full; with `beside`, its examples stand on the right."""
    with st.container(border=True):
        words, proof = st.columns([3, 2], gap="large") if beside else (st.container(),) * 2
        with words:
            heading(f"{rule.code}: {rule.title}")
            prose(rule.how_to_fix, strong=True)
            prose(rule.why)
            _facts(rule)
            _in_this_file(rule, desk)
        with proof:
            _example("The roster that the examples are compared with", rule.roster, rule)
            _example("Wrong", rule.bad, rule)
            _example("Right", rule.good, rule)


def _facts(rule: rt.ToldRule) -> None:
    off = "" if rule.enabled else " This profile switches the rule off."
    prose_table(
        (),
        (
            ("What happens", f"{rule.effect[0].upper()}{rule.effect[1:]}.{off}"),
            ("How it is known", f"{mark(rule.evidence)}: {rule.known}."),
            ("Error category", ", ".join(rule.categories)),
            ("Fix", f"{rule.repair}."),
            *([("Your portal says", "\n".join(rule.portal_says))] if rule.portal_says else []),
        ),
        caption=f"About {rule.code}",
    )


def _in_this_file(rule: rt.ToldRule, desk: Desk) -> None:
    number = desk.review.by_rule.get(rule.code, 0) if desk.review is not None else 0
    if number:
        st.page_link(
            "app_pages/check.py",
            label=f"Found {counted(number, 'time')} in the file you are checking: show the rows",
            query_params={"view": "rows", "code": rule.code},
        )


def _example(title: str, example: rt.ExampleTable | None, rule: rt.ToldRule) -> None:
    if example is None:
        return
    heading(title, 4)
    prose_table(
        example.header, example.rows[:_MOST_ROWS], caption=f"{title}: {rule.code}", mono=True,
        least=90 * len(example.header),
    )  # fmt: skip
    if len(example.rows) > _MOST_ROWS:
        prose(f"… and so on, {len(example.rows)} rows.", small=True)
