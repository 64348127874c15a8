"""One word for what differs: between two attempts at a file, or between two rosters."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from making import HEADER, check, file_of, in_class, student, teacher

import roster_toolkit as rt

BEFORE = [student("S1"), in_class(teacher("T1"))]
AFTER = [student("S1", userGrade="4"), in_class(teacher("T1")), student("S2")]
CHANGES = [
    ("student", "S1", "userGrade", "3", "4"),
    ("student", "S2", "", "", "S2"),
]


def changes(found: rt.Difference) -> list[tuple[str, ...]]:
    return found.changes.select("kind", "key", "field", "before", "after").rows()


@pytest.fixture(scope="module")
def avon(tmp_path_factory: pytest.TempPathFactory) -> rt.StoredDistrict:
    folder = tmp_path_factory.mktemp("avon")
    store = rt.Store(folder / "roster.duckdb")
    for name, rows in (("before.csv", BEFORE), ("after.csv", AFTER)):
        (folder / name).write_bytes(file_of(rows))
        rt.import_data(folder / name, store, "Avon", schools=b"schoolId,schoolName\n0711,Oak\n")
    return store["Avon"]


def frame_of(rows: list[dict[str, str]]) -> pl.DataFrame:
    return pl.DataFrame([{name: row.get(name, "") for name in HEADER} for row in rows])


def test_two_reviews_are_two_attempts() -> None:
    before, after = check(student("S1", userGrade="99")), check(student("S1"))

    found = rt.compare(before, after)

    assert [cause.code for cause in found.cleared] == ["RT102"]
    assert (found.rows.cleared, found.rows.left, found.rows.new) == (1, 0, 0)


def test_two_files_are_two_rosters(tmp_path: Path) -> None:
    path = tmp_path / "after.csv"
    path.write_bytes(file_of(AFTER))

    for after in (path, str(path), file_of(AFTER), frame_of(AFTER), frame_of(AFTER).lazy()):
        assert changes(rt.compare(file_of(BEFORE), after)) == CHANGES


def test_whatever_says_what_a_roster_is_can_be_compared(avon: rt.StoredDistrict) -> None:
    for before in (avon.against(1), avon.roster(1), file_of(BEFORE), frame_of(BEFORE)):
        assert changes(rt.compare(before, avon)) == CHANGES
    assert changes(rt.compare(avon, avon.against(1)))[0] == ("student", "S1", "userGrade", "4", "3")


def test_what_a_file_cannot_tell_of_a_school_is_no_difference(avon: rt.StoredDistrict) -> None:
    assert rt.compare(file_of(AFTER), avon).nothing
    assert rt.compare(avon.roster(1), avon.roster(2)).changes["kind"].unique().to_list() == [
        "student"
    ]


def test_rosters_are_read_by_the_profile_of_the_district_or_the_one_that_is_named(
    avon: rt.StoredDistrict,
) -> None:
    renamed = file_of(AFTER).replace(b"userGrade", b"Stufe", 1)
    own = rt.profile_of_text(
        'extends = "batch-upload"\nname = "own"\n[columns.userGrade]\nname = "Stufe"\n', "own"
    )

    assert rt.compare(renamed, avon, profile=own).nothing
    assert not rt.compare(renamed, avon).nothing


@pytest.mark.parametrize("other", [3, None, ["users.csv"], "the review"])
def test_what_cannot_be_compared_gets_a_sentence(avon: rt.StoredDistrict, other: Any) -> None:  # noqa: ANN401
    side = check(student()) if other == "the review" else other

    with pytest.raises(rt.UsageError, match="Two reviews are compared, or two rosters"):
        rt.compare(avon, side)
    with pytest.raises(rt.UsageError, match="name none here"):
        rt.compare(check(student()), check(student()), profile="batch-upload")  # type: ignore[call-overload]


def test_a_file_that_is_no_download_says_so(avon: rt.StoredDistrict) -> None:
    with pytest.raises(rt.UsageError, match="is not a download of current data"):
        rt.compare(b"a,b\n1,2\n", avon)
