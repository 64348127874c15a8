"""Quotes that are not those of a CSV file, read as they are meant, and one that closes too late."""
# ruff: noqa: RUF001  (marks that are taken for other marks are the subject)

from __future__ import annotations

import csv
import io

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import file_of, in_class, places, student, teacher
from repairing import fix_file

from roster_toolkit import review
from roster_toolkit.ingest import read_upload
from roster_toolkit.profile import load_profile

PROFILE = load_profile()
ROWS = (
    in_class(teacher("T1")),
    in_class(student("S1"), userFirstName="'Ohana", userLastName="Lee, Jr."),
    in_class(student("S2"), userFirstName="D'Arcy", userLastName="O’Brien"),
    in_class(student("S3"), userFirstName='Bo "Jo"'),
)
FILE = file_of(ROWS)
TABLE = list(csv.reader(io.StringIO(FILE.decode(), newline="")))


def cells_of(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode(), newline="")))


def in_marks(
    opening: str, closing: str, *, between: str = ",", table: list[list[str]] = TABLE
) -> bytes:
    lines = [between.join(f"{opening}{cell}{closing}" for cell in row) for row in table]
    return "\n".join([*lines, ""]).encode()


@pytest.mark.parametrize("between", [",", ", "])
@pytest.mark.parametrize("marks", ["''", "“”", "„“", "””", "‘’", "«»", "``"])
def test_cells_in_other_quotes_are_one_problem_and_a_safe_fix_takes_them_off(
    marks: str, between: str
) -> None:
    data = in_marks(*marks, between=between)

    assert places(review(data)) == [(None, None, "RT018")]
    fixed = fix_file(data, profile=PROFILE).fixed.data
    assert cells_of(fixed) == TABLE
    assert places(review(fixed)) == []


@pytest.mark.parametrize("mark", ["'", '""'])
def test_other_quotes_within_quotation_marks_are_the_same_problem(mark: str) -> None:
    table = [[cell.replace('"', '""') for cell in row] for row in TABLE]
    data = in_marks(f'"{mark}', f'{mark}"', table=table)

    assert places(review(data)) == [(None, None, "RT018")]
    assert cells_of(fix_file(data, profile=PROFILE).fixed.data) == TABLE


def test_a_blank_cell_or_a_number_may_be_in_no_quotes() -> None:
    lines = [",".join(c if c in ("", "3") else f"'{c}'" for c in row) for row in TABLE]
    data = "\n".join(lines).encode()

    assert places(review(data)) == [(None, None, "RT018")]
    assert cells_of(fix_file(data, profile=PROFILE).fixed.data) == TABLE


def test_a_header_without_quotes_may_stand_above_cells_in_quotes() -> None:
    header, *_ = FILE.splitlines(keepends=True)
    data = header + in_marks("'", "'", table=TABLE[1:])

    assert places(review(data)) == [(None, None, "RT018")]
    assert cells_of(fix_file(data, profile=PROFILE).fixed.data) == TABLE


def test_semicolons_between_cells_in_single_quotes_are_said_too() -> None:
    data = in_marks("'", "'", between=";")

    assert places(review(data)) == [(None, None, "RT007"), (None, None, "RT018")]
    assert cells_of(fix_file(data, profile=PROFILE).fixed.data) == TABLE


def test_a_single_quote_within_a_cell_may_be_doubled_as_in_sql() -> None:
    table = [[cell.replace("'", "''") for cell in row] for row in TABLE]

    assert cells_of(fix_file(in_marks("'", "'", table=table), profile=PROFILE).fixed.data) == TABLE


@pytest.mark.parametrize("name", ["'Ohana", "O’Brien", "'Ana'", "“Bo”", "«Cy»", "D''Arcy"])
def test_quotes_of_a_name_are_its_own(name: str) -> None:
    data = file_of([*ROWS, in_class(student("S9"), userFirstName=name)])

    assert "RT018" not in [code for *_, code in places(review(data))]
    assert read_upload(data, PROFILE).cells["userFirstName"][-1] == name


def test_a_column_in_which_excel_marked_text_with_an_apostrophe_is_no_file_in_quotes() -> None:
    data = file_of([{"schoolId": f"'{row['schoolId']}", **row} for row in ROWS])

    assert not read_upload(data, PROFILE).other_quotes


def escaped() -> bytes:
    """Every cell in quotes, with a backslash before each that is within one."""
    lines = [",".join('"{}"'.format(c.replace('"', '\\"')) for c in row) for row in TABLE]
    return "\n".join([*lines, ""]).encode()


def test_quotes_behind_a_backslash_are_one_problem_of_their_rows_and_are_doubled() -> None:
    data = escaped()

    result = review(data)

    assert places(result) == [(5, None, "RT019")]
    assert result.rows.rejected == 1
    assert result.upload.cells["userFirstName"][-1] == 'Bo "Jo"'
    fixed = fix_file(data, profile=PROFILE).fixed.data
    assert fixed == data.replace(b'\\"', b'""')
    assert places(review(fixed)) == []


def test_a_row_whose_quotes_are_doubled_is_not_blamed_beside_one_with_backslashes() -> None:
    again = in_class(student("S4"), userFirstName='Al "Bo"')
    data = file_of([*ROWS, again]).replace(b'"Bo ""Jo"""', rb'"Bo \"Jo\""')

    assert places(review(data)) == [(5, None, "RT019")]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (r'"\"Bo\" Jo"', '"Bo" Jo'),
        (r'"Bo \"Jo, Al\" Cy"', 'Bo "Jo, Al" Cy'),
        (r'"Bo 6\""', 'Bo 6"'),
        (r'"Bo \"Jo\" \\"', 'Bo "Jo" \\\\'),
        ('"Bo "Jo""', 'Bo "Jo"'),
        ('""Bo" Jo"', '"Bo" Jo'),
        ('"Bo "Jo" Al"', 'Bo "Jo" Al'),
        ('"Bo "Jo, Al" Cy"', 'Bo "Jo, Al" Cy'),
        ('"Bo 6""', 'Bo 6"'),
        ('"Bo 6" tall"', 'Bo 6" tall'),
        ('"Bo ""Jo"" "Al" Cy"', 'Bo "Jo" "Al" Cy'),
    ],
)
def test_quotes_within_a_cell_that_are_not_doubled_are_read_as_they_are_meant_and_doubled(
    typed: str, meant: str
) -> None:
    data = FILE.replace(b'"Bo ""Jo"""', typed.encode())

    assert places(review(data)) == [(5, None, "RT019")]
    assert read_upload(data, PROFILE).cells["userFirstName"][-1] == meant
    fixed = fix_file(data, profile=PROFILE).fixed.data
    assert places(review(fixed)) == []
    assert read_upload(fixed, PROFILE).cells["userFirstName"][-1] == meant


@pytest.mark.parametrize(
    "cell",
    [
        'Bo 6" tall',
        'Bo "Jo"',
        '"Bo ""Jo"""',
        '"Bo "", Jo"',
        '"Bo, "Jo',
        '"Bo" Jo',
        '"Bo ,"Jo", Al"',
    ],
)
def test_a_cell_is_read_as_it_stands_where_its_quotes_may_mean_something_else(cell: str) -> None:
    data = FILE.replace(b'"Bo ""Jo"""', cell.encode())

    assert "RT019" not in [code for *_, code in places(review(data))]


def test_a_line_within_a_cell_is_no_row_however_it_looks() -> None:
    inside = '"Bo "Jo" Al",2\n'
    text = f'userId,schoolId\n"x\n{inside}\n"y"z",3\n'.encode()

    assert read_upload(text, PROFILE).undoubled.is_empty()


@given(
    table=st.lists(
        st.lists(st.text('aé ",', max_size=5), min_size=3, max_size=3), min_size=1, max_size=5
    )
)
def test_a_sound_file_has_no_quotes_to_double(table: list[list[str]]) -> None:
    file = io.StringIO(newline="")
    csv.writer(file, quoting=csv.QUOTE_ALL).writerows([["userId", "schoolId", "userRole"], *table])

    upload = read_upload(file.getvalue().encode(), PROFILE)

    assert upload.undoubled.is_empty()


@pytest.mark.parametrize("cell", [r'"C:\"', r'"\\"', r'"Bo \ Jo"', r"O\'Brien"])
def test_a_backslash_that_a_csv_reader_understands_stays(cell: str) -> None:
    data = FILE.replace(b'"Bo ""Jo"""', cell.encode())

    assert "RT019" not in [code for *_, code in places(review(data))]
    assert read_upload(data, PROFILE).cells["userFirstName"][-1] == cell.strip('"')


def test_a_cell_edited_by_hand_leaves_the_others_as_they_are_meant() -> None:
    edited = review(in_marks("'", "'")).edit(3, "userGrade", "4")

    names = [cell for row in ROWS for key, cell in row.items() if key == "userFirstName"]
    assert edited.upload.cells["userFirstName"].to_list() == names


@given(
    table=st.lists(
        st.lists(st.text("aé ;O’", max_size=4), min_size=3, max_size=3), min_size=1, max_size=5
    )
)
def test_whatever_is_in_single_quotes_stays(table: list[list[str]]) -> None:
    header = ["userId", "schoolId", "className"]

    upload = read_upload(in_marks("'", "'", table=[header, *table]), PROFILE)

    assert upload.cells.rows() == [tuple(row) for row in table]


# --- a quotation mark that closes too late -------------------------------------------------------


def test_a_row_of_several_lines_says_which_ones_a_quotation_mark_swallowed() -> None:
    rows = [student(f"S{n}", userFirstName=f"Ana {n}") for n in range(6)]
    file = file_of(rows).replace(b"Ana 1", b'"Ana 1').replace(b"Lee,s3@", b'"Lee",s3@')

    result = review(file)

    assert places(result) == [(3, None, "RT008")]
    (cause,) = result.causes
    assert result.told(cause).title == (
        "The row takes lines 3 to 5: a quotation mark probably swallowed rows"
    )
    assert "could not be checked" in result.sentence


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_the_lines_are_those_of_a_text_editor_below_other_rows_of_several_lines(
    end: bytes,
) -> None:
    rows = [student(f"S{n}", userFirstName=f"Ana {n}") for n in range(6)]
    file = file_of(rows).replace(b"Ana 0", b'"Ana\n0"')
    file = b"Title\n" + file.replace(b"Ana 1", b'"Ana 1').replace(b"Lee,s3@", b'"Lee",s3@')

    result = review(file.replace(b"\n", end))

    values = result.validation.findings.filter(pl.col("row") == 4)["value"]
    assert values.to_list() == ["lines 5 to 7"]


def test_a_row_without_a_cell_that_has_a_value_of_two_lines_has_swallowed_nothing() -> None:
    file = file_of([student("S1", userFirstName="Ana,\nMaria")]).replace(b",3,", b",")

    assert places(review(file)) == [(2, None, "RT008")]
