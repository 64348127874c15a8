"""A cell as it is judged: without what nobody sees, unless it may be half of a garbled letter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from roster_toolkit.garble import BEFORE_HALF_A_LETTER, INVISIBLE

if TYPE_CHECKING:
    import polars as pl

_INVISIBLE = f"({BEFORE_HALF_A_LETTER}\u00ad)|{INVISIBLE}"
_AT_THE_END = f"({BEFORE_HALF_A_LETTER}[\u00a0\u0085])?\\s*$"


def clean(text: pl.Expr) -> pl.Expr:
    """A cell without invisible characters and without white space at its ends.

    What may be half of a garbled letter stays, because RT109 can restore the letter.
    """
    visible = text.str.replace_all(_INVISIBLE, "${1}")
    return visible.str.strip_chars_start().str.replace(_AT_THE_END, "${1}")
