"""People who stand in the file under another ID: a new one, or the old one in another form."""

from __future__ import annotations

import pytest
from making import HEADER, Row, file_of, judged_against, places, student

from roster_toolkit.report.text import TextReport
from roster_toolkit.reviewing.review import Review, review

ROSTER = [
    student(f"S10{n}", userDistrictId=f"77{n}", userFirstName=first)
    for n, first in enumerate(("Ana", "Bo", "Cy"))
]


def judge(*rows: Row) -> Review:
    return judged_against(ROSTER, rows)


def with_ids(form: str) -> list[Row]:
    return [row | {"userId": form.format(row["userId"])} for row in ROSTER]


def told(result: Review) -> list[tuple[str, str | None, int]]:
    return [(cause.code, cause.column, cause.rows) for cause in result.causes]


def suggested(result: Review) -> list[str | None]:
    return result.findings["suggestion"].to_list()


# --- two columns of IDs --------------------------------------------------------------------------


@pytest.mark.parametrize("other", ["userDistrictId", "userStateId"])
def test_two_columns_of_ids_that_changed_places_are_told_as_that(other: str) -> None:
    roster = [row | {"userDistrictId": "", other: row["userDistrictId"]} for row in ROSTER]
    rows = [row | {"userId": row[other], other: row["userId"]} for row in roster]

    result = judged_against(roster, rows)

    assert told(result) == [("RT421", other, 3)]
    assert suggested(result) == [None] * 3  # one column alone must not be mended


def test_swapped_ids_are_not_to_be_changed_in_two_uploads() -> None:
    result = judge(ROSTER[0] | {"userId": "770", "userDistrictId": "S100"})

    assert "exchange the names userId and userDistrictId" in TextReport(result).render()


def test_an_old_id_that_is_kept_in_another_column_is_not_swapped() -> None:
    result = judge(ROSTER[0] | {"userId": "N1", "userDistrictId": "S100"})

    assert told(result) == [("RT404", "userId", 1)]


# --- an ID in another form -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "form", ["HILL-{}", "9{}", "{}@hill", "{}-2026"], ids=["prefix", "digit", "domain", "year"]
)
def test_ids_with_the_same_beginning_or_end_throughout_are_no_new_ids(form: str) -> None:
    rows = [row | {"userId": form.format(row["userId"]).replace("@", ".")} for row in ROSTER]

    result = judge(*rows)

    assert told(result) == [("RT422", "userId", 3)]
    assert suggested(result) == ["S100", "S101", "S102"]


@pytest.mark.parametrize("new", ["s100", "S-100", "s_100"])
def test_other_capitals_or_signs_make_no_new_id(new: str) -> None:
    result = judge(ROSTER[0] | {"userId": new})

    assert told(result) == [("RT422", "userId", 1)]
    assert suggested(result) == ["S100"]


@pytest.mark.parametrize("beside", ["", "770"])
def test_the_id_of_another_column_is_no_new_id(beside: str) -> None:
    result = judge(ROSTER[0] | {"userId": "770", "userDistrictId": beside})

    assert told(result) == [("RT422", "userId", 1)]
    assert suggested(result) == ["S100"]


def test_the_ids_of_the_roster_are_put_back_after_a_yes_alone() -> None:
    result = judge(*[row | {"userId": row["userId"].lower()} for row in ROSTER])

    assert result.repair().fixed.log.is_empty()
    assert result.repair("RT422").review.causes == ()


def test_an_id_in_another_form_beside_other_changes_offers_the_old_one() -> None:
    result = judge(ROSTER[0] | {"userId": "s100", "userGrade": "4"})

    assert told(result) == [("RT404", "userId", 1)]
    assert suggested(result) == ["S100"]


def test_a_new_id_that_is_meant_is_a_note_and_says_what_else_it_may_be() -> None:
    rows = [row | {"userId": f"N{n}7"} for n, row in enumerate(ROSTER)]

    result = judge(*rows)

    assert places(result) == [(None, "userId", "RT403")] * 3
    assert "If the new ID is meant" in TextReport(result).render()


@pytest.mark.parametrize("new", ["S1002", "2S100"])
def test_one_new_id_that_contains_the_old_one_may_be_an_accident(new: str) -> None:
    assert told(judge(ROSTER[0] | {"userId": new})) == [("RT403", "userId", 0)]


def test_without_other_ids_in_the_file_nobody_is_swapped() -> None:
    header = [name for name in HEADER if name not in ("userDistrictId", "userStateId")]
    data = file_of(with_ids("X{}"), header)

    result = review(data, against=file_of(ROSTER))

    assert result.faults == ()
    assert told(result) == [("RT422", "userId", 3)]
