"""What can be repaired, and a copy that is: from a review, with nothing written over."""

from __future__ import annotations

from pathlib import Path

import pytest
from making import file_of, student, teacher

from roster_toolkit.errors import ToolkitError, UsageError
from roster_toolkit.reviewing import review

ROWS = [
    student("S1", userGrade="grade 3"),
    student("S2", userEmail="s2@school..org"),
    student("S3", schoolId=" 0711"),
    {},
    teacher("T1"),
    teacher("T1"),
]


def test_what_can_be_repaired_is_told_by_rule_and_kind() -> None:
    result = review(file_of(ROWS))

    assert result.repairs.rows() == [
        ("RT014", "safe", 1, 1),
        ("RT102", "safe", 1, 1),
        ("RT103", "confirm", 1, 1),
        ("RT105", "safe", 1, 1),
    ]


def test_headers_and_the_form_of_a_file_are_on_offer_too() -> None:
    data = file_of([student("S1")]).replace(b"userId", b"UserID", 1).replace(b",", b";")

    assert review(data).repairs.select("code", "kind").rows() == [
        ("RT005", "safe"), ("RT007", "safe"),
    ]  # fmt: skip


def test_a_repair_gives_the_copy_its_review_and_what_came_of_it() -> None:
    result = review(file_of(ROWS))

    repair = result.repair()

    assert b"grade 3" not in repair.fixed.data
    assert repair.review.rows.refused == 1
    assert (repair.progress.rows.cleared, repair.progress.rows.left) == (1, 1)
    assert repair.review.upload.name == result.upload.name
    assert b"grade 3" in repair.log_csv()


def test_a_repair_remembers_what_was_confirmed() -> None:
    result = review(file_of([*ROWS, student("S9", userGrade="", userId="S9")]))

    first = result.repair("RT103")
    further = first.confirm("RT102:99")

    assert first.confirmed == ("RT103",)
    assert b"s2@school.org" in first.fixed.data
    assert further.confirmed == ("RT103", "RT102:99")
    assert b"s2@school.org" in further.fixed.data


def test_a_repair_is_judged_by_the_same_roster_and_season() -> None:
    roster = file_of([student("S1"), student("S2")])

    repair = review(file_of(ROWS[:2]), against=roster, season="rollover").repair()

    assert repair.review.season == "rollover"
    assert repair.review.impact is not None
    assert repair.review.records("student", "no changes")["key"].to_list() == ["S1"]


def test_a_file_on_disk_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "users.csv"
    path.write_bytes(data := file_of(ROWS))

    repair = review(path).repair()

    assert path.read_bytes() == data
    assert [each.name for each in tmp_path.iterdir()] == ["users.csv"]
    assert repair.fixed.data != data


def test_a_file_that_changed_meanwhile_is_not_repaired(tmp_path: Path) -> None:
    path = tmp_path / "users.csv"
    path.write_bytes(file_of(ROWS))
    result = review(path)
    path.write_bytes(file_of(ROWS[:2]))

    with pytest.raises(UsageError, match="has changed since it was checked"):
        result.repair()


def test_what_cannot_be_repaired_is_a_sentence() -> None:
    with pytest.raises(ToolkitError, match="nothing to repair"):
        review(b"").repair()
    with pytest.raises(UsageError, match="no repair that could be confirmed"):
        review(file_of(ROWS)).repair("RT302")


def test_an_error_file_handed_in_again_is_repaired_to_a_users_csv() -> None:
    again = review(review(file_of(ROWS[:2])).errors_csv())

    repair = again.repair("RT103")

    assert repair.review.verdict == "clean"
    assert repair.fixed.data.splitlines()[0].endswith(b",primary_teacher")
