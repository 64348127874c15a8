"""The mass-change guard in words: what a person should have seen before they go on."""

from __future__ import annotations

from typing import Any

import polars as pl
import streamlit as st

import roster_toolkit as rt
from app_parts.impact.place import STAYS, look_at, look_at_schools
from app_parts.impact.records import school_names
from app_parts.impact.words import of_kind
from app_parts.text import bullets, callout, counted

_CODES = {rule.name: code for code, rule in rt.catalogue().items()}
#: What stops a file until a person accepts it.
UNLISTED, UNUSUAL = _CODES["unlisted-people-unenrolled"], _CODES["mass-change"]
STRANGERS = _CODES["other-district"]
#: All schools, where none of them has enough records to be judged by itself.
TOGETHER = "All schools together"
#: People who stay where the file no longer puts them.
STAYING = _CODES["left-behind"]
#: Sentences of each kind that stand on the page, and those that can be opened.
_LINES, _MOST = 6, 100


def guard(review: rt.Review) -> None:
    """Removals that reach people outside the file, and unusual changes of a school."""
    impact, roster = review.impact, review.against
    if impact is None or roster is None:
        return
    unlisted, unusual = unlisted_sentences(review), unusual_sentences(review)
    staying = staying_sentences(review)
    if not unlisted and not unusual and not staying:
        return
    with st.container(border=True):
        callout("Look at this before you upload the file.", "careful")
        bullets([*unlisted[:_LINES], *unusual[:_LINES], *staying[:_LINES]])
        with st.container(horizontal=True):
            if unlisted:
                st.button(
                    "Show the classes that are removed", key="guard-classes", on_click=look_at,
                    args=(rt.Kind.CLASS.value, rt.Outcome.REMOVED.value),
                )  # fmt: skip
            if unusual:
                st.button("Show the schools", key="guard-schools", on_click=look_at_schools)
            if staying:
                st.button(
                    "Show the students who stay", key="guard-staying", on_click=look_at,
                    args=(rt.Kind.STUDENT.value, STAYS),
                )  # fmt: skip
        rest = [*unlisted[_LINES:], *unusual[_LINES:], *staying[_LINES:]]
        if rest:
            with st.expander(f"{len(rest):,} more like this"):
                bullets(rest[:_MOST])


def wrong_district(review: rt.Review) -> None:
    """That the file seems to be another district's: said before all that it would do there."""
    unknown = stranger_sentences(review)
    if unknown and review.against is not None:
        callout(f"Is this {review.against.district}'s file?", "bad",
                detail=" ".join(unknown) + " If it is not, compare it with the district whose it "
                "is, before you process it.")  # fmt: skip


def stranger_sentences(review: rt.Review) -> list[str]:
    """That nearly everybody is unknown to the district (RT418)."""
    if review.against is None or not review.by_rule.get(STRANGERS):
        return []
    suspicions = review.findings.filter(pl.col("code") == STRANGERS)["value"]
    return [f"{sentence}." for sentence in suspicions]


def unlisted_sentences(review: rt.Review) -> list[str]:
    """One for each removed class that has people who are not in the file (RT411)."""
    impact, roster = review.impact, review.against
    if impact is None or roster is None or not review.by_rule.get(UNLISTED):
        return []
    names = roster.roster.classes.select("class", "className")
    removed = rt.removed_classes(impact, roster.roster).filter(pl.col("outside") > 0)
    classes = removed.join(names, on="class", how="left").sort(
        "outside", "classId", descending=[True, False]
    )
    schools = school_names(roster.roster)
    return [
        f"Removing the class {name or '(no name)'} ({class_id}) at {schools.get(school, school)} "
        f"unenrolls {counted(people, 'person', 'people')}; "
        f"{counted(outside, 'of them is', 'of them are')} not in the file."
        for class_id, school, people, outside, name in classes.select(
            "classId", "schoolId", "people", "outside", "className"
        ).iter_rows()
    ]


def unusual_sentences(review: rt.Review) -> list[str]:
    """One for each school and kind that changes more than is usual (RT412)."""
    impact, roster = review.impact, review.against
    if impact is None or roster is None or not review.by_rule.get(UNUSUAL):
        return []
    season = review.profile.seasons[review.season].title
    schools = school_names(roster.roster) | {"": TOGETHER}
    return [
        f"{schools.get(line['schoolId'], line['schoolId'])}: {_unusual(line)} "
        f"{season.capitalize()}, more than {line['limit']:.0%} is unusual.{_shared(line)}"
        for line in review.mass_changes.iter_rows(named=True)
    ]


def _shared(line: dict[str, Any]) -> str:
    """What most records of a mass change share, as a sentence; blank where it is nothing."""
    if line["what"] is None:
        return ""
    who = "all of them" if line["of_them"] == line["number"] else f"{line['of_them']:,} of them"
    if line["outcome"] == rt.Outcome.UPDATED:
        return f" In {who} {line['what']} changes."
    return f" {who.capitalize()} are {line['what']}."


def staying_sentences(review: rt.Review) -> list[str]:
    """One for each school at which people stay though the file puts them elsewhere (RT417)."""
    values = review.findings.filter(code=STAYING)["value"]
    schools = school_names(review.against.roster) if review.against is not None else {}
    pieces = (value.partition(": ") for value in values.sort())
    return [
        f"{schools.get(school, school)}: {who}; leaving a row out removes nothing."
        for school, _, who in pieces
    ]


def _unusual(line: dict[str, Any]) -> str:
    """One total of a school, beside what is there."""
    number, before, kind = line["number"], line["before"], line["kind"]
    if not before:
        return f"{of_kind(number, kind)} would be {line['outcome']} where there are none so far."
    share = f"({number / before:.0%})"
    if line["outcome"] == rt.Outcome.CREATED:
        return f"{of_kind(number, kind)} would be created beside {before:,} there {share}."
    return f"{number:,} of {of_kind(before, kind)} would be {line['outcome']} {share}."
