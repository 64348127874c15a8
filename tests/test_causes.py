"""Section 3, "Causes": what one correction would clear is one cause."""

from __future__ import annotations

import pytest
from making import HEADER, Row, check, file_of, in_class, places, removal, student, teacher

from roster_toolkit.causes import Cause, Claim
from roster_toolkit.model import Severity
from roster_toolkit.profile import load_profile
from roster_toolkit.reviewing.review import Review, review
from roster_toolkit.samples import Sample, hard_mixture


def facts_of(result: Review) -> list[tuple[str, str | None, str | None, int]]:
    """Code, column, value and findings of each cause, in the order of correction."""
    return [(cause.code, cause.column, cause.value, cause.findings) for cause in result.causes]


def only(result: Review, code: str) -> Cause:
    (cause,) = (cause for cause in result.causes if cause.code == code)
    return cause


def students(number: int, **cells: str) -> list[Row]:
    return [student(f"S{at}", **cells) for at in range(number)]


# --- every finding belongs to exactly one cause ---------------------------------------------------


def test_same_wrong_value_in_many_rows_is_one_cause() -> None:
    result = check(*students(3, userGrade="Grade 3"), *students(9))

    assert facts_of(result)[0] == ("RT102", "userGrade", "Grade 3", 3)


def test_value_of_half_the_findings_stands_alone_and_the_others_share_a_cause() -> None:
    grades = ["a", "a", "a", "a", "a", "b", "b", "c", "d", "e"]
    rows = [student(f"S{at}", userGrade=grade) for at, grade in enumerate(grades)]

    result = check(*rows, *students(30, userId="X", userEmail="x@school.org"))

    assert facts_of(result)[:2] == [("RT102", "userGrade", "a", 5), ("RT102", "userGrade", None, 5)]
    assert result.causes[1].values == ("b", "c", "d", "e")


def test_value_of_less_than_half_does_not_stand_alone() -> None:
    grades = ["a", "a", "a", "a", "a", "b", "b", "c", "d", "e", "f"]
    rows = [student(f"S{at}", userGrade=grade) for at, grade in enumerate(grades)]

    cause = only(check(*rows, *students(30)), "RT102")

    assert (cause.value, cause.members, cause.findings) == (None, 6, 11)


def test_value_of_fewer_than_five_findings_does_not_stand_alone() -> None:
    grades = ["a", "a", "a", "a", "b"]
    rows = [student(f"S{at}", userGrade=grade) for at, grade in enumerate(grades)]

    cause = only(check(*rows, *students(30)), "RT102")

    assert (cause.value, cause.values, cause.findings) == (None, ("a", "b"), 5)


def test_of_two_values_that_halve_the_findings_neither_stands_alone() -> None:
    rows = [student(f"S{at}", userGrade="ab"[at % 2]) for at in range(20)]

    assert only(check(*rows, *students(30)), "RT102").values == ("a", "b")


def test_many_bad_addresses_are_one_cause() -> None:
    rows = [student(f"S{at}", userEmail=f"bad{at}") for at in range(500)]

    result = check(*rows, *[student(f"T{at}") for at in range(400)])

    assert facts_of(result) == [("RT103", "userEmail", None, 500)]


def test_many_classes_in_conflict_are_one_cause() -> None:
    rows = [
        in_class(teacher(f"T{at}"), f"C{at // 3}", className="Art" if at % 3 else "Math")
        for at in range(90)
    ]

    result = check(*rows)

    assert facts_of(result) == [("RT304", "className", None, 30)]
    assert result.causes[0].members == 30


def test_columns_of_one_rule_are_causes_of_their_own() -> None:
    rows = students(2, userFirstName="n/a", userLastName="n/a")

    result = check(*rows, *[student(f"T{at}") for at in range(9)])

    assert facts_of(result) == [
        ("RT110", "userFirstName", "n/a", 2),
        ("RT110", "userLastName", "n/a", 2),
    ]


def test_one_conflict_of_a_class_is_one_cause_on_all_its_rows() -> None:
    rows = [in_class(teacher(f"T{at}"), className="Art" if at < 3 else "Math") for at in range(8)]

    cause = only(check(*rows), "RT304")

    assert (cause.value, cause.findings, cause.rows) == ("C1", 3, 3)


def test_shared_address_is_one_cause_for_both_people() -> None:
    rows = students(2, userEmail="a@school.org")

    assert facts_of(check(*rows, student("S3"))) == [("RT302", "userEmail", "a@school.org", 2)]


# --- who claims a finding first ------------------------------------------------------------------


def test_missing_header_and_its_likely_misspelling_are_one_cause() -> None:
    header = ["userEmial" if name == "userEmail" else name for name in HEADER]

    result = review(file_of(students(2), header))

    assert len(result.causes) == 1
    cause = result.causes[0]
    assert (cause.claim, cause.severity, cause.findings) == (Claim.HEADER, Severity.BLOCKER, 2)
    assert cause.value == "userEmail"


def test_two_faults_of_the_header_are_two_causes() -> None:
    header = [name for name in HEADER if name != "className"] + ["Notes"]

    result = review(file_of(students(2), header))

    assert facts_of(result) == [("RT003", "className", "className", 1), ("RT004", None, "Notes", 1)]


def test_damage_to_four_fifths_of_a_column_is_one_cause() -> None:
    grades = ["Grade 1", "Grade 2", "Grade 3", "Grade 4", "5"]
    rows = [student(f"S{at}", userGrade=grade) for at, grade in enumerate(grades)]

    result = check(*rows, *[teacher(f"T{at}") for at in range(20)])

    cause = only(result, "RT102")
    assert (cause.claim, cause.findings, cause.members) == (Claim.COLUMN, 4, 4)


def test_damage_to_less_of_a_column_is_no_damage_to_the_column() -> None:
    grades = ["Grade 1", "Grade 2", "Grade 3", "4", "5"]
    rows = [student(f"S{at}", userGrade=grade) for at, grade in enumerate(grades)]

    result = check(*rows)

    assert [(cause.claim, cause.members) for cause in result.causes] == [(Claim.MEMBER, 3)]


def test_column_that_is_blank_throughout_is_one_cause() -> None:
    rows = [teacher(f"T{at}", userLastName=" ") for at in range(3)]

    cause = only(check(*rows), "RT101")

    assert (cause.claim, cause.column, cause.findings) == (Claim.COLUMN, "userLastName", 3)


def test_blank_cells_are_no_damage_to_a_column_that_holds_something() -> None:
    missing = students(9, userGrade="", userLastName="")

    result = check(*missing, student("T1"), student("T2"))

    assert {cause.claim for cause in result.causes} == {Claim.MEMBER}


def test_blank_cells_do_not_hide_damage_to_the_filled_ones() -> None:
    rows = [*students(4, userStateId="1.23E+05"), *[teacher(f"T{at}") for at in range(20)]]

    cause = only(check(*rows), "RT106")

    assert cause.claim is Claim.COLUMN


def test_findings_of_a_shifted_row_belong_to_the_shift() -> None:
    cells = [in_class(student("S1")).get(name, "") for name in HEADER]
    shifted = dict(zip(HEADER, [*cells[:5], "", *cells[5:-1]], strict=True))

    result = check(shifted, in_class(teacher()))

    assert [(cause.claim, cause.code, cause.rows) for cause in result.causes] == [
        (Claim.SHIFT, "RT208", 1)
    ]
    assert result.causes[0].findings == result.findings.height
    assert result.causes[0].derived == result.findings.height - 1


def test_shifted_rows_are_one_cause_even_if_all_rows_are_shifted() -> None:
    moved = []
    for at in range(5):
        cells = [in_class(student(f"S{at}")).get(name, "") for name in HEADER]
        moved.append(dict(zip(HEADER, [*cells[:5], "", *cells[5:-1]], strict=True)))

    result = check(*moved)

    assert [(cause.claim, cause.rows, cause.clears) for cause in result.causes] == [
        (Claim.SHIFT, 5, 5)
    ]


# --- derived findings ----------------------------------------------------------------------------


def test_further_finding_on_a_row_that_its_cause_rejects_is_derived() -> None:
    row = in_class(teacher(), className="", classGrade="")

    result = check(row, in_class(teacher("T2"), "C2"), in_class(teacher("T3"), "C3"))

    told_apart = {cause.column: (cause.findings, cause.derived) for cause in result.causes}
    assert told_apart == {"className": (1, 0), "classGrade": (1, 0)}


def test_errors_of_different_causes_are_not_derived() -> None:
    result = check(student(userEmail="bo", userGrade="13"))

    assert result.findings["derived"].to_list() == [False, False]


def test_every_rejected_row_keeps_a_finding_that_is_not_derived() -> None:
    moved = {"userRole": "", "userFirstName": "Student", "userLastName": "Ana", "userEmail": "Lee"}
    moved |= {"userGrade": "s1@school.org", "classId": "3"}
    rows = [student() | moved, student("S2", userEmail="bo", userGrade=""), removal("")]

    result = check(*rows)

    kept = result.findings.filter(~result.findings["derived"])
    assert set(kept["row"].drop_nulls()) == {2, 3, 4}


def test_warnings_of_a_cause_that_rejects_nothing_are_not_derived() -> None:
    row = in_class(teacher())

    assert check(row, row).findings["derived"].to_list() == [False, False]


# --- what a cause says ---------------------------------------------------------------------------


def test_cause_clears_the_rows_that_have_no_other_error() -> None:
    rows = [student("S1", userGrade="13"), student("S2", userGrade="13", userEmail="bo")]

    result = check(*rows, *[student(f"T{at}") for at in range(9)])

    grade, address = only(result, "RT102"), only(result, "RT103")
    assert (grade.rows, grade.clears) == (2, 1)
    assert (address.rows, address.clears) == (1, 0)


def test_warning_does_not_keep_an_error_from_clearing_its_row() -> None:
    result = check(student(userGrade="13", userLastName="Lee "), student("S2"), student("S3"))

    assert (only(result, "RT102").rows, only(result, "RT102").clears) == (1, 1)


def test_cause_counts_schools_and_suggestions_and_shows_an_example() -> None:
    rows = [*students(2, userGrade="03"), student("S9", schoolId="0800", userGrade="03")]

    cause = only(check(*[student(f"T{at}") for at in range(4)], *rows), "RT102")

    assert (cause.rows, cause.schools, cause.suggestions) == (3, 2, 3)
    assert (cause.example_row, cause.example_value, cause.example_suggestion) == (6, "03", "3")


def test_cause_without_rows_touches_none() -> None:
    cause = only(check(in_class(student())), "RT307")

    assert (cause.value, cause.rows, cause.clears, cause.example_row) == ("C1", 0, 0, None)


def test_blocker_touches_every_record() -> None:
    result = review(file_of([*students(3), {}], [*HEADER, "Notes"]))

    assert only(result, "RT004").rows == 3


# --- order ---------------------------------------------------------------------------------------


def test_causes_stand_in_order_of_severity_then_cleared_rows() -> None:
    rows = [
        *students(3, userGrade="13"),
        *[student(f"A{at}", userRole="Boss") for at in range(5)],
        *[student(f"B{at}", userLastName="Lee ") for at in range(9)],
        {},
        *[student(f"X{at}") for at in range(20)],
    ]

    result = review(file_of(rows, [*HEADER, "Notes"]))

    assert [(cause.code, cause.number) for cause in result.causes] == [
        ("RT004", 1),
        ("RT102", 2),
        ("RT102", 3),
        ("RT105", 4),
        ("RT014", 5),
    ]
    assert [cause.column for cause in result.causes[1:3]] == ["userRole", "userGrade"]


def test_causes_that_clear_as_many_rows_stand_in_order_of_code_column_and_value() -> None:
    rows = [
        student("S1", userLastName="tbd"),
        student("S2", userEmail="bo"),
        student("S3", userFirstName="null"),
        student("S4", userGrade="14"),
        in_class(student("S5"), classGrade="13"),
        in_class(teacher("T5")),
    ]

    result = check(*rows, *[student(f"X{at}") for at in range(9)])

    assert facts_of(result) == [
        ("RT102", "userGrade", "14", 1),
        ("RT102", "classGrade", "13", 1),
        ("RT103", "userEmail", "bo", 1),
        ("RT110", "userFirstName", "null", 1),
        ("RT110", "userLastName", "tbd", 1),
    ]


def test_largest_values_of_a_shared_cause_come_first() -> None:
    grades = [f"x{at}" for at in range(40)] + ["x7", "x7", "x30"]
    rows = [student(f"S{at}", userGrade=grade) for at, grade in enumerate(grades)]

    cause = only(check(*rows, *[student(f"T{at}") for at in range(40)]), "RT102")

    assert cause.values[:3] == ("x7", "x30", "x0")
    assert cause.members == 40


# --- a district in which twelve things went wrong -------------------------------------------------


@pytest.fixture(scope="module", params=[1, 2])
def mixture(request: pytest.FixtureRequest) -> tuple[Sample, Review]:
    profile = load_profile("batch-upload")
    sample = hard_mixture(request.param, profile)
    return sample, review(sample.csv, profile=profile)


def test_thirty_thousand_findings_come_from_at_most_fifteen_causes(
    mixture: tuple[Sample, Review],
) -> None:
    _, result = mixture

    assert result.findings.height > 30_000
    assert len(result.causes) <= 15
    assert result.faults == ()


def test_each_planted_cause_is_named_once_and_with_all_its_findings(
    mixture: tuple[Sample, Review],
) -> None:
    sample, result = mixture

    named = {(cause.code, cause.column): cause.rows for cause in result.causes}

    assert len(named) == len(result.causes)
    assert {(planted.code, planted.column): planted.rows for planted in sample.planted} == named


def test_sums_of_the_mixture_balance(mixture: tuple[Sample, Review]) -> None:
    sample, result = mixture

    assert sum(cause.findings for cause in result.causes) == result.findings.height
    assert result.rows.accepted + result.rows.rejected + result.rows.blank == sample.frame.height
    assert len(places(result)) == result.findings.height
