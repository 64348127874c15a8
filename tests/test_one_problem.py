"""One lost zero, one unknown school and one class ID at two schools are one problem each."""

from __future__ import annotations

import itertools

import pytest
from making import Row, check, file_of, in_class, places, student, teacher

from roster_toolkit.report.headings import heading, what_to_do
from roster_toolkit.report.words import Words, findings_of_row
from roster_toolkit.reviewing.review import Review, review

SCHOOLS = b"schoolId,schoolName\n0711,A\n0712,B\n"


def ana(user: str, class_id: str, **cells: str) -> Row:
    return in_class(student(user, userEmail="ana@school.org", **cells), class_id)


def of(result: Review, *codes: str) -> list[tuple[int | None, str | None, str]]:
    return [place for place in places(result) if place[2] in codes]


def suggestions(result: Review, code: str) -> list[str | None]:
    found = result.findings
    return found.filter(found["code"] == code)["suggestion"].to_list()


# --- RT302 without a roster ----------------------------------------------------------------------


def test_id_that_lost_its_zeros_is_one_problem_and_no_shared_address() -> None:
    result = check(ana("00123", "C1"), ana("00123", "C2"), ana("123", "C3"))

    assert of(result, "RT302", "RT306") == [(4, "userId", "RT302")]
    assert suggestions(result, "RT302") == ["00123"]
    assert heading(result.causes[0], result, Words(result.profile)) == (
        "“123” is probably “00123”: the same name and address, and the IDs differ only in their "
        "zeros"
    )


def test_id_that_a_spreadsheet_wrote_with_a_point_is_the_same_problem() -> None:
    result = check(ana("4711", "C1"), ana("4711", "C2"), ana("4711.0", "C3"))

    assert [place[:2] for place in places(result) if place[0]] == [(4, "userId")]


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_the_rarer_id_is_at_fault_in_any_order_of_rows(order: tuple[int, ...]) -> None:
    rows = [ana("123", "C1"), ana("123", "C2"), ana("00123", "C3")]

    result = check(*[rows[at] for at in order])

    assert suggestions(result, "RT302") == ["123"]


def test_of_two_ids_used_equally_often_the_one_without_its_zeros_is_at_fault() -> None:
    result = check(ana("123", "C1"), ana("0123", "C2"))

    assert of(result, "RT302") == [(2, "userId", "RT302")]


@pytest.mark.parametrize("other", [ana("123", "C2", userFirstName="Eva"), ana("124", "C2")])
def test_two_people_with_one_address_still_share_it(other: Row) -> None:
    result = check(ana("0123", "C1"), other)

    assert of(result, "RT302") == [(2, "userEmail", "RT302"), (3, "userEmail", "RT302")]


def test_one_person_with_two_ids_is_not_told_to_get_a_second_address_alone() -> None:
    result = check(ana("12", "C1"), ana("912", "C2"))

    (cause,) = [cause for cause in result.causes if cause.code == "RT302"]
    assert "and one person one ID" in what_to_do(cause, result, Words(result.profile))


def test_a_third_person_at_the_address_makes_it_a_shared_one() -> None:
    result = check(ana("0123", "C1"), ana("123", "C2"), ana("S9", "C3", userFirstName="Bo"))

    assert [place[1] for place in of(result, "RT302")] == ["userEmail"] * 3


def test_where_names_cannot_be_read_the_address_is_judged_alone() -> None:
    rows = [ana("0123", "C1"), ana("123", "C2")]
    data = file_of(rows).replace(b"userFirstName", b"Vorname")

    assert [place[1] for place in of(review(data), "RT302")] == ["userEmail"] * 2


# --- one unknown school --------------------------------------------------------------------------


def classes_with_one_odd_school(odd: str) -> list[Row]:
    rows = [in_class(teacher(f"T{n}"), f"C{n}") for n in range(4)]
    rows += [in_class(student(f"S{n}{at}"), f"C{n}") for n in range(4) for at in range(2)]
    return [*rows, *[in_class(student("S9", schoolId=odd), f"C{n}") for n in range(4)]]


def test_one_unknown_school_is_no_contradiction_of_four_classes() -> None:
    roster = file_of(classes_with_one_odd_school("0711"))

    result = review(file_of(classes_with_one_odd_school("0799")), against=roster, schools=SCHOOLS)

    assert of(result, "RT304") == []
    assert [place[2] for place in places(result) if place[1] == "schoolId" and place[0]] == (
        ["RT401"] * 4
    )
    assert sum(cause.severity.rejects for cause in result.causes) == 1


def test_two_known_schools_of_one_class_are_a_contradiction() -> None:
    rows = classes_with_one_odd_school("0712")

    result = review(file_of(rows), against=file_of(rows), schools=SCHOOLS)

    assert len(of(result, "RT304")) == 4


def test_an_unknown_school_that_most_rows_name_is_still_a_contradiction() -> None:
    rows = [in_class(teacher("T1", schoolId="0799")), in_class(student("S1", schoolId="0799"))]
    rows.append(in_class(student("S2")))

    result = review(file_of(rows), against=file_of([in_class(teacher("T1"))]), schools=SCHOOLS)

    assert of(result, "RT304") == [(4, "schoolId", "RT304")]


# --- one class ID at two schools -----------------------------------------------------------------


def test_class_at_two_schools_names_both_and_says_how_to_make_the_id_unique() -> None:
    rows = [
        in_class(student(f"S{school}{n}", schoolId=school), f"C{n}")
        for school in ("0711", "0712")
        for n in range(8)
    ]

    result = check(*rows)

    (cause,) = [cause for cause in result.causes if cause.code == "RT304"]
    words = Words(result.profile)
    assert heading(cause, result, words) == ("8 classes are at several schools: “0711” and “0712”")
    assert "with the school's ID in front" in what_to_do(cause, result, words)
    assert heading(cause, result, Words(result.profile, values=False)) == (
        "8 classes are at several schools"
    )


def test_error_of_a_row_names_the_schools_of_its_class() -> None:
    rows = [in_class(student("S1")), in_class(student("S2")), in_class(student("S3", schoolId="9"))]

    message = findings_of_row(check(*rows), 4)["message"][0]

    assert message == "Rows of the class name “0711” and “9” as its school."


def test_error_of_a_row_without_values_still_makes_a_sentence() -> None:
    rows = [in_class(student("S1")), in_class(student("S2", schoolId="9"))]
    result = check(*rows)

    wording = Words(result.profile, values=False).with_messages(result.validation.findings, result)

    assert "Rows of the class name several values as its school." in wording["message"].to_list()
