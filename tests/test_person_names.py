"""First and last name beside each other: what one person may be called, and many people are not."""

from __future__ import annotations

import pytest
from making import Row, check, student

from roster_toolkit.reviewing.review import Review

FIRST = ("Ana", "Bo", "Cy", "Dee", "Eli", "Fay")
LAST = ("Lee", "Xu", "Diaz", "Cole", "Kim", "Ruiz")


def people(first: str = "{first}", last: str = "{last}", *, every: int = 2) -> list[Row]:
    """Six people; of every second one the names are written otherwise."""
    rows = []
    for n, (one, other) in enumerate(zip(FIRST, LAST, strict=True)):
        names = {"first": one, "last": other}
        told = (first.format(**names), last.format(**names)) if n % every == 0 else (one, other)
        rows.append(student(f"S{n}", userFirstName=told[0], userLastName=told[1]))
    return rows


def told(result: Review) -> list[tuple[str, str | None, int]]:
    return [(cause.code, cause.column, cause.rows) for cause in result.causes]


@pytest.mark.parametrize("last", ["{last}, {first}", "{last},{first}", "{first} {last}"])
def test_half_of_the_last_names_with_the_first_name_in_them_are_one_problem(last: str) -> None:
    result = check(*people(last=last))

    assert told(result) == [("RT210", "userLastName", 3)]
    assert result.findings["suggestion"].to_list() == ["Lee", "Diaz", "Kim"]


@pytest.mark.parametrize("first", ["{last}, {first}", "{first} {last}"])
def test_so_are_first_names_with_the_last_name_in_them(first: str) -> None:
    result = check(*people(first=first))

    assert told(result) == [("RT210", "userFirstName", 3)]
    assert result.findings["suggestion"].to_list() == ["Ana", "Cy", "Eli"]


def test_the_other_name_is_taken_out_after_a_yes_alone() -> None:
    result = check(*people(last="{last}, {first}"))

    assert result.repair().fixed.log.is_empty()
    assert result.repair("RT210").review.causes == ()


def test_nothing_is_proposed_where_the_other_column_does_not_have_the_rest() -> None:
    result = check(*people(last="{last}, {first} Maria"))

    assert told(result) == [("RT210", "userLastName", 3)]
    assert result.findings["suggestion"].to_list() == [None] * 3


def test_the_whole_name_in_both_columns_is_one_problem() -> None:
    result = check(*people("{first} {last}", "{first} {last}", every=1))

    assert told(result) == [("RT211", "userLastName", 6)]
    (cause,) = result.causes
    assert result.told(cause).title == "userLastName throughout: both names are identical"


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("{first}", "{last}, Jr."),
        ("{first}", "{last}, III"),
        ("{first}", "{last}, Ph.D."),
        ("{first} {first}", "{last}"),
        ("{first}", "{last} {first}"),
        ("{first}", "{last}-{first}"),
    ],
)
def test_names_that_are_right_are_left_alone(first: str, last: str) -> None:
    assert told(check(*people(first, last, every=1))) == []


def test_one_person_may_be_called_anything() -> None:
    """Some have one name only, some a comma in it, some the same one twice."""
    odd = [("Madonna", "Madonna"), ("Ana, Maria", "Lee"), ("Bo", "Bo Xu"), ("María", "Diaz, Cruz")]
    rows = [
        student(f"X{n}", userFirstName=first, userLastName=last)
        for n, (first, last) in enumerate(odd)
    ]
    others = [row | {"userId": f"{row['userId']}{n}", "userEmail": f"{row['userId']}{n}@school.org"}
              for n in range(4) for row in people()]  # fmt: skip

    assert told(check(*rows, *others)) == []


def test_blank_names_beside_both_names_stay_one_problem() -> None:
    result = check(*people("", "{last}, {first}", every=1))

    assert told(result) == [("RT101", "userFirstName", 6)]
