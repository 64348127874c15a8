"""Where two sources say different things: named, so that a person decides; neither wins."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from roster_toolkit.calibration.learning import Learner
from roster_toolkit.calibration.model import Notice
from roster_toolkit.model import Need
from roster_toolkit.text import counted, listed, quoted

#: Values that a notice names, at most.
_NAMED = 4


def contradictions(learner: Learner) -> Iterator[Notice]:
    """What a dictionary says of values and blank cells, and files that were accepted deny."""
    for header in learner.naming.order:
        if header in learner.facts.headers:
            yield from _of_listed_values(learner, header)
            yield from _of_stated_needs(learner, header)


def _of_listed_values(learner: Learner, header: str) -> Iterator[Notice]:
    """Values that a file had accepted and the dictionary's list does not have."""
    entry = learner.stated.get(header)
    if entry is None or not entry.values or not entry.closed:
        return
    rows = learner.facts.frame.filter(
        learner.facts.innocent(header),
        pl.col(header) != "",
        ~pl.col(header).is_in(list(entry.values)),
    )
    if rows.is_empty():
        return
    values = rows[header].unique().sort().head(_NAMED)
    files = tuple(learner.facts.source(place) for place in rows["#file"].unique().sort())
    yield Notice(
        f"{listed(map(quoted, values))} was accepted in {header} ({counted(rows.height, 'row')} of "
        f"{listed(files)}), but {learner.stated_in} does not list it; it is accepted here.",
        (*files, learner.stated_in),
        aside=False,
    )


def _of_stated_needs(learner: Learner, header: str) -> Iterator[Notice]:
    """Cells that the dictionary calls required and that were accepted blank."""
    entry = learner.stated.get(header)
    if entry is None:
        return
    for told, group, people in (
        (entry.students, learner.students, "students"),
        (entry.staff, learner.staff, "staff"),
    ):
        if told != Need.REQUIRED:
            continue
        rows = learner.facts.frame.filter(
            group, ~learner.removes, learner.facts.innocent(header), pl.col(header) == ""
        )
        if rows.height:
            files = tuple(learner.facts.source(place) for place in rows["#file"].unique().sort())
            yield Notice(
                f"{learner.stated_in} calls {header} required of {people}, but it was blank in "
                f"{counted(rows.height, 'row')} of {listed(files)} that the portal accepted; it "
                "may be blank here.",
                (*files, learner.stated_in),
                aside=False,
            )
