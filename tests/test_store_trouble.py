"""Every way in which a store cannot be used is a sentence, and costs nothing that was there."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb
import pytest
from making import file_of, student

from roster_toolkit.districts import Store
from roster_toolkit.errors import StoreError, UnknownSnapshot
from roster_toolkit.profile import load_profile
from roster_toolkit.rosters.download import read_download
from roster_toolkit.store.connect import reading

PROFILE = load_profile()
TESTS = Path(__file__).parent
AS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0

#: What a child process runs: imports as the tests do.
PRELUDE = f"""
import sys
sys.path[:0] = [{str(TESTS)!r}, {str(TESTS.parent)!r}]
from making import file_of, student
from roster_toolkit.rosters.download import read_download
from roster_toolkit.profile import load_profile
from roster_toolkit.districts import Store
from roster_toolkit.errors import StoreError
profile = load_profile()
def add(store, people, name):
    rows = [student(f"S{{n}}", userLastName=f"{{name}}{{n * 7919 % 9973}}") for n in range(people)]
    roster = read_download(file_of(rows), profile).roster
    return store.add("Avon", roster, source="portal", profile=profile)
"""


def child(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", PRELUDE + script, *arguments],
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


def add(store: Store, *users: str, district: str = "Avon") -> int | None:
    roster = read_download(file_of([student(user) for user in users]), PROFILE).roster
    return store.add(district, roster, source="portal", profile=PROFILE)


def users(store: Store) -> list[str]:
    return store.roster("Avon").people["userId"].to_list()


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = Store(tmp_path_factory.mktemp("made") / "roster.duckdb")
    add(made, "S1", "S2")
    return made.path


@pytest.fixture
def store(made_once: Path, tmp_path: Path) -> Store:
    return Store(shutil.copy(made_once, tmp_path), patience=0.2)


#: Every kind of request.
REQUESTS: dict[str, Callable[[Store], object]] = {
    "read": lambda store: store.against("Avon"),
    "list": lambda store: store.districts(),
    "write": lambda store: add(store, "S3"),
    "forget": lambda store: store.forget("Avon"),
}


@pytest.mark.parametrize("request_", REQUESTS.values(), ids=REQUESTS)
@pytest.mark.parametrize(
    "content", [b"", b"hello", b"SQLite format 3\0" + bytes(5000), b"a,b\n" * 9000]
)
def test_a_file_that_is_no_store_is_left_alone(
    tmp_path: Path, content: bytes, request_: Callable[[Store], object]
) -> None:
    path = tmp_path / "roster.duckdb"
    path.write_bytes(content)

    with pytest.raises(StoreError, match="is not a store of rosters"):
        request_(Store(path, patience=0))

    assert path.read_bytes() == content
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("request_", REQUESTS.values(), ids=REQUESTS)
def test_a_database_of_something_else_is_left_alone(
    tmp_path: Path, request_: Callable[[Store], object]
) -> None:
    path = tmp_path / "roster.duckdb"
    with duckdb.connect(path) as con:
        con.execute("CREATE TABLE districts (name VARCHAR)")
    before = path.read_bytes()

    with pytest.raises(StoreError, match="not a store of rosters; name another one"):
        request_(Store(path, patience=0))

    assert path.read_bytes() == before


@pytest.mark.parametrize("request_", REQUESTS.values(), ids=REQUESTS)
def test_a_store_of_a_newer_toolkit_is_left_alone(
    store: Store, request_: Callable[[Store], object]
) -> None:
    with duckdb.connect(store.path) as con:
        con.execute("UPDATE roster_store SET format = 99")
    before = store.path.read_bytes()

    with pytest.raises(StoreError, match=r"newer Roster Toolkit \(format 99"):
        request_(store)

    assert store.path.read_bytes() == before


def test_a_folder_is_no_store(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="is a folder; name a file in it"):
        add(Store(tmp_path), "S1")
    with pytest.raises(StoreError):
        Store(tmp_path).districts()


# --- in use ------------------------------------------------------------------------------------


@contextmanager
def held_elsewhere(path: Path, *, read_only: bool) -> Iterator[int]:
    """A store that another process has open; yields its number."""
    script = (
        "import duckdb, sys\n"
        f"con = duckdb.connect({str(path)!r}, read_only={read_only})\n"
        "print('open', flush=True)\nsys.stdin.read()\ncon.close()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdin is not None
        assert other.stdout.readline() == "open\n"
        yield other.pid
        other.stdin.close()


@pytest.mark.parametrize("request_", REQUESTS.values(), ids=REQUESTS)
def test_a_store_in_use_says_by_whom(store: Store, request_: Callable[[Store], object]) -> None:
    with (
        held_elsewhere(store.path, read_only=False) as process,
        pytest.raises(
            StoreError, match=rf"in use by another program .process {process} on .+.; try"
        ),
    ):
        request_(store)

    assert users(store) == ["S1", "S2"]


def test_readers_do_not_keep_each_other_out(store: Store) -> None:
    with held_elsewhere(store.path, read_only=True):
        assert users(store) == ["S1", "S2"]
        with pytest.raises(StoreError, match="in use"):
            add(store, "S3")


def test_another_program_is_waited_for(store: Store) -> None:
    patient = Store(store.path, patience=30)
    with held_elsewhere(store.path, read_only=False):
        waiting = subprocess.Popen(
            [sys.executable, "-c", PRELUDE + "print(add(Store(sys.argv[1], patience=60), 3, 'N'))",
             str(store.path)], stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        with pytest.raises(subprocess.TimeoutExpired):
            waiting.wait(1)

    assert waiting.communicate(timeout=60)[0] == "2\n"
    assert len(users(patient)) == 3


def test_between_two_uses_the_file_is_free_whatever_happened(store: Store) -> None:
    for broken in (False, True):
        with suppress(UnknownSnapshot):
            store.roster("Nobody" if broken else "Avon")
        with duckdb.connect(store.path) as con:  # one that writes would not be let in beside ours
            con.execute(f"CREATE TABLE broken_{broken} (a INTEGER)")


def test_a_store_that_one_has_open_oneself_is_in_use(store: Store) -> None:
    with duckdb.connect(store.path), pytest.raises(StoreError, match="in use"):
        users(store)

    assert users(store) == ["S1", "S2"]


def test_what_has_no_room_in_memory_is_set_down_beside_its_own_store(
    store: Store, tmp_path: Path
) -> None:
    other = tmp_path / "its own's folder" / "other.duckdb"
    add(Store(other), "S1")
    for path in (store.path, other, store.path):
        with reading(path, patience=0) as con:
            assert setting(con, "temp_directory") == f"{path}.tmp"
            con.execute("SET memory_limit = '40MB'")
            con.execute("CREATE TEMP TABLE many AS SELECT hash(range) FROM range(9_000_000)")
            assert list(Path(f"{path}.tmp").iterdir())
        assert not Path(f"{path}.tmp").exists()


def setting(con: duckdb.DuckDBPyConnection, name: str) -> str:
    return str(con.execute("SELECT current_setting(?)", [name]).fetchall()[0][0])


# --- damage ------------------------------------------------------------------------------------


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.7, 0.9])
def test_a_store_cut_short_is_never_made_worse(store: Store, share: float) -> None:
    whole = store.path.read_bytes()
    cut = whole[: int(len(whole) * share)]
    store.path.write_bytes(cut)

    for request_ in REQUESTS.values():
        with pytest.raises(StoreError, match=r"damaged|not a store"):
            request_(store)

    assert store.path.read_bytes() == cut


@pytest.mark.parametrize("at", range(8))
def test_a_damaged_store_says_so_or_gives_what_was_stored(store: Store, at: int) -> None:
    content = bytearray(store.path.read_bytes())
    step = len(content) // 8
    for place in range(at * step, (at + 1) * step, 3):
        content[place] ^= 0x5A
    store.path.write_bytes(content)

    for name in ("read", "list"):
        try:
            found = REQUESTS[name](store)
        except StoreError as error:
            assert "damaged" in str(error) or "not a store" in str(error)  # noqa: PT017
        else:
            assert found
            if name == "read":
                assert users(store) == ["S1", "S2"]

    assert store.path.read_bytes() == content


# --- not permitted, no room --------------------------------------------------------------------


@pytest.mark.skipif(AS_ROOT, reason="nothing is forbidden to root")
def test_a_folder_that_may_not_be_written_is_a_sentence(tmp_path: Path) -> None:
    folder = tmp_path / "shut"
    folder.mkdir(mode=0o500)

    with pytest.raises(StoreError, match=r"not permitted|denied"):
        add(Store(folder / "roster.duckdb"), "S1")


@pytest.mark.skipif(AS_ROOT, reason="nothing is forbidden to root")
def test_a_store_that_may_not_be_written_can_be_read(store: Store) -> None:
    store.path.chmod(0o400)

    assert users(store) == ["S1", "S2"]
    with pytest.raises(StoreError, match=r"not permitted|denied"):
        add(store, "S3")


@contextmanager
def mounted(folder: Path, *options: str) -> Iterator[None]:
    done = subprocess.run(
        ["mount", "-t", "tmpfs", *options, "tmpfs", folder],  # noqa: S607
        capture_output=True, check=False,
    )  # fmt: skip
    if done.returncode:
        pytest.skip("no file system can be mounted here")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", folder], check=True)  # noqa: S607


@pytest.mark.skipif(not AS_ROOT, reason="only root mounts a file system")
def test_a_read_only_disk_can_be_read_and_says_that_it_cannot_be_written(tmp_path: Path) -> None:
    with mounted(tmp_path):
        store = Store(tmp_path / "roster.duckdb", patience=0)
        add(store, "S1")
        subprocess.run(["mount", "-o", "remount,ro", tmp_path], check=True)  # noqa: S607
        before = store.path.read_bytes()

        assert users(store) == ["S1"]
        for request_ in (REQUESTS["write"], REQUESTS["forget"]):
            with pytest.raises(StoreError, match=r"not permitted|read-only file system"):
                request_(store)
        with pytest.raises(StoreError, match=r"not permitted|read-only file system"):
            add(Store(tmp_path / "other.duckdb"), "S1")

        assert store.path.read_bytes() == before


FILL = """
store = Store(sys.argv[1], patience=0)
print(add(store, 50, "first"), flush=True)
if len(sys.argv) > 2:
    import resource
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), int(sys.argv[2])))
try:
    print(add(store, 40000, "a longer name that takes room "))
except StoreError as error:
    print(error)
print(store.district("Avon").snapshots, store.roster("Avon").people.height)
"""


@pytest.mark.skipif(not AS_ROOT, reason="only root mounts a file system")
def test_a_full_disk_keeps_the_last_snapshot(tmp_path: Path) -> None:
    with mounted(tmp_path, "-o", "size=1m"):
        done = child(FILL, str(tmp_path / "roster.duckdb"))

    assert done.stdout.splitlines() == [
        "1",
        f"The disk is full: the store {tmp_path}/roster.duckdb keeps what it had.",
        "(1,) 50",
    ], done.stdout + done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="no limit of a file's size")
def test_a_file_that_may_not_grow_keeps_the_last_snapshot(tmp_path: Path) -> None:
    path = tmp_path / "roster.duckdb"

    done = child(FILL, str(path), "600000")

    assert done.stdout.splitlines()[0] == "1", done.stdout + done.stderr
    assert "The disk is full" in done.stdout, done.stdout + done.stderr
    assert done.stdout.splitlines()[2] == "(1,) 50"


def test_a_disk_too_full_for_a_new_store_leaves_nothing_behind(tmp_path: Path) -> None:
    script = """
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000))
try:
    add(Store(sys.argv[1]), 3, "x")
except StoreError as error:
    print(error)
"""

    done = child(script, str(tmp_path / "roster.duckdb"))

    assert done.stdout.startswith("The disk is full"), done.stdout + done.stderr
    assert list(tmp_path.iterdir()) == []


# --- whose it is -------------------------------------------------------------------------------


def test_what_a_killed_process_left_is_swept_away(store: Store) -> None:
    left = store.path.with_name(f".{store.path.name}.0123abcd")
    left.mkdir()
    (left / "roster.duckdb").write_bytes(b"names of pupils")

    add(store, "S3")

    assert [entry.name for entry in store.path.parent.iterdir()] == [store.path.name]


@pytest.mark.slow
def test_a_store_is_its_owners_alone_from_the_first_byte(tmp_path: Path) -> None:
    script = """
import os, threading
os.umask(0)
folder = sys.argv[1]
seen, done = set(), threading.Event()
def watch():
    while not done.is_set():
        for base, folders, files in os.walk(folder):
            for name in folders + files:
                try:
                    mode = os.stat(os.path.join(base, name)).st_mode
                    seen.add((name.split(".")[-1], mode & 0o77))
                except FileNotFoundError:
                    pass
watching = threading.Thread(target=watch)
watching.start()
store = Store(os.path.join(folder, "store", "roster.duckdb"))
for n in range(4):
    add(store, 3000, f"n{n}")
store.forget("Avon", before=3)
done.set()
watching.join()
print(sorted({mode for name, mode in seen}), sorted(name for name, mode in seen), os.umask(0))
"""

    done = child(script, str(tmp_path))

    assert done.stdout.startswith("[0] "), done.stdout + done.stderr
    assert done.stdout.endswith(" 0\n")
    assert stat.S_IMODE((tmp_path / "store" / "roster.duckdb").stat().st_mode) == 0o600
