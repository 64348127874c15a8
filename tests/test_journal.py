"""What was done to a district, in one dated list: imports, processings, profiles and undos."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from making import Row, file_of, student

import roster_toolkit as rt

ANA, BO, CY = (student(user) for user in ("S1", "S2", "S3"))


@pytest.fixture
def store(tmp_path: Path) -> rt.Store:
    return rt.Store(tmp_path / "roster.duckdb")


def imported(store: rt.Store, *rows: Row, district: str = "Avon", label: str = "") -> None:
    path = store.path.with_name("download.csv")
    path.write_bytes(file_of(rows))
    rt.import_data(path, store, district, label=label)


def acts(store: rt.Store) -> list[tuple[object, ...]]:
    return store["Avon"].journal().drop("at").rows()


def test_imports_processings_and_profiles_stand_the_latest_first(store: rt.Store) -> None:
    imported(store, ANA, label="fall")
    rt.process(file_of([BO]), store, "Avon", name="users.csv")

    store["Avon"].set_profile('extends = "batch-upload"', "from the template")

    assert sorted(acts(store)) == [
        ("imported", 1, "download.csv", "fall", False),
        ("processed", 2, "users.csv", "", False),
        ("profile kept", 1, "", "from the template", False),
    ]
    assert store["Avon"].journal()["at"].is_sorted(descending=True)


def test_an_undo_stands_beside_what_was_undone(store: rt.Store) -> None:
    imported(store, ANA)
    rt.process(file_of([BO]), store, "Avon", name="users.csv")

    store.undo("Avon", 2)

    assert acts(store) == [
        ("undone", 2, "users.csv", "", False),
        ("processed", 2, "users.csv", "", True),
        ("imported", 1, "download.csv", "", False),
    ]
    imported(store, ANA, CY)
    assert acts(store)[0] == ("imported", 3, "download.csv", "", False)
    assert ("undone", 2, "users.csv", "", False) in acts(store)


def test_a_profile_that_was_undone_says_so(store: rt.Store) -> None:
    imported(store, ANA)
    store["Avon"].set_profile('extends = "batch-upload"', "first")

    store["Avon"].undo_profile()

    assert ("profile kept", 1, "", "first", True) in acts(store)
    assert ("profile undone", 1, "", "first", False) in acts(store)


def test_each_district_has_its_own_list(store: rt.Store) -> None:
    imported(store, ANA)
    imported(store, BO, CY, district="Brook")
    store.undo("Brook", 1)

    assert acts(store) == [("imported", 1, "download.csv", "", False)]


def test_what_is_deleted_is_gone_from_the_list(store: rt.Store) -> None:
    imported(store, ANA)
    imported(store, ANA, BO)
    store.undo("Avon", 2)
    imported(store, ANA, CY)

    store.forget("Avon", 3)

    assert acts(store) == [("imported", 3, "download.csv", "", False)]
    imported(store, ANA, district="Brook")
    store.forget("Avon")
    assert store.sql("FROM undone").is_empty()


def test_a_store_that_never_wrote_undos_down_tells_the_rest(store: rt.Store) -> None:
    imported(store, ANA)
    imported(store, ANA, BO)
    with duckdb.connect(str(store.path)) as con:
        con.execute("DROP TABLE undone")

    assert [act for act, *_ in acts(store)] == ["imported", "imported"]
    store.undo("Avon", 2)
    assert [act for act, *_ in acts(store)] == ["undone", "imported", "imported"]
