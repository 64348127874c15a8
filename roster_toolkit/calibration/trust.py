"""Evidence that does not belong together is set aside before anything is learned from it.

People mix up files. A lie must not teach: a file of another portal has other headers, the report of
another file complains of sound rows, and a file that was not accepted after all holds what a report
shows to be rejected.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from roster_toolkit.calibration.facts import Case
from roster_toolkit.calibration.judging import Judged
from roster_toolkit.calibration.model import Notice
from roster_toolkit.calibration.texts import meanings
from roster_toolkit.errors import ToolkitError

if TYPE_CHECKING:
    from roster_toolkit.calibration.evidence import Evidence

#: Rows at fault from which on a report can be held against them.
_ENOUGH = 5
#: A report fits if it complains of more of the rows at fault, or of more than chance would have it.
_FITTING = 0.4
_BETTER_THAN_CHANCE = 2.0
#: More rows at fault than this share, and the profile is not yet good enough to tell.
_TOO_MANY = 0.2
#: Rules that hold in a file whatever values nobody has seen before.
_TELLING = "^RT(101|103|104|107|2|302|303|304)"
_COVERS, _BACK = 0.8, 0.5


def must_fit(case: Case, ours: Judged) -> None:
    """Refuse a report that complains of sound rows and passes over those at fault.

    `ours` is the file as judged by what other evidence taught. Raises ToolkitError with a sentence.
    """
    if case.answer is None or ours.whole:
        return
    silent = case.answer.silent.implode()
    faulty = ours.rejected.cast(pl.UInt32)
    faulty = faulty.filter(~faulty.is_in(silent))
    blamed = case.complaints["index"].unique()
    hits = faulty.is_in(blamed.implode()).sum()
    few = faulty.len() < _ENOUGH or blamed.len() < _ENOUGH
    if few or faulty.len() > _TOO_MANY * case.sent.rows:
        return
    by_chance = faulty.len() * blamed.len() / case.sent.rows
    if hits < _FITTING * faulty.len() and hits < _BETTER_THAN_CHANCE * by_chance:
        raise ToolkitError(
            f"{case.answer.name} does not fit {case.sent.name}: of the {blamed.len():,} rows that "
            f"it complains of only {hits:,} are at fault. Give the report that came back for that "
            "file."
        )


def not_accepted(
    accepted: Sequence[Case],
    judged: Sequence[Judged],
    answered: Sequence[Case],
    ours: Sequence[Judged],
) -> dict[int, Notice]:
    """Files called accepted that hold what the reports show to be rejected, by their place.

    `judged` are these files, `ours` the answered ones, by what the answered ones alone taught.
    """
    shown = {
        (m.code, m.header)
        for m in meanings(answered, ours)
        if m.covers >= _COVERS and m.back >= _BACK and m.rows > 1
    }
    notices = {}
    for place, (case, one) in enumerate(zip(accepted, judged, strict=True)):
        found = one.found.filter("rejects", pl.col("code").str.contains(_TELLING))
        kinds = [
            (kind, part["index"].n_unique())
            for kind, part in found.partition_by("code", "header", as_dict=True).items()
            if kind in shown
        ]
        rows = sum(count for _, count in kinds)
        if len(kinds) > 1 or rows > 2:  # noqa: PLR2004
            text = (
                f"{case.sent.name} cannot have been accepted as it is: {rows:,} of its rows have "
                f"what {answered[0].answer.name if answered[0].answer else 'the report'} shows "
                "to be rejected; it was left aside."
            )
            notices[place] = Notice(text, (case.sent.name,))
    return notices


def odd_sources(evidence: Evidence) -> tuple[Evidence, list[Notice]]:
    """The evidence without files whose headers are not those of the others, and what was left out.

    The template decides; where it agrees with no file and the files agree among themselves, it is
    the template that is another portal's.
    """
    if evidence.template is None:
        return evidence, []
    name, _, headers = evidence.template
    known = {h.casefold() for h in headers}
    fits = {id(f): {h.casefold() for h in f.header if h} <= known for f in evidence.files}
    if evidence.files and not any(fits.values()) and len(evidence.files) > 1:
        same = {frozenset(h.casefold() for h in f.header if h) for f in evidence.files}
        if len(same) == 1:
            text = f"{name} has other headers than all files that were sent; it was left aside."
            return replace(evidence, template=None), [Notice(text, (name,))]
    notices = [
        Notice(f"{f.name} has headers that are not in {name}; it was left aside.", (f.name, name))
        for f in evidence.files
        if not fits[id(f)]
    ]
    kept = replace(
        evidence,
        accepted=tuple(f for f in evidence.accepted if fits[id(f)]),
        refused=tuple((f, r) for f, r in evidence.refused if fits[id(f)]),
    )
    return kept, notices
