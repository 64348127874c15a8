"""RT3xx: what the rows of one file say together.

Each function gets the profile and returns `GroupJudgement`s (subjects compared with those that
share a value with them) or, over class lists, an expression over counts. Cells that are blank or
already called wrong have no vote; neither have rows that remove, except where a rule is about
removals.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from roster_toolkit.model import (
    Entity,
    Evidence,
    Fix,
    GroupJudgement,
    Profile,
    RuleWords,
    Scope,
    Severity,
)
from roster_toolkit.rules.registry import rule

#: All subjects of a group are at fault.
ALL = pl.lit(value=True)


@rule(
    "RT301", "repeated-enrollment",
    scope=Scope.ENROLLMENTS, severity=Severity.WARNING, evidence=Evidence.ASSUMED,
    title="Duplicate enrollment",
    many="{n} duplicate enrollments",
    message="This person is in this class in several rows; they count as one enrollment.",
    how_to_fix="Keep only one row for this person and class.",
    column="classId", fixes=(Fix.SAFE,), on_every_row=True,
    others=RuleWords(
        title="Duplicate {one}",
        many="{n} duplicate {many}",
        message="This {one} is in several rows; they count as one.",
        how_to_fix="Keep only one of these rows.",
    ),
    also_said=("duplicate record", "duplicate row", "duplicate enrollment",
               "student is already enrolled in this class",
               "user has already been added to the section", "same student listed twice in a class",
               "row appears more than once"),
    bad={"userId": ["S1", "S1"], "userEmail": ["a@school.org", "a@school.org"],
         "classId": ["C1", "C1"]},
    good={"userId": ["S1", "S1"], "userEmail": ["a@school.org", "a@school.org"],
          "classId": ["C1", "C2"]},
)  # fmt: skip
def repeated_enrollment(profile: Profile) -> pl.Expr:
    """Exact repeats are harmless; rows that differ hide a contradiction."""
    return pl.len().over(profile.record_key) > 1


@rule(
    "RT302", "shared-email",
    scope=Scope.PEOPLE, severity=Severity.ERROR, evidence=Evidence.CONFIRMED,
    needs=("userId", "userEmail", "userFirstName", "userLastName"),
    title="Several people share one email address",
    many="{n} addresses in {column} that several people share",
    message="More than one person has the address {value}.",
    how_to_fix="Give each person an address of their own, and one person one ID.",
    column="userEmail", cause_by_value=True,
    also_said=("duplicate email", "email is not unique", "two users have the same email",
               "email already in use", "email is shared by another user in the file"),
    in_column={"userId": RuleWords(
        title="One person has two IDs that differ only in their zeros",
        many="{n} IDs in {column} that are other rows' IDs with other zeros",
        message="{value} is probably {suggestion}: the same name and address, and the IDs differ "
        "only in their zeros.",
        how_to_fix="Write the ID the same way in all rows of the person; spreadsheet programs drop "
        "leading zeros. If these are two people, give each an address of their own.",
    )},
    bad={"userId": ["1", "2"], "userEmail": ["ana@school.org", "ANA@school.org"]},
    good={"userId": ["1", "1"], "userEmail": ["ana@school.org", "ana@school.org"]},
)  # fmt: skip
def shared_email(profile: Profile) -> Mapping[str, GroupJudgement]:
    """An address signs exactly one person in, across all districts; letter case is ignored.

    Two IDs that differ only in their zeros, with one name and one address, are one person whose ID
    a spreadsheet changed: then the rarer ID is at fault, and the address is not.
    """
    address, named = pl.col("userEmail").str.to_lowercase(), pl.col("userId") != ""
    names = [pl.col("userFirstName"), pl.col("userLastName")]
    one_person = pl.all_horizontal(
        (fact.drop_nulls().n_unique().over("group") == 1) & (fact.max().over("group") != "")
        for fact in (bare_id("userId"), *names)
    )
    usual, rarer = _usual_id()
    return {
        "userEmail": GroupJudgement(
            by=address, differ="userId", fault=named & ~one_person,
            otherwise=named,
        ),
        "userId": GroupJudgement(
            by=address, differ="userId", fault=named & one_person & rarer, suggestion=usual,
            otherwise=pl.lit(value=False),
        ),
    }  # fmt: skip


def bare_id(key: str) -> pl.Expr:
    """An ID without what a spreadsheet drops or adds: zeros in front, `.0` behind."""
    return pl.col(key).str.strip_suffix(".0").str.strip_chars_start("0")


def _usual_id() -> tuple[pl.Expr, pl.Expr]:
    """The ID that most rows of a group use, the longer one in a tie, and whether this is another.

    A spreadsheet takes zeros away in front and puts `.0` behind, so that of two IDs equally often
    used the one without `.0` and with more zeros is the one that was given.
    """
    key = pl.col("userId")
    votes = pl.col("rows").sum().over("group", "userId").cast(pl.Int64)
    kept = ~key.str.ends_with(".0")
    order = pl.struct(votes, kept.cast(pl.Int64).alias("kept"), key.str.len_chars().alias("long"))
    usual = key.sort_by(order, key, descending=True).first().over("group")
    return usual, key != usual


def _disagreement(key: str, fact: str) -> GroupJudgement:
    """Statements of one fact about the subject `key` that differ from the most frequent one."""
    votes = pl.col("rows").sum().over("group", fact)
    stated = pl.col(fact) != ""
    rivals = pl.when(stated).then(votes)
    most = rivals.max().over("group")
    leaders = pl.when(stated & (votes == most)).then(pl.col(fact)).drop_nulls().n_unique()
    tie = leaders.over("group") > 1
    leader = pl.when(stated & (votes == most)).then(pl.col(fact)).max().over("group")
    return GroupJudgement(
        by=pl.col(key),
        differ=fact,
        fault=stated & ((votes < most) | tie),
        suggestion=pl.when(~tie).then(leader),
    )


@rule(
    "RT303", "conflicting-person",
    scope=Scope.PEOPLE, severity=Severity.ERROR, evidence=Evidence.INFERRED,
    title="This person's rows don't match",
    many="{n} people whose rows don't match in {column}",
    message="Other rows of the same person have a different {column}.",
    how_to_fix="Make {column} the same in all rows of the person; if these are two people, give "
    "each an ID of their own.",
    others=RuleWords(
        title="This {one}'s rows don't match",
        many="{n} {many} whose rows don't match in {column}",
        message="Other rows of the same {one} have a different {column}.",
        how_to_fix="Make {column} the same in all rows of the {one}; if these are two {many}, "
        "give each an ID of their own.",
    ),
    also_said=("duplicate user ID", "user ID is not unique",
               "user listed more than once with different data",
               "same user ID with different names", "rows conflict for the same user",
               "a user with this ID is already in the file", "username is already taken",
               "student has conflicting grade levels", "student is listed in two grades",
               "a user cannot be both a student and a teacher"),
    bad={"userId": ["S1", "S1", "S1"], "userEmail": ["a@school.org"] * 3,
         "userLastName": ["Lee", "Lee", "Li"]},
    good={"userId": ["S1", "S1", "S2"],
          "userEmail": ["a@school.org", "a@school.org", "b@school.org"],
          "userLastName": ["Lee", "Lee", "Li"]},
)  # fmt: skip
def conflicting_person(profile: Profile) -> Mapping[str, GroupJudgement]:
    """One ID, different facts: the portal cannot know which is true.

    The most frequent value is presumed right; in a tie nobody can tell.
    """
    return {
        fact.key: _disagreement(key, fact.key)
        for entity in profile.views
        if entity != Entity.CLASS and (key := profile.key_of(entity))
        for fact in profile.about(entity, *profile.entities[entity].includes)
        if fact.key != key and fact.about != Entity.ROW
    }


@rule(
    "RT304", "conflicting-class",
    scope=Scope.CLASSES, severity=Severity.ERROR, evidence=Evidence.INFERRED,
    needs=("classId",),
    title="This class's rows don't match",
    many="{n} classes whose rows don't match in {column}",
    message="Other rows of the same class have a different {column}.",
    how_to_fix="Make {column} the same in all rows of the class; if these are two classes, give "
    "each an ID of its own.",
    also_said=("duplicate class ID", "section ID is not unique",
               "same class ID with different names", "conflicting class data",
               "duplicate class names", "class name mismatch", "class code already exists",
               "several grade levels for one class"),
    in_column={"schoolId": RuleWords(
        title="One class is at several schools",
        many="{n} classes are at several schools",
        message="Rows of the class name {stated} as its school.",
        how_to_fix="Make the class ID unique: give each school's class an ID of its own, for "
        "instance with the school's ID in front. If it is one class, make {column} the same in all "
        "its rows.",
    )},
    bad={"classId": ["C1", "C1", "C1"], "className": ["Math", "Math", "Maths"]},
    good={"classId": ["C1", "C1", "C2"], "className": ["Math", "Math", "Maths"]},
)  # fmt: skip
def conflicting_class(profile: Profile) -> Mapping[str, GroupJudgement]:
    """One class ID with different names, grades, subjects or schools is often two classes."""
    facts = [
        c.key for c in profile.about(Entity.CLASS, Entity.SCHOOL) if c.identifies != Entity.CLASS
    ]
    return {fact: _disagreement("classId", fact) for fact in facts}


@rule(
    "RT305", "shared-secondary-id",
    scope=Scope.PEOPLE, severity=Severity.WARNING, evidence=Evidence.ASSUMED,
    title="Two people share a second ID",
    many="{n} values in {column} that several people share",
    message="More than one person has the {column} {value}.",
    how_to_fix="Check whose it is.",
    cause_by_value=True,
    also_said=("state ID is assigned to two students", "duplicate state ID",
               "state or district ID already in use", "two people with the same state number"),
    bad={"userId": ["S1", "S2"], "userStateId": ["X1", "X1"]},
    good={"userId": ["S1", "S2", "S3"], "userStateId": ["X1", "X2", ""]},
)  # fmt: skip
def shared_secondary_id(profile: Profile) -> Mapping[str, GroupJudgement]:
    """District and state IDs are given once; a copied one mixes up two people's records."""
    keys = [c.key for c in profile.columns.values() if c.unique_to_person]
    return {
        key: GroupJudgement(by=pl.col(key), differ=of, fault=ALL, value=pl.col(key).first())
        for key in keys
        if (of := profile.key_of(profile.columns[key].about))
    }


@rule(
    "RT306", "lookalike-identifiers",
    scope=Scope.IDENTIFIERS, severity=Severity.WARNING, evidence=Evidence.INFERRED,
    title="IDs differ only by capitalization or leading zeros",
    many="{n} groups of IDs in {column} that differ only by capitalization or leading zeros",
    message="{value} differ only by capitalization or leading zeros.",
    how_to_fix="If they mean the same, write it the same way everywhere; spreadsheet programs "
    "drop leading zeros.",
    cause_by_value=True,
    also_said=("IDs look alike", "same ID with and without leading zeros",
               "IDs differ only in case"),
    bad={"userId": ["00123", "123"]},
    good={"userId": ["00123", "00124"]},
)  # fmt: skip
def lookalike_identifiers(profile: Profile) -> Mapping[str, GroupJudgement]:
    """IDs are compared exactly, so 0123 and 123 are two people, schools or classes."""
    keys = [c.key for c in profile.columns.values() if c.identifies is not None]
    return {
        key: GroupJudgement(
            by="0" + pl.col(key).str.to_lowercase().str.strip_chars_start("0"),
            differ=key,
            fault=ALL,
            value=pl.col(key).unique().sort().str.join(", "),
        )
        for key in keys
    }


@rule(
    "RT307", "class-without-teacher",
    scope=Scope.CLASS_LISTS, severity=Severity.WARNING, evidence=Evidence.ASSUMED,
    needs=("userRole", "classId"),
    title="A class has no teacher",
    many="{n} classes without a teacher",
    message="Nobody teaches the class {value}.",
    how_to_fix="Add a row for the class's teacher.",
    column="classId",
    also_said=("no teacher assigned to this class", "class must have a teacher",
               "section without a teacher", "teacher is missing for class",
               "class must have at least one teacher", "no primary teacher"),
    bad={"userRole": ["Student"], "classId": ["C1"]},
    good={"userRole": ["Student", "Teacher"], "userGrade": ["3", ""], "classId": ["C1", "C1"]},
)  # fmt: skip
def class_without_teacher(profile: Profile) -> pl.Expr:
    """A class that nobody teaches is seldom meant; where a role is unreadable, nobody can tell."""
    return (pl.col("members") > 0) & (pl.col("staff") == 0) & (pl.col("unknown_roles") == 0)


@rule(
    "RT308", "several-primary-teachers",
    scope=Scope.CLASS_LISTS, severity=Severity.WARNING, evidence=Evidence.CONFIRMED,
    needs=("userRole", "userId", "classId", "primary_teacher"),
    title="A class has several primary teachers",
    many="{n} classes with several primary teachers",
    message="The class {value} has more than one primary teacher.",
    how_to_fix="Mark one of them as primary; the others remain co-teachers. A teacher whom the "
    "file leaves out stays in the class: list them with FALSE, or end the enrollment in the "
    "portal. Sections that are taught apart need a classId each.",
    column="primary_teacher",
    also_said=("more than one primary teacher", "multiple primary teachers",
               "class already has a primary teacher", "only one primary teacher per section"),
    bad={"userRole": ["Teacher", "Teacher"], "userGrade": ["", ""],
         "primary_teacher": ["TRUE", "TRUE"], "classId": ["C1", "C1"]},
    good={"userRole": ["Teacher", "Teacher"], "userGrade": ["", ""],
          "primary_teacher": ["TRUE", "FALSE"], "classId": ["C1", "C1"]},
)  # fmt: skip
def several_primary_teachers(profile: Profile) -> pl.Expr:
    """Any number is accepted, exactly one is recommended; a later one replaces no earlier one.

    Who is primary in the roster and is left out by the file remains so beside a new one.
    """
    return pl.col("primary_teachers") > 1


@rule(
    "RT309", "oversized-class",
    scope=Scope.CLASS_LISTS, severity=Severity.WARNING, evidence=Evidence.CONFIRMED,
    needs=("userRole", "userId", "classId"),
    title="A class has very many students",
    many="{n} classes with very many students",
    message="The class {value} has more than {class_size} students.",
    how_to_fix="Check whether several classes share one ID.",
    column="classId",
    also_said=("class size exceeds the limit", "too many students in class",
               "section is over capacity", "maximum enrollment reached"),
    bad={"userId": [f"S{n}" for n in range(81)], "classId": ["C1"] * 81},
    good={"userId": [f"S{n}" for n in range(80)], "classId": ["C1"] * 80},
)  # fmt: skip
def oversized_class(profile: Profile) -> pl.Expr:
    """The portal recommends a limit and does not enforce it."""
    return pl.col("students") > profile.thresholds["class_size"]


@rule(
    "RT310", "removed-and-used",
    scope=Scope.CLASS_LISTS, severity=Severity.ERROR, evidence=Evidence.INFERRED,
    needs=("action", "classId"),
    title="One row removes this class while others add people to it",
    many="{n} classes that one row removes while others add people to them",
    message="One row removes the class {value} while another adds people to it.",
    how_to_fix="Delete either the row that removes the class or the rows that add people to it.",
    column="classId",
    also_said=("class is removed and used in the same file",
               "cannot enroll in a class that is being removed",
               "class is being removed but also has students"),
    bad={"action": ["REMOVE-CLASS", ""], "classId": ["C1", "C1"]},
    good={"action": ["REMOVE-CLASS", ""], "classId": ["C1", "C2"]},
)  # fmt: skip
def removed_and_used(profile: Profile) -> pl.Expr:
    """Which of the two happens first is not known, so the rows contradict each other."""
    return (pl.col("class_removals") > 0) & (pl.col("members") > 0)
