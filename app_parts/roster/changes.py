"""The changes between two snapshots, one by one, and the way to whom they are about."""

from __future__ import annotations

import polars as pl
import streamlit as st

import roster_toolkit as rt
from app_parts.roster.breadcrumbs import go_to_section, go_to_students_of, open_record
from app_parts.roster.data import DistrictView, exported
from app_parts.roster.pick import picked
from app_parts.table import page_of
from app_parts.text import counted, prose

_ALL = "all"
#: What stands between person and class in the key of an enrollment.
_IN = " in "
_KINDS = {
    _ALL: "All",
    "student": "Students",
    "staff": "Staff",
    "person": "Without a role",
    "class": "Classes",
    "enrollment": "Enrollments",
    "school": "Schools",
}


def changes(view: DistrictView, difference: rt.Difference, first: int, second: int) -> None:
    """The changes of one kind, field by field, and all of them to take away."""
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    with left:
        kind = _kind(difference)
    text = right.text_input(
        "Search by ID or value", key="changed", type="search", live=True, persist_state="page"
    )
    chosen = _searched(difference.changes, kind, text)
    if chosen.is_empty():
        prose(
            "No change has this text. You can search for a part of an ID, or of a value before or "
            "after."
        )
    else:
        prose(f"{counted(chosen.height, 'change')}. Pick a line to open whom it is about.")
        _table(view, chosen, (first, second), f"{kind} {text}")
    st.download_button(
        "Download changes.csv",
        data=lambda: exported(view, second, rt.difference_csv(difference)),
        file_name="changes.csv",
        mime="text/csv",
        on_click="ignore",
        help="All changes between the two snapshots, of every kind.",
    )


def _kind(difference: rt.Difference) -> str:
    kinds = set(difference.changes["kind"])
    options = [kind for kind in _KINDS if kind == _ALL or kind in kinds]
    if st.session_state.get("kind") not in options:
        st.session_state["kind"] = _ALL
    chosen = st.segmented_control(
        "Kind", options, key="kind", required=True, format_func=_KINDS.__getitem__,
        persist_state="page",
    )  # fmt: skip
    return chosen or _ALL


def _searched(changes: pl.DataFrame, kind: str, text: str) -> pl.DataFrame:
    """The changes of a kind that hold a text in the ID or a value."""
    chosen = changes if kind == _ALL else changes.filter(pl.col("kind") == kind)
    wanted = text.strip().lower()
    if not wanted:
        return chosen
    cells = pl.col("key", "before", "after").fill_null("").str.to_lowercase()
    return chosen.filter(pl.any_horizontal(cells.str.contains(wanted, literal=True)))


def _table(view: DistrictView, chosen: pl.DataFrame, pair: tuple[int, int], text: str) -> None:
    """One page of changes; what a picked line is about is opened."""
    line = picked(
        lambda page: _in_words(view, page_of(chosen, page), pair),
        chosen.height,
        narrowed=(view.name, pair, text),
        alt="The changes, field by field",
    )
    if line is None:
        return
    kind, key, field, after = chosen.select("kind", "key", "field", "after").row(line)
    if kind == "school":
        go_to_students_of(key)
    else:
        # An enrollment is told as "userId in classId", and IDs hold no space.
        open_record(view, "class" if kind == "class" else "person", key.split(" ")[0], "Compare")
        # Who left is looked at where they were.
        go_to_section("Browse", snapshot=str(pair[0] if not field and not after else pair[1]))
    st.rerun()


def _in_words(view: DistrictView, page: pl.DataFrame, pair: tuple[int, int]) -> pl.DataFrame:
    """A page of changes with the names of people and classes, and what became of each record."""
    keys = pl.concat([page["key"], page["key"].str.split(_IN).explode()])
    named = pl.concat([_names(view.directory(number), keys) for number in pair])
    named = named.unique(["of_class", "key"], keep="last")
    names = {(of_class, key): name for of_class, key, name in named.iter_rows()}
    page = page.with_columns(
        name=pl.Series(
            [_name_of(kind, key, names) for kind, key in page.select("kind", "key").iter_rows()],
            dtype=pl.String,
        )
    )
    whole = (pl.col("field") == "") | pl.col("field").is_null()
    came = whole & (pl.col("after").fill_null("") != "")
    return page.select(
        "kind",
        "key",
        "name",
        what=pl.when(came).then(pl.lit("created")).when(whole).then(pl.lit("removed"))
        .otherwise(pl.lit("updated")),
        field="field",
        before=pl.when(~whole).then("before").otherwise(pl.lit("")),
        after=pl.when(~whole).then("after").otherwise(pl.lit("")),
    )  # fmt: skip


def _name_of(kind: str, key: str, names: dict[tuple[bool, str], str]) -> str:
    """The name of the person or class; of an enrollment both."""
    if kind != "enrollment":
        return names.get((kind == "class", key), "")
    person, _, group = key.partition(_IN)
    return f"{names.get((False, person), person)}{_IN}{names.get((True, group), group)}"


def _names(directory: rt.Directory, keys: pl.Series) -> pl.DataFrame:
    """`of_class`, `key` and `name` of the people and classes that the keys may mean."""
    people, classes = directory.roster.people, directory.roster.classes
    name = pl.concat_str("userFirstName", "userLastName", separator=" ")
    of_class = pl.lit(value=True)
    return pl.concat(
        [
            people.filter(pl.col("userId").is_in(keys.implode()))
            .select(of_class=~of_class, key="userId", name=name),
            classes.filter(pl.col("classId").is_in(keys.implode()))
            .select(of_class=of_class, key="classId", name="className"),
        ]
    )  # fmt: skip
