"""A roster to look things up in: lists, search, one person, one class."""

from __future__ import annotations

import pytest
from making import file_of, in_class, student, teacher

from roster_toolkit.errors import UsageError
from roster_toolkit.profile import load_profile
from roster_toolkit.rosters.directory import Directory
from roster_toolkit.rosters.download import read_download

PROFILE = load_profile()


def directory_of(*rows: dict[str, str]) -> Directory:
    return Directory(read_download(file_of(rows), PROFILE).roster, PROFILE)


def a_school() -> Directory:
    return directory_of(
        in_class(teacher("T1", userFirstName="Rosa", userLastName="Diaz"), primary_teacher="TRUE"),
        in_class(teacher("T2", userFirstName="Ben", userLastName="Abel"), primary_teacher="FALSE"),
        in_class(student("S1", userFirstName="Zoë", userLastName="Núñez")),
        in_class(student("S2", userFirstName="Ana", userLastName="Lee")),
        student("S2", schoolId="0042", userFirstName="Ana", userLastName="Lee"),
    )


def test_students_stand_by_name_with_their_schools_and_classes() -> None:
    listed = a_school().records("student")

    lines = listed.select("userId", "userLastName", "schools", "classes").rows()
    assert lines == [("S2", "Lee", "0042, 0711", 1), ("S1", "Núñez", "0711", 1)]


def test_a_school_tells_how_many_it_has_of_each_kind() -> None:
    lines = a_school().records("school").select("schoolId", "staff", "students", "classes").rows()

    assert lines == [("0042", 0, 1, 0), ("0711", 2, 2, 1)]


def test_a_class_names_its_primary_teachers_and_counts_the_rest() -> None:
    lines = a_school().records("class").select("classId", "led_by", "staff", "students").rows()

    assert lines == [("C1", "Rosa Diaz", 2, 2)]


def test_search_finds_every_word_in_any_order_and_case() -> None:
    directory = a_school()

    assert directory.search("student", "núñez ZOË")["userId"].to_list() == ["S1"]
    assert directory.search("staff", "t2@school")["userId"].to_list() == ["T2"]
    assert directory.search("student", "nobody").is_empty()
    assert directory.search("student", "  ").height == 2


def test_an_exact_cell_stands_before_one_that_only_holds_the_text() -> None:
    directory = directory_of(
        student("11", userLastName="Abel"), student("1", userLastName="Zorn", userEmail="z@b.org")
    )

    assert directory.search("student", "1")["userId"].to_list() == ["1", "11"]


def test_search_takes_no_text_for_a_pattern() -> None:
    directory = directory_of(student("S1", userLastName="(a+)+"), student("S2"))

    assert directory.search("student", "(a+)+")["userId"].to_list() == ["S1"]


def test_a_list_can_be_of_one_school() -> None:
    directory = a_school()

    assert directory.search("student", "", school="0042")["userId"].to_list() == ["S2"]
    assert directory.search("class", "", school="0042").is_empty()


def test_people_are_counted_by_part_and_school() -> None:
    directory = directory_of(
        teacher("T1"), teacher("A1", userRole="Administrator"), student("S1", schoolId="0042")
    )

    assert [directory.count(part) for part in ("all", "students", "staff", "admins")] == [
        3,
        1,
        2,
        1,
    ]
    assert directory.count("all", "0042") == 1


def test_a_person_has_facts_schools_and_classes() -> None:
    found = a_school().person("T1")

    assert found is not None
    assert found.facts.row(0) == ("userId", "T1")
    assert ("userLastName", "Diaz") in found.facts.rows()
    assert found.schools["schoolId"].to_list() == ["0711"]
    assert found.classes.rows() == [("C1", "Math", "0711", "its primary teacher")]


def test_a_class_list_begins_with_the_primary_teacher() -> None:
    found = a_school().class_list("C1")

    assert found is not None
    assert found.people.select("userId", "part").rows() == [
        ("T1", "its primary teacher"),
        ("T2", "a co-teacher"),
        ("S2", "a student"),
        ("S1", "a student"),
    ]
    assert ("className", "Math") in found.facts.rows()


def test_who_is_not_there_is_none() -> None:
    assert a_school().person("S9") is None
    assert a_school().class_list("C9") is None


def test_there_is_no_list_of_enrollments() -> None:
    with pytest.raises(UsageError, match="school, class, staff, student"):
        a_school().records("enrollment")
