"""users-errors.csv: written beside the customer's rows, and read back as the same file."""

from __future__ import annotations

import csv
import io
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making import HEADER, file_of, student

from roster_toolkit.model import ERROR_FILE_COLUMNS
from roster_toolkit.profile import load_profile
from roster_toolkit.report.errors_csv import errors_csv
from roster_toolkit.reviewing.review import Review, review
from roster_toolkit.samples import sample_district

#: What writing repairs: encoding and delimiter.
MENDED = ("RT007", "RT009")


def written(result: Review, *, rejected: bool = False) -> bytes:
    return b"".join(errors_csv(result, rejected=rejected))


def records(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def by_rule(result: Review) -> dict[str, int]:
    return {code: n for code, n in result.by_rule.items() if code not in MENDED}


def test_the_customers_rows_stand_first_with_three_columns_behind() -> None:
    result = review(file_of([student(), student("S2", userGrade="Grade 3")]))

    header, sound, wrong = records(written(result))

    assert header == [*HEADER, *ERROR_FILE_COLUMNS]
    assert sound[-3:] == ["2", "", ""]
    assert wrong[-3] == "3"
    assert wrong[-2] == "Error: “Grade 3” is not allowed in userGrade. (RT102)"
    assert wrong[-1].endswith("Write “3”.")


def test_several_errors_of_a_row_stand_line_by_line_the_gravest_first() -> None:
    row = student("S2", userFirstName=" Ana", userGrade="x", userEmail="nobody")
    result = review(file_of([student(), row]))

    errors, fixes = records(written(result))[2][-2:]

    assert [line.split(":")[0] for line in errors.split("\n")] == ["Error", "Error", "Warning"]
    assert len(fixes.split("\n")) == 3


def test_faults_of_header_and_file_stand_in_a_first_record() -> None:
    result = review(file_of([student()]).replace(b"userEmail", b"userEmial"))

    _, first, row = records(written(result))

    assert first[-3] == "file"
    assert "userEmial" in first[-2]
    assert set(first[:-3]) == {""}
    assert row[-3] == "2"


def test_no_first_record_stands_where_nothing_is_wrong_with_the_file() -> None:
    assert len(records(written(review(file_of([student()]))))) == 2


def test_rejected_only_leaves_out_what_is_taken_and_blank_rows() -> None:
    rows = [student(), {}, student("S2", userGrade="x"), student("S3", userFirstName=" Bo")]

    lines = records(written(review(file_of(rows)), rejected=True))

    assert [record[-3] for record in lines[1:]] == ["4"]


def test_a_rejected_file_has_only_rejected_rows() -> None:
    result = review(file_of([student(), student("S2")]).replace(b"userEmail", b"userEmial"))

    assert [record[-3] for record in records(written(result, rejected=True))] == [
        "row", "file", "2", "3",
    ]  # fmt: skip


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "'"])
def test_no_cell_begins_like_a_formula(start: str) -> None:
    row = student(userFirstName=f"{start}HYPERLINK(A1)")
    data = io.StringIO()
    writer = csv.writer(data, lineterminator="\r\n")
    writer.writerow([*HEADER, f"{start}1+1"])
    writer.writerow([*(row.get(key, "") for key in HEADER), "", f"{start}2"])

    text = written(review(data.getvalue().encode()))

    cells = [cell for record in records(text) for cell in record]
    assert f"'{start}HYPERLINK(A1)" in cells
    assert f"'{start}1+1" in cells
    assert f"'{start}2" in cells
    assert not [cell for cell in cells if cell.startswith(tuple("=+-@\t\r"))]


def test_surplus_cells_stand_behind_the_added_columns() -> None:
    data = file_of([student()]).removesuffix(b"\n") + b',=1+1,"a,b"\n' + file_of([student("S2")])
    data = data.replace(file_of([]), b"").join([file_of([]), b""])

    _, ragged, sound = records(written(review(data)))

    assert ragged[-2:] == ["'=1+1", "a,b"]
    assert ragged[len(HEADER)] == "2"
    assert len(sound) == len(HEADER) + 3


def test_it_begins_with_a_byte_order_mark_so_that_spreadsheets_read_accents() -> None:
    assert written(review(file_of([student(userFirstName="Zoë")]))).startswith(b"\xef\xbb\xbf")


def test_read_back_it_is_the_same_file_with_the_same_findings() -> None:
    profile = load_profile()
    data = sample_district(600, seed=11, fault_rate=0.3, profile=profile).csv
    once = review(data)

    again = review(written(once))

    assert again.upload.is_error_file
    assert again.upload.cells.equals(once.upload.cells)
    assert again.upload.surplus == once.upload.surplus
    assert again.upload.ragged.equals(once.upload.ragged)
    assert by_rule(again)["RT008"] == by_rule(once)["RT008"]


#: Place of the last cell of the short record.
LAST = HEADER.index("userGrade")
SHORT = file_of([student("S1"), student("S2")]).rstrip(b",\n") + b"\n"


def test_a_short_record_says_which_cells_are_not_there() -> None:
    _, _, short = records(written(review(SHORT)))

    assert short[LAST : len(HEADER)] == ["3", *["(no cell)"] * (len(HEADER) - LAST - 1)]
    assert short[len(HEADER)] == "3"


def test_a_short_record_handed_back_uncorrected_is_still_too_short() -> None:
    again = review(written(review(SHORT)))

    assert again.select(code="RT008").rows.to_list() == [3]
    assert again.row(3).cells["cell"].to_list()[LAST : LAST + 2] == ["3", None]
    assert again.repair().fixed.data.splitlines()[2].decode() == SHORT.splitlines()[2].decode()


def test_a_short_record_is_whole_when_its_cells_are_filled_or_cleared() -> None:
    back = written(review(SHORT)).replace(b"(no cell)", b"")

    assert "RT008" not in review(back).by_rule
    half = written(review(SHORT)).replace(b"(no cell)", b"", 5)
    assert review(half).select(code="RT008").rows.to_list() == [3]


def test_what_is_typed_behind_a_cell_that_is_not_there_is_kept() -> None:
    back = written(review(SHORT)).replace(b"(no cell),3,", b"typed,3,")

    again = review(back)

    assert again.row(3).cells["cell"].to_list()[LAST:] == [
        "3",
        *[""] * (len(HEADER) - LAST - 2),
        "typed",
    ]
    assert "RT008" not in by_rule(again)
    assert review(written(again)).upload.cells.equals(again.upload.cells)


#: Anything a customer may type; NUL makes a file binary, and surrogates are no text.
cells = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=6
) | st.sampled_from(["'", "''a", "=1", "-", "\t", "\r", "\n", '"', ",", " ", "S1", "file", "3"])


@pytest.mark.slow
@settings(max_examples=15)
@given(
    st.lists(st.lists(cells, min_size=len(HEADER), max_size=len(HEADER)), min_size=1, max_size=5)
)
def test_any_cells_come_back_as_they_were(rows: list[list[str]]) -> None:
    text = io.StringIO()
    csv.writer(text).writerows([HEADER, *rows])
    once = review(text.getvalue().encode())

    again = review(written(once))

    assert again.upload.cells.equals(once.upload.cells)
    assert Counter(by_rule(again)) == Counter(by_rule(once))


@pytest.mark.slow
@settings(max_examples=15)
@given(cells, cells)
def test_any_header_and_surplus_cell_come_back_as_they_were(header: str, surplus: str) -> None:
    text = io.StringIO()
    row = [student().get(key, "") for key in HEADER]
    csv.writer(text).writerows([[*HEADER, header], [*row, "", surplus], [*row, "", surplus, "x"]])
    once = review(text.getvalue().encode())

    again = review(written(once))

    assert [cell.typed for cell in again.upload.header] == [c.typed for c in once.upload.header]
    assert again.upload.surplus == once.upload.surplus


@pytest.mark.slow
@given(st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
def test_any_file_has_an_error_file_that_can_be_read(data: bytes) -> None:
    once = review(data)

    again = review(written(once))

    assert again.upload.is_error_file
