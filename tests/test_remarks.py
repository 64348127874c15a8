"""Lines that speak of the file, not of a person."""

from __future__ import annotations

import pytest
from making import HEADER, codes, file_of, in_class, places, student, teacher
from repairing import fix_file

from roster_toolkit.ingest import read_upload
from roster_toolkit.model import Remark
from roster_toolkit.profile import load_profile
from roster_toolkit.reviewing.review import review

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


def test_a_removal_needs_no_person() -> None:
    line = wide("REMOVE-CLASS", "0711", "", "", "", "", "", "", "", "", "Total")

    assert read_upload(FILE + line, PROFILE).remarks.is_empty()


def test_keys_of_such_a_line_are_nobodys() -> None:
    download = file_of(ROWS)
    data = FILE + wide("", "Grand Total", "8")

    result = review(data, against=download)

    assert result.impact is not None
    assert [counts for counts in result.impact.totals.values() if counts.get("errors")] == []
