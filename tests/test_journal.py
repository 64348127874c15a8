"""What was done to a district, in one dated list: imports, processings, profiles and undos."""

from __future__ import annotations

import hashlib
from pathlib import Path

import duckdb
import pytest
from making import file_of, imported, student

import roster_toolkit as rt

ANA, BO, CY = (student(user) for user in ("S1", "S2", "S3"))


@pytest.fixture
def store(tmp_path: Path) -> rt.Store:
    return rt.Store(tmp_path / "roster.duckdb")


def acts(store: rt.Store) -> list[tuple[object, ...]]:
    return store["Avon"].journal().drop("at", "who", "sha256").rows()


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
        con.execute("DROP TABLE acts")

    assert [act for act, *_ in acts(store)] == ["imported", "imported"]
    store.undo("Avon", 2)
    assert [act for act, *_ in acts(store)] == ["undone", "imported", "imported"]


# --- who did it, and with which bytes -------------------------------------------------------------


def who_did(store: rt.Store) -> list[tuple[object, ...]]:
    return store["Avon"].journal().select("act", "number", "who", "sha256").rows()


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def test_every_act_says_who_did_it_and_with_which_bytes(store: rt.Store) -> None:
    ana = rt.Store(store.path, who="ana@avon.org")
    file, profile = file_of([BO]), 'extends = "batch-upload"'
    imported(ana, ANA)
    rt.process(file, ana, "Avon", name="users.csv")
    ana.note_export("Avon", 2, "c0ffee")
    ana.undo("Avon", 2)
    ana.set_profile("Avon", profile)
    ana.undo_profile("Avon")

    assert set(who_did(store)) == {
        ("imported", 1, "ana@avon.org", digest(file_of([ANA]))),
        ("processed", 2, "ana@avon.org", digest(file)),
        ("exported", 2, "ana@avon.org", "c0ffee"),
        ("undone", 2, "ana@avon.org", ""),
        ("profile kept", 1, "ana@avon.org", digest(profile.encode())),
        ("profile undone", 1, "ana@avon.org", ""),
    }


def test_what_was_read_holds_where_only_the_journal_goes_on(store: rt.Store) -> None:
    imported(store, ANA)
    ana = rt.Store(store.path, who="ana@avon.org")
    schools = store.path.with_name("schools.csv")
    schools.write_text("schoolId,schoolName\n0711,Elm\n")
    before = store.fingerprint()

    ana.note_export("Avon", 1, "c0ffee")

    assert store.fingerprint() == before
    seen = {before}
    for change in (
        lambda: imported(store, ANA, BO),
        lambda: imported(store, ANA, district="Brook"),
        lambda: rt.import_data(store.path.with_name("download.csv"), store, "Brook",
                               schools=schools),
        lambda: store.set_profile("Avon", 'extends = "batch-upload"'),
        lambda: store.undo_profile("Avon"),
        lambda: store.undo("Avon", 2),
        lambda: store.forget("Brook"),
    ):  # fmt: skip
        change()
        assert store.fingerprint() not in seen
        seen.add(store.fingerprint())


def test_a_profile_that_holds_already_is_no_act(store: rt.Store) -> None:
    imported(store, ANA)
    rt.Store(store.path, who="ana@avon.org").set_profile("Avon", 'extends = "batch-upload"')
    rt.Store(store.path, who="bea@avon.org").set_profile("Avon", 'extends = "batch-upload"')

    assert [who for act, _, who, _ in who_did(store) if act == "profile kept"] == ["ana@avon.org"]


def test_who_deleted_and_who_took_a_copy_outlives_what_was_deleted(store: rt.Store) -> None:
    ana = rt.Store(store.path, who="ana@avon.org")
    imported(ana, ANA)
    imported(ana, ANA, BO)
    ana.note_export("Avon", 1, "c0ffee")
    ana.forget("Avon", 2)

    assert {(act, number) for act, number, *_ in who_did(store)} == {
        ("imported", 2), ("exported", 1), ("deleted", 2),
    }  # fmt: skip
    ana.forget("Avon")
    imported(store, CY, district="Brook")  # takes the number that is free again
    assert store["Brook"].journal()["act"].to_list() == ["imported"]
    imported(store, CY)
    assert {(act, number, who) for act, number, who, _ in who_did(store)} == {
        ("imported", 1, ""), ("exported", 1, "ana@avon.org"), ("deleted", 2, "ana@avon.org"),
        ("deleted", 0, "ana@avon.org"),
    }  # fmt: skip


def test_where_nobody_is_asked_a_deletion_leaves_nothing(store: rt.Store) -> None:
    imported(store, ANA)
    imported(store, BO, district="Brook")

    store.forget("Avon")

    assert store.sql("SELECT name FROM acts")["name"].to_list() == ["Brook"]


def test_the_acts_are_written_as_csv_without_a_formula(store: rt.Store) -> None:
    imported(store, ANA, label="=1+1")

    lines = rt.journal_csv(store["Avon"].journal()).decode().splitlines()

    assert lines[0] == "at,act,number,origin,note,undone,who,sha256"
    assert ",imported,1,download.csv,'=1+1,false,," in lines[1]


def test_a_store_that_never_wrote_acts_down_begins_with_the_next(store: rt.Store) -> None:
    imported(store, ANA)
    with duckdb.connect(str(store.path)) as con:
        con.execute("DROP TABLE acts")

    assert who_did(store) == [("imported", 1, "", "")]
    imported(rt.Store(store.path, who="ana@avon.org"), ANA, BO)
    assert [(number, who) for _, number, who, _ in who_did(store)] == [(2, "ana@avon.org"), (1, "")]
