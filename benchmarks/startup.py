"""What `check` of ten rows takes beside a process that only loads Polars, and what it loads.

    python -m benchmarks.startup [RUNS]

Whole processes in turn, because machines are noisy: processor time only, medians, modules compiled
before. Below it the packages that take the longest to load, each without those that it loads.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

from benchmarks.check_speed import measure, say
from roster_toolkit.profile import load_profile
from roster_toolkit.samples import sample_district

ROWS, RUNS, SHOWN = 10, 15, 12
LOAD = ("-c", "import polars")


def main(runs: int = RUNS) -> None:
    """Print both."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = folder  # compiled once, wherever this is installed
        file = Path(folder) / "users.csv"
        file.write_bytes(sample_district(ROWS, seed=1, profile=load_profile()).csv)
        check = ("-m", "roster_toolkit", "check", str(file))
        pairs = [(measure(*LOAD).cpu, measure(*check).cpu) for _ in range(runs + 1)][1:]
        load, whole = (statistics.median(seconds) for seconds in zip(*pairs, strict=True))
        say(f"import polars {load:.3f} s, check of {ROWS} rows {whole - load:.3f} s beyond it")
        slowest = sorted(loaded(*check).items(), key=lambda entry: -entry[1])
        for package, milliseconds in slowest[:SHOWN]:
            say(f"{milliseconds:8.1f} ms  {package}")


def loaded(*command: str) -> dict[str, float]:
    """Package → milliseconds that its own modules took to load; ours by their parts."""
    done = subprocess.run(  # noqa: S603 - our own
        [sys.executable, "-X", "importtime", *command], capture_output=True, text=True, check=False
    )
    took: dict[str, float] = defaultdict(float)
    for line in done.stderr.splitlines():
        times, _, module = line.removeprefix("import time:").rpartition("|")
        alone = times.partition("|")[0].strip()
        if alone.isdigit():
            parts = module.strip().split(".")
            took[".".join(parts[: 2 if parts[0] == "roster_toolkit" else 1])] += int(alone) / 1000
    return took


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
