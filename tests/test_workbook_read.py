"""An .xlsx sent instead of a CSV: rejected like at the portal, and its rows judged all the same."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from making import HEADER, Row, file_of, student

from roster_toolkit.cli.app import main
from roster_toolkit.ingest import read_upload, workbook_size
from roster_toolkit.model import Obstacle, Upload
from roster_toolkit.profile import load_profile
from roster_toolkit.report.text import TextReport
from roster_toolkit.reviewing.review import Verdict, review

PROFILE = load_profile()


def book(*sheets: tuple[str, Sequence[Sequence[object]]]) -> bytes:
    """A workbook of sheets, each a name and its rows; None is no cell."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as made:
        date = made.add_format({"num_format": "m/d/yyyy"})
        for name, rows in sheets:
            sheet = made.add_worksheet(name)
            for r, row in enumerate(rows):
                for c, value in enumerate(row):
                    if isinstance(value, dt.date | dt.time):
                        sheet.write_datetime(r, c, value, date)
                    elif value is not None:
                        sheet.write(r, c, value)
    return target.getvalue()


def book_of(*people: Row, header: Sequence[str] = HEADER) -> bytes:
    rows = [[row.get(name, "") for name in HEADER] for row in people]
    return book(("Sheet1", [header, *rows]))


def read(data: bytes) -> Upload:
    return read_upload(data, PROFILE)


def test_the_file_is_rejected_and_its_rows_are_judged() -> None:
    result = review(book_of(student(), student("S2", userGrade="Grade 3")))

    assert result.verdict is Verdict.REJECTED
    assert result.upload.obstacle is Obstacle.WORKBOOK
    assert result.upload.obstacle_detail == "an Excel workbook (.xlsx)"
    assert (result.rows.accepted, result.rows.rejected) == (0, 2)
    assert result.by_rule == {"RT001": 1, "RT102": 1}
    assert result.findings.filter(code="RT102")["row"].to_list() == [3]


def test_rows_read_as_they_do_from_a_csv() -> None:
    people = [student(), student("S2", userFirstName="Zoë", userLastName='O"Brien, Jr.\nIII')]

    from_book, from_csv = read(book_of(*people)), read(file_of(people))

    assert from_book.cells.rows() == from_csv.cells.rows()
    assert from_book.header == from_csv.header
    assert from_book.size != from_csv.size


def test_numbers_dates_and_truth_come_as_a_spreadsheet_would_save_them() -> None:
    values = [711, 1.5, 12345678901, True, dt.date(2026, 3, 5), dt.time(10, 30), "0042", None]
    rows = [["schoolId", "userId", "userEmail"], *([value, "x", "y"] for value in values)]

    cells = read(book(("a", rows))).cells["schoolId"].to_list()

    assert cells == ["711", "1.5", "12345678901", "TRUE", "2026-03-05", "10:30:00", "0042", ""]


def test_row_numbers_are_those_of_the_sheet() -> None:
    rows = [[], [], [None, *HEADER], [], [None, *(student().get(n, "") for n in HEADER)], []]

    upload = read(book(("a", rows)))

    assert upload.first_row == 4
    assert upload.blank.to_list() == [0]
    assert upload.cells["userId"].to_list() == ["", "S1"]


def test_the_first_sheet_with_our_headers_counts() -> None:
    notes = ("notes", [["read me"], ["first"]])
    mine = ("users", [HEADER, [student().get(name, "") for name in HEADER]])
    other = ("later", [HEADER, [student("S9").get(name, "") for name in HEADER]])

    assert read(book(notes, mine, other)).cells["userId"].to_list() == ["S1"]


def test_the_report_warns_that_saving_as_csv_drops_zeros() -> None:
    actual = TextReport(review(book_of(student()))).render()

    assert "Excel drops leading zeros when it saves a CSV" in actual.replace("\n", " ")


def test_a_missing_header_is_told_beside() -> None:
    data = book_of(student(), header=[n.replace("userEmail", "E-mail of user") for n in HEADER])

    assert {"RT001", "RT003", "RT004"} <= set(review(data).by_rule)


@pytest.mark.parametrize(
    "data",
    [
        book(("a", [["name", "age"], ["Ann", 3]])),
        book(("a", [])),
        book(("a", [["userId", "userEmail"], ["1", "2"]])),
        (Path(__file__).parent.parent / "data" / "samples" / "not-a-csv.xlsx").read_bytes(),
    ],
)
def test_a_workbook_without_our_headers_is_one_sentence(data: bytes) -> None:
    result = review(data)

    assert result.upload.obstacle is Obstacle.WORKBOOK
    assert result.upload.header == ()
    assert result.by_rule == {"RT001": 1}


def test_a_workbook_that_unpacks_to_too_much_is_not_unpacked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(workbook_size, "_MOST_UNPACKED", 1000)

    assert read(book_of(student())).header == ()


SOUND = book_of(student(), student("S2"))


@settings(max_examples=60)
@given(st.integers(0, len(SOUND) - 1), st.binary(max_size=40), st.booleans())
def test_no_damage_makes_it_fail(place: int, junk: bytes, cut: bool) -> None:  # noqa: FBT001
    data = SOUND[:place] + junk + (b"" if cut else SOUND[place + len(junk) :])

    assert review(data).verdict in set(Verdict)


@settings(max_examples=60)
@given(st.sampled_from(zipfile.ZipFile(io.BytesIO(SOUND)).namelist()), st.data())
def test_no_damaged_part_makes_it_fail(part: str, data: st.DataObject) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(SOUND)) as parts, zipfile.ZipFile(target, "w") as made:
        for name in parts.namelist():
            text = parts.read(name)
            if name == part:
                place = data.draw(st.integers(0, len(text)))
                text = text[:place] + data.draw(st.binary(max_size=20)) + text[place + 9 :]
            made.writestr(name, text)

    assert review(target.getvalue()).verdict in set(Verdict)


# --- a sheet for each school ---------------------------------------------------------------------


def test_sheets_whose_people_are_not_read_are_told() -> None:
    hill, lake = ([HEADER, [student(user).get(name) for name in HEADER]] for user in ("S1", "S2"))
    result = review(book(("Hill", hill), ("Notes", [["read me"]]), ("Lake", lake)))

    assert result.upload.records == 1
    assert "2 sheets of rows, of which only the first" in result.upload.obstacle_detail
    assert "nobody on the other sheet is counted here" in " ".join(
        TextReport(result).render().split()
    )


def test_a_second_sheet_with_a_header_alone_is_none_to_tell_of() -> None:
    rows = [HEADER, [student().get(name) for name in HEADER]]

    assert read(book(("Hill", rows), ("Template", [HEADER]))).sheets_unread == 0


def test_a_copy_made_of_one_of_several_sheets_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hill, lake = ([HEADER, [student(user).get(name) for name in HEADER]] for user in ("S1", "S2"))
    (tmp_path / "users.xlsx").write_bytes(book(("Hill", hill), ("Lake", lake)))

    main(["fix", str(tmp_path / "users.xlsx"), "--out", str(tmp_path / "fixed.csv")])

    assert "nobody on the other sheet is counted here" in " ".join(capsys.readouterr().out.split())


def test_a_cell_that_shows_an_error_is_no_blank_cell() -> None:
    """A lookup that failed leaves #N/A; as a blank cell it would be accepted in silence."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as made:
        sheet = made.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, [student().get(name, "") for name in HEADER])
        for name, error in (("userStateId", "#N/A"), ("userDistrictId", "#REF!")):
            sheet.write_formula(1, HEADER.index(name), "=1", None, error)

    result = review(target.getvalue())

    assert result.upload.cells.select("userStateId", "userDistrictId").row(0) == ("#N/A", "#REF!")
    assert result.by_rule == {"RT001": 1, "RT106": 2}


# --- what the sheet shows and does not hold ------------------------------------------------------


@pytest.mark.parametrize(
    ("format_code", "typed", "shown"),
    [
        ("0000", 42, "0042"), ("00000", 7, "00007"), ("0000;-0000", 42, "0042"),
        ("[$-409]0000", 42, "0042"), ("[Blue]0000_)", 42, "0042"), ("0000", 12345, "12345"),
        ("0000", 0, "0000"), ("0000", "42", "42"), ("0.00", 42, "42"), ("0", 42, "42"),
    ],
)  # fmt: skip
def test_zeros_that_a_format_shows_are_read(
    format_code: str, typed: float | str, shown: str
) -> None:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as made:
        zeros = made.add_format({"num_format": format_code})
        made.add_worksheet("Notes")
        sheet = made.add_worksheet("People")
        sheet.write_row(2, 3, HEADER)  # below a blank line, behind blank columns
        for row, user in enumerate(("S1", "S2"), start=3):
            sheet.write_row(row, 3, [student(user).get(name, "") for name in HEADER])
        sheet.write(4, 3 + HEADER.index("schoolId"), typed, zeros)

    assert read(target.getvalue()).cells["schoolId"].to_list() == ["0711", shown]


def with_formulas(result: bytes = b"") -> bytes:
    """Two people, the second with an address that a formula makes, and a line of a formula alone.

    Some programs store no result of a formula; a text of no characters is one, as Excel writes it.
    """
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as made:
        sheet = made.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        for row, user in enumerate(("S1", "S2"), start=1):
            sheet.write_row(row, 0, [student(user).get(name, "") for name in HEADER])
        sheet.write_formula(2, HEADER.index("userEmail"), '=C3&"@school.org"')
        sheet.write_formula(3, HEADER.index("userId"), "=C3")
        sheet.write_formula(1, HEADER.index("userStateId"), '=""', None, "text")
    book, target = target, io.BytesIO()
    with zipfile.ZipFile(book) as parts, zipfile.ZipFile(target, "w") as made:
        for name in parts.namelist():
            part = parts.read(name).replace(b"<v>text</v>", b"<v></v>")
            made.writestr(name, part.replace(b"</f><v>0</v>", b"</f><v>%b</v>" % result))
    return target.getvalue()


def test_a_formula_that_was_never_calculated_is_no_blank_cell() -> None:
    result = review(with_formulas())

    assert result.upload.cells["userEmail"].to_list() == ["s1@school.org", '=C3&"@school.org"', ""]
    assert result.upload.cells["userId"].to_list() == ["S1", "S2", "=C3"]
    assert result.upload.cells["userStateId"].to_list() == ["", "", ""]
    assert "2 formulas never calculated (the first in I3)" in result.upload.obstacle_detail
    assert "2 formulas never calculated (the first in I3)" in result.told(result.causes[0]).title
    assert "Open it in Excel, save it there" in " ".join(TextReport(result).render().split())


def test_a_formula_with_its_result_is_that_result() -> None:
    upload = read(with_formulas(b"7"))

    assert upload.cells["userId"].to_list() == ["S1", "S2", "7"]
    assert upload.obstacle_detail == "an Excel workbook (.xlsx)"


def test_a_copy_of_formulas_that_were_never_calculated_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "users.xlsx").write_bytes(with_formulas())

    main(["fix", str(tmp_path / "users.xlsx"), "--out", str(tmp_path / "fixed.csv")])

    assert "2 formulas never calculated" in " ".join(capsys.readouterr().out.split())
