"""Cells that are edited by hand: what the copy holds, what is undone, and what cannot be edited."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter
from making import HEADER, Row, file_of, student, teacher

import roster_toolkit as rt
from roster_toolkit.errors import UsageError

ROWS: list[Row] = [
    student("S1", userRole="student"),
    student("S2", userGrade="third"),
    {},
    teacher("T1", userLastName="O, Brien"),
]
FILE = file_of(ROWS)


def cells(result: rt.Review) -> list[tuple[str, ...]]:
    return result.upload.cells.rows()


def copy_of(result: rt.Review) -> bytes:
    assert isinstance(result.source, bytes)
    return result.source


# --- one edit ------------------------------------------------------------------------------------


def test_an_edit_changes_one_cell_and_no_other_byte_of_the_file() -> None:
    edited = rt.review(FILE).edit(2, "userRole", "Student")

    assert copy_of(edited) == FILE.replace(b",student,", b",Student,")


def test_the_review_of_an_edited_copy_is_that_of_its_bytes() -> None:
    edited = rt.review(FILE).edit(2, "userRole", "Student").edit(3, "userGrade", "3")

    assert edited.json() == rt.review(copy_of(edited)).json()
    assert edited.json(findings=True) == rt.review(copy_of(edited)).json(findings=True)


def test_it_is_that_of_its_bytes_beside_a_roster_as_well() -> None:
    against = rt.review(FILE, against=file_of([student("S1"), student("S9")])).against
    edited = rt.review(FILE, against=against).edit(3, "userId", "S9")

    assert edited.json(findings=True) == rt.review(copy_of(edited), against=against).json(
        findings=True
    )


def test_blank_text_clears_a_cell() -> None:
    assert rt.review(FILE).edit(3, "userGrade", "").row(3).cells["cell"][9] == ""


def test_the_edits_so_far_say_what_each_cell_was() -> None:
    edited = rt.review(FILE).edit(3, "userGrade", "4").edit(2, "userRole", "Student")
    again = edited.edit(3, "userGrade", "3")

    assert edited.edits.rows() == [
        (3, "userGrade", "third", "4"),
        (2, "userRole", "student", "Student"),
    ]
    assert again.edits.filter(column="userGrade").rows() == [(3, "userGrade", "third", "3")]


def test_a_cell_that_is_as_it_came_is_no_edit() -> None:
    result = rt.review(FILE)

    assert result.edit(2, "userRole", "student").edits.is_empty()
    assert result.edit(2, "userRole", "Teacher").edit(2, "userRole", "student").source == FILE


def test_the_file_itself_is_never_written(tmp_path: Path) -> None:
    path = tmp_path / "users.csv"
    path.write_bytes(FILE)

    rt.review(path).edit(2, "userRole", "Student")

    assert path.read_bytes() == FILE


# --- undoing -------------------------------------------------------------------------------------


def test_one_edit_is_undone_and_the_others_stay() -> None:
    edited = rt.review(FILE).edit(2, "userRole", "Student").edit(3, "userGrade", "3")

    assert copy_of(edited.undo(2, "userRole")) == FILE.replace(b",third,", b",3,")


def test_without_any_edit_it_is_the_file_as_it_came() -> None:
    result = rt.review(FILE)
    edited = result.edit(2, "userRole", "Student").edit(3, "userGrade", "3")

    assert edited.original is result
    assert edited.undo(2, "userRole").undo(3, "userGrade").source == FILE


def test_what_was_not_edited_cannot_be_undone() -> None:
    with pytest.raises(UsageError, match=r"^userRole in row 2 was not edited\.$"):
        rt.review(FILE).undo(2, "userRole")


def test_a_cell_is_undone_by_every_name_that_it_was_edited_by() -> None:
    data = file_of([student("S1")]).replace(b"userGrade", b" usergrade ")
    edited = rt.review(data).edit(2, "userGrade", "4")

    for name in ("userGrade", "usergrade", " usergrade "):
        assert edited.undo(2, name).edits.is_empty()
    with pytest.raises(UsageError, match="was not edited"):
        edited.undo("2", "userGrade")  # type: ignore[arg-type]


def test_an_empty_list_makes_no_edit() -> None:
    review = rt.review(file_of([student("S1")]))

    assert review.edited(rt.read_edits(b"row,column,before,value\n")).edits.is_empty()


@pytest.mark.parametrize("row", [2**63, 2**70])
def test_a_row_beyond_all_numbers_is_in_no_file(row: int) -> None:
    with pytest.raises(UsageError, match=r"has no row|whole numbers"):
        rt.review(file_of([student("S1")])).edit(row, "userGrade", "4")


def test_digits_of_another_script_are_no_row() -> None:
    with pytest.raises(UsageError, match="names no row in line 2"):
        rt.read_edits("row,column,before,value\n٢,userGrade,3,4\n".encode())


# --- a list of edits -----------------------------------------------------------------------------


def test_a_list_of_edits_is_a_file() -> None:
    edits = b"row,column,before,value\n2,userRole,student,Student\n3,userGrade,third,3\n"

    edited = rt.review(FILE).edited(edits)

    assert copy_of(edited) == FILE.replace(b"student,", b"Student,").replace(b",third,", b",3,")
    assert edited.edits_csv() == edits


def test_where_the_cell_is_another_one_by_now_nothing_is_written() -> None:
    edits = b"row,column,before,value\n2,userRole,pupil,Student\n3,userGrade,third,3\n"

    edited = rt.review(FILE).edited(edits)

    assert edited.edits.rows() == [(3, "userGrade", "third", "3")]
    assert edited.edits_left is not None
    assert edited.edits_left.rows() == [(2, "userRole", "pupil", "Student")]


def test_what_was_before_is_compared_with_the_edits_made_by_now() -> None:
    edited = rt.review(FILE).edit(3, "userGrade", "4")

    again = edited.edited(b"row,column,before,value\n3,userGrade,4,3\n")

    assert again.edits.rows() == [(3, "userGrade", "third", "3")]


def test_a_frame_need_not_say_what_was_before() -> None:
    frame = pl.DataFrame({"row": [2], "column": ["userRole"], "value": ["Student"]})

    assert rt.review(FILE).edited(frame).edits.rows() == [(2, "userRole", "student", "Student")]


def test_the_log_of_a_fix_is_a_list_of_edits() -> None:
    data = file_of([*ROWS, *ROWS[:1]]).replace(b"userRole", b"UserRole", 1)
    repair = rt.review(data).repair()

    edited = rt.review(data).edited(repair.log_csv())

    made = repair.fixed.log.filter(pl.col("row").is_not_null(), pl.col("column").is_not_null())
    assert edited.edits.height == made.height > 0


@pytest.mark.parametrize(
    "edits",
    [
        b"\xef\xbb\xbfrow;column;before;value\r\n2;userId;S1;0012\r\n;;;\r\n",
        "row\tcolumn\tbefore\tvalue\n2\tuserId\tS1\t0012\n".encode("utf-16"),
        b"Row, Column ,before,value\r2,userId,S1,0012\r",
        b"row,column,before,value,note\n2,userId,S1,0012,checked\n",
        b"row,column,code,before,after\n,action,RT012,,\n4,,RT014,x,\n2,userId,RT406,S1,0012\n",
    ],
)
def test_a_list_is_read_as_it_comes_from_a_spreadsheet(edits: bytes) -> None:
    assert rt.read_edits(edits).rows() == [(2, "userId", "S1", "0012")]


def test_a_list_is_safe_from_formulas_and_brings_every_cell_back() -> None:
    edited = rt.review(FILE).edit(2, "userLastName", "=1+1").edit(3, "userLastName", "'=a")

    written = edited.edits_csv()

    assert b",=1" not in written
    assert rt.read_edits(written).rows() == edited.edits.rows()


@pytest.mark.parametrize(
    ("edits", "sentence"),
    [
        (b"row,column,value\n2,userRole,x\n", "and has no before."),
        (b"row,column,before,value\nB2,userRole,x,y\n", "names no row in line 2: a row is a whole"),
        (b"", "it is no table of the columns row, column, before and value."),
        (b"\x00\x01\x02", "is not text."),
        (b"row,column,before,value\n2,userRole,x,y,z\n", "it is no table of the columns"),
    ],
)
def test_what_is_no_list_of_edits_is_answered_with_a_sentence(edits: bytes, sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence.replace(".", r"\.")):
        rt.read_edits(edits)


# --- what cannot be edited -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        ((1, "userRole", "x"), "Row 1 of users.csv is its header; edit the rows below it."),
        ((0, "userRole", "x"), "users.csv has no row 0: its rows go from 2 to 5."),
        ((6, "userRole", "x"), "users.csv has no row 6: its rows go from 2 to 5."),
        ((4, "userRole", "x"), "Row 4 of users.csv is blank: there is no cell to edit."),
        ((2, "userrole", "x"), "users.csv has no column userrole; did you mean userRole?"),
        ((2, "", "x"), "users.csv has no column (no name)."),
        ((2, "userRole", "a\nb"), "The new value of userRole in row 2 holds a line break, which "),
        ((2, "userRole", "a\rb"), "The new value of userRole in row 2 holds a line break, which "),
        ((2, "userRole", "a\0b"), "The new value of userRole in row 2 holds a NUL character, "),
        ((2, "userRole", "\ud800"), "That is no cell and no text for it."),
        ((2, "userRole", 3), "The new value of a cell is text: '3', not 3."),
    ],
)
def test_what_cannot_be_edited_is_a_sentence(edit: tuple[int, str, str], sentence: str) -> None:
    with pytest.raises(UsageError) as caught:
        rt.review(FILE).edit(*edit)

    assert str(caught.value).startswith(sentence)


def test_a_column_that_stands_twice_cannot_be_edited() -> None:
    data = file_of(ROWS, [*HEADER, "userRole"])

    with pytest.raises(UsageError, match="has the column userRole more than once"):
        rt.review(data).edit(2, "userRole", "Student")


def test_a_cell_that_stands_twice_in_a_list_is_not_edited() -> None:
    edits = b"row,column,before,value\n2,userRole,student,Student\n2,userRole,student,Teacher\n"

    with pytest.raises(UsageError, match=r"^userRole in row 2 stands in the list .* than once\.$"):
        rt.review(FILE).edited(edits)


def test_a_list_with_one_cell_that_is_nowhere_is_not_made_at_all() -> None:
    result = rt.review(FILE)

    with pytest.raises(UsageError, match="no row 99"):
        result.edited(b"row,column,before,value\n2,userRole,student,Student\n99,userRole,,x\n")


def test_no_sentence_says_what_a_cell_holds() -> None:
    with pytest.raises(UsageError) as caught:
        rt.review(FILE).edit(2, "userLastName", "Secret\nname")

    assert "Secret" not in str(caught.value)


def test_a_file_without_a_table_cannot_be_edited() -> None:
    with pytest.raises(rt.ToolkitError, match=r"users\.csv is an empty file"):
        rt.review(b"").edit(2, "userRole", "x")


def test_a_file_that_has_changed_on_disk_is_not_edited(tmp_path: Path) -> None:
    path = tmp_path / "users.csv"
    path.write_bytes(FILE)
    result = rt.review(path)
    path.write_bytes(FILE + FILE)

    with pytest.raises(UsageError, match="has changed since it was checked"):
        result.edit(2, "userRole", "Student")


def test_edits_that_would_make_a_row_the_header_are_not_made() -> None:
    columns = [f"c{place}" for place in range(len(HEADER))]
    data = file_of([dict.fromkeys(columns, "x")] * 2, columns)
    names = pl.DataFrame({"row": 2, "column": columns, "value": HEADER})

    with pytest.raises(UsageError, match="would be read as another table"):
        rt.review(data).edited(names)


# --- how files come ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "encoding", ["utf-8-sig", "utf-16", "utf-16-be", "utf-16-le", "cp1252", "mac_roman", "cp850"]
)
def test_an_edited_copy_is_in_the_encoding_of_the_file(encoding: str) -> None:
    rows = [student("S1", userRole="student", userLastName="Núñez"), student("S2")]
    text = file_of(rows).decode()

    edited = rt.review(text.encode(encoding)).edit(2, "userRole", "Student")

    assert copy_of(edited) == text.replace("student,", "Student,").encode(encoding)


def test_what_the_encoding_has_no_letter_for_makes_the_copy_unicode() -> None:
    text = file_of([student("S1", userLastName="Núñez"), student("S2")]).decode()

    edited = rt.review(text.encode("cp1252")).edit(3, "userLastName", "Nguyễn")

    assert copy_of(edited).decode() == text.replace("Ana,Lee", "Ana,Nguyễn")
    assert edited.fixed().log.select("before", "after").rows() == [
        ("windows-1252", "utf-8"), ("Lee", "Nguyễn"),
    ]  # fmt: skip


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_an_edited_copy_keeps_the_delimiter(delimiter: str) -> None:
    data = FILE.replace(b'"O, Brien"', b"OBrien").replace(b",", delimiter.encode())

    edited = rt.review(data).edit(2, "userLastName", f"a{delimiter}b, c")

    assert copy_of(edited) == data.replace(b"Lee", f'"a{delimiter}b, c"'.encode(), 1)


def test_lines_above_the_header_stay_and_rows_keep_their_numbers() -> None:
    data = b"Export of August\n\n" + FILE

    edited = rt.review(data).edit(4, "userRole", "Student")

    assert copy_of(edited) == data.replace(b"student", b"Student")
    assert edited.edits["row"].to_list() == [4]
    with pytest.raises(UsageError, match=r"^Row 1 of users\.csv stands above its header\.$"):
        edited.edit(1, "userRole", "x")


@pytest.mark.parametrize(
    ("before", "value", "after"),
    [
        (b"Lee", "O, Brien", b'"O, Brien"'),
        (b"Lee", 'the "third"', b'"the ""third"""'),
        (b'"Lee"', "Diaz", b'"Diaz"'),
        (b'"Lee, Jr"', "Lee", b'"Lee"'),
        (b"Lee", " Lee ", b" Lee "),
    ],
)
def test_a_cell_is_quoted_where_it_must_be_or_was(before: bytes, value: str, after: bytes) -> None:
    data = FILE.replace(b"Lee", before, 1)

    assert copy_of(rt.review(data).edit(2, "userLastName", value)) == data.replace(before, after, 1)


def test_other_records_keep_line_breaks_quotes_and_line_ends() -> None:
    data = FILE.replace(b"O, Brien", b"O'\nBrien").replace(b"\n", b"\r\n") + b"\r\n\r\n"

    edited = rt.review(data).edit(2, "userRole", "Student").edit(5, "userFirstName", "Bo")

    assert copy_of(edited) == data.replace(b"student", b"Student").replace(b'Ana,"O', b'Bo,"O')


def test_a_cell_that_a_short_row_lacks_is_added_with_those_before_it() -> None:
    data = FILE + b",0711,S3,,,Student\n"

    edited = rt.review(data).edit(6, "userEmail", "cy@school.org")

    assert copy_of(edited) == data.replace(b",Student\n", b",Student,,,cy@school.org\n")
    assert edited.edits.rows() == [(6, "userEmail", "", "cy@school.org")]


def test_a_row_with_too_many_cells_keeps_those_beyond_the_header() -> None:
    long = b",0711,S3,,,student,Ana,Lee,s3@school.org,3,,,,,,,x,y\n"

    edited = rt.review(FILE + long).edit(6, "userRole", "Student")

    assert copy_of(edited) == FILE + long.replace(b"student,", b"Student,")


def test_a_header_is_known_as_it_stands_in_the_file_and_by_its_right_name() -> None:
    data = FILE.replace(b"userRole", b" UserRole ", 1)
    result = rt.review(data)

    for name in (" UserRole ", "UserRole", "userRole"):
        edited = result.edit(2, name, "Student")
        assert copy_of(edited) == data.replace(b",student", b",Student")
        assert edited.edits["column"].to_list() == [" UserRole "]


def test_a_workbook_becomes_a_csv_that_has_the_edit() -> None:
    book = io.BytesIO()
    with xlsxwriter.Workbook(book, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet()
        for at, record in enumerate(csv.reader(io.StringIO(FILE.decode()))):
            sheet.write_row(at, 0, record)
    result = rt.review(book.getvalue(), name="users.xlsx")

    edited = result.edit(2, "userRole", "Student")

    assert edited.upload.name == "users.csv"
    assert (
        cells(edited)
        == [tuple(record) for record in csv.reader(io.StringIO(copy_of(edited).decode()))][1:]
    )
    assert (cells(edited)[0][5], cells(edited)[1:]) == ("Student", cells(result)[1:])
    assert edited.original is result
    assert edited.fixed().log["before"].to_list()[0] == "an Excel workbook (.xlsx)"


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_our_error_file_is_edited_like_the_file_that_it_was_made_of(form: str) -> None:
    data = FILE.replace(b"userRole", b"UserRole", 1) + b",0711\n"
    made_of = rt.review(data)
    errors = made_of.errors_csv() if form == "csv" else made_of.errors_xlsx()
    result = rt.review(errors, name=f"users-errors.{form}")
    assert result.upload.is_error_file

    edited = result.edit(2, "userLastName", "=Lee").edit(3, "userLastName", "(no cell)")

    assert edited.upload.is_error_file
    assert edited.upload.cells["userLastName"].to_list()[:2] == ["=Lee", "(no cell)"]
    expected = made_of.edit(2, "userLastName", "=Lee").edit(3, "userLastName", "(no cell)")
    assert cells(edited) == cells(expected)
    assert edited.upload.ragged.rows() == made_of.upload.ragged.rows()
    assert edited.fixed().data.decode().splitlines()[1].startswith(",0711,S1,,,Student,Ana,=Lee,")


# --- edits and repairs ---------------------------------------------------------------------------


def test_edits_and_repairs_are_in_one_copy_and_one_log() -> None:
    data = file_of([student("S1", userRole="student"), student("S2", userGrade="03")])

    fixed = rt.review(data).edit(2, "userRole", "Teacher").edit(2, "userGrade", "").fixed()

    assert fixed.log.rows() == [
        (2, "userRole", "edit", "student", "Teacher"),
        (2, "userGrade", "edit", "3", ""),
        (3, "userGrade", "RT102", "03", "3"),
    ]
    assert fixed.data == file_of([student("S1", userRole="Teacher", userGrade=""), student("S2")])


def test_an_edit_wins_over_a_repair_of_its_cell() -> None:
    result = rt.review(file_of([student("S1", userRole="student")]))

    edited = result.edit(2, "userRole", "teacher")

    assert edited.repairs.is_empty()
    assert edited.fixed().log.rows() == [(2, "userRole", "edit", "student", "teacher")]
    assert edited.fixed().not_made.is_empty()
    assert edited.repair().review.rows == edited.rows


def test_an_edit_wins_over_a_repair_that_was_confirmed() -> None:
    edited = rt.review(file_of([student("S1")])).edit(2, "userEmail", "s1@@school.org")

    assert b"s1@@school.org" in edited.repair("RT103").fixed.data


def test_an_edit_stands_where_headers_are_mended_and_columns_move() -> None:
    rows = [student("S1", userRole="student"), student("S2", userRole="student")]
    header = [*HEADER[1:], HEADER[0], ""]
    data = file_of(rows, header).replace(b"userRole", b"role", 1)

    fixed = rt.review(data).edit(3, "role", "teacher").fixed(["RT004"])

    assert fixed.log.filter(pl.col("row").is_not_null()).rows() == [
        (2, "userRole", "RT102", "student", "Student"),
        (3, "userRole", "edit", "student", "teacher"),
    ]
    lines = list(csv.DictReader(io.StringIO(fixed.data.decode())))
    assert [line["userRole"] for line in lines] == ["Student", "teacher"]


def test_an_edit_in_a_column_that_would_go_without_it_keeps_the_column() -> None:
    data = file_of(ROWS, [*HEADER, "notes"])

    assert b"notes" not in rt.review(data).fixed(["RT004"]).data
    assert b",ask\n" in rt.review(data).edit(2, "notes", "ask").fixed(["RT004"]).data


def test_a_row_that_an_edit_makes_a_repeat_is_dropped_and_the_log_says_both() -> None:
    person = student("S1", classId="C1", className="Math", classGrade="3")
    data = file_of([person, person | {"userLastName": "Li"}])

    fixed = rt.review(data).edit(3, "userLastName", "Lee").fixed()

    assert [line[:3] for line in fixed.log.rows()] == [
        (3, "userLastName", "edit"), (3, None, "RT301"),
    ]  # fmt: skip
    assert fixed.data == file_of([person])
