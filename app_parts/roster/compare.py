"""What differs between two snapshots, field by field."""

from __future__ import annotations

import polars as pl
import streamlit as st

import roster_toolkit as rt
from app_parts.roster.changes import changes
from app_parts.roster.data import Shown, stays_usable, titled
from app_parts.roster.pick import whole
from app_parts.session import Desk
from app_parts.text import callout, counted, said

_COUNTED = (rt.Outcome.CREATED, rt.Outcome.UPDATED, rt.Outcome.REMOVED, rt.Outcome.NO_CHANGES)
_COUNTS = "How many records of each kind were created, updated, removed or stay as they are"


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
    changes(shown, found, before, after)


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
    whole(lines, key=f"counts-{id(found)}", alt=_COUNTS)


def _repeated(found: rt.Difference) -> None:
    """Keys that were left out, because which record is meant would be a guess."""
    if found.repeated.is_empty():
        return
    keys = counted(found.repeated.height, "key stands", "keys stand")
    said(
        f"{keys} in a snapshot more than once and cannot be compared; which record is meant would "
        "be a guess."
    )
    whole(found.repeated, key=f"repeated-{id(found)}", alt="Keys that stand more than once")
