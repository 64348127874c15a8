"""Rendering of public objects: a sentence in a terminal, tables in a notebook.

`notebook` defines a `Picture` for each type and registers its function by `show_with`, so this
module imports none of the types that it renders. Every text is escaped here, in one place; no
style, script or image is loaded from outside. Colors follow the page, light or dark.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from roster_toolkit.text import number, printable

if TYPE_CHECKING:
    import polars as pl

#: Maximum rows of a table, and characters of a cell.
ROWS, _LONGEST = 12, 160
#: The last two classes keep MathJax and similar from typesetting cells as formulas.
CLASSES = "roster-toolkit tex2jax_ignore mathjax_ignore"
_STYLE = """
.roster-toolkit table { border-collapse: collapse; margin: 0.5em 0 1em; font-size: 0.9em; }
.roster-toolkit caption { text-align: left; font-weight: 600; padding: 0.3em 0; color: inherit; }
.roster-toolkit th, .roster-toolkit td { text-align: left !important; vertical-align: top;
  padding: 0.2em 0.7em 0.2em 0; border-bottom: 1px solid rgba(128, 128, 128, 0.35);
  white-space: pre-wrap; max-width: 40em; background: transparent; color: inherit; }
.roster-toolkit .number { text-align: right !important; font-variant-numeric: tabular-nums; }
.roster-toolkit p { margin: 0.3em 0; }
.roster-toolkit details details, .roster-toolkit details > table, .roster-toolkit details > p {
  margin-left: 1.3em; }
.roster-toolkit details { overflow-x: auto; }
.roster-toolkit details td:last-child { min-width: 16em; }
.roster-toolkit summary { cursor: pointer; padding: 0.15em 0; }
.roster-toolkit .amount { opacity: 0.75; margin-left: 0.5em; }
"""


@dataclass(frozen=True)
class Table:
    """A frame under a caption."""

    caption: str
    frame: pl.DataFrame
    limit: int = ROWS


@dataclass(frozen=True)
class Branch:
    """A line that opens: what it is, how much, and what is inside."""

    label: str
    amount: str
    inside: tuple[Branch | Table | str, ...]
    is_open: bool = False


@dataclass(frozen=True)
class Picture:
    """What an object renders as: a sentence, lines that open, tables, and a note below them."""

    sentence: str
    tables: tuple[Table, ...] = ()
    note: str = ""
    branches: tuple[Branch | Table | str, ...] = ()


_render: Callable[[object], Picture] | None = None


def show_with(render: Callable[[object], Picture]) -> None:
    """Register the function that returns an object's picture."""
    global _render  # noqa: PLW0603
    _render = render


def _picture(subject: object) -> Picture:
    return _render(subject) if _render else Picture(f"<{type(subject).__name__}>")


class Shown:
    """Base of public objects with a short `repr` and an escaped HTML view."""

    __slots__ = ()

    def __repr__(self) -> str:
        """A sentence."""
        return text_of(_picture(self))

    def __str__(self) -> str:
        """A sentence."""
        return repr(self)

    def _repr_html_(self) -> str:
        """The sentence and the tables as HTML, for a notebook."""
        return html_of(_picture(self))


def html_of(picture: Picture) -> str:
    """Render a picture as HTML."""
    parts = [f"<p>{text(picture.sentence, 500)}</p>"]
    parts += [_inside(each) for each in picture.branches]
    parts += [table(each) for each in picture.tables if not each.frame.is_empty()]
    if picture.note:
        parts.append(f"<p>{text(picture.note, 500)}</p>")
    return f'<div class="{CLASSES}"><style>{_STYLE}</style>{"".join(parts)}</div>'


def text_of(picture: Picture) -> str:
    """Render a picture as its sentence alone."""
    return printable(picture.sentence, 500)


def text(value: str, longest: int = _LONGEST) -> str:
    """Escape a text for HTML, truncated to `longest` characters."""
    return html.escape(printable(value, longest))


def branch(content: Branch) -> str:
    """Render a line that opens and what is inside, which needs no program to open."""
    inside = "".join(map(_inside, content.inside))
    opened = " open" * content.is_open
    return (
        f"<details{opened}><summary>{text(content.label)} "
        f'<span class="amount">{text(content.amount)}</span></summary>{inside}</details>'
    )


def _inside(content: Branch | Table | str) -> str:
    match content:
        case Branch():
            return branch(content)
        case Table():
            return table(content)
    return f"<p>{text(content, 500)}</p>"


def table(content: Table) -> str:
    """Render a frame as an HTML table; a long one is cut, with the total in its caption."""
    frame = content.frame.head(content.limit)
    numeric = [kind.is_numeric() for kind in frame.schema.values()]
    head = "".join(
        f'<th scope="col"{_marked(right)}>{text(name)}</th>'
        for name, right in zip(frame.columns, numeric, strict=True)
    )
    body = "".join(f"<tr>{''.join(_cells(row, numeric))}</tr>" for row in frame.iter_rows())
    head = f"<thead><tr>{head}</tr></thead>" if any(map(str.strip, frame.columns)) else ""
    caption = content.caption
    if frame.height < content.frame.height:
        caption = f"{caption} ({number(frame.height)} of {number(content.frame.height)})"
    return f"<table><caption>{text(caption)}</caption>{head}<tbody>{body}</tbody></table>"


def _cells(row: tuple[object, ...], numeric: list[bool]) -> Iterator[str]:
    for value, right in zip(row, numeric, strict=True):
        yield f"<td{_marked(right)}>{text(_cell_text(value))}</td>"


def _marked(right: bool) -> str:  # noqa: FBT001  (one cell, one flag)
    return ' class="number"' if right else ""


def _cell_text(value: object) -> str:
    """Format a cell: yes/no, thousands separators, comma-separated lists, blank for None."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case int():
            return number(value)
        case float():
            return f"{value:,.3g}"
        case list() | tuple():
            return ", ".join(map(_cell_text, value))
    return str(value)


def pairs(caption: str, facts: Mapping[str, object]) -> Table:
    """A table of two columns without headers: name and value."""
    import polars as pl

    columns = {"": list(facts), " ": [_cell_text(value) for value in facts.values()]}
    return Table(caption, pl.DataFrame(columns), limit=len(facts))
