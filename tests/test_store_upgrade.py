"""A store of an earlier toolkit: never rewritten, and copied whole or not at all."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from making import file_of, killed_writer, student
from streamlit.testing.v1 import AppTest
from test_store import content_of
from test_store_trouble import PRELUDE, REQUESTS

import roster_toolkit as rt
from roster_toolkit.__main__ import main
from roster_toolkit.errors import StoreError
from roster_toolkit.store.schema import FORMAT

FOLDER = Path(__file__).parent / "stores"
TODAY = FOLDER / f"format-{FORMAT}.duckdb"
KEPT = sorted(set(FOLDER.glob("*.duckdb")) - {TODAY})


@pytest.fixture
def old(tmp_path: Path) -> rt.Store:
    """The store of format 1: Avon with two snapshots and one taken back, and Clover of Clever."""
    return rt.Store(shutil.copy(FOLDER / "format-1.duckdb", tmp_path / "old.duckdb"), patience=0.2)


def test_a_store_of_each_earlier_format_is_kept() -> None:
    assert [path.stem for path in KEPT] == [f"format-{number}" for number in range(1, FORMAT)]


def columns(con: duckdb.DuckDBPyConnection) -> set[tuple[str, str, str]]:
    """Table, column and type."""
    query = "SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE NOT internal"
    return {(table, column, kind) for table, column, kind in con.sql(query).fetchall()}


def test_no_table_of_this_format_has_lost_what_it_held(tmp_path: Path) -> None:
    store = rt.Store(tmp_path / "roster.duckdb")
    rt.import_data(_download(tmp_path), store, "Avon")

    with duckdb.connect(TODAY, read_only=True) as kept, duckdb.connect(store.path) as made:
        assert columns(kept) - columns(made) == set()


def _download(folder: Path) -> Path:
    path = folder / "download.csv"
    path.write_bytes(file_of([student()]))
    return path


def test_a_store_of_this_format_made_earlier_is_worked_with_as_it_is(tmp_path: Path) -> None:
    store = rt.Store(shutil.copy(TODAY, tmp_path / "roster.duckdb"))
    avon = store["Avon"]

    assert [(each.name, each.snapshots) for each in store.districts()] == [
        ("Avon", (1, 2)),
        ("Clover", (1,)),
    ]
    assert content_of(avon.roster())["schools"] == [("0711", "Elm Street"), ("0820", "Hill")]
    assert avon.roster().schools["lowGrade"].to_list() == ["K", "6"]
    assert avon.history("S2")["userLastName"].to_list() == ["Lee", "Roy"]
    assert (avon.profile.name, store["Clover"].profile.name) == ("avon", "third-party")
    assert avon.journal()["act"].to_list() == [
        "profile undone", "profile kept", "profile kept", "undone", "imported", "processed",
        "imported",
    ]  # fmt: skip
    assert rt.process(file_of([student("S5")]), store, "Avon").snapshot == 4
    assert avon.undo(4) == 2
    assert avon.undo_profile() is None
    avon.forget(before=2)
    assert avon.roster().people.height == 4


@pytest.mark.parametrize("request_", REQUESTS.values(), ids=REQUESTS)
def test_a_store_of_an_earlier_toolkit_is_left_alone_and_told_what_to_do(
    old: rt.Store, request_: Callable[[rt.Store], object]
) -> None:
    before = old.path.read_bytes()

    with pytest.raises(StoreError) as caught:
        request_(old)

    assert str(caught.value) == (
        f"The store {old.path} was made by an earlier Roster Toolkit (format 1; this one reads "
        f"format 2); nothing was changed. It is copied for this one with: snapshot upgrade --store "
        f"{old.path} --out COPY.duckdb."
    )
    assert old.path.read_bytes() == before
    assert [entry.name for entry in old.path.parent.iterdir()] == [old.path.name]


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.stem)
def test_the_copy_holds_everything_and_the_store_stays_as_it_is(path: Path, tmp_path: Path) -> None:
    before = path.read_bytes()
    with duckdb.connect(path, read_only=True) as con:
        tables = [name for (name,) in con.sql("SELECT table_name FROM duckdb_tables()").fetchall()]
        rows = {
            name: sorted(con.sql(f"FROM {name}").fetchall(), key=str)
            for name in tables
            if name != "roster_store"
        }
    copy = tmp_path / "new" / "copy.duckdb"

    rt.Store(path).upgrade(copy)

    assert path.read_bytes() == before
    with duckdb.connect(copy, read_only=True) as con:
        for name, records in rows.items():
            assert sorted(con.sql(f"FROM {name}").fetchall(), key=str) == records, name
        assert con.sql("SELECT format FROM roster_store").fetchall() == [(FORMAT,)]
    assert copy.stat().st_mode & 0o77 == 0
    assert [entry.name for entry in copy.parent.iterdir()] == [copy.name]


def test_the_copy_is_worked_with_as_any_store(old: rt.Store, tmp_path: Path) -> None:
    copy = rt.Store(tmp_path / "copy.duckdb")
    old.upgrade(copy.path)
    avon = copy["Avon"]

    assert avon.store.district("Avon").snapshots == (1, 2)
    assert avon.own_profile is None
    assert {row[-1] for row in content_of(avon.roster(1))["schools"]} == {"Elm Street", "Hill"}
    assert copy["Clover"].profile.name == "third-party"
    assert rt.review(file_of([student("S3", schoolId="0820")]), against=avon).rows.accepted == 1
    assert avon.set_profile('extends = "batch-upload"\nname = "avon"').number == 1
    assert avon.undo(2) == 1
    assert {row[-1] for row in content_of(avon.roster())["schools"]} == {"Elm Street", "Hill"}
    copy.forget("Clover")
    assert [district.name for district in copy] == ["Avon"]


def test_what_an_earlier_toolkit_wrote_when_it_was_killed_is_in_the_copy(
    old: rt.Store, tmp_path: Path
) -> None:
    killed_writer(old.path)
    log = old.path.with_name("old.duckdb.wal")
    before = old.path.read_bytes(), log.read_bytes()

    old.upgrade(tmp_path / "copy.duckdb")

    assert rt.Store(tmp_path / "copy.duckdb")["Avon Valley"].latest == 2
    assert (old.path.read_bytes(), log.read_bytes()) == before


@pytest.mark.parametrize("name", ["old.duckdb", "other.txt"])
def test_a_copy_never_takes_the_place_of_a_file(old: rt.Store, name: str) -> None:
    target = old.path.with_name(name)
    if not target.exists():
        target.write_text("something else")
    before = target.read_bytes()

    with pytest.raises(StoreError, match=r"There is a file .* already; name another one"):
        old.upgrade(target)

    assert target.read_bytes() == before


def test_a_store_that_needs_no_copy_or_is_none_is_a_sentence(old: rt.Store, tmp_path: Path) -> None:
    new = rt.Store(tmp_path / "copy.duckdb")
    old.upgrade(new.path)
    (tmp_path / "other").write_bytes(b"hello")
    target = tmp_path / "target.duckdb"

    for store, words in (
        (new, "is of format 2 already"),
        (rt.Store(tmp_path / "none.duckdb"), "There is no store"),
        (rt.Store(tmp_path / "other"), "is not a store of rosters"),
    ):
        with pytest.raises(StoreError, match=words):
            store.upgrade(target)

    assert not target.exists()


def test_a_store_cut_short_gives_no_copy(old: rt.Store, tmp_path: Path) -> None:
    whole = old.path.read_bytes()
    old.path.write_bytes(whole[: len(whole) // 2])

    with pytest.raises(StoreError, match=r"damaged|not a store"):
        old.upgrade(tmp_path / "copy.duckdb")

    assert [entry.name for entry in tmp_path.iterdir()] == ["old.duckdb"]


def test_the_command_copies_and_says_what_to_do_with_it(
    old: rt.Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "copy.duckdb"

    assert main(["snapshot", "upgrade", "--store", str(old.path), "--out", str(copy)]) == 0

    assert capsys.readouterr().out == (
        f"Copied to {copy}: 2 districts with 3 snapshots. {old.path} is as it was. Name the copy "
        "with --store or ROSTER_STORE, or put it in the place of the old one.\n"
    )
    assert main(["snapshot", "upgrade", "--store", str(old.path), "--out", str(copy)]) == 2
    assert main(["snapshot", "list", "--store", str(copy)]) == 0
    assert main(["snapshot", "list", "--store", str(old.path)]) == 2


def test_the_app_says_what_to_do_with_it(old: rt.Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROSTER_STORE", str(old.path))

    app = AppTest.from_file("../app.py", default_timeout=60)
    app.switch_page("app_pages/roster.py").run()

    assert not app.exception
    shown = " ".join(element.proto.body for element in app.get("html"))
    assert "snapshot upgrade --store" in shown


#: Copies the store again and again, and says when it begins and when a copy is there.
COPYING = (
    PRELUDE
    + """
store = Store(sys.argv[1], patience=5)
for turn in range(100000):
    print("BEGIN", turn, flush=True)
    store.upgrade(f"{sys.argv[2]}-{turn}.duckdb")
    print("COPIED", turn, flush=True)
"""
)


@pytest.mark.slow
def test_a_copy_whose_process_is_killed_is_whole_or_not_there(
    old: rt.Store, tmp_path: Path
) -> None:
    rng = random.Random(4)  # noqa: S311  (moments, not secrets)
    before = old.path.read_bytes()
    between = 0
    for turn in range(6):
        target = tmp_path / f"copies-{turn}" / "copy"
        with subprocess.Popen(
            [sys.executable, "-c", COPYING, str(old.path), str(target)],
            stdout=subprocess.PIPE, text=True,
        ) as process:  # fmt: skip
            assert process.stdout is not None
            lines = [process.stdout.readline() for _ in range(rng.choice((1, 3)))]
            try:
                process.wait(rng.uniform(0, 0.15))
            except subprocess.TimeoutExpired:
                process.kill()
            lines += [line for line in process.stdout.readlines() if line.endswith("\n")]
        assert process.returncode == -9
        between += lines[-1].startswith("BEGIN")

        copies = sorted(target.parent.glob("copy-*.duckdb"))

        assert len(copies) >= sum(line.startswith("COPIED") for line in lines)
        for copy in copies:
            assert rt.Store(copy)["Avon"].roster(2).people.height == 4
        assert old.path.read_bytes() == before
        numbers = [int(line.split()[1]) for line in lines if line.startswith("BEGIN")]
        again = target.parent / f"copy-{numbers[-1]}.duckdb"
        if not again.exists():
            old.upgrade(again)
            left = [e.name for e in target.parent.iterdir() if e.name.startswith(f".{again.name}")]
            assert left == []
    assert between
