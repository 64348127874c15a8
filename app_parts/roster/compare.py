"""What differs between two snapshots, field by field."""

from __future__ import annotations

import polars as pl
import streamlit as st

import roster_toolkit as rt
from app_parts.roster.changes import changes
from app_parts.roster.data import DistrictView, titled, usable_on_error
from app_parts.session import Desk, fragment
from app_parts.table import whole
from app_parts.text import callout, counted, prose

_COUNTED = (rt.Outcome.CREATED, rt.Outcome.UPDATED, rt.Outcome.REMOVED, rt.Outcome.NO_CHANGES)
_COUNTS = "How many records of each kind were created, updated, removed or stay as they are"


@fragment
@usable_on_error
def compare(desk: Desk, view: DistrictView) -> None:
    """Choose two snapshots and see what became of every record."""
    del desk
    if len(view.snapshots) == 1:
        prose(
            "There is one snapshot, and nothing to compare it with. Import current data, or "
            "process a file: each makes another snapshot."
        )
        return
    numbers = [str(each.number) for each in view.snapshots]
    left, right = st.columns(2)
    before = _choose(left, view, "From", "from", numbers[-2])
    after = _choose(right, view, "To", "to", numbers[-1])
    if before == after:
        prose("These are the same snapshot. Choose another one on either side.")
        return
    difference = view.difference(before, after)
    if difference.nothing:
        callout(f"Snapshots {before} and {after} are the same.", "good")
        return
    callout(summary(difference, f"From snapshot {before} to {after}"))
    counts_table(difference)
    _repeated(difference)
    changes(view, difference, before, after)


def _choose(
    place: st.delta_generator.DeltaGenerator, view: DistrictView, label: str, key: str, usual: str
) -> int:
    numbers = [str(each.number) for each in view.snapshots]
    if st.session_state.get(key) not in numbers:
        st.session_state[key] = usual
    chosen = place.selectbox(
        label, numbers, key=key, persist_state="page",
        format_func=lambda number: titled(view.snapshot(int(number)), view.latest),
    )  # fmt: skip
    return int(chosen)


def summary(difference: rt.Difference, since: str) -> str:
    """What became of the records, in a sentence."""
    totals = {what: sum(counts[what] for counts in difference.counts.values()) for what in _COUNTED}
    parts = [f"{totals[what]:,} {what.value}" for what in _COUNTED[:-1] if totals[what]] or [
        "nothing changed"
    ]
    kept = totals[rt.Outcome.NO_CHANGES]
    stay = "stays as it is" if kept == 1 else "stay as they are"
    return f"{since}: {', '.join(parts)}; {counted(kept, 'record')} {stay}."


def counts_table(difference: rt.Difference) -> None:
    """Kinds by outcomes."""
    lines = pl.DataFrame(
        [
            {"kind": kind.value, **{what.value: counts[what] for what in _COUNTED}}
            for kind, counts in difference.counts.items()
        ]
    )
    whole(lines, key=f"counts-{id(difference)}", alt=_COUNTS)


def _repeated(difference: rt.Difference) -> None:
    """Keys that were left out, because which record is meant would be a guess."""
    if difference.repeated.is_empty():
        return
    keys = counted(difference.repeated.height, "key is", "keys are")
    prose(
        f"{keys} in a snapshot more than once and cannot be compared; which record is meant would "
        "be a guess."
    )
    whole(
        difference.repeated,
        key=f"repeated-{id(difference)}",
        alt="Keys that are there more than once",
    )
