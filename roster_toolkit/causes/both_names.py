"""Detect one column with first and last names together, where the file should have two.

Reports of a student information system write “Last, First” in one column. The two columns that are
missing, or the one that stays blank, are then one thing to correct: the names have to be split.
"""

from __future__ import annotations

import re

import polars as pl

from roster_toolkit.causes.model import Claim
from roster_toolkit.ingest.headers import LAST_FIRST
from roster_toolkit.ingest.whole_names import holds_whole_names, whole_names
from roster_toolkit.model import HeaderMatch, Profile, Upload
from roster_toolkit.rules.header import missing_header, unknown_header
from roster_toolkit.rules.registry import rule_of

_MISSING, _UNKNOWN = rule_of(missing_header).number, rule_of(unknown_header).number
_WORD = re.compile("[A-Z]?[a-z]+")


def header_of_both_names(upload: Upload, profile: Profile) -> str | None:
    """The header, as typed, of a column that holds both names, where neither has its own."""
    present_keys = {header.key for header in upload.header}
    if not set(LAST_FIRST) <= set(profile.columns) or present_keys & set(LAST_FIRST):
        return None
    words = {
        word
        for key in LAST_FIRST
        for name in (profile.columns[key].name, *profile.columns[key].aliases)
        for word in _words(name)
    }
    for place, header in enumerate(upload.header):
        mentions_names = header.match is HeaderMatch.UNKNOWN and _words(header.typed) & words
        if mentions_names and holds_whole_names(upload, place, profile):
            return header.typed
    return None


def column_of_both_names(blank: str, rows: pl.Series, upload: Upload) -> str | None:
    """The key of the column that holds both names in the rows where the other one is `blank`."""
    other = next((key for key in LAST_FIRST if key != blank), None)
    if blank not in LAST_FIRST or other not in upload.cells.columns:
        return None
    return other if whole_names(upload.cells[other].gather(upload.indices(rows))) else None


def _words(name: str) -> set[str]:
    return {word.lower() for word in _WORD.findall(name)}


def with_both_names(claimed: pl.DataFrame, upload: Upload, profile: Profile) -> pl.DataFrame:
    """Add `apart`, the header of the combined column, to the findings that it explains."""
    header = pl.col("claim") == Claim.HEADER.value
    unclaimed = header & pl.col("leader").is_in([_MISSING, _UNKNOWN])
    missing = claimed.filter(header, pl.col("leader") == _MISSING).height
    typed = header_of_both_names(upload, profile) if missing else None
    if typed is None:
        return claimed.with_columns(apart=pl.lit(None, dtype=pl.String))
    places = {key: place for place, key in enumerate(profile.columns)}
    names = pl.col("column").is_in([places[key] for key in LAST_FIRST])
    explained = unclaimed & (names | (pl.col("column").is_null() & (pl.col("value") == typed)))
    return claimed.with_columns(
        leader=pl.when(explained).then(pl.lit(_MISSING, dtype=pl.UInt16)).otherwise("leader"),
        apart=pl.when(explained).then(pl.lit(typed)),
    )
