"""What a process takes: its processor time, its wall time, its peak of memory.

This is the one place where a process is timed. It imports nothing but the standard library: the
peak of a child's memory begins with that of its parent, which therefore has to stay small.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Command:
    """Python with these arguments, in a fresh process."""

    arguments: tuple[str, ...]
    python: Path = Path(sys.executable)
    inside: bool = False
    """Whether it prints the time of its work itself (`timing.tell`), because what comes before is
    not to be counted."""
    rejects: bool = False
    """Whether exit code 1 is as good as 0: `check` ends so where rows are rejected."""
    threads: int | None = None
    """How many threads Polars may use; all there are unless it is said."""


@dataclass(frozen=True)
class Run:
    """What one process took."""

    seconds: float
    """By the clock: on a machine with other work it says little."""
    cpu: float
    """Of the processor, user and system, those of its own children included."""
    whole: float
    """The same of the whole process, where `cpu` is that of the work inside it."""
    megabytes: float
    """The peak of resident memory."""
    output: str


@dataclass(frozen=True)
class Taken:
    """What a command took over several turns: medians, but for memory, which is the largest."""

    seconds: float
    cpu: float
    whole: float
    ratio: float
    """`cpu` as a multiple of that of the first command in the same turn."""
    megabytes: float
    output: str
    """What it printed the last time."""


def python(*arguments: object, inside: bool = False, rejects: bool = False) -> Command:
    """A command of our own interpreter."""
    return Command(tuple(map(str, arguments)), inside=inside, rejects=rejects)


def run(command: Command) -> Run:
    """Run it; RuntimeError with what it said where it fails."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        began = time.perf_counter()
        child = subprocess.Popen(  # noqa: S603 - our own
            [command.python, *command.arguments], stdout=out, stderr=err, env=_environment(command)
        )
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - began
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        if child.returncode not in ((0, 1) if command.rejects else (0,)):
            said = err.read().decode(errors="replace").strip()[-2000:]
            name = " ".join(command.arguments)
            raise RuntimeError(f"{name} ended with {child.returncode}: {said}")
        cpu = usage.ru_utime + usage.ru_stime
        done = Run(seconds, cpu, cpu, usage.ru_maxrss / 1024, out.read().decode())
    return _inside(done) if command.inside else done


def _inside(done: Run) -> Run:
    told = json.loads(done.output)
    return Run(told["seconds"], told["cpu"], done.whole, done.megabytes, done.output)


def in_turn(commands: Mapping[str, Command], turns: int) -> dict[str, Taken]:
    """Run the commands one after the other, several times, and compare each with the first.

    A ratio is taken within a turn, where the machine is in one mood; told is the median of all.
    """
    rounds = [{name: run(command) for name, command in commands.items()} for _ in range(turns)]
    floor = next(iter(commands))
    floors = [each[floor] for each in rounds]
    return {name: _taken([each[name] for each in rounds], floors) for name in commands}


def _taken(runs: Sequence[Run], floors: Sequence[Run]) -> Taken:
    pairs = zip(runs, floors, strict=True)
    return Taken(
        seconds=statistics.median(run.seconds for run in runs),
        cpu=statistics.median(run.cpu for run in runs),
        whole=statistics.median(run.whole for run in runs),
        ratio=statistics.median(run.cpu / floor.cpu for run, floor in pairs),
        megabytes=max(run.megabytes for run in runs),
        output=runs[-1].output,
    )


def _environment(command: Command) -> dict[str, str]:
    """That of this process, with the project to be found, and modules compiled once and kept."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    threads = {"POLARS_MAX_THREADS": str(command.threads)} if command.threads else {}
    return kept | threads | {"PYTHONPATH": str(ROOT)}


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
