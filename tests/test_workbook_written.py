"""users-errors.xlsx: what users-errors.csv says, as a workbook that harms nobody."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import fastexcel
import polars as pl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from making import HEADER, file_of, student

from roster_toolkit.errors import ToolkitError
from roster_toolkit.model import ERROR_FILE_SHEET, Obstacle, Upload
from roster_toolkit.profile import load_profile
from roster_toolkit.report import errors_xlsx, row_sheet
from roster_toolkit.report.errors_csv import errors_csv
from roster_toolkit.report.errors_xlsx import SMALL_SHEET, write_errors_xlsx
from roster_toolkit.report.spliced import ROWS_HERE
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


def part(data: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        return parts.read(name).decode()


def facts(upload: Upload) -> tuple[object, ...]:
    ragged, blank = upload.ragged.rows(), upload.blank.to_list()
    return upload.header, upload.cells.rows(), ragged, blank, upload.surplus, upload.first_row


FAULTY = [student(), student("S2", userGrade="Grade 3"), student("S3", userFirstName=" Ana")]
#: One large problem and two small ones.
MANY = [
    *(student(f"G{n}", userGrade="Grade 3") for n in range(30)),
    student("M", userEmail="m"),
    student("A", userFirstName=" Ana"),
    student("B", userFirstName=" Bo"),
]


def test_rows_are_those_of_the_csv_with_errors_in_front_and_leading_zeros() -> None:
    data = written(review(file_of(FAULTY)))

    header, sound, wrong, odd = cells(data, ERROR_FILE_SHEET)

    assert header == ("row", "errors", "how to fix", *HEADER)
    assert sound[:3] == ("2", None, None)
    assert sound[4] == "0711"
    assert wrong[1] == "Error: “Grade 3” is not allowed in userGrade. (RT102)"
    assert odd[1] is not None
    assert odd[1].startswith("Warning: ")


def test_row_errors_and_remedy_stay_in_view() -> None:
    result = review(file_of(MANY))

    for sheet, rows, columns in (("sheet2", 1, 3), ("sheet3", 3, 3), ("sheet4", 3, 4)):
        pane = re.search(r"<pane [^>]*>", part(written(result), f"xl/worksheets/{sheet}.xml"))
        assert pane
        assert f'ySplit="{rows}"' in pane[0]
        assert f'xSplit="{columns}"' in pane[0]
        assert 'state="frozen"' in pane[0]


def test_summary_comes_first_and_each_large_problem_has_a_sheet_with_its_rows() -> None:
    data = written(review(file_of(MANY)))

    summary, first = cells(data, "summary"), cells(data, "1 RT102")

    assert sheets(data) == ["summary", ERROR_FILE_SHEET, "1 RT102", SMALL_SHEET]
    assert summary[0][0] == review(file_of(MANY)).sentence
    lines = [(r[0], r[1], r[3], r[8]) for r in summary]
    assert ("1", "error", "RT102", "1 RT102") in lines
    assert ("3", "warning", "RT105", SMALL_SHEET) in lines
    assert (first[0][0] or "").startswith("userGrade has values that are not allowed")
    assert first[2] == ("row", "errors", "how to fix", *HEADER)
    assert first[3][:2] == ("2", "Error: “Grade 3” is not allowed in userGrade. (RT102)")
    assert len(first) == 3 + 30


def test_small_problems_share_a_sheet() -> None:
    _, _, header, *lines = cells(written(review(file_of(MANY))), SMALL_SHEET)

    assert header[:4] == ("problem", "row", "errors", "how to fix")
    assert [line[:2] for line in lines] == [("2 RT103", "32"), ("3 RT105", "33"), ("3 RT105", "34")]
    assert lines[0][5:7] == ("0711", "M")


def test_a_small_problem_alone_has_a_sheet_of_its_own() -> None:
    data = written(review(file_of([student(), student("S2", userGrade="x")])))

    assert sheets(data) == ["summary", ERROR_FILE_SHEET, "1 RT102"]


def test_row_numbers_lead_to_the_rows() -> None:
    data = written(review(file_of(MANY)))

    large, small = (part(data, f"xl/worksheets/sheet{n}.xml") for n in (3, 4))
    assert '<hyperlink ref="A4" location="\'rows\'!A2"/>' in large
    assert large.count("<hyperlink ") == 30
    assert '<hyperlink ref="B4" location="\'rows\'!A32"/>' in small
    summary = part(data, "xl/worksheets/sheet1.xml")
    assert "location=\"'rows'!A2\"" in summary
    assert "location=\"'1 RT102'!A1\"" in summary
    assert "location=\"'small problems'!A5\"" in summary


def test_where_the_file_itself_is_at_fault_the_links_count_its_record() -> None:
    rows = [student(), student("S2", userGrade="x")]
    data = written(review(file_of(rows).replace(b"userEmail", b"userEmial")))

    assert cells(data, ERROR_FILE_SHEET)[1][0] == "file"
    links = "".join(
        part(data, f"xl/worksheets/sheet{n}.xml") for n in range(3, len(sheets(data)) + 1)
    )
    assert set(re.findall(r"'rows'!A(\d+)", links)) == {"4"}
    assert cells(data, ERROR_FILE_SHEET)[3][0] == "3"


def test_faulty_cells_are_marked_and_carry_a_note() -> None:
    data = written(review(file_of(FAULTY)))
    rows, notes = part(data, "xl/worksheets/sheet2.xml"), part(data, "xl/comments1.xml")

    style = dict(re.findall(r'<c r="([A-Z]+\d+)" s="(\d+)"', rows))
    assert len({style["M2"], style["M3"], style["J4"]}) == 3
    assert 'ref="M3"' in notes
    assert 'ref="J4"' in notes
    assert "is not allowed in userGrade." in notes
    assert "Write “3”." in notes


def test_a_blank_cell_in_error_is_marked_too() -> None:
    rows = part(written(review(file_of([student(userLastName="")]))), "xl/worksheets/sheet2.xml")

    assert re.search(r'<c r="K2" s="\d+"/>', rows)


def test_nothing_is_a_formula_and_no_link_leads_out() -> None:
    row = student(userFirstName="=1+1", userLastName="http://school.org", classId="=HYPERLINK(1)")
    data = written(review(file_of([row, student("S2", userEmail="www.x.org")])))

    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        text = "".join(parts.read(name).decode() for name in parts.namelist())
    assert "<f>" not in text
    assert "relationships/hyperlink" not in text
    assert all("location=" in link for link in re.findall(r"<hyperlink [^>]*>", text))
    assert "'=1+1" in text


def test_no_text_runs_over_its_neighbor() -> None:
    long = "x" * 30 + " " + "y" * 60
    rows = [student(f"S{n}", userLastName=long if n == 7 else "Lee") for n in range(90)]
    data = written(review(file_of([*rows, student("T", userGrade="x" * 50)])))

    formats = part(data, "xl/styles.xml")
    wraps = ["wrapText" in each for each in re.findall(r"<xf [^>]*?(?:/>|>.*?</xf>)", formats)]
    wraps = wraps[1:]  # the first is that of named styles
    for name in sheets(data):
        sheet = part(data, f"xl/worksheets/sheet{sheets(data).index(name) + 1}.xml")
        widths = {
            int(first) + extra: float(width)
            for first, last, width in re.findall(
                r'<col min="(\d+)" max="(\d+)" width="([\d.]+)"', sheet
            )
            for extra in range(int(last) - int(first) + 1)
        }
        merged = re.findall(r'<mergeCell ref="A(\d+):', sheet)
        for column, row, style, text in re.findall(
            r'<c r="([A-Z]+)(\d+)" s="(\d+)" t="inlineStr"><is><t[^>]*>([^<]*)<', sheet
        ):
            place = sum((ord(c) - 64) * 26**at for at, c in enumerate(reversed(column)))
            assert row in merged or wraps[int(style)] or len(text) <= widths[place] + 1, text


def test_a_row_is_as_high_as_its_errors_are_long() -> None:
    many = student("S2", userGrade="x", userEmail="nobody", userRole="pupil", schoolId="0 7")
    sheet = part(written(review(file_of([student(), many]))), "xl/worksheets/sheet2.xml")

    heights = dict(re.findall(r'<row r="(\d+)" ht="(\d+)"', sheet))
    assert int(heights["3"]) >= 8 * 15
    assert "2" not in heights


def test_the_share_that_is_written_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(row_sheet, "_ROWS_PER_PIECE", 10)
    shares: list[float] = []

    review(file_of(MANY)).errors_xlsx(progress=shares.append)

    assert shares == sorted(shares)
    assert len(shares) == 4 + 3 + 1
    assert shares[-1] == 1.0


def test_every_part_has_one_date() -> None:
    with zipfile.ZipFile(io.BytesIO(written(review(file_of(FAULTY))))) as parts:
        assert {info.date_time for info in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_customers_text_is_no_place_for_rows() -> None:
    odd = [student(), student("S2", userFirstName=ROWS_HERE, userGrade="x")]

    assert review(written(review(file_of(odd)))).upload.cells["userFirstName"][1] == ROWS_HERE


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

    assert [row[0] for row in cells(data, ERROR_FILE_SHEET)] == ["row", "3"]


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
    monkeypatch.setattr(errors_xlsx, "SMALL", 0)

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


def test_blank_headers_at_the_end_come_back_blank() -> None:
    wide = b"userId,schoolId,,(no name),\nS1,0711,a,b,c\nS2,0711,,,\nS3,0711,1,2,3,4\n"

    assert_reads_like_the_csv(review(wide))


def test_rows_with_cells_beyond_the_header_stay_too_long() -> None:
    sound = file_of([student(), student("S2"), student("S3")]).splitlines()
    data = b"\n".join([sound[0], sound[1] + b",,x", sound[2] + b",", sound[3]]) + b"\n"

    assert_reads_like_the_csv(review(data))


def test_the_workbook_of_before_with_the_added_columns_behind_is_read_too() -> None:
    result = review(file_of(FAULTY))
    records = pl.read_csv(io.BytesIO(b"".join(errors_csv(result))), infer_schema=False)
    book = io.BytesIO()
    with xlsxwriter.Workbook(book, {"strings_to_numbers": False}) as old:
        sheet = old.add_worksheet(ERROR_FILE_SHEET)
        for at, record in enumerate([tuple(records.columns), *records.rows()]):
            sheet.write_row(at, 0, record)

    again = review(book.getvalue())

    assert again.upload.is_error_file
    assert facts(again.upload) == facts(review(b"".join(errors_csv(result))).upload)


def test_saved_as_csv_by_a_spreadsheet_program_it_is_the_same_file() -> None:
    result = review(sample_district(300, seed=3, fault_rate=0.3, profile=PROFILE).csv)
    rows = cells(written(result), ERROR_FILE_SHEET)
    saved = pl.DataFrame(rows, orient="row", infer_schema_length=None).write_csv(
        include_header=False, line_terminator="\r\n"
    )

    as_csv = review(b"".join(errors_csv(result)))
    again = review(b"\xef\xbb\xbf" + saved.encode())

    assert again.upload.is_error_file
    beyond = len(again.upload.header) - len(as_csv.upload.header)
    assert (
        again.upload.cells.rows()[0][: len(as_csv.upload.header)] == as_csv.upload.cells.rows()[0]
    )
    assert beyond == max(len(rest) for rest in as_csv.upload.surplus.values())


def test_a_correction_in_the_workbook_counts() -> None:
    data = written(review(file_of(FAULTY)))
    mended = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as parts, zipfile.ZipFile(mended, "w") as target:
        for name in parts.namelist():
            target.writestr(name, parts.read(name).replace(b">Grade 3<", b">3<"))

    assert review(mended.getvalue()).by_rule == {"RT105": 1}
    assert review(mended.getvalue()).upload.obstacle is not Obstacle.WORKBOOK
