"""Two programs at one store: each waits for the other a moment, and then says who has it."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from making import file_of, student
from test_store import add
from test_store_trouble import PRELUDE, held_elsewhere

from roster_toolkit.__main__ import main
from roster_toolkit.districts import Store
from roster_toolkit.store.holder import holder_of, is_lock

REPOSITORY = Path(__file__).parent.parent
#: Has the store open until its input ends, in a process that calls itself as its arguments say.
HOLDING = (
    PRELUDE
    + """
from roster_toolkit.store.connect import writing
with writing(store_path, 5) as con:
    print("open", flush=True)
    sys.stdin.read()
"""
)


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = Store(tmp_path_factory.mktemp("made") / "roster.duckdb")
    add(made, student("S1"))
    return made.path


@pytest.fixture
def store(made_once: Path, tmp_path: Path) -> Store:
    return Store(shutil.copy(made_once, tmp_path), patience=0.2)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "name"),
    [
        (["streamlit", "run", "app.py"], ", the app"),
        (["-m", "roster_toolkit", "process"], ", the command line"),
        (["-x"], ""),
    ],
)
def test_a_command_says_which_program_has_the_store(
    store: Store, capsys: pytest.CaptureFixture[str], command: list[str], name: str
) -> None:
    script = HOLDING.replace("store_path", f"__import__('pathlib').Path({str(store.path)!r})")
    path = store.path.with_name("users.csv")
    path.write_bytes(file_of([student("S2")]))
    (store.path.parent / "held.py").write_text(script)
    with subprocess.Popen(
        [sys.executable, str(store.path.parent / "held.py"), *command],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as other, closing(other.stdin):  # fmt: skip
        assert other.stdout is not None
        assert other.stdout.readline() == "open\n"

        code = main(["process", str(path), "--district", "Avon", "--store", str(store.path)])

        assert code == 2
        holder = f"process {other.pid} on {platform.node()}{name}"
        assert capsys.readouterr().err.strip() == (
            f"The store {store.path} is in use by another program ({holder}); try again when it is "
            "done."
        )


def test_two_commands_at_once_both_do_what_they_are_told(store: Store) -> None:
    begun = []
    for name in ("Brook", "Cedar"):
        path = store.path.with_name(f"{name}.csv")
        path.write_bytes(file_of([student(f"{name[0]}{n}") for n in range(50)]))
        command = ["-m", "roster_toolkit", "snapshot", "import", str(path), "--district", name]
        command += ["--store", str(store.path)]
        begun.append(subprocess.Popen([sys.executable, *command], cwd=REPOSITORY))

    assert [each.wait(timeout=120) for each in begun] == [0, 0]
    assert [(d.name, d.snapshots) for d in store.districts()] == [
        ("Avon", (1,)),
        ("Brook", (1,)),
        ("Cedar", (1,)),
    ]


def test_a_process_that_has_not_the_file_open_is_told_by_its_number_alone(store: Store) -> None:
    message = f'Could not set lock on file "x": Conflicting lock is held in PID {os.getpid()}.'

    assert holder_of(store.path, message) == f"process {os.getpid()}"


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="no list of open files here")
def test_a_process_that_has_the_file_open_is_told_with_its_machine(store: Store) -> None:
    with store.path.open("rb"):
        holder = holder_of(store.path, f"Conflicting lock is held in x (PID {os.getpid()})")

    assert holder.startswith(f"process {os.getpid()} on {platform.node()}")


@pytest.mark.parametrize(
    ("message", "holder"),
    [
        ("Conflicting lock is held in PID 0", "on another machine or in another container"),
        ("Could not set lock on file: Resource temporarily unavailable", ""),
    ],
)
def test_a_holder_that_cannot_be_seen_is_not_made_up(
    store: Store, message: str, holder: str
) -> None:
    assert holder_of(store.path, message) == holder


def test_what_windows_says_of_a_file_in_use_is_known() -> None:
    assert is_lock(
        OSError('Cannot open file "x": used by another process. File is already open in')
    )
    assert not is_lock(OSError("Could not read from file"))


@pytest.mark.skipif(
    shutil.which("unshare") is None or os.geteuid() != 0, reason="only root makes a container"
)
def test_a_holder_in_another_container_is_said_to_be_elsewhere(store: Store) -> None:
    script = (
        f"import sys; sys.path.insert(0, {str(REPOSITORY)!r})\n"
        "from roster_toolkit.districts import Store\n"
        f"try: Store({str(store.path)!r}, patience=0.1).districts()\n"
        "except Exception as error: print(error)\n"
    )
    with held_elsewhere(store.path, read_only=False):
        done = subprocess.run(
            ["unshare", "--pid", "--fork", "--mount-proc", sys.executable, "-c", script],  # noqa: S607
            capture_output=True, text=True, check=False,
        )  # fmt: skip

    if "not permitted" in done.stderr:
        pytest.skip("no container can be made here")
    assert "in use by another program (on another machine or in another container)" in done.stdout
