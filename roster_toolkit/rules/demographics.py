"""RT5xx: the second file, whose rows describe students whom users.csv or the roster enrolls.

Rules over people enrolled get `known` (somebody of users.csv or of the roster has the ID), `kind`
(`student` or `staff`, null where no role says so), `known_as` (the one ID that differs by zeros
alone) and `students_from_source` (the district takes its students from a third party).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from operator import add

import polars as pl

from roster_toolkit.model import Evidence, Fix, Profile, RosterJudgement, Scope, Severity
from roster_toolkit.rules.registry import rule

_PROFILE = "demographics"
#: The same in a district whose students come from a third party.
_OF_SOURCE = f"""
extends = "{_PROFILE}"
beside = "third-party"
"""
#: Columns of which several make somebody of two races or more.
_RACES = (
    "americanIndianOrAlaskaNative", "asian", "blackOrAfricanAmerican",
    "nativeHawaiianOrOtherPacificIslander", "white",
)  # fmt: skip
#: Whether the district takes its students from a third party: then RT504 says all there is to say.
_FROM_SOURCE = pl.col("students_from_source")
_TWO_OR_MORE = "twoOrMoreRaces"


@rule(
    "RT501", "unknown-student",
    scope=Scope.PEOPLE_ENROLLED, severity=Severity.ERROR, evidence=Evidence.INFERRED,
    title="Nobody has this student's ID",
    many="{n} IDs in {column} that are nobody's",
    message="{value} is neither in users.csv nor in the roster, but {suggestion} is: leading zeros "
    "were lost or added, or a comma or .0.",
    message_if={"": "{value} is neither in users.csv nor in the roster."},
    how_to_fix="Type the ID as users.csv has it, with its leading zeros; enroll a new student in "
    "users.csv first.",
    column="userId", fixes=(Fix.CONFIRM,), supersedes=("RT104", "RT106"), shown_with=_PROFILE,
    also_said=("student not found", "no student with this ID", "demographics of an unknown student",
               "user does not exist"),
    bad={"userId": ["123"]}, good={"userId": ["00123"]}, roster={"userId": ["00123"]},
)  # fmt: skip
def unknown_student(profile: Profile) -> Mapping[str, RosterJudgement]:
    """Demographics describe students who are enrolled; they enroll nobody.

    Where an ID that is known differs by its zeros alone, a spreadsheet took them away; what else it
    did to the ID is told and mended with that.
    """
    fault = ~pl.col("known") & ~_FROM_SOURCE
    return {key: RosterJudgement(fault, pl.col("known_as")) for key in _keys(profile)}


@rule(
    "RT502", "staff-with-demographics",
    scope=Scope.PEOPLE_ENROLLED, severity=Severity.ERROR, evidence=Evidence.INFERRED,
    title="Demographics of a staff member",
    many="{n} staff members with demographics",
    message="{value} is a staff member; demographics are for students.",
    how_to_fix="Delete the row, or type the student's ID.",
    column="userId", shown_with=_PROFILE,
    also_said=("demographics are for students only", "user is not a student"),
    bad={"userId": ["T1"]}, good={"userId": ["00123"]},
    roster={"userId": ["00123", "T1"], "userRole": ["Student", "Teacher"], "userGrade": ["3", ""]},
)  # fmt: skip
def staff_with_demographics(profile: Profile) -> Mapping[str, RosterJudgement]:
    """The file takes students alone; an ID of staff in it is a slip, or tells what nobody asked."""
    fault = (pl.col("kind") == "staff").fill_null(value=False) & ~_FROM_SOURCE
    return {key: RosterJudgement(fault) for key in _keys(profile)}


@rule(
    "RT503", "race-contradiction",
    scope=Scope.PERSON, severity=Severity.WARNING, evidence=Evidence.ASSUMED,
    title="What is said of two or more races does not fit the races",
    many="{rows} in which {column} does not fit the races",
    message="{column} says one thing and the columns of the races another.",
    how_to_fix="{column} is Yes where two races or more are Yes, and No where fewer are.",
    column=_TWO_OR_MORE, needs=(_TWO_OR_MORE, *_RACES), shown_with=_PROFILE, on_every_row=True,
    also_said=("two or more races does not match", "race values contradict each other"),
    bad={"userId": ["S1", "S2"], "asian": ["Yes", "Yes"], "white": ["No", "Yes"],
         _TWO_OR_MORE: ["Yes", "No"]},
    good={"userId": ["S1", "S2", "S3"], "asian": ["Yes", "Yes", ""], "white": ["No", "Yes", ""],
          _TWO_OR_MORE: ["No", "Yes", "Yes"]},
)  # fmt: skip
def race_contradiction(profile: Profile) -> Mapping[str, pl.Expr]:
    """Yes with fewer than two races, or No with two, is a slip in one of them.

    Where no race is filled in, there is nothing to compare with.
    """
    said, yes = pl.col(_TWO_OR_MORE), profile.values_meaning(_TWO_OR_MORE, "yes")
    no = profile.values_meaning(_TWO_OR_MORE, "no")
    races = [pl.col(race).is_in(profile.values_meaning(race, "yes")) for race in _RACES]
    several = reduce(add, (race.cast(pl.UInt8) for race in races)) >= 2  # noqa: PLR2004
    any_filled = pl.any_horizontal(pl.col(race) != "" for race in _RACES)
    contradiction = (said.is_in(yes) & ~several) | (said.is_in(no) & several)
    return {_TWO_OR_MORE: any_filled & contradiction}


@rule(
    "RT504", "demographics-from-source",
    scope=Scope.PEOPLE_ENROLLED, severity=Severity.BLOCKER, evidence=Evidence.INFERRED,
    title="This district's demographics come from its third-party source",
    message="The demographics of this district come from its third-party source.",
    how_to_fix="Do not upload the file; change the demographics in the source.",
    column="userId", category="file", shown_with=_OF_SOURCE,
    # The district is at fault, not the file: in such a district no row is good.
    bad={"userId": ["00123"]}, good=b"userId,gender\n", roster={"userId": ["00123"]},
)  # fmt: skip
def demographics_from_source(profile: Profile) -> Mapping[str, RosterJudgement]:
    """With a third-party source the upload is for staff only, who have no demographics."""
    return {key: RosterJudgement(_FROM_SOURCE) for key in _keys(profile)}


def _keys(profile: Profile) -> tuple[str, ...]:
    """The column that tells of whom a row is."""
    return profile.record_key
