"""Our work beside that of others: the same rules, the same differences, and the same counts.

Those of other makers run in an environment of their own, `.venv-benchmarks`, which is made of
`requirements-benchmarks.txt` when it is first asked for: datacompy takes no Polars as new as ours.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.bench import Files
from benchmarks.process import ROOT, Command, Taken, in_turn, say

REQUIREMENTS = ROOT / "requirements-benchmarks.txt"
ENVIRONMENT = ROOT / ".venv-benchmarks"
TURNS = 3
#: csv-diff keeps every cell as an object of Python.
_MOST_OF_CSV_DIFF = 100_000
_VALIDATION = ("dataframely", "pandera", "pointblank")
_DIFFERENCE = ("datacompy", "csv_diff")


@dataclass(frozen=True)
class Contender:
    """What somebody took for the same work."""

    work: str
    name: str
    rows: int
    taken: Taken
    """Its ratio is that to what we took in the same turn."""


def environment() -> Path:
    """The interpreter of the peers; makes their environment where it is missing or of old pins."""
    interpreter = ENVIRONMENT / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    wanted, stamp = REQUIREMENTS.read_text(encoding="utf-8"), ENVIRONMENT / "made-of.txt"
    if not stamp.is_file() or stamp.read_text(encoding="utf-8") != wanted:
        say(f"Making {ENVIRONMENT.name} of {REQUIREMENTS.name} …")
        for command in (
            [sys.executable, "-m", "venv", "--clear", str(ENVIRONMENT)],
            [str(interpreter), "-m", "pip", "install", "-q", "-r", str(REQUIREMENTS)],
        ):
            subprocess.run(command, check=True)  # noqa: S603 - our own
        stamp.write_text(wanted, encoding="utf-8")
    return interpreter


def contenders(files: Files, interpreter: Path | None, turns: int = TURNS) -> Iterator[Contender]:
    """Everybody who can be measured: without the interpreter of the peers, only by hand and us.

    Raises RuntimeError where the counts are not the same.
    """
    rules, rosters = files["thirteen"], files["rosters"]
    ours = {
        "Roster Toolkit": _contender("ours", rules),
        "masks by hand": _contender("masks", rules),
    }
    theirs = {name: _contender(f"{name}_rules", rules, interpreter) for name in _VALIDATION}
    yield from _compared("13 rules", files.rows, ours | (theirs if interpreter else {}), turns)
    ours = {"Roster Toolkit": _contender("our_difference", rosters)}
    theirs = {
        name.replace("_", "-"): _contender(f"{name}_difference", rosters, interpreter)
        for name in _DIFFERENCE
        if name != "csv_diff" or files.rows <= _MOST_OF_CSV_DIFF
    }
    yield from _compared("difference", files.rows, ours | (theirs if interpreter else {}), turns)


def _contender(module: str, path: Path, interpreter: Path | None = None) -> Command:
    arguments = ("-m", f"benchmarks.contenders.{module}", str(path))
    return Command(arguments, interpreter or Path(sys.executable), inside=True)


def _compared(
    work: str, rows: int, commands: dict[str, Command], turns: int
) -> Iterator[Contender]:
    """Each in turn with us, who are the first, once all have found the same."""
    measured = in_turn(commands, turns)
    ours = next(iter(measured.values()))
    for name, taken in measured.items():
        agree(work, name, ours, taken)
        say(
            f"{rows:>12,}  {work:12} {name:16} {taken.cpu:8.3f} s CPU {taken.ratio:6.2f} × ours"
            f" {taken.whole:8.2f} s CPU whole {taken.megabytes:7.0f} MB"
        )
        yield Contender(work, name, rows, taken)


def agree(work: str, name: str, ours: Taken, theirs: Taken) -> None:
    """Raise RuntimeError where somebody did not find what we found: then no time means anything."""
    found, wanted = (json.loads(taken.output)["counts"] for taken in (theirs, ours))
    if found != wanted or not wanted:
        raise RuntimeError(f"{work}: {name} counts {found}, we count {wanted}.")


def versions(interpreter: Path) -> dict[str, str]:
    """Package → version, as they are installed for the peers."""
    script = (
        "import importlib.metadata as m, json; print(json.dumps({n: m.version(n) for n in "
        "('dataframely', 'pandera', 'pointblank', 'datacompy', 'csv-diff', 'polars')}))"
    )
    done = subprocess.run(  # noqa: S603 - our own
        [str(interpreter), "-c", script], capture_output=True, text=True, check=True
    )
    told: dict[str, str] = json.loads(done.stdout)
    return told
