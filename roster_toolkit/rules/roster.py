"""RT4xx: the file against the roster as it is.

Each function gets the profile and returns, for every column concerned, a `RosterJudgement`: an
expression over the subjects of the file beside what the roster has of them. Facts of the roster are
`was_…`; `known` tells whether the roster has the subject, `known_as` its ID where the roster knows
it in another form, `old_id` the roster's ID of a person who seems to have been renumbered,
`returning` that of one who seems to come back. An ID that is known in another form is judged first,
and by no other rule of these.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from roster_toolkit.model import Entity, Evidence, Fix, Profile, RosterJudgement, Scope, Severity
from roster_toolkit.rules.registry import rule


def _lower(column: str) -> pl.Expr:
    return pl.col(column).str.to_lowercase()


_NAMES, _ADDRESS = ("userFirstName", "userLastName"), "userEmail"
_IDENTITY = (*_NAMES, _ADDRESS)
NEW = ~pl.col("known")
OLD_ID = pl.col("old_id").is_not_null()
SWAPPED = pl.col("swapped").is_not_null()

#: First name, last name and address are none of those that the roster has, in any letter case;
#: names that changed places are the same.
SOMEBODY_ELSE = pl.all_horizontal(
    *(pl.col(key) != "" for fact in _IDENTITY for key in (fact, f"was_{fact}")),
    *(_lower(name) != _lower(f"was_{was}") for name in _NAMES for was in _NAMES),
    _lower(_ADDRESS) != _lower(f"was_{_ADDRESS}"),
)

#: The roster of the examples: two people, each in a class of a school.
_ROSTER = {
    "schoolId": ["0711", "0820"],
    "userId": ["00123", "S9"],
    "userFirstName": ["Ana", "Bo"],
    "userLastName": ["Lee", "Diaz"],
    "userEmail": ["ana@school.example", "bo@school.example"],
    "classId": ["00C1", "C9"],
}


def _as_ana(**cells: str) -> dict[str, list[str]]:
    """One row about the roster's first person, but for `cells`."""
    row = {key: values[0] for key, values in _ROSTER.items()}
    return {key: [value] for key, value in (row | cells).items()}


@rule(
    "RT401", "unknown-school",
    scope=Scope.SCHOOLS_KNOWN, severity=Severity.ERROR, evidence=Evidence.INFERRED,
    title="The district has no such school",
    many="{n} unknown schools",
    message="{value} is not one of the district's schools.",
    how_to_fix="Use the school's unique ID as the portal shows it; a new school must be there "
    "first.",
    column="schoolId", fixes=(Fix.CONFIRM,), supersedes=("RT104",),
    also_said=("school not found", "unknown organization", "invalid school ID",
               "school does not exist in this district", "no school matches this ID",
               "school ID is not associated with the district",
               "organization ID does not match"),
    bad=_as_ana(schoolId="0712"), good=_as_ana(), roster=_ROSTER,
)  # fmt: skip
def unknown_school(profile: Profile) -> Mapping[str, RosterJudgement]:
    """A file cannot create a school; its rows have nowhere to go.

    Where the school's name stands there instead, its ID is known, and so is that of a school whose
    people the roster has.
    """
    return {"schoolId": RosterJudgement(fault=NEW, suggestion=pl.col("likely"))}


@rule(
    "RT402", "taken-email",
    scope=Scope.PEOPLE_KNOWN, severity=Severity.ERROR, evidence=Evidence.CONFIRMED,
    title="The email address belongs to somebody else",
    many="{n} email addresses that belong to somebody else",
    message="The address {value} already belongs to another person.",
    how_to_fix="Give this person an address of their own, or the ID that they already have.",
    column="userEmail", cause_by_value=True,
    also_said=("email already exists in another district", "email belongs to another user",
               "email is already taken by another account",
               "account already registered with a different ID",
               "email conflicts with an existing user", "already exists in another organization",
               "already exists in another district"),
    bad=_as_ana(userId="S1", userFirstName="Eve"), good=_as_ana(), roster=_ROSTER,
)  # fmt: skip
def taken_email(profile: Profile) -> Mapping[str, RosterJudgement]:
    """Addresses are unique across all districts; whose it is, is nobody else's business.

    The roster is judged as this file would leave it: an address that its owner gives up is free.
    """
    return {"userEmail": RosterJudgement(fault=pl.col("taken") & ~OLD_ID)}


@rule(
    "RT403", "renumbered-person",
    scope=Scope.PEOPLE_KNOWN, severity=Severity.INFO, evidence=Evidence.CONFIRMED,
    title="A person has a new ID",
    many="{n} people with a new ID",
    message="The roster has {value} under another ID.",
    how_to_fix="If the new ID is meant, you don't need to do anything: the portal changes it and "
    "keeps the person. If not, put the old ID back.",
    column="userId",
    also_said=("user ID was changed", "ID will be updated", "person matched by email has a new ID"),
    bad=_as_ana(userId="S1"), good=_as_ana(), roster=_ROSTER,
)  # fmt: skip
def renumbered_person(profile: Profile) -> Mapping[str, RosterJudgement]:
    """Same address and name, all else equal, and nobody uses the old ID: one person, updated."""
    renumbered = NEW & OLD_ID & pl.col("same") & ~pl.col("no_new")
    return {"userId": RosterJudgement(fault=renumbered, once="userId")}


@rule(
    "RT404", "renumbered-and-changed",
    scope=Scope.PEOPLE_KNOWN, severity=Severity.ERROR, evidence=Evidence.CONFIRMED,
    title="A person has a new ID and other changes too",
    many="{n} people with a new ID and other changes",
    message="The roster seems to have {value} under another ID, but other values differ as well.",
    how_to_fix="Change the ID in one upload and the rest in the next, or keep the old ID.",
    column="userId", category="Failed", fixes=(Fix.CONFIRM,),
    also_said=("cannot change user ID together with other fields",
               "user ID change failed because other values differ",
               "user ID changed along with other fields", "more than one value changed"),
    bad=_as_ana(userId="S1", userGrade="1"), good=_as_ana(userGrade="1"), roster=_ROSTER,
)  # fmt: skip
def renumbered_and_changed(profile: Profile) -> Mapping[str, RosterJudgement]:
    """The portal changes an ID only if that is the only value that changes.

    Where the new ID is no more than the old one written in another way, the old one is offered.
    """
    fault = NEW & OLD_ID & ~pl.col("same") & ~SWAPPED
    kept = pl.when("no_new").then("old_id")
    return {"userId": RosterJudgement(fault=fault, suggestion=kept)}


@rule(
    "RT421", "swapped-ids",
    scope=Scope.PEOPLE_KNOWN, severity=Severity.ERROR, evidence=Evidence.INFERRED,
    title="Two IDs of a person are swapped",
    many="{n} people whose userId and {column} are swapped",
    message="{value} in {column} is the person's userId in the roster, and the {column} stands in "
    "userId.",
    how_to_fix="Where all rows are so, exchange the names userId and {column} in the header, and "
    "leave the cells as they are; else exchange the two IDs of the person.",
    category="Failed",
    also_said=("user ID and district ID are swapped", "user ID and state ID are swapped"),
    bad=_as_ana(userId="D1", userDistrictId="00123"), good=_as_ana(userDistrictId="D1"),
    roster=_ROSTER | {"userDistrictId": ["D1", "D9"]},
)  # fmt: skip
def swapped_ids(profile: Profile) -> Mapping[str, RosterJudgement]:
    """Every person would seem to have a new ID and another change, which the portal rejects.

    Uploaded in two steps, as for a real new ID, the wrong one would become the userId of everybody.
    """
    return {
        key: RosterJudgement(fault=NEW & OLD_ID & (pl.col("swapped") == key))
        for key in other_ids_of_person(profile)
    }


def other_ids_of_person(profile: Profile) -> list[str]:
    """The columns that hold an ID of a person besides the one that identifies them."""
    return [
        column.key
        for column in profile.about(Entity.PERSON)
        if column.kind == "identifier" and column.identifies is None
    ]


@rule(
    "RT422", "no-new-id",
    scope=Scope.PEOPLE_KNOWN, severity=Severity.WARNING, evidence=Evidence.ASSUMED,
    title="A person's ID is only written in another way",
    many="{n} people whose ID is only written in another way",
    message="The roster has this person as {suggestion}; {value} seems to be that ID written in "
    "another way, or another ID of the person.",
    how_to_fix="Use the ID that the roster has, unless the district has decided to change it: "
    "other capitals, signs or beginnings make it another ID.",
    column="userId", fixes=(Fix.CONFIRM,), on_every_row=True,
    also_said=("ID differs from the existing ID only by case",
               "user ID has a different prefix than the existing ID"),
    bad=_as_ana(userId="00-123"), good=_as_ana(userId="S1"), roster=_ROSTER,
)  # fmt: skip
def no_new_id(profile: Profile) -> Mapping[str, RosterJudgement]:
    """The portal takes it for a new ID, and changes that of the person in every other list too.

    An export with other settings writes all IDs in small letters, with a prefix, or those of
    another column. Where address or name differ as well, it makes a second person.
    """
    fault = NEW & OLD_ID & pl.col("same") & pl.col("no_new") & ~SWAPPED
    return {"userId": RosterJudgement(fault=fault, suggestion=pl.col("old_id"))}


@rule(
    "RT405", "reused-id",
    scope=Scope.PEOPLE_KNOWN, severity=Severity.WARNING, evidence=Evidence.ASSUMED,
    title="An ID now belongs to another person",
    many="{n} IDs that belonged to somebody else",
    message="In the roster, {value} is a person with another name and address.",
    how_to_fix="Check whether an old ID was given to a new person, who would inherit everything.",
    column="userId",
    also_said=("user ID was reused for a different person",
               "ID already belongs to a different person",
               "name does not match the existing user with this ID"),
    bad=_as_ana(userFirstName="Eve", userLastName="Roy", userEmail="eve@school.example"),
    good=_as_ana(userLastName="Roy", userEmail="roy@school.example"), roster=_ROSTER,
)  # fmt: skip
def reused_id(profile: Profile) -> Mapping[str, RosterJudgement]:
    """First name, last name and address all differ: hardly the same person."""
    return {
        "userId": RosterJudgement(fault=pl.col("known") & pl.col("somebody_else"), once="userId")
    }


@rule(
    "RT406", "lost-leading-zeros",
    scope=Scope.IDENTIFIERS_KNOWN, severity=Severity.ERROR, evidence=Evidence.CONFIRMED,
    title="The roster has this ID with other zeros",
    many="{n} IDs in {column} that the roster has with other zeros, or without comma or .0",
    message="{value} is not in the roster, but {suggestion} is: leading zeros were lost or added, "
    "or a comma or .0.",
    how_to_fix="Type the ID as the roster has it; in Excel, format the column as Text before the "
    "values go in.",
    fixes=(Fix.CONFIRM,),
    supersedes=("RT104", "RT106", "RT401", "RT402", "RT403", "RT404", "RT408"),
    also_said=("leading zeros are missing", "leading zeros were dropped or removed",
               "ID is too short, zeros missing", "ID does not match the zero-padded ID"),
    bad=_as_ana(userId="123"), good=_as_ana(), roster=_ROSTER,
)  # fmt: skip
def lost_leading_zeros(profile: Profile) -> Mapping[str, RosterJudgement]:
    """Excel reads IDs as numbers; the portal would create a second person.

    Zeros in front are lost, or filled in to a width, and 710000 becomes 710000.0. Where several IDs
    of the roster differ from it by zeros alone, none is suggested.
    """
    keys = [column.key for column in profile.columns.values() if column.identifies is not None]
    return {
        key: RosterJudgement(fault=pl.col("altered"), suggestion=pl.col("known_as")) for key in keys
    }


@rule(
    "RT407", "unknown-class-removal",
    scope=Scope.CLASSES_KNOWN, severity=Severity.ERROR, evidence=Evidence.INFERRED,
    title="A class to remove does not exist",
    many="{n} classes to remove that don't exist",
    message="The roster has no class {value} and never had one.",
    how_to_fix="Check the class ID, or delete the row.",
    column="classId", category="Failed",
    also_said=("class could not be removed", "cannot delete class because it does not exist",
               "class to remove not found", "class not found", "invalid deletion",
               "failed because this class does not exist",
               "marked for deletion but does not match an existing section", "removal failed"),
    bad=_as_ana(action="REMOVE-CLASS", classId="C5"),
    good=_as_ana(action="REMOVE-CLASS"), roster=_ROSTER,
)  # fmt: skip
def unknown_class_removal(profile: Profile) -> Mapping[str, RosterJudgement]:
    """What was never there can't be removed."""
    return {"classId": RosterJudgement(fault=pl.col("removes") & NEW)}


@rule(
    "RT408", "moved-class",
    scope=Scope.CLASSES_KNOWN, severity=Severity.WARNING, evidence=Evidence.ASSUMED,
    title="A class moves to another school",
    many="{n} classes that move to another school",
    message="The roster has the class {value} at another school.",
    how_to_fix="Check the school; if a class ID was used again, give the new class its own.",
    column="schoolId",
    also_said=("class belongs to a different school", "section exists at another school",
               "school of the class does not match"),
    bad=_as_ana(schoolId="0820"), good=_as_ana(), roster=_ROSTER,
)  # fmt: skip
def moved_class(profile: Profile) -> Mapping[str, RosterJudgement]:
    """Classes seldom move; more often two schools use one ID."""
    moved = (pl.col("schoolId") != "") & (pl.col("schoolId") != pl.col("was_schoolId"))
    fault = pl.col("known") & pl.col("active") & ~pl.col("removes") & moved
    return {"schoolId": RosterJudgement(fault=fault, once="classId")}


@rule(
    "RT409", "changed-role",
    scope=Scope.PEOPLE_KNOWN, severity=Severity.WARNING, evidence=Evidence.ASSUMED,
    title="A student becomes a staff member, or the reverse",
    many="{n} people whose role changes",
    message="{value} changes between student and staff.",
    how_to_fix="Check the role; if an old ID was given to a new person, give them their own.",
    column="userRole",
    also_said=("user role changed", "student cannot be changed to teacher",
               "existing user has a different role"),
    bad=_as_ana(userRole="Teacher", userGrade=""), good=_as_ana(), roster=_ROSTER,
)  # fmt: skip
def changed_role(profile: Profile) -> Mapping[str, RosterJudgement]:
    """The same ID for a student and a staff member is nearly always a slip."""
    student = profile.values_meaning("userRole", "student")
    staff = profile.values_meaning("userRole", "staff")
    role, was = pl.col("userRole"), pl.col("was_userRole")
    crossed = (role.is_in(student) & was.is_in(staff)) | (role.is_in(staff) & was.is_in(student))
    return {"userRole": RosterJudgement(fault=pl.col("known") & crossed, once="userId")}


@rule(
    "RT415", "staff-from-source",
    scope=Scope.PEOPLE_KNOWN, severity=Severity.WARNING, evidence=Evidence.INFERRED,
    title="A staff member already comes from the third-party source",
    many="{n} staff members who already come from the third-party source",
    message="{value} already comes from the district's third-party source.",
    how_to_fix="Delete the row; change the person in the source.",
    column="userId", shown_with="third-party",
    also_said=("teacher is managed by the sync",
               "staff member already comes from Clever or ClassLink",
               "user is already rostered by another source"),
    bad=_as_ana(userRole="Teacher", userGrade=""),
    good=_as_ana(userId="T5", userEmail="t5@school.example", userRole="Teacher", userGrade=""),
    roster=_ROSTER,
)  # fmt: skip
def staff_from_source(profile: Profile) -> Mapping[str, RosterJudgement]:
    """What the source supplies, the source overwrites; an upload is for those it lacks."""
    staff = pl.col("userRole").is_in(profile.values_meaning("userRole", "staff"))
    return {
        "userId": RosterJudgement(
            fault=pl.col("known") & pl.col("from_source") & staff, once="userId"
        )
    }


@rule(
    "RT416", "returning-person",
    scope=Scope.PEOPLE_KNOWN, severity=Severity.WARNING, evidence=Evidence.ASSUMED,
    title="A person in the roster seems to come back under a new ID",
    many="{n} new people with the name and role of somebody whom the file leaves out",
    message="{value} is new, but has the name and role of {suggestion}, whom the file does not "
    "mention.",
    how_to_fix="If it is the same person, use the ID that the roster has: under a new ID and a new "
    "address they start over, and the old record stays.",
    column="userId",
    bad=_as_ana(userId="S1", userEmail="ana.lee@school.example"),
    good=_as_ana(userId="S1", userEmail="eve@school.example", userFirstName="Eve"),
    roster=_ROSTER,
)  # fmt: skip
def returning_person(profile: Profile) -> Mapping[str, RosterJudgement]:
    """Neither ID nor address tells the portal who this is, so it makes a second person.

    At the same school, or in the same grade or the next; where two people of the roster, or two
    newcomers, have the name, nobody can tell and nothing is said.
    """
    met = pl.col("returning")
    return {"userId": RosterJudgement(fault=NEW & met.is_not_null(), suggestion=met, once="userId")}


@rule(
    "RT423", "traded-values",
    scope=Scope.PEOPLE_KNOWN, severity=Severity.WARNING, evidence=Evidence.ASSUMED,
    title="People would get each other's address, name or ID",
    many="{n} people who would get another's {column}",
    message="{value} would get the {column} that the roster has for another person, who gets "
    "somebody else's.",
    how_to_fix="Check whether {column} was sorted alone, or a cell deleted and those below moved "
    "up: then everybody has another's. Export the file again; sort and delete whole rows only.",
    also_said=("names and email addresses do not match the users",
               "users have each other's email address"),
    bad={key: values[::-1] if key == "userEmail" else values for key, values in _ROSTER.items()},
    good=_as_ana(userEmail="ana.lee@school.example"), roster=_ROSTER,
)  # fmt: skip
def traded_values(profile: Profile) -> Mapping[str, RosterJudgement]:
    """A column that slid past the others opens everybody's account to another person.

    The portal takes it for new addresses or names of known people and says nothing.
    """
    return {
        key: RosterJudgement(fault=pl.col("known") & pl.col(f"traded_{key}"), once="userId")
        for key in traded_columns(profile)
    }


def traded_columns(profile: Profile) -> dict[str, tuple[str, ...]]:
    """Column of the finding → the columns that are looked at together."""
    own = [c.key for c in profile.about(Entity.PERSON) if c.unique_to_person]
    return {_ADDRESS: (_ADDRESS,), _NAMES[1]: _NAMES, **{key: (key,) for key in own}}


@rule(
    "RT424", "swapped-names",
    scope=Scope.PEOPLE_KNOWN, severity=Severity.WARNING, evidence=Evidence.ASSUMED,
    title="First and last name have changed places",
    many="{n} people whose first and last name have changed places",
    message="The roster has the first name of {value} as the last name, and the reverse.",
    how_to_fix="If the roster is right, exchange the two: in all rows, by exchanging the names of "
    "the two columns in the header.",
    column="userLastName",
    also_said=("first and last name are reversed", "first name and last name were swapped"),
    bad=_as_ana(userFirstName="Lee", userLastName="Ana"), good=_as_ana(userLastName="Ana"),
    roster=_ROSTER,
)  # fmt: skip
def swapped_names(profile: Profile) -> Mapping[str, RosterJudgement]:
    """Columns in another order, or `Last, First` split the wrong way, turn all names around.

    Compared as they are written: to write all names in small letters costs more than it finds.
    """
    first, last = (pl.col(name) for name in _NAMES)
    was_first, was_last = (pl.col(f"was_{name}") for name in _NAMES)
    turned = (first == was_last) & (last == was_first) & (first != last) & (first != "")
    return {"userLastName": RosterJudgement(fault=pl.col("known") & turned, once="userId")}


@rule(
    "RT411", "unlisted-people-unenrolled",
    scope=Scope.REMOVED_CLASSES, severity=Severity.WARNING, evidence=Evidence.CONFIRMED,
    title="Removing a class affects people who are not in the file",
    many="{n} class removals that affect people who are not in the file",
    message="Removing the class {value} also unenrolls people who are not in the file.",
    how_to_fix="Look at the people listed; delete the row if they should stay in the class.",
    column="classId",
    also_said=("students not in the file will be unenrolled",
               "removing the class removes all its enrollments",
               "other members of the class will be dropped"),
    bad=_as_ana(action="REMOVE-CLASS", userId="S9", classId="00C1"),
    good=_as_ana(action="", userId="S9", classId="C9", userFirstName="Bo", userLastName="Diaz",
                 userEmail="bo@school.example"),
    roster=_ROSTER,
)  # fmt: skip
def unlisted_people_unenrolled(profile: Profile) -> Mapping[str, RosterJudgement]:
    """One row removes a class for everybody, and the portal does not say whom it affected."""
    return {"classId": RosterJudgement(fault=pl.col("outside") > 0, once="classId")}


@rule(
    "RT412", "mass-change",
    scope=Scope.SCHOOL_TOTALS, severity=Severity.WARNING, evidence=Evidence.ASSUMED,
    title="Unusually many of a school's records would change",
    many="In {n} ways, far more of a school's records would change than is usual",
    message="{value}: more than is usual at this time of the school year.",
    how_to_fix="Check that this is the right file for this district, and that it is complete.",
    category="file",
    also_said=("deletion threshold reached", "too many changes", "change threshold exceeded",
               "large number of records would be removed or archived",
               "sync stopped because of too many updates"),
    bad={"schoolId": ["0711"] * 21, "userId": [f"N{n}" for n in range(21)],
         "userEmail": [f"n{n}@school.example" for n in range(21)], "classId": ["00C1"] * 21},
    good={"schoolId": ["0711"] * 19, "userId": [f"N{n}" for n in range(19)],
          "userEmail": [f"n{n}@school.example" for n in range(19)], "classId": ["00C1"] * 19},
    roster=_ROSTER,
)  # fmt: skip
def mass_change(profile: Profile) -> Mapping[str, RosterJudgement]:
    """The wrong file, or half of the right one, shows in how much of a school it would change.

    `limit` is the share that the chosen season allows for the outcome, `before` the school's
    records of the kind as they are, `enough` the number below which no change is a mass change.
    """
    many = pl.col("number") >= pl.col("enough")
    share = pl.col("number") > pl.col("limit") * pl.col("before")
    return {"schoolId": RosterJudgement(fault=many & share, once="told")}


@rule(
    "RT417", "left-behind",
    scope=Scope.LEFT_BEHIND, severity=Severity.WARNING, evidence=Evidence.INFERRED,
    title="People stay where your file no longer puts them",
    many="{n} schools at which people stay whom the file puts elsewhere",
    message="{value}: leaving a row out removes nothing.",
    how_to_fix="Look at the people listed. For somebody who changed school or class, end the old "
    "one in the portal. For a class that comes again, keep its ID, or remove the old class "
    "(REMOVE-CLASS) after checking who is in it.",
    category="file",
    also_said=("student has moved to another school", "student is enrolled at two schools",
               "student is still at the old school", "person has several schools"),
    bad=_as_ana(schoolId="0820", classId="C5"), good=_as_ana(), roster=_ROSTER,
)  # fmt: skip
def left_behind(profile: Profile) -> Mapping[str, RosterJudgement]:
    """A file adds schools and classes to people and takes none away.

    Somebody who changes school or class is in both; where classes come again under new IDs,
    everybody is. The portal tells neither.
    """
    return {"schoolId": RosterJudgement(fault=pl.col("people") > 0, once="told")}


@rule(
    "RT413", "portal-edit-overwritten",
    scope=Scope.EDITS, severity=Severity.WARNING, evidence=Evidence.CONFIRMED,
    title="An edit made in the portal would be undone",
    message="{column} was changed in the portal since the last upload; this row brings back "
    "{value}.",
    how_to_fix="Use the portal's value, unless the edit was wrong.",
    fixes=(Fix.CONFIRM,), on_every_row=True,
    also_said=("manual edits will be overwritten", "value was changed in the user interface",
               "portal change would be lost", "edited field is locked or sticky"),
    bad=_as_ana(userLastName="Leigh"), good=_as_ana(), roster=_ROSTER,
    previous=_as_ana(userLastName="Leigh"),
)  # fmt: skip
def portal_edit_overwritten(profile: Profile) -> Mapping[str, RosterJudgement]:
    """Edits made in the portal do not reach the customer's file, and the next upload undoes them.

    A value that the last upload stated, that the roster no longer has and that this file states
    again; one that the file changes itself is meant.
    """
    back = (pl.col("value") == pl.col("said")) & (pl.col("value") != pl.col("was"))
    known = RosterJudgement(fault=back, suggestion=pl.col("was"))
    facts = profile.about(Entity.PERSON, Entity.CLASS, Entity.ENROLLMENT, Entity.SCHOOL)
    return {column.key: known for column in facts if column.identifies in (None, Entity.SCHOOL)}
