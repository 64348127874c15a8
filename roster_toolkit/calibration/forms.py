"""Forms of values: how the cells of a column look that a portal takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl

#: Forms of a value, the loosest first.
_FORMS = (
    ("no spaces", r"^\S+$"),
    ("letters, digits, hyphen and underscore", "^[A-Za-z0-9_-]+$"),
    ("letters, digits and hyphen", "^[A-Za-z0-9-]+$"),
    ("letters and digits", "^[A-Za-z0-9]+$"),
    ("capital letters and digits", "^[A-Z0-9]+$"),
    ("a letter, then letters and digits", "^[A-Za-z][A-Za-z0-9]*$"),
    ("letters", "^[A-Za-z]+$"),
    ("digits", "^[0-9]+$"),
)
#: Lengths that dictionaries set as a limit.
_LIMITS = (5, 8, 9, 10, 12, 15, 16, 20, 24, 25, 30, 32, 35, 36, 40, 45, 50, 60, 64, 75, 90, 100,
           120, 128, 150, 200, 250, 255)  # fmt: skip
#: Different lengths of the values of a column in which a longer one is unusual.
_FEW_LENGTHS = 3


@dataclass(frozen=True, slots=True)
class Form:
    """What a value must look like, beyond what its kind asks for."""

    words: str
    pattern: str | None = None
    longest: int | None = None

    @property
    def of_kind(self) -> dict[str, Any]:
        """The entries of a kind that say so."""
        entries = {"pattern": self.pattern, "longest": self.longest}
        return {key: value for key, value in entries.items() if value is not None}


def loosest_form(good: pl.Series, bad: pl.Series) -> Form | None:
    """The loosest form that all good cells have and no bad one.

    A limit is one that dictionaries use, where one lies between the longest good and the shortest
    bad cell.
    """
    lengths, longer = good.str.len_chars(), bad.str.len_chars()
    longest, shortest = int(lengths.max() or 0), int(longer.min() or 0)  # type: ignore[arg-type]
    if shortest > longest:
        usual = [limit for limit in _LIMITS if longest <= limit < shortest]
        limit = usual[-1] if usual else shortest - 1
        return Form(f"{limit} characters at most", longest=limit)
    for words, pattern in _FORMS:
        if good.str.contains(pattern).all() and not bad.str.contains(pattern).any():
            return Form(words, pattern)
    return None


def has_unusual_form(cell: pl.Expr, good: pl.Series) -> pl.Expr:
    """Whether a cell looks otherwise than all good ones do, or is longer than any."""
    fitting = [pattern for _, pattern in _FORMS if good.str.contains(pattern).all()]
    strange = ~cell.str.contains(fitting[-1] if fitting else "")
    lengths = good.str.len_chars().unique()
    if lengths.len() <= _FEW_LENGTHS:
        strange |= cell.str.len_chars() > int(lengths.max() or 0)  # type: ignore[arg-type]
    return strange
