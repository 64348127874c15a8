"""What is measured: reading, `check` in its six states, `fix`, edits, pages, comparisons."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.process import Command, Taken, in_turn, python, run, say

SIZES = (10_000, 100_000, 1_000_000)
#: How a file is called in the table → how its kind is called in `files`.
STATES = {"clean": "clean", "1 % faults": "faults", "every row bad": "bad"}
READ = "bare read"
#: From this size on one turn takes minutes, so that there are fewer.
_LARGE = 1_000_000
_READ = (
    "import polars, sys;"
    "polars.read_csv(sys.argv[1], infer_schema=False, truncate_ragged_lines=True)"
)
#: Turns of checks and of other work, below the large size and from there on.
_TURNS, _TURNS_OF_LARGE = (5, 3), (3, 1)


@dataclass(frozen=True)
class Line:
    """One line of the table."""

    work: str
    rows: int
    taken: Taken
    growth: float | None = None
    """The exponent: by which power of the rows its processor time grew since the size before."""

    @property
    def stages(self) -> Mapping[str, float]:
        """Seconds of the stages of a check, as its JSON tells them."""
        told: Mapping[str, float] = json.loads(self.taken.output)["seconds"]
        return told


class Files:
    """The files of one size, each made when it is first asked for."""

    def __init__(self, folder: Path, rows: int) -> None:
        """Files of so many rows go into this folder."""
        self._folder, self.rows = folder, rows

    def __getitem__(self, kind: str) -> Path:
        """The file of a kind of `files.KINDS`."""
        path = self._folder / f"{kind}-{self.rows}{'.duckdb' if kind == 'store' else '.csv'}"
        if not path.exists():
            run(python("-m", "benchmarks.files", kind, self.rows, path))
        return path


def bare_read(path: Path) -> Command:
    """A process that only reads the file with Polars: the floor of everything else."""
    return python("-c", _READ, path)


def check(path: Path, *options: object) -> Command:
    """A check of the file."""
    return python("-m", "roster_toolkit", "check", path, "--format", "json", *options, rejects=True)


def warm_up(folder: Path) -> None:
    """Let Python compile every module, which otherwise the first turn would pay for."""
    path = folder / "warm.csv"
    run(python("-m", "benchmarks.files", "faults", 100, path))
    for command in (bare_read(path), check(path)):
        run(command)


def checks(files: Files, turns: int | None = None) -> Iterator[Line]:
    """Each state of a file, alone and against a stored roster of the same size."""
    turns = turns or (_TURNS_OF_LARGE if files.rows >= _LARGE else _TURNS)[0]
    stored = ("--store", files["store"], "--district", "Avon")
    for state, kind in STATES.items():
        path = files[kind]
        commands = {
            f"{READ}, {state}": bare_read(path),
            f"check, {state}": check(path),
            f"check, {state}, stored roster": check(path, *stored),
        }
        yield from _lines(files.rows, commands, turns)


def others(files: Files, turns: int | None = None) -> Iterator[Line]:
    """What else people wait for, each beside reading the file that it is about."""
    turns = turns or (_TURNS_OF_LARGE if files.rows >= _LARGE else _TURNS)[1]
    faults, fixable, quoted = files["faults"], files["fixable"], files["quoted"]
    sample = ("sample", faults.with_name("sample"), "--rows", files.rows)
    about = {
        faults: {
            "fix, 1 % faults": _fix(faults),
            "an edit, checked again": _inside("edit", faults),
            "a page of a category": _inside("page", faults),
            "workbook of errors": _inside("workbook", faults),
            "sample, made": python("-m", "roster_toolkit", *sample),
        },
        fixable: {"fix, 30 % of rows": _fix(fixable)},
        quoted: {"fix, 30 % of rows, all quoted": _fix(quoted)},
        files["unmatched"]: {
            "derived schema, a failure in each row": _inside("schema", files["unmatched"])
        },
    }
    for path, commands in about.items():
        _, *lines = _lines(files.rows, {READ: bare_read(path), **commands}, turns)
        yield from lines


def _fix(path: Path) -> Command:
    out = path.with_name("fixed.csv")
    return python("-m", "roster_toolkit", "fix", path, "--out", out, rejects=True)


def _inside(work: str, path: Path) -> Command:
    return python("-m", "benchmarks.inside", work, path, inside=True)


def _lines(rows: int, commands: Mapping[str, Command], turns: int) -> Iterator[Line]:
    for work, taken in in_turn(commands, turns).items():
        line = Line(work, rows, taken)
        say(text_of(line))
        yield line


def text_of(line: Line) -> str:
    """A line for the terminal."""
    taken = line.taken
    return (
        f"{line.rows:>12,}  {line.work:42} {taken.cpu:8.2f} s CPU {taken.ratio:7.2f} × read"
        f" {taken.seconds:8.2f} s wall {taken.megabytes:7.0f} MB"
    )


def with_growth(lines: Sequence[Line]) -> list[Line]:
    """The lines, each with the exponent of its growth since the size before."""
    before: dict[str, Line] = {}
    grown = []
    for line in lines:
        last = before.get(line.work)
        growth = None
        if last and line.rows > last.rows:
            more = math.log(line.taken.cpu / last.taken.cpu)
            growth = more / math.log(line.rows / last.rows)
        before[line.work] = line
        grown.append(Line(line.work, line.rows, line.taken, growth))
    return grown
