"""Numbers, plurals, quoted values, lists and row ranges in prose."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

#: Characters that a terminal interprets or hides: control, format, unassigned, surrogates, and line
#: and paragraph separators.
_NOT_SHOWN_BY_TERMINALS = r"[\p{C}\p{Zl}\p{Zp}]"
_STAND_IN = "·"
#: Maximum characters of a value in a message.
LONGEST = 60
HIDDEN = "(not shown)"
BLANK = "(blank)"


def number(count: int) -> str:
    """Format a number with thousands separators: `2,000`."""
    return f"{count:,}"


def counted(count: int, one: str, many: str | None = None) -> str:
    """Format a count with its noun: `1 row`, `2,000 rows`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def listed(words: Iterable[str], last: str = "and") -> str:
    """Join words with commas and a conjunction: `a`, `a and b`, `a, b and c`."""
    *others, final = words
    return f"{', '.join(others)} {last} {final}" if others else final


def printable(text: str, longest: int = LONGEST) -> str:
    """Replace unprintable characters of a value, and truncate it to `longest` characters."""
    visible = "".join(c if c.isprintable() else _STAND_IN for c in text[: longest + 1])
    return f"{visible[: longest - 1]}…" if len(visible) > longest else visible


def quoted(text: str, longest: int = LONGEST) -> str:
    """Put a printable value in quotation marks; `(blank)` for an empty one."""
    if not text:
        return BLANK
    return f"“{printable(text, longest)}”"


def quoted_column(values: pl.Expr) -> pl.Expr:
    """`quoted` as a Polars expression."""
    import polars as pl

    cut = values.str.slice(0, LONGEST - 1) + "…"
    short = pl.when(values.str.len_chars() > LONGEST).then(cut).otherwise(values)
    in_quotes = "“" + short.str.replace_all(_NOT_SHOWN_BY_TERMINALS, _STAND_IN) + "”"
    return pl.when(values == "").then(pl.lit(BLANK)).otherwise(in_quotes)


def printable_column(values: pl.Expr) -> pl.Expr:
    """`printable` as a Polars expression, without truncation."""
    return values.str.replace_all(_NOT_SHOWN_BY_TERMINALS, _STAND_IN)


def lowered(sentence: str) -> str:
    """Lowercase the first word for use after a colon; names and acronyms keep their capitals."""
    first = re.match(r"(?!Excel\b)[A-Z][a-z]*\b(?![A-Z_])", sentence)
    return sentence[0].lower() + sentence[1:] if first else sentence


def row_ranges(rows: Sequence[int], most: int) -> str:
    """Format ascending row numbers with neighbors as ranges: `2-31, 47 and 212 more`.

    Writes at most `most` ranges; the count at the end is of the rows outside of them.

    >>> rt.row_ranges([2, 3, 4, 9, 12], 2)
    '2-4, 9 and 1 more'
    """
    ranges: list[list[int]] = []
    written = 0
    for row in rows:
        if ranges and row == ranges[-1][1] + 1:
            ranges[-1][1] = row
        elif len(ranges) == most:
            break
        else:
            ranges.append([row, row])
        written += 1
    text = ", ".join(f"{a}" if a == b else f"{a}-{b}" for a, b in ranges)
    rest = len(rows) - written
    return f"{text} and {number(rest)} more" if rest else text
