"""A mass change says what it consists of (RT412)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import polars as pl
import pytest
from making import Row, file_of, in_class, student, teacher

from roster_toolkit.reviewing.review import Review, review


def crowd(number: int, **cells: str) -> list[Row]:
    return [student(f"S{n}", userFirstName=f"Kid{n}", **cells) for n in range(number)]


def at_school(rows: Sequence[Row], school: str) -> list[Row]:
    return [row | {"schoolId": school, "userId": f"{school}{row['userId']}",
                   "userEmail": f"{school}{row['userEmail']}"} for row in rows]  # fmt: skip


def other_domain(row: Row) -> Row:
    return row | {"userEmail": row["userEmail"].replace("@school.org", "@hill.example")}


def masses(rows: Sequence[Row], roster: Sequence[Row]) -> list[str]:
    return sentences(review(file_of(rows), against=file_of(roster)))


def sentences(result: Review) -> list[str]:
    return result.findings.filter(pl.col("code") == "RT412")["value"].to_list()


def test_a_change_of_domain_is_told_as_that() -> None:
    roster = crowd(30)

    assert masses([other_domain(row) for row in roster], roster) == [
        "0711: 30 of 30 student records updated (the domain of userEmail)"
    ]


@pytest.mark.parametrize("change", [other_domain, lambda row: row | {"userGrade": "4"}])
def test_a_district_of_small_schools_is_judged_as_a_whole(change: Callable[[Row], Row]) -> None:
    """No school has twenty students, and every one of the district's is changed."""
    roster = [row for school in ("0711", "0820", "0930") for row in at_school(crowd(9), school)]

    (told,) = masses([change(row) for row in roster], roster)

    assert told.startswith("all schools together: 27 of 27 student records updated (")


def test_schools_that_are_judged_by_themselves_are_not_judged_together() -> None:
    large, small = at_school(crowd(90), "0711"), at_school(crowd(9), "0820")
    rows = [*map(other_domain, [*large[:20], *small]), *large[20:]]

    assert masses(rows, [*large, *small]) == []


def test_a_small_share_of_a_district_of_small_schools_is_no_mass_change() -> None:
    roster = [row for n in range(10) for row in at_school(crowd(10), f"07{n}")]

    assert masses([*map(other_domain, roster[:25]), *roster[25:]], roster) == []


def test_what_most_records_share_is_told_with_how_many_they_are() -> None:
    roster = crowd(30)
    rows = [other_domain(row) for row in roster[:25]]
    rows += [row | {"userGrade": "4"} for row in roster[25:]]

    assert masses(rows, roster) == [
        "0711: 30 of 30 student records updated (25 of them the domain of userEmail)"
    ]


@pytest.mark.parametrize(
    ("cells", "what"),
    [
        ({"userGrade": "4"}, "userGrade"),
        ({"userDistrictId": "D1"}, "userDistrictId"),
        ({"userLastName": "Li"}, "userLastName"),
        ({"schoolId": "0820"}, "schoolId"),
    ],
    ids=str,
)
def test_any_field_is_named(cells: Row, what: str) -> None:
    roster = [*crowd(30), *crowd(0)]
    school = cells.get("schoolId", "0711")

    (line, *_) = masses([row | cells for row in roster], roster)

    assert line.startswith(f"{school}: 30 of ")
    assert line.endswith(f"student records updated ({what})")


def test_addresses_that_are_all_new_are_no_change_of_domain() -> None:
    roster = crowd(30)
    rows = [row | {"userEmail": f"kid{n}@hill.example"} for n, row in enumerate(roster)]

    assert masses(rows, roster) == ["0711: 30 of 30 student records updated (userEmail)"]


def test_another_letter_case_is_no_change_of_domain() -> None:
    roster = crowd(30)
    rows = [row | {"userEmail": row["userEmail"].upper()} for row in roster]

    assert masses(rows, roster) == ["0711: 30 of 30 student records updated (userEmail)"]


def test_where_nothing_is_shared_by_most_nothing_is_told() -> None:
    roster = crowd(30)
    changes = [{"userGrade": "4"}, {"userLastName": "Li"}, {"userDistrictId": "D"}]
    rows = [row | changes[n % 3] for n, row in enumerate(roster)]

    assert masses(rows, roster) == ["0711: 30 of 30 student records updated"]


def test_one_change_at_several_schools_is_one_cause() -> None:
    roster = [row for school in ("0711", "0820", "0930") for row in at_school(crowd(25), school)]

    result = review(file_of([other_domain(row) for row in roster]), against=file_of(roster))

    (cause,) = result.causes
    assert len(sentences(result)) == 3
    assert result.told(cause).title.startswith(
        "75 of 75 student records updated at 3 schools (the domain of userEmail): more than"
    )


def test_different_changes_at_two_schools_are_one_cause_of_two() -> None:
    one, two = at_school(crowd(25), "0711"), at_school(crowd(25), "0820")
    rows = [*(other_domain(row) for row in one), *(row | {"userGrade": "4"} for row in two)]

    (cause,) = review(file_of(rows), against=file_of([*one, *two])).causes

    assert cause.members == 2


def test_a_field_of_classes_is_named() -> None:
    roster = [in_class(teacher("T1"), f"C{n}") for n in range(20)]

    (line,) = masses([row | {"classSubject": "Latin"} for row in roster], roster)

    assert line == "0711: 20 of 20 class records updated (classSubject)"


def test_created_classes_that_come_again_are_told_as_that() -> None:
    roster = [in_class(teacher("T1"), f"C{n}", className=f"Math {n}") for n in range(20)]
    rows = [row | {"classId": f"N{row['classId']}"} for row in roster]

    assert masses(rows, roster) == [
        "0711: 20 class records created beside 20 (known under other IDs)",
        "0711: 20 enrollment records created beside 20 (in classes known under other IDs)",
    ]


def test_created_classes_of_other_names_are_simply_created() -> None:
    roster = [in_class(teacher("T1"), f"C{n}", className=f"Math {n}") for n in range(20)]
    rows = [row | {"classId": f"N{n}", "className": f"Art {n}"} for n, row in enumerate(roster)]

    assert masses(rows, roster) == [
        "0711: 20 class records created beside 20",
        "0711: 20 enrollment records created beside 20",
    ]


def test_created_records_are_no_part_of_those_that_are_there() -> None:
    """More can be created than there are: 31 of 27 would be."""
    roster = [in_class(teacher("T1"), f"C{n}", className=f"Math {n}") for n in range(20)]
    rows = [in_class(teacher("T1"), f"N{n}", className=f"Art {n}") for n in range(31)]

    assert masses(rows, roster)[0] == "0711: 31 class records created beside 20"
