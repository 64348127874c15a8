"""Which district and which of its snapshots the page shows, and the district's timeline."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
import streamlit as st

import roster_toolkit as rt
from app_parts.roster.data import (
    DistrictView,
    keep,
    known_districts,
    usable_on_error,
    view_district,
    when,
)
from app_parts.roster.importing import SOURCES, import_into
from app_parts.sample import offer_sample
from app_parts.session import Desk
from app_parts.table import whole
from app_parts.text import callout, counted, list_of_figures, prose

_KINDS = (rt.Kind.STUDENT, rt.Kind.STAFF, rt.Kind.CLASS, rt.Kind.ENROLLMENT, rt.Kind.SCHOOL)
_HEIGHT = 420
#: Snapshots up to which each point of the chart is labeled.
_LABELLED = 12
_MANY = {
    rt.Kind.STUDENT: "students",
    rt.Kind.STAFF: "staff",
    rt.Kind.CLASS: "classes",
    rt.Kind.ENROLLMENT: "enrollments",
    rt.Kind.SCHOOL: "schools",
}


def choose_district(desk: Desk) -> DistrictView | None:
    """The district that is chosen, or what to do where there is none."""
    try:
        districts = known_districts(desk.store)
        if not districts:
            _no_district_yet(desk)
            return None
        usual = desk.basis.district if desk.basis.district in districts else next(iter(districts))
        keep("district", list(districts), usual)
        left, right = st.columns(2, vertical_alignment="bottom")
        name = left.selectbox("District", list(districts), key="district")
        view = view_district(desk, name, districts[name])
    except rt.ToolkitError as trouble:
        callout("The store of rosters cannot be read.", "bad", detail=str(trouble))
        st.button("Try again", key="try-again")
        prose("The other pages work without it. You can also look at the sample district.")
        offer_sample(desk, key="roster")
        return None
    with right if not view.doubtful else st.container():
        if desk.asker.sees_whole(name):
            processing_state(view)
        else:
            prose("You may look at a part of this district: at your school.", small=True)
    return view


def _no_district_yet(desk: Desk) -> None:
    """The empty state: what a roster is for, and the two ways to one."""
    if not desk.asker.changes_anything:
        prose("There is no roster yet that you may look at. Whoever imports it makes it show here.")
        return
    prose(
        "A roster is who and what your district has in the portal: schools, staff, students, "
        "classes and who is in them. With one at hand, a file is checked against what is really "
        "there, and you see what it would create, change and remove before you send it.",
    )
    left, right = st.columns([3, 2], gap="large")
    with left:
        import_into(desk, None)
    with right, st.container(border=True):
        st.markdown("**Just looking?**")
        st.markdown("Riverton is an invented district with three snapshots of its school year.")
        offer_sample(desk, key="roster")


def processing_state(view: DistrictView) -> None:
    """Whether the portal would process a file of this district."""
    if view.doubtful:
        schools = counted(len(view.doubtful), "school has", "schools have")
        callout(
            f"Processing is not active: {schools} no unique ID.",
            "careful",
            detail=f"{', '.join(view.doubtful)}. The portal accepts no file until each school has "
            "an ID of its own. Then import the corrected school list.",
        )
    elif not view.latest.school_list:
        prose(
            "Whether processing is active is not known: the list of schools was never imported.",
            small=True,
        )
    else:
        prose("Processing is active: every school has a unique ID.", small=True)


@usable_on_error
def timeline(desk: Desk, view: DistrictView) -> None:
    """The snapshots with their counts, as a list and as a chart."""
    del desk
    several = len(view.snapshots) > 1
    prose(
        f"{counted(len(view.snapshots), 'snapshot')}, {'the latest ' if several else ''}made "
        f"{when(view.latest.made)}. The roster comes from {SOURCES[view.source]}."
    )
    whole(
        _listed(view.snapshots),
        key=f"snapshots-{hash(view.name)}",
        alt="The snapshots of this district with their counts, the latest first.",
    )
    if several:
        _chart(view)
    else:
        prose("The next import, or a file that you process, makes another one to compare it with.")


def _chart(view: DistrictView) -> None:
    """The counts over time; the list above says what each snapshot is."""
    figure = view.stored.plot.timeline()
    figure.update_traces(line_shape="linear")
    for strip, line in enumerate(figure.data, start=1):
        figure.update_yaxes(range=_room(line.y), row=strip, col=1)
    numbers = [each.number for each in view.snapshots]
    figure.update_xaxes(tickvals=numbers, ticktext=[str(number) for number in numbers])
    figure.update_xaxes(title_text="snapshot", row=len(figure.data), col=1)
    figure.update_layout(height=_HEIGHT)
    if len(numbers) > _LABELLED:
        figure.update_traces(mode="lines+markers")
        figure.update_xaxes(tickmode="auto")
    st.plotly_chart(
        figure, key="timeline", config={"displayModeBar": False}, alt=figure.layout.meta["alt"]
    )


def _room(counts: Sequence[int]) -> tuple[float, float]:
    """A range in which a tenth more or fewer looks like much, and one person like nothing."""
    least, most = min(counts), max(counts)
    span = max(most - least, most / 10, 1)
    return least - span / 4, least + span * 3 / 2


def figures(view: DistrictView) -> None:
    """How many there are of each kind, and how many more or fewer than in the snapshot before."""
    before = view.snapshots[-2] if len(view.snapshots) > 1 else None
    items = []
    for kind in _KINDS:
        count = view.latest.counts[kind]
        more = 0 if before is None else count - before.counts[kind]
        since = f' <span style="opacity:.8">({more:+,})</span>' if more else ""
        items.append((count, f"{_MANY[kind]}{since}"))
    list_of_figures(items)
    if before is not None:
        prose(f"In brackets: the difference from snapshot {before.number}.", small=True)


def _listed(snapshots: tuple[rt.Snapshot, ...]) -> pl.DataFrame:
    """One line a snapshot, the latest first."""
    return pl.DataFrame(
        [
            {
                "snapshot": each.number,
                "made": when(each.made),
                "label": each.label,
                "made from": each.origin,
                "source": each.source,
                **{_MANY[kind]: each.counts[kind] for kind in _KINDS},
            }
            for each in reversed(snapshots)
        ]
    )
