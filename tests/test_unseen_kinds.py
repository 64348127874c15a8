"""Kinds of trouble that relatives of known files showed, each as the smallest file that has it."""

from __future__ import annotations

import pytest

from roster_toolkit import review
from roster_toolkit.garble import read_back
from roster_toolkit.ingest.headers import match_headers
from roster_toolkit.profile import load_profile
from roster_toolkit.report.text import TextReport

DEFAULT = load_profile()
HEADER = ",".join(column.name for column in DEFAULT.columns.values()) + "\n"
PERSON = ",0203,44010,,,Student,Nora,Lindgren,nora@dale.example,4,,,,,,\n"
OTHER = ",0203,44012,,,Student,Pia,Choi,pia@dale.example,4,,,,,,\n"


def codes_of(rows: str) -> list[str]:
    """The codes of what is to correct in a file with some rows."""
    return [cause.code for cause in review((HEADER + rows).encode()).causes]


@pytest.mark.parametrize(
    ("garbled", "meant"),
    [
        ("S„o", "São"),
        ("MuÒoz", "Muñoz"),
        ("GarcÌa", "García"),
        ("JosÈ", "José"),
        ("Ib·Òez", "Ibáñez"),
        ("Mⁿller", "Müller"),
        ("ReneΘ", "Reneé"),
        ("Sπo", "São"),
        ("N·±ez", "Núñez"),
        ("M³ller", "Müller"),
    ],
)
def test_windows_letters_that_another_program_misread_are_restored(
    garbled: str, meant: str
) -> None:
    assert read_back(garbled, is_name=True).restored == meant


@pytest.mark.parametrize("name", [
    "DeÁngelis", "McÉlroy", "DelÁguila", "LeÓn", "Gal·la", "Paral·lel", "JOSÉ", "Íñigo", "FitzÉ",
    "Þór", "Σίσυφος", "de la Ò", "Maria-Òscar", "O'Ñate", "Ana III", "Ana²", "VanÓst", "MacÉoin",
])  # fmt: skip
def test_capitals_and_foreign_letters_of_real_names_pass_in_silence(name: str) -> None:
    assert not read_back(name, is_name=True).garbled


@pytest.mark.parametrize("garbled", ["Mu??oz", "Ib??ez", "Jos??", "??ngel", "Magalh„es"])
def test_a_letter_of_which_two_signs_are_left_is_seen_and_nothing_is_offered(garbled: str) -> None:
    reading = read_back(garbled, is_name=True)

    assert reading.garbled
    assert reading.restored is None


INFINITE_CAMPUS = """
    school.number student.studentNumber student.stateID student.lastName student.firstName
    student.grade contacts.email sectionSchedule.sectionID courseSection.courseName
    """.split()  # noqa: SIM905  (a list of one a line reads worse)
CAMPUS_MEANT = (
    "schoolId userId userStateId userLastName userFirstName userGrade userEmail classId className"
)
AERIES = ["School Code", "Student ID", "Last Name", "First Name", "Section Number", "Course Title"]
SYNERGY = ["ORGANIZATION_ID", "SIS_NUMBER", "STATE_STUDENT_NUMBER", "COURSE_TITLE"]


@pytest.mark.parametrize(
    ("header", "meant"),
    [
        (INFINITE_CAMPUS, CAMPUS_MEANT),
        (AERIES, "schoolId userId userLastName userFirstName - className"),
        (SYNERGY, "schoolId userId userStateId className"),
    ],
)
def test_headers_of_student_information_systems_are_taken_for_what_they_mean(
    header: list[str], meant: str
) -> None:
    cells = match_headers(header, DEFAULT)

    assert [cell.key or "-" for cell in cells] == meant.split()
    # A table's name before the dot, or another system's word, is no certain meaning.
    assert not any(cell.certain for cell in cells if "." in cell.typed)


@pytest.mark.parametrize(
    "line",
    [
        "Subtotal Science 4B,,,,,,,,,8,,,,,,",
        ",,,,,,,,,,0203 Total,,,,,8",
        ",0203 Count,14,,,,,,,,,,,,,",
        "Total for Dale Elementary,14,,,,,,,,,,,,,,",
        "Generated: 11/3/2026 8:15 AM,,,,,,,,,,,,,,,",
        "School Year: 2026-27",
        "Filter: active students",
    ],
)
def test_a_total_with_a_name_and_a_note_are_one_line_that_is_no_record(line: str) -> None:
    assert codes_of(f"{PERSON}{line}\n{OTHER}") == ["RT015"]


@pytest.mark.parametrize("surname", ["Total", "Count", "Subtotal", "Grand Total"])
def test_somebody_with_an_id_is_a_person_whatever_they_are_called(surname: str) -> None:
    assert codes_of(f"{PERSON}{OTHER.replace('Choi', surname)}") == []


def twice_first_name(rows: str) -> str:
    """The report on a file whose header names the first name where the last one should stand."""
    header = HEADER.replace("userLastName", "userFirstName")
    return " ".join(TextReport(review((header + rows).encode())).render().split())


def test_a_repeated_header_over_other_cells_is_not_to_be_deleted_but_renamed() -> None:
    actual = twice_first_name(PERSON + OTHER)

    assert "userRole,userFirstName,userLastName,userEmail" in actual
    assert "Their cells differ, and userLastName is missing: rename one of them." in actual
    assert "Keep one column" not in actual


def test_a_repeated_header_over_the_same_cells_is_superfluous() -> None:
    actual = twice_first_name(PERSON.replace("Lindgren", "Nora"))

    assert "Keep one column userFirstName and delete the other" in actual
