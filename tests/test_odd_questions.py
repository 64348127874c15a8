"""Questions in SQL that nobody should ask are answered with a sentence as well."""

from __future__ import annotations

import pytest
from making import check, student

from roster_toolkit.errors import UsageError
from roster_toolkit.reviewing.review import Review


@pytest.fixture(scope="module")
def result() -> Review:
    return check(student(), student("S2", userGrade="x"))


@pytest.mark.parametrize(
    "query",
    [
        "select union_value(a := 1)",
        "select [union_value(a := 1)]",
        "select {'a': [union_value(b := 1)]}",
        "select map {'a': union_value(b := 1)}",
        "select interval 1 year",
        "select [interval 1 day]",
        "select [[interval 1 day]]::interval[1][1]",
        "select '\ud800'",
        "select \ud800",
        "select count(*) from findings where value = '\udc80'",
        "",
        " \n",
        ";",
        "-- nothing",
        None,
        5,
        b"select 1",
        ["select 1"],
        "select '\0",
        "select " + "(" * 3000 + "1" + ")" * 3000,
        "select " + "[" * 60 + "interval 1 day" + "]" * 60,
    ],
    ids=lambda query: repr(query)[:40],
)
def test_an_odd_question_is_answered_with_a_sentence(result: Review, query: object) -> None:
    with pytest.raises(UsageError) as told:
        result.sql(query)  # type: ignore[arg-type]

    assert str(told.value).endswith(".")


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        ("select interval 1 year :: varchar", "1 year"),
        ("select [1, 2]", [1, 2]),
        ("select {'interval': 1}", {"interval": 1}),
        ("select 'a' :: enum('a', 'b')", "a"),
        ("select null", None),
        ("select count(*) from rows", 2),
    ],
)
def test_what_a_frame_can_hold_is_answered(result: Review, query: str, answer: object) -> None:
    given = result.sql(query).item()

    assert (given.to_list() if hasattr(given, "to_list") else given) == answer
