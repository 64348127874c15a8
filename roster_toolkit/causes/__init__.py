"""Group findings into causes: a cause is what one correction clears.

Every finding belongs to exactly one cause. The first that applies claims it: a header, a shifted
row, a whole damaged column, else its member: the class, person or value that it is about. Members
share the cause of their rule and column unless one of them makes up half of it, so that 5,000
different malformed addresses are one cause and not 5,000.
"""

from __future__ import annotations

import polars as pl

from roster_toolkit.causes.both_names import (
    column_of_both_names,
    header_of_both_names,
    with_both_names,
)
from roster_toolkit.causes.claims import claims
from roster_toolkit.causes.counted_up import with_counted_up
from roster_toolkit.causes.first_rows import filled_in_first_rows
from roster_toolkit.causes.members import with_habits, with_own_members, with_same_fix
from roster_toolkit.causes.model import Cause, Causes, Claim, Member
from roster_toolkit.causes.raggedness import (
    Raggedness,
    header_that_fits,
    raggedness_of,
    with_raggedness,
)
from roster_toolkit.causes.summary import causes_of, cleared, summary, with_derived
from roster_toolkit.model import Profile, Upload
from roster_toolkit.validate import FINDINGS, Validation

__all__ = [
    "CAUSED_FINDINGS",
    "Cause",
    "Causes",
    "Claim",
    "Member",
    "Raggedness",
    "cleared",
    "column_of_both_names",
    "filled_in_first_rows",
    "find_causes",
    "header_of_both_names",
    "header_that_fits",
    "raggedness_of",
]

#: Findings with the number of their `Cause`, and whether they follow from graver ones.
CAUSED_FINDINGS: dict[str, type[pl.DataType]] = {
    **FINDINGS,
    "cause": pl.UInt32,
    "derived": pl.Boolean,
}
_GROUP = ("claim", "leader", "place", "own")


def find_causes(upload: Upload, validation: Validation, profile: Profile) -> Causes:
    """Group the findings into causes, in the order of correction."""
    findings = validation.findings
    if findings.is_empty():
        return Causes((), pl.DataFrame(schema=CAUSED_FINDINGS))
    claimed = claims(findings, validation, profile)
    claimed = with_both_names(with_raggedness(claimed, upload, profile), upload, profile)
    claimed = with_same_fix(with_counted_up(claimed), validation.rules)
    claimed = with_habits(claimed, validation.rules, profile)
    grouped = with_own_members(claimed, validation.rules, profile).with_columns(
        own=pl.coalesce("apart", "own")
    )
    grouped_findings = with_derived(grouped.with_columns(_numbers(grouped)), validation.rules)
    lines = summary(grouped_findings, upload, validation.rules)
    order = lines.select("group", cause=pl.int_range(1, pl.len() + 1, dtype=pl.UInt32))
    cause = order.sort("group")["cause"].gather(grouped_findings["group"])
    grouped_findings = grouped_findings.with_columns(cause)
    return Causes(
        causes_of(lines, grouped_findings, validation.rules, profile),
        grouped_findings.select(list(CAUSED_FINDINGS)),
    )


def _numbers(grouped: pl.DataFrame) -> pl.Series:
    """`group`, the number of each finding's group; joined alone, as a join copies every text."""
    kinds = grouped.select(_GROUP)
    groups = kinds.unique().sort(_GROUP).with_row_index("group")
    return kinds.join(groups, on=_GROUP, nulls_equal=True, maintain_order="left")["group"]
