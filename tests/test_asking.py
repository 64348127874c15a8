"""What an analyst asks a review for: one or several, and a sentence where there is none."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from making import HEADER, check, file_of, in_class, mixed_faults, student

import roster_toolkit as rt
from roster_toolkit.reviewing.review import Review


@pytest.fixture(scope="module")
def mixed() -> Review:
    return mixed_faults()


# --- several at once -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "rows"),
    [
        ({"code": ["RT102", "RT103"]}, [3, 4, 6]),
        ({"category": ("userEmail", "org_sis_id")}, [4, 6]),
        ({"school": pl.Series(["0711", "0712"])}, [3, 4, 5, 6]),
        ({"value": ["98", "4"]}, [4, 5]),
        ({"row": [3, 5]}, [3, 5]),
        ({"severity": ["warning", rt.Severity.INFO]}, [6]),
        ({"column": {"userEmail"}}, [4]),
        ({"code": []}, []),
    ],
)
def test_any_of_several_will_do(mixed: Review, asked: dict[str, Any], rows: list[int]) -> None:
    assert mixed.select(**asked).rows.to_list() == rows


def test_several_problems_are_selected_by_themselves_or_by_their_numbers(mixed: Review) -> None:
    first, second = mixed.causes[:2]

    several = mixed.select(cause=[first, second])

    assert several.count == first.findings + second.findings
    assert several.findings.equals(mixed.select(cause=[1, second]).findings)
    assert several.findings.equals(mixed.select(cause=range(1, 3)).findings)


# --- what there is not ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"category": "userGrad"}, "There is no category 'userGrad' here; did you mean userGrade"),
        ({"code": "rt102"}, "There is no rule 'rt102' here; did you mean RT102"),
        ({"code": ["RT102", "RT1033"]}, "There is no rule 'RT1033' here; did you mean RT103"),
        ({"school": "711"}, "There is no school '711' in users.csv; did you mean 0711"),
        ({"school": "x"}, "There is no school 'x' in users.csv; it is one of 0711, 0712."),
        ({"severity": "fatal"}, "it is one of blocker, error, warning, info."),
        ({"column": "useremail"}, "There is no column 'useremail' in .*; did you mean userEmail"),
        ({"cause": 99}, "users.csv has no problem 99: they go from 1 to "),
        ({"row": 1}, "users.csv has no row 1: its rows go from 2 to 6"),
    ],
)
def test_what_there_is_not_gets_a_sentence_that_names_what_is_near(
    mixed: Review, asked: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(rt.UsageError, match=sentence):
        mixed.select(**asked)
    with pytest.raises(rt.UsageError, match=sentence):
        mixed.select(severity="error").select(**asked)


def test_what_there_is_without_a_finding_is_an_empty_selection(mixed: Review) -> None:
    clean = check(student())

    assert clean.select(code="RT103", category="userEmail", school="0711").count == 0
    assert clean.select(category="header", column="userId", severity="blocker").count == 0
    assert mixed.select(code="RT103").select(school="0711").count == 0
    assert clean.select(value="anything").count == 0
    with pytest.raises(rt.UsageError, match="has no problem 1: it has none"):
        clean.select(cause=1)


def test_what_stands_nowhere_is_selected_by_a_blank() -> None:
    nobody_teaches = check(in_class(student()))

    assert nobody_teaches.select(school="").count == 1


# --- the rows as a frame -------------------------------------------------------------------------


def test_a_selection_gives_its_rows_as_a_frame(mixed: Review) -> None:
    frame = mixed.select(code=["RT102", "RT103"]).frame()

    assert frame.columns == ["row", *HEADER, "errors"]
    assert frame.select("row", "userId").rows() == [(3, "S2"), (4, "S3"), (6, "S4")]
    assert frame["errors"].null_count() == 0
    assert mixed.search("S1").frame()["errors"].to_list() == [None]
    assert check(student()).select().frame().is_empty()


def test_a_glance_shows_who_it_is_and_the_cells_at_fault(mixed: Review) -> None:
    glance = mixed.select(code="RT102").first(2)

    assert glance.columns == [
        "row", "schoolId", "userId", "userFirstName", "userLastName", "userEmail", "userGrade",
        "classId", "errors",
    ]  # fmt: skip
    assert glance["row"].to_list() == [3, 4]
    assert mixed.select(code="RT102", row=3).first().columns.count("userEmail") == 0


# --- a fix is confirmed --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def likely() -> Review:
    """Two addresses of which a fix is likely, and an ID that nothing can mend."""
    return check(
        student("S1", userEmail="s1@@school.org"),
        student("S2", userEmail="s2@@school.org"),
        student("S3", userGrade="99"),
    )


def test_a_problem_is_confirmed_like_its_values(likely: Review) -> None:
    addresses = next(cause for cause in likely.causes if cause.code == "RT103")
    by_code = likely.repair("RT103").fixed.data

    assert by_code != likely.repair().fixed.data
    for confirm in (addresses, [addresses], addresses.number, likely.told(addresses),
                    [likely.rules["RT103"]], ["RT103:s1@@school.org", addresses]):  # fmt: skip
        assert likely.repair(confirm).fixed.data == by_code
    assert likely.repair().confirm(addresses).fixed.data == by_code


def test_of_a_problem_its_own_values_are_confirmed(likely: Review) -> None:
    addresses = next(cause for cause in likely.causes if cause.code == "RT103")

    assert likely.repair([addresses]).confirmed == (
        "RT103:s1@@school.org", "RT103:s2@@school.org",
    )  # fmt: skip


@pytest.mark.parametrize("nothing", [3.5, [None], [["RT103"]]])
def test_what_cannot_be_confirmed_gets_a_sentence(likely: Review, nothing: object) -> None:
    with pytest.raises(rt.UsageError, match="confirmed by a code"):
        likely.repair(nothing)  # type: ignore[arg-type]


def test_a_problem_that_nothing_can_fix_says_so() -> None:
    shared = check(student("S1"), student("S2", userEmail="s1@school.org"))

    with pytest.raises(rt.UsageError, match=r"RT302 .* that could be confirmed"):
        shared.repair(shared.causes[0])
    with pytest.raises(rt.UsageError, match="has no problem 9"):
        shared.repair(9)


# --- explained -----------------------------------------------------------------------------------


def test_a_text_is_explained_without_naming_a_profile() -> None:
    assert rt.explain("Duplicate email")[0].code == "RT302"
    assert rt.explain("Duplicate email") == rt.explain("Duplicate email", rt.load_profile())
    assert rt.explain_lines("file is empty")[0].rules[0].code == "RT002"


def test_a_problem_of_several_causes_is_selected_and_confirmed_as_one(likely: Review) -> None:
    for problem in likely.problems:
        numbers = [cause.number for cause in problem.causes]
        assert likely.select(cause=problem).rows.to_list() == (
            likely.select(cause=numbers).rows.to_list()
        )
    fixable = [one for one in likely.problems if likely.rules[one.causes[0].code].fixes]
    codes = [one.causes[0].code for one in fixable]
    assert likely.repair(fixable).fixed.data == likely.repair(codes).fixed.data


def test_a_value_that_ends_in_half_a_letter_is_confirmed_with_its_problem() -> None:
    result = check(student("S1", userFirstName="Voil\u00c3\u00a0"), student("S2"))
    (cause,) = [cause for cause in result.causes if cause.code == "RT109"]

    assert result.repair(cause).fixed.log["after"].to_list() == ["Voilà"]


def test_what_stands_under_a_school_by_mistake_is_not_offered() -> None:
    result = check(student("S1"), student("S2", schoolId="ana.lee@school.org"))

    with pytest.raises(rt.UsageError) as refused:
        result.select(school="x")
    assert "0711" in str(refused.value)
    assert "ana.lee" not in str(refused.value)


def test_names_are_found_in_any_letter_case_of_any_alphabet() -> None:
    result = check(student("S1", userLastName="Núñez"), student("S2", userLastName="ÑUÑO"))

    assert result.search("NÚÑEZ").rows.to_list() == [2]
    assert result.search("ñuño").rows.to_list() == [3]


def test_a_file_is_not_compared_with_a_review() -> None:
    data = file_of([student("S1")])
    compared = rt.review(data, against=data)

    with pytest.raises(rt.UsageError, match="against a download of current data or a district"):
        rt.review(data, against=compared)  # type: ignore[arg-type]
