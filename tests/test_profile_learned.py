"""What a learned profile can say: who needs what, what a portal lacks, lists that may have more."""

from __future__ import annotations

import pytest

from roster_toolkit.derive import dictionary_rows, template_csv
from roster_toolkit.errors import ProfileError
from roster_toolkit.model import Need, Profile
from roster_toolkit.profile import load_profile, profile_of_text
from roster_toolkit.reviewing.review import Review, review

HEADER = (
    "action,schoolId,userId,userRole,userFirstName,userLastName,userEmail,userGrade,classId,"
    "className,classGrade,primary_teacher"
)
STUDENT = ",0711,S1,Student,Ana,Lee,ana@school.org,3,C1,Math,3,"
TEACHER = ",0711,T1,Teacher,Bo,Kim,bo@school.org,,C1,Math,3,TRUE"


def profile(toml: str) -> Profile:
    return profile_of_text(f'extends = "batch-upload"\n{toml}', "ours.toml")


def judged(toml: str, *rows: str, header: str = HEADER) -> Review:
    return review("\n".join((header, *rows, "")).encode(), profile=profile(toml))


def errors(result: Review) -> list[tuple[int, str, str]]:
    found = result.findings.filter(severity="error")
    return found.select("row", "column", "code").rows()


def test_staff_in_a_class_may_be_asked_for_the_flag() -> None:
    toml = '[columns.primary_teacher]\nrequirement = "staff-with-class"'
    blank = TEACHER.removesuffix("TRUE")
    without_class = ",0711,T2,Teacher,Cy,Day,cy@school.org,,,,,"

    found = errors(judged(toml, STUDENT, blank, without_class))

    assert found == [(3, "primary_teacher", "RT209")]


def test_a_need_can_be_told_for_students_and_staff_apart() -> None:
    toml = '[columns.userEmail]\nrequirement = { students = "optional", staff = "required" }'
    student, teacher = STUDENT.replace("ana@school.org", ""), TEACHER.replace("bo@school.org", "")

    assert errors(judged(toml, student, teacher)) == [(3, "userEmail", "RT209")]
    assert len(errors(judged("", student, teacher))) == 2


def test_students_may_be_asked_for_a_state_id() -> None:
    toml = '[columns.userStateId]\nrequirement = { students = "required", staff = "optional" }'
    found = errors(judged(toml, f"{STUDENT},", f"{TEACHER},", header=f"{HEADER},userStateId"))

    assert found == [(2, "userStateId", "RT201")]


def test_a_column_can_be_absent() -> None:
    toml = "[columns.userGrade]\nabsent = true\n[columns.classGrade]\nabsent = true"
    header = HEADER.replace("userGrade,", "").replace("classGrade,", "")
    student = STUDENT.replace(",3,C1,Math,3,", ",C1,Math,")
    teacher = TEACHER.replace(",,C1,Math,3,", ",C1,Math,")

    assert not errors(judged(toml, student, teacher, header=header))
    assert (
        judged(toml, STUDENT, TEACHER).verdict.value == "rejected"
    )  # a header that does not belong
    assert b"Grade" not in template_csv(profile(toml)).splitlines()[0]
    assert "userGrade" not in [row.column for row in dictionary_rows(profile(toml))]


def test_the_key_of_a_person_cannot_be_absent() -> None:
    with pytest.raises(ProfileError, match="cannot be absent"):
        profile("[columns.userId]\nabsent = true")


def test_a_column_of_theirs_is_there_and_not_judged() -> None:
    toml = """
[columns.term]
about = "row"
header = "optional"
requirement = "optional"
category = "term"
description = "A column of our portal's."
judged = false
evidence = { name = "seen", values = "inferred", requirement = "inferred" }
"""
    found = judged(toml, f"{STUDENT},N/A", f"{TEACHER},#REF!", header=f"{HEADER},term")

    assert found.verdict.value == "clean"


def test_an_open_list_warns_of_what_nobody_has_seen_and_knows_other_spellings() -> None:
    toml = '[vocabularies.role]\naccepts = ["Student", "Teacher", "Administrator"]\nopen = true'
    librarian, slip = TEACHER.replace("Teacher", "Librarian"), STUDENT.replace("Student", "student")

    found = judged(toml, librarian, slip)

    assert errors(found) == [(3, "userRole", "RT102")]
    assert found.findings.filter(severity="warning", code="RT113")["row"].to_list() == [2]


def test_a_list_is_replaced_with_all_that_was_said_of_its_values() -> None:
    learned = profile('[vocabularies.grade]\naccepts = ["PK", "KG", "01"]')

    assert set(learned.vocabularies["grade"].safe) == {"PK"}
    assert load_profile().vocabularies["grade"].safe["K"]


def test_a_rule_can_be_silent_in_one_column() -> None:
    row = STUDENT.replace("S1", "S/1").replace("C1", "C/1")
    toml = "[rules.RT104.columns.classId]\nenabled = false"

    assert errors(judged(toml, row)) == [(2, "userId", "RT104")]


def test_a_value_can_be_too_long() -> None:
    toml = '[kinds.identifier]\npattern = "^[A-Za-z0-9]+$"\nlongest = 4'

    assert errors(judged(toml, STUDENT.replace("S1", "S12345"))) == [(2, "userId", "RT104")]


def test_an_unknown_need_is_named_with_those_there_are() -> None:
    with pytest.raises(ProfileError, match=r"userEmail\.requirement.*`students`"):
        profile('[columns.userEmail]\nrequirement = "sometimes"')


def test_a_rule_that_is_silenced_in_a_column_that_is_not_there_is_named() -> None:
    with pytest.raises(ProfileError, match="Did you mean userEmail"):
        profile("[rules.RT302.columns.userEmial]\nenabled = false")


def test_needs_have_one_word_where_there_is_one() -> None:
    columns = load_profile().columns

    assert columns["userGrade"].requirement.value == "students"
    assert columns["userGrade"].requirement.staff is Need.BLANK
    assert columns["primary_teacher"].requirement.students is Need.NOT_YES


def test_a_grade_that_is_not_there_is_no_slip_of_another() -> None:
    toml = '[vocabularies.grade]\naccepts = ["Grade 1", "Grade 12", "Kindergarten"]'
    found = judged(toml, STUDENT.replace(",3,C1,Math,3,", ",Grade 13,C1,Math,Grade 1,")).findings

    assert found.filter(code="RT102")["suggestion"].to_list() == [None]
