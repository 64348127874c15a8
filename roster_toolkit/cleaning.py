"""A cell as it is judged: without what nobody sees, unless it may be half of a garbled letter."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

#: Characters without width or shape: an expression that Polars and Python read.
INVISIBLE = "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]"
#: First parts of letters, of which the last part may look like white space or like nothing.
_BEFORE_HALF_A_LETTER = "(?:[ÂÃÄÅÐ]|á[º»])"
_INVISIBLE = f"({_BEFORE_HALF_A_LETTER}\u00ad)|{INVISIBLE}"
_AT_THE_END = f"({_BEFORE_HALF_A_LETTER}[\u00a0\u0085])?\\s*$"


def clean(text: pl.Expr) -> pl.Expr:
    """A cell without invisible characters and without white space at its ends.

    What may be half of a garbled letter stays, because RT109 can restore the letter.
    """
    visible = text.str.replace_all(_INVISIBLE, "${1}")
    return visible.str.strip_chars_start().str.replace(_AT_THE_END, "${1}")
