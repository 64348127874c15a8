"""What becomes of schools, people, classes and enrollments, sentence by sentence."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
from making import Row, file_of, in_class, removal, student, teacher

from roster_toolkit.impact.preview import Impact
from roster_toolkit.profile import load_profile
from roster_toolkit.reviewing.review import Review, review
from roster_toolkit.rosters.context import RosterContext
from roster_toolkit.rosters.download import read_download

ANA, BO = student("S1"), student("S2", userFirstName="Bo", userDistrictId="D2")
CY = teacher("T1", userFirstName="Cy")
LEADS = {"primary_teacher": "TRUE"}
SCHOOLS = b"schoolId,schoolName\n0711,Ash\n0820,Birch\n"
#: Two students and a teacher in one class, and a class of the teacher alone.
CLASS = [in_class(ANA), in_class(BO), in_class(CY, **LEADS)]
ROSTER = [*CLASS, in_class(CY, "C2")]


def against(*rows: Row, schools: bytes | None = None) -> RosterContext:
    return read_download(file_of(rows), load_profile(), schools)


def process(*rows: Row, roster: RosterContext | None = None) -> Review:
    """The review of a file against the roster, unless it is another one."""
    return review(file_of(rows), against=roster or against(*ROSTER))


def impact_of(result: Review) -> Impact:
    assert result.impact is not None
    return result.impact


def outcomes(result: Review, kind: str) -> dict[str, int]:
    """Outcome → records of a kind, those that there are."""
    totals = {key.value: told for key, told in impact_of(result).totals.items()}
    return {outcome.value: number for outcome, number in totals[kind].items() if number}


def at_school(result: Review, school: str, kind: str) -> dict[str, int]:
    kinds = impact_of(result).by_school.get(school, {})
    actual = {key.value: numbers for key, numbers in kinds.items()}.get(kind, {})
    return {outcome.value: number for outcome, number in actual.items() if number}


def fields(result: Review) -> list[tuple[str, ...]]:
    """Kind, key, field, before and after of each field that changes."""
    lines = impact_of(result).compared.fields
    return lines.select("kind", "key", "field", "before", "after").sort(pl.all()).rows()


def unmentioned(result: Review) -> dict[str, int]:
    return {kind.value: number for kind, number in impact_of(result).unmentioned.items()}


# --- rejected and accepted -----------------------------------------------------------------------


def test_a_record_that_only_rejected_rows_mention_is_in_errors() -> None:
    result = process(in_class(ANA, userGrade="99"))

    assert outcomes(result, "student") == {"errors": 1}
    assert outcomes(result, "class") == {"errors": 1}
    assert outcomes(result, "enrollment") == {"errors": 1}
    assert outcomes(result, "school") == {"errors": 1}


def test_a_person_with_one_rejected_row_comes_from_the_others() -> None:
    result = process(in_class(ANA), ANA | {"schoolId": "07/11"}, in_class(ANA, "C2", classGrade=""))

    assert outcomes(result, "student") == {"no changes": 1}
    assert outcomes(result, "enrollment") == {"no changes": 1, "errors": 1}


def test_a_class_is_in_errors_only_if_no_taken_row_mentions_it() -> None:
    result = process(in_class(ANA), in_class(BO, userGrade=""))

    assert outcomes(result, "class") == {"no changes": 1}
    assert outcomes(result, "enrollment") == {"no changes": 1, "errors": 1}


def test_a_ragged_row_still_counts_with_its_keys() -> None:
    data = file_of([in_class(ANA)]).rstrip(b"\n") + b",more\n"

    result = review(data, against=against(*ROSTER))

    assert outcomes(result, "student") == {"errors": 1}
    assert outcomes(result, "enrollment") == {"errors": 1}


def test_an_enrollment_in_error_counts_at_the_school_of_its_class() -> None:
    result = process(in_class(ANA), in_class(BO, schoolId=""))

    assert at_school(result, "0711", "enrollment") == {"no changes": 1, "errors": 1}


def test_a_class_in_error_without_a_school_counts_where_the_roster_has_it() -> None:
    result = process(in_class(ANA, schoolId=""))

    assert at_school(result, "0711", "class") == {"errors": 1}


def test_a_person_with_no_readable_school_is_in_no_schools_count() -> None:
    result = process(ANA | {"schoolId": ""})

    assert outcomes(result, "student") == {"errors": 1}
    assert at_school(result, "0711", "student") == {}


def test_what_the_file_leaves_out_is_unmentioned_and_nothing_happens_to_it() -> None:
    result = process(in_class(ANA))

    assert unmentioned(result) == {
        "school": 0, "staff": 1, "student": 1, "class": 1, "enrollment": 3,
    }  # fmt: skip
    assert not impact_of(result).changes_anything


def test_a_rejected_file_has_no_impact() -> None:
    result = review(file_of([ANA], header=["userId"]), against=against(*ROSTER))

    assert result.impact is None


# --- blank cells ---------------------------------------------------------------------------------


def test_a_blank_optional_cell_keeps_what_the_roster_has() -> None:
    result = process(in_class(BO, userDistrictId=""), in_class(CY))

    assert outcomes(result, "student") == {"no changes": 1}
    assert outcomes(result, "enrollment") == {"no changes": 2}


def test_an_absent_optional_column_is_blank() -> None:
    header = [name for name in in_class(BO) if name != "userDistrictId"]

    result = review(
        file_of([in_class(BO)], ["action", "primary_teacher", *header]), against=against(*ROSTER)
    )

    assert outcomes(result, "student") == {"no changes": 1}


def test_the_blank_flag_of_a_new_staff_enrollment_is_false() -> None:
    di = in_class(teacher("T2", userFirstName="Di"))

    result = process(di)

    assert outcomes(result, "enrollment") == {"created": 1}
    assert impact_of(result).compared.enrollments["leads"].to_list() == [False]


def test_staff_lose_the_grade_that_they_should_not_have() -> None:
    result = process(CY, roster=against(CY | {"userGrade": "3"}))

    assert fields(result) == [("staff", "T1", "userGrade", "3", "")]


# --- schools -------------------------------------------------------------------------------------


def test_an_unknown_school_is_created_where_there_is_no_list() -> None:
    result = process(ANA | {"schoolId": "0820"})

    assert outcomes(result, "school") == {"created": 1}


def test_a_school_is_never_created_where_the_list_is_known() -> None:
    roster = against(*ROSTER, schools=SCHOOLS)

    result = process(ANA | {"schoolId": "0820"}, BO | {"schoolId": "0900"}, roster=roster)

    assert outcomes(result, "school") == {"no changes": 1, "errors": 1}


# --- people --------------------------------------------------------------------------------------


def test_a_new_school_makes_a_person_updated_without_a_changed_field() -> None:
    result = process(ANA | {"schoolId": "0820"})

    assert outcomes(result, "student") == {"updated": 1}
    assert fields(result) == []


def test_a_file_never_ends_a_school_membership() -> None:
    roster = against(ANA, ANA | {"schoolId": "0820"})

    assert outcomes(process(ANA, roster=roster), "student") == {"no changes": 1}


def test_a_person_counts_at_each_school_of_their_rows_and_in_total_once() -> None:
    result = process(student("S9"), student("S9", schoolId="0820"))

    assert outcomes(result, "student") == {"created": 1}
    assert at_school(result, "0711", "student") == {"created": 1}
    assert at_school(result, "0820", "student") == {"created": 1}


def test_a_changed_role_counts_in_the_new_kind() -> None:
    result = process(ANA | {"userRole": "Teacher", "userGrade": ""})

    assert outcomes(result, "staff") == {"updated": 1}
    assert outcomes(result, "student") == {}


def test_a_person_whose_role_cannot_be_read_counts_by_the_role_of_the_roster() -> None:
    result = process(CY | {"userRole": "Boss"})

    assert outcomes(result, "staff") == {"errors": 1}


def test_an_unknown_person_whose_role_cannot_be_read_is_in_neither_kind() -> None:
    result = process(student("S9", userRole="Boss"))

    assert outcomes(result, "staff") == {}
    assert outcomes(result, "student") == {}


def test_an_unknown_person_with_two_roles_that_contradict_is_in_neither_kind() -> None:
    result = process(student("S9"), student("S9", userRole="Teacher", userGrade=""))

    assert outcomes(result, "staff") == {}
    assert outcomes(result, "student") == {}


def test_a_change_of_case_in_an_address_is_an_update() -> None:
    result = process(ANA | {"userEmail": "S1@School.org"})

    assert fields(result) == [("student", "S1", "userEmail", "s1@school.org", "S1@School.org")]


def test_a_renumbered_person_is_one_person_updated() -> None:
    result = process(in_class(ANA | {"userId": "N1"}))

    assert outcomes(result, "student") == {"updated": 1}
    assert fields(result) == [("student", "N1", "userId", "S1", "N1")]
    assert outcomes(result, "enrollment") == {"no changes": 1}
    assert unmentioned(result)["student"] == 1


def test_a_student_leads_no_class_however_they_taught_it_before() -> None:
    result = process(in_class(CY, userRole="Student", userGrade="3"))

    assert ("enrollment", "T1 in C1", "primary_teacher", "TRUE", "FALSE") in fields(result)


# --- classes and enrollments ---------------------------------------------------------------------


def test_a_class_that_moves_is_updated_and_counts_at_the_new_school() -> None:
    result = process(in_class(ANA, schoolId="0820"))

    assert at_school(result, "0820", "class") == {"updated": 1}
    assert at_school(result, "0711", "class") == {}
    assert at_school(result, "0820", "enrollment") == {"no changes": 1}


def test_a_class_that_moves_keeps_people_who_are_not_in_the_file() -> None:
    result = process(in_class(ANA, schoolId="0820"))

    assert outcomes(result, "enrollment") == {"no changes": 1}
    assert unmentioned(result)["enrollment"] == 3


def test_a_flag_that_changes_makes_an_enrollment_updated() -> None:
    result = process(in_class(CY, primary_teacher="FALSE"))

    assert outcomes(result, "enrollment") == {"updated": 1}
    assert fields(result) == [("enrollment", "T1 in C1", "primary_teacher", "TRUE", "FALSE")]


def test_a_person_and_class_twice_are_one_enrollment() -> None:
    result = process(in_class(student("S9")), in_class(student("S9")))

    assert outcomes(result, "enrollment") == {"created": 1}


# --- removals ------------------------------------------------------------------------------------


def test_a_removed_class_unenrolls_people_who_are_not_in_the_file() -> None:
    result = process(removal("C1"))

    assert outcomes(result, "class") == {"removed": 1}
    assert outcomes(result, "enrollment") == {"removed": 3}
    assert at_school(result, "0711", "enrollment") == {"removed": 3}


def test_a_removal_touches_neither_its_person_nor_its_school() -> None:
    result = process(removal("C1", "S1", schoolId="0820"))

    assert outcomes(result, "staff") == {}
    assert outcomes(result, "student") == {}
    assert outcomes(result, "school") == {}


def test_repeated_removals_are_one() -> None:
    result = process(removal("C1", "S1"), removal("C1", "T1"))

    assert outcomes(result, "class") == {"removed": 1}
    assert outcomes(result, "enrollment") == {"removed": 3}


def test_somebody_whose_row_removes_the_class_is_in_the_file() -> None:
    removed = impact_of(process(removal("C1", "S1"), BO)).enrollments

    assert removed["outside"].sum() == 1


def after_removal() -> RosterContext:
    """The roster once the first class was removed: it stays, inactive."""
    known = against(*ROSTER)
    gone = known.roster.classes.filter(pl.col("classId") == "C1")["class"].item()
    left = known.roster.enrollments.filter(pl.col("class") != gone)
    classes = known.roster.classes.with_columns(active=pl.col("class") != gone)
    return replace(known, roster=replace(known.roster, classes=classes, enrollments=left))


def test_removing_a_removed_class_again_changes_nothing() -> None:
    result = process(removal("C1"), roster=after_removal())

    assert outcomes(result, "class") == {"no changes": 1}
    assert not impact_of(result).changes_anything


def test_rostering_a_removed_class_again_creates_it() -> None:
    result = process(in_class(ANA), roster=after_removal())

    assert outcomes(result, "class") == {"created": 1}
    assert outcomes(result, "enrollment") == {"created": 1}


def test_a_rejected_removal_puts_its_class_in_errors() -> None:
    result = process(removal("C9"))

    assert outcomes(result, "class") == {"errors": 1}


def test_a_class_removed_and_used_is_in_errors_and_stays() -> None:
    result = process(removal("C1"), in_class(ANA))

    assert outcomes(result, "class") == {"errors": 1}
    assert outcomes(result, "enrollment") == {"errors": 1}


def test_rejected_rows_say_the_same_whether_few_or_most_rows_are_rejected() -> None:
    rejected = [
        in_class(ANA, userGrade="99"),
        in_class(student("S9"), "C7", userGrade="99", schoolId="0820"),
        in_class(student("S9"), "C2", userRole="Pupil", schoolId="0820"),
        removal("C9"),
    ]
    accepted = [in_class(student(f"S{n}", userDistrictId=f"D{n}"), "C5") for n in range(20, 30)]

    most, few = process(*rejected, accepted[0]), process(*rejected, *accepted)

    assert most.rows.rejected == few.rows.rejected == len(rejected)
    for kind in ("people", "classes", "enrollments", "schools"):
        in_errors = [_in_errors(getattr(impact_of(result), kind)) for result in (most, few)]
        assert in_errors[0] == in_errors[1]
    assert len(_in_errors(impact_of(most).people)) == 2


def _in_errors(records: pl.DataFrame) -> list[tuple[object, ...]]:
    return records.filter(pl.col("outcome") == "errors").sort(pl.all()).rows()


# --- as a whole ----------------------------------------------------------------------------------


def test_a_file_of_the_roster_itself_changes_nothing() -> None:
    result = process(*ROSTER)

    assert not impact_of(result).changes_anything
    assert set(unmentioned(result).values()) == {0}


def test_a_staff_upload_has_no_line_for_students() -> None:
    result = review(file_of([CY]), profile="third-party", against=against(*ROSTER))

    assert [kind.value for kind in impact_of(result).totals] == [
        "school", "staff", "class", "enrollment",
    ]  # fmt: skip
