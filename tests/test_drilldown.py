"""From a number of findings to the rows behind it, whatever form the file has."""

from __future__ import annotations

import io

import pytest
import xlsxwriter
from making import HEADER, check, file_of, in_class, mixed_faults, student, teacher

from roster_toolkit.errors import UsageError
from roster_toolkit.model import Severity
from roster_toolkit.reviewing.review import Review, review


@pytest.fixture
def mixed() -> Review:
    return mixed_faults()


# --- select --------------------------------------------------------------------------------------


def test_without_a_word_everything_is_selected(mixed: Review) -> None:
    everything = mixed.select()

    assert everything.findings.equals(mixed.findings)
    assert everything.count == mixed.findings.height
    assert everything.rows.to_list() == [3, 4, 5, 6]


def test_words_narrow_a_selection(mixed: Review) -> None:
    grades = mixed.select(category="userGrade")

    assert grades.rows.to_list() == [3, 4, 5, 6]
    assert grades.select(code="RT102", value="99").rows.to_list() == [3, 6]
    assert grades.select(school="0712").rows.to_list() == [4, 6]
    assert mixed.select(row=4, code="RT103").count == 1
    assert mixed.select(severity=Severity.WARNING).rows.to_list() == [6]
    assert mixed.select(column="userEmail").rows.to_list() == [4]
    assert mixed.select(category="header").rows.to_list() == []


def test_a_cause_is_selected_by_its_number_and_by_itself(mixed: Review) -> None:
    first = mixed.causes[0]

    selected = mixed.select(cause=first)

    assert selected.count == first.findings
    assert selected.rows.len() == first.rows
    assert selected.findings.equals(mixed.select(cause=1).findings)
    assert sum(mixed.select(cause=cause).count for cause in mixed.causes) == mixed.select().count


def test_several_causes_are_selected_by_their_numbers(mixed: Review) -> None:
    one, two = (mixed.select(cause=number) for number in (1, 2))

    both = mixed.select(cause=[1, 2])

    assert both.count == one.count + two.count
    assert set(both.rows) == {*one.rows, *two.rows}


def test_findings_are_counted_by_whatever_leads_further(mixed: Review) -> None:
    everything = mixed.select()

    assert everything.by("category").rows() == [
        ("userGrade", 4, 4), ("org_sis_id", 1, 1), ("userEmail", 1, 1),
    ]  # fmt: skip
    assert everything.by("code").row(0) == ("RT102", 3, 3)
    assert everything.by("school").rows() == [("0712", 4, 2), ("0711", 2, 2)]
    assert everything.select(code="RT102").by("value").rows() == [("99", 2, 2), ("98", 1, 1)]
    assert everything.by("category", "severity").row(1) == ("org_sis_id", "warning", 1, 1)
    assert everything.by("column").row(0) == ("userGrade", 4, 4)


def test_what_stands_on_no_row_is_found_under_a_blank() -> None:
    result = check(in_class(student()))  # a class that nobody teaches

    selected = result.select(school="")

    assert selected.by("school").rows() == [("", 1, 0)]
    assert (selected.count, selected.rows.to_list()) == (1, [])
    assert selected.page().is_empty()


def test_another_word_to_count_by_is_a_sentence(mixed: Review) -> None:
    with pytest.raises(UsageError, match="not counted by 'pupil'; say category, severity"):
        mixed.select().by("pupil")


# --- pages ---------------------------------------------------------------------------------------


def test_a_page_holds_the_rows_as_they_were_typed(mixed: Review) -> None:
    page = mixed.select(code="RT102").page()

    assert page.columns == ["row", *HEADER, "errors"]
    assert page["row"].to_list() == [3, 4, 6]
    assert page["schoolId"].to_list() == ["0711", "0712", " 0712"]
    assert page["errors"][1] == (
        "A value is not one of the allowed ones; Not a valid email address"
    )


def test_rows_are_dealt_out_in_pages() -> None:
    selected = check(*(student(f"S{n}", userGrade="99") for n in range(5))).select(code="RT102")

    assert selected.pages(2) == 3
    assert [selected.page(n, 2)["row"].to_list() for n in (1, 2, 3, 4)] == [[2, 3], [4, 5], [6], []]
    assert check(student()).select().pages() == 1
    with pytest.raises(UsageError, match="counted from 1"):
        selected.page(0)
    with pytest.raises(UsageError, match="one row at least"):
        selected.page(1, 0)


def test_headers_that_repeat_or_are_blank_are_told_apart() -> None:
    result = review(b"action,schoolId,schoolId,,row\nx,1,2,3,4\n")

    page = result.search("row 2").page()

    assert page.columns == [
        "row", "action", "schoolId", "schoolId (2)", "(column 4)", "row (2)", "errors",
    ]  # fmt: skip
    assert page.row(0)[:6] == (2, "x", "1", "2", "3", "4")


# --- rows one by one -----------------------------------------------------------------------------


def test_a_row_shows_each_cell_and_everything_that_is_wrong(mixed: Review) -> None:
    seen = mixed.row(4)

    assert seen.cells["column"].to_list() == list(HEADER)
    marked = seen.cells.drop_nulls("codes")
    assert marked.rows() == [
        ("userEmail", "broken", "RT103", "error"), ("userGrade", "98", "RT102", "error"),
    ]  # fmt: skip
    assert seen.findings["code"].to_list() == ["RT103", "RT102"]
    assert seen.findings["message"][0] == "“broken” is not a valid email address."


def test_a_row_without_findings_is_shown_too(mixed: Review) -> None:
    seen = mixed.row(2)

    assert seen.findings.is_empty()
    assert seen.cells["codes"].null_count() == len(HEADER)


def test_a_row_that_the_file_has_not_is_a_sentence(mixed: Review) -> None:
    with pytest.raises(UsageError, match="has no row 7: its rows go from 2 to 6"):
        mixed.row(7)
    with pytest.raises(UsageError, match="has no row 1: it has none"):
        review(b"").row(1)


def test_a_ragged_row_shows_what_it_has_and_no_more() -> None:
    data = file_of([student("S1")])
    short, long = b",0711,S2\n", b",".join([b"x"] * 18) + b"\n"
    result = review(data + short + long)

    assert result.row(3).cells["cell"].to_list()[:4] == ["", "0711", "S2", None]
    assert result.row(3).findings["code"].to_list() == ["RT008"]
    assert result.row(4).cells.row(17) == ("(column 18)", "x", None, None)
    assert result.select(code="RT008").page()["userId"].to_list() == ["S2", "x"]


def test_rows_beneath_a_faulty_header_can_be_looked_at() -> None:
    data = file_of([student("S1", userGrade="99")]).replace(b"userId", b"UserID", 1)
    result = review(data)

    assert result.verdict == "rejected"
    assert result.select(code="RT102").page()["UserID"].to_list() == ["S1"]
    assert result.header_line is not None
    assert result.header_line.corrected == ",".join(HEADER)
    assert check(student()).header_line is None


def test_a_file_that_is_no_table_has_no_rows_to_show() -> None:
    for data in (b"", b"\x89PNG\r\n\x1a\n", b"action,schoolId\n"):
        result = review(data)

        assert result.select().rows.to_list() == []
        assert result.select().page().is_empty()
        assert result.search("S1").rows.is_empty()
        assert result.repairs.is_empty()


def test_a_workbook_and_an_error_file_are_looked_at_like_any_other() -> None:
    rows = [student("S1"), student("S2", userGrade="99")]
    held = io.BytesIO()
    book = xlsxwriter.Workbook(held, {"in_memory": True})
    sheet = book.add_worksheet()
    for at, cells in enumerate([HEADER, *([row.get(n, "") for n in HEADER] for row in rows)]):
        sheet.write_row(at, 0, cells)
    book.close()
    again = check(*rows).errors_csv()

    for result in (review(held.getvalue()), review(again)):
        page = result.select(code="RT102").page()
        assert page.columns == ["row", *HEADER, "errors"]
        assert page.select("row", "userId").rows() == [(3, "S2")]


# --- search --------------------------------------------------------------------------------------


def test_search_finds_ids_addresses_and_row_numbers_exact_ones_first() -> None:
    result = check(
        student("S10"), student("S1"), in_class(student("S3"), "s1"), student("S4"), teacher("T1")
    )

    assert result.search("s1").rows.to_list() == [3, 4, 2]
    assert result.search(" S4@SCHOOL.org ").rows.to_list() == [5]
    assert result.search("4").rows.to_list() == [4, 5]
    assert result.search("row 6").page()["userId"].to_list() == ["T1"]
    assert result.search("nobody").rows.to_list() == []
    assert result.search("  ").rows.to_list() == []


def test_search_finds_by_name_of_person_and_class_in_any_order() -> None:
    zoe = student("S1", userFirstName="Zoë", userLastName="Núñez")
    result = check(zoe, student("S2", userFirstName="Zoë"), in_class(student("S3")))

    assert result.search("zoë").rows.to_list() == [2, 3]
    assert result.search("Núñez Zoë").rows.to_list() == [2]
    assert result.search("zoë s2").rows.to_list() == [3]
    assert result.search("math").rows.to_list() == [4]
    assert result.search("Zoë Nobody").rows.to_list() == []


def test_what_was_searched_can_be_narrowed() -> None:
    result = check(student("S1"), student("S1", userGrade="99"))

    found = result.search("S1")

    assert found.rows.to_list() == [2, 3]
    assert found.select(code="RT102").rows.to_list() == [3]


def test_search_takes_signs_for_what_they_are() -> None:
    result = check(student("S.1"), student("SX1"))

    assert result.search("S.1").rows.to_list() == [2]
    assert result.search("(").rows.to_list() == []


# --- in words ------------------------------------------------------------------------------------


def test_a_review_tells_itself(mixed: Review) -> None:
    assert mixed.sentence.startswith("The portal would accept 1 of 5 rows")
    actual = mixed.told(mixed.causes[0])
    assert (actual.number, actual.code, actual.column) == (1, "RT102", "userGrade")
    assert actual.rows == mixed.causes[0].rows
    assert "see row" in actual.example
    assert actual.how_to_fix.endswith(".")


def test_causes_show_themselves_as_a_table(mixed: Review) -> None:
    lines = repr(mixed.causes).splitlines()

    assert len(lines) == len(mixed.causes)
    assert lines[0].startswith("  1  error")
    assert repr(check(student()).causes) == "Nothing to fix."
    assert mixed.sentence in repr(mixed)


def test_a_review_gives_its_files_as_bytes(mixed: Review) -> None:
    assert len(mixed.errors_csv()) > len(mixed.errors_csv(rejected=True)) > 0
    assert mixed.errors_xlsx().startswith(b"PK")
    assert b'"schema": "roster-review/2"' in mixed.json()
    assert b"rows_with_findings" in mixed.json(findings=True)
    assert "S2" not in mixed.message()
    with pytest.raises(UsageError, match="no changes to tell"):
        mixed.changes_csv()


def test_changes_are_told_where_there_is_a_roster() -> None:
    result = review(file_of([student("S2")]), against=file_of([student("S1")]))

    assert b'student,S2,"",record,"",created' in result.changes_csv()
