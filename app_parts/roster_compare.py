"""What differs between two snapshots, field by field."""

from __future__ import annotations

import polars as pl
import streamlit as st

import roster_toolkit as rt
from app_parts.roster_data import Shown, stays_usable, titled
from app_parts.roster_trail import lead_to, open_record
from app_parts.session import Desk
from app_parts.table import PAGE, paged
from app_parts.text import callout, counted, said

_COUNTED = (rt.Outcome.CREATED, rt.Outcome.UPDATED, rt.Outcome.REMOVED, rt.Outcome.NO_CHANGES)
_ALL = "all"
#: Kinds of record that can be opened → what they are opened as.
_OPENED = {"student": "person", "staff": "person", "person": "person", "class": "class"}
_KINDS = {
    _ALL: "All",
    "student": "Students",
    "staff": "Staff",
    "class": "Classes",
    "enrollment": "Enrollments",
    "school": "Schools",
}


@st.fragment
@stays_usable
def compare(desk: Desk, shown: Shown) -> None:
    """Choose two snapshots and see what became of every record."""
    del desk
    if len(shown.snapshots) == 1:
        said(
            "There is one snapshot, and nothing to compare it with. Import current data, or "
            "process a file: each makes another snapshot."
        )
        return
    numbers = [str(each.number) for each in shown.snapshots]
    left, right = st.columns(2)
    before = _choose(left, shown, "From", "from", numbers[-2])
    after = _choose(right, shown, "To", "to", numbers[-1])
    if before == after:
        said("These are the same snapshot. Choose another one on either side.")
        return
    found = shown.difference(before, after)
    if found.nothing:
        callout(f"Snapshots {before} and {after} are the same.", "good")
        return
    callout(summary(found, f"From snapshot {before} to {after}"))
    counts_table(found)
    _repeated(found)
    _changes(shown, found, before, after)


def _choose(
    place: st.delta_generator.DeltaGenerator, shown: Shown, label: str, key: str, usual: str
) -> int:
    numbers = [str(each.number) for each in shown.snapshots]
    if st.session_state.get(key) not in numbers:
        st.session_state[key] = usual
    chosen = place.selectbox(
        label, numbers, key=key, persist_state="page",
        format_func=lambda number: titled(shown.snapshot(int(number)), shown.latest),
    )  # fmt: skip
    return int(chosen)


def summary(found: rt.Difference, since: str) -> str:
    """What became of the records, in a sentence."""
    told = {what: sum(counts[what] for counts in found.counts.values()) for what in _COUNTED}
    parts = [f"{told[what]:,} {what.value}" for what in _COUNTED[:-1] if told[what]] or [
        "nothing changed"
    ]
    kept = told[rt.Outcome.NO_CHANGES]
    stay = "stays as it is" if kept == 1 else "stay as they are"
    return f"{since}: {', '.join(parts)}; {counted(kept, 'record')} {stay}."


def counts_table(found: rt.Difference) -> None:
    """Kinds by outcomes."""
    lines = pl.DataFrame(
        [
            {"kind": kind.value, **{what.value: counts[what] for what in _COUNTED}}
            for kind, counts in found.counts.items()
        ]
    )
    paged(
        lambda _: lines, lines.height, key=f"counts-{id(found)}",
        alt="How many records of each kind were created, updated, removed or stay as they are",
    )  # fmt: skip


def _repeated(found: rt.Difference) -> None:
    """Keys that were left out, because which record is meant would be a guess."""
    if found.repeated.is_empty():
        return
    keys = counted(found.repeated.height, "key stands", "keys stand")
    said(
        f"{keys} in a snapshot more than once and cannot be compared; which record is meant would "
        "be a guess."
    )
    repeated = found.repeated
    paged(
        lambda page: repeated.slice((page - 1) * PAGE, PAGE), repeated.height,
        key=f"repeated-{repeated.height}", alt="Keys that stand more than once",
    )  # fmt: skip


def _changes(shown: Shown, found: rt.Difference, first: int, second: int) -> None:
    """The changes of one kind, field by field, and all of them to take away."""
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    with left:
        kind = _kind(found)
    text = right.text_input(
        "Search by ID or value", key="changed", type="search", live=True, persist_state="page"
    )
    chosen = _searched(found.changes, kind, text)
    if chosen.is_empty():
        said("No change holds this text. A part of an ID, or of a value before or after, is found.")
    else:
        said(f"{counted(chosen.height, 'change')}. Pick a person or a class to open it.")
        _table(shown, chosen, (first, second), f"{kind}-{text.strip().lower()}")
    st.download_button(
        "Download changes.csv",
        data=lambda: rt.difference_csv(found),
        file_name="changes.csv",
        mime="text/csv",
        on_click="ignore",
        help="All changes between the two snapshots, of every kind.",
    )


def _kind(found: rt.Difference) -> str:
    there = set(found.changes["kind"])
    options = [kind for kind in _KINDS if kind == _ALL or kind in there]
    if st.session_state.get("kind") not in options:
        st.session_state["kind"] = _ALL
    return st.segmented_control(
        "Kind", options, key="kind", required=True, format_func=_KINDS.__getitem__,
        persist_state="page",
    )  # fmt: skip


def _searched(changes: pl.DataFrame, kind: str, text: str) -> pl.DataFrame:
    """The changes of a kind that hold a text in the ID or a value."""
    chosen = changes if kind == _ALL else changes.filter(pl.col("kind") == kind)
    wanted = text.strip().lower()
    if not wanted:
        return chosen
    cells = pl.col("key", "before", "after").fill_null("").str.to_lowercase()
    return chosen.filter(pl.any_horizontal(cells.str.contains(wanted, literal=True)))


def _table(shown: Shown, chosen: pl.DataFrame, pair: tuple[int, int], narrowed: str) -> None:
    """One page of changes; the person or class of a line that is picked is opened."""
    visit = st.session_state.get("visit")
    key = f"changes-{hash((shown.name, pair, narrowed, visit))}"
    at = st.session_state.get(f"{key}-page", 1)
    line = paged(
        lambda page: _in_words(shown, chosen.slice((page - 1) * PAGE, PAGE), pair),
        chosen.height, key=key, alt="The changes, field by field", pick=True,
    )  # fmt: skip
    if line is None:
        return
    kind, record, field, after = chosen.select("kind", "key", "field", "after").row(
        (at - 1) * PAGE + line
    )
    if kind in _OPENED:
        # Who left is looked at where they were.
        snapshot = pair[0] if not field and not after else pair[1]
        st.session_state["visit"] = (visit or 0) + 1
        open_record(shown, _OPENED[kind], record, "Compare")
        lead_to("Browse", snapshot=str(snapshot))
        st.rerun()


def _in_words(shown: Shown, page: pl.DataFrame, pair: tuple[int, int]) -> pl.DataFrame:
    """A page of changes with the names of people and classes, and what became of each record."""
    names = pl.concat([_names(shown.directory(number), page["key"]) for number in pair])
    names = names.unique(["of_class", "key"], keep="last")
    of_class = pl.col("kind") == "class"
    page = page.with_columns(of_class=of_class).join(
        names, on=["of_class", "key"], how="left", maintain_order="left"
    )
    whole = (pl.col("field") == "") | pl.col("field").is_null()
    came = whole & (pl.col("after").fill_null("") != "")
    return page.select(
        "kind",
        "key",
        name=pl.col("name").fill_null(""),
        what=pl.when(came).then(pl.lit("created")).when(whole).then(pl.lit("removed"))
        .otherwise(pl.lit("updated")),
        field="field",
        before=pl.when(~whole).then("before").otherwise(pl.lit("")),
        after=pl.when(~whole).then("after").otherwise(pl.lit("")),
    )  # fmt: skip


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
