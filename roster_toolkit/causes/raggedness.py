"""Uniform raggedness: nearly all records are too long or too short by the same number of cells.

A header line with one name too few makes every record one cell too long. Record by record that is
thousands of ragged rows and a missing header besides; as a cause it is one name to add.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from roster_toolkit.causes.claims import claimed_as
from roster_toolkit.causes.model import Claim
from roster_toolkit.ingest.headers import LAST_FIRST
from roster_toolkit.model import HeaderMatch, Profile, Upload
from roster_toolkit.rules.file import ragged_row
from roster_toolkit.rules.header import missing_header, unknown_header
from roster_toolkit.rules.registry import rule_of

#: Share of all records that have the same number of cells.
NEARLY_ALL = 0.8
_MISSING, _UNKNOWN, _RAGGED = (
    rule_of(judge).number for judge in (missing_header, unknown_header, ragged_row)
)


@dataclass(frozen=True, slots=True)
class Raggedness:
    """The length of nearly every record compared with that of the header."""

    cells: int
    """Cells that nearly every record has."""
    names: int
    """Headers of the file."""
    missing: tuple[str, ...] = ()
    """Keys of the columns whose names the header lacks, if these make it complete."""
    surplus: tuple[str, ...] = ()
    """Headers as typed that have no cells beneath them, or whose place the missing ones take."""

    @property
    def of_header(self) -> bool:
        """Whether the header explains it."""
        return bool(self.missing or self.surplus)


def raggedness_of(upload: Upload, profile: Profile) -> Raggedness | None:
    """Compare the common record length with the header; None where it fits or varies."""
    if upload.misshapen.height <= 1 or upload.misshapen.height < NEARLY_ALL * upload.records:
        return None
    lengths = upload.misshapen.group_by("found").len().sort("len", "found", descending=True)
    cells, count = lengths.row(0)
    if count <= 1 or count < NEARLY_ALL * upload.records:
        return None
    present_keys = {header.key for header in upload.header}
    absent = [column for column in profile.columns.values() if column.key not in present_keys]
    missing = tuple(c.key for c in absent if c.must_be_there)
    unknown = [h.typed for h in upload.header if h.match is HeaderMatch.UNKNOWN]
    names = len(upload.header)
    header = None
    if cells > names and len(missing) == len(unknown) + cells - names:
        header = Raggedness(cells, names, missing, tuple(unknown))
    elif cells > names and not unknown and len(absent) == cells - names:
        header = Raggedness(cells, names, tuple(column.key for column in absent))
    elif cells < names and not missing and len(unknown) == names - cells:
        header = Raggedness(cells, names, (), tuple(unknown))
    if header is not None and _addresses_fit(header, upload, profile):
        return header
    return Raggedness(cells, names)


def _addresses_fit(ragged: Raggedness, upload: Upload, profile: Profile) -> bool:
    """Whether the corrected header puts userEmail over the addresses, as well as the typed one.

    Guards against files whose last cells were left out: those records are too short as well, but
    their header is right.
    """
    column = profile.columns.get("userEmail")
    if column is None:
        return False
    corrected = header_that_fits(ragged, upload, profile)
    present = [profile.columns[h.key].name if h.key else h.typed for h in upload.header]
    pattern = profile.kinds[column.kind].pattern or "@"

    def addresses(names: list[str]) -> int:
        at = names.index(column.name) if column.name in names else upload.cells.width
        if at >= upload.cells.width:
            return 0
        return int(upload.cells.to_series(at).str.strip_chars().str.contains(pattern).sum())

    return addresses(corrected) > 0 and addresses(corrected) >= addresses(present)


def header_that_fits(ragged: Raggedness, upload: Upload, profile: Profile) -> list[str]:
    """The corrected header: one name for each cell of the records."""
    typed = [header.typed for header in upload.header]
    names = [profile.columns[h.key].name if h.key else h.typed for h in upload.header]
    missing = [profile.columns[key].name for key in _in_order(ragged, upload)]
    if not ragged.surplus:
        order = [column.name for column in profile.columns.values()]
        for name in missing:
            before = [
                at for at, present in enumerate(names) if present in order[: order.index(name)]
            ]
            names.insert(max(before, default=-1) + 1, name)
        return names
    at = typed.index(ragged.surplus[0])
    without_surplus = [
        name for name, text in zip(names, typed, strict=True) if text not in ragged.surplus
    ]
    return [*without_surplus[:at], *missing, *without_surplus[at:]]


def _in_order(ragged: Raggedness, upload: Upload) -> tuple[str, ...]:
    """The missing columns; family names first where a name fell apart at its comma."""
    if set(ragged.missing) != set(LAST_FIRST) or not ragged.surplus:
        return ragged.missing
    at = [header.typed for header in upload.header].index(ragged.surplus[0]) + 1
    if at >= len(upload.header):
        return ragged.missing
    spaced = upload.cells.to_series(at).str.starts_with(" ").sum()
    return LAST_FIRST if spaced > upload.records / 2 else ragged.missing


def with_raggedness(claimed: pl.DataFrame, upload: Upload, profile: Profile) -> pl.DataFrame:
    """Give uniform raggedness and the header findings that explain it one claim."""
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
    missing = (code == _MISSING) & pl.col("column").is_in([places[k] for k in ragged.missing])
    surplus = (code == _UNKNOWN) & pl.col("value").is_in(ragged.surplus)
    absorbed = uniform | (header & (missing | surplus))
    first = ragged.surplus[0] if ragged.surplus else profile.columns[ragged.missing[0]].name
    return claimed.with_columns(
        claim=pl.when(absorbed).then(claimed_as(Claim.HEADER)).otherwise("claim"),
        leader=pl.when(absorbed).then(pl.lit(_RAGGED, dtype=pl.UInt16)).otherwise("leader"),
        place=pl.when(~absorbed).then("place"),
        member=pl.when(uniform).then(pl.lit(first)).otherwise("member"),
    )
