"""Section 3, "Conflicts", and the rules RT3xx, sentence by sentence."""

from __future__ import annotations

import pytest
from making import check, in_class, places, removal, student, teacher

from roster_toolkit.reviewing.review import Verdict

PERSON_FACTS = {
    "userDistrictId": "D2",
    "userStateId": "X2",
    "userRole": "Administrator",
    "userFirstName": "Bo",
    "userLastName": "Li",
    "userEmail": "other@school.org",
}
CLASS_FACTS = {
    "schoolId": "0800",
    "className": "Art",
    "classDisplayName": "Ours",
    "classGrade": "4",
    "classSubject": "Arts",
}
ANA = teacher("T1", userDistrictId="D1", userStateId="X1")
MATH = in_class(teacher("T1"), classDisplayName="Mine", classSubject="Maths")


def in_math(user: str, **cells: str) -> dict[str, str]:
    return MATH | {"userId": user, "userEmail": f"{user.lower()}@school.org"} | cells


# --- conflicts -----------------------------------------------------------------------------------


@pytest.mark.parametrize("column", PERSON_FACTS)
def test_rows_that_differ_from_the_most_common_fact_of_a_person_are_in_error(column: str) -> None:
    differing = ANA | {column: PERSON_FACTS[column]}

    result = check(ANA, differing, ANA)

    assert places(result) == [(3, column, "RT303")]
    assert (result.rows.accepted, result.rows.rejected) == (2, 1)


@pytest.mark.parametrize("column", CLASS_FACTS)
def test_rows_that_differ_from_the_most_common_fact_of_a_class_are_in_error(column: str) -> None:
    rows = [in_math("T1"), in_math("T2"), in_math("T3") | {column: CLASS_FACTS[column]}]

    result = check(*rows)

    assert places(result) == [(4, column, "RT304")]


def test_grade_is_a_fact_of_a_student() -> None:
    rows = [student(), student(userGrade="4"), student()]

    assert places(check(*rows)) == [(3, "userGrade", "RT303")]


def test_conflicts_are_judged_field_by_field() -> None:
    rows = [
        student(userFirstName="Anna"),
        student(userLastName="Li"),
        student(userGrade="4"),
        student(),
    ]

    assert places(check(*rows)) == [
        (2, "userFirstName", "RT303"),
        (3, "userLastName", "RT303"),
        (4, "userGrade", "RT303"),
    ]


def test_in_a_tie_all_that_voted_are_in_error() -> None:
    rows = [student(userStateId="X1"), student(userStateId="X2"), student()]

    assert places(check(*rows)) == [(2, "userStateId", "RT303"), (3, "userStateId", "RT303")]


def test_in_a_tie_for_the_lead_those_behind_are_in_error_too() -> None:
    names = ["Lee", "Li", "Lee", "Li", "Ly"]

    result = check(*(student(userLastName=name) for name in names))

    assert [row for row, _, _ in places(result, "RT303")] == [2, 3, 4, 5, 6]


def test_most_common_value_needs_no_majority() -> None:
    names = ["Lee", "Li", "Ly", "Lee"]

    result = check(*(student(userLastName=name) for name in names))

    assert [row for row, _, _ in places(result, "RT303")] == [3, 4]


def test_conflict_suggests_the_most_common_value_and_none_in_a_tie() -> None:
    majority = check(student(), student(), student(userLastName="Li")).findings
    tie = check(student(), student(userLastName="Li")).findings

    assert majority["suggestion"].to_list() == ["Lee"]
    assert tie["suggestion"].to_list() == [None, None]


def test_blank_cells_do_not_vote_and_do_not_differ() -> None:
    rows = [student(), student(userStateId="X1"), student(), student(userStateId="X1")]

    assert check(*rows).verdict is Verdict.CLEAN


def test_required_blank_cells_do_not_vote() -> None:
    rows = [student(userLastName=""), student(userLastName=""), student()]

    assert places(check(*rows), "RT303") == []


def test_facts_are_compared_exactly() -> None:
    rows = [student(), student(), student(userLastName="lee"), student(userLastName="Lee ")]

    assert places(check(*rows), "RT303") == [(4, "userLastName", "RT303")]


def test_rows_whose_other_cells_are_in_error_still_vote() -> None:
    wrong_grade = student(userGrade="Grade 3")

    result = check(wrong_grade, wrong_grade, student(userLastName="Li"))

    assert places(result, "RT303") == [(4, "userLastName", "RT303")]


def test_people_work_at_several_schools_but_a_class_has_one() -> None:
    person = [teacher("T1"), teacher("T1", schoolId="0800")]
    one_class = [in_class(teacher("T2")), in_class(teacher("T3"), schoolId="0800")]

    result = check(*person, *one_class)

    assert places(result) == [(4, "schoolId", "RT304"), (5, "schoolId", "RT304")]


def test_primary_teacher_is_a_fact_of_an_enrollment() -> None:
    rows = [
        in_class(teacher(), "C1", primary_teacher="TRUE"),
        in_class(teacher(), "C2", primary_teacher="FALSE"),
        in_class(teacher(), "C3"),
    ]

    assert check(*rows).verdict is Verdict.CLEAN


def test_removal_has_no_vote_about_a_class() -> None:
    rows = [removal("C1", className="Art"), removal("C1", "R2", className="Art")]
    rows += [in_math("T1"), in_math("T2", className="Arts"), in_math("T3")]

    assert places(check(*rows), "RT304") == [(5, "className", "RT304")]


# --- one address, one person ---------------------------------------------------------------------


def test_shared_address_stands_on_every_row_of_both_people() -> None:
    shared = {"userEmail": "a@school.org"}
    ana = in_class(student("S1"), "C1") | shared
    rows = [ana, student("S2") | shared, student("S3"), ana | {"classId": "C2"}]

    result = check(*rows)

    assert places(result, "RT302") == [
        (2, "userEmail", "RT302"),
        (3, "userEmail", "RT302"),
        (5, "userEmail", "RT302"),
    ]


def test_one_person_may_use_an_address_in_many_rows() -> None:
    rows = [in_class(teacher(), f"C{at}") for at in range(5)]

    assert check(*rows).verdict is Verdict.CLEAN


def test_student_and_teacher_may_not_share_an_address() -> None:
    result = check(student("X", userEmail="a@b.org"), teacher("Y", userEmail="A@b.org"))

    assert places(result) == [(2, "userEmail", "RT302"), (3, "userEmail", "RT302")]


# --- what rejects nothing stands on no row, once for each person, class or file ------------------


@pytest.mark.parametrize("column", ["userStateId", "userDistrictId"])
def test_shared_second_id_is_one_warning(column: str) -> None:
    rows = [student(user) | {column: "X1"} for user in ("S1", "S2", "S3", "S3")]

    result = check(*rows, student("S4") | {column: "x1"}, student("S5") | {column: ""})

    assert places(result) == [(None, column, "RT305")]
    assert result.findings["value"].to_list() == ["X1"]
    assert result.verdict is Verdict.WARNINGS


def test_second_ids_of_two_kinds_do_not_meet() -> None:
    rows = [student("S1", userStateId="X1"), student("S2", userDistrictId="X1")]

    assert check(*rows).verdict is Verdict.CLEAN


def test_lookalikes_differ_by_case_or_leading_zeros() -> None:
    rows = [student("00123"), student("123"), student("0123"), student("124"), student("1230")]

    result = check(*rows)

    assert places(result) == [(None, "userId", "RT306")]
    assert result.findings["value"].to_list() == ["00123, 0123, 123"]


def test_lookalikes_are_found_in_ids_of_people_classes_and_schools() -> None:
    rows = [
        in_class(teacher("t1", userEmail="1@b.org"), "c1", schoolId="711"),
        in_class(teacher("T1", userEmail="2@b.org"), "C1", schoolId="0711"),
    ]

    assert places(check(*rows)) == [
        (None, "classId", "RT306"),
        (None, "schoolId", "RT306"),
        (None, "userId", "RT306"),
    ]


def test_ids_of_different_kinds_are_no_lookalikes() -> None:
    rows = [in_class(teacher("a1"), "A1", schoolId="0A1")]

    assert check(*rows).verdict is Verdict.CLEAN


def test_zeros_within_an_id_count() -> None:
    assert check(student("1023"), student("123"), student("0"), student("A0")).verdict is (
        Verdict.CLEAN
    )


def test_class_without_teacher_is_one_warning() -> None:
    rows = [in_class(student("S1")), in_class(student("S2")), in_class(teacher(), "C2")]

    result = check(*rows)

    assert places(result) == [(None, "classId", "RT307")]
    assert result.findings["value"].to_list() == ["C1"]
    assert result.rows.rejected == 0


@pytest.mark.parametrize("role", ["Boss", "", "teacher", "n/a"])
def test_class_with_a_role_in_error_may_have_a_teacher(role: str) -> None:
    rows = [in_class(student("S1")), in_class(student("S2"), userRole=role)]

    assert places(check(*rows), "RT307") == []


def test_administrator_and_co_teacher_are_staff_of_a_class() -> None:
    rows = [
        in_class(student("S1"), "C1"),
        in_class(teacher("T1", userRole="Administrator"), "C1"),
        in_class(student("S1"), "C2"),
        in_class(teacher("T2"), "C2", primary_teacher="FALSE"),
    ]

    assert check(*rows).verdict is Verdict.CLEAN


def test_teacher_whose_row_is_rejected_still_teaches() -> None:
    rows = [in_class(student("S1")), in_class(teacher(userEmail="bo"))]

    assert places(check(*rows), "RT307") == []


def test_several_primary_teachers_are_one_warning_for_each_class() -> None:
    yes = {"primary_teacher": "TRUE"}
    rows = [in_class(teacher(user), "C1") | yes for user in ("T1", "T2", "T3")]
    rows += [in_class(teacher("T1"), "C2") | yes, in_class(teacher("T2"), "C2")]

    result = check(*rows)

    assert places(result) == [(None, "primary_teacher", "RT308")]
    assert result.findings["value"].to_list() == ["C1"]


def test_one_primary_teacher_in_two_rows_is_one() -> None:
    row = in_class(teacher(), primary_teacher="TRUE")

    assert places(check(row, row)) == [(2, "classId", "RT301"), (3, "classId", "RT301")]


def test_student_marked_as_primary_teacher_is_not_one() -> None:
    yes = {"primary_teacher": "TRUE"}

    result = check(in_class(teacher()) | yes, in_class(student()) | yes)

    assert places(result) == [(3, "primary_teacher", "RT203")]


def test_id_in_error_is_no_second_primary_teacher() -> None:
    yes = {"primary_teacher": "TRUE"}

    result = check(in_class(teacher()) | yes, in_class(teacher("T2", userId="T 2")) | yes)

    assert places(result) == [(3, "userId", "RT104")]


def many(number: int) -> list[dict[str, str]]:
    return [in_class(student(f"S{at}")) for at in range(number)]


def test_class_of_eighty_is_not_oversized_and_one_more_is() -> None:
    eighty, more = check(*many(80), in_class(teacher())), check(*many(81), in_class(teacher()))

    assert eighty.verdict is Verdict.CLEAN
    assert places(more) == [(None, "classId", "RT309")]
    assert more.rows.rejected == 0


def test_students_are_counted_once_however_often_they_stand_in_a_class() -> None:
    result = check(*many(80), *many(5), in_class(teacher()))

    assert places(result, "RT309") == []


def test_staff_do_not_make_a_class_oversized() -> None:
    result = check(*many(80), in_class(teacher("T1")), in_class(teacher("T2")))

    assert places(result, "RT309") == []


def test_oversized_class_is_one_even_if_a_role_in_it_is_wrong() -> None:
    result = check(*many(81), in_class(teacher(userRole="Boss")))

    assert places(result, "RT309") == [(None, "classId", "RT309")]


# --- repeats and removals ------------------------------------------------------------------------


def test_repeated_enrollment_stands_on_all_rows_of_the_group_and_rejects_none() -> None:
    row = in_class(student())

    result = check(row, in_class(teacher()), row, in_class(student(), "C2"), row)

    assert places(result, "RT301") == [
        (2, "classId", "RT301"),
        (4, "classId", "RT301"),
        (6, "classId", "RT301"),
    ]
    assert result.rows.rejected == 0


def test_repeated_enrollment_sees_through_stray_spaces() -> None:
    rows = [in_class(teacher()), in_class(teacher(userId="T1 "), "C\u200b1")]

    assert places(check(*rows), "RT301") == [(2, "classId", "RT301"), (3, "classId", "RT301")]


def test_person_without_class_in_two_rows_is_no_repeated_enrollment() -> None:
    assert check(student(), student(), teacher()).verdict is Verdict.CLEAN


def test_letter_case_makes_two_enrollments() -> None:
    rows = [in_class(teacher()), in_class(teacher(), "c1")]

    assert places(check(*rows)) == [(None, "classId", "RT306")]


def test_removed_and_rostered_class_is_told_apart_by_exact_id() -> None:
    result = check(removal("C1"), in_class(teacher(), "c1"), in_class(teacher(), "01"))

    assert places(result, "RT310") == []


def test_removal_in_a_row_with_errors_still_contradicts_its_use() -> None:
    result = check(removal("C1", userEmail="bo"), in_class(teacher(), "C1"))

    assert places(result, "RT310") == [(2, "classId", "RT310"), (3, "classId", "RT310")]
