"""From categories down to rows, as lines that open: the drill-down of a page without a program.

Category → rule → school → value → the first rows. It stands whole in a notebook and in what is
exported from it, so it is capped: the most frequent are shown, and a last line says what is left
and how to see it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from roster_toolkit.display import Branch, Table
from roster_toolkit.drilldown import Selection
from roster_toolkit.model import Rule
from roster_toolkit.report.words import found
from roster_toolkit.text import BLANK, counted, number

#: What stands below what.
STEPS = ("category", "code", "school", "value")
_NAMES = {"category": "category", "code": "rule", "school": "school", "value": "value"}
_MANY = {"category": "categories", "code": "rules", "school": "schools", "value": "values"}
#: Lines that open at one place, lowest lines in all, and rows in each of them.
_AT_ONE_PLACE, _LOWEST, _ROWS = 12, 60, 5


def branches(selection: Selection) -> tuple[Branch | Table | str, ...]:
    """The categories of the findings that are selected, each with what stands below it.

    Where there are too many, a last line says how many are left.
    """
    if selection.findings.is_empty():
        return ()
    return tuple(_level(selection, STEPS, _LOWEST))


def _level(
    selection: Selection, steps: tuple[str, ...], lowest: int
) -> Iterator[Branch | Table | str]:
    """The lines of one step, or the first rows below the last one."""
    if not steps:
        yield from _rows(selection)
        return
    step, *rest = steps
    if not selection.narrows_by(step):
        yield from _level(selection, tuple(rest), lowest)
        return
    counts = selection.by(step)
    if counts["name"].to_list() == [""]:  # nothing to tell apart: one step less
        yield from _level(selection, tuple(rest), lowest)
        return
    shown = counts.head(min(_AT_ONE_PLACE, lowest))
    for name, findings, rows in shown.iter_rows():
        narrowed = selection.select(**{step: name})
        below = _level(narrowed, tuple(rest), max(1, lowest // shown.height))
        yield Branch(
            label=_told(step, name, selection.rules),
            amount=_amount(findings, rows),
            inside=tuple(below),
            is_open=counts.height == 1 and step != STEPS[0],
        )
    if left := counts.height - shown.height:
        noun = _NAMES[step] if left == 1 else _MANY[step]
        yield f"{number(left)} more {noun}; .by({step!r}) lists them all."


def _amount(findings: int, rows: int) -> str:
    """How much it is: the rows alone where each has one of it."""
    on_rows = counted(rows, "row")
    return on_rows if findings == rows else f"{found(findings)} on {on_rows}"


def _told(step: str, name: str, rules: Mapping[str, Rule]) -> str:
    if step == "code":
        return f"{rules[name].title} ({name})"
    return name or BLANK


def _rows(selection: Selection) -> Iterator[Table | str]:
    rows = selection.rows.len()
    if not rows:
        yield "It stands on no row."
        return
    yield Table("The first rows" if rows > _ROWS else "The rows", selection.first(_ROWS))
    if rows > _ROWS:
        yield f"{number(rows - _ROWS)} more; .frame() gives them all."
