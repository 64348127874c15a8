"""The store: what goes in comes out, and no history is lost."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making import Row, file_of, in_class, roster_of, student, teacher

from roster_toolkit.districts import Store
from roster_toolkit.errors import StoreError, ToolkitError, UnknownSnapshot, UsageError
from roster_toolkit.profile import load_profile
from roster_toolkit.rosters.download import read_download
from roster_toolkit.rosters.roster import Kind, Roster

PROFILE = load_profile()
FRAMES = ("schools", "people", "memberships", "classes", "enrollments")


def add(store: Store, *rows: Row, district: str = "Avon") -> int | None:
    return store.add(district, roster_of(*rows), source="portal", profile=PROFILE)


def content_of(roster: Roster) -> dict[str, list[tuple[object, ...]]]:
    """A roster without its numbers, sorted: what can be compared between any two."""
    people = roster.people.select("person", "userId")
    classes = roster.classes.select("class", "classId")
    return {
        "schools": sorted(roster.schools.select("schoolId", "schoolName").rows()),
        "people": sorted(roster.people.drop("person").select(sorted(
            set(roster.people.columns) - {"person"})).rows()),
        "classes": sorted(roster.classes.select(sorted(
            set(roster.classes.columns) - {"class"})).rows()),
        "memberships": sorted(
            roster.memberships.join(people, on="person").select("userId", "schoolId").rows()),
        "enrollments": sorted(
            roster.enrollments.join(people, on="person").join(classes, on="class")
            .select("userId", "classId", pl.col("leads").fill_null(value=False)).rows()),
    }  # fmt: skip


def query(store: Store, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(store.path, read_only=True) as con:
        return con.sql(sql).fetchall()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "roster.duckdb", patience=0.2)


# --- in and out --------------------------------------------------------------------------------


def test_a_roster_comes_out_as_it_went_in(store: Store) -> None:
    roster = roster_of(
        in_class(teacher("T1"), primary_teacher="TRUE"), in_class(student("S1")),
        in_class(student("S1"), "C2"), student("S2", schoolId="0820"),
    )  # fmt: skip

    number = store.add("Avon", roster, source="portal", profile=PROFILE)

    assert number == 1
    assert content_of(store.roster("Avon")) == content_of(roster)


@pytest.mark.slow
def test_every_snapshot_can_be_read_again(store: Store) -> None:
    versions = [
        [student("S1"), student("S2")],
        [student("S1", userLastName="Roy"), in_class(student("S3"))],
        [in_class(student("S3")), in_class(teacher("T1"), "C2", primary_teacher="TRUE")],
        [student("S1")],
    ]

    numbers = [add(store, *rows) for rows in versions]

    assert numbers == [1, 2, 3, 4]
    for number, rows in zip(numbers, versions, strict=True):
        assert content_of(store.roster("Avon", number)) == content_of(roster_of(*rows))


def test_the_same_roster_again_makes_no_snapshot(store: Store) -> None:
    rows = [in_class(teacher("T1"), primary_teacher="TRUE"), in_class(student("S1"))]
    add(store, *rows)
    before = store.path.read_bytes()

    again = add(store, *reversed(rows))

    assert again is None
    assert [s.number for s in store.snapshots("Avon")] == [1]
    assert len(store.path.read_bytes()) == len(before)


rows_of_a_district = st.lists(
    st.builds(
        lambda user, school, group, name, leads: (
            in_class(
                teacher(user, schoolId=school, userLastName=name), group, primary_teacher=leads
            )
            if group
            else teacher(user, schoolId=school, userLastName=name)
        ),
        st.sampled_from(["T1", "T2", "T3"]),
        st.sampled_from(["0711", "0820"]),
        st.sampled_from(["", "C1", "C2"]),
        st.sampled_from(["Lee", "Roy"]),
        st.sampled_from(["", "TRUE", "FALSE"]),
    ),
    max_size=8,
)


@pytest.mark.slow
@settings(max_examples=10)
@given(st.lists(rows_of_a_district, min_size=1, max_size=4))
def test_any_history_can_be_read_back(
    tmp_path_factory: pytest.TempPathFactory, versions: list[list[Row]]
) -> None:
    store = Store(tmp_path_factory.mktemp("any") / "roster.duckdb")
    latest, expected = None, {}
    for rows in versions:
        roster = roster_of(*rows)
        number = store.add("Avon", roster, source="portal", profile=PROFILE)

        assert (number is None) == (latest is not None and latest == content_of(roster))
        latest = content_of(roster)
        if number is not None:
            expected[number] = latest

    assert {n: content_of(store.roster("Avon", n)) for n in expected} == expected


def test_frames_come_out_in_the_order_of_their_keys(store: Store) -> None:
    add(store, student("S9"), student("S1"), in_class(student("S5")))
    add(store, student("S0"), in_class(student("S1")), in_class(student("S9")))

    roster = store.roster("Avon")

    assert roster.people["person"].is_sorted()
    assert roster.enrollments.equals(roster.enrollments.sort("person", "class"))


def test_a_roster_that_repeats_a_key_is_not_stored(store: Store) -> None:
    roster = roster_of(student("S1"))
    twice = replace(roster, people=pl.concat([roster.people, roster.people]))

    with pytest.raises(UsageError, match="1 of its records repeat a userId"):
        store.add("Avon", twice, source="portal", profile=PROFILE)

    assert store.districts() == ()


# --- who is who --------------------------------------------------------------------------------


def test_a_person_keeps_their_number_through_a_new_id(store: Store) -> None:
    add(store, in_class(student("S1")), student("S2"))
    (was,) = store.roster("Avon").people.filter(userId="S1")["person"]

    add(store, in_class(student("S77", userEmail="S1@school.org")), student("S2"))

    (now,) = store.roster("Avon").people.filter(userId="S77")["person"]
    assert now == was
    assert [row[3] for row in query(store, "FROM history_of_person('Avon', 'S77')")] == [
        "S1",
        "S77",
    ]
    assert query(store, "SELECT since, until FROM classes_of_person('Avon', 'S77')") == [(1, None)]


def test_who_leaves_and_returns_has_the_number_of_old(store: Store) -> None:
    add(store, student("S1"), student("S2"))
    (was,) = store.roster("Avon").people.filter(userId="S2")["person"]
    add(store, student("S1"))
    add(store, student("S1"), student("S3"))

    add(store, student("S1"), student("S2"), student("S3"))

    numbers = dict(store.roster("Avon").people.select("userId", "person").iter_rows())
    assert numbers["S2"] == was
    assert len(set(numbers.values())) == 3


def test_an_old_id_given_to_somebody_else_is_somebody_else(store: Store) -> None:
    add(store, student("S1"))
    add(store, student("S2", userEmail="s1@school.org"))

    add(store, student("S2", userEmail="s1@school.org"), student("S1", userEmail="new@school.org"))

    numbers = dict(store.roster("Avon").people.select("userId", "person").iter_rows())
    assert numbers["S1"] != numbers["S2"]


def test_two_people_who_cannot_be_told_apart_are_not_guessed(store: Store) -> None:
    add(store, student("S1", userEmail="a@school.org"), student("S2", userEmail="a@school.org"))
    numbers = set(store.roster("Avon").people["person"])

    add(store, student("S3", userEmail="a@school.org"))

    assert set(store.roster("Avon").people["person"]).isdisjoint(numbers)


# --- districts ---------------------------------------------------------------------------------


def test_the_other_districts_lend_their_addresses_and_nothing_else(store: Store) -> None:
    add(store, student("S1", userEmail="Ana@school.org"))
    add(store, student("S1", userEmail="Was@other.org"), district="Bell")
    add(store, student("S1", userEmail="Now@other.org"), district="Bell")

    against = store.against("Avon")

    assert against.addresses is not None
    assert against.addresses.to_list() == ["now@other.org"]
    assert against.roster.people["userEmail"].to_list() == ["Ana@school.org"]
    assert (against.district, against.snapshot) == ("Avon", 1)


def test_a_list_of_snapshots_counts_their_records(store: Store) -> None:
    add(store, in_class(teacher("T1")), in_class(student("S1")), student("S2", schoolId="0820"))

    (snapshot,) = store.snapshots("Avon")

    assert snapshot.counts == {
        Kind.SCHOOL: 2, Kind.STAFF: 1, Kind.STUDENT: 2, Kind.CLASS: 1, Kind.ENROLLMENT: 2,
    }  # fmt: skip
    assert (snapshot.district, snapshot.source, snapshot.profile) == (
        "Avon",
        "portal",
        "batch-upload",
    )


def test_what_is_missing_is_answered_with_what_there_is(store: Store) -> None:
    with pytest.raises(StoreError, match="There is no store"):
        store.districts()
    add(store, student("S1"))
    add(store, student("S2"))

    with pytest.raises(UnknownSnapshot, match="no district 'Bell'; it has 'Avon'"):
        store.against("Bell")
    with pytest.raises(UnknownSnapshot, match="no snapshot 9; it has 1 to 2"):
        store.against("Avon", 9)


def test_a_snapshot_made_from_an_older_one_is_not_added(store: Store) -> None:
    add(store, student("S1"))
    add(store, student("S2"))

    with pytest.raises(StoreError, match="Snapshot 2 was added meanwhile"):
        store.add("Avon", roster_of(student("S3")), source="upload", profile=PROFILE, base=1)

    assert len(store.snapshots("Avon")) == 2


@pytest.mark.parametrize(
    ("listed", "names"),
    [
        ([("0711", "North"), ("0820", "South")], ()),
        ([("0711", "North"), ("0711", "North")], ()),
        ([("", "West"), ("0820", "South")], ("West",)),
        ([("0711", "North"), ("0711", "East"), ("0820", "South")], ("East", "North")),
    ],
)
def test_schools_without_an_id_of_their_own_keep_processing_inactive(
    store: Store, listed: list[tuple[str, str]], names: tuple[str, ...]
) -> None:
    cells = pl.DataFrame(listed, schema=["schoolId", "schoolName"], orient="row")

    store.add("Avon", roster_of(student("S1")), source="portal", profile=PROFILE, listed=cells)

    assert store.inactive_because("Avon") == names


def test_without_a_list_of_schools_nothing_is_inactive(store: Store) -> None:
    add(store, student("S1"))

    assert store.inactive_because("Avon") == ()


# --- columns of later profiles -----------------------------------------------------------------


def wider_profile(folder: Path) -> Path:
    path = folder / "wider.toml"
    path.write_text(
        'extends = "batch-upload"\nname = "wider"\n[columns.userHomeroom]\nabout = "person"\n'
        'header = "optional"\nrequirement = "optional"\ncategory = "userHomeroom"\n'
        'description = "Room."\nevidence = { name = "assumed" }\n',
        encoding="utf-8",
    )
    return path


def test_a_column_that_comes_later_is_blank_before(store: Store, tmp_path: Path) -> None:
    wider = load_profile(wider_profile(tmp_path))
    header = (*student(), "userHomeroom")
    add(store, student("S1"))
    roster = read_download(file_of([student("S1", userHomeroom="12b")], header), wider).roster

    store.add("Avon", roster, source="portal", profile=wider)

    assert store.roster("Avon", 1).people["userHomeroom"].to_list() == [""]
    assert store.roster("Avon", 2).people["userHomeroom"].to_list() == ["12b"]


def test_a_profile_that_knows_more_than_the_store_finds_blank_columns(
    store: Store, tmp_path: Path
) -> None:
    wider = load_profile(wider_profile(tmp_path))
    add(store, student("S1"))

    against = store.against("Avon", profile=wider)

    assert against.roster.people["userHomeroom"].to_list() == [""]


# --- queries of an analyst ---------------------------------------------------------------------


def test_an_analyst_can_ask_for_a_roster_as_of_a_snapshot(store: Store) -> None:
    add(store, in_class(student("S1")), student("S2"))
    add(store, in_class(student("S1"), "C2"), student("S2", schoolId="0820"))

    sql = 'SELECT "schoolId", "userId", "classId" FROM roster_as_of(\'Avon\', {})'

    assert query(store, sql.format(1)) == [("0711", "S1", "C1"), ("0711", "S2", None)]
    assert query(store, sql.format(2)) == [("0711", "S1", "C2"), ("0820", "S2", None)]


def test_an_analyst_can_ask_who_is_in_a_class(store: Store) -> None:
    add(store, in_class(student("S1")), in_class(teacher("T1"), primary_teacher="TRUE"))

    sql = 'SELECT "classId", "userId", leads FROM class_lists(\'Avon\', 1)'

    assert query(store, sql) == [("C1", "T1", True), ("C1", "S1", False)]


# --- forgetting --------------------------------------------------------------------------------


def test_a_forgotten_district_leaves_no_byte(store: Store) -> None:
    add(store, student("S1", userLastName="Zxqvbrmwthz"))
    add(store, student("S1", userLastName="Kept"), district="Bell")
    assert b"Zxqvbrmwthz" in store.path.read_bytes()

    store.forget("Avon")

    assert b"Zxqvbrmwthz" not in store.path.read_bytes()
    assert [d.name for d in store.districts()] == ["Bell"]
    assert store.roster("Bell").people["userLastName"].to_list() == ["Kept"]
    assert [p.name for p in store.path.parent.iterdir()] == [store.path.name]


def test_forgotten_snapshots_leave_no_byte_and_the_rest_as_it_was(store: Store) -> None:
    add(store, student("S1", userLastName="Zxqvbrmwthz"), student("S2"))
    add(store, student("S1", userLastName="Roy"), student("S2"))
    add(store, student("S1", userLastName="Roy"), student("S3"))
    expected = {n: content_of(store.roster("Avon", n)) for n in (2, 3)}

    store.forget("Avon", before=2)

    assert b"Zxqvbrmwthz" not in store.path.read_bytes()
    assert store.district("Avon").snapshots == (2, 3)
    assert {n: content_of(store.roster("Avon", n)) for n in (2, 3)} == expected
    with pytest.raises(UnknownSnapshot, match="it has 2 to 3"):
        store.roster("Avon", 1)
    assert add(store, student("S9")) == 4


def test_a_store_that_was_written_anew_has_all_columns_and_queries(
    store: Store, tmp_path: Path
) -> None:
    wider = load_profile(wider_profile(tmp_path))
    store.add("Avon", roster_of(student("S1")), source="portal", profile=wider)
    add(store, student("S2"), district="Bell")

    store.forget("Bell")

    assert "userHomeroom" in store.roster("Avon").people.columns
    assert len(query(store, "FROM roster_as_of('Avon', 1)")) == 1


def test_forgetting_what_is_not_there_changes_nothing(store: Store) -> None:
    add(store, student("S1"))
    before = store.path.read_bytes()

    with pytest.raises(ToolkitError):
        store.forget("Bell")
    with pytest.raises(ToolkitError):
        store.forget("Avon", before=7)

    assert store.path.read_bytes() == before
