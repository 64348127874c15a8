"""Download your data: what is exported states the same roster when it is read again."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making import HEADER, file_of, in_class, roster_of, student, teacher

from roster_toolkit.errors import UsageError
from roster_toolkit.model import Entity
from roster_toolkit.profile import load_profile
from roster_toolkit.reviewing.review import review
from roster_toolkit.rosters.context import RosterContext
from roster_toolkit.rosters.download import read_download
from roster_toolkit.rosters.export import users_csv
from roster_toolkit.rosters.outcomes import Outcome
from roster_toolkit.rosters.roster import Roster, facts_of
from roster_toolkit.samples import clean_district
from roster_toolkit.samples.sample import csv_bytes

PROFILE = load_profile()
SCHOOLS = ("0711", "NE12", "9")
#: Text that a CSV writer may trip over; what is no text of a roster is left out.
NAMES = st.text(
    st.sampled_from("aZé'\"`, ;|\n\r\t=+-@&<#·😀Ł")
    | st.characters(codec="utf-8", exclude_categories=("Cc",)),
    min_size=1,
)


def rows_of(data: bytes) -> list[dict[str, str]]:
    text = io.StringIO(data.decode(), newline="")
    return list(csv.DictReader(text))


# --- the layout ----------------------------------------------------------------------------------


def test_one_row_per_person_school_and_class() -> None:
    ana = student("S1", schoolId="1")
    roster = roster_of(
        in_class(ana, "C2"), in_class(ana, "C1"), student("S1", schoolId="2"),
        in_class(teacher("T1", schoolId="1"), "C1", primary_teacher="TRUE"),
        in_class(teacher("T2", schoolId="1"), "C1", primary_teacher="FALSE"),
    )  # fmt: skip

    data = users_csv(roster, PROFILE)

    assert data.split(b"\n")[0].decode() == ",".join(HEADER)
    assert b"\r" not in data
    keys = ("schoolId", "userId", "classId", "primary_teacher")
    assert [tuple(row[key] for key in keys) for row in rows_of(data)] == [
        ("1", "S1", "C1", ""),
        ("1", "S1", "C2", ""),
        ("1", "T1", "C1", "TRUE"),
        ("1", "T2", "C1", "FALSE"),
        ("2", "S1", "", ""),
    ]


@pytest.mark.parametrize(
    ("part", "people"),
    [
        ("all", ["A1", "S1", "T1"]),
        ("students", ["S1"]),
        ("staff", ["A1", "T1"]),
        ("admins", ["A1"]),
    ],
)
def test_parts_are_those_of_the_portal(part: str, people: list[str]) -> None:
    roster = roster_of(student(), teacher(), teacher("A1", userRole="Administrator"))

    assert sorted(row["userId"] for row in rows_of(users_csv(roster, PROFILE, part=part))) == people


def test_one_school_alone() -> None:
    roster = roster_of(student("S1", schoolId="1"), student("S2", schoolId="2"))

    data = users_csv(roster, PROFILE, school="2")

    assert [row["userId"] for row in rows_of(data)] == ["S2"]


def test_inactive_classes_are_left_out_and_their_people_stay() -> None:
    roster = roster_of(in_class(student()))
    closed = Roster(
        roster.schools, roster.people, roster.memberships,
        roster.classes.with_columns(active=pl.lit(value=False)), roster.enrollments,
    )  # fmt: skip

    assert [(row["userId"], row["classId"]) for row in rows_of(users_csv(closed, PROFILE))] == [
        ("S1", "")
    ]


def test_an_empty_roster_is_a_header() -> None:
    roster = roster_of(student())
    nobody = Roster(
        *(frame.clear() for frame in vars(roster).values() if isinstance(frame, pl.DataFrame))
    )

    assert users_csv(nobody, PROFILE).decode() == ",".join(HEADER) + "\n"


def test_an_unknown_part_is_a_sentence() -> None:
    with pytest.raises(UsageError, match="all, students, staff, admins"):
        users_csv(roster_of(student()), PROFILE, part="everybody")


# --- the round trip ------------------------------------------------------------------------------


def changes(data: bytes, roster: Roster) -> dict[str, int]:
    """Every outcome of the review other than `no changes`, and every rule that rejects."""
    result = review(data, against=RosterContext(roster, district="d"), season="first")
    assert result.impact is not None, result.by_rule
    found = {
        f"{kind} {outcome}": count
        for kind, outcomes in result.impact.totals.items()
        for outcome, count in outcomes.items()
        if count and outcome is not Outcome.NO_CHANGES
    }
    rejecting = {
        code: n for code, n in result.by_rule.items() if result.rules[code].severity.rejects
    }
    return found | rejecting


def frames(roster: Roster) -> list[Any]:
    """The frames of a roster with people and classes by their IDs, in one order."""
    who = roster.people.select("person", "userId")
    what = roster.classes.select("class", "classId")
    actual: Iterable[pl.DataFrame] = (
        roster.people.select("userId", *facts_of(PROFILE, Entity.PERSON)),
        roster.memberships.join(who, on="person").select("userId", "schoolId"),
        roster.classes.filter("active").select("classId", *facts_of(PROFILE, Entity.CLASS)),
        roster.enrollments.join(who, on="person").join(what, on="class")
        .select("userId", "classId", pl.col("leads").fill_null(value=False)),
    )  # fmt: skip
    return [sorted(frame.rows()) for frame in actual]


def test_a_district_comes_back_unchanged() -> None:
    district = csv_bytes(clean_district(3_000, 5, PROFILE), PROFILE)
    roster = read_download(district, PROFILE).roster

    data = users_csv(roster, PROFILE)

    assert frames(read_download(data, PROFILE).roster) == frames(roster)
    assert changes(data, roster) == {}
    assert sorted(rows_of(data), key=str) == sorted(
        ({**row, "primary_teacher": row["primary_teacher"] if row["userRole"] == "Teacher" else ""}
         for row in rows_of(district)), key=str)  # fmt: skip


@st.composite
def rosters(draw: st.DrawFn) -> Roster:
    """A small roster whose people are members of the schools of their classes."""
    rows = []
    classes = {
        f"C{n}": {
            "schoolId": draw(st.sampled_from(SCHOOLS)),
            "className": f"Q{draw(NAMES)}q",
            "classDisplayName": draw(st.sampled_from(["", 'D\'Angelo, "Math"\nB'])),
            "classSubject": draw(st.sampled_from(["", "Art"])),
        }
        for n in range(draw(st.integers(0, 4)))
    }
    for n in range(draw(st.integers(1, 6))):
        of_staff = draw(st.booleans())
        person = (teacher if of_staff else student)(f"P{n:02}")
        person |= {"userFirstName": f"Q{draw(NAMES)}q", "userLastName": "O'Brien-Núñez"}
        schools = draw(st.sets(st.sampled_from(SCHOOLS), min_size=1))
        rows.extend(person | {"schoolId": school} for school in schools)
        for key in draw(st.sets(st.sampled_from(sorted(classes)))) if classes else ():
            flag = draw(st.sampled_from(["TRUE", "FALSE"])) if of_staff else ""
            rows.append(in_class(person, key, primary_teacher=flag) | classes[key])
    return roster_of(*rows)


@pytest.mark.slow
@settings(max_examples=40)
@given(rosters())
def test_what_is_exported_changes_nothing(roster: Roster) -> None:
    data = users_csv(roster, PROFILE)

    again = read_download(data, PROFILE).roster
    assert changes(data, roster) == {}
    assert frames(again) == frames(roster) or has_empty_classes(roster)
    assert users_csv(again, PROFILE) == data


def has_empty_classes(roster: Roster) -> bool:
    """Whether a class has nobody in it: no row of users.csv can tell of it."""
    return roster.classes["class"].n_unique() > roster.enrollments["class"].n_unique()


def test_whoever_is_in_a_class_of_another_school_becomes_its_member() -> None:
    whole = roster_of(in_class(student(schoolId="1"), "C1"), student("S2", schoolId="2"))
    moved = Roster(
        whole.schools, whole.people, whole.memberships,
        whole.classes.with_columns(schoolId=pl.lit("2")), whole.enrollments,
    )  # fmt: skip

    data = users_csv(moved, PROFILE)

    assert [(r["userId"], r["schoolId"], r["classId"]) for r in rows_of(data)] == [
        ("S1", "1", ""), ("S1", "2", "C1"), ("S2", "2", ""),
    ]  # fmt: skip
    assert changes(data, moved) == {"student updated": 1}


def test_a_list_of_ids_chooses_the_people() -> None:
    roster = read_download(file_of([student("S1"), student("S2"), student("S3")]), PROFILE).roster

    chosen = users_csv(roster, PROFILE, ids=["S3", "S1", "nobody"]).decode().splitlines()

    assert [line.split(",")[2] for line in chosen] == ["userId", "S1", "S3"]
