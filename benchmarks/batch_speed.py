"""Files a minute of a batch: by one and two processes, by threads, and by a cluster.

`python -m benchmarks.batch_speed --files 500 --rows 5000`
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import roster_toolkit as rt


def made(folder: Path, files: int, rows: int) -> None:
    """Customers' files: ten districts with faults in two rows of a hundred, over and over."""
    districts = [
        rt.sample_district(rows, seed=seed, fault_rate=0.02, profile=rt.load_profile()).csv
        for seed in range(10)
    ]
    for number in range(files):
        # A byte of its own, so that no two files are the same.
        data = districts[number % 10].rstrip(b"\r\n") + b"\n" * (1 + number // 10)
        (folder / f"customer-{number:04}.csv").write_bytes(data)


def cluster(workers: int, stack: ExitStack) -> Any:  # noqa: ANN401
    """The executor of a cluster on this machine."""
    from distributed import Client, LocalCluster

    local = stack.enter_context(
        LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None)
    )
    return stack.enter_context(Client(local)).get_executor(pure=False)


def main() -> None:
    """Time each way in turn and print files a minute."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=100)
    parser.add_argument("--rows", type=int, default=5_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name) / "customers"
        folder.mkdir()
        made(folder, given.files, given.rows)
        ways: dict[str, Callable[[], dict[str, Any]]] = {
            "1 process": lambda: {"executor": "processes", "jobs": 1},
            "2 processes": lambda: {"executor": "processes", "jobs": 2},
            "2 threads": lambda: {"executor": stack.enter_context(ThreadPoolExecutor(2))},
            "cluster of 2": lambda: {"executor": cluster(2, stack)},
        }
        for number, (way, options) in enumerate(ways.items()):
            chosen = options()
            began = time.perf_counter()
            rt.review_files(folder, out=Path(name) / f"out{number}", **chosen)
            took = time.perf_counter() - began
            print(f"{way:<14}{given.files / took * 60:8.0f} files a minute  {took:6.1f} s")  # noqa: T201


if __name__ == "__main__":
    main()
