"""RT418 to RT420: whether a file is this district's, and whether an import is whole.

They are judged before anything is stored, by frames of a few lines, of which `told` says what is
found:

* people together: how many there are (`people`), and how many of them are `unknown`;
* parts: what the data hold of each (`stated`), what the roster has of it (`leaving`), whether it
  was `asked` for by name, and whether files say that they hold changes only (`changes_only`);
* schools: whether the district's list has all where people and classes would be (`listed`), which
  is false as well where the data hold no school at all.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from roster_toolkit.model import Evidence, Profile, RosterJudgement, Scope, Severity
from roster_toolkit.rules.registry import rule

#: The roster of the examples: two students at one school.
_ROSTER = {"schoolId": ["0711", "0711"], "userId": ["S1", "S2"]}
_STRANGERS = [f"N{n}" for n in range(12)]


@rule(
    "RT418", "other-district",
    scope=Scope.PEOPLE_TOGETHER, severity=Severity.WARNING, evidence=Evidence.ASSUMED,
    title="Nearly everybody in the file is unknown to the district",
    message="{value}: this may be another district's file.",
    how_to_fix="Check that this is the right file, and the right district to compare it with.",
    column="userId", category="file", said_first=True,
    also_said=("this file belongs to a different district", "wrong district selected",
               "none of the users match the roster"),
    bad={"userId": _STRANGERS},
    good={"userId": _STRANGERS[:9]},
    roster=_ROSTER,
)  # fmt: skip
def other_district(profile: Profile) -> Mapping[str, RosterJudgement]:
    """A district's file names people whom the district knows, or its new ones beside them.

    Where nearly everybody is new, the file is probably another customer's, and would be added to
    this district whole. People who only have a new ID or lost their leading zeros are known.
    """
    many = pl.col("unknown") >= profile.thresholds["other_district_people"]
    percent = profile.thresholds["other_district_percent"]
    nearly_all = pl.col("unknown") * 100 >= pl.col("people") * percent
    return {"userId": RosterJudgement(fault=many & nearly_all, once="told")}


@rule(
    "RT419", "partial-data",
    scope=Scope.IMPORTED_PARTS, severity=Severity.WARNING, evidence=Evidence.INFERRED,
    title="The data to import is not complete",
    message="The data is not complete: {value}.",
    how_to_fix="Import a complete export of that part, or name the part that it has.",
    category="file",
    bad={"userId": ["T1"], "userRole": ["Teacher"], "userGrade": [""]},
    good={"userId": ["T1", "S1"], "userRole": ["Teacher", "Student"], "userGrade": ["", "3"]},
    roster=_ROSTER,
)  # fmt: skip
def partial_data(profile: Profile) -> Mapping[str, RosterJudgement]:
    """Whoever is not in an import leaves: after changes alone, or staff alone, few are left.

    A OneRoster delta holds what has changed since the last export. Where it is accepted, it is
    imported as it is, and everybody else leaves.
    """
    nobody = (pl.col("stated") == 0) & (pl.col("asked") | (pl.col("leaving") > 0))
    return {"userId": RosterJudgement(fault=pl.col("changes_only") | nobody, once="told")}


@rule(
    "RT420", "schools-missing",
    scope=Scope.IMPORTED_SCHOOLS, severity=Severity.WARNING, evidence=Evidence.INFERRED,
    title="The data to import has schools that are not the district's",
    message="Schools are missing: {value}.",
    how_to_fix="Compare the schools with the district's list; both must be of this district.",
    column="schoolId", category="file",
    bad={"schoolId": ["0712"]},
    good={"schoolId": ["0711"]},
    roster=_ROSTER,
)  # fmt: skip
def schools_missing(profile: Profile) -> Mapping[str, RosterJudgement]:
    """Without its school nobody has a place in a roster, and uploads to the school are rejected.

    Often the list or the data are another district's, or a spreadsheet took the zeros from the
    IDs of one of them.
    """
    return {"schoolId": RosterJudgement(fault=~pl.col("listed"), once="told")}
