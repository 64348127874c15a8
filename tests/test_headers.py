"""What a header means, and how sure that is."""

from __future__ import annotations

import pytest

from roster_toolkit.ingest.headers import column_names, match_headers
from roster_toolkit.model import HeaderMatch
from roster_toolkit.profile import load_profile

PROFILE = load_profile()


def meaning(*typed: str) -> list[tuple[HeaderMatch, str | None]]:
    return [(cell.match, cell.key) for cell in match_headers(typed, PROFILE)]


def test_the_template_is_exact_throughout() -> None:
    typed = [column.name for column in PROFILE.columns.values()]

    assert meaning(*typed) == [(HeaderMatch.EXACT, key) for key in PROFILE.columns]


@pytest.mark.parametrize("typed", ["userid", "USERID", " userId", "userId\t", "\u200buserId\ufeff"])
def test_letter_case_and_space_around_a_header_are_told_from_exact(typed: str) -> None:
    assert meaning(typed) == [(HeaderMatch.CASE, "userId")]


@pytest.mark.parametrize("typed", ["org_sis_id", "ORG_SIS_ID", "School ID", "school-id", "orgid"])
def test_another_known_name_is_an_alias(typed: str) -> None:
    assert meaning(typed) == [(HeaderMatch.ALIAS, "schoolId")]


def test_a_header_close_to_an_absent_column_is_likely() -> None:
    assert meaning("userId", "userRolle") == [
        (HeaderMatch.EXACT, "userId"),
        (HeaderMatch.LIKELY, "userRole"),
    ]


def test_a_header_close_to_a_column_that_stands_in_the_file_is_unknown() -> None:
    assert meaning("userRole", "userRolle")[1] == (HeaderMatch.UNKNOWN, None)


def test_each_absent_column_is_suggested_once_to_the_header_most_like_it() -> None:
    guesses = meaning("usrRolle", "userRolle")

    assert guesses == [(HeaderMatch.UNKNOWN, None), (HeaderMatch.LIKELY, "userRole")]


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("Class Desc", "className"), ("Course Desc", "className"), ("Class", "className"),
        ("Class Number", "classId"), ("Class Key", "classId"),
        ("First", "userFirstName"), ("Student First", "userFirstName"),
        ("Forename", "userFirstName"), ("Last", "userLastName"), ("Surname", "userLastName"),
        ("District Email", "userEmail"), ("Gr", "userGrade"), ("Class Grade Level", "classGrade"),
        ("Building Number", "schoolId"), ("Location ID", "schoolId"),
        ("Pupil Number", "userId"), ("Employee ID", "userId"), ("State Assigned ID", "userStateId"),
    ],
)  # fmt: skip
def test_a_header_as_other_systems_write_it_is_likely_our_column(typed: str, key: str) -> None:
    assert meaning(typed) == [(HeaderMatch.LIKELY, key)]


@pytest.mark.parametrize(
    "typed",
    ["School Year", "School Phone", "Class Size", "Class Rank", "Student Status", "Grad Year",
     "Course Grade", "Letter Grade", "Class Of", "First Day", "Name", "Full Name", "Student Name"],
)  # fmt: skip
def test_a_header_over_what_no_column_of_ours_holds_is_unknown(typed: str) -> None:
    assert meaning(typed) == [(HeaderMatch.UNKNOWN, None)]


@pytest.mark.parametrize("typed", ["shoe size", "", "  ", "\u200b", "x" * 5000])
def test_a_header_like_nothing_is_unknown(typed: str) -> None:
    assert meaning(typed) == [(HeaderMatch.UNKNOWN, None)]


def test_every_header_of_a_repeated_column_is_repeated_under_whatever_name() -> None:
    assert meaning("schoolId", "userId", "org_sis_id") == [
        (HeaderMatch.REPEATED, "schoolId"),
        (HeaderMatch.EXACT, "userId"),
        (HeaderMatch.REPEATED, "schoolId"),
    ]


def test_a_repeated_unknown_header_stays_unknown() -> None:
    assert meaning("shoe size", "shoe size") == [(HeaderMatch.UNKNOWN, None)] * 2


def test_columns_are_named_by_key_only_where_the_meaning_is_certain() -> None:
    header = match_headers(
        ["userid", "school_id", "userRolle", "shoe size", "classId", "classId"], PROFILE
    )

    assert column_names(header) == ["userId", "schoolId", "#2", "#3", "#4", "#5"]


def test_a_header_of_ten_thousand_columns_is_answered_at_once() -> None:
    typed = [f"userRol{i}" for i in range(10_000)]

    assert sum(cell.match is HeaderMatch.LIKELY for cell in match_headers(typed, PROFILE)) == 1
