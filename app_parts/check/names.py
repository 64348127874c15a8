"""The names of people, classes and schools beside their IDs."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

import roster_toolkit as rt

#: What stays in view when a table of rows is moved sideways.
IN_FRONT = ("row", "name", "errors")
_PERSON = ("userFirstName", "userLastName")
_SCHOOL = "schoolId"
#: What names those whose IDs stand in a column.
_NAMED_BY = {"userId": _PERSON, "classId": ("className",), _SCHOOL: ("schoolName",)}


def with_names(review: rt.Review, page: pl.DataFrame) -> pl.DataFrame:
    """A page of rows with the name of each person; row, name and errors in front."""
    nameless = "name" in page.columns or review.profile.beside  # a second file names nobody
    named = page if nameless else page.insert_column(1, _name_of_each(review, page))
    first = [name for name in IN_FRONT if name in named.columns]
    return named.select(*first, pl.exclude(first))


def _name_of_each(review: rt.Review, page: pl.DataFrame) -> pl.Series:
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


def key_of_column(review: rt.Review, header: str | None) -> str | None:
    """The key of a column from its header, as errors name it."""
    return next((key for key, col in review.profile.columns.items() if col.name == header), None)


def names_of(review: rt.Review, column: str | None, keys: Iterable[str]) -> dict[str, str]:
    """IDs in a column → the names of the people, classes or schools, of the roster or the file.

    `column` is a key. A value of another column is nobody's ID, whatever it looks like.
    """
    words = _NAMED_BY.get(column or "")
    if column is None or words is None:
        return {}
    wanted = {*keys}
    found = _named(review.upload.cells, column, words, wanted)
    if review.against is not None:
        roster = review.against.roster
        of_roster = {"userId": roster.people, "classId": roster.classes, _SCHOOL: roster.schools}
        found |= _named(of_roster[column], column, words, wanted)
    return found


def _named(frame: pl.DataFrame, key: str, words: Iterable[str], wanted: set[str]) -> dict[str, str]:
    columns = [word for word in words if word in frame.columns]
    if not columns or key not in frame.columns:
        return {}
    named = frame.filter(pl.col(key).is_in([*wanted])).select(
        key, name=pl.concat_str(columns, separator=" ", ignore_nulls=True).str.strip_chars()
    )
    return dict(named.filter(pl.col("name") != "").unique(key, keep="first").iter_rows())
