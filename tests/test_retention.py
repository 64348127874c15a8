"""What is older than it may be kept is forgotten, and the latest of a district never is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from making import Row, student
from test_store import add, content_of

from roster_toolkit.__main__ import main
from roster_toolkit.districts import Store
from roster_toolkit.errors import UnknownSnapshot, UsageError

GONE = "Zxqvbrmwthz"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "roster.duckdb", patience=0.2)


def aged(store: Store, *rows: Row, days: int, district: str = "Avon") -> None:
    """A snapshot as if it had been made some days ago."""
    number = add(store, *rows, district=district)
    made = datetime.now(UTC).replace(tzinfo=None) - timedelta(days=days)
    with duckdb.connect(store.path) as con:
        con.execute(
            "UPDATE snapshots SET made = ? WHERE snapshot = ? AND district = "
            "(SELECT district FROM districts WHERE name = ?)",
            [made, number, district],
        )


def numbers(store: Store) -> dict[str, tuple[int, ...]]:
    return {district.name: district.snapshots for district in store.districts()}


def test_older_snapshots_of_every_district_go_and_leave_no_byte(store: Store) -> None:
    aged(store, student("S1", userLastName=GONE), days=400)
    aged(store, student("S2"), days=40)
    aged(store, student("S3"), days=4)
    aged(store, student("B1", userLastName=GONE), district="Brook", days=500)
    aged(store, student("B2"), district="Brook", days=300)
    kept = {n: content_of(store.roster("Avon", n)) for n in (2, 3)}
    assert GONE.encode() in store.path.read_bytes()

    pruned = store.prune(older_than=365)

    assert {name: [old.number for old in gone] for name, gone in pruned.items()} == {
        "Avon": [1],
        "Brook": [1],
    }
    assert numbers(store) == {"Avon": (2, 3), "Brook": (2,)}
    assert {n: content_of(store.roster("Avon", n)) for n in (2, 3)} == kept
    assert GONE.encode() not in store.path.read_bytes()
    assert [entry.name for entry in store.path.parent.iterdir()] == [store.path.name]


def test_the_latest_snapshot_stays_whatever_its_age(store: Store) -> None:
    aged(store, student("S1"), days=900)
    aged(store, student("S2"), days=800)
    aged(store, student("B1"), district="Brook", days=900)

    store.prune(older_than=0)

    assert numbers(store) == {"Avon": (2,), "Brook": (1,)}


def test_the_latest_that_holds_stays_where_a_later_one_was_undone(store: Store) -> None:
    aged(store, student("S1"), days=900)
    aged(store, student("S2"), days=800)
    aged(store, student("S3"), days=700)
    store.undo("Avon", 3)

    store.prune(older_than=30)

    assert numbers(store) == {"Avon": (2,)}
    assert store.roster("Avon").people["userId"].to_list() == ["S2"]
    assert add(store, student("S4")) == 4


def test_one_district_alone_can_be_pruned(store: Store) -> None:
    for district in ("Avon", "Brook"):
        aged(store, student("S1"), district=district, days=90)
        aged(store, student("S2"), district=district, days=80)

    store.prune(older_than=30, district="Brook")

    assert numbers(store) == {"Avon": (1, 2), "Brook": (2,)}


def test_a_store_with_nothing_old_is_not_touched(store: Store) -> None:
    aged(store, student("S1"), days=20)
    aged(store, student("S2"), days=10)
    before = store.path.read_bytes()

    assert store.prune(older_than=30) == {}
    assert store.path.read_bytes() == before


def test_a_snapshot_of_a_wrong_clock_takes_no_younger_one_with_it(store: Store) -> None:
    aged(store, student("S1"), days=90)
    aged(store, student("S2"), days=1)
    aged(store, student("S3"), days=20_000)
    aged(store, student("S4"), days=0)

    store.prune(older_than=30)

    assert numbers(store) == {"Avon": (2, 3, 4)}


@pytest.mark.parametrize("days", [-1, 36_501, 10**30])
def test_days_that_are_none_are_a_sentence(store: Store, days: int) -> None:
    aged(store, student("S1"), days=20)

    with pytest.raises(UsageError, match="from 0 to 36,500"):
        store.prune(older_than=days)


def test_a_district_that_is_not_there_is_named(store: Store) -> None:
    aged(store, student("S1"), days=20)

    with pytest.raises(UnknownSnapshot, match="no district 'Bell'"):
        store.prune(older_than=3, district="Bell")


def test_the_command_says_first_what_it_would_delete(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    aged(store, student("S1"), days=90)
    aged(store, student("S2"), days=80)
    aged(store, student("S3"), days=1)
    aged(store, student("B1"), district="Brook", days=90)
    aged(store, student("B2"), district="Brook", days=1)
    command = ("snapshot", "prune", "--older-than", "30", "--store", str(store.path))

    asked = main(command)
    question = capsys.readouterr().err
    before = numbers(store)
    done = main([*command, "--yes"])
    answer = capsys.readouterr().out
    again = main(command)

    assert (asked, done, again) == (2, 0, 0)
    what = "snapshots 1 to 2 of 'Avon' and snapshot 1 of 'Brook'"
    assert f"This would delete {what}, permanently. Add --yes to do it." in question
    assert before == {"Avon": (1, 2, 3), "Brook": (1, 2)}
    assert answer == f"Deleted permanently: {what}.\n"
    assert numbers(store) == {"Avon": (3,), "Brook": (2,)}
    assert capsys.readouterr().out == (
        "Nothing to delete: no snapshot but the latest is older than 30 days.\n"
    )
