"""Outcomes by kind as a table of text, as the portal's report will count them."""

from __future__ import annotations

from collections.abc import Iterator

from roster_toolkit.impact.preview import Impact
from roster_toolkit.rosters.roster import Outcome
from roster_toolkit.text import number

#: Words of the report, and beside them what it leaves out: what happens to nobody.
_UNMENTIONED = "not mentioned"


def outcome_lines(impact: Impact, *, unmentioned: bool = True) -> Iterator[str]:
    """A line of headings and one for each kind of record."""
    names = [*(outcome.value for outcome in Outcome), *([_UNMENTIONED] if unmentioned else [])]
    yield f"  {'':<10}" + "".join(f"{name:>{len(name) + 3}}" for name in names)
    for kind, outcomes in impact.totals.items():
        counts = [number(outcomes[outcome]) for outcome in Outcome]
        if unmentioned:
            counts.append(number(impact.unmentioned[kind]))
        cells = (f"{count:>{len(name) + 3}}" for count, name in zip(counts, names, strict=True))
        yield f"  {kind.value:<10}{''.join(cells)}"
