"""Clean a cell for judging: drop invisible characters, unless one may be half a garbled letter."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

#: Invisible characters (soft hyphen, zero-width and bidi marks, BOM) as a regex class that both
#: Polars and Python accept.
INVISIBLE = "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]"
#: First characters of UTF-8 letters misread as Windows-1252 whose last character may be U+00A0,
#: U+00AD or U+0085, which look like white space or like nothing.
_BEFORE_HALF_A_LETTER = "(?:[ÂÃÄÅÐ]|á[º»])"
_INVISIBLE = f"({_BEFORE_HALF_A_LETTER}\u00ad)|{INVISIBLE}"
_AT_THE_END = f"({_BEFORE_HALF_A_LETTER}[\u00a0\u0085])?\\s*$"


def clean(text: pl.Expr) -> pl.Expr:
    """A cell without invisible characters and surrounding white space.

    A character that may be half of a garbled letter stays, because RT109 can restore the letter.
    """
    visible = text.str.replace_all(_INVISIBLE, "${1}")
    return visible.str.strip_chars_start().str.replace(_AT_THE_END, "${1}")
