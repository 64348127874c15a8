"""The names of people, classes and schools beside their IDs."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

import roster_toolkit as rt

_PERSON = ("userFirstName", "userLastName")
_CLASS = ("className",)


def name_of_each(review: rt.Review, page: pl.DataFrame) -> pl.Series:
    """The name of the person of each row of a page, as the rows state it."""
    headers = dict(zip(review.upload.cells.columns, page.columns[1:], strict=False))
    cells = [page[headers[key]].fill_null("") for key in _PERSON if key in headers]
    if not cells:
        return pl.Series("name", [""] * page.height)
    whole = pl.DataFrame({str(place): cell for place, cell in enumerate(cells)})
    return whole.select(
        pl.concat_str(pl.all(), separator=" ").str.strip_chars().alias("name")
    ).to_series()


def who_and_which_class(review: rt.Review, number: int) -> str:
    """The person and the class of a row, each with the ID, where the file has them."""
    cells = review.upload.cells
    at = number - review.upload.first_row

    def told(key: str) -> str:
        return (cells[key][at] or "").strip() if key in cells.columns else ""

    person = " ".join(word for word in map(told, _PERSON) if word)
    pairs = ((person, told("userId")), (told("className"), told("classId")))
    return " · ".join(with_id(name, key) for name, key in pairs if name or key)


def with_id(name: str, key: str) -> str:
    """A name with its ID behind it, or what there is of the two."""
    return f"{name} ({key})" if name and key else name or key


def names_of(review: rt.Review, keys: Iterable[str]) -> dict[str, str]:
    """IDs of schools, classes and people → their names, as the roster or else the file has them."""
    wanted = {*keys}
    found: dict[str, str] = {}
    for key, words in (("userId", _PERSON), ("classId", _CLASS)):
        cells = review.upload.cells
        if {key, *words} <= {*cells.columns}:
            found |= _named(cells, key, words, wanted)
    if review.against is not None:
        roster = review.against.roster
        found |= _named(roster.people, "userId", _PERSON, wanted)
        found |= _named(roster.classes, "classId", _CLASS, wanted)
        found |= _named(roster.schools, "schoolId", ("schoolName",), wanted)
    return found


def _named(frame: pl.DataFrame, key: str, words: Iterable[str], wanted: set[str]) -> dict[str, str]:
    columns = [word for word in words if word in frame.columns]
    if not columns or key not in frame.columns:
        return {}
    named = frame.filter(pl.col(key).is_in([*wanted])).select(
        key, name=pl.concat_str(columns, separator=" ", ignore_nulls=True).str.strip_chars()
    )
    return dict(named.filter(pl.col("name") != "").unique(key, keep="first").iter_rows())
