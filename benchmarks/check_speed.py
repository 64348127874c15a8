"""How long `check` takes beside a process that only reads the same file with Polars.

    python -m benchmarks.check_speed [--stored] [ROWS …]

Whole processes, in turn, because machines are noisy: only the ratios count, those of processor time
(`cpu`) the most where the machine is busy, and those of the quickest runs (`best`). Three files of
each size: clean, 1 % of rows with a planted fault, and every row at fault in one of four ways. With
`--stored` each is checked against a store that holds the same district without any fault.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

SIZES = (10_000, 100_000, 1_000_000)
RUNS = 5
KINDS = ("clean", "1 % faults", "every row bad")
STORE, DISTRICT = "a store", "Avon"
READ = (
    "import polars, sys;"
    "polars.read_csv(sys.argv[1], infer_schema=False, truncate_ragged_lines=True)"
)


@dataclass(frozen=True)
class Run:
    """What one process took."""

    seconds: float
    cpu: float
    megabytes: float
    output: str


def main(arguments: list[str]) -> None:
    """Print a table of seconds, ratios and memory."""
    if arguments[:1] == ["--write"]:
        write(int(arguments[1]), arguments[2], Path(arguments[3]))
        return
    stored = "--stored" in arguments
    titles = ("read s", "check s", "ratio", "best", "cpu", "MB", "MB")
    say("{:25}{:>8}{:>8}{:>7}{:>6}{:>6}{:>6}{:>6}".format("file", *titles))
    with tempfile.TemporaryDirectory() as folder:
        path, store = Path(folder) / "users.csv", Path(folder) / "roster.duckdb"
        for rows in [int(size) for size in arguments if size != "--stored"] or SIZES:
            # In processes of their own: a child's peak memory starts at its parent's.
            if stored:
                measure("-m", "benchmarks.check_speed", "--write", str(rows), STORE, str(store))
            for kind in KINDS:
                measure("-m", "benchmarks.check_speed", "--write", str(rows), kind, str(path))
                options = ["--store", str(store), "--district", DISTRICT] if stored else []
                compare(f"{rows:,} {kind}", path, options)


def write(rows: int, kind: str, path: Path) -> None:
    """Write one of the files, or the store."""
    from roster_toolkit.profile import load_profile
    from roster_toolkit.samples import clean_district, sample_district
    from roster_toolkit.samples.sample import csv_bytes

    profile = load_profile()
    if kind == "1 % faults":
        path.write_bytes(sample_district(rows, seed=1, fault_rate=0.01, profile=profile).csv)
        return
    clean = clean_district(rows, 1, profile)
    if kind == STORE:
        store(csv_bytes(clean, profile), path)
        return
    import polars as pl

    turn = pl.int_range(pl.len()) % 4
    ways = {
        "userEmail": pl.int_range(pl.len()).cast(pl.String) + "@@" + pl.col("userEmail"),
        "userGrade": "Grade " + pl.col("userGrade"),
        "userRole": pl.col("userRole").str.to_lowercase(),
        "classGrade": "0" + pl.col("classGrade"),
    }
    spoilt = [
        pl.when(turn == at).then(bad).otherwise(pl.col(key)).alias(key)
        for at, (key, bad) in enumerate(ways.items())
    ]
    (clean if kind == "clean" else clean.with_columns(spoilt)).write_csv(path)


def store(download: bytes, path: Path) -> None:
    """Write a new store with one district and one snapshot."""
    from roster_toolkit.districts import Store
    from roster_toolkit.profile import load_profile
    from roster_toolkit.rosters.download import read_download

    path.unlink(missing_ok=True)
    profile = load_profile()
    roster = read_download(download, profile).roster
    Store(path).add(DISTRICT, roster, source="portal", profile=profile)


def compare(name: str, path: Path, options: Sequence[str]) -> None:
    """Run both processes in turn and print the medians."""
    check = ("-m", "roster_toolkit", "check", str(path), "--format", "json", *options)
    pairs = [(measure("-c", READ, str(path)), measure(*check)) for _ in range(RUNS)]
    reads, checks = zip(*pairs, strict=True)
    floor, whole = (statistics.median(run.seconds for run in runs) for runs in (reads, checks))
    ratio = statistics.median(check.seconds / read.seconds for read, check in pairs)
    best = min(run.seconds for run in checks) / min(run.seconds for run in reads)
    cpu = statistics.median(check.cpu / read.cpu for read, check in pairs)
    megabytes = [max(run.megabytes for run in runs) for runs in (reads, checks)]
    inside = json.loads(checks[-1].output)["seconds"]
    stages = " ".join(f"{stage} {seconds:.2f}" for stage, seconds in inside.items())
    say(
        f"{name:25}{floor:8.2f}{whole:8.2f}{ratio:7.2f}{best:6.2f}{cpu:6.2f}"
        f"{megabytes[0]:6.0f}{megabytes[1]:6.0f}  {stages}"
    )


def measure(*arguments: str) -> Run:
    """Run Python in a fresh process."""
    with tempfile.TemporaryFile() as out:
        began = time.perf_counter()
        child = subprocess.Popen([sys.executable, *arguments], stdout=out)  # noqa: S603 - our own
        _, _, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - began
        child.returncode = 0
        out.seek(0)
        cpu = usage.ru_utime + usage.ru_stime
        return Run(seconds, cpu, usage.ru_maxrss / 1024, out.read().decode())


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
