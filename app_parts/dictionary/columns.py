"""The columns of users.csv under one profile, and how each fact about them is known."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

import roster_toolkit as rt
from app_parts.dictionary.prose_table import prose_table
from app_parts.session import Desk
from app_parts.text import counted, heading, prose

#: `~` is what marks an assumption in every report.
_MARKS = {
    rt.Evidence.CONFIRMED: "✓ confirmed",
    rt.Evidence.INFERRED: "→ inferred",
    rt.Evidence.ASSUMED: "~ assumed",
    rt.Evidence.SEEN: "● seen",
}
_MEANING = {
    rt.Evidence.CONFIRMED: "Read in the vendor's help articles.",
    rt.Evidence.INFERRED: "Follows from what the help articles say.",
    rt.Evidence.ASSUMED: "Our best understanding. The vendor's data dictionary isn't public; "
    "whoever has it can correct the profile.",
    rt.Evidence.SEEN: "Learned from your own portal: what it handed out, accepted or reported.",
}
_OWN = "own"
_UNBROKEN = "\N{NO-BREAK SPACE}"


def usual_kind(desk: Desk) -> str:
    """What the file on the desk is judged by."""
    named = desk.basis.profile
    if named is not None:
        return str(named) if str(named) in rt.profile_names() else _OWN
    try:
        profile = desk.profile()
    except rt.ToolkitError:  # the Check page says why
        return rt.profile_names()[0]
    return _OWN if profile.choice.district else profile.name


def choose_profile(desk: Desk) -> rt.Profile:
    """The kind of upload that the page is about: one of ours, or that of the file on the desk."""
    profiles = {name: rt.load_profile(name) for name in rt.profile_names()}
    if usual_kind(desk) == _OWN:
        profiles[_OWN] = desk.profile()
    if st.session_state.get("kind") not in profiles:
        st.session_state["kind"] = usual_kind(desk)
    st.selectbox("Upload type", list(profiles), key="kind", format_func=lambda n: profiles[n].title)
    return profiles[st.session_state["kind"]]


def mark(evidence: rt.Evidence) -> str:
    """How a fact is known, as it stands beside it."""
    return _MARKS[evidence]


def evidence_in_words() -> None:
    """What the marks mean."""
    prose_table(
        ("mark", "how it is known"),
        ((_MARKS[evidence], meaning) for evidence, meaning in _MEANING.items()),
        caption="What confirmed, inferred, assumed and seen mean",
    )


def columns(profile: rt.Profile) -> None:
    """Every column at a glance, and one of them in full."""
    rows = rt.dictionary_rows(profile)
    needed = sum(row.header.value != "optional" for row in rows)
    prose(
        f"{profile.summary} It has {counted(len(rows), 'column')}; {needed} of them must be there, "
        "spelled exactly like this. The order of the columns is not checked."
    )
    prose_table(
        ("header", "what's in it", "when it is needed", "allowed values", "error category",
         "how it is known"),
        (
            (row.column, row.description, _needed(row), row.values, row.category, _evidence_of(row))
            for row in rows
        ),
        caption="The columns of users.csv", least=900,
    )  # fmt: skip
    if absent := rt.absent_columns(profile):
        prose(absent)
    chosen = st.selectbox(
        "More about one column",
        [row.column for row in rows],
        index=None,
        placeholder="Other names and spellings of it, an example",
    )
    for row in rows:
        if row.column == chosen:
            _in_full(row)


def _needed(row: rt.DictionaryRow) -> str:
    """When a cell must be filled, and whether the whole column may be left out."""
    left_out = row.header.value == "optional"
    return f"{row.requirement}; the column may be left out" if left_out else row.requirement


def _evidence_of(row: rt.DictionaryRow) -> str:
    """A line for each mark: what of the column is known that way."""
    facts = {"name": "name", "values": "values", "requirement": "when"}
    facts_by_evidence: dict[rt.Evidence, list[str]] = {}
    for key, word in facts.items():
        facts_by_evidence.setdefault(row.evidence[key], []).append(word)
    lines = (
        f"{_MARKS[evidence]}: {', '.join(words)}" for evidence, words in facts_by_evidence.items()
    )
    seen = [row.seen_in] if rt.Evidence.SEEN in facts_by_evidence and row.seen_in else []
    return "\n".join([*(line.replace(" ", _UNBROKEN) for line in lines), *seen])


def _in_full(row: rt.DictionaryRow) -> None:
    with st.container(border=True):
        heading(row.column)
        prose(f"{row.description} {row.note}".strip())
        if row.example:
            prose(f"Example: {row.example}")
        if row.aliases:
            prose(
                f"Also seen as {', '.join(row.aliases)}. The portal accepts none of these; the "
                "toolkit knows what is meant."
            )
        _spellings(row)


def _spellings(row: rt.DictionaryRow) -> None:
    sure, likely = (row.spellings.get(fix, {}) for fix in (rt.Fix.SAFE, rt.Fix.CONFIRM))
    values = [value for value in row.accepts if value in sure or value in likely]
    if not values:
        return
    prose("Other spellings, which the portal rejects and the toolkit can fix:", strong=True)
    prose_table(
        ("allowed value", "surely meant by", "probably meant by"),
        (
            (value, ", ".join(sure.get(value, ())), ", ".join(likely.get(value, ())))
            for value in values
        ),
        caption=f"Other spellings of the values of {row.column}",
    )


def template(profile: rt.Profile) -> None:
    """The template to fill in."""
    examples = counted(len(profile.template_rows), "example row")
    prose(
        f"The template has the header row of “{profile.title}” and {examples}. Delete the example "
        "rows before you upload; if you forget, the check tells you."
    )
    names = [column.name for column in profile.in_file]
    prose_table(
        names,
        ([row.get(column.key, "") for column in profile.in_file] for row in profile.template_rows),
        caption="The template", least=110 * len(names), mono=True,
    )  # fmt: skip
    st.download_button(
        "Download the template", data=lambda: rt.template_csv(profile), mime="text/csv",
        file_name=f"{Path(profile.file_name).stem}-template-{profile.name}.csv",
        on_click="ignore", type="primary",
    )  # fmt: skip
    st.caption(
        "Excel drops leading zeros when it opens a CSV. Format the ID columns as text before you "
        "paste into them."
    )
