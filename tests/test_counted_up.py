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


# --- rows that were added below ------------------------------------------------------------------


def added(count: int = 12, *, start: int = 410, key: str = "schoolId") -> list[Row]:
    """Thirty students of one school, and some whose cell was dragged down from the last of them."""
    rows = students(30 + count)
    values = [start] * 30 + [start + n for n in range(1, count + 1)]
    return [row | {key: str(value)} for row, value in zip(rows, values, strict=True)]


def test_a_school_that_was_dragged_down_to_the_last_row_is_told_of_these_rows() -> None:
    result = review(file_of(added()))

    (cause,) = [cause for cause in result.causes if cause.code == "RT115"]
    assert (cause.column, cause.rows) == ("schoolId", 12)
    assert "RT304" not in [code for code, *_ in told(result)]


def test_a_school_that_is_unknown_elsewhere_stays_a_problem_of_its_own() -> None:
    rows = [student("S99", schoolId="999"), *added()]

    result = judged_against(
        [student("T9", schoolId="410")], rows, schools=b"schoolId,schoolName\n410,Oak\n"
    )

    assert [row for code, _, row in told(result) if code == "RT401"] == ["error"]
    assert [cause.rows for cause in result.causes if cause.code == "RT401"] == [1]


def test_grades_that_were_dragged_down_to_the_last_row_are_one_problem() -> None:
    result = review(file_of(added(start=3, key="userGrade")))

    assert told(result)[0] == ("RT115", "userGrade", "error")


@pytest.mark.parametrize(
    "rows",
    [
        added(8),
        added(key="classId"),
        [*added(), student("S99", schoolId="415")],
        [*added(), student("S99", schoolId="410")],
        [*added()[30:], *students(30)],
    ],
    ids=["a few rows", "classes of one student", "a school of two", "the last one is right",
         "not at the end"],
)  # fmt: skip
def test_what_may_go_up_at_the_end_of_a_file_is_left_alone(rows: list[Row]) -> None:
    assert "RT115" not in [code for code, *_ in told(review(file_of(rows)))]


def test_schools_of_one_student_each_below_others_are_left_alone() -> None:
    """A program of the whole district: nobody above is at the school with which it begins."""
    below = [student(f"N{n}", schoolId=f"{410 + n}") for n in range(12)]

    assert "RT115" not in [code for code, *_ in told(review(file_of([*students(30), *below])))]


def test_no_school_is_named_where_values_are_hidden() -> None:
    result = review(file_of(dragged(schoolId="{}")))

    assert "415" not in result.message(long=True)
    assert b'"415"' in result.json(findings=True)
    assert b'"415"' not in result.masked(key=bytes(32)).json(findings=True)
