"""New people who have name and role of somebody whom the file leaves out (RT416)."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
import pytest
from making import Row, file_of, in_class, judged_against, places, student, teacher

from roster_toolkit.reviewing.review import Review, review

ANA = student("S1", userGrade="3", schoolId="0711")
BO = student("S2", userFirstName="Bo", userLastName="Diaz")
#: Ana under another ID and address.
AGAIN = ANA | {"userId": "N1", "userEmail": "ana.lee@school.org"}


def judge(*rows: Row, roster: Sequence[Row] = (ANA, BO)) -> Review:
    return judged_against(roster, rows)


def meant(result: Review) -> dict[str, str]:
    found = result.findings.filter(pl.col("code") == "RT416")
    return dict(found.select("value", "suggestion").rows())


def test_a_new_id_and_address_with_name_and_role_of_somebody_left_out_is_named() -> None:
    result = judge(AGAIN, BO)

    assert places(result, "RT416") == [(None, "userId", "RT416")]
    assert meant(result) == {"N1": "S1"}
    assert "“N1” is new, but has the name and role of “S1”" in result.told(result.causes[0]).title
    assert result.rejected_rows.is_empty()


@pytest.mark.parametrize(
    "cells",
    [
        {"userGrade": "4"},
        {"schoolId": "0820"},
        {"schoolId": "0820", "userGrade": "4"},
        {"userGrade": "9"},
        {"userFirstName": "ANA", "userLastName": "lee"},
    ],
    ids=str,
)
def test_same_school_or_same_or_next_grade_is_near_enough(cells: Row) -> None:
    assert meant(judge(AGAIN | cells, BO)) == {"N1": "S1"}


@pytest.mark.parametrize(
    "cells",
    [
        {"userFirstName": "Anna"},
        {"userLastName": "Li"},
        {"userRole": "Teacher", "userGrade": ""},
        {"schoolId": "0820", "userGrade": "5"},
        {"schoolId": "0820", "userGrade": "2"},
        {"userEmail": ""},
        {"userFirstName": "N/A"},
    ],
    ids=str,
)
def test_anybody_less_alike_is_somebody_new(cells: Row) -> None:
    assert meant(judge(AGAIN | cells, BO)) == {}


def test_somebody_whom_the_file_mentions_does_not_come_back() -> None:
    assert meant(judge(AGAIN, ANA)) == {}
    assert meant(judge(AGAIN, ANA | {"userGrade": "99"})) == {}


def test_somebody_whom_the_file_means_by_an_altered_id_does_not_come_back() -> None:
    known = ANA | {"userId": "0101"}

    assert meant(judge(AGAIN, known | {"userId": "101.0"}, roster=[known])) == {}


def test_somebody_who_keeps_the_address_is_renumbered() -> None:
    result = judge(AGAIN | {"userEmail": ANA["userEmail"]}, BO)

    assert set(result.by_rule) == {"RT403"}


def test_somebody_who_is_renumbered_in_the_file_does_not_come_back_as_well() -> None:
    renumbered = ANA | {"userId": "R1"}

    assert meant(judge(AGAIN, renumbered)) == {}


def test_of_two_namesakes_nobody_can_tell_who_comes_back() -> None:
    other = ANA | {"userId": "S3", "userEmail": "s3@school.org"}

    assert meant(judge(AGAIN, roster=[ANA, other])) == {}
    assert meant(judge(AGAIN, other, roster=[ANA, other])) == {"N1": "S1"}


def test_of_two_namesakes_the_one_who_is_near_is_meant() -> None:
    far = ANA | {"userId": "S3", "userEmail": "s3@x.org", "schoolId": "0820", "userGrade": "11"}

    assert meant(judge(AGAIN, roster=[ANA, far])) == {"N1": "S1"}


def test_two_newcomers_of_one_name_are_not_both_the_one_who_left() -> None:
    twin = AGAIN | {"userId": "N2", "userEmail": "n2@school.org"}

    assert meant(judge(AGAIN, twin)) == {}


def test_staff_have_no_grade_in_common() -> None:
    gone = teacher("T1", schoolId="0711")
    new = gone | {"userId": "T9", "userEmail": "t9@school.org"}

    assert meant(judge(new, roster=[gone])) == {"T9": "T1"}
    assert meant(judge(new | {"schoolId": "0820"}, roster=[gone])) == {}


def test_an_address_of_somebody_else_says_who_it_is() -> None:
    assert meant(judge(AGAIN | {"userEmail": BO["userEmail"]}, ANA | BO)) == {}


def test_one_of_several_rows_at_the_same_school_is_enough() -> None:
    far = AGAIN | {"userGrade": "11"}
    rows = [in_class(far, "C1", schoolId="0820"), in_class(far, "C2", schoolId="0711")]

    assert meant(judge(*rows)) == {"N1": "S1"}


def test_a_whole_school_that_comes_back_is_one_cause() -> None:
    roster = [student(f"S{n}", userFirstName=f"Kid{n}") for n in range(40)]
    rows = [row | {"userId": f"N{n}", "userEmail": f"n{n}@x.org"} for n, row in enumerate(roster)]

    result = judge(*rows, roster=roster)

    (cause,) = [cause for cause in result.causes if cause.code == "RT416"]
    assert cause.findings == 40
    assert cause.members == 40


def test_nothing_is_repaired_for_somebody_who_seems_to_come_back() -> None:
    result = judge(AGAIN, BO)

    assert result.repairs.filter(pl.col("code") == "RT416").is_empty()
    assert result.repair().fixed.data == file_of([AGAIN, BO])


def test_nobody_comes_back_to_a_roster_without_anybody() -> None:
    known = review(file_of([ANA]), against=file_of([ANA])).against
    assert known is not None

    assert meant(review(file_of([AGAIN]), against=file_of([BO]))) == {}
