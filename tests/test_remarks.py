"""Lines that speak of the file, not of a person."""

from __future__ import annotations

import pytest
from making import HEADER, codes, file_of, in_class, places, student, teacher
from repairing import fix_file

from roster_toolkit.ingest import read_upload
from roster_toolkit.model import Remark
from roster_toolkit.profile import load_profile
from roster_toolkit.reviewing.review import review
from roster_toolkit.rosters.download import read_download

PROFILE = load_profile()
ROWS = (in_class(teacher("T1")), *(in_class(student(f"S{i}")) for i in range(7)))
FILE = file_of(ROWS)
AT_END = len(ROWS) + 2


def wide(*cells: str) -> bytes:
    return ",".join([*cells, *[""] * (len(HEADER) - len(cells))]).encode() + b"\n"


@pytest.mark.parametrize(
    "line",
    [
        wide("Total: 8"),
        b"Total students: 8\n",
        wide("", "Grand Total", "8"),
        wide("", "", "", "", "", "", "", "", "Total", "8"),
        wide("Count", "8"),
        b"Record count = 8\n",
        b"8 records\n",
        b"(8 rows affected)\n",
        b"8\n",
        wide("8"),
        wide("", "", "8"),
        b'"Report generated 08/14/2026 by jdoe"\n',
        b"Report generated 08/14/2026, by J. Doe\n",
        b'"*** End of report ***"\n',
        b"-- end of file --\n",
        b"Page 1 of 3\n",
        b"Printed on 08/14/2026\n",
        wide(*HEADER),
        ",".join(HEADER).upper().encode() + b"\n",
        ",".join(reversed(HEADER)).encode() + b"\n",
        ",".join(HEADER).replace("schoolId", "schoo\u200blId").replace("Name", "Nme").encode()
        + b"\n",
        wide("To\u200btal: 8"),
        wide(*("-" * len(name) for name in HEADER)),
        wide("School: 0101 - Hill Elementary"),
        wide("", "Teacher: Farouk"),
        wide("", "", "=COUNTA(C2:C9)"),
        b"TRL,8\n",
        b"----+----+----\n",
        b'"Prepared by: Pat Lindqvist, Data Manager"\n',
        b"Note: students who left are not listed\n",
        b"Legend,T=Teacher,S=Student\n",
        b"\x1a",
        b"School ID,User ID,Role,First Name,Last Name,Email,Grade\n",
        "Total général : 8\n".encode(),
        b"Total general,8\n",
        wide("Gesamt", "", "8"),
        b"Cantidad de alumnos: 8\n",
        "合计,8\n".encode(),
        b"Fin del informe\n",
        wide("Fin du rapport"),
        b"*** End ***\n",
        b"#EOF\n",
        b"Last updated: 08/14/2026 07:02\n",
        b"40 of 40 records shown\n",
        wide("* new this year"),
        wide("", "", "See the office for late enrollments"),
    ],
)
def test_a_line_about_the_file_is_one_finding_and_goes_if_confirmed(line: bytes) -> None:
    data = FILE + line

    result = review(data)

    assert places(result) == [(AT_END, None, "RT015")]
    assert (result.rows.accepted, result.rows.rejected) == (len(ROWS), 1)
    assert result.fixed().data == data
    assert result.fixed(["RT015"]).data == FILE


@pytest.mark.parametrize(
    "hints",
    [
        ["optional", "required", "required", "optional", "optional", "required"],
        ["", "text", "text", "", "", "Student/Teacher/Administrator", "text", "text", "email"],
        ["(optional)", "(required) ID", "(required)", "varchar(20)", "TRUE or FALSE"],
        ["", "«School»", "«ID»", "", "", "Student", "«First»", "«Last»", "«Email»", "«Grade»"],
        ["", "{{School}}", "{{ID}}", "", "", "Student", "<<First>>", "${last}", "%EMAIL%"],
    ],
)
def test_hints_below_the_header_are_no_record(hints: list[str]) -> None:
    header, *rows = FILE.splitlines(keepends=True)

    result = review(b"".join([header, wide(*hints), *rows]))

    assert places(result) == [(2, None, "RT015")]


def test_a_header_below_many_lines_is_never_to_be_deleted() -> None:
    notes = b"".join(b"Line %d of the notes\n" % i for i in range(12))

    assert review(notes + FILE).upload.remarks.is_empty()


def test_several_such_lines_are_one_cause() -> None:
    header, *rows = FILE.splitlines(keepends=True)
    middle = [b"Page 1 of 2\n", header, *rows[:2], header]

    result = review(b"".join([header, *rows[2:], *middle, b"Page 2 of 2\n"]))

    assert codes(result) == ["RT015"] * 4
    assert len(result.causes) == 1


@pytest.mark.parametrize("flag", ["", "FALSE"])
def test_a_header_behind_a_record_without_a_line_end_takes_nobody_away(flag: str) -> None:
    plain = file_of([*ROWS[:3], ROWS[3] | {"primary_teacher": flag}, *ROWS[4:]])
    header, *rows = plain.splitlines(keepends=True)
    data = b"".join([header, *rows[:3], rows[3][:-1] + header, *rows[4:]])

    result = review(data)

    assert places(result) == [(5, None, "RT015")]
    assert result.upload.remarks["kind"].to_list() == [Remark.GLUED]
    assert fix_file(data, profile=PROFILE).fixed.data == data
    assert fix_file(data, profile=PROFILE, confirm=["RT015"]).fixed.data == plain


@pytest.mark.parametrize(
    "person",
    [
        student("S9", userLastName="Total"),
        student("S9", userFirstName="Count", userLastName="Page"),
        student("8", userFirstName="Total", userEmail=""),
        student("S9", userFirstName="Required", userLastName="Text"),
        in_class(student("S9"), className="Total"),
    ],
)
def test_whoever_has_an_address_or_an_id_and_a_name_is_a_person(person: dict[str, str]) -> None:
    assert read_upload(file_of([*ROWS, person]), PROFILE).remarks.is_empty()


def test_a_row_without_an_address_is_not_taken_for_a_remark() -> None:
    rows = [student(f"S{i}", userEmail="", userFirstName="") for i in range(4)]

    assert set(codes(review(file_of(rows)))) == {"RT101"}


def test_a_school_filled_down_beyond_the_last_person_is_no_remark() -> None:
    assert read_upload(FILE + wide("", "0711"), PROFILE).remarks.is_empty()


FILLED_DOWN = [
    {"schoolId": "0711"},
    {"primary_teacher": "FALSE"},
    {"schoolId": "0711", "userRole": "Student", "classGrade": "3", "primary_teacher": "FALSE"},
]


@pytest.mark.parametrize("cells", FILLED_DOWN)
def test_what_is_filled_down_below_the_last_person_is_one_problem(cells: dict[str, str]) -> None:
    """Check boxes and formulas of a sheet go on where its people end."""
    empty = file_of([cells] * 9).split(b"\n", 1)[1]

    result = review(FILE + empty)

    assert set(codes(result)) == {"RT015"}
    assert fix_file(FILE + empty, profile=PROFILE, confirm=["RT015"]).fixed.data == FILE


@pytest.mark.parametrize("below", [student("S9"), in_class({}, "C1"), {"userLastName": "Lee"}])
def test_above_somebody_or_some_class_nothing_is_filled_down(below: dict[str, str]) -> None:
    """A school may stand above its people, as in a report."""
    rows = [*ROWS, *[{"schoolId": "0711"}] * 9, below]

    assert "RT015" not in codes(review(file_of(rows)))


@pytest.mark.parametrize("sign", [";", "\t", "|"])
@pytest.mark.parametrize("address", ["@school.org", ""])
def test_people_with_other_signs_between_their_cells_are_no_remarks(
    sign: str, address: str
) -> None:
    """Two exports were joined; deleting the lines would delete the people."""
    _, *others = file_of(ROWS).splitlines(keepends=True)
    below = b"".join(others).replace(b",", sign.encode()).replace(b"@school.org", address.encode())

    assert read_upload(FILE + below, PROFILE).remarks.is_empty()


@pytest.mark.parametrize(
    "line",
    [
        wide("", "", "", "", "", "", "Maria Jose"),
        wide("", "", "", "", "", "", "Maria Jose", "de la Cruz"),
        wide("", "", "", "", "", "", "", "", "", "", "", "Reading 1 A"),
        wide("remove class"),
        wide("ADD"),
        wide("S1001"),
        wide("DELETE", "", "", "", "", "", "", "", "", "", "1234"),
    ],
)
def test_a_name_a_value_or_an_action_alone_is_no_remark(line: bytes) -> None:
    assert read_upload(FILE + line, PROFILE).remarks.is_empty()


def test_a_removal_needs_no_person() -> None:
    line = wide("REMOVE-CLASS", "0711", "", "", "", "", "", "", "", "", "Total")

    assert read_upload(FILE + line, PROFILE).remarks.is_empty()


def test_keys_of_such_a_line_are_nobodys() -> None:
    download = file_of(ROWS)
    data = FILE + wide("", "Grand Total", "8")

    result = review(data, against=download)

    assert result.impact is not None
    assert [counts for counts in result.impact.totals.values() if counts.get("errors")] == []


# --- two exports in one file ---------------------------------------------------------------------

BELOW = (in_class(student("P1", userFirstName="Bo", userLastName="Ash")), in_class(student("P2")))
SWAPPED = [*HEADER[:6], HEADER[7], HEADER[6], *HEADER[8:]]
FEWER = [name for name in HEADER if name != "userStateId"]


@pytest.mark.parametrize(
    "second",
    [file_of(BELOW, SWAPPED), file_of(BELOW, FEWER), file_of(BELOW, [*HEADER[1:], HEADER[0]])],
    ids=["names swapped", "a column fewer", "action last"],
)
@pytest.mark.parametrize("line_end", [b"\n", b""], ids=["", "glued"])
def test_rows_below_a_second_header_in_another_order_are_read_by_neither(
    second: bytes, line_end: bytes
) -> None:
    data = FILE.removesuffix(b"\n") + line_end + second
    first = AT_END - (not line_end)

    result = review(data)

    assert places(result) == [(row, None, "RT017") for row in range(first, first + 3)]
    assert f"From row {first} on, a second header row has other columns" in str(result)
    assert "row below" not in str(result)
    assert "2 rows below a second header row could not be checked" in " ".join(str(result).split())


OF_A_SYSTEM = {"action": "Action", "schoolId": "School Number", "userId": "Student Number",
               "userStateId": "State Student ID", "userFirstName": "First", "userLastName": "Last",
               "userEmail": "Student Email", "userGrade": "Grade Level", "classId": "Section ID",
               "className": "Course Name", "userRole": "Middle Name"}  # fmt: skip


@pytest.mark.parametrize("role", ["Role", "Middle Name"])
def test_a_second_header_in_another_systems_words_is_one(role: str) -> None:
    """Its names stood the other way round, and everybody below it was accepted under them."""
    words = OF_A_SYSTEM | {"userRole": role}
    names = [words.get(name, name) for name in SWAPPED]
    second = ",".join(names).encode() + file_of(BELOW, SWAPPED)[len(",".join(SWAPPED)) :]

    result = review(FILE + second)

    assert places(result) == [(row, None, "RT017") for row in range(AT_END, AT_END + 3)]


def test_no_fix_deletes_a_header_that_says_what_the_rows_below_it_are() -> None:
    for line_end in (b"\n", b""):
        data = FILE.removesuffix(b"\n") + line_end + file_of(BELOW, SWAPPED)

        assert fix_file(data, profile=PROFILE, confirm=["RT015"]).fixed.data == data


def test_the_action_column_is_not_moved_where_it_has_two_places() -> None:
    header = [HEADER[1], HEADER[0], *HEADER[2:]]
    data = file_of(ROWS, header) + file_of(BELOW, SWAPPED)

    assert fix_file(data, profile=PROFILE).fixed.data == data


def test_nobody_below_a_second_header_in_another_order_counts_in_an_outcome() -> None:
    roster = read_download(FILE, PROFILE)

    alone, both = (review(data, against=roster) for data in (FILE, FILE + file_of(BELOW, SWAPPED)))

    assert both.impact is not None
    assert alone.impact is not None
    assert both.impact.totals == alone.impact.totals


def test_below_a_third_header_in_the_first_order_rows_are_judged_again() -> None:
    third = file_of([student("Q1", userGrade="13")])

    result = review(FILE + file_of(BELOW, SWAPPED) + third)

    assert places(result) == [
        *((AT_END + at, None, "RT017") for at in range(3)),
        (AT_END + 3, None, "RT015"),
        (AT_END + 4, "userGrade", "RT102"),
    ]


def test_a_header_in_another_order_with_nobody_below_it_is_a_line_to_delete() -> None:
    assert places(review(FILE + file_of([], SWAPPED))) == [(AT_END, None, "RT015")]
