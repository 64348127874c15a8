"""IDs that the roster knows with other zeros in front or without decimals (RT406)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import polars as pl
import pytest
from making import Row, file_of, in_class, judged_against, places, removal, student, teacher

from roster_toolkit.model import RuleSetting, Severity
from roster_toolkit.profile import load_profile
from roster_toolkit.reviewing.review import Review, review

SCHOOLS = b"schoolId,schoolName\n0711,Ash\n820,Birch\n"


def judge(*rows: Row, roster: Sequence[Row], schools: bytes | None = SCHOOLS) -> Review:
    return judged_against(roster, rows, schools)


def altered(result: Review) -> set[tuple[str | None, str, str | None]]:
    found = result.findings.filter(pl.col("code") == "RT406")
    return set(found.select("column", "value", "suggestion").rows())


def with_id(key: str, value: str) -> Row:
    """A student in a class, who has an ID of some kind."""
    return in_class(student("S1", userEmail="ana@school.org"), "C1") | {key: value}


# --- the forms in which an ID is known -----------------------------------------------------------


@pytest.mark.parametrize("key", ["userId", "classId"])
@pytest.mark.parametrize(
    ("known", "typed"),
    [
        ("0101", "101"),
        ("101", "0101"),
        ("0101", "00101"),
        ("00101", "0101"),
        ("710000", "710000.0"),
        ("0101", "0101.0"),
        ("0101", "101.0"),
        ("0101", "101."),
        ("710000", "710,000"),
        ("01710000", "1,710,000.0"),
        ("101", "0101.00"),
        ("0A7", "A7"),
        ("A7", "00A7"),
        ("000", "0"),
        ("0", "00.0"),
    ],
)
def test_an_id_in_another_form_is_in_error_and_named(key: str, known: str, typed: str) -> None:
    result = judge(with_id(key, typed), roster=[with_id(key, known)])

    assert altered(result) == {(key, typed, known)}
    assert set(result.by_rule) <= {"RT406", "RT307"}


@pytest.mark.parametrize(
    ("known", "typed"), [("0711", "711"), ("820", "0820"), ("820", "820.0"), ("0711", "711.0")]
)
def test_a_school_in_another_form_is_not_unknown(known: str, typed: str) -> None:
    roster = [with_id("schoolId", known)]

    for schools in (SCHOOLS, None):
        result = judge(with_id("schoolId", typed), roster=roster, schools=schools)

        assert altered(result) == {("schoolId", typed, known)}
        assert not {"RT401", "RT408"} & set(result.by_rule)


@pytest.mark.parametrize(
    ("known", "typed"),
    [
        ("101", "1010"),
        ("1010", "101"),
        ("C1", "C1.0"),
        ("710000", "710000.5"),
        ("710000.0", "710000"),
        ("10.1", "10.10"),
        ("S01", "S1"),
    ],
)
def test_what_no_program_does_to_a_number_is_another_id(known: str, typed: str) -> None:
    assert altered(judge(with_id("userId", typed), roster=[with_id("userId", known)])) == set()


def test_an_id_that_the_roster_has_exactly_is_never_altered() -> None:
    roster = [with_id("userId", "101"), student("0101", userFirstName="Bo")]

    assert altered(judge(with_id("userId", "101"), roster=roster)) == set()


def test_where_several_ids_might_be_meant_none_is_suggested() -> None:
    roster = [student("0101"), student("00101", userFirstName="Bo")]

    result = judge(student("101", userEmail="0101@school.org"), roster=roster)

    assert altered(result) == {("userId", "101", None)}
    assert "another one is" in result.told(result.causes[0]).title


def test_nobody_is_suggested_of_whom_neither_name_nor_address_is_the_same() -> None:
    roster = [student("0101")]
    stranger = student("101", userFirstName="Eve", userLastName="Roy", userEmail="eve@x.org")

    assert altered(judge(stranger, roster=roster)) == {("userId", "101", None)}


def test_a_person_of_whom_one_fact_is_the_same_is_suggested() -> None:
    married = student("101", userLastName="Roy", userEmail="roy@x.org")

    assert altered(judge(married, roster=[student("0101")])) == {("userId", "101", "0101")}


# --- the place of other rules --------------------------------------------------------------------


def test_a_whole_file_of_decimals_is_no_renumbering() -> None:
    people = [student(f"{710000 + n}", userFirstName=f"Kid{n}") for n in range(30)]
    rows = [row | {"userId": f"{row['userId']}.0"} for row in people]

    result = judge(*rows, roster=people)

    assert set(result.by_rule) == {"RT406"}
    assert len(result.causes) == 1
    assert result.causes[0].clears == 30


def test_confirmed_repairs_bring_every_id_back() -> None:
    people = [student(f"{710000 + n}", userFirstName=f"Kid{n}") for n in range(3)]
    rows = [row | {"userId": f"00{row['userId']}.0"} for row in people]

    repaired = judge(*rows, roster=people).repair("RT406").review

    assert repaired.by_rule == {}
    assert repaired.impact is not None
    assert not repaired.impact.changes_anything


def test_an_altered_id_is_never_repaired_without_a_yes() -> None:
    result = judge(student("101"), roster=[student("0101", userEmail="101@school.org")])

    assert result.repair().fixed.data == file_of([student("101")])


def test_an_altered_id_is_known_before_a_spreadsheet_is_blamed() -> None:
    profile = load_profile()
    words = {**profile.words, "spreadsheet_damage": (r"^[0-9]+\.0$",)}
    strict = profile.model_copy(update={"words": words})
    rows = [student("710000.0"), student("999.0", userEmail="new@school.org")]
    roster = file_of([student("710000", userEmail="710000.0@school.org")])

    result = review(file_of(rows), profile=strict, against=roster)

    assert places(result, "RT406") == [(2, "userId", "RT406")]
    assert places(result, "RT106") == [(3, "userId", "RT106")]
    assert places(review(file_of(rows), profile=strict), "RT106") == [
        (2, "userId", "RT106"),
        (3, "userId", "RT106"),
    ]


def test_a_person_with_an_altered_id_is_no_second_holder_of_an_address() -> None:
    known = student("0101")
    rows = [in_class(known, "C1"), in_class(known, "C2", userId="101")]

    result = judge(*rows, roster=[in_class(known, "C1"), in_class(known, "C2")])

    assert places(result, "RT302", "RT306", "RT406") == [(3, "userId", "RT406")]


def test_two_people_who_share_an_address_beside_an_altered_id_still_do() -> None:
    known = student("0101")
    rows = [known | {"userId": "101"}, known, student("S9", userEmail=known["userEmail"])]

    result = judge(*rows, roster=[known])

    assert places(result, "RT302") == [(3, "userEmail", "RT302"), (4, "userEmail", "RT302")]


def test_an_altered_id_has_no_vote_on_the_facts_of_a_person() -> None:
    known = student("0101")
    rows = [known, *[known | {"userId": "101", "userLastName": "Li"}] * 3]

    assert places(judge(*rows, roster=[known]), "RT303", "RT305") == []


def test_an_altered_school_has_no_vote_on_where_a_class_is() -> None:
    known = in_class(student("S1"), "C1")
    mates = [in_class(student(f"S{n}"), "C1", schoolId="711") for n in (2, 3)]

    result = judge(known, *mates, roster=[known, *[row | {"schoolId": "0711"} for row in mates]])

    assert places(result, "RT304", "RT401", "RT408") == []
    assert len(places(result, "RT406")) == 2


def test_an_altered_class_has_no_vote_on_the_facts_of_the_class() -> None:
    known = in_class(student("S1"), "0C1")
    other = in_class(student("S2"), "C1", className="Maths")

    assert places(judge(known, other, roster=[known]), "RT304", "RT306") == []


def test_an_altered_class_of_a_removal_is_no_unknown_one() -> None:
    result = judge(removal("7.0", "T1"), roster=[in_class(teacher("T1"), "007")])

    assert altered(result) == {("classId", "7.0", "007")}
    assert places(result, "RT407", "RT310") == []


def test_a_rule_that_is_made_a_warning_takes_no_vote() -> None:
    profile = load_profile()
    rules = {**profile.rules, "RT406": RuleSetting(severity=Severity.WARNING)}
    lenient = profile.model_copy(update={"rules": rules})
    known = student("0101")

    rows = file_of([known, known | {"userId": "101"}])
    result = review(rows, profile=lenient, against=file_of([known]))

    assert "RT302" in result.by_rule
    assert "RT406" in result.by_rule


# --- other rules that know better ----------------------------------------------------------------


def test_a_class_whose_school_nobody_knows_does_not_move() -> None:
    known = in_class(student("S1"), "C1")

    result = judge(known | {"schoolId": "9999"}, roster=[known])

    assert set(result.by_rule) & {"RT401", "RT408"} == {"RT401"}


def test_a_class_of_which_one_row_names_a_known_school_may_move() -> None:
    rows = [in_class(student(f"S{n}"), "C1", schoolId="820") for n in range(2)]
    roster = [row | {"schoolId": "0711"} for row in rows]

    assert places(judge(*rows, roster=roster), "RT408") == [(None, "schoolId", "RT408")]


def test_an_old_id_typed_with_an_invisible_character_is_in_use() -> None:
    old, new = student("S1"), student("N1", userEmail="s1@school.org")
    ragged = file_of([new]) + file_of([old | {"userId": "S\u200b1"}]).split(b"\n")[1] + b",more\n"

    result = review(ragged, against=file_of([old]))

    assert "RT403" not in result.by_rule
    assert "RT402" in result.by_rule


def test_the_order_of_rows_does_not_matter() -> None:
    known = student("0101")
    rows = [known, known | {"userId": "101"}, known | {"userId": "101.0"}, student("S2")]

    one, two = judge(*rows, roster=[known]), judge(*rows[::-1], roster=[known])

    assert altered(one) == altered(two)
    assert one.by_rule == two.by_rule


def test_nothing_is_altered_in_an_empty_roster() -> None:
    first = review(file_of([student("101")]), against=file_of([student("0101")])).against
    assert first is not None
    roster = first.roster
    empty = replace(roster, people=roster.people.clear(), schools=roster.schools.clear())

    result = review(file_of([student("101")]), against=replace(first, roster=empty))

    assert "RT406" not in result.by_rule
