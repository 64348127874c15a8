"""Columns and cells without a name: blank ones at the end, a program's numbers in front.

Spreadsheets write separators for columns that were only ever formatted, and programs number the
rows in a column of their own. Both fail a whole upload and mean nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import polars as pl

from roster_toolkit.cleaning import BLANK
from roster_toolkit.ingest.headers import visible
from roster_toolkit.model import HeaderCell, HeaderMatch, Profile, Vocabulary

#: Share of all records that are alike, so that the file is so and not the record.
_NEARLY_ALL = 0.8


def is_nameless(header: HeaderCell, profile: Profile) -> bool:
    """Whether nobody named a column: a blank header, or what a program wrote in its place."""
    if header.match is not HeaderMatch.UNKNOWN:
        return False
    text = visible(header.typed)
    placeholders = profile.words.get("nameless", ())
    return not text or any(re.fullmatch(name, text, re.IGNORECASE) for name in placeholders)


def nameless_at_end(
    header: Sequence[HeaderCell], cells: pl.DataFrame, profile: Profile
) -> tuple[int, ...]:
    """Positions of the last columns that have neither a name nor any content."""
    first = len(header)
    while first > 1 and is_nameless(header[first - 1], profile):
        if not cells.to_series(first - 1).str.contains(BLANK).all():
            break
        first -= 1
    return tuple(range(first, len(header)))


def index_column(
    header: Sequence[HeaderCell],
    cells: pl.DataFrame,
    blank: pl.Series,
    remarks: pl.Series,
    profile: Profile,
) -> int | None:
    """The position of a nameless first column that counts the records from 0 or 1."""
    if len(header) < 2 or not is_nameless(header[0], profile):  # noqa: PLR2004
        return None
    if visible(header[0].typed) and not any(cell.key == "userId" for cell in header):
        return None  # `No.` may be the ID, where nothing else is
    left_out = pl.concat([blank, remarks.cast(blank.dtype)])
    kept = pl.Series(range(cells.height), dtype=blank.dtype)
    kept = kept.filter(~kept.is_in(left_out.implode()))
    numbers = cells.to_series(0).gather(kept).str.strip_chars().cast(pl.Int64, strict=False)
    if numbers.is_empty() or numbers.null_count() or numbers.min() not in (0, 1):
        return None
    first, last = numbers.min(), numbers.max()
    counts = numbers.n_unique() == numbers.len() == last - first + 1  # type: ignore[operator]
    return 0 if counts else None


def overhang(
    header: Sequence[HeaderCell],
    cells: pl.DataFrame,
    ragged: pl.DataFrame,
    surplus: Mapping[int, tuple[str, ...]],
    profile: Profile,
) -> pl.Series:
    """Indices of ragged records that differ by blank cells without a header, and by nothing else.

    A comma too many inside a value pushes a blank last cell out as well, so that the cells must
    still stand under their headers.
    """
    if ragged.is_empty():
        return ragged["index"].cast(pl.UInt32)
    named = len(header)
    while named > 1 and not visible(header[named - 1].typed):
        named -= 1
    filled = [index for index, rest in surplus.items() if any(visible(cell) for cell in rest)]
    long = ragged.filter(pl.col("found") > len(header), ~pl.col("index").is_in(filled))
    short = ragged.filter(pl.col("found").is_between(named, len(header), closed="left"))
    index = long["index"].cast(pl.UInt32)
    in_place = _in_place(cells, index, header, profile)
    # Where nearly all records are so, another vocabulary of grades is no sign of a moved cell.
    if index.len() < _NEARLY_ALL * cells.height:
        in_place &= _in_place(cells, index, header, profile, grades=True)
    elif in_place.sum() >= _NEARLY_ALL * index.len():
        in_place = pl.repeat(value=True, n=index.len(), eager=True)
    kept = pl.concat([index.filter(in_place), short["index"].cast(pl.UInt32)])
    return kept.unique().sort().alias("index")


def _in_place(
    cells: pl.DataFrame,
    index: pl.Series,
    header: Sequence[HeaderCell],
    profile: Profile,
    *,
    grades: bool = False,
) -> pl.Series:
    """Whether addresses, roles and flags of some records look like these (or grades do)."""
    fits = [pl.repeat(value=True, n=pl.len(), dtype=pl.Boolean)]
    for column in (profile.columns[cell.key] for cell in header if cell.certain and cell.key):
        value = pl.col(column.key).str.strip_chars()
        vocabulary = profile.vocabulary_of(column)
        if vocabulary is None:
            if not grades and "@" in (profile.kinds[column.kind].pattern or ""):
                fits.append((value == "") | value.str.contains("@", literal=True))
        elif grades or vocabulary.means:
            spelled = value.str.to_lowercase().is_in(_spellings(vocabulary))
            fits.append((value == "") | spelled)
    return cells[index].select(fits=pl.all_horizontal(fits)).to_series()


def _spellings(vocabulary: Vocabulary) -> list[str]:
    tables = (vocabulary.safe, vocabulary.likely)
    words = {word for table in tables for listed in table.values() for word in listed}
    return sorted(words | {word.lower() for word in vocabulary.accepts})
