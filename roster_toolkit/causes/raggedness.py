"""Records that are all too long or all too short by the same: one correction for the whole file.

A header line with one name too few makes every record one cell too long. Record by record that is
thousands of ragged rows, and a header that is missing besides; it is one name that has to be
written.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from roster_toolkit.causes.model import Claim
from roster_toolkit.model import HeaderMatch, HeaderNeed, Profile, Upload

#: Share of all records that have the same number of cells.
NEARLY_ALL = 0.8
_MISSING, _UNKNOWN, _REPEATED, _RAGGED = 3, 4, 6, 8


@dataclass(frozen=True, slots=True)
class Raggedness:
    """What nearly every record has, beside what the header names."""

    cells: int
    """Cells that nearly every record has."""
    names: int
    """Headers of the file."""
    missing: tuple[str, ...] = ()
    """Keys of the required columns whose names the header lacks, if these make it complete."""
    surplus: tuple[str, ...] = ()
    """Headers as typed that have no cells beneath them, or whose place the missing ones take."""

    @property
    def of_header(self) -> bool:
        """Whether the header explains it."""
        return bool(self.missing or self.surplus)


def raggedness_of(upload: Upload, profile: Profile) -> Raggedness | None:
    """By how much nearly all records differ from the header; None where they do not."""
    if upload.ragged.height <= 1 or upload.ragged.height < NEARLY_ALL * upload.records:
        return None
    lengths = upload.ragged.group_by("found").len().sort("len", "found", descending=True)
    cells, count = lengths.row(0)
    if count <= 1 or count < NEARLY_ALL * upload.records:
        return None
    named = {header.key for header in upload.header}
    missing = tuple(
        column.key
        for column in profile.columns.values()
        if column.header is not HeaderNeed.OPTIONAL and column.key not in named
    )
    unknown = [h.typed for h in upload.header if h.match is HeaderMatch.UNKNOWN]
    repeated = [h.typed for h in upload.header if h.match is HeaderMatch.REPEATED]
    repeated = [typed for at, typed in enumerate(repeated) if typed in repeated[:at]]
    names = len(upload.header)
    if cells > names and len(missing) == len(unknown) + cells - names:
        return Raggedness(cells, names, missing, tuple(unknown))
    if cells < names and not missing and len(unknown) + len(repeated) == names - cells:
        return Raggedness(cells, names, (), (*unknown, *repeated))
    return Raggedness(cells, names)


def with_raggedness(claimed: pl.DataFrame, upload: Upload, profile: Profile) -> pl.DataFrame:
    """Findings in which uniform raggedness and the headers that explain it have one claim."""
    ragged = raggedness_of(upload, profile)
    if ragged is None:
        return claimed
    uniform = (pl.col("code") == _RAGGED) & (pl.col("value") == str(ragged.cells))
    if not ragged.of_header:
        return claimed.with_columns(
            member=pl.when(uniform).then("value").otherwise("member"),
        )
    places = {key: place for place, key in enumerate(profile.columns)}
    code, header = pl.col("code"), pl.col("claim") == Claim.HEADER.value
    missing = code.is_in([_MISSING]) & pl.col("column").is_in([places[k] for k in ragged.missing])
    surplus = code.is_in([_UNKNOWN, _REPEATED]) & pl.col("value").is_in(ragged.surplus)
    absorbed = uniform | (header & (missing | surplus))
    first = ragged.surplus[0] if ragged.surplus else profile.columns[ragged.missing[0]].name
    return claimed.with_columns(
        claim=pl.when(absorbed).then(pl.lit(Claim.HEADER.value)).otherwise("claim"),
        leader=pl.when(absorbed).then(pl.lit(_RAGGED, dtype=pl.UInt16)).otherwise("leader"),
        place=pl.when(~absorbed).then("place"),
        member=pl.when(uniform).then(pl.lit(first)).otherwise("member"),
    )
