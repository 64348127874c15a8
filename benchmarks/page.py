"""What was measured as Markdown, put between the marks of a page that is written by hand.

A part that was not measured this time stays as it was: each says its own day and versions.
"""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from benchmarks.bench import READ, Line
from benchmarks.peers import Contender
from benchmarks.picture import picture
from benchmarks.startup import Startup

#: Part → the line that begins it; all end with the same one.
PARTS = ("checks", "others", "startup", "peers")
_END = "<!-- end of measured -->"
_OURS = ("polars", "duckdb")


def written(page: str, measured: Mapping[str, str]) -> str:
    """The page with the parts that were measured in their places."""
    for part, text in measured.items():
        begin = f"<!-- measured: {part} -->"
        block = re.compile(f"{re.escape(begin)}\n.*?{re.escape(_END)}", re.DOTALL)
        if not block.search(page):
            raise ValueError(f"The page has no place for the part {part}: {begin} … {_END}")
        new = f"{begin}\n{text}\n{_END}"
        page = block.sub(lambda _, new=new: new, page)  # type: ignore[misc]
    return page


def machine() -> str:
    """Day, machine and versions; not what the machine is called."""
    packages = ", ".join(f"{name} {version(name)}" for name in _OURS)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    day = datetime.now(UTC).date()
    return (
        f"Measured on {day:%B} {day.day}, {day.year}: {os.cpu_count()} cores, {memory:.0f} GiB, "
        f"{platform.system()}; Python {platform.python_version()}, {packages}."
    )


def checks_part(lines: Sequence[Line], svg: Path) -> str:
    """The table of reading and checking, its picture, and the stages of the largest checks."""
    shown = [
        line for line in lines if not line.work.startswith(f"{READ}, ") or "clean" in line.work
    ]
    curves: dict[str, list[tuple[int, float]]] = {}
    for line in shown:
        curves.setdefault(line.work.removesuffix(", clean") if READ in line.work else line.work,
                          []).append((line.rows, line.taken.cpu))  # fmt: skip
    alt = "Processor seconds of reading and of checking a file, by its rows"
    svg.write_text(picture(curves, alt), encoding="utf-8", newline="\n")
    return "\n".join(
        (machine(), "", f"![{alt}]({svg.name})", "", *_table(lines), "", *_stages(lines))
    )


def others_part(lines: Sequence[Line]) -> str:
    """The table of all else that people wait for."""
    return "\n".join((machine(), "", *_table(lines)))


def _table(lines: Sequence[Line]) -> Iterator[str]:
    yield "| rows | what | CPU s | ÷ read | grows with rows to the power | wall s | peak MB |"
    yield "|--:|---|--:|--:|--:|--:|--:|"
    for line in lines:
        taken = line.taken
        ratio = "" if line.work.startswith(READ) else _short(taken.ratio)
        growth = "" if line.growth is None else f"{line.growth:.2f}"
        yield (
            f"| {line.rows:,} | {line.work} | {_short(taken.cpu)} | {ratio} | {growth} "
            f"| {_short(taken.seconds)} | {taken.megabytes:,.0f} |"
        )


def _stages(lines: Sequence[Line]) -> Iterator[str]:
    """Where the time of the largest checks goes."""
    most = max(line.rows for line in lines)
    largest = [line for line in lines if line.rows == most and line.work.startswith("check")]
    names = list(dict.fromkeys(name for line in largest for name in line.stages))
    yield f"Where the time goes at {most:,} rows, in wall seconds, as `check --format json` tells:"
    yield ""
    yield f"| what | {' | '.join(names)} |"
    yield f"|---|{'--:|' * len(names)}"
    for line in largest:
        cells = (f"{line.stages[name]:.2f}" if name in line.stages else "" for name in names)
        yield f"| {line.work} | {' | '.join(cells)} |"


def startup_part(found: Startup) -> str:
    """Start-up in a sentence, and what takes the longest to load."""
    told = (
        f"A process that loads Polars and nothing else takes {found.polars:.2f} s of processor "
        f"time, a check of ten rows {found.beyond:.2f} s more. Of what only the check loads, these "
        "take the longest, each without what it loads itself (`python -X importtime`):"
    )
    slowest = (f"| `{package}` | {milliseconds:.0f} |" for package, milliseconds in found.loaded)
    return "\n".join((machine(), "", told, "", "| package | ms |", "|---|--:|", *slowest))


def peers_part(found: Sequence[Contender], theirs: Mapping[str, str]) -> str:
    """Two tables: the same rules, and the same differences."""
    installed = ", ".join(f"{name} {number}" for name, number in theirs.items())
    told = f" The others: {installed}." if theirs else " The others were not asked for."
    return "\n".join((machine() + told, *_contenders(found)))


def _contenders(found: Sequence[Contender]) -> Iterator[str]:
    for work in dict.fromkeys(one.work for one in found):
        yield from (
            "",
            f"| rows | {work} | CPU s | × ours | whole process CPU s | peak MB |",
            "|--:|---|--:|--:|--:|--:|",
        )
        for one in found:
            if one.work == work:
                taken = one.taken
                yield (
                    f"| {one.rows:,} | {one.name} | {taken.cpu:.3f} | {taken.ratio:.2f} "
                    f"| {_short(taken.whole)} | {taken.megabytes:,.0f} |"
                )


def _short(number: float) -> str:
    return f"{number:.3f}" if number < 0.1 else f"{number:.2f}"  # noqa: PLR2004 - milliseconds
