"""What `check` of ten rows takes beside a process that only loads Polars, and what it loads."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.process import in_turn, python, run, say

ROWS, TURNS, SHOWN = 10, 15, 8
LOAD = python("-c", "import polars")
_LINE = re.compile(r"import time:\s+(\d+) \|\s+\d+ \|\s*(\S+)")


@dataclass(frozen=True)
class Startup:
    """Seconds of the processor, and what takes the longest to load."""

    polars: float
    """A process that loads Polars and nothing else."""
    beyond: float
    """What a check of ten rows takes beyond that."""
    loaded: list[tuple[str, float]]
    """Package, and milliseconds that its own modules took, those it loads left out."""


def startup(folder: Path, turns: int = TURNS) -> Startup:
    """Both, in turn."""
    file = folder / "ten.csv"
    run(python("-m", "benchmarks.files", "clean", ROWS, file))
    check = python("-m", "roster_toolkit", "check", file, rejects=True)
    load, whole = in_turn({"load": LOAD, "check": check}, turns).values()
    alone = {module for module, _ in _imports(LOAD.arguments)}
    beyond = [(module, took) for module, took in _imports(check.arguments) if module not in alone]
    told = Startup(load.cpu, whole.cpu - load.cpu, by_package(beyond)[:SHOWN])
    say(f"import polars {told.polars:.3f} s, check of {ROWS} rows {told.beyond:.3f} s beyond it")
    return told


def _imports(arguments: tuple[str, ...]) -> list[tuple[str, int]]:
    """Each module that is loaded, and the microseconds that itself took."""
    command = [sys.executable, "-X", "importtime", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    return [(module, int(took)) for took, module in _LINE.findall(done.stderr)]


def by_package(modules: Iterable[tuple[str, int]]) -> list[tuple[str, float]]:
    """Package and milliseconds of its own modules, the slowest first; ours by their parts."""
    took: defaultdict[str, float] = defaultdict(float)
    for module, microseconds in modules:
        parts = module.split(".")
        took[".".join(parts[: 2 if parts[0] == "roster_toolkit" else 1])] += microseconds / 1000
    return sorted(took.items(), key=lambda entry: -entry[1])
