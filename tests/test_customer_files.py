"""What customers' files of many kinds get to read: advice that helps, and one problem a cause."""

from __future__ import annotations

import polars as pl
import pytest
from making import HEADER, check, file_of, in_class, student, teacher
from repairing import fix_file

from roster_toolkit import review
from roster_toolkit.causes import header_of_both_names
from roster_toolkit.model import Severity
from roster_toolkit.profile import load_profile
from roster_toolkit.report.header_line import header_line
from roster_toolkit.report.text import TextReport
from roster_toolkit.report.words import Words
from roster_toolkit.reviewing.review import Review

DEFAULT = load_profile()


def advice(result: Review, code: str) -> set[str]:
    """What the rows that a rule rejects are told to do."""
    told = Words(result.profile).with_messages(result.validation.findings, result)
    return set(told.filter(rule=code)["how_to_fix"])


# --- advice to follow to the letter --------------------------------------------------------------


@pytest.mark.parametrize("typed", ["Active", "ADD", "UPDATE", "remove"])
def test_a_word_for_a_person_is_never_to_be_replaced_by_a_removal_alone(typed: str) -> None:
    (said,) = advice(check(in_class(teacher(), action=typed)), "RT102")

    assert said == (
        "Use one of: REMOVE-CLASS to remove the whole class; leave the cell blank to add or "
        "update; to take one person out, use the portal."
    )


def test_where_a_cell_may_be_blank_the_advice_says_so() -> None:
    flag = check(in_class(teacher(), primary_teacher="maybe"))
    role = check(student(userRole="maybe"))

    assert advice(flag, "RT102") == {"Use one of: TRUE, FALSE; or leave the cell blank."}
    assert advice(role, "RT102") == {"Use one of: Student, Teacher, Administrator."}


@pytest.mark.parametrize(
    ("column", "typed", "meant"),
    [
        ("userRole", "Estudiante", "Student"),
        ("userRole", "MAESTRA", "Teacher"),
        ("primary_teacher", "VERDADERO", "TRUE"),
        ("primary_teacher", "Wahr", "TRUE"),
        ("primary_teacher", "Faux", "FALSE"),
        ("classGrade", "Primer grado", "1"),
        ("classGrade", "3º", "3"),
        ("classGrade", "Kínder", "K"),
    ],
)
def test_a_value_in_another_language_is_offered_and_never_made_unasked(
    column: str, typed: str, meant: str
) -> None:
    row = in_class(teacher()) | {column: typed}

    assert set(check(row).findings.filter(code="RT102")["suggestion"]) == {meant}
    assert not fix_file(file_of([row]), profile=DEFAULT).fixed.log.height


# --- nothing is invented -------------------------------------------------------------------------


@pytest.mark.parametrize("mark", [r"\N", "<null>", "[NULL]", "(none)", "(blank)", '""', "''"])
def test_a_sign_for_nothing_is_never_made_a_value(mark: str) -> None:
    """MySQL writes nothing as a backslash and an N, which is no N for no."""
    row = in_class(teacher(), primary_teacher=mark, userStateId=mark)

    result = check(row)

    assert [cause.code for cause in result.causes if cause.severity is Severity.ERROR] == [
        "RT110"
    ] * 2
    assert not fix_file(file_of([row]), profile=DEFAULT).fixed.log.height


@pytest.mark.parametrize("mark", ['"', "\N{DITTO MARK}", "Ditto", "same as above", "See above"])
def test_a_mark_for_the_cell_above_is_never_made_a_value(mark: str) -> None:
    """It is in more rows than the value that it stands for, and must not outvote it."""
    names = ["Math", mark, mark, mark]
    rows = [in_class(teacher(), className="Math")]
    rows += [in_class(student(f"S{at}"), className=name) for at, name in enumerate(names)]

    result = check(*rows)

    assert [cause.code for cause in result.causes] == ["RT110"]
    assert set(result.findings["suggestion"]) == {None}


@pytest.mark.parametrize("typed", ["N?", "y ??", "/n"])
def test_a_doubtful_answer_is_no_sure_yes_or_no(typed: str) -> None:
    row = in_class(teacher(), primary_teacher=typed)

    assert not fix_file(file_of([row]), profile=DEFAULT).fixed.log.height


# --- names that came through a wrong encoding ----------------------------------------------------


@pytest.mark.parametrize("name", ["García", "Muñoz", "Ibáñez", "Núñez", "Müller", "Renée"])
def test_utf8_read_as_central_european_is_restored_and_loses_no_letter(name: str) -> None:
    """The í is Ă and a soft hyphen then, which must not be taken off as an invisible sign."""
    typed = name.encode().decode("cp1250")
    row = student(userLastName=typed)

    result = check(row)

    told = result.findings.filter(pl.col("code") == "RT109")["suggestion"]
    assert told.to_list() == [name]
    assert not fix_file(file_of([row]), profile=DEFAULT).fixed.log.height


# --- headers of other systems --------------------------------------------------------------------

SKYWARD = b"Entity,Student Name,Other ID,Gr,Teacher,Course,School Email\n"
LISTED = b'0101,"LEE, ANA",10200,3,"FAROUK, DARIO",Math,ana@school.org\n'


def test_a_column_called_teacher_does_not_make_the_header_a_person() -> None:
    assert not review(SKYWARD + LISTED).upload.lacks_header
    assert review(b"0101,10200,Teacher,Ana,Lee\n" + LISTED).upload.lacks_header


@pytest.mark.parametrize(
    ("header", "wrong"),
    [
        ("Student Last Name", "userStateId"),
        ("School Name", "schoolId"),
        ("User Name", "className"),
        ("Username", "userLastName"),
        ("Guardian Email", "userEmail"),
        ("Parent First Name", "userFirstName"),
        ("Teacher Name", "className"),
        ("Middle Name", "userRole"),
    ],
)
def test_a_header_of_something_else_is_not_renamed_to_ours(header: str, wrong: str) -> None:
    """Logins would become names of classes, and guardians' addresses those of pupils."""
    names = [column.name for column in DEFAULT.columns.values() if column.name != wrong]
    cell = {"Guardian Email": "pat@home.example", "Middle Name": "A"}.get(header, "Lindgren")
    rows = [in_class(student(f"S{i}")) | {header: cell} for i in range(9)]
    typed = file_of(rows, [*names, header])

    assert {cell.typed: cell.key for cell in review(typed).upload.header}[header] != wrong


# --- one problem for one cause -------------------------------------------------------------------


def padded(row: dict[str, str]) -> dict[str, str]:
    return {name: f"{value} " if value else "" for name, value in row.items()}


def test_spaces_in_nearly_every_column_are_one_problem() -> None:
    """A database pads its columns, and some programs write a space behind every comma."""
    result = check(*(padded(in_class(student(f"S{i}"))) for i in range(6)))

    assert [cause.code for cause in result.causes if cause.code == "RT105"] == ["RT105"]
    assert "10 columns throughout: extra spaces or invisible characters" in str(result)
    assert result.causes[0].findings == 60


def test_spaces_in_a_column_or_two_stay_a_problem_of_each() -> None:
    rows = (student(f"S{i}", schoolId="0711 ", userGrade="3 ") for i in range(6))

    assert [cause.column for cause in check(*rows).causes] == ["schoolId", "userGrade"]


def test_an_export_that_marks_every_cell_as_text_is_one_problem() -> None:
    """Some systems write ="0101" so that Excel keeps the zeros, and write it everywhere."""
    rows = [in_class(student(f"S{i}")) for i in range(6)]
    marked = [{name: f'="{cell}"' for name, cell in row.items() if cell} for row in rows]

    result = check(*marked)

    assert [cause.code for cause in result.causes if cause.severity.rejects] == ["RT106"]
    assert result.repair(confirm=["RT106"]).fixed.data == file_of(rows)


def test_numbers_of_which_some_cannot_be_restored_stay_a_problem_of_each_column() -> None:
    damaged = {"userId": "71000{}.0", "userStateId": "1.2{}E+09", "userDistrictId": "9{}.0"}
    rows = [student("") | {key: cell.format(i) for key, cell in damaged.items()} for i in range(6)]

    causes = [cause for cause in check(*rows).causes if cause.code == "RT106"]

    assert {cause.columns for cause in causes} == {
        ("userId",), ("userDistrictId",), ("userStateId",),
    }  # fmt: skip


def test_the_example_of_a_problem_in_several_columns_is_one_cell() -> None:
    """The first row may have it in another column than the first."""
    rows = [padded(student(f"S{i}")) for i in range(1, 6)]
    rows = [student("S0") | {"userLastName": "Abara "}, *rows]

    (cause,) = check(*rows).causes

    assert (cause.example_row, cause.column) == (3, "schoolId")
    assert (cause.example_value, cause.example_suggestion) == ("0711", "0711")


def test_the_example_of_a_value_in_two_columns_is_one_cell_too() -> None:
    """A teacher has the grade of the class alone."""
    rows = [in_class(person, classGrade="6.0") for person in (teacher("T1"), student("S1"))]
    rows += [in_class(student(f"S{i}"), userGrade="6.0", classGrade="6.0") for i in range(2, 9)]

    (cause,) = [cause for cause in check(*rows).causes if cause.code == "RT102"]

    assert (cause.example_row, cause.column) == (4, "userGrade")


def with_blanks_as(word: str, *rows: dict[str, str]) -> list[dict[str, str]]:
    return [{name: row.get(name) or word for name in HEADER} for row in rows]


@pytest.mark.parametrize("word", ["NULL", "N/A", "-"])
def test_a_word_that_a_system_writes_into_every_blank_cell_is_one_problem(word: str) -> None:
    people = [student("S1"), in_class(teacher("T1"))]
    people += [in_class(student(f"S{i}")) for i in range(2, 8)]

    result = check(*with_blanks_as(word, *people))

    assert [cause.code for cause in result.causes] == ["RT110"]
    assert f"“{word}” was typed instead of a real value in 10 columns" in str(result)
    assert "instead of a real value (10 columns)" in result.message()
    assert result.causes[0].clears == 8


def test_what_is_missing_is_no_part_of_that_habit() -> None:
    people = [student(f"S{i}", userEmail="") for i in range(3)]

    causes = check(*with_blanks_as("NULL", *people, student("S9"))).causes

    assert [cause.columns for cause in causes if "userEmail" in cause.columns] == [("userEmail",)]
    assert len(causes) == 2


def test_another_word_beside_a_habit_does_not_stand_throughout_its_column() -> None:
    others = [student(f"S{i}", userStateId="TBD") for i in range(2)]

    result = check(*with_blanks_as("NULL", *(student(f"P{i}") for i in range(9)), *others))

    assert "“NULL” was typed instead of a real value in 9 columns" in str(result)
    assert [cause.value for cause in result.causes] == ["NULL", "TBD"]
    assert "throughout" not in str(result)


def test_a_word_for_nothing_in_a_few_cells_stays_a_problem_of_each_column() -> None:
    columns = ("userStateId", "userDistrictId", "classDisplayName")
    rows = [in_class(teacher(f"T{at}"), **{column: "n/a"}) for at, column in enumerate(columns)]

    assert {cause.columns for cause in check(*rows).causes if cause.code == "RT110"} == {
        (column,) for column in columns
    }


def test_no_mark_of_a_primary_teacher_is_needed_where_a_placeholder_stands() -> None:
    findings = check(in_class(student("S1"), primary_teacher="NULL")).findings

    assert findings.filter(column="primary_teacher")["suggestion"].to_list() == [""]


def test_one_fix_makes_blank_cells_of_the_word_for_nothing() -> None:
    people = [student("S1"), teacher("T1"), in_class(teacher("T2")), in_class(student("S2"))]

    after = fix_file(
        file_of(with_blanks_as("NULL", *people)), profile=DEFAULT, confirm=["RT110:NULL"]
    )

    assert after.fixed.data == file_of(people)


def test_a_blank_is_proposed_only_where_the_row_needs_nothing() -> None:
    pupil, taught = student("S1", userGrade="N/A"), in_class(student("S2"), className="N/A")
    unplaced = student("S3", className="N/A", classGrade="N/A", userGrade="K")
    nobody = student("X1", userRole="", userGrade="N/A")

    findings = check(pupil, taught, unplaced, teacher("T1", userGrade="N/A"), nobody).findings

    assert findings.filter(code="RT110").select("row", "column", "suggestion").rows() == [
        (2, "userGrade", None), (3, "className", None),
        (4, "className", ""), (4, "classGrade", ""), (5, "userGrade", ""), (6, "userGrade", None),
    ]  # fmt: skip


def test_a_wrong_grade_of_staff_is_not_to_be_made_a_right_one() -> None:
    """Systems write 0 as the grade of staff, kindergarten in others; the portal wants none."""
    said = advice(check(teacher(userGrade="0")), "RT102").pop()

    assert "12; leave the cell blank for staff." in said


# --- what separates the cells --------------------------------------------------------------------


@pytest.mark.parametrize(("sign", "named"), [("^", "carets"), ("~", "tildes")])
def test_carets_and_tildes_between_the_cells_become_commas(sign: str, named: str) -> None:
    rows = [in_class(student(f"S{i}"), className="Math, AM") for i in range(3)]
    data = file_of(rows).replace(b"Math, AM", b"Math; AM").replace(b",", sign.encode())

    assert named in str(review(data))
    assert fix_file(data.replace(b'"', b""), profile=DEFAULT).fixed.data == file_of(
        [row | {"className": "Math; AM"} for row in rows]
    )


def test_names_in_one_cell_are_no_sign_that_the_header_is_missing() -> None:
    """Another header above the first row would make a row of the names."""
    columns = ["   ".join(row.split(",")) for row in file_of([student()]).decode().splitlines()]

    said = str(TextReport(review("\n".join(columns).encode())).render())

    assert "header row may be missing" not in said
    assert "not separated by commas" in " ".join(said.split())


def test_the_advice_on_an_address_says_one_and_without_accents() -> None:
    said = advice(check(student(userEmail="raúl@school.org")), "RT103").pop()

    assert "one address" in said
    assert "accents" in said


def test_an_id_is_to_be_typed_as_its_system_has_it() -> None:
    """“Use only letters and digits” made Hill Elementary, a name under schoolId, HillElementary."""
    said = advice(check(student(schoolId="Hill Elementary")), "RT104").pop()

    assert "as the system that it came from has it" in said


def test_another_systems_file_is_one_problem_whatever_separates_it() -> None:
    """To save Moodle's file with commas does not make it ours."""
    moodle = b"username;password;firstname;lastname;email;course1\nal;x;Ana;Lee;a@b.org;M1\n"

    assert [cause.code for cause in review(moodle).causes] == ["RT011"]


def test_a_blank_column_without_a_name_is_to_be_deleted_wherever_it_stands() -> None:
    lines = file_of([student()]).decode().splitlines()

    said = str(TextReport(review("\n".join(f",{line}" for line in lines).encode())).render())

    assert "Rename it to say what its cells are" not in said
    assert "Delete it: it has no name and nothing in it." in said


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (r"Mu\u00f1oz", "Muñoz"),
        (r"O\u0027Brien", "O'Brien"),
        (r"O\'Brien", "O'Brien"),
        (r"Ana \"Bo\" Lee", 'Ana "Bo" Lee'),
        ("Mu%C3%B1oz", "Muñoz"),
        ("Mu=C3=B1oz", "Muñoz"),
        (r"Ana \ud83d\ude00", "Ana 😀"),
        ("De%20La%20Cruz", "De La Cruz"),
    ],
)
def test_what_a_program_escaped_on_the_way_is_read_back(typed: str, meant: str) -> None:
    told = check(student(userLastName=typed)).findings.filter(pl.col("code") == "RT109")

    assert told["suggestion"].to_list() == [meant]


@pytest.mark.parametrize(
    "name",
    [
        "100%",
        "A\\B",
        "=3",
        "%",
        "Ann%ie",
        "Top %10",
        r'Kim \K\" Lee"',
        r"12\" Ruler",
        r"C:\users\ab",
    ],
)
def test_a_sign_that_escapes_nothing_is_left_alone(name: str) -> None:
    assert not check(student(userLastName=name)).by_rule.get("RT109")


def test_blank_names_beside_both_names_in_a_few_rows_are_to_be_split() -> None:
    """“Fill in userLastName” left García, José as the first name of somebody called García."""
    few = {"userLastName": "", "userFirstName": "García, José"}
    rows = [student(f"S{i}", **(few if i < 3 else {})) for i in range(9)]

    (cause,) = check(*rows).causes

    assert cause.column == "userLastName"
    assert "Split userFirstName at its comma" in str(TextReport(check(*rows)).render())


def test_a_sign_that_no_text_has_is_told_with_its_row() -> None:
    data = file_of([student(f"S{i}") for i in range(3)])

    within = review(data.replace(b"S1,", b"S\x001,")).upload
    behind = review(data + b"\x00" * 9).upload

    assert within.obstacle_detail == "text with a NUL character, which no CSV has, in row 3"
    assert behind.obstacle_detail.endswith("in row 5")
    assert review(b"\x00\x01" * 99).upload.obstacle_detail == "a file that is not text"


def test_two_addresses_in_every_cell_are_told_as_what_they_are() -> None:
    """Each begins with a good address, so that “not a valid email address” was no help."""
    rows = [student(f"S{i}", userEmail=f"s{i}@school.org; g{i}@home.org") for i in range(6)]

    said = str(TextReport(check(*rows)).render())

    assert "userEmail throughout: the cell contains two addresses; only one is allowed" in said


def test_a_line_of_one_cell_is_not_to_be_made_a_person() -> None:
    result = review(file_of([student()]) + b"Pat\n")
    said = str(TextReport(result).render())

    assert "The row has 1 cell " in said
    assert "delete a line that is about nobody" in " ".join(said.split())


def test_a_date_where_no_number_may_stand_is_no_value_that_excel_changed() -> None:
    """The date of an enrollment under action is nothing to copy again."""
    result = check(student(action="8/15/2026"), student("S2", userGrade="3/1/2026"))

    assert result.by_rule == {"RT102": 1, "RT106": 1}


def test_the_date_that_excel_makes_of_nothing_is_known() -> None:
    assert check(student(userGrade="1/0/1900")).by_rule == {"RT106": 1}


@pytest.mark.parametrize("name", ["No.", "Seq", "Row Number", "Line", "S. No."])
def test_a_column_that_counts_the_rows_is_to_be_deleted_under_its_usual_names(name: str) -> None:
    head, *rows = file_of([student(f"S{i}") for i in range(4)]).decode().splitlines()
    lines = [f"{name},{head}", *(f"{i},{row}" for i, row in enumerate(rows, start=1))]

    said = str(TextReport(review("\n".join(lines).encode())).render())

    assert "Delete this column: it only counts the rows." in said


def test_a_column_of_teachers_names_is_not_that_of_both_names() -> None:
    head = b"schoolId,Teacher Name,Student Name,userId,userEmail,userGrade\n"
    rows = [f'0101,"FAROUK, DARIO","LEE{i}, ANA",1020{i},s{i}@school.org,3' for i in range(9)]

    upload = review(head + "\n".join(rows).encode()).upload

    assert header_of_both_names(upload, DEFAULT) == "Student Name"
    line = header_line(upload, DEFAULT, 999, values=True)
    assert line is not None
    assert line.corrected.startswith("schoolId,Teacher Name,userLastName,userFirstName,userId")


def test_names_of_teachers_are_not_split_into_those_of_pupils() -> None:
    head = b"Entity,Student Name,Other ID,Gr,Teacher,Course,Period,School Email\n"
    rows = [
        f'0101,"LEE{i}, ANA",1020{i},3,"FAROUK, DARIO",Math,1,s{i}@school.org' for i in range(9)
    ]

    line = header_line(review(head + "\n".join(rows).encode()).upload, DEFAULT, 999, values=True)

    assert line is not None
    assert "divide “Student Name”" in line.changes
    told = line.corrected.split(",")
    assert told[1:3] == ["userLastName", "userFirstName"]
    assert (told[5], told[7]) == ("Teacher", "Period")


def test_rows_that_another_sign_separates_than_the_header_lack_no_column() -> None:
    """A template's header over another program's rows; no column is to be deleted."""
    head, *rows = file_of([in_class(student(f"S{i}")) for i in range(4)]).decode().splitlines()
    mixed = "\n".join([head, *(row.replace(",", ";") for row in rows)]).encode()

    said = " ".join(str(TextReport(review(mixed)).render()).split())

    assert "delete its name from the header row" not in said
    assert "Put nothing but a comma between two cells of every row" in said
