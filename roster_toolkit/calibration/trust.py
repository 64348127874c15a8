"""Evidence that does not belong together is set aside before anything is learned from it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from roster_toolkit.calibration.model import Notice

if TYPE_CHECKING:
    from roster_toolkit.calibration.calibrate import Evidence


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
