"""RT418 to RT420: whether a file is this district's, and whether an import is whole.

They are judged before anything is stored, by frames of a few lines: counts of people, parts and
schools. `told` is what a finding says.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from roster_toolkit.model import Evidence, Over, Profile, Severity
from roster_toolkit.rules.registry import rule
from roster_toolkit.rules.shapes import Known

#: The roster of the examples: two students at one school.
_ROSTER = {"schoolId": ["0711", "0711"], "userId": ["S1", "S2"]}
_STRANGERS = [f"N{n}" for n in range(12)]


@rule(
    "RT418", "other-district",
    over=Over.PEOPLE_TOGETHER, severity=Severity.WARNING, evidence=Evidence.ASSUMED,
    title="Nearly all people in the file are unknown to the district",
    message="{value}: this may be another district's file.",
    how_to_fix="Check that this is the right file, and the right district to compare it with.",
    column="userId", category="file", said_first=True,
    bad={"userId": _STRANGERS},
    good={"userId": _STRANGERS[:9]},
    roster=_ROSTER,
)  # fmt: skip
def other_district(profile: Profile) -> Mapping[str, Known]:
    """A district's file names people whom the district knows, or its new ones beside them.

    Where nearly everybody is new, the file is probably another customer's, and would be added to
    this district whole. People who only have a new ID or lost their leading zeros are known.
    """
    many = pl.col("unknown") >= profile.thresholds["other_district_people"]
    percent = profile.thresholds["other_district_percent"]
    nearly_all = pl.col("unknown") * 100 >= pl.col("people") * percent
    return {"userId": Known(fault=many & nearly_all, once="told")}


@rule(
    "RT419", "partial-data",
    over=Over.IMPORTED_PARTS, severity=Severity.WARNING, evidence=Evidence.INFERRED,
    title="The data to import are not whole",
    message="The data are not whole: {value}.",
    how_to_fix="Import a whole export of the part that is named, or name the part that it holds.",
    category="file",
    bad={"userId": ["T1"], "userRole": ["Teacher"], "userGrade": [""]},
    good={"userId": ["T1", "S1"], "userRole": ["Teacher", "Student"], "userGrade": ["", "3"]},
    roster=_ROSTER,
)  # fmt: skip
def partial_data(profile: Profile) -> Mapping[str, Known]:
    """Whoever is not in an import leaves: after changes alone, or staff alone, few are left.

    `stated` is what the data hold of a part, `leaving` what the roster has of it; `asked` tells
    that the part was named, `changes_only` that a file says it holds changes only.
    """
    nobody = (pl.col("stated") == 0) & (pl.col("asked") | (pl.col("leaving") > 0))
    return {"userId": Known(fault=pl.col("changes_only") | nobody, once="told")}


@rule(
    "RT420", "schools-missing",
    over=Over.IMPORTED_SCHOOLS, severity=Severity.WARNING, evidence=Evidence.INFERRED,
    title="Schools of the data to import are not the district's",
    message="Schools are missing: {value}.",
    how_to_fix="Compare the schools with the district's list; both must be of this district.",
    column="schoolId", category="file",
    bad={"schoolId": ["0712"]},
    good={"schoolId": ["0711"]},
    roster=_ROSTER,
)  # fmt: skip
def schools_missing(profile: Profile) -> Mapping[str, Known]:
    """Without its school nobody has a place in a roster, and uploads to the school are refused.

    `listed` tells whether the district's list has all schools where people and classes would be;
    it is false as well where the data hold no school at all.
    """
    return {"schoolId": Known(fault=~pl.col("listed"), once="told")}
