"""A process that is killed at any moment leaves the last snapshot whole."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from test_store import content_of
from test_store_trouble import PRELUDE

from roster_toolkit.districts import Store

#: Each kill starts a process of its own, which takes seconds; `KILLS` asks for more.
KILLS = int(os.environ.get("KILLS", "15"))
#: Adds one snapshot after the other and says before and after each what it is.
CHILD = (
    PRELUDE
    + """
import hashlib, time
from test_store import content_of
store = Store(sys.argv[1], patience=5)
start = len(store.snapshots("Avon")) if len(sys.argv) > 2 else 0
people = 400
for turn in range(start + 1, 100000):
    rows = [student(f"S{n}", userLastName=f"L{n * turn % 97}x{turn}") for n in range(people)]
    roster = read_download(file_of(rows), profile).roster
    digest = hashlib.sha256(repr(content_of(roster)).encode()).hexdigest()
    print("BEGIN", turn, digest, flush=True)
    number = store.add("Avon", roster, source="portal", profile=profile)
    print("COMMIT", number, flush=True)
"""
)


def digest_of(store: Store, number: int) -> str:
    import hashlib

    content = repr(content_of(store.roster("Avon", number)))
    return hashlib.sha256(content.encode()).hexdigest()


def killed_once(path: Path, rng: random.Random, *more: str) -> list[list[str]]:
    """What the child said until it was killed, at a moment after a snapshot began."""
    with subprocess.Popen(
        [sys.executable, "-c", CHILD, str(path), *more], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(rng.choice((1, 1, 1, 3)))]
        try:
            process.wait(rng.uniform(0, 0.35))
        except subprocess.TimeoutExpired:
            process.kill()
        lines += process.stdout.readlines()
    assert process.returncode == -9
    return [line.split() for line in lines if line.endswith("\n")]


def kill_many_times(path: Path, times: int, seed: int) -> tuple[int, int, int]:
    """Kills, those between BEGIN and COMMIT, and those of them whose snapshot was there."""
    rng = random.Random(seed)  # noqa: S311  (moments, not secrets)
    digests: dict[int, str] = {}
    between = landed = 0
    for turn in range(times):
        lines = killed_once(path, rng, *(["go on"] if digests else []))
        begun = {int(line[1]): line[2] for line in lines if line[0] == "BEGIN"}
        done = [int(line[1]) for line in lines if line[0] == "COMMIT"]
        digests |= {number: begun[number] for number in done}
        open_one = lines[-1][0] == "BEGIN"
        between += open_one

        store = Store(path, patience=5)
        if not digests and not path.exists():
            continue
        numbers = [district.snapshots for district in store.districts()]
        there = numbers[0] if numbers else ()

        last = int(lines[-1][1]) if open_one else None
        if last is not None and last in there:  # committed, but killed before it could say so
            landed += 1
            digests[last] = begun[last]
        assert list(there) == sorted(digests), (turn, lines)
        if there:
            assert digest_of(store, there[-1]) == digests[there[-1]], (turn, lines)
    # The whole history, too.
    assert all(digest_of(Store(path), number) == told_ for number, told_ in digests.items())
    return times, between, landed


@pytest.mark.slow
def test_a_killed_process_leaves_the_last_snapshot_whole(tmp_path: Path) -> None:
    times, between, landed = kill_many_times(tmp_path / "roster.duckdb", KILLS, seed=2)

    sys.stdout.write(f"{times} kills, {between} between BEGIN and COMMIT, {landed} landed\n")
    assert between * 3 >= times, (times, between, landed)
