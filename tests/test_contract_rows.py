"""Section 3, "Row numbers" and ragged rows, section 2, removal, and the rules RT2xx."""

from __future__ import annotations

import pytest
from making import HEADER, check, file_of, in_class, places, removal, student, teacher

from roster_toolkit.reviewing.review import Verdict, review

HEAD = "action,schoolId,userId,userRole,userFirstName,userLastName,userEmail,userGrade,classId,"
HEAD += "className,classGrade,primary_teacher\n"
SOUND = ",0711,S1,Student,Ana,Lee,s1@school.org,3,,,,\n"
FAULTY = ",0711,S2,Student,Bo,Lee,bo,3,,,,\n"
BLANK = ",,,,,,,,,,,\n"


def rows_of(text: str, code: str) -> list[int | None]:
    return [row for row, _, found in places(review(text.encode())) if found == code]


# --- row numbers ---------------------------------------------------------------------------------


def test_header_is_row_one_and_the_first_record_row_two() -> None:
    assert rows_of(HEAD + FAULTY, "RT103") == [2]


def test_blank_rows_count() -> None:
    assert rows_of(HEAD + SOUND + "\n" + BLANK + FAULTY, "RT103") == [5]


def test_lines_above_the_header_count() -> None:
    assert rows_of("\n\n" + HEAD + FAULTY, "RT103") == [4]


def test_record_that_spans_lines_counts_as_one() -> None:
    long = ',0711,S3,Student,"An\na\n",Lee,s3@school.org,3,,,,\n'

    assert rows_of(HEAD + long + FAULTY, "RT103") == [3]


def test_white_space_alone_makes_a_blank_row() -> None:
    result = review((HEAD + " , ,,\u200b,,,,,,,,\n" + SOUND).encode())

    assert places(result) == [(2, None, "RT014")]
    assert (result.rows.accepted, result.rows.blank) == (1, 1)


def test_blank_lines_at_the_end_are_no_records() -> None:
    result = review((HEAD + SOUND + "\n\n").encode())

    assert places(result) == []
    assert (result.rows.accepted, result.rows.rejected, result.rows.blank) == (1, 0, 0)


def test_blank_rows_are_said_and_reject_nothing() -> None:
    result = review((HEAD + SOUND + BLANK + "\n" + FAULTY).encode())

    assert places(result) == [(3, None, "RT014"), (4, None, "RT014"), (5, "userEmail", "RT103")]
    assert (result.rows.accepted, result.rows.rejected, result.rows.blank) == (1, 1, 2)


# --- ragged rows ---------------------------------------------------------------------------------


@pytest.mark.parametrize("ragged", [",0711,S 2,Boss,,,bo\n", ",0711,S 2,Boss,,,bo,3,,,,,,\n"])
def test_ragged_row_is_judged_by_nothing_else(ragged: str) -> None:
    result = review((HEAD + SOUND + ragged).encode())

    assert places(result) == [(3, None, "RT008")]
    assert (result.rows.accepted, result.rows.rejected) == (1, 1)


def test_ragged_row_has_no_vote() -> None:
    other_name = ",0711,S1,Student,Ana,Li,s1@school.org,3,,,,,note\n"
    same_address = ",0711,S4,Student,Bo,Lee,s1@school.org,3\n"

    result = review((HEAD + SOUND + other_name * 2 + same_address).encode())

    assert {code for _, _, code in places(result)} == {"RT008"}


# --- who must and who may not have a grade or lead a class ---------------------------------------


def test_student_needs_a_grade_and_staff_have_none() -> None:
    rows = [student(userGrade=""), teacher(userGrade="3"), teacher("T2", userRole="Administrator")]

    result = check(*rows)

    assert places(result) == [(2, "userGrade", "RT201"), (3, "userGrade", "RT202")]


def test_only_staff_lead_a_class() -> None:
    yes, no = {"primary_teacher": "TRUE"}, {"primary_teacher": "FALSE"}
    rows = [in_class(student("S1")) | yes, in_class(student("S2")) | no, in_class(teacher()) | yes]

    result = check(*rows)

    assert places(result) == [(2, "primary_teacher", "RT203")]


# --- class cells ---------------------------------------------------------------------------------


@pytest.mark.parametrize("column", ["className", "classDisplayName", "classGrade", "classSubject"])
def test_class_needs_an_id_as_soon_as_one_of_its_cells_is_filled(column: str) -> None:
    row = student() | {column: "3"}

    result = check(row)

    assert places(result) == [(2, "classId", "RT204")]


@pytest.mark.parametrize("column", ["className", "classGrade"])
def test_class_needs_a_name_and_a_grade(column: str) -> None:
    row = in_class(teacher()) | {column: ""}

    result = check(row)

    assert places(result) == [(2, column, "RT204")]


def test_class_needs_neither_display_name_nor_subject() -> None:
    assert check(in_class(teacher())).verdict is Verdict.CLEAN


def test_row_without_class_cells_puts_nobody_in_a_class() -> None:
    assert check(student(), teacher()).verdict is Verdict.CLEAN


# --- removals ------------------------------------------------------------------------------------


def test_removal_needs_no_name_and_no_grade_of_the_class() -> None:
    assert check(removal()).verdict is Verdict.CLEAN


def test_removal_needs_a_class() -> None:
    result = check(removal(""), removal("", "R2", className="Math", classGrade="3"))

    assert places(result) == [(2, "classId", "RT206"), (3, "classId", "RT206")]


def test_removal_with_a_wrong_class_id_has_one_error() -> None:
    assert places(check(removal("C 1"))) == [(2, "classId", "RT104")]


def test_removal_is_judged_cell_by_cell() -> None:
    row = removal(userEmail="bo", userFirstName="", schoolId="07/11")

    result = check(row)

    assert places(result) == [
        (2, "schoolId", "RT104"),
        (2, "userEmail", "RT103"),
        (2, "userFirstName", "RT101"),
    ]


def test_removal_is_not_judged_by_other_rules_of_rows() -> None:
    rows = [
        removal("C1", "S1", userRole="Student", userGrade="", primary_teacher="TRUE"),
        removal("C2", "T1", userGrade="3"),
    ]

    assert check(*rows).verdict is Verdict.CLEAN


def test_removal_has_no_vote_about_people() -> None:
    rows = [
        student("S1"),
        removal("C8", "S1", userLastName="Li", userRole="Student"),
        removal("C9", "S1", userLastName="Li", userRole="Student"),
        removal("C7", "S2", userEmail="s1@school.org"),
        removal("C6", "s1", userEmail="r6@school.org"),
        student("S3", userStateId="X1"),
        removal("C5", "S4", userStateId="X1"),
    ]

    assert check(*rows).verdict is Verdict.CLEAN


def test_removals_of_one_class_do_not_conflict_and_are_no_repeats() -> None:
    rows = [
        removal("C1", className="Math", schoolId="0711"),
        removal("C1", className="Art", schoolId="0800"),
        removal("C1", className="Art", schoolId="0800"),
    ]

    assert check(*rows).verdict is Verdict.CLEAN


def test_class_that_is_only_removed_needs_no_teacher() -> None:
    row = removal("C1", "S1", userRole="Student")

    assert places(check(row), "RT307") == []


def test_class_may_not_be_removed_and_rostered() -> None:
    rows = [removal("C1"), in_class(teacher(), "C1"), in_class(student(), "C1"), removal("C2")]

    result = check(*rows)

    assert places(result) == [
        (2, "classId", "RT310"),
        (3, "classId", "RT310"),
        (4, "classId", "RT310"),
    ]


def test_misspelled_action_is_an_error_of_its_cell() -> None:
    result = check(teacher(action="REMOVE CLASS", classId="C1", className="Math", classGrade="3"))

    assert places(result) == [(2, "action", "RT102")]
    assert result.findings["suggestion"].to_list() == ["REMOVE-CLASS"]


# --- staff only ----------------------------------------------------------------------------------


def test_staff_upload_rejects_every_row_of_a_student() -> None:
    rows = [student("S1"), in_class(student("S1")), teacher(), removal("C9", "S1")]
    rows[3] |= {"userRole": "Student"}

    result = check(*rows, profile="third-party")

    assert places(result, "RT205") == [
        (2, "userRole", "RT205"),
        (3, "userRole", "RT205"),
        (5, "userRole", "RT205"),
    ]
    assert (result.rows.accepted, result.rows.rejected) == (1, 3)


def test_staff_upload_does_not_guess_at_a_role_in_error() -> None:
    result = check(student(userRole="student"), profile="third-party")

    assert places(result) == [(2, "userRole", "RT102")]


def test_whole_upload_takes_students_and_staff() -> None:
    assert check(student(), teacher()).verdict is Verdict.CLEAN


# --- shifted rows --------------------------------------------------------------------------------

WHOLE = in_class(student(userStateId="X1"), classSubject="Math")


def moved(by: int, at: str) -> dict[str, str]:
    """The row with a cell deleted (by = -1) or a blank inserted (by = 1) at a column."""
    cells, place = [WHOLE.get(name, "") for name in HEADER], HEADER.index(at)
    cells = cells[:place] + ([*cells[place + 1 :], ""] if by < 0 else ["", *cells[place:-1]])
    return dict(zip(HEADER, cells, strict=True))


@pytest.mark.parametrize("by", [-1, 1])
@pytest.mark.parametrize("at", ["schoolId", "userDistrictId", "userRole", "userFirstName"])
def test_shifted_row_is_found_wherever_the_shift_begins(by: int, at: str) -> None:
    result = check(moved(by, at))

    assert places(result, "RT208") == [(2, None, "RT208")]


@pytest.mark.parametrize("by", [-1, 1])
def test_shifted_row_has_no_vote(by: int) -> None:
    shifted = moved(by, "userFirstName")
    rows = [WHOLE, shifted, shifted, in_class(teacher())]

    result = check(*rows)

    assert places(result, "RT301", "RT302", "RT303", "RT304", "RT305", "RT306") == []
    assert (result.rows.accepted, result.rows.rejected) == (2, 2)


@pytest.mark.parametrize(
    "faults",
    [
        {"userGrade": "Grade 3", "classGrade": "Grade 3"},
        {"className": "", "classGrade": ""},
        {"userGrade": "", "userLastName": "nil"},
        {"userEmail": "x@amplify.com", "primary_teacher": "TRUE"},
        {"userFirstName": "", "userLastName": ""},
        {"classId": "", "className": "NULL", "classGrade": ""},
        {"classId": "", "classGrade": "5-Mar"},
        {"userId": "", "userEmail": ""},
    ],
)
def test_two_faults_that_moving_cells_does_not_mend_are_no_shift(faults: dict[str, str]) -> None:
    rows = [in_class(student(), classGrade="3") | faults, in_class(teacher())]

    assert places(check(*rows), "RT208") == []


def test_sound_row_is_never_shifted() -> None:
    sparse = student(userDistrictId="", userStateId="")

    assert check(WHOLE, sparse, in_class(teacher(), primary_teacher="TRUE")).verdict is not (
        Verdict.ERRORS
    )


# --- rows of the template ------------------------------------------------------------------------


def test_row_of_the_template_that_was_left_in_is_rejected() -> None:
    examples = load_examples()

    result = check(*examples, student())

    assert places(result, "RT013") == [(2, None, "RT013"), (3, None, "RT013")]
    assert (result.rows.accepted, result.rows.rejected) == (1, 2)


def load_examples() -> list[dict[str, str]]:
    from roster_toolkit.profile import load_profile

    return [dict(row) for row in load_profile("batch-upload").template_rows]


def test_file_of_rows_alone_needs_no_optional_header() -> None:
    header = HEAD.strip().split(",")

    assert review(file_of([student(), teacher()], header)).verdict is Verdict.CLEAN
