"""Cells in quotes behind a space: the space is part of the separator, or nothing is said of it."""

from __future__ import annotations

import csv
import io
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from roster_toolkit import review
from roster_toolkit.ingest import read_upload
from roster_toolkit.profile import load_profile

PROFILE = load_profile()
SPACED = '''\
userId, schoolId, className
"S1", "0102", "Reading, Writing"
"S2", "0102", "say ""x"",  ""y"""
"S3", "", "  Art "
'''


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("delimiter", [",", ";"])
def test_a_space_before_each_quote_is_part_of_the_separator(delimiter: str, end: str) -> None:
    text = re.sub(',(?= ["sc])', delimiter, SPACED).replace("\n", end)

    upload = read_upload(text.encode(), PROFILE)

    assert upload.delimiter == f"{delimiter} "
    assert upload.cells.rows() == [
        ("S1", "0102", "Reading, Writing"),
        ("S2", "0102", 'say "x",  "y"'),
        ("S3", "", "  Art "),
    ]


@given(
    table=st.lists(
        st.lists(st.text('a ,;"\né', max_size=5), min_size=3, max_size=3), min_size=1, max_size=6
    )
)
@example(table=[["", "", '"\n']])
@example(table=[["\n,", "", ""]])
def test_whatever_is_in_quotes_stays(table: list[list[str]]) -> None:
    records = [", ".join('"{}"'.format(cell.replace('"', '""')) for cell in row) for row in table]
    text = "\n".join(["userId, schoolId, className", *records, ""])

    upload = read_upload(text.encode(), PROFILE)

    assert upload.cells.rows() == [tuple(row) for row in table]


@pytest.mark.parametrize(
    "records",
    [
        '"S1","0102","Reading, ""Art"""\n',
        '"S1","0102","Art"\n"S2", "0102","Art"\n',
        "S1, 5' 10\" tall,Art\n",
        '"S1", "0102", "Art" x\n',
        'S1,0102,Art; "II"\n',
    ],
    ids=[
        "within a cell",
        "before one of many",
        "an inch",
        "not closed at its end",
        "behind another delimiter",
    ],
)
def test_any_other_space_before_a_quote_is_read_as_the_csv_module_reads_it(records: str) -> None:
    upload = read_upload(f"userId,schoolId,className\n{records}".encode(), PROFILE)

    assert upload.delimiter == ","
    assert upload.cells.rows() == [
        tuple(cells[:3]) for cells in csv.reader(io.StringIO(records, newline=""))
    ]


def test_it_is_one_problem_which_a_safe_fix_clears() -> None:
    file = (
        b"action,schoolId,userId,userRole,userFirstName,userLastName,userEmail,userGrade,classId,"
        b"className,classGrade,primary_teacher\n"
        b', "0102", "S1", "Student", "Ana", "Lee", "ana@avon.k12.us", "3", "C1", "Art, I", "3", '
        b'""\n'
    )

    result = review(file)

    assert [cause.code for cause in result.causes if cause.severity.rejects] == ["RT007"]
    repair = result.repair()
    assert repair.review.rows.accepted == 1
    assert repair.fixed.data.splitlines()[1] == (
        b',"0102","S1","Student","Ana","Lee","ana@avon.k12.us","3","C1","Art, I","3",""'
    )


def test_a_cell_edited_by_hand_leaves_the_others_as_they_are_meant() -> None:
    file = b'userId,schoolId,className\n"S1", "0102", "Art"\n"S2", "0102", "Art, II"\n'

    edited = review(file).edit(2, "className", "Music")

    assert edited.upload.cells.rows() == [("S1", "0102", "Music"), ("S2", "0102", "Art, II")]
