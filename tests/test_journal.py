"""What was done to a district, in one dated list: imports, processings, profiles and undos."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import duckdb
import pytest
from making import file_of, imported, student
from test_oneroster import folder_of, small

import roster_toolkit as rt

ANA, BO, CY = (student(user) for user in ("S1", "S2", "S3"))


@pytest.fixture
def store(tmp_path: Path) -> rt.Store:
    return rt.Store(tmp_path / "roster.duckdb")


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    store = rt.Store(tmp_path_factory.mktemp("avon") / "roster.duckdb")
    imported(store, ANA)
    return store.path


@pytest.fixture
def avon(made_once: Path, tmp_path: Path) -> rt.Store:
    """A store into which Ana was imported."""
    return rt.Store(shutil.copy(made_once, tmp_path))


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


def test_acts_within_one_second_stand_in_their_order(store: rt.Store) -> None:
    imported(store, ANA)
    store.set_profile("Avon", 'extends = "batch-upload"', "first")
    imported(store, ANA, BO)
    for file in ("c0ffee", "0bed", "feed"):
        store.note_export("Avon", 1, file)
    store.undo("Avon", 2)
    store.undo_profile("Avon")
    with duckdb.connect(str(store.path)) as con:
        con.execute("UPDATE snapshots SET made = '2026-03-02 08:00:00'")
        con.execute("UPDATE profiles SET made = '2026-03-02 08:00:00'")
        con.execute("UPDATE acts SET done_at = '2026-03-02 08:00:00'")
        con.execute(
            "UPDATE undone SET made = '2026-03-02 08:00:00', undone_at = '2026-03-02 08:00:00'"
        )

    journal = store["Avon"].journal().reverse()

    assert journal.select("act", "number", "undone").rows() == [
        ("imported", 1, False), ("profile kept", 1, True), ("imported", 2, True),
        ("exported", 1, False), ("exported", 1, False), ("exported", 1, False),
        ("undone", 2, False), ("profile undone", 1, False),
    ]  # fmt: skip
    assert journal.filter(act="exported")["sha256"].to_list() == ["c0ffee", "0bed", "feed"]


def test_an_undo_stands_beside_what_was_undone(avon: rt.Store) -> None:
    rt.process(file_of([BO]), avon, "Avon", name="users.csv")

    avon.undo("Avon", 2)

    assert acts(avon) == [
        ("undone", 2, "users.csv", "", False),
        ("processed", 2, "users.csv", "", True),
        ("imported", 1, "download.csv", "", False),
    ]
    imported(avon, ANA, CY)
    assert acts(avon)[0] == ("imported", 3, "download.csv", "", False)
    assert ("undone", 2, "users.csv", "", False) in acts(avon)


def test_a_profile_that_was_undone_says_so(avon: rt.Store) -> None:
    avon["Avon"].set_profile('extends = "batch-upload"', "first")

    avon["Avon"].undo_profile()

    assert ("profile kept", 1, "", "first", True) in acts(avon)
    assert ("profile undone", 1, "", "first", False) in acts(avon)


def test_each_district_has_its_own_list(avon: rt.Store) -> None:
    imported(avon, BO, CY, district="Brook")
    avon.undo("Brook", 1)

    assert acts(avon) == [("imported", 1, "download.csv", "", False)]


def test_what_is_deleted_is_gone_from_the_list(avon: rt.Store) -> None:
    imported(avon, ANA, BO)
    avon.undo("Avon", 2)
    imported(avon, ANA, CY)

    avon.forget("Avon", 3)

    assert acts(avon) == [("imported", 3, "download.csv", "", False)]
    imported(avon, ANA, district="Brook")
    avon.forget("Avon")
    assert avon.sql("FROM undone").is_empty()


def test_a_store_that_never_wrote_undos_down_tells_the_rest(avon: rt.Store) -> None:
    imported(avon, ANA, BO)
    with duckdb.connect(str(avon.path)) as con:
        con.execute("DROP TABLE undone")
        con.execute("DROP TABLE acts")

    assert [act for act, *_ in acts(avon)] == ["imported", "imported"]
    avon.undo("Avon", 2)
    assert [act for act, *_ in acts(avon)] == ["undone", "imported", "imported"]


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


def test_the_digest_of_an_export_is_that_of_its_files_wherever_its_folder_stands(
    store: rt.Store, tmp_path: Path
) -> None:
    outer = tmp_path / "download"
    outer.mkdir()
    folder = folder_of(outer / "export", small())

    rt.import_data(outer, store, "Avon")

    files = b"".join(file.read_bytes() for file in sorted(folder.iterdir()))
    assert store["Avon"].journal()["sha256"].to_list() == [digest(files)]


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


def test_a_profile_that_holds_already_is_no_act(avon: rt.Store) -> None:
    rt.Store(avon.path, who="ana@avon.org").set_profile("Avon", 'extends = "batch-upload"')
    rt.Store(avon.path, who="bea@avon.org").set_profile("Avon", 'extends = "batch-upload"')

    assert [who for act, _, who, _ in who_did(avon) if act == "profile kept"] == ["ana@avon.org"]


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


def test_where_nobody_is_asked_a_deletion_leaves_nothing(avon: rt.Store) -> None:
    imported(avon, BO, district="Brook")

    avon.forget("Avon")

    assert avon.sql("SELECT name FROM acts")["name"].to_list() == ["Brook"]


def test_the_acts_are_written_as_csv_without_a_formula(store: rt.Store) -> None:
    imported(store, ANA, label="=1+1")

    lines = rt.journal_csv(store["Avon"].journal()).decode().splitlines()

    assert lines[0] == "at,act,number,origin,note,undone,who,sha256"
    assert ",imported,1,download.csv,'=1+1,false,," in lines[1]


def test_a_store_that_never_wrote_acts_down_begins_with_the_next(avon: rt.Store) -> None:
    with duckdb.connect(str(avon.path)) as con:
        con.execute("DROP TABLE acts")

    assert who_did(avon) == [("imported", 1, "", "")]
    imported(rt.Store(avon.path, who="ana@avon.org"), ANA, BO)
    assert [(number, who) for _, number, who, _ in who_did(avon)] == [(2, "ana@avon.org"), (1, "")]
