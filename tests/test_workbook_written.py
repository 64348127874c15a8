"""users-errors.xlsx: what users-errors.csv says, as a workbook that harms nobody."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import fastexcel
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making import HEADER, file_of, student

from roster_toolkit.errors import ToolkitError
from roster_toolkit.model import ERROR_FILE_SHEET, Obstacle, Upload
from roster_toolkit.profile import load_profile
from roster_toolkit.report import errors_xlsx
from roster_toolkit.report.errors_csv import errors_csv
from roster_toolkit.report.errors_xlsx import write_errors_xlsx
from roster_toolkit.reviewing.review import Review, review
from roster_toolkit.samples import hard_mixture, sample_district

PROFILE = load_profile()


def written(result: Review, **options: bool) -> bytes:
    target = io.BytesIO()
    write_errors_xlsx(result, target, **options)
    return target.getvalue()


def cells(data: bytes, sheet: str) -> list[tuple[str | None, ...]]:
    book = fastexcel.read_excel(data)
    frame = book.load_sheet(sheet, header_row=None, skip_rows=0, dtypes="string").to_polars()
    return frame.rows()


def sheets(data: bytes) -> list[str]:
    return list(fastexcel.read_excel(data).sheet_names)


def facts(upload: Upload) -> tuple[object, ...]:
    ragged, blank = upload.ragged.rows(), upload.blank.to_list()
    return upload.header, upload.cells.rows(), ragged, blank, upload.surplus, upload.first_row


FAULTY = [student(), student("S2", userGrade="Grade 3"), student("S3", userFirstName=" Ana")]


def test_rows_are_those_of_the_csv_with_leading_zeros() -> None:
    data = written(review(file_of(FAULTY)))

    header, sound, wrong, odd = cells(data, ERROR_FILE_SHEET)

    assert header == (*HEADER, "row", "errors", "how to fix")
    assert sound[1] == "0711"
    assert sound[-3:] == ("2", None, None)
    assert wrong[-2] == "Error: “Grade 3” is not allowed in userGrade. (RT102)"
    assert odd[-2] is not None
    assert odd[-2].startswith("Warning: ")


def test_summary_comes_first_and_each_cause_has_a_sheet_with_its_rows() -> None:
    data = written(review(file_of(FAULTY)))

    summary, first = cells(data, "summary"), cells(data, "1 RT102")

    assert sheets(data) == ["summary", ERROR_FILE_SHEET, "1 RT102", "2 RT105"]
    assert (
        summary[0][0]
        == "The portal would accept 2 of 3 rows and reject 1. Fix this problem and every row will "
        "be accepted."
    )
    assert ("1", "error", "RT102", "1 RT102") in [(r[0], r[1], r[3], r[8]) for r in summary]
    assert first[-1][:2] == ("3", "Error: “Grade 3” is not allowed in userGrade. (RT102)")


def test_faulty_cells_are_marked_and_carry_a_note() -> None:
    with zipfile.ZipFile(io.BytesIO(written(review(file_of(FAULTY))))) as parts:
        rows = parts.read("xl/worksheets/sheet2.xml").decode()
        notes = parts.read("xl/comments1.xml").decode()

    style = dict(re.findall(r'<c r="([A-Z]+\d+)" s="(\d+)"', rows))
    assert len({style["J2"], style["J3"], style["G4"]}) == 3
    assert 'ref="J3"' in notes
    assert 'ref="G4"' in notes
    assert "is not allowed in userGrade." in notes
    assert "Write “3”." in notes


def test_a_blank_cell_in_error_is_marked_too() -> None:
    with zipfile.ZipFile(io.BytesIO(written(review(file_of([student(userLastName="")]))))) as parts:
        rows = parts.read("xl/worksheets/sheet2.xml").decode()

    assert re.search(r'<c r="H2" s="\d+"/>', rows)


def test_nothing_is_a_formula_or_a_link() -> None:
    row = student(userFirstName="=1+1", userLastName="http://school.org", classId="=HYPERLINK(1)")
    with zipfile.ZipFile(io.BytesIO(written(review(file_of([row]))))) as parts:
        text = "".join(parts.read(name).decode() for name in parts.namelist())

    assert "<f>" not in text
    assert "<hyperlink" not in text
    assert "'=1+1" in text


def test_the_same_review_gives_the_same_bytes() -> None:
    result = review(file_of(FAULTY))

    assert written(result) == written(result)


def test_without_values_no_cell_of_the_file_is_in_it() -> None:
    secret = student("S2", userFirstName="Zenobia", userGrade="Zebra")
    data = written(review(file_of([secret])), values=False)

    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        text = "".join(parts.read(name).decode() for name in parts.namelist())
    assert sheets(data) == ["summary"]
    assert "Zenobia" not in text
    assert "Zebra" not in text


def test_rejected_rows_alone_on_demand() -> None:
    data = written(review(file_of(FAULTY)), rejected=True)

    assert [row[-3] for row in cells(data, ERROR_FILE_SHEET)] == ["row", "3"]


def test_more_notes_than_a_reader_wants_are_left_out_and_that_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(errors_xlsx, "NOTES", 1)

    data = written(review(file_of([student("A", userGrade="x"), student("B", userGrade="x")])))

    assert any("the first 1 of these 2 cells" in (row[0] or "") for row in cells(data, "summary"))
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        assert parts.read("xl/comments1.xml").count(b"<comment ") == 1


def test_more_rows_than_a_sheet_holds_are_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(errors_xlsx, "MOST_ROWS", 3)

    data = written(review(file_of(FAULTY)))

    assert ERROR_FILE_SHEET not in sheets(data)
    assert any("a sheet holds 3" in (row[0] or "") for row in cells(data, "summary"))


def test_causes_beyond_the_last_sheet_stand_on_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(errors_xlsx, "SHEETS", 1)

    data = written(review(file_of(FAULTY)))

    assert sheets(data) == ["summary", ERROR_FILE_SHEET, "1 RT102"]
    assert cells(data, "summary")[-1][3] == "RT105"


def test_a_cause_with_many_rows_shows_the_first_and_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(errors_xlsx, "ROWS_OF_CAUSE", 2)
    people = [student(f"S{n}", userGrade="x") for n in range(5)]

    lines = cells(written(review(file_of(people))), "1 RT102")

    assert (lines[2][0] or "").startswith("The first 2 of 5 rows")
    assert [line[0] for line in lines[-2:]] == ["2", "3"]


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"%PDF-1.4", file_of([]), b"a;b;c\n1;2;3\n"])
def test_a_file_without_rows_gives_a_workbook_too(data: bytes) -> None:
    assert sheets(written(review(data)))[0] == "summary"


def test_a_workbook_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    result = review(file_of(FAULTY))

    with pytest.raises(ToolkitError, match="there is no folder"):
        write_errors_xlsx(result, tmp_path / "none" / "users-errors.xlsx")
    write_errors_xlsx(result, tmp_path / "users-errors.xlsx")

    assert [path.name for path in tmp_path.iterdir()] == ["users-errors.xlsx"]


# --- handed in again -----------------------------------------------------------------------------


def assert_reads_like_the_csv(result: Review) -> None:
    as_csv = review(b"".join(errors_csv(result)))
    as_book = review(written(result))

    assert as_book.upload.is_error_file
    assert as_book.upload.obstacle is as_csv.upload.obstacle
    assert facts(as_book.upload) == facts(as_csv.upload)
    assert as_book.findings.rows() == as_csv.findings.rows()


@pytest.mark.parametrize("rows", [50, 400])
def test_it_reads_like_the_csv(rows: int) -> None:
    assert_reads_like_the_csv(
        review(sample_district(rows, seed=rows, fault_rate=0.3, profile=PROFILE).csv)
    )


@pytest.mark.slow
def test_the_hardest_sample_reads_like_the_csv() -> None:
    assert_reads_like_the_csv(review(hard_mixture(7, PROFILE).csv))


ODD = st.text(
    st.sampled_from("aé=+-@'\"\t\r\n ,;<>&_x041\x01\x0b\ufeff\ufffe\u2028𝄞")
    | st.characters(codec="utf-8"),
    max_size=12,
).filter(lambda text: "\x00" not in text)


@pytest.mark.slow
@settings(max_examples=20)
@given(st.lists(st.lists(ODD, min_size=1, max_size=6), min_size=1, max_size=5))
def test_any_cells_come_back_as_from_the_csv(rows: list[list[str]]) -> None:
    frame = pl.DataFrame({f"c{n}": [(row + [""] * 4)[n] for row in rows] for n in range(4)})
    body = frame.write_csv(include_header=False, quote_style="always").encode()
    assert_reads_like_the_csv(review(b"schoolId,userId,userFirstName,userLastName\n" + body))


def test_cells_that_look_like_spelled_characters_stay() -> None:
    names = ["_x0041_", "_x0041_x0042_", "a_xavier", "_x005F_", "x_x000D_"]
    data = written(review(file_of([student(f"S{n}", userLastName=t) for n, t in enumerate(names)])))

    assert review(data).upload.cells["userLastName"].to_list() == names


def test_rows_with_cells_beyond_the_header_stay_too_long() -> None:
    sound = file_of([student(), student("S2"), student("S3")]).splitlines()
    data = b"\n".join([sound[0], sound[1] + b",,x", sound[2] + b",", sound[3]]) + b"\n"

    assert_reads_like_the_csv(review(data))


def test_a_correction_in_the_workbook_counts() -> None:
    data = written(review(file_of(FAULTY)))
    mended = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as parts, zipfile.ZipFile(mended, "w") as target:
        for name in parts.namelist():
            target.writestr(name, parts.read(name).replace(b">Grade 3<", b">3<"))

    assert review(mended.getvalue()).by_rule == {"RT105": 1}
    assert review(mended.getvalue()).upload.obstacle is not Obstacle.WORKBOOK
