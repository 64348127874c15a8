"""What customers paste: error texts as the portal and its peers word them, and what they mean."""

# ruff: noqa: E501 - an error text stands in one piece

from __future__ import annotations

import io
import sys

import pytest

import roster_toolkit as rt
from roster_toolkit.cli.app import main

#: A text → the codes that answer it, as the first hit.
TEXTS = {
    "primary_teacher must be TRUE or FALSE": "RT102",
    "Column count doesn't match value count at row 1": "RT008",
    "Worksheet is empty": "RT002",
    "Student has been moved to another school": "RT417",
    "Student is enrolled in multiple schools": "RT417",
    "invalid byte sequence in UTF-8": "RT009 RT001",
    "Duplicate record": "RT301",
    "Please save the file with UTF-8 encoding": "RT009",
    "File is not UTF-8 encoded": "RT009",
    "userGrade must be between K and 12": "RT102",
    "Grade level must be K-12": "RT102",
    "Value out of range for grade": "RT102",
    "file is empty": "RT002",
    "section_id not unique": "RT304",
    "The class could not be removed": "RT407",
    "CSV has a BOM": "RT009 RT005",
    "too many columns in row 14": "RT008",
    "unexpected end of file while in quotes": "RT010",
    "headers are missing: userGrade": "RT003",
    "duplicate user id": "RT303",
    "already exists in another district": "RT402",
    "Line 7: 'homeroom' is not a valid field name": "RT004",
    "Column headings are case sensitive": "RT005",
    "Duplicate column name detected: userEmail": "RT006",
    "Unable to detect the delimiting character; is the file tab separated?": "RT007",
    "'utf-8' codec can't decode byte 0xe9 in position 118: invalid continuation byte": "RT009 RT001",
    "Unclosed quoted field on line 2": "RT010",
    "This looks like an Excel workbook (.xlsx). Please save it as CSV": "RT001",
    "This field is mandatory: userLastName": "RT101",
    "Null value in column userFirstName violates not-null constraint": "RT101",
    "Grade level 'Third' is not in the list of allowed values": "RT102",
    "Invalid email format: ana.school.org": "RT103",
    "User ID may only contain letters and numbers": "RT104",
    "Leading or trailing spaces found in className": "RT105",
    "Student number is shown in scientific notation (5.00E+05)": "RT106",
    "Names contain strange characters such as Ã©": "RT109",
    "N/A is not a name": "RT110",
    "Grade is required for students": "RT201",
    "Teachers must not have a grade level": "RT202",
    "A student can not be the primary teacher of a class": "RT203",
    "Class name missing for section 4411": "RT204",
    "Two users have the same email": "RT302",
    "Same student ID but different last names": "RT303",
    "No teacher assigned to this section": "RT307",
    "School not found: 0042": "RT401",
    "The email is already taken by another account": "RT402 RT302",
    "Leading zeros were dropped from the student ID": "RT406",
    "Deletion threshold reached: 38% of the records would be removed": "RT412",
    "Section has more than one primary teacher": "RT308",
    "File must be in CSV format": "RT001",
    "No primary teacher": "RT307",
    "Class 4411 must have at least one teacher": "RT307",
    "Class name mismatch for classId 4411": "RT304",
    "Class 12 is being removed but also has students": "RT310",
    "User could not be updated because more than one value changed": "RT404",
    "Only staff can be uploaded because your district uses Clever": "RT205",
    "The school id you provided is not associated with your district": "RT401",
    "TRUE is not allowed for student": "RT203",
    "Empty lines at the end of the file": "RT014",
    "The following required columns are missing: userEmail, userGrade": "RT003",
}
#: The same in the words of other importers and of libraries that read CSV. A change to the words of
#: a rule may move one of these down; it must stay among the three.
OTHER_TEXTS = {
    "invalid 'student_id' due to error 'not unique'": "RT303",
    "GRADE is missing. This is a mandatory field.": "RT101 RT201",
    "A class must have a teacher assigned to it. This class has no teacher assigned to it. Class could not be created.": "RT307",
    "The entry for this student is a duplicate. A student can only be assigned to a class once.": "RT301",
    "Username is already in use": "RT303 RT402 RT405 RT302",
    "Email address is not valid.": "RT103",
    "User email can not be empty": "RT101",
    "User with this external ID has already been created or updated in the file": "RT303 RT301",
    "Email: Please enter a different email. The email is already taken": "RT402 RT302",
    "Failed to process the csv file: Invalid header: tutorGroup": "RT004",
    "Incorrect Column Name": "RT004",
    "Invalid Roster Format: your roster CSV file doesn't match the template": "RT011 RT004",
    "Row conflicts with another row(s)": "RT303 RT304",
    "Bad user action code": "RT102",
    "Sorry, this email address is already used by another instructor at this same school": "RT302 RT402",
    "The rows marked for deletion do not match any existing section": "RT407",
    "Required headings are missing": "RT003",
    "Import file contains no data": "RT002",
    "Illegal quoting in line 24": "RT010",
    "Missing or stray quote in line 7": "RT010",
    "File contains duplicate headers: schoolId, schoolId": "RT006",
    "Error tokenizing data. C error: Expected 16 fields in line 14, saw 17": "RT008",
    "Invalid Record Length: columns length is 16, got 15 on line 3": "RT008",
    "Quote Not Closed: the parsing is finished with an opening quote at line 2": "RT010",
    "extra data after last expected column": "RT008",
    'invalid input value for enum role: "pupil"': "RT102",
    "Role must be one of: student, teacher, administrator": "RT102",
    "No organization with this ID could be found": "RT401",
    "The file type is not supported, only .csv files may be uploaded": "RT001 RT011",
    "Field contains invisible or non-printing characters": "RT105",
    "Staff records may not include a grade": "RT202",
    "Students cannot be added in this upload. Only staff are permitted for rostered districts": "RT205",
    "Email domain not allowed": "RT107",
    "The ID appears to be an SSN": "RT108",
    "State ID is assigned to two students": "RT305",
    "Section enrollment is over the limit of 80": "RT309",
    "REMOVE-CLASS given without a class ID": "RT206",
    "A cell starts with an equals sign and may be run as a formula": "RT111",
    "The example row from the template must be deleted before uploading": "RT013",
    "Blank line found at row 210": "RT014",
    "Row 3 is missing a student number.": "RT101",
    "Row 5 references a student number for the second time but with conflicting data for that student.": "RT303",
    "Row 9 is missing a teacher email address.": "RT101",
    "Row 12 contains an invalid teacher email address.": "RT103",
    "Row 4 is missing a grade.": "RT201 RT101",
    "Row 4 contains an invalid grade - valid values are prek, kindergarten, k, any number from -1 through 13 or adult.": "RT102",
    "Row 8 is missing a last name.": "RT101",
    "Incorrect File Type": "RT001 RT011",
    "Incorrect or Missing Column Header": "RT003 RT004",
    "No Data": "RT002",
    "Missing Column(s)": "RT003",
    "Different Columns From Template": "RT004 RT003 RT011",
    "School Name Not Allowed": "RT401",
    "The spreadsheet contains the name of a school you are not associated with": "RT401",
    "Invalid Data:Column Required": "RT003 RT101",
    "No Match:School": "RT401",
    "The value 6 in GradeLevelCode for 3110_10 isn't found in RefGradeLevel": "RT102",
    "Duplicate record exists or an invalid character exists in the name.": "RT301",
    "Role value not recognized.": "RT102",
    "Same ID used for multiple entities.": "RT303 RT304 RT305",
    "Same email for multiple users.": "RT302",
    "Email doesn't match user@domain.com format.": "RT103",
    "users.csv file missing required headers. Missing headers list: userEmail": "RT003",
    "users.csv file features headers in an incorrect order": "RT012",
    "users.csv cannot be parsed: unexpected token": "RT001 RT010",
    "role cannot be changed for an existing record": "RT409",
    "grades do not match the vocabulary": "RT102",
    "The data file was empty, missing or unreadable.": "RT002 RT001",
    "Invalid encoding": "RT009",
    "The student you are trying to add to the class is registered in a different school from the class": "RT408 RT304",
    "Multiple students listed with the same Student ID and their names do not match": "RT303",
    "Another course exists with the same section ID": "RT304",
    "More than one user matched by state ID": "RT305",
    "Too few fields: expected 16 fields but parsed 15": "RT008",
    'bare " in non-quoted field': "RT010",
    'parse error on line 3, column 14: extraneous or missing " in quoted-field': "RT010",
    "Quoted field unterminated": "RT010",
    "Unable to auto-detect delimiting character; defaulted to ','": "RT007",
    "Email Already in Use": "RT302 RT402",
    'duplicate key value violates unique constraint "users_email_key"': "RT302 RT402",
    "unrecognized column 'Notes'": "RT004",
    "Unrecognized column: Notes": "RT004",
    "Column 'Notes' is not recognized": "RT004",
    "Unknown column 'homeroom' in row 1": "RT004",
    "Unsupported field name 'nickname'": "RT004",
    "Headers must match the template exactly": "RT004",
    "Unexpected character": "RT109",
    "Unexpected character at position 14, expected comma or end of line": "RT010",
    "invalid char between encapsulated token and delimiter": "RT010",
    "Any value after quoted field isn't allowed in line 3": "RT019",
    "Smart quotes are not allowed": "RT018",
    "Trailing comma on every row": "RT008",
    "Row contains formula": "RT111",
    "Student has conflicting grade levels": "RT303",
    "Multiple grade levels for one class": "RT304",
    "User cannot be both a student and a teacher": "RT303",
    "Class code already exists": "RT304",
    "Invalid Deletions": "RT407",
    "primary_teacher: expected boolean": "RT102",
    "Invalid value for boolean field primary_teacher: Yes": "RT102",
    "Non-ASCII characters detected": "RT109",
    "Header not recognised": "RT004",
    "Extra header found: notes": "RT004",
    "Field value not recognized": "RT102",
    "Unexpected column count in row 7": "RT008",
    "Unexpected field length in row 3": "RT008",
}
#: What is about none of our rules.
FOREIGN = (
    "Your session has expired, please sign in again",
    "Permission denied",
    "Internal server error 500",
    "Password must be at least 8 characters",
    "Birthdate is invalid",
    "The upload timed out",
    "Hello, can you help me with my account?",
    "Phone number must be E.164",
    "Payment declined",
    "please call me back tomorrow",
    "inactive user",
    "The account has been disabled",
    "Filename must be users.csv",
    "Inactive users cannot be enrolled",
    "Maximum file size exceeded",
    "Value too long for column userLastName",
)


@pytest.fixture(scope="module")
def profile() -> rt.Profile:
    return rt.load_profile()


def codes(text: str, profile: rt.Profile) -> list[str]:
    return [rule.code for rule in rt.explain(text, profile)]


@pytest.mark.parametrize("text", TEXTS)
def test_an_error_text_means_its_rule_first_of_all(text: str, profile: rt.Profile) -> None:
    assert codes(text, profile)[0] in TEXTS[text].split()


@pytest.mark.parametrize("text", OTHER_TEXTS)
def test_a_text_in_other_words_has_its_rule_among_three(text: str, profile: rt.Profile) -> None:
    assert set(codes(text, profile)) & set(OTHER_TEXTS[text].split())


def test_nine_in_ten_texts_in_other_words_mean_their_rule_first_of_all(
    profile: rt.Profile,
) -> None:
    first = [codes(text, profile)[0] in right.split() for text, right in OTHER_TEXTS.items()]

    assert sum(first) >= 0.9 * len(first)


@pytest.mark.parametrize("text", FOREIGN)
def test_what_is_about_no_rule_is_said_to_fit_none(text: str, profile: rt.Profile) -> None:
    (line,) = rt.explain_lines(text, profile)

    assert not line.fits


def test_where_nothing_fits_well_the_three_nearest_are_named(profile: rt.Profile) -> None:
    (line,) = rt.explain_lines("Password must be at least 8 characters", profile)

    assert (len(line.rules), line.fits) == (3, False)


@pytest.mark.parametrize("text", ["inactive user", "Student is suspended", "user deactivated"])
def test_of_whom_a_text_speaks_tells_of_no_fault(text: str, profile: rt.Profile) -> None:
    assert codes(text, profile) == []


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-25 10:22:31 ERROR userGrade: invalid value",
        "Failed to import the file: invalid value in column userGrade",
        "[ERROR] row 12: 'Thrid' is not a valid GRADE_LEVEL",
        "Invlaid value for gradeLevel",
    ],
)
def test_when_and_where_it_was_said_makes_no_difference(text: str, profile: rt.Profile) -> None:
    assert codes(text, profile)[0] == "RT102"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("emial invalid", "RT103"),
        ("dublicate email adress", "RT302"),
        ("email is dup", "RT302"),
        ("mandotory field missing", "RT101"),
        ("colunm missing: userId", "RT003"),
    ],
)
def test_a_text_typed_in_haste_means_the_same(text: str, code: str, profile: rt.Profile) -> None:
    (line,) = rt.explain_lines(text, profile)

    assert (line.rules[0].code, line.fits) == (code, True)


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (
            '14,S1,Student,Ana,ana.school.org,userEmail,"Please enter a valid email address"',
            "RT103",
        ),
        ('"14","userEmail","This address is already in use","Use another one"', "RT402"),
        ("14\tuserGrade\tThis value is not allowed\tSee the guide", "RT102"),
        ("| 14 | userGrade | Value not allowed |", "RT102"),
    ],
)
def test_a_row_of_a_pasted_report_means_what_its_text_says(
    row: str, code: str, profile: rt.Profile
) -> None:
    (line,) = rt.explain_lines(row, profile)

    assert (line.rules[0].code, line.fits) == (code, True)


@pytest.mark.parametrize("text", ["userEmail", "5. userEmail", "Grade", "[userGrade] Third"])
def test_the_name_of_a_column_alone_tells_of_no_fault(text: str, profile: rt.Profile) -> None:
    (line,) = rt.explain_lines(text, profile)

    assert not line.fits


def test_what_other_languages_quote_is_a_value(profile: rt.Profile) -> None:
    text = "The value \u201aduplicate email\u2018 is not allowed for userGrade"

    assert codes(text, profile)[0] == "RT102"


@pytest.mark.parametrize(
    ("text", "code"),
    [('"NULL" found in className', "RT110"), ("names look like JosÃ©", "RT109")],
)
def test_a_shown_value_tells_of_its_fault(text: str, code: str, profile: rt.Profile) -> None:
    assert codes(text, profile)[0] == code


@pytest.mark.parametrize("name", ["userEmail", "user_email", "E-mail address", "'email'"])
def test_a_column_is_known_by_any_of_its_names(name: str, profile: rt.Profile) -> None:
    assert codes(f"{name} appears more than once", profile)[0] == "RT302"


def test_each_line_of_a_text_has_an_answer(profile: rt.Profile) -> None:
    lines = rt.explain_lines("file is empty\n\n  RT102 \nqwerty zxcv\n", profile)

    assert [(line.line, [rule.code for rule in line.rules[:1]]) for line in lines] == [
        ("file is empty", ["RT002"]),
        ("RT102", ["RT102"]),
        ("qwerty zxcv", []),
    ]


def test_the_rules_of_several_lines_are_the_first_of_each(profile: rt.Profile) -> None:
    text = "file is empty\nheaders are missing: userGrade\nthe file is empty"

    assert codes(text, profile) == ["RT002", "RT003"]


def test_an_explanation_does_not_show_the_pasted_line(profile: rt.Profile) -> None:
    (line,) = rt.explain_lines("ana@school.org is not a valid email", profile)

    assert "ana@" not in repr(line)


@pytest.mark.parametrize("piece", ["is ", "'a ", "aA_", "one of ", "1-", "x"])
def test_a_very_long_line_is_answered_at_once(piece: str, profile: rt.Profile) -> None:
    rt.explain("file is empty " + piece * 100_000, profile)


# --- the command line ------------------------------------------------------------------------


def test_lines_on_stdin_are_answered_one_by_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pasted = b"file is empty\r\nPassword must be at least 8 characters\r\nqwerty zxcv\r\n"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(pasted)))

    assert main(["explain", "-"]) == 0

    first, second, third = capsys.readouterr().out.split("\n\n")
    assert first.startswith("> file is empty\nRT002 no-records: ")
    assert second.startswith("> Password must be")
    assert "No rule fits that well. The nearest are:\n  RT" in second
    assert third == "> qwerty zxcv\nNo rule resembles that.\n"


def test_what_fits_no_rule_well_says_so_on_the_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["explain", "Password must be at least 8 characters"]) == 0

    output = capsys.readouterr().out
    assert output.startswith("No rule fits that well. The nearest are:\n")
    assert output.count("\n  RT") == 3


def test_what_a_terminal_would_obey_is_not_repeated(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "file is empty\x1b[31m\nduplicate email"]) == 0

    assert "\x1b" not in capsys.readouterr().out
