"""Two snapshots side by side."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making import Row, in_class, removal, roster_of, student, teacher

from roster_toolkit.profile import load_profile
from roster_toolkit.rosters.difference import difference
from roster_toolkit.rosters.outcomes import Outcome
from roster_toolkit.rosters.roster import Kind, Roster

PROFILE = load_profile()
CREATED, UPDATED, SAME, REMOVED = (
    Outcome.CREATED,
    Outcome.UPDATED,
    Outcome.NO_CHANGES,
    Outcome.REMOVED,
)


def lines(before: Roster, after: Roster) -> list[tuple[str, ...]]:
    return difference(before, after, PROFILE).changes.rows()


def counts(before: Roster, after: Roster, kind: Kind) -> dict[Outcome, int]:
    table = difference(before, after, PROFILE).counts[kind]
    return {outcome: number for outcome, number in table.items() if number}


def test_a_roster_does_not_differ_from_itself() -> None:
    roster = roster_of(in_class(teacher("T1"), primary_teacher="TRUE"), in_class(student("S1")))

    found = difference(roster, roster, PROFILE)

    assert found.nothing
    assert counts(roster, roster, Kind.STUDENT) == {SAME: 1}
    assert counts(roster, roster, Kind.ENROLLMENT) == {SAME: 2}


def test_a_change_is_told_field_by_field() -> None:
    before = roster_of(student("S1"), student("S2"))
    after = roster_of(student("S1", userLastName="Roy", userGrade="4"), student("S2"))

    assert lines(before, after) == [
        ("student", "S1", "", "userGrade", "3", "4"),
        ("student", "S1", "", "userLastName", "Lee", "Roy"),
    ]
    assert counts(before, after, Kind.STUDENT) == {UPDATED: 1, SAME: 1}


def test_what_came_and_went_has_one_line_each() -> None:
    before = roster_of(in_class(student("S1")))
    after = roster_of(in_class(student("S2"), "C2", schoolId="0820"))

    assert lines(before, after) == [
        ("school", "0711", "0711", "", "0711", ""),
        ("school", "0820", "0820", "", "", "0820"),
        ("student", "S1", "", "", "S1", ""),
        ("student", "S2", "", "", "", "S2"),
        ("class", "C1", "0711", "", "C1", ""),
        ("class", "C2", "0820", "", "", "C2"),
        ("enrollment", "S1 in C1", "0711", "", "S1 in C1", ""),
        ("enrollment", "S2 in C2", "0820", "", "", "S2 in C2"),
    ]
    assert counts(before, after, Kind.CLASS) == {CREATED: 1, REMOVED: 1}


def test_a_person_with_a_new_id_is_one_change() -> None:
    before = roster_of(in_class(student("S1")))
    after = roster_of(in_class(student("S7", userEmail="S1@SCHOOL.org")))

    assert lines(before, after) == [
        ("student", "S7", "", "userEmail", "s1@school.org", "S1@SCHOOL.org"),
        ("student", "S7", "", "userId", "S1", "S7"),
    ]
    assert counts(before, after, Kind.STUDENT) == {UPDATED: 1}
    assert counts(before, after, Kind.ENROLLMENT) == {SAME: 1}


def test_another_school_is_a_change_of_the_person() -> None:
    before = roster_of(student("S1"), student("S2"))
    after = roster_of(student("S1", schoolId="0820"), student("S2"))

    assert [line for line in lines(before, after) if line[0] == "student"] == [
        ("student", "S1", "0711", "schoolId", "0711", ""),
        ("student", "S1", "0820", "schoolId", "", "0820"),
    ]
    assert counts(before, after, Kind.STUDENT) == {UPDATED: 1, SAME: 1}


def test_a_flag_is_told_in_the_words_of_the_profile() -> None:
    before = roster_of(in_class(teacher("T1")), in_class(teacher("T2"), primary_teacher="TRUE"))
    after = roster_of(in_class(teacher("T1"), primary_teacher="TRUE"), in_class(teacher("T2")))

    assert lines(before, after) == [
        ("enrollment", "T1 in C1", "0711", "primary_teacher", "FALSE", "TRUE"),
        ("enrollment", "T2 in C1", "0711", "primary_teacher", "TRUE", "FALSE"),
    ]
    assert counts(before, after, Kind.ENROLLMENT) == {UPDATED: 2}


def test_an_inactive_class_counts_as_gone() -> None:
    before = roster_of(in_class(student("S1")))
    inactive = before.classes.with_columns(active=pl.lit(value=False))
    after = replace(before, classes=inactive, enrollments=before.enrollments.clear())

    assert counts(before, after, Kind.CLASS) == {REMOVED: 1}
    assert counts(after, before, Kind.CLASS) == {CREATED: 1}
    assert counts(after, after, Kind.CLASS) == {}


def test_who_becomes_staff_counts_as_staff() -> None:
    before, after = roster_of(student("S1")), roster_of(teacher("S1"))

    assert counts(before, after, Kind.STAFF) == {UPDATED: 1}
    assert counts(before, after, Kind.STUDENT) == {}


def test_repeated_keys_are_reported_and_not_guessed() -> None:
    roster = roster_of(in_class(student("S1")), in_class(student("S2")))
    other = roster.people.filter(userId="S1").with_columns(
        pl.lit(9, dtype=pl.UInt32).alias("person"), userLastName=pl.lit("Roy")
    )
    pairs = pl.concat([roster.enrollments, roster.enrollments.tail(1)])
    broken = replace(roster, people=pl.concat([roster.people, other]), enrollments=pairs)

    found = difference(roster, broken, PROFILE)

    assert found.repeated.rows() == [
        ("enrollment", "S2 in C1", "after", 2),
        ("person", "S1", "after", 2),
    ]
    assert ("student", "S1", "", "userLastName", "Lee", "Roy") not in found.changes.rows()


# --- any two rosters, against a second opinion -------------------------------------------------

rows_of_a_district = st.lists(
    st.builds(
        lambda user, school, group, name, leads, address: in_class(
            teacher(user, schoolId=school, userLastName=name, userEmail=address), group,
            primary_teacher=leads,
        ) if group else teacher(user, schoolId=school, userLastName=name, userEmail=address),
        st.sampled_from(["T1", "T2", "T3", "T4"]), st.sampled_from(["0711", "0820"]),
        st.sampled_from(["", "C1", "C2"]), st.sampled_from(["Lee", "Roy"]),
        st.sampled_from(["", "TRUE", "FALSE"]),
        st.sampled_from(["", "a@school.org", "b@school.org"]),
    ),
    max_size=8,
)  # fmt: skip


def shuffled(roster: Roster) -> Roster:
    """The same roster with other numbers, in another order."""
    people = roster.people.with_columns((7 - pl.col("person")).cast(pl.UInt32)).reverse()
    memberships = roster.memberships.with_columns((7 - pl.col("person")).cast(pl.UInt32)).reverse()
    flipped = (7 - pl.col("class")).cast(pl.UInt32).alias("class")
    enrollments = roster.enrollments.with_columns(
        (7 - pl.col("person")).cast(pl.UInt32), flipped
    ).reverse()
    return replace(
        roster, people=people, memberships=memberships, enrollments=enrollments,
        classes=roster.classes.with_columns(flipped).reverse(), schools=roster.schools.reverse(),
    )  # fmt: skip


@pytest.mark.slow
@settings(max_examples=20)
@given(rows_of_a_district, rows_of_a_district)
def test_the_order_of_records_makes_no_difference(first: list[Row], second: list[Row]) -> None:
    before, after = roster_of(*first), roster_of(*second)

    one = difference(before, after, PROFILE)
    other = difference(shuffled(before), shuffled(after), PROFILE)

    assert one.changes.write_csv() == other.changes.write_csv()
    assert one.counts == other.counts


@pytest.mark.slow
@settings(max_examples=20)
@given(rows_of_a_district, rows_of_a_district)
def test_there_and_back_is_the_same_told_backwards(first: list[Row], second: list[Row]) -> None:
    before, after = roster_of(*first), roster_of(*second)

    there = difference(before, after, PROFILE)
    back = difference(after, before, PROFILE)

    forwards = sorted(there.changes.select("field", "before", "after").rows())
    backwards = sorted(back.changes.select("field", "after", "before").rows())
    assert forwards == backwards
    assert there.counts[Kind.STAFF][CREATED] == back.counts[Kind.STAFF][REMOVED]


def pairs_of(roster: Roster) -> dict[tuple[str, str], bool]:
    users = dict(roster.people.select("person", "userId").iter_rows())
    classes = dict(roster.classes.select("class", "classId").iter_rows())
    rows = roster.enrollments.select("person", "class", "leads").iter_rows()
    return {(users[p], classes[c]): bool(leads) for p, c, leads in rows}


@pytest.mark.slow
@settings(max_examples=20)
@given(rows_of_a_district, rows_of_a_district)
def test_enrollments_agree_with_a_second_opinion(first: list[Row], second: list[Row]) -> None:
    before, after = roster_of(*first), roster_of(*second)
    found = difference(before, after, PROFILE)
    new_ids = found.changes.filter(kind="staff", field="userId")
    renumbered = dict(new_ids.select("before", "after").iter_rows())
    was = {(renumbered.get(u, u), c): leads for (u, c), leads in pairs_of(before).items()}
    now = pairs_of(after)

    both = was.keys() & now.keys()
    updated = sum(was[key] != now[key] for key in both)

    assert found.counts[Kind.ENROLLMENT] == {
        CREATED: len(now.keys() - was.keys()), REMOVED: len(was.keys() - now.keys()),
        UPDATED: updated, SAME: len(both) - updated,
    }  # fmt: skip


def test_a_removal_row_is_no_part_of_a_download() -> None:
    before, after = roster_of(in_class(student("S1"))), roster_of(removal("C1"))

    assert counts(before, after, Kind.CLASS) == {REMOVED: 1}
