"""Taking back the latest snapshot of a district."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from making import file_of, imported, in_class, removal, student, teacher
from test_store import content_of

from roster_toolkit.__main__ import main
from roster_toolkit.districts import Store
from roster_toolkit.errors import StoreError, UnknownSnapshot, UsageError
from roster_toolkit.operations.importing import import_data
from roster_toolkit.operations.processing import process
from roster_toolkit.profile import load_profile

ANA, BO, CY = (student(user) for user in ("S1", "S2", "S3"))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "roster.duckdb")


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    store = Store(tmp_path_factory.mktemp("avon") / "roster.duckdb")
    imported(store, ANA)
    return store.path


@pytest.fixture
def avon(made_once: Path, tmp_path: Path) -> Store:
    """A store in which Avon has one snapshot, with Ana."""
    return Store(shutil.copy(made_once, tmp_path))


def listed(schools: str) -> bytes:
    return f"schoolId,schoolName\n{schools}\n".encode()


def records_of(store: Store) -> list[list[tuple[object, ...]]]:
    """Every record of every table, with its interval."""
    tables = ("schools", "people", "memberships", "classes", "enrollments", "listed_schools")
    return [sorted(store.sql(f"FROM {table}").rows(), key=str) for table in tables]


def test_the_roster_is_what_it_was_and_other_districts_are_untouched(store: Store) -> None:
    imported(store, student("B1", schoolId="0900"), district="Brook")
    imported(store, in_class(teacher()), in_class(ANA), BO)
    before = records_of(store)
    imported(store, in_class(teacher()), in_class(ANA | {"userGrade": "4"}), in_class(CY, "C2"))

    latest = store.undo("Avon", 2)

    assert latest == 1
    assert records_of(store) == before
    assert store.district("Avon").snapshots == (1,)
    assert [made.number for made in store.snapshots("Avon")] == [1]
    assert store.district("Brook").snapshots == (1,)


def test_a_number_is_never_given_again(avon: Store) -> None:
    imported(avon, ANA, BO)
    imported(avon, ANA, BO, CY)

    avon.undo("Avon", 3)
    avon.undo("Avon", 2)

    assert imported(avon, ANA, CY).snapshot == 4
    assert avon.district("Avon").snapshots == (1, 4)
    assert avon.undo("Avon", 4) == 1
    assert avon.undo("Avon", 1) is None
    assert imported(avon, ANA).snapshot == 5


def test_repeated_it_ends_at_an_empty_district_that_can_be_filled_again(store: Store) -> None:
    path = store.path.with_name("download.csv")
    path.write_bytes(file_of([ANA]))
    import_data(path, store, "Avon", district_source="clever")

    assert store.undo("Avon", 1) is None

    assert store.district("Avon").latest is None
    assert store.snapshots("Avon") == ()
    with pytest.raises(UnknownSnapshot, match="no snapshot"):
        store.roster("Avon")
    with pytest.raises(UnknownSnapshot, match="no snapshot to undo"):
        store.undo("Avon", 1)
    assert import_data(path, store, "Avon").before is None
    assert store.district("Avon").source == "clever"


def test_a_file_that_was_judged_by_what_is_taken_back_is_not_stored(avon: Store) -> None:
    imported(avon, ANA, BO)
    roster = avon.roster("Avon")
    avon.undo("Avon", 2)

    with pytest.raises(StoreError, match="Snapshot 2 was undone meanwhile"):
        avon.add("Avon", roster, source="upload", profile=load_profile(), base=2)

    assert avon.district("Avon").snapshots == (1,)


def test_only_the_latest_one_can_be_taken_back(avon: Store) -> None:
    imported(avon, ANA, BO)
    before = records_of(avon)

    with pytest.raises(UsageError, match="can be undone, which is 2"):
        avon.undo("Avon", 1)
    with pytest.raises(UsageError, match="which is 2"):
        avon.undo("Avon", 3)
    with pytest.raises(UnknownSnapshot, match="no district 'Bron'"):
        avon.undo("Bron", 1)

    assert records_of(avon) == before


def test_without_a_store_none_is_made(store: Store) -> None:
    with pytest.raises(StoreError, match="There is no store"):
        store.undo("Avon", 1)

    assert not store.path.exists()


def test_an_address_is_free_at_once(avon: Store) -> None:
    imported(avon, ANA, student("S9", userEmail="shared@school.org"))
    imported(avon, student("B1", schoolId="0900"), district="Brook")

    avon.undo("Avon", 2)

    addresses = avon.against("Brook").addresses
    assert addresses is not None
    assert addresses.to_list() == ["s1@school.org"]


def test_a_processed_file_with_a_new_id_and_a_removal_is_taken_back(store: Store) -> None:
    imported(store, in_class(teacher()), in_class(ANA), in_class(BO, "C2"))
    before = records_of(store)
    upload = file_of([student("N1", userEmail="s1@school.org"), removal("C2", "T1")])
    assert process(upload, store, "Avon", accept=["RT411"]).snapshot == 2
    assert "N1" in store.roster("Avon").people["userId"]

    store.undo("Avon", 2)

    assert records_of(store) == before
    assert store.history("Avon", "N1").is_empty()


def test_what_was_taken_back_can_be_imported_again(avon: Store) -> None:
    imported(avon, in_class(ANA), BO)
    second = content_of(avon.roster("Avon"))
    avon.undo("Avon", 2)

    assert imported(avon, in_class(ANA), BO).snapshot == 3
    assert content_of(avon.roster("Avon")) == second


def test_the_list_of_schools_is_what_it_was(store: Store) -> None:
    imported(store, ANA, schools=listed("0711,Oak\n,No ID"))
    assert store.inactive_because("Avon") == ("No ID",)
    imported(store, ANA, BO, schools=listed("0711,Oak\n0820,Elm"))
    assert store.inactive_because("Avon") == ()
    imported(store, ANA, BO, CY)

    store.undo("Avon", 3)
    assert store.inactive_because("Avon") == ()
    store.undo("Avon", 2)
    assert store.inactive_because("Avon") == ("No ID",)
    store.undo("Avon", 1)
    assert store.inactive_because("Avon") == ()


def test_forgetting_afterwards_leaves_the_number_taken(store: Store) -> None:
    for rows in ([ANA], [ANA, BO], [ANA, BO, CY]):
        imported(store, *rows, schools=listed("0711,Oak"))
    store.undo("Avon", 3)

    store.forget("Avon", before=2)

    assert imported(store, ANA, BO, CY).snapshot == 4
    assert store.undo("Avon", 4) == 2
    assert store.undo("Avon", 2) is None


@pytest.mark.slow
def test_a_killed_process_takes_back_all_or_nothing(avon: Store) -> None:
    first = records_of(avon)
    imported(avon, ANA, BO)
    second = records_of(avon)
    script = (
        "import os, signal, sys\n"
        "from roster_toolkit.districts import Store, undo\n"
        "def killed(*_): os.kill(os.getpid(), signal.SIGKILL)\n"
        "undo._keep_number = killed\n"
        "Store(sys.argv[1]).undo('Avon', 2)\n"
    )

    done = subprocess.run([sys.executable, "-c", script, str(avon.path)], check=False)

    assert done.returncode == -signal.SIGKILL
    assert records_of(avon) == second
    avon.undo("Avon", 2)
    assert records_of(avon) == first


def test_a_store_of_an_earlier_toolkit_is_taken_back_too(store: Store) -> None:
    imported(store, ANA, schools=listed("0711,Oak"))
    imported(store, ANA, BO, schools=listed("0711,Oak\n0820,Elm"))
    import duckdb

    with duckdb.connect(str(store.path)) as con:
        con.execute("DROP TABLE replaced_lists")

    assert store.undo("Avon", 2) == 1
    assert imported(store, ANA, BO).snapshot == 3
    assert store.undo("Avon", 3) == 1
    assert store.undo("Avon", 1) is None


def test_the_command_asks_for_the_number(avon: Store, capsys: pytest.CaptureFixture[str]) -> None:
    imported(avon, ANA, BO)
    where = ("--district", "Avon", "--store", str(avon.path))

    asked = main(["snapshot", "undo", *where])
    question = capsys.readouterr().out
    wrong = main(["snapshot", "undo", *where, "--number", "1"])
    capsys.readouterr()
    unchanged = avon.district("Avon").snapshots
    done = main(["snapshot", "undo", *where, "--number", "2"])
    answer = capsys.readouterr().out

    assert (asked, wrong, done) == (1, 2, 0)
    assert question.startswith("This would undo snapshot 2 of Avon, back to snapshot 1:\n")
    assert question.endswith("Nothing was changed. If you intended that, add --number 2.\n")
    assert unchanged == (1, 2)
    assert answer == ("Undone: snapshot 2. The roster of Avon is what it was in snapshot 1.\n")
    assert avon.district("Avon").snapshots == (1,)


def test_an_empty_district_can_be_listed_and_asked(
    avon: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    avon.undo("Avon", 1)
    where = ("--district", "Avon", "--store", str(avon.path))

    assert main(["snapshot", "list", *where]) == 0
    assert main(["snapshot", "undo", *where]) == 1
    assert "Avon has no snapshot to undo." in capsys.readouterr().out
    assert main(["snapshot", "show", *where]) == 2
    assert main(["snapshot", "compare", "1", "2", *where]) == 2
    assert "has no snapshot" in capsys.readouterr().err
    with pytest.raises(UsageError, match="fewer than two"):
        avon["Avon"].compare()


# --- through a link ------------------------------------------------------------------------------


def test_forgetting_through_a_link_rewrites_the_file_and_leaves_the_link(avon: Store) -> None:
    imported(avon, student("B1", schoolId="0900"), district="Brook")
    link = avon.path.with_name("link.duckdb")
    link.symlink_to(avon.path.name)
    again = avon.path.with_name("again.duckdb")
    again.symlink_to(link)

    Store(again).forget("Avon")

    assert link.is_symlink()
    assert again.is_symlink()
    assert [known.name for known in avon.districts()] == ["Brook"]
    assert b"s1@school.org" not in avon.path.read_bytes()


def test_a_link_to_no_file_yet_makes_the_store_behind_it(store: Store) -> None:
    link = store.path.with_name("link.duckdb")
    link.symlink_to(store.path)

    imported(Store(link), ANA)

    assert link.is_symlink()
    assert store.district("Avon").snapshots == (1,)


def test_a_link_in_a_circle_is_a_sentence(tmp_path: Path) -> None:
    circle = tmp_path / "circle.duckdb"
    circle.symlink_to(circle)

    with pytest.raises(StoreError):
        Store(circle).districts()


def test_frames_that_come_back_keep_their_types(store: Store) -> None:
    imported(store, in_class(teacher(), primary_teacher="TRUE"))
    imported(store, in_class(teacher(), primary_teacher="FALSE"))

    store.undo("Avon", 2)

    assert store.roster("Avon").enrollments["leads"].to_list() == [True]
    assert store.roster("Avon").enrollments.schema["person"] == pl.UInt32
