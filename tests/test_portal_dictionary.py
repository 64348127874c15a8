"""A portal's data dictionary is read whatever its layout, format and language."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from roster_toolkit.calibration.documents import tables
from roster_toolkit.calibration.documents.accepted_values import (
    longest_value,
    pattern_hint,
    values_of_cell,
    values_of_prose,
)
from roster_toolkit.calibration.documents.dictionary import Entry, read_dictionary
from roster_toolkit.calibration.documents.tables import read_tables
from roster_toolkit.errors import ToolkitError

FOLDER = Path(__file__).parent / "dictionaries"
#: File → column → what it says of the column; written down before the reader was.
EXPECTED = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))
GRADES = ("K", *map(str, range(1, 13)))

Needs = tuple[str | None, str | None]


def as_csv(rows: Sequence[Sequence[str]], encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode(encoding)


def as_workbook(sheets: dict[str, Sequence[Sequence[str]]]) -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for place, row in enumerate(rows):
                sheet.write_row(place, 0, row)
    return content.getvalue()


def entries(data: bytes | str, name: str = "dictionary.csv") -> dict[str, Entry]:
    content = data.encode() if isinstance(data, str) else data
    return {entry.name: entry for entry in read_dictionary(name, content)}


def needs(requirement: str, heading: str = "Required", description: str = "") -> Needs:
    rows = [
        ["Column", heading, "Description"],
        ["userId", "Required", ""],
        ["this", requirement, description],
    ]
    entry = entries(as_csv(rows))["this"]
    return entry.students, entry.staff


# --- whole dictionaries ------------------------------------------------------------------------


@pytest.mark.parametrize("name", EXPECTED)
def test_each_dictionary_says_what_a_reader_sees_in_it(name: str) -> None:
    found = entries((FOLDER / name).read_bytes(), name)

    told = {
        column: {"students": e.students, "staff": e.staff, "values": list(e.values)}
        for column, e in found.items()
        if column in EXPECTED[name]
    }
    assert told == EXPECTED[name]


ROWS = [
    ["Field", "Required", "Accepted values", "Notes"],
    ["userId", "Yes", "", "Unique"],
    ["rôle", "Yes", "Student, Teacher", ""],
]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("d.csv", as_csv(ROWS)),
        ("d.csv", as_csv(ROWS, "utf-8-sig")),
        ("d.csv", as_csv(ROWS, "utf-16")),
        ("d.csv", as_csv(ROWS, "cp1252", ";")),
        ("d.tsv", as_csv(ROWS, "utf-8", "\t")),
        ("d.txt", as_csv(ROWS, "utf-8", "|")),
        ("d.xlsx", as_workbook({"Read me": [["Welcome"]], "Columns": ROWS})),
    ],
)
def test_the_format_of_the_file_does_not_matter(name: str, data: bytes) -> None:
    found = entries(data, name)

    assert list(found) == ["userId", "rôle"]
    assert found["rôle"].values == ("Student", "Teacher")


def test_the_place_of_an_entry_is_the_row_of_its_sheet() -> None:
    book = as_workbook({"Columns": [["Users file"], [], *ROWS]})

    assert entries(book, "d.xlsx")["userId"].place == "row 4 of the table 'Columns'"
    assert entries(as_csv(ROWS))["userId"].place == "row 2"


def test_values_that_go_on_in_the_rows_below_belong_to_the_column_above() -> None:
    rows = [
        ["Column", "Required", "Values"],
        ["role", "Yes", "Student"],
        ["", "", "Teacher"],
        ["email", "No", ""],
    ]

    assert entries(as_csv(rows))["role"].values == ("Student", "Teacher")


def test_titles_and_remarks_between_the_rows_are_no_columns() -> None:
    rows = [
        ["Column", "Required", "Values"],
        ["About the person", "", ""],
        ["role", "Yes", ""],
        ["* see the guide for more about this", "", ""],
    ]

    assert list(entries(as_csv(rows))) == ["role"]


def test_a_row_whose_cells_look_like_headings_is_still_a_row() -> None:
    rows = [
        ["Column", "Required", "Values", "Example"],
        ["role", "Required", "STUDENT, TEACHER", "STUDENT"],
        ["email", "Optional", "", ""],
    ]

    assert list(entries(as_csv(rows))) == ["role", "email"]


def test_what_is_merely_implied_is_marked() -> None:
    rows = [["Column", "Required"], ["a", "Required for students"], ["b", "Optional"]]
    found = entries(as_csv(rows))

    assert (found["a"].staff, found["a"].implied) == ("optional", True)
    assert not found["b"].implied


# --- requirements ------------------------------------------------------------------------------

R, C, O, B = "required", "with-class", "optional", "blank"  # noqa: E741


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("Required", (R, R)),
        ("Yes", (R, R)),
        ("Y", (R, R)),
        ("x", (R, R)),
        ("✓", (R, R)),
        ("Mandatory", (R, R)),
        ("obligatorio", (R, R)),
        ("Pflichtfeld", (R, R)),
        ("obligatoire", (R, R)),
        ("Required for students and teachers", (R, R)),
        ("Not required", (O, O)),
        ("No", (O, O)),
        ("Optional", (O, O)),
        ("Required for new users", (O, O)),
        ("Conditional: required for students", (R, O)),
        ("Conditional: students", (R, O)),
        ("Students only", (R, O)),
        ("Required if userRole is Student", (R, O)),
        ("Yes for students, no for staff", (R, O)),
        ("Required for students; leave blank for staff", (R, B)),
        ("Required for students; blank otherwise", (R, B)),
        ("Pflicht für Schüler, sonst leer lassen", (R, B)),
        ("Obligatorio para alumnos; dejar en blanco para docentes", (R, B)),
        ("Optional (staff only)", (B, O)),
        ("Required for staff with a class", (O, C)),
        ("Required if classId is filled", (C, C)),
        ("Conditional: with a class", (C, C)),
        ("Pflicht, wenn Klasse angegeben", (C, C)),
        ("Obligatoire si classe renseignée", (C, C)),
        ("Conditional", (None, None)),
    ],
)
def test_words_of_requirement_say_who_must_fill_a_column(words: str, told: Needs) -> None:
    assert needs(words) == told


def test_a_description_says_what_a_condition_leaves_open() -> None:
    assert needs("Conditional", description="Required for students.") == (R, O)
    assert needs("Required", description="Leave blank for staff.") == (R, B)


@pytest.mark.parametrize(
    "sentence",
    [
        "Blank to add or update; REMOVE-CLASS to remove.",
        "If blank, the student keeps the grade.",
        "Enter TRUE for the lead teacher of the class.",
        "Students must not have TRUE here.",
    ],
)
def test_a_sentence_about_something_else_asks_for_nothing(sentence: str) -> None:
    entry = entries(as_csv([["Column", "Description"], ["this", sentence]]))["this"]

    assert (entry.students, entry.staff) == (None, None)


def test_yes_under_the_heading_optional_means_that_it_is() -> None:
    assert needs("Yes", "Optional?") == (O, O)
    assert needs("No", "Optional?") == (R, R)


def test_headings_in_two_rows_part_what_the_upper_one_has_merged() -> None:
    book = as_workbook(
        {
            "Columns": [
                ["Column", "Required for", "", "Accepted values"],
                ["", "Students", "Staff", ""],
                ["userGrade", "Yes", "Leave blank", "PK, K, 1-12"],
                ["primary_teacher", "Leave blank", "No", "TRUE, FALSE"],
            ]
        }
    )
    found = entries(book, "d.xlsx")

    assert [(e.students, e.staff) for e in found.values()] == [
        ("required", "blank"),
        ("blank", "optional"),
    ]


def test_a_blank_cell_beside_spelled_out_ones_says_nothing_of_its_role() -> None:
    rows = [
        ["Column", "Students", "Staff"],
        ["userId", "Yes", ""],
        ["userGrade", "Yes", "Leave blank"],
        ["primary_teacher", "No", "No"],
    ]

    assert entries(as_csv(rows))["userId"].staff is None


def test_a_cell_merged_over_students_and_staff_is_about_both() -> None:
    page = (
        "<table><tr><th>Column</th><th>Students</th><th>Staff</th></tr>"
        "<tr><td>userId</td><td colspan=2>Yes</td></tr>"
        "<tr><td>userGrade</td><td>Yes</td><td>No</td></tr></table>"
    )
    entry = entries(page.encode(), "d.html")["userId"]

    assert (entry.students, entry.staff) == ("required", "required")


@pytest.mark.parametrize(
    ("heading", "required", "free"),
    [
        ("Must be populated?", "Y", "N"),
        ("Optionality", "Mandatory", "May be blank"),
        ("Nullable", "N", "Y"),
        ("Can be blank?", "No", "Yes"),
    ],
)
def test_requirement_has_other_headings(heading: str, required: str, free: str) -> None:
    found = entries(as_csv([["Element", heading], ["userId", required], ["note", free]]))

    assert (found["userId"].students, found["note"].students) == ("required", "optional")


def test_a_footnote_narrows_the_mark_that_it_stands_at() -> None:
    rows = [
        ["Column", "Required", "Notes"],
        ["userId", "✔", ""],
        ["userGrade", "✔*", "*Required for students only"],
    ]
    entry = entries(as_csv(rows))["userGrade"]

    assert (entry.students, entry.staff) == ("required", "optional")


def test_y_and_n_may_be_told_by_role() -> None:
    assert needs("Y (students), N (staff)") == ("required", "optional")


def test_blank_otherwise_is_not_said_of_those_named_before() -> None:
    assert needs("No", description="TRUE for lead teacher, blank otherwise") == (
        "optional",
        "optional",
    )


def test_whoever_signed_the_letter_is_no_column() -> None:
    letter = (
        "Hi Maria,\n\nthe columns are as follows:\n\n1. schoolId (required) - the school\n"
        "2. userRole (required) - the role\n"
        "3. userEmail (required) - a valid email\n4. classId (optional) - the class\n"
        "5. className (optional) - its name\n\nThanks,\nBob\n"
    )

    assert list(entries(letter.encode(), "letter.txt"))[2:] == ["userEmail", "classId", "className"]


# --- accepted values ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "values"),
    [
        ("K, 1-12", GRADES),
        ("PK, K, 1 through 12", ("PK", *GRADES)),
        ("01–12", tuple(f"{n:02}" for n in range(1, 13))),
        ("KG-12", ("KG", *GRADES[1:])),
        ("K, Grade 1-Grade 3", ("K", "Grade 1", "Grade 2", "Grade 3")),
        ("1st-4th", ("1st", "2nd", "3rd", "4th")),
        ("-1, 0, 1-2", ("-1", "0", "1", "2")),
        ("Enter TRUE or FALSE", ("TRUE", "FALSE")),
        ("Enter Y or N", ("Y", "N")),
        ("Must be one of: Student, Teacher", ("Student", "Teacher")),
        ('Use "Y" for yes and "N" for no', ("Y", "N")),
        ("Teacher = lead teacher; Student = learner", ("Teacher", "Student")),
        ("• Student\n• Teacher", ("Student", "Teacher")),
        ("TRUE if the teacher leads the class, FALSE if not", ("TRUE", "FALSE")),
        ("TRUE, FALSE, or blank", ("TRUE", "FALSE")),
        ("Blank or REMOVE-CLASS", ("REMOVE-CLASS",)),
        ("Student, Teacher. Case-sensitive.", ("Student", "Teacher")),
        ("Alumno o Docente", ("Alumno", "Docente")),
        ("TRUE (default is FALSE)", ("TRUE", "FALSE")),
        ("True or False, default False", ("True", "False")),
        ("`K`, `1`-`12`", GRADES),
        ("Entweder WAHR oder FALSCH", ("WAHR", "FALSCH")),
    ],
)
def test_values_are_read_out_of_lists_ranges_and_sentences(
    cell: str, values: tuple[str, ...]
) -> None:
    accepted = values_of_cell(cell)

    assert accepted.values == values
    assert accepted.closed


@pytest.mark.parametrize(
    "cell",
    [
        "Any text up to 50 characters",
        "Valid email address",
        "letters and numbers only",
        "MM/DD/YYYY",
        "A-Z, a-z, 0-9",
        "e.g. Math, Science",
        "Examples: 3, 4, 5",
        "Sample values: Math, Science",
        "Must match the school ID in the portal",
        "2-50 characters",
        "N/A",
        "",
    ],
)
def test_prose_is_no_list(cell: str) -> None:
    assert values_of_cell(cell).values == ()


def test_a_list_that_goes_on_is_not_closed() -> None:
    accepted = values_of_cell("Math, ELA, Science, etc.")

    assert accepted.values == ("Math", "ELA", "Science")
    assert not accepted.closed
    assert not values_of_cell("Math / ELA (others allowed)").closed
    assert not values_of_cell("Math, Reading, Other (please specify)").closed


@pytest.mark.parametrize(
    "sentence",
    [
        "Enter the first and last name.",
        "First, middle or last name",
        "Name of class, such as Math or Science.",
        "Use the ID from PowerSchool or Infinite Campus",
        "A student in grades K-12 of the district.",
        "Notes:\n• Must be unique\n• Max 50 characters",
    ],
)
def test_a_description_is_a_list_only_where_it_is_one_plainly(sentence: str) -> None:
    assert values_of_prose(sentence).values == ()


def test_a_description_may_list_the_values() -> None:
    assert values_of_prose("Must be one of Student or Teacher.").values == ("Student", "Teacher")
    assert values_of_prose("The grade (K, 1-12).").values == GRADES


def test_lengths_and_kinds_of_characters_are_told() -> None:
    assert longest_value("Any text up to 50 characters") == 50
    assert longest_value("varchar(255)") == 255
    assert longest_value("2-50 characters") == 50
    assert longest_value("höchstens 6 Zeichen") == 6
    assert pattern_hint("Numeric, 9 digits") == "digits"
    assert pattern_hint("Valid email address") == "email"
    assert pattern_hint("YYYY-MM-DD") == "date"
    assert pattern_hint("letters and numbers only") == "letters-and-digits"


# --- what cannot be used -----------------------------------------------------------------------


def refused(name: str, data: bytes) -> str:
    with pytest.raises(ToolkitError) as error:
        read_dictionary(name, data)
    return str(error.value)


def test_a_table_without_a_column_of_names_is_one_sentence() -> None:
    data = as_csv([["Dog", "Cat"], ["a", "b"], ["c", "d"]])

    assert refused("pets.csv", data).startswith("pets.csv has no column of names")


@pytest.mark.parametrize(
    ("name", "data"),
    [("d.pdf", b"%PDF-1.7 text"), ("d.csv", b""), ("d.xlsx", b"PK\x03\x04 xl/workbook.xml")],
)
def test_what_is_no_table_is_one_sentence(name: str, data: bytes) -> None:
    assert re.fullmatch(r"d\.\w+ is [^\n]+\.", refused(name, data))


def test_more_than_any_dictionary_has_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MOST_CELLS", 5)

    assert "too many" in refused("d.csv", as_csv(ROWS))


def test_merged_cells_cannot_ask_for_more_than_that() -> None:
    page = b"<html><table>" + b"<tr><td rowspan=999 colspan=999>x" * 3000

    assert "too many" in refused("d.html", page)


SEEDS = [(name, (FOLDER / name).read_bytes()) for name in EXPECTED]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(SEEDS), st.integers(0, 3000), st.binary(max_size=12), st.booleans())
def test_no_damage_raises_anything_else(
    seed: tuple[str, bytes],
    place: int,
    junk: bytes,
    cut: bool,  # noqa: FBT001
) -> None:
    name, data = seed
    damaged = data[:place] + junk + (b"" if cut else data[place:])
    for read in (read_tables, read_dictionary):
        with suppress(ToolkitError):
            read(name, damaged)
