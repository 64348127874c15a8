"""Many files in words: one sentence, what deserves attention first, what several have in common."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl

from roster_toolkit.assessment import Verdict
from roster_toolkit.batch.tables import UNUSABLE, common_problems
from roster_toolkit.text import counted, listed, number, printable

#: Files and common problems that are listed.
FILES_LISTED, PROBLEMS_LISTED = 25, 10
_NAME, _TITLE, _WHY = 34, 120, 240
_FINE = (Verdict.CLEAN.value, Verdict.WARNINGS.value)
#: Columns of `files` that a table for people has.
SHOWN = (
    "file", "verdict", "rows", "rejected", "problems", "largest_code", "largest", "stops", "why",
)  # fmt: skip


def told(files: pl.DataFrame) -> str:
    """How many files would go in, lose rows, be rejected, or could not be judged."""
    counts = dict(files["verdict"].value_counts().iter_rows())
    accepted = sum(counts.get(one, 0) for one in _FINE)
    parts = [
        (accepted, "would be accepted whole"),
        (counts.get(Verdict.ERRORS.value, 0), "would lose rows"),
        (counts.get(Verdict.REJECTED.value, 0), "would be rejected"),
        (counts.get(UNUSABLE, 0), "could not be checked"),
    ]
    outcomes = listed([f"{number(count)} {what}" for count, what in parts if count])
    rejected, rows = (int(files[name].sum()) for name in ("rejected", "rows"))
    return (
        f"{counted(files.height, 'file')}: {outcomes}. "
        f"{number(rejected)} of {counted(rows, 'row')} would be rejected."
    )


def lines_of(files: pl.DataFrame, causes: pl.DataFrame) -> Iterator[str]:
    """The report, line by line; the files in their order, those that are fine left out."""
    yield told(files)
    attention = files.filter(~pl.col("verdict").is_in(_FINE) | (pl.col("stops").list.len() > 0))
    if not attention.is_empty():
        yield ""
        yield "What deserves attention first:"
        for line in attention.head(FILES_LISTED).iter_rows(named=True):
            yield from _file(line)
        if (rest := attention.height - FILES_LISTED) > 0:
            yield f"  … and {counted(rest, 'more file')}"
    common = common_problems(causes)
    if not common.is_empty():
        yield ""
        yield "Problems that several files have:"
        for line in common.head(PROBLEMS_LISTED).iter_rows(named=True):
            yield _problem(line)
        if (rest := common.height - PROBLEMS_LISTED) > 0:
            yield f"  … and {counted(rest, 'more problem')}"


def _file(line: dict[str, Any]) -> Iterator[str]:
    name = printable(line["file"], _NAME)
    if line["verdict"] == UNUSABLE:
        yield f"  {name:<{_NAME}} could not be checked: {printable(line['why'], _WHY)}"
        return
    if line["verdict"] == Verdict.REJECTED.value:
        state = f"rejected, with {counted(line['rows'], 'row')}"
    else:
        state = f"{number(line['rejected'])} of {counted(line['rows'], 'row')} rejected"
    if line["stops"]:
        state += f"; stops at {listed(line['stops'])}"
    yield f"  {name:<{_NAME}} {state}"
    if line["largest_code"]:
        others = f" (1 of {number(line['problems'])} problems)" if line["problems"] > 1 else ""
        yield f"      {printable(line['largest'], _TITLE)}  {line['largest_code']}{others}"


def _problem(line: dict[str, Any]) -> str:
    where = f" in {line['column']}" if line["column"] else ""
    rows = f", {counted(line['rows'], 'row')}" if line["rows"] else ""
    return (
        f"  {counted(line['files'], 'file')}{rows}: {line['title']}{where}  {line['code']} "
        f"({line['severity']})"
    )
