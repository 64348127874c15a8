"""How the public objects show themselves: a sentence in a terminal, tables in a notebook.

What each looks like is written in `notebook`, above them all, which is registered by `show_with`:
this module imports nothing of what it shows. Every text is escaped in one place, below; no style,
script or image comes from outside. Colors are those of the page around it, light or dark.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from roster_toolkit.text import number, printable

if TYPE_CHECKING:
    import polars as pl

#: Rows of a table and characters of a cell that are shown.
ROWS, _LONGEST = 12, 160
#: The words keep programs that typeset formulas from reading any into a cell.
_CLASSES = "roster-toolkit tex2jax_ignore mathjax_ignore"
_STYLE = """
.roster-toolkit table { border-collapse: collapse; margin: 0.5em 0 1em; font-size: 0.9em; }
.roster-toolkit caption { text-align: left; font-weight: 600; padding: 0.3em 0; color: inherit; }
.roster-toolkit th, .roster-toolkit td { text-align: left !important; vertical-align: top;
  padding: 0.2em 0.7em 0.2em 0; border-bottom: 1px solid rgba(128, 128, 128, 0.35);
  white-space: pre-wrap; max-width: 40em; background: transparent; color: inherit; }
.roster-toolkit .number { text-align: right !important; font-variant-numeric: tabular-nums; }
.roster-toolkit p { margin: 0.3em 0; }
"""


@dataclass(frozen=True)
class Table:
    """A frame under a caption."""

    caption: str
    frame: pl.DataFrame
    limit: int = ROWS


@dataclass(frozen=True)
class Picture:
    """What there is to see of an object."""

    sentence: str
    tables: tuple[Table, ...] = ()
    note: str = ""
    """What is said below."""


_render: Callable[[object], Picture] | None = None


def show_with(render: Callable[[object], Picture]) -> None:
    """Name the function that gives an object's picture."""
    global _render  # noqa: PLW0603
    _render = render


def _picture(subject: object) -> Picture:
    return _render(subject) if _render else Picture(f"<{type(subject).__name__}>")


class Shown:
    """Something that shows itself: escaped and short, whatever it holds."""

    __slots__ = ()

    def __repr__(self) -> str:
        """A sentence."""
        return text_of(_picture(self))

    def __str__(self) -> str:
        """A sentence."""
        return repr(self)

    def _repr_html_(self) -> str:
        """The sentence with tables, for a notebook."""
        return html_of(_picture(self))


def html_of(picture: Picture) -> str:
    """A picture as HTML."""
    parts = [f"<p>{text(picture.sentence, 500)}</p>"]
    parts += [table(each) for each in picture.tables if not each.frame.is_empty()]
    if picture.note:
        parts.append(f"<p>{text(picture.note, 500)}</p>")
    return f'<div class="{_CLASSES}"><style>{_STYLE}</style>{"".join(parts)}</div>'


def text_of(picture: Picture) -> str:
    """A picture as a sentence."""
    return printable(picture.sentence, 500)


def text(value: str, longest: int = _LONGEST) -> str:
    """A text that is shown letter by letter."""
    return html.escape(printable(value, longest))


def table(content: Table) -> str:
    """A frame as a table; of a long one the first rows, and how many there are."""
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
    """A value in the words of a reader."""
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
    """Facts under their names, one in a line."""
    import polars as pl

    columns = {"": list(facts), " ": [_cell_text(value) for value in facts.values()]}
    return Table(caption, pl.DataFrame(columns), limit=len(facts))
