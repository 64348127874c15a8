"""Excel counts up what is dragged down: one problem, whatever follows from it."""

from __future__ import annotations

import pytest
from making import Row, file_of, in_class, judged_against, student, teacher

from roster_toolkit import review
from roster_toolkit.reviewing.review import Review


def students(count: int = 20) -> list[Row]:
    """Students of one class."""
    return [in_class(student(f"S{n}"), "C1", classGrade="3") for n in range(count)]


def dragged(count: int = 20, *, start: int = 410, **cells: str) -> list[Row]:
    """The same; `{}` in a cell goes up by one from row to row."""
    return [
        row | {key: cell.format(start + n) for key, cell in cells.items()}
        for n, row in enumerate(students(count))
    ]


def told(result: Review) -> list[tuple[str, str | None, str]]:
    return [(cause.code, cause.column, cause.severity.value) for cause in result.causes]


def test_a_school_that_was_dragged_down_is_one_problem_with_the_class_that_it_tore_apart() -> None:
    result = review(file_of(dragged(schoolId="{}")))

    assert ("RT115", "schoolId", "error") in told(result)
    assert "RT304" not in [code for code, *_ in told(result)]
    (cause,) = [cause for cause in result.causes if cause.code == "RT115"]
    assert result.told(cause).title == (
        "20 rows in which schoolId goes up by one from the row above"
    )
    assert "copy the right schoolId" in result.told(cause).how_to_fix


def test_schools_that_the_list_does_not_know_are_the_same_problem() -> None:
    schools = b"schoolId,schoolName\n410,Oak\n"

    result = judged_against([student("T9", schoolId="410")], dragged(schoolId="{}"),
                            schools=schools)  # fmt: skip

    assert ("RT115", "schoolId", "error") in told(result)
    assert "RT401" not in [code for code, *_ in told(result)]


def test_without_classes_and_without_a_list_it_is_a_warning() -> None:
    bare = dict.fromkeys(("classId", "className", "classGrade"), "")

    result = review(file_of(row | bare for row in dragged(schoolId="SCH-{}")))

    assert told(result) == [("RT115", "schoolId", "warning")]
    assert result.repair().fixed.log.is_empty()


def test_classes_that_were_dragged_down_are_not_to_be_given_a_teacher_each() -> None:
    result = review(file_of(dragged(classId="C{}")))

    assert told(result) == [("RT115", "classId", "warning")]


def test_grades_beyond_the_last_one_show_that_they_were_dragged_down() -> None:
    result = review(file_of([in_class(teacher("T1"), "C1"), *dragged(start=3, userGrade="{}")]))

    assert told(result) == [("RT115", "userGrade", "error")]


@pytest.mark.parametrize(
    "rows",
    [
        dragged(userId="{}"),
        dragged(10, start=3, userGrade="{}"),
        [teacher(f"T{n}", schoolId=f"{410 + n}") for n in range(20)],
        [row | {"schoolId": f"{410 + n // 2}"} for n, row in enumerate(students())],
        [row | {"schoolId": f"{410 + n}"} for n, row in enumerate(students(6))],
    ],
    ids=["IDs of people", "one student in each grade", "one teacher at each school",
         "two students at each school", "a few rows"],
)  # fmt: skip
def test_what_may_go_up_from_row_to_row_is_left_alone(rows: list[Row]) -> None:
    assert "RT115" not in [code for code, *_ in told(review(file_of(rows)))]


def test_no_school_is_named_where_values_are_hidden() -> None:
    result = review(file_of(dragged(schoolId="{}")))

    assert "415" not in result.message(long=True)
    assert b'"415"' in result.json(findings=True)
    assert b'"415"' not in result.masked(key=bytes(32)).json(findings=True)
