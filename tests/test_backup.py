"""A backup is the whole store at one moment, and the store comes back from it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from making import in_class, killed_writer, student, teacher
from test_store import add, content_of
from test_store_trouble import PRELUDE, held_elsewhere

from roster_toolkit.__main__ import main
from roster_toolkit.districts import Store
from roster_toolkit.errors import StoreError
from roster_toolkit.profile import load_profile
from roster_toolkit.store import copying
from roster_toolkit.store.schema import FORMAT, REGISTERS, TABLES, definition

EARLIER = Path(__file__).parent / "stores" / "format-1.duckdb"


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two districts; one with a profile of its own, and a snapshot that was undone."""
    made = Store(tmp_path_factory.mktemp("made") / "roster.duckdb")
    add(made, in_class(teacher("T1")), in_class(student("S1")))
    add(made, student("S1", userLastName="Roy"), student("S2"))
    add(made, student("S3"))
    made.undo("Avon", 3)
    made.set_profile("Avon", 'extends = "batch-upload"', "from the template")
    add(made, student("B1"), district="Brook")
    return made.path


@pytest.fixture
def store(made_once: Path, tmp_path: Path) -> Store:
    """A copy of it."""
    return Store(shutil.copy(made_once, tmp_path), patience=0.2)


def everything(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    with duckdb.connect(path, read_only=True) as con:
        tables = [name for (name,) in con.sql("SELECT table_name FROM duckdb_tables()").fetchall()]
        return {t: sorted(con.sql(f'FROM "{t}"').fetchall(), key=str) for t in tables}


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def test_a_backup_holds_every_row_and_the_store_is_not_changed(
    store: Store, tmp_path: Path
) -> None:
    before = store.path.read_bytes()

    store.backup(tmp_path / "backups" / "monday.duckdb")

    copy = tmp_path / "backups" / "monday.duckdb"
    assert everything(copy) == everything(store.path)
    assert store.path.read_bytes() == before
    assert copy.stat().st_mode & 0o77 == 0
    assert names(copy.parent) == ["monday.duckdb"]
    assert len(Store(copy).sql("FROM roster_as_of('Avon', 2)")) == 2


def test_every_table_of_the_layout_is_copied() -> None:
    with duckdb.connect() as con:
        con.execute(definition())
        tables = {name for (name,) in con.sql("SELECT table_name FROM duckdb_tables()").fetchall()}

    assert tables == {"roster_store", *REGISTERS, *(table.name for table in TABLES)}


def test_a_table_of_a_later_toolkit_is_in_the_backup(store: Store, tmp_path: Path) -> None:
    with duckdb.connect(store.path) as con:
        con.execute('CREATE TABLE "later_on" (district INTEGER, what VARCHAR)')
        con.execute("INSERT INTO later_on VALUES (1, 'imported')")

    store.backup(tmp_path / "copy.duckdb")

    assert everything(tmp_path / "copy.duckdb")["later_on"] == [(1, "imported")]


def test_what_was_undone_is_not_in_the_unused_bytes_of_a_backup(
    store: Store, tmp_path: Path
) -> None:
    add(store, student("S9", userLastName="Zxqvbrmwthz"))
    store.undo("Avon", 4)

    store.backup(tmp_path / "copy.duckdb")

    assert b"Zxqvbrmwthz" in store.path.read_bytes()
    assert b"Zxqvbrmwthz" not in (tmp_path / "copy.duckdb").read_bytes()


def test_a_backup_is_made_while_others_read(store: Store, tmp_path: Path) -> None:
    with held_elsewhere(store.path, read_only=True):
        store.backup(tmp_path / "copy.duckdb")

    assert everything(tmp_path / "copy.duckdb") == everything(store.path)


def test_a_backup_waits_for_a_writer_and_says_who_it_is(store: Store, tmp_path: Path) -> None:
    with (
        held_elsewhere(store.path, read_only=False) as process,
        pytest.raises(StoreError, match=rf"in use by another program .process {process} on"),
    ):
        store.backup(tmp_path / "copy.duckdb")

    assert names(tmp_path) == ["roster.duckdb"]


def test_a_backup_never_takes_the_place_of_a_file(store: Store, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("notes")

    for name in ("notes.txt", "roster.duckdb"):
        with pytest.raises(StoreError, match=r"There is a file .* already; name another one"):
            store.backup(tmp_path / name)

    assert (tmp_path / "notes.txt").read_text() == "notes"
    assert names(tmp_path) == ["notes.txt", "roster.duckdb"]


def test_a_copy_that_lacks_a_row_is_not_kept(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied = copying.copied
    monkeypatch.setattr(
        copying,
        "copied",
        lambda con, table: copied(con, table, "valid_to > 2" if table == "people" else "true"),
    )

    with pytest.raises(StoreError, match="did not become what the store is"):
        store.backup(tmp_path / "copy.duckdb")

    assert names(tmp_path) == ["roster.duckdb"]


# --- restore -----------------------------------------------------------------------------------


def test_a_store_comes_back_from_its_backup(store: Store, tmp_path: Path) -> None:
    held = everything(store.path)
    store.backup(tmp_path / "backup.duckdb")
    backup = (tmp_path / "backup.duckdb").read_bytes()
    store.path.unlink()

    assert store.restore(tmp_path / "backup.duckdb") is None

    assert everything(store.path) == held
    assert store.path.stat().st_mode & 0o77 == 0
    assert (tmp_path / "backup.duckdb").read_bytes() == backup
    assert add(store, student("S7")) == 4
    assert names(tmp_path) == ["backup.duckdb", "roster.duckdb"]


def test_a_store_that_is_there_is_not_replaced_unasked(store: Store, tmp_path: Path) -> None:
    store.backup(tmp_path / "backup.duckdb")
    before = store.path.read_bytes()

    with pytest.raises(StoreError, match=r"There is a store .* already; nothing was changed"):
        store.restore(tmp_path / "backup.duckdb")

    assert store.path.read_bytes() == before


def test_a_store_that_is_replaced_is_kept_beside(store: Store, tmp_path: Path) -> None:
    store.backup(tmp_path / "backup.duckdb")
    add(store, student("S8"))
    replaced = everything(store.path)

    first = store.restore(tmp_path / "backup.duckdb", replace=True)
    second = store.restore(tmp_path / "backup.duckdb", replace=True)

    assert first == tmp_path / "roster.replaced-1.duckdb"
    assert second == tmp_path / "roster.replaced-2.duckdb"
    assert everything(first) == replaced
    assert everything(store.path) == everything(tmp_path / "backup.duckdb") == everything(second)
    assert names(tmp_path) == [
        "backup.duckdb", "roster.duckdb", "roster.replaced-1.duckdb", "roster.replaced-2.duckdb",
    ]  # fmt: skip


@pytest.mark.parametrize("damage", ["cut short", "overwritten", "no store"])
def test_a_damaged_store_can_be_replaced_and_is_kept_byte_by_byte(
    store: Store, tmp_path: Path, damage: str
) -> None:
    store.backup(tmp_path / "backup.duckdb")
    content = bytearray(store.path.read_bytes())
    if damage == "cut short":
        del content[len(content) // 2 :]
    elif damage == "overwritten":
        content[4096 : 4096 * 3] = bytes(4096 * 2)
    else:
        content[:4096] = bytes(4096)
    store.path.write_bytes(content)

    kept = store.restore(tmp_path / "backup.duckdb", replace=True)

    assert kept is not None
    assert kept.read_bytes() == bytes(content)
    assert everything(store.path) == everything(tmp_path / "backup.duckdb")


def test_what_a_killed_writer_left_in_its_log_goes_with_the_replaced_store(
    store: Store, tmp_path: Path
) -> None:
    store.backup(tmp_path / "backup.duckdb")
    killed_writer(store.path)
    assert (tmp_path / "roster.duckdb.wal").exists()

    kept = store.restore(tmp_path / "backup.duckdb", replace=True)

    assert kept is not None
    assert [district.name for district in Store(kept)] == ["Avon Valley", "Brook"]
    assert [district.name for district in store] == ["Avon", "Brook"]
    assert not (tmp_path / "roster.duckdb.wal").exists()


def test_what_a_killed_writer_left_in_its_log_is_in_the_backup(
    store: Store, tmp_path: Path
) -> None:
    killed_writer(store.path)

    store.backup(tmp_path / "backup.duckdb")

    assert [district.name for district in Store(tmp_path / "backup.duckdb")] == [
        "Avon Valley",
        "Brook",
    ]


def test_a_store_that_another_program_writes_to_is_not_replaced(
    store: Store, tmp_path: Path
) -> None:
    store.backup(tmp_path / "backup.duckdb")
    with (
        held_elsewhere(store.path, read_only=False) as process,
        pytest.raises(StoreError, match=rf"roster.duckdb is in use .* .process {process} on"),
    ):
        store.restore(tmp_path / "backup.duckdb", replace=True)

    assert names(tmp_path) == ["backup.duckdb", "roster.duckdb"]


def test_a_backup_of_an_earlier_toolkit_is_upgraded_on_the_way(tmp_path: Path) -> None:
    store = Store(tmp_path / "roster.duckdb")

    store.restore(shutil.copy(EARLIER, tmp_path / "backup.duckdb"))

    assert everything(store.path)["roster_store"] == [(FORMAT,)]
    assert store["Avon"].latest == 2


@pytest.mark.parametrize("content", [b"", b"hello", b"a,b\n" * 9000])
def test_a_file_that_is_no_backup_changes_nothing(
    store: Store, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "backup.duckdb").write_bytes(content)
    before = store.path.read_bytes()

    with pytest.raises(StoreError, match=r"backup.duckdb is not a store of rosters"):
        store.restore(tmp_path / "backup.duckdb", replace=True)
    with pytest.raises(StoreError, match=r"backup.duckdb is not a store of rosters"):
        Store(tmp_path / "new.duckdb").restore(tmp_path / "backup.duckdb")

    assert store.path.read_bytes() == before
    assert names(tmp_path) == ["backup.duckdb", "roster.duckdb"]


def test_a_backup_that_is_damaged_within_changes_nothing(store: Store, tmp_path: Path) -> None:
    for n in range(3):
        add(store, *(student(f"S{k}", userLastName=f"L{k * n}") for k in range(300)))
    store.backup(tmp_path / "backup.duckdb")
    content = bytearray((tmp_path / "backup.duckdb").read_bytes())
    for place in range(len(content) // 4, len(content) * 3 // 4, 3):
        content[place] ^= 0x5A
    (tmp_path / "backup.duckdb").write_bytes(content)
    before = store.path.read_bytes()

    with pytest.raises(StoreError, match=r"backup.duckdb is damaged"):
        store.restore(tmp_path / "backup.duckdb", replace=True)

    assert store.path.read_bytes() == before
    assert names(tmp_path) == ["backup.duckdb", "roster.duckdb"]


def test_a_store_is_not_restored_from_itself(store: Store) -> None:
    before = store.path.read_bytes()

    with pytest.raises(StoreError, match="is the store itself"):
        store.restore(store.path, replace=True)

    assert store.path.read_bytes() == before


def test_there_is_no_backup_where_there_is_no_file(store: Store, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="There is no store"):
        store.restore(tmp_path / "nowhere.duckdb", replace=True)
    with pytest.raises(StoreError, match="There is no store"):
        Store(tmp_path / "nowhere.duckdb").backup(tmp_path / "copy.duckdb")

    assert names(tmp_path) == ["roster.duckdb"]


# --- the commands ------------------------------------------------------------------------------


def test_the_commands_say_what_was_copied_and_what_is_kept(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ("--store", str(store.path))
    backup = str(tmp_path / "backup.duckdb")

    codes = [
        main(["snapshot", "backup", "--out", backup, *where]),
        main(["snapshot", "restore", backup, *where]),
        main(["snapshot", "restore", backup, "--replace", *where]),
    ]

    said = capsys.readouterr()
    assert codes == [0, 2, 0]
    assert said.out == (
        f"Copied to {backup}: 2 districts with 3 snapshots.\n"
        f"Restored {store.path}: 2 districts with 3 snapshots. What was there is kept as "
        f"{tmp_path}/roster.replaced-1.duckdb; delete it once nobody needs it.\n"
    )
    assert "With --replace the backup takes its place" in said.err


# --- with others at work -----------------------------------------------------------------------

#: Adds snapshots until its input ends.
ADDING = (
    PRELUDE
    + """
import threading
store = Store(sys.argv[1], patience=30)
ended = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
turn = 0
while not ended.is_set():
    turn += 1
    number = add(store, 200, f"n{turn}x")
    print(number, flush=True)
"""
)


@pytest.mark.slow
def test_a_backup_beside_a_busy_writer_is_one_moment_of_the_store(
    store: Store, tmp_path: Path
) -> None:
    profile = load_profile()
    with subprocess.Popen(
        [sys.executable, "-c", ADDING, str(store.path)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stdin is not None
        assert process.stdout.readline().strip() == "4"
        patient = Store(store.path, patience=60)
        for turn in range(3):
            patient.backup(tmp_path / f"copy-{turn}.duckdb")
            process.stdout.readline()
        process.stdin.close()

    for turn in range(3):
        copy = Store(tmp_path / f"copy-{turn}.duckdb")
        for number in copy.district("Avon").snapshots[2:]:
            roster = copy.roster("Avon", number)
            assert content_of(roster) == content_of(store.roster("Avon", number))
            assert re.fullmatch(r"n\d+x\d+", roster.people["userLastName"][0])
            assert copy.against("Avon", number, profile=profile).roster.people.height == 200
