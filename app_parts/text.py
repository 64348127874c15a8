"""Text on a page that may hold cells of a file: escaped, so that nothing in it becomes markup."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Literal

import streamlit as st

Tone = Literal["bad", "careful", "good", "plain"]
#: Colors that are read on a light and on a dark page.
_EDGE = {"bad": "#C0392B", "careful": "#B7791F", "good": "#2E7D4F", "plain": "#7A869A"}


def callout(sentence: str, tone: Tone = "plain", *, detail: str = "") -> None:
    """A sentence that a page is about, with an edge in the color of its tone."""
    small = f'<p style="margin:.35rem 0 0;font-size:1rem">{escape(detail)}</p>' if detail else ""
    st.html(
        f'<div role="status" style="border-left:.4rem solid {_EDGE[tone]};padding:.4rem 1rem">'
        f'<p style="margin:0;font-size:1.35rem;line-height:1.4;font-weight:600">'
        f"{escape(sentence)}</p>{small}</div>"
    )


def prose(text: str, *, strong: bool = False, small: bool = False, inline: bool = False) -> None:
    """A paragraph of plain text; `inline` beside others in a row."""
    weight = "font-weight:600;" if strong else ""
    size = "font-size:.875rem;opacity:.85;" if small else ""
    st.html(
        f'<p style="margin:0;{weight}{size}white-space:pre-line">{escape(text)}</p>',
        width="content" if inline else "stretch",
    )


def bullets(sentences: Iterable[str]) -> None:
    """Plain text as a list."""
    items = "".join(f"<li>{escape(sentence)}</li>" for sentence in sentences)
    st.html(f'<ul style="margin:0;padding-left:1.2rem">{items}</ul>')


def list_of_figures(figures: Iterable[tuple[int, str]]) -> None:
    """Numbers in large type, each with what there is so many of; the words are ours, as HTML."""
    items = "".join(f"<li><b>{number:,}</b> {words}</li>" for number, words in figures)
    st.html(f'<ul class="figures">{items}</ul>')


def heading(text: str, level: int = 3, *, small: bool = False) -> None:
    """A heading that may hold a cell of a file; a small one reads like the text around it."""
    size = "1rem" if small else {2: "1.5rem", 3: "1.15rem", 4: "1rem"}[level]
    look = f"margin:0;padding:0;font-size:{size};line-height:1.35" + ";font-weight:600" * small
    st.html(f'<h{level} style="{look}">{escape(text)}</h{level}>')


def counted(number: int, one: str, many: str = "") -> str:
    """A number and its noun, as a person writes them."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
