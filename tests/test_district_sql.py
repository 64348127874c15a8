"""A district is asked in SQL about its roster and its history, and no other district is seen."""

from __future__ import annotations

from pathlib import Path

import pytest
from making import file_of, in_class, student, teacher

import roster_toolkit as rt

FIRST = [in_class(student("S1")), in_class(teacher("T1", primary_teacher="TRUE"))]
THEN = [in_class(student("S1", userGrade="4")), in_class(student("S2", schoolId="0711")),
        in_class(teacher("T1", primary_teacher="TRUE"))]  # fmt: skip
CURRENT = ("people", "memberships", "classes", "enrollments", "schools")


@pytest.fixture(scope="module")
def avon(tmp_path_factory: pytest.TempPathFactory) -> rt.StoredDistrict:
    """A district of two snapshots beside another, whose people have other names."""
    store = rt.Store(tmp_path_factory.mktemp("store") / "roster.duckdb")
    for name, rows in (("Avon", FIRST), ("Avon", THEN), ("Bergen", [student("B1"), teacher("B2")])):
        path = store.path.with_name(f"{name}.csv")
        path.write_bytes(file_of(rows))
        rt.import_data(path, store, name)
    return store["Avon"]


def test_the_tables_are_the_roster_as_it_is_now(avon: rt.StoredDistrict) -> None:
    people = avon.sql('SELECT "userId", kind, "userGrade" FROM people ORDER BY ALL')
    enrolled = avon.sql('SELECT "userId", "classId", "schoolId", leads FROM enrollments')
    joined = avon.sql("""
        SELECT "className", count(*) FROM enrollments JOIN classes USING ("classId") GROUP BY ALL
    """)

    assert people.rows() == [("S1", "student", "4"), ("S2", "student", "3"), ("T1", "staff", "")]
    assert enrolled.rows() == [
        ("S1", "C1", "0711", False), ("S2", "C1", "0711", False), ("T1", "C1", "0711", True),
    ]  # fmt: skip
    assert joined.rows() == [("Math", 3)]
    assert avon.sql('SELECT "schoolId" FROM schools').rows() == [("0711",)]
    assert avon.sql("SELECT count(*) FROM memberships WHERE \"schoolId\" = '0711'").item() == 3


def test_a_snapshot_can_be_named(avon: rt.StoredDistrict) -> None:
    asked = 'SELECT "userId", "userGrade" FROM people ORDER BY ALL'

    assert avon.sql(asked, 1).rows() == [("S1", "3"), ("T1", "")]
    assert avon.sql(asked, snapshot=2).equals(avon.sql(asked))
    with pytest.raises(rt.ToolkitError, match="has no snapshot 7; it has 1 to 2"):
        avon.sql(asked, 7)


def test_the_history_has_each_record_once_for_each_time_in_which_it_held(
    avon: rt.StoredDistrict,
) -> None:
    grades = avon.sql("""
        SELECT valid_from, valid_to, "userGrade" FROM history
        WHERE kind = 'student' AND "userId" = 'S1' ORDER BY valid_from
    """)
    came = avon.sql("""
        SELECT kind, "userId", "classId" FROM history WHERE valid_from = 2 ORDER BY ALL
    """)

    assert grades.rows() == [(1, 2, "3"), (2, None, "4")]
    assert came.rows() == [
        ("enrollment", "S2", "C1"), ("membership", "S2", None),
        ("student", "S1", None), ("student", "S2", None),
    ]  # fmt: skip


def test_the_history_counts_what_the_snapshots_count(avon: rt.StoredDistrict) -> None:
    counted = avon.sql("""
        SELECT s.snapshot, h.kind, count(*) FROM snapshots s JOIN history h
        ON h.valid_from <= s.snapshot AND s.snapshot < coalesce(h.valid_to, 9999)
        WHERE h.kind <> 'membership' GROUP BY ALL
    """)

    assert set(counted.rows()) == {
        (snapshot.number, kind.value, number)
        for snapshot in avon.snapshots
        for kind, number in snapshot.counts.items()
    }


def test_the_snapshots_are_listed_without_those_taken_back(avon: rt.StoredDistrict) -> None:
    assert avon.sql("SELECT snapshot, origin FROM snapshots").rows() == [
        (1, "Avon.csv"), (2, "Avon.csv"),
    ]  # fmt: skip


def test_no_other_district_is_seen(avon: rt.StoredDistrict) -> None:
    for table in avon.sql("SHOW TABLES")["table"]:
        found = avon.sql(f"FROM {table}")
        assert "district" not in found.columns
        assert "B1" not in str(found.rows())
        assert "Bergen" not in str(found.rows())
    for query in ("FROM districts", "FROM roster_as_of('Bergen', 1)", "FROM profiles"):
        with pytest.raises(rt.UsageError, match="The query does not work"):
            avon.sql(query)


@pytest.mark.parametrize(
    "query",
    ["DELETE FROM people", "SELECT 1; SELECT 2", "FROM read_csv('{path}')", "FROM '{path}'",
     "ATTACH '{path}' AS other", "", "SELECT nothing FROM people"],
)  # fmt: skip
def test_a_question_changes_nothing_and_reaches_nothing_else(
    avon: rt.StoredDistrict, query: str
) -> None:
    before = avon.store.path.read_bytes()

    with pytest.raises(rt.UsageError):
        avon.sql(query.format(path=avon.store.path))

    assert avon.store.path.read_bytes() == before


def test_a_district_without_a_snapshot_says_so(tmp_path: Path) -> None:
    store = rt.Store(tmp_path / "roster.duckdb")
    path = tmp_path / "download.csv"
    path.write_bytes(file_of(FIRST))
    rt.import_data(path, store, "Avon")
    store["Avon"].undo(1)

    with pytest.raises(rt.ToolkitError, match="has no snapshot"):
        store["Avon"].sql("FROM people")
    assert store["Avon"].sql("FROM history").is_empty()
