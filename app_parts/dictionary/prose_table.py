"""Tables of prose: short, wrapped, read aloud well, and plain text in every cell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

import streamlit as st

_LINE = "1px solid rgba(128,128,128,.35)"
_CELL = (
    "text-align:left;vertical-align:top;padding:.4rem .7rem .4rem 0;"
    f"border-bottom:{_LINE};white-space:pre-line"
)


def prose_table(
    header: Sequence[str], rows: Iterable[Sequence[str]], *, caption: str, least: int = 0,
    mono: bool = False,
) -> None:  # fmt: skip
    """A table whose cells are sentences; the first cell of a row is its heading.

    `least`: pixels below which it is scrolled rather than squeezed. With `mono` the cells are those
    of a file: spaces count, and a blank one says so.
    """
    head = any(header)
    named = "".join(f'<th scope="col" style="{_CELL}">{escape(name)}</th>' for name in header)
    body = "".join(_row(row, mono=mono) for row in rows)
    st.html(
        f'<div role="region" tabindex="0" aria-label="{escape(caption)}" style="overflow-x:auto">'
        f'<table style="border-collapse:collapse;width:100%;min-width:{least}px;font-size:.9rem">'
        f"{f'<thead><tr>{named}</tr></thead>' if head else ''}<tbody>{body}</tbody></table></div>"
    )


def _row(cells: Sequence[str], *, mono: bool) -> str:
    style = f"{_CELL};font-family:monospace;white-space:pre-wrap" if mono else _CELL
    if mono:
        cell_tags = "".join(f'<td style="{style}">{_as_typed(cell)}</td>' for cell in cells)
        return f"<tr>{cell_tags}</tr>"
    first, *others = cells
    rest = "".join(f'<td style="{style}">{escape(cell)}</td>' for cell in others)
    return f'<tr><th scope="row" style="{style};font-weight:600">{escape(first)}</th>{rest}</tr>'


def _as_typed(cell: str) -> str:
    if not cell:
        return '<i style="opacity:.75">(blank)</i>'
    return escape("".join(c if c.isprintable() else ascii(c)[1:-1] for c in cell))
