"""Every number of an impact is the height of a list, and every record tells its story."""

from __future__ import annotations

import polars as pl
import pytest
from making import file_of, in_class, removal, student, teacher
from test_impact_reference import case_of

from roster_toolkit.errors import UsageError
from roster_toolkit.reviewing.review import Review, review
from roster_toolkit.rosters.outcomes import Outcome
from roster_toolkit.rosters.roster import Kind

ROSTER = [
    in_class(teacher("T1", userFirstName="Tom", userLastName="Ash"), primary_teacher="TRUE"),
    in_class(student("S1", userFirstName="Ana", userLastName="Lee")),
    in_class(student("S2", userFirstName="Bo", userLastName="Diaz")),
    in_class(student("S3", userFirstName="Cy", userLastName="Roy"), "C2"),
]


def against_roster(*rows: dict[str, str]) -> Review:
    return review(file_of(rows), against=file_of(ROSTER))


# --- numbers and lists ---------------------------------------------------------------------------


@pytest.mark.parametrize("start", [0, 25, 50, 75])
def test_every_count_is_the_height_of_its_list(start: int) -> None:
    result = case_of(range(start, start + 25)).result
    impact = result.impact
    assert impact is not None

    for kind, outcomes in impact.totals.items():
        for outcome, number in outcomes.items():
            assert result.records(kind, outcome).height == number
        assert result.records(kind).height == sum(outcomes.values())
        assert result.records(kind, "unmentioned").height == impact.unmentioned[kind]
    for school, kinds in impact.by_school.items():
        for kind, outcomes in kinds.items():
            for outcome, number in outcomes.items():
                assert result.records(kind, outcome, school).height == number


@pytest.mark.parametrize("start", [0, 25])
def test_every_record_is_mentioned_by_rows_that_decide_its_outcome(start: int) -> None:
    result = case_of(range(start, start + 25)).result
    assert result.impact is not None
    rejected = set(result.rejected_rows)

    for kind in result.impact.kinds:
        for key, outcome in result.records(kind).select("key", "outcome").rows():
            seen = result.record(kind, key)
            rows = set(seen.rows)
            assert (seen.outcome, seen.key) == (outcome, key)
            if outcome == Outcome.ERRORS:
                assert rows
                assert rows <= rejected
            elif outcome != Outcome.REMOVED:
                assert rows - rejected
        for key in result.records(kind, "unmentioned")["key"]:
            assert result.record(kind, key).rows.is_empty()


@pytest.mark.parametrize("start", [0, 25])
def test_the_fields_that_differ_are_those_of_changes_csv(start: int) -> None:
    result = case_of(range(start, start + 25)).result
    assert result.impact is not None
    changed = result.impact.compared.fields

    for kind in (Kind.STAFF, Kind.STUDENT, Kind.CLASS):
        for key in result.records(kind, "updated")["key"]:
            lines = result.record(kind, key).fields.filter(
                pl.col("before") != pl.col("after"),
                (pl.col("field") != "schoolId") | pl.lit(kind is Kind.CLASS),
            )
            known = changed.filter(pl.col("kind") == kind.value, pl.col("key") == key)
            assert set(lines.rows()) == set(known.select("field", "before", "after").rows())


def test_a_list_has_names_and_schools() -> None:
    result = against_roster(*ROSTER[:2], student("N1", userFirstName="New", userLastName="One"))

    assert result.records("student", "created").rows() == [
        ("student", "N1", "New One", "0711", "created")
    ]
    assert result.records("enrollment", "no changes").rows() == [
        ("enrollment", "S1 in C1", "Ana Lee, Math", "0711", "no changes"),
        ("enrollment", "T1 in C1", "Tom Ash, Math", "0711", "no changes"),
    ]
    assert result.records("student", "unmentioned")["name"].to_list() == ["Bo Diaz", "Cy Roy"]


def test_somebody_at_two_schools_is_one_record_in_total_and_one_at_each() -> None:
    result = against_roster(student("N1"), student("N1", schoolId="0712"))

    assert result.records("student", "created")["school"].to_list() == ["0711, 0712"]
    assert result.records("student", "created", "0712").rows() == [
        ("student", "N1", "Ana Lee", "0712", "created")
    ]


def test_somebody_in_error_whom_nobody_knows_is_named_as_the_file_has_it() -> None:
    result = against_roster(student("N1", userFirstName="New", userGrade="99"))

    assert result.records("student", "errors").rows() == [
        ("student", "N1", "New Lee", "0711", "errors")
    ]


# --- one record ----------------------------------------------------------------------------------


def test_a_record_has_each_field_before_and_after() -> None:
    result = against_roster(in_class(student("S1", userLastName="Fox")))

    seen = result.record("student", "S1")

    fields = {name: (before, after) for name, before, after in seen.fields.rows()}
    assert fields["userLastName"] == ("Lee", "Fox")
    assert fields["userFirstName"] == ("Ana", "Ana")
    assert seen.rows.to_list() == [2]
    assert seen.name == "Ana Fox"


def test_a_record_that_is_created_has_nothing_before() -> None:
    result = against_roster(in_class(student("N1"), "C2"))

    fields = result.record("enrollment", "N1 in C2").fields

    assert fields["before"].null_count() == fields.height
    assert fields["after"].to_list() == ["N1", "C2", "FALSE"]


def test_somebody_with_a_new_id_is_one_record_under_both_ids() -> None:
    result = against_roster(student("S9", userEmail="s1@school.org"))

    seen = result.record("student", "S9")

    assert (seen.outcome, seen.key, seen.was) == ("updated", "S9", "S1")
    assert result.record("student", "S1").key == "S9"
    assert seen.fields.row(by_predicate=pl.col("field") == "userId") == ("userId", "S1", "S9")
    assert "S1" not in result.records("student", "unmentioned")["key"].to_list()


def test_the_removal_of_a_class_names_everybody_it_reaches() -> None:
    result = against_roster(removal("C1", "T1"), student("S1"))

    seen = result.record("class", "C1")

    assert seen.outcome == "removed"
    assert seen.fields["after"].null_count() == seen.fields.height
    assert seen.rows.to_list() == [2]
    assert seen.reaches.select("userId", "name", "outside").rows() == [
        ("S2", "Bo Diaz", True),
        ("S1", "Ana Lee", False),
        ("T1", "Tom Ash", False),
    ]


def test_a_removal_speaks_of_its_class_alone() -> None:
    result = against_roster(removal("C1", "T1"), student("S1"))

    assert result.record("staff", "T1").outcome == "unmentioned"
    assert result.record("staff", "T1").rows.is_empty()


def test_a_ragged_row_still_mentions_its_keys() -> None:
    data = file_of([student("S1")]) + b",0711,S2\n"
    result = review(data, against=file_of(ROSTER))

    seen = result.record("student", "S2")

    assert (seen.outcome, seen.rows.to_list()) == ("errors", [3])


def test_a_record_that_nobody_knows_is_a_sentence() -> None:
    result = against_roster(student("S1"))

    with pytest.raises(UsageError, match="has a student of this key"):
        result.record("student", "nobody")
    with pytest.raises(UsageError, match="no kind of record 'pupil'"):
        result.records("pupil")
    with pytest.raises(UsageError, match="no outcome 'gone'"):
        result.records("student", "gone")


def test_without_a_roster_there_is_nothing_to_list() -> None:
    with pytest.raises(UsageError, match="no roster to compare with"):
        review(file_of([student()])).records("student")


# --- schools -------------------------------------------------------------------------------------


def test_schools_stand_in_the_order_in_which_they_deserve_a_look() -> None:
    result = review(
        file_of([
            student("S1"), student("S7", schoolId="0712"), removal("C2", "T1", schoolId="0713"),
        ]),
        against=file_of([*ROSTER[:3], in_class(student("S4", schoolId="0713"), "C2")]),
    )  # fmt: skip

    shown = result.by_school

    assert shown["school"].unique(maintain_order=True).to_list() == ["0713", "0712", "0711"]
    line = shown.filter(pl.col("school") == "0713", pl.col("kind") == "class").row(0, named=True)
    assert (line["removed"], line["before"], line["mass_change"]) == (1, 1, False)
