"""People who stay where a file no longer puts them (RT417)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import polars as pl
import pytest
from making import Row, file_of, in_class, judged_against, removal, student, teacher

from roster_toolkit.errors import UsageError
from roster_toolkit.report.text import TextReport
from roster_toolkit.reviewing.review import Review, review

SCHOOLS = b"schoolId,schoolName\n0711,Ash\n0820,Birch\n0930,Cedar\n"


def judge(rows: Sequence[Row], roster: Sequence[Row]) -> Review:
    return judged_against(roster, rows, SCHOOLS)


def sentences(result: Review) -> list[str]:
    return sorted(result.findings.filter(pl.col("code") == "RT417")["value"].to_list())


def staying(result: Review) -> list[tuple[str, str, str | None]]:
    return result.left_behind.select("userId", "schoolId", "classId").rows()


# --- at a school ---------------------------------------------------------------------------------

ANA = in_class(student("S1", userFirstName="Ana"), "A1", className="Math A")
BO = in_class(student("S2", userFirstName="Bo"), "A1", className="Math A")
CY = in_class(
    student("S3", userFirstName="Cy", schoolId="0820"), "B1", schoolId="0820", className="Math B"
)
MOVED = ANA | {"schoolId": "0820", "classId": "B1", "className": "Math B"}


def test_somebody_who_moves_stays_at_the_old_school_too() -> None:
    result = judge([MOVED, BO, CY], [ANA, BO, CY])

    assert sentences(result) == [
        "0711: 1 person stays though the file names them at other schools alone"
    ]
    assert staying(result) == [("S1", "0711", None)]
    line = result.left_behind.row(0, named=True)
    assert (line["schools"], line["classes"]) == ("0711, 0820", 2)
    assert "Ana Lee (S1) would be at 2 schools (0711 and 0820) and in 2 classes." in text(result)


def test_a_move_is_seen_though_the_file_holds_the_new_school_alone() -> None:
    assert staying(judge([MOVED], [ANA, BO, CY])) == [("S1", "0711", None)]


def test_somebody_whom_one_row_still_names_at_the_old_school_is_not_left_behind() -> None:
    assert sentences(judge([MOVED, ANA], [ANA, BO, CY])) == []


def test_a_rejected_row_at_the_old_school_names_it_too() -> None:
    assert sentences(judge([MOVED, ANA | {"classGrade": "99"}], [ANA, BO, CY])) == []


def test_a_row_at_a_school_that_nobody_knows_may_mean_the_old_one() -> None:
    assert sentences(judge([MOVED, ANA | {"schoolId": "O711"}], [ANA, BO, CY])) == []


def test_a_teacher_of_two_schools_is_not_left_behind_by_the_file_of_one() -> None:
    both = [teacher("T1", schoolId="0711"), teacher("T1", schoolId="0820")]

    assert sentences(judge([both[0]], both)) == []
    assert sentences(judge([both[0], ANA], [*both, ANA])) == []


def test_a_teacher_whom_the_file_of_both_schools_names_at_one_is_left_behind() -> None:
    both = [teacher("T1", schoolId="0711"), teacher("T1", schoolId="0820")]

    assert staying(judge([both[0], ANA, CY], [*both, ANA, CY])) == [("T1", "0820", None)]


def test_a_coach_whom_a_staff_upload_adds_to_a_school_leaves_nothing_behind() -> None:
    coach = teacher("T1", schoolId="0711")
    rows = file_of([coach | {"schoolId": "0820"}])

    result = review(rows, profile="third-party", against=file_of([coach]), schools=SCHOOLS)

    assert sentences(result) == []


def test_somebody_who_joins_a_second_school_and_keeps_the_first_is_not_left_behind() -> None:
    assert sentences(judge([ANA, ANA | {"schoolId": "0820", "classId": "B1"}], [ANA, CY])) == []


def test_people_outside_the_file_are_not_judged() -> None:
    assert sentences(judge([CY], [ANA, BO, CY])) == []


def test_somebody_new_leaves_nothing_behind() -> None:
    assert sentences(judge([student("N1", schoolId="0820"), CY], [ANA, CY])) == []


def test_somebody_whose_rows_are_all_rejected_moves_nowhere() -> None:
    assert sentences(judge([MOVED | {"userGrade": "99"}, BO], [ANA, BO, CY])) == []


def test_a_renumbered_person_who_moves_is_left_behind_under_the_new_id() -> None:
    assert staying(judge([MOVED | {"userId": "N1"}], [ANA, CY])) == [("N1", "0711", None)]


def test_a_removal_names_no_school_of_its_person() -> None:
    assert sentences(judge([removal("B1", "S1", schoolId="0820")], [ANA, CY])) == []


def test_those_who_stay_are_counted_school_by_school_and_are_one_cause() -> None:
    roster = [student(f"A{n}", schoolId="0711") for n in range(3)]
    roster += [student(f"B{n}", schoolId="0820") for n in range(2)]

    result = judge([row | {"schoolId": "0930"} for row in roster], roster)

    assert [value[:21] for value in sentences(result)] == [
        "0711: 3 people stay t",
        "0820: 2 people stay t",
    ]
    (cause,) = [cause for cause in result.causes if cause.code == "RT417"]
    assert result.told(cause).title.startswith("2 schools: 5 people stay though the file names")


# --- in classes that come again ------------------------------------------------------------------


def section(class_id: str, *people: Row, **cells: str) -> list[Row]:
    return [in_class(person, class_id, **cells) for person in people]


TOM = teacher("T1", userFirstName="Tom")
TIM = teacher("T2", userFirstName="Tim")
PUPILS = [student(f"S{n}", userFirstName=f"Pupil{n}") for n in range(3)]
OLD = section("M1", TOM, *PUPILS, className="Math 3", classGrade="3")


def test_people_of_a_class_that_comes_again_under_a_new_id_are_in_both() -> None:
    result = judge([row | {"classId": "M9"} for row in OLD], OLD)

    assert sentences(result) == ["0711: 4 people stay in 1 class that comes again under a new ID"]
    assert set(result.left_behind["twin"]) == {"M9"}
    assert "Class “M1” comes again as “M9”: 4 people" in text(result)


@pytest.mark.parametrize(
    ("cells", "twin"),
    [
        ({"className": "MATH 3"}, True),
        ({"classGrade": "4"}, True),
        ({"className": "Math 4"}, False),
        ({"schoolId": "0820"}, False),
    ],
)
def test_a_twin_has_school_and_name_and_grade_or_teacher(cells: Row, *, twin: bool) -> None:
    result = judge([row | {"classId": "M9"} | cells for row in OLD], OLD)

    assert bool(result.left_behind.drop_nulls("classId").height) is twin


def test_another_grade_and_another_teacher_make_another_class() -> None:
    pupils = section("M9", TIM, *PUPILS, className="Math 3", classGrade="4")

    assert sentences(judge(pupils, [*OLD, TIM])) == []


def test_an_old_class_that_the_file_mentions_has_no_twin() -> None:
    other = section("M9", TIM, PUPILS[0], className="Math 3", classGrade="3")

    assert sentences(judge([*OLD, *other], [*OLD, TIM])) == []
    assert sentences(judge([*other, OLD[1] | {"userGrade": "99"}], [*OLD, TIM])) == []


def test_sections_of_one_name_that_the_roster_has_are_no_twins() -> None:
    second = section("M2", TIM, *PUPILS[:1], className="Math 3", classGrade="3")

    assert sentences(judge(second, [*OLD, *second])) == []


def test_an_old_class_that_the_file_removes_is_left_by_everybody() -> None:
    new = [row | {"classId": "M9"} for row in OLD]

    assert sentences(judge([*new, removal("M1", "T1")], OLD)) == []


def test_one_more_section_with_pupils_of_its_own_is_no_twin() -> None:
    newcomers = [student(f"N{n}", userFirstName=f"New{n}") for n in range(3)]

    assert sentences(judge(section("M9", TOM, *newcomers, className="Math 3"), OLD)) == []


def test_of_sections_with_one_name_the_twin_is_the_one_with_the_same_people() -> None:
    """Kept by the advice, the ID of another section would put two classes into one."""
    others = [student(f"P{n}", userFirstName=f"Other{n}") for n in range(3)]
    second = section("M2", TIM, *others, className="Math 3", classGrade="3")
    anew = {"M1": "N8", "M2": "N7"}

    result = judge([row | {"classId": anew[row["classId"]]} for row in [*OLD, *second]],
                   [*OLD, *second])  # fmt: skip

    pairs = result.left_behind.select("classId", "twin").unique().sort("classId").rows()
    assert pairs == [("M1", "N8"), ("M2", "N7")]


def test_a_class_of_staff_alone_that_comes_again_is_a_twin() -> None:
    old = section("M1", TOM, className="Team")

    assert staying(judge(section("M9", TOM, className="Team"), old)) == [("T1", "0711", "M1")]


def test_pupils_who_went_on_stay_in_the_class_of_last_year() -> None:
    last = [*section("R3", TOM, *PUPILS[:2], className="Reading 3", classGrade="3"),
            *section("R4", TIM, PUPILS[2], className="Reading 4", classGrade="4")]  # fmt: skip
    new = student("N1", userFirstName="New")
    this = [*section("X3", TOM, new, className="Reading 3", classGrade="3"),
            *section("X4", TIM, *PUPILS[:2], className="Reading 4", classGrade="4")]  # fmt: skip

    assert staying(judge(this, last)) == [
        ("S0", "0711", "R3"),
        ("S1", "0711", "R3"),
        ("T1", "0711", "R3"),
    ]


def test_somebody_whom_the_file_puts_in_no_new_class_stays_where_they_are() -> None:
    newcomers = section("M9", TIM, student("N1"), className="Math 3", classGrade="3")
    corrected = student("S0", userFirstName="Pupil0", userGrade="4")

    assert sentences(judge([*newcomers, corrected], [*OLD, TIM])) == []


def test_a_class_that_the_roster_closed_has_no_twin() -> None:
    first = judge(OLD, OLD)
    assert first.against is not None
    classes = first.against.roster.classes.with_columns(active=pl.lit(value=False))
    closed = replace(first.against, roster=replace(first.against.roster, classes=classes))

    result = review(file_of([row | {"classId": "M9"} for row in OLD]), against=closed)

    assert "RT417" not in result.by_rule


def test_a_class_with_an_altered_id_is_in_error_and_no_twin() -> None:
    old = [row | {"classId": "007"} for row in OLD]

    result = judge([row | {"classId": "7"} for row in OLD], old)

    assert set(result.by_rule) == {"RT406"}


# --- in another class ----------------------------------------------------------------------------

MATH = {"className": "Math 3", "classGrade": "3", "classSubject": "Math"}
ALGEBRA = {"className": "Math 4", "classGrade": "4", "classSubject": "Math"}
ART = {"className": "Art", "classGrade": "3", "classSubject": "Art"}


def taught(class_id: str, facts: Row, *people: Row) -> list[Row]:
    return [in_class(person, class_id, **facts) for person in (TOM, *people)]


def test_somebody_who_changes_class_stays_in_the_class_that_the_file_lists_without_them() -> None:
    before = [*taught("M3", MATH, *PUPILS), *taught("A3", ART)]
    after = [*taught("M3", MATH, *PUPILS[1:]), *taught("A3", ART, PUPILS[0])]

    result = judge(after, before)

    assert staying(result) == [("S0", "0711", "M3")]
    assert sentences(result) == ["0711: 1 person stays in 1 class that no row of theirs names"]
    assert "Pupil0 Lee (S0) would stay in “M3”." in text(result)
    assert "removes nothing. Pupil0 Lee (S0). (RT417)" in result.errors_csv().decode()


def test_who_goes_on_to_the_next_grade_stays_in_the_class_of_last_year_under_the_same_id() -> None:
    before = [*taught("M3", MATH, *PUPILS), *taught("M4", ALGEBRA)]
    after = [*taught("M3", MATH, student("N1")), *taught("M4", ALGEBRA, *PUPILS)]

    assert staying(judge(after, before)) == [(row["userId"], "0711", "M3") for row in PUPILS]


def test_a_class_that_a_file_adds_takes_nobody_out_of_another() -> None:
    before, newcomer = [*taught("M3", MATH, *PUPILS)], student("N1")
    after = [*taught("A3", ART, *PUPILS), *taught("M3", MATH, newcomer)]

    assert sentences(judge(after, before)) == []


def test_whoever_joins_no_class_in_the_file_is_not_left_behind_in_one() -> None:
    before = [*taught("M3", MATH, *PUPILS)]

    assert sentences(judge([*taught("M3", MATH, *PUPILS[1:]), PUPILS[0]], before)) == []


def test_a_rejected_row_names_the_class_of_its_person_too() -> None:
    before = [*taught("M3", MATH, *PUPILS), *taught("A3", ART)]
    wrong = in_class(PUPILS[0], "M3", **MATH) | {"primary_teacher": "TRUE"}
    after = [*taught("M3", MATH, *PUPILS[1:]), wrong, *taught("A3", ART, PUPILS[0])]

    assert sentences(judge(after, before)) == []


# --- listed on request ---------------------------------------------------------------------------


def test_people_classes_and_enrollments_left_behind_are_listed() -> None:
    result = judge([row | {"classId": "M9"} for row in OLD], OLD)

    assert result.records("student", "left behind")["key"].to_list() == ["S0", "S1", "S2"]
    assert result.records("staff", "left behind", "0711")["key"].to_list() == ["T1"]
    assert result.records("staff", "left behind", "0820").is_empty()
    assert result.records("class", "left behind")["key"].to_list() == ["M1"]
    assert result.records("enrollment", "left behind")["key"].to_list() == [
        f"{user} in M1" for user in ("S0", "S1", "S2", "T1")
    ]


def test_the_error_file_names_those_who_stay() -> None:
    written = judge([MOVED, BO, CY], [ANA, BO, CY]).errors_csv().decode()

    assert "removes nothing. Ana Lee (S1). (RT417)" in written


def test_without_values_they_are_counted_and_not_named() -> None:
    result = judge([MOVED, *(row | {"classId": "M9"} for row in OLD)], [ANA, CY, *OLD])

    shown = TextReport(result, values=False).render()

    assert "0711" not in shown
    assert "Ana" not in shown
    assert "stay in a class that comes again under a new ID." in " ".join(shown.split())


def test_without_a_roster_nobody_is_left_behind() -> None:
    with pytest.raises(UsageError):
        _ = review(file_of([ANA])).left_behind


def test_the_order_of_rows_does_not_matter() -> None:
    rows = [MOVED, *(row | {"classId": "M9"} for row in OLD), BO]
    roster = [ANA, BO, CY, *OLD]

    one, two = judge(rows, roster), judge(rows[::-1], roster[::-1])

    assert sentences(one) == sentences(two)
    assert one.left_behind.equals(two.left_behind)


def text(result: Review) -> str:
    return " ".join(TextReport(result).render().split())
