"""Section 3, "Cells", and the rules RT1xx, sentence by sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
from making import HEADER, check, file_of, in_class, places, skipped, student, teacher

from roster_toolkit.profile import load_profile
from roster_toolkit.reviewing.review import Verdict, review

# --- at most one error a cell, the first that holds ----------------------------------------------


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("userId", "#N/A", "RT106"),
        ("userId", "1.23E+05", "RT106"),
        ("userEmail", "#REF!", "RT106"),
        ("userGrade", "5-Mar", "RT106"),
        ("userLastName", "#NAME?", "RT106"),
        ("userId", "N/A", "RT110"),
        ("userEmail", "none", "RT110"),
        ("userEmail", "Test@Test.com", "RT110"),
        ("userRole", "TBD", "RT110"),
        ("userGrade", "null", "RT110"),
        ("userEmail", "", "RT101"),
        ("userRole", "", "RT101"),
        ("schoolId", "", "RT101"),
        ("userEmail", "ana@amplify", "RT107"),
        ("userEmail", "a na@AMPLIFY.com", "RT107"),
        ("userEmail", "ana@school", "RT103"),
        ("userId", "1 2", "RT104"),
        ("userRole", "Boss", "RT102"),
    ],
)
def test_cell_has_one_error_the_first_that_holds(column: str, value: str, code: str) -> None:
    row = student() | {column: value}

    result = check(row)

    assert places(result) == [(2, column, code)]


def test_spreadsheet_damage_speaks_before_placeholder_and_placeholder_before_domain() -> None:
    profile = load_profile("batch-upload")
    words = {**profile.words, "placeholders": ("#n/a", "ana@amplify.com")}
    profile = profile.model_copy(update={"words": words})
    rows = [student("S1", userFirstName="#N/A"), student("S2", userEmail="ana@amplify.com")]

    result = review(file_of(rows), profile=profile)

    assert places(result) == [(2, "userFirstName", "RT106"), (3, "userEmail", "RT110")]


def test_missing_grade_and_class_cells_take_the_place_of_a_missing_value() -> None:
    row = in_class(student(userGrade=""), className="", classGrade="")

    result = check(row, in_class(teacher()))

    assert places(result) == [
        (2, "classGrade", "RT204"),
        (2, "className", "RT204"),
        (2, "userGrade", "RT201"),
    ]


def test_one_row_may_have_several_errors_each_in_its_cell() -> None:
    row = student(userId="1 2", userEmail="ana", userGrade="Grade 3")

    result = check(row)

    assert places(result) == [
        (2, "userEmail", "RT103"),
        (2, "userGrade", "RT102"),
        (2, "userId", "RT104"),
    ]


@pytest.mark.parametrize(
    ("column", "value", "codes"),
    [
        ("userEmail", " ana@@school.org", ["RT103", "RT105"]),
        ("userId", "=12", ["RT104", "RT111"]),
        ("userId", "S\ufffd1", ["RT104", "RT109"]),
        ("userGrade", "03 ", ["RT102", "RT105"]),
        ("userFirstName", "#N/A ", ["RT105", "RT106"]),
        ("userId", " 123456789", ["RT105", "RT108"]),
    ],
)
def test_warnings_stand_beside_an_error(column: str, value: str, codes: list[str]) -> None:
    row = student() | {column: value}

    result = check(row)

    assert places(result) == [(2, column, code) for code in codes]


# --- a cell in error is not judged again, and has no vote ----------------------------------------


def test_malformed_address_is_not_shared() -> None:
    rows = [student("S1", userEmail="ana@school"), student("S2", userEmail="ana@school")]

    result = check(*rows)

    assert places(result) == [(2, "userEmail", "RT103"), (3, "userEmail", "RT103")]


def test_wrong_cell_does_not_conflict() -> None:
    rows = [student("S1", userGrade="Grade 3"), student("S1", userGrade="3")]

    result = check(*rows)

    assert places(result) == [(2, "userGrade", "RT102")]


def test_wrong_cells_do_not_outvote_a_right_one() -> None:
    rows = [student("S1", userLastName="n/a"), student("S1", userLastName="n/a"), student("S1")]

    result = check(*rows)

    assert places(result) == [(2, "userLastName", "RT110"), (3, "userLastName", "RT110")]


def test_staff_grade_in_error_does_not_conflict() -> None:
    rows = [teacher(userGrade="3"), teacher(userGrade="4"), teacher()]

    result = check(*rows)

    assert places(result) == [(2, "userGrade", "RT202"), (3, "userGrade", "RT202")]


def test_wrong_role_leaves_the_grade_unjudged() -> None:
    rows = [student("S1", userRole="Boss", userGrade=""), student("S2", userRole="", userGrade="")]

    result = check(*rows)

    assert places(result) == [(2, "userRole", "RT102"), (3, "userRole", "RT101")]


def test_wrong_class_id_leaves_the_class_unjudged() -> None:
    row = in_class(student(), "C 1", className="", classGrade="")

    result = check(row)

    assert places(result) == [(2, "classId", "RT104")]


def test_wrong_class_cell_alone_makes_no_class() -> None:
    row = student(className="NULL")

    result = check(row)

    assert places(result) == [(2, "className", "RT110")]


def test_wrong_id_names_nobody_in_a_repeated_enrollment() -> None:
    rows = [in_class(student("S1", userId="1/2")), in_class(student("S2", userId="1/2"))]

    result = check(*rows, in_class(teacher()))

    assert places(result) == [(2, "userId", "RT104"), (3, "userId", "RT104")]


def test_row_without_id_shares_no_address() -> None:
    rows = [student("S1", userEmail="a@school.org"), student("S2", userEmail="a@school.org")]

    result = check(*rows, student(userId="", userEmail="a@school.org"))

    assert places(result) == [
        (2, "userEmail", "RT302"),
        (3, "userEmail", "RT302"),
        (4, "userId", "RT101"),
    ]


def test_wrong_id_has_no_lookalike_and_shares_nothing() -> None:
    rows = [student("S1", userStateId="a/b"), student("S2", userStateId="a/b")]
    lookalikes = [student("x", userId="x/1"), student("y", userId="X/1")]

    result = check(*rows, *lookalikes)

    assert {code for _, _, code in places(result)} == {"RT104"}


# --- cleaning ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [" Lee", "Lee  ", "\tLee", "Lee\n", "\u00a0Lee\u3000", "\u200bLee", "L\u00adee", "Le\u2060e"],
)
def test_ends_and_invisible_characters_are_not_part_of_a_value(typed: str) -> None:
    rows = [student("S1"), student("S1", userLastName=typed)]

    result = check(*rows)

    assert places(result, "RT303") == []
    assert places(result, "RT105") == [(3, "userLastName", "RT105")]
    assert result.verdict is Verdict.WARNINGS


def test_invisible_characters_hide_no_white_space() -> None:
    rows = [student("S1"), student("S1", userLastName="\u200b Lee \ufeff")]

    result = check(*rows)

    assert places(result) == [(3, "userLastName", "RT105")]


def test_findings_name_the_value_as_cleaned() -> None:
    row = student(userId=" 1/\u200b2 ")

    result = check(row)

    assert set(result.findings["value"]) == {"1/2"}


@pytest.mark.parametrize(
    "name",
    ["علی\u200cرضا", "حسینی\u200cنژاد", "ع\u200cر\u200cض", "क्\u200dष", "ශ්\u200dරී"],  # noqa: RUF001
)
def test_a_joiner_between_letters_that_it_joins_is_part_of_the_name(name: str) -> None:
    assert check(student(userLastName=name)).by_rule == {}


@pytest.mark.parametrize("typed", ["Bi\u200crch", "Birch\u200d", "\u200cBirch"])
def test_a_joiner_elsewhere_is_an_invisible_character(typed: str) -> None:
    result = check(student(userLastName=typed))

    assert result.fixed().data == file_of([student(userLastName="Birch")])


def test_a_joiner_at_the_end_of_a_name_joins_nothing() -> None:
    result = check(student(userLastName="رضا\u200c "))

    assert result.fixed().data == file_of([student(userLastName="رضا")])


@pytest.mark.parametrize(
    "hidden", ["XXX-XX-0451", "xxx-xx-xxxx", "***-**-0451", "*****0451", "***"]
)
def test_an_id_that_is_hidden_is_none_and_may_be_left_blank(hidden: str) -> None:
    """Systems hide social security numbers and IDs from who may not see them."""
    row = student("S1", userStateId=hidden)

    result = check(row)

    assert places(result) == [(2, "userStateId", "RT110")]
    assert result.repair(confirm=["RT110"]).fixed.data == file_of([student("S1")])


@pytest.mark.parametrize("user_id", ["XXL-0451", "X0451", "xx0451", "XAX-XX-0451", "XXXX"])
def test_an_id_with_an_x_is_not_hidden(user_id: str) -> None:
    assert places(check(student("S1", userStateId=user_id))) == []


@pytest.mark.parametrize("typed", [" ", "\t ", "\u00a0", "\u200b", "\ufeff \u2060"])
def test_white_space_alone_is_blank(typed: str) -> None:
    rows = [student("S1", userFirstName=typed), student("S2", userStateId=typed)]

    result = check(*rows)

    assert places(result) == [(2, "userFirstName", "RT101")]


def test_space_within_a_value_counts() -> None:
    rows = [student("S1", userFirstName="Ana Bo"), student("S1", userFirstName="Ana  Bo")]

    result = check(*rows)

    assert places(result) == [(2, "userFirstName", "RT303"), (3, "userFirstName", "RT303")]


def test_letter_case_counts_in_ids_and_accepted_values() -> None:
    rows = [student("s1", userRole="student"), student("S1", userEmail="other@school.org")]

    result = check(*rows)

    assert places(result, "RT102", "RT303") == [(2, "userRole", "RT102")]


def test_absent_optional_column_is_blank() -> None:
    optional = ("userDistrictId", "userStateId", "classDisplayName", "classSubject")
    header = [name for name in HEADER if name not in optional]

    result = review(file_of([in_class(student()), in_class(teacher())], header))

    assert result.verdict is Verdict.CLEAN
    assert skipped(result) == {}


# --- e-mail and letter case ----------------------------------------------------------------------


def test_shared_address_ignores_letter_case() -> None:
    rows = [student("S1", userEmail="ANA@school.org"), student("S2", userEmail="ana@School.org")]

    result = check(*rows)

    assert places(result) == [(2, "userEmail", "RT302"), (3, "userEmail", "RT302")]


def test_letter_case_of_an_address_is_a_conflict_within_one_person() -> None:
    ana = student("S1", userEmail="ana@school.org")
    rows = [ana, ana, student("S1", userEmail="ANA@school.org")]

    result = check(*rows)

    assert places(result) == [(4, "userEmail", "RT303")]


@pytest.mark.parametrize(
    "address",
    ["ana@amplify.com", "ana@Amplify-test.org", "ana@AMPLIFYeducation.net", "a@b@amplify.com"],
)
def test_domains_that_begin_with_amplify_are_rejected(address: str) -> None:
    result = check(student(userEmail=address))

    assert places(result) == [(2, "userEmail", "RT107")]


@pytest.mark.parametrize(
    "address",
    [
        "amplify@school.org",
        "ana@school.amplify.com",
        "b.o'neil+x@mail.school.org",
        "jo_12@school.k12.ca.us",
    ],
)
def test_sound_addresses_are_taken(address: str) -> None:
    result = check(student(userEmail=address))

    assert result.verdict is Verdict.CLEAN


# --- what each rule of a cell says ---------------------------------------------------------------


@pytest.mark.parametrize(
    "column", ["schoolId", "userId", "userRole", "userFirstName", "userLastName", "userEmail"]
)
def test_required_cell_may_not_be_blank(column: str) -> None:
    row = student() | {column: ""}

    result = check(row)

    assert places(result) == [(2, column, "RT101")]


@pytest.mark.parametrize("column", ["userId", "userDistrictId", "userStateId", "schoolId"])
def test_identifiers_hold_letters_digits_hyphen_dot_and_underscore(column: str) -> None:
    sound = student("S1") | {column: "aB-0.9_z"}
    rows = [student(f"S{at}") | {column: bad} for at, bad in enumerate(["Ä1", "a b", "a/b"], 2)]

    result = check(sound, *rows)

    assert places(result) == [(3, column, "RT104"), (4, column, "RT104"), (5, column, "RT104")]


def test_nine_digits_are_a_warning_in_every_identifier() -> None:
    nine = "123456789"
    row = in_class(student(schoolId=nine, userId=nine, userDistrictId=nine, userStateId=nine), nine)
    others = [student("12345678"), student("1234567890"), student("A12345678")]

    result = check(row, *others)

    assert places(result, "RT108") == [
        (2, "classId", "RT108"),
        (2, "schoolId", "RT108"),
        (2, "userDistrictId", "RT108"),
        (2, "userId", "RT108"),
        (2, "userStateId", "RT108"),
    ]
    assert result.verdict is Verdict.WARNINGS


@pytest.mark.parametrize(
    ("column", "typed", "meant", "safe"),
    [
        ("userGrade", "grade 3", "3", True),
        ("userGrade", "03", "3", True),
        ("userGrade", "Kindergarten", "K", True),
        ("userRole", "student", "Student", True),
        ("userRole", "pupil", "Student", False),
        ("action", "remove-class", "REMOVE-CLASS", True),
        ("primary_teacher", "false", "FALSE", True),
        ("userGrade", "13", None, None),
        ("userGrade", "Third", "3", True),
        ("userGrade", "Gr. 3", "3", True),
        ("userGrade", "Grade: 12", "12", True),
        ("userGrade", "3rd Gr.", "3", True),
        ("userGrade", "P.K.", "PK", True),
        ("userGrade", "Grade 1-2", None, None),
        ("userGrade", "Grade 1, 2", None, None),
        ("userGrade", "K/1", None, None),
        ("action", "Remove Class", "REMOVE-CLASS", True),
        ("action", "remove-clas", "REMOVE-CLASS", False),
        ("action", "remove", None, None),
        ("action", "remove from class", None, None),
        ("action", "class", None, None),
    ],
)
def test_other_spelling_has_a_known_meaning(
    column: str, typed: str, meant: str | None, *, safe: bool | None
) -> None:
    row = in_class(student()) | {column: typed}

    found = check(row, in_class(teacher())).findings.row(0, named=True)

    assert (found["code"], found["value"]) == ("RT102", typed)
    assert (found["suggestion"], found["safe"]) == (meant, safe)


@pytest.mark.parametrize("grade", ["PK", "K", "1", "2", "9", "10", "12"])
def test_accepted_grades_are_taken(grade: str) -> None:
    result = check(student(userGrade=grade))

    assert result.verdict is Verdict.CLEAN


def test_strange_letters_and_formulas_reject_nothing() -> None:
    rows = [student("S1", userLastName="NÃºÃ±ez"), student("S2", userFirstName="-Ana")]

    result = check(*rows)

    assert places(result) == [(2, "userLastName", "RT109"), (3, "userFirstName", "RT111")]
    assert result.verdict is Verdict.WARNINGS
    assert result.rows.rejected == 0


def test_names_of_all_scripts_are_taken() -> None:
    names = ["Núñez", "Nguyễn", "O'Neil", "de la Cruz", "Иванова", "李", "Null-Smith"]
    rows = [student(f"S{at}", userLastName=name) for at, name in enumerate(names)]

    result = check(*rows)

    assert result.verdict is Verdict.CLEAN


def test_an_error_about_how_a_cell_is_typed_leaves_the_same_value_typed_well_its_vote(
    tmp_path: Path,
) -> None:
    strict = tmp_path / "strict.toml"
    strict.write_text('extends = "batch-upload"\n[rules.RT105]\nseverity = "error"\n')
    names = ["Lee", "Lee", "Li", "Lee "]
    rows = [student("S1", userLastName=name) for name in names]

    result = check(*rows, profile=str(strict))

    assert places(result) == [(4, "userLastName", "RT303"), (5, "userLastName", "RT105")]
