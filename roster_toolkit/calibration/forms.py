"""Forms of values: how the cells of a column look that a portal takes."""

from __future__ import annotations

import polars as pl

#: Forms of a value, the loosest first.
_FORMS = (
    ("no spaces", r"^\S+$"),
    ("letters, digits, hyphen and underscore", "^[A-Za-z0-9_-]+$"),
    ("letters, digits and hyphen", "^[A-Za-z0-9-]+$"),
    ("letters and digits", "^[A-Za-z0-9]+$"),
    ("capital letters and digits", "^[A-Z0-9]+$"),
    ("a letter first", "^[A-Za-z].*$"),
    ("letters", "^[A-Za-z]+$"),
    ("digits", "^[0-9]+$"),
)


def loosest_form(good: pl.Series, bad: pl.Series) -> tuple[str, str] | None:
    """The loosest form that all good cells have and no bad one, in words and as an expression."""
    longest, shortest = int(good.str.len_chars().max() or 0), int(bad.str.len_chars().min() or 0)  # type: ignore[arg-type]
    if shortest > longest:
        return f"{shortest - 1} characters at most", f"^.{{1,{shortest - 1}}}$"
    for words, pattern in _FORMS:
        if good.str.contains(pattern).all() and not bad.str.contains(pattern).any():
            return words, pattern
    return None


def narrowest_form(good: pl.Series) -> str | None:
    """The narrowest form that all of some cells have, as an expression."""
    fitting = [pattern for _, pattern in _FORMS if good.str.contains(pattern).all()]
    return fitting[-1] if fitting else None
