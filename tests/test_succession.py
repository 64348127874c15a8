"""The next roster: after a file, and after an import."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making import Row, file_of, in_class, removal, student, teacher

from roster_toolkit.impact.next_roster import merge_import, next_roster
from roster_toolkit.model import Part
from roster_toolkit.profile import load_profile
from roster_toolkit.reviewing.review import Review, review
from roster_toolkit.rosters.context import RosterContext
from roster_toolkit.rosters.download import read_download
from roster_toolkit.rosters.roster import Roster

PROFILE = load_profile()


def roster_of(*rows: Row, source: str = "portal") -> Roster:
    roster = read_download(file_of(rows), PROFILE).roster
    frames = ("schools", "people", "memberships", "classes", "enrollments")
    sourced = {name: getattr(roster, name).with_columns(source=pl.lit(source)) for name in frames}
    return replace(roster, **sourced)


def judged(roster: Roster, *rows: Row) -> Review:
    return review(file_of(rows), against=RosterContext(roster))


def processed(roster: Roster, *rows: Row) -> Roster:
    impact = judged(roster, *rows).impact
    assert impact is not None
    return next_roster(impact, roster, "upload")


def who(roster: Roster) -> list[str]:
    return sorted(roster.people["userId"])


def facts(roster: Roster, user: str, *names: str) -> tuple[str, ...]:
    return roster.people.filter(userId=user).select(names).row(0)


def active(roster: Roster) -> dict[str, bool]:
    return dict(roster.classes.sort("classId").select("classId", "active").iter_rows())


def enrolled(roster: Roster) -> list[tuple[str, str]]:
    people, classes = roster.people.select("person", "userId"), roster.classes
    joined = roster.enrollments.join(people, on="person").join(
        classes.select("class", "classId"), on="class"
    )
    return sorted(joined.select("userId", "classId").rows())


def at(roster: Roster) -> list[tuple[str, str]]:
    named = roster.memberships.join(roster.people.select("person", "userId"), on="person")
    return sorted(named.select("userId", "schoolId").rows())


# --- after a file ------------------------------------------------------------------------------


def test_new_records_come_from_the_upload_and_known_ones_keep_their_source() -> None:
    roster = roster_of(in_class(student("S1")))

    after = processed(roster, in_class(student("S1", userGrade="4")), in_class(student("S2")))

    assert facts(after, "S1", "userGrade", "source") == ("4", "portal")
    assert facts(after, "S2", "userGrade", "source") == ("3", "upload")
    assert enrolled(after) == [("S1", "C1"), ("S2", "C1")]
    assert sorted(after.enrollments["source"]) == ["portal", "upload"]


def test_a_file_ends_no_membership() -> None:
    after = processed(roster_of(student("S1")), student("S1", schoolId="0820"))

    assert at(after) == [("S1", "0711"), ("S1", "0820")]
    assert sorted(after.schools["schoolId"]) == ["0711", "0820"]


def test_a_removed_class_stays_inactive_and_can_come_back() -> None:
    roster = roster_of(in_class(student("S1")), in_class(student("S2")), student("R1"))

    gone = processed(roster, removal("C1"))
    again = judged(gone, removal("C1")).impact
    back = processed(gone, in_class(student("S2")))

    assert (active(gone), enrolled(gone)) == ({"C1": False}, [])
    assert again is not None
    assert not again.changes_anything
    assert (active(back), enrolled(back)) == ({"C1": True}, [("S2", "C1")])
    assert back.classes["class"].to_list() == roster.classes["class"].to_list()


def test_a_new_id_keeps_the_person_and_what_they_have() -> None:
    roster = roster_of(in_class(student("S1")), student("S2"))

    after = processed(roster, student("S9", userEmail="s1@school.org"))

    assert who(after) == ["S2", "S9"]
    assert enrolled(after) == [("S9", "C1")]


def test_what_only_another_profile_knows_is_kept() -> None:
    roster = roster_of(student("S1"))
    roster = replace(roster, people=roster.people.with_columns(userHomeroom=pl.lit("12b")))

    after = processed(roster, student("S1", userGrade="5"), student("S2"))

    assert facts(after, "S1", "userGrade", "userHomeroom") == ("5", "12b")
    assert facts(after, "S2", "userHomeroom") == ("",)


def test_a_blank_flag_of_a_download_says_no() -> None:
    roster = roster_of(in_class(teacher("T1")))

    yes = judged(roster, in_class(teacher("T1"), primary_teacher="TRUE")).impact
    no = judged(roster, in_class(teacher("T1"), primary_teacher="FALSE")).impact

    assert yes is not None
    assert no is not None
    assert yes.changes_anything
    assert not no.changes_anything


rows_of_a_file = st.lists(
    st.builds(
        lambda person, school, group, name, address, action: (
            removal(group or "C1", person["userId"]) if action
            else (in_class(person, group) if group else person)
            | {"schoolId": school, "userLastName": name}
            | ({"userEmail": address} if address else {})
        ),
        st.sampled_from([student("S1"), student("S2"), teacher("T1"), teacher("T2")]),
        st.sampled_from(["0711", "0820"]), st.sampled_from(["", "C1", "C2", "C3"]),
        st.sampled_from(["Lee", "Roy"]), st.sampled_from(["", "", "s1@school.org"]),
        st.sampled_from([False, False, False, True]),
    ),
    min_size=1, max_size=7,
)  # fmt: skip


@pytest.mark.slow
@settings(max_examples=15)
@given(rows_of_a_file, rows_of_a_file)
def test_the_second_time_a_file_changes_nothing(first: list[Row], second: list[Row]) -> None:
    roster = roster_of(*(row for row in first if not row.get("action")))

    after = processed(roster, *second)

    again = judged(after, *second)
    assert again.impact is not None
    if not again.rejected_rows.equals(judged(roster, *second).rejected_rows):
        return  # a row is judged by the roster that the file has made by now
    assert not again.impact.changes_anything, again.impact.totals


# --- after an import ---------------------------------------------------------------------------


def test_a_class_that_moved_to_the_school_is_of_the_school() -> None:
    current = roster_of(in_class(student("S2", schoolId="0820")))

    after = imported(current, in_class(student("S1")), school="0711")

    assert enrolled(after) == [("S1", "C1")]
    assert at(after) == [("S1", "0711"), ("S2", "0820")]


def imported(
    current: Roster | None, *rows: Row, part: Part = Part.ALL, school: str = "",
    source: str = "portal", own_only: bool = False,
) -> Roster:  # fmt: skip
    return merge_import(
        current, roster_of(*rows), PROFILE,
        part=part, school=school, source=source, own_only=own_only,
    )  # fmt: skip


BOTH = (
    in_class(student("S1")), in_class(student("S2"), "C2"), student("S2"),
    in_class(teacher("T1")), teacher("A1", userRole="Administrator"),
)  # fmt: skip


def test_who_is_absent_from_a_whole_import_leaves_with_their_enrollments() -> None:
    after = imported(roster_of(*BOTH), in_class(student("S1")))

    assert who(after) == ["S1"]
    assert enrolled(after) == [("S1", "C1")]
    assert active(after) == {"C1": True, "C2": False}


@pytest.mark.parametrize(
    ("part", "row", "left"),
    [
        (Part.STUDENTS, student("S1"), ["A1", "S1", "T1"]),
        (Part.STAFF, teacher("T9"), ["S1", "S2", "T9"]),
        (Part.ADMINS, teacher("A9", userRole="Administrator"), ["A9", "S1", "S2", "T1"]),
    ],
)
def test_an_import_of_a_part_leaves_the_others_alone(part: Part, row: Row, left: list[str]) -> None:
    after = imported(roster_of(*BOTH), row, part=part)

    assert who(after) == left
    assert active(after) == {"C1": True, "C2": True}


def test_what_is_not_of_the_part_is_left_aside() -> None:
    after = imported(roster_of(*BOTH), teacher("T1"), student("S1", userGrade="9"), part=Part.STAFF)

    assert who(after) == ["S1", "S2", "T1"]
    assert facts(after, "S1", "userGrade") == ("3",)


def test_an_import_of_a_school_ends_what_was_at_that_school_only() -> None:
    current = roster_of(
        in_class(student("S1")), in_class(student("S1", schoolId="0820"), "C8"),
        in_class(student("S2")), in_class(student("S3", schoolId="0820"), "C8"),
    )  # fmt: skip

    after = imported(current, in_class(student("S4")), school="0711")

    assert at(after) == [("S1", "0820"), ("S3", "0820"), ("S4", "0711")]
    assert enrolled(after) == [("S1", "C8"), ("S3", "C8"), ("S4", "C1")]


def test_a_known_record_keeps_its_source_through_a_download() -> None:
    current = processed(roster_of(student("S1")), teacher("T1"))

    after = imported(current, student("S1"), teacher("T1", userLastName="Roy"), source="portal")

    assert facts(after, "T1", "userLastName", "source") == ("Roy", "upload")


def test_a_oneroster_import_replaces_only_what_came_from_oneroster() -> None:
    current = imported(None, in_class(student("S1")), student("S2"), source="oneroster",
                       own_only=True)  # fmt: skip
    current = processed(current, in_class(teacher("T1"), primary_teacher="TRUE"))

    after = imported(current, in_class(student("S1")), source="oneroster", own_only=True)

    assert who(after) == ["S1", "T1"]
    assert enrolled(after) == [("S1", "C1"), ("T1", "C1")]
    assert facts(after, "T1", "source") == ("upload",)


def test_what_oneroster_supplies_becomes_its_own() -> None:
    current = processed(roster_of(student("S1")), teacher("T1"))

    after = imported(current, teacher("T1"), source="oneroster", own_only=True)

    assert facts(after, "T1", "source") == ("oneroster",)
    assert facts(after, "S1", "source") == ("portal",)


def test_an_import_makes_a_class_active_again() -> None:
    gone = processed(roster_of(in_class(student("S1")), student("R1")), removal("C1"))

    after = imported(gone, in_class(student("S1")))

    assert active(after) == {"C1": True}


@settings(max_examples=15)
@given(
    rows_of_a_file, rows_of_a_file, st.sampled_from(Part), st.sampled_from(["", "0711"]),
    st.booleans(),
)  # fmt: skip
def test_importing_twice_is_importing_once(
    first: list[Row],
    second: list[Row],
    part: Part,
    school: str,
    own_only: bool,  # noqa: FBT001
) -> None:
    current = roster_of(*first)

    once = imported(current, *second, part=part, school=school, own_only=own_only, source="x")
    twice = imported(once, *second, part=part, school=school, own_only=own_only, source="x")

    for name in ("schools", "people", "memberships", "classes", "enrollments"):
        one, other = getattr(once, name), getattr(twice, name)
        assert one.select(sorted(one.columns)).rows() == other.select(sorted(other.columns)).rows()
    assert set(once.enrollments["person"]) <= set(once.people["person"])
    assert set(once.memberships["person"]) <= set(once.people["person"])
    assert set(once.enrollments["class"]) <= set(once.classes.filter("active")["class"])
