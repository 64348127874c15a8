"""What the headers of a file should be: capitals are put right, other names only if confirmed.

A nameless last column without content goes of itself; one that a program counts the rows in, and
one with a name of its own, only if confirmed: one with content only where no column that we need
is missing, as it could be that one under another name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import polars as pl

from roster_toolkit.cleaning import BLANK
from roster_toolkit.ingest.headers import LAST_FIRST, absent_headers, column_names, match_headers
from roster_toolkit.model import HeaderMatch, Profile, Rule, Upload
from roster_toolkit.repair.confirm import Confirmed
from roster_toolkit.repair.model import Edits
from roster_toolkit.rules.header import action_not_first, miscapitalized_header, unknown_header
from roster_toolkit.rules.registry import rule_of

_NEARLY_ALL = 0.9
MISCAPITALIZED, UNKNOWN, NOT_FIRST = (
    rule_of(judge).number for judge in (miscapitalized_header, unknown_header, action_not_first)
)


@dataclass(frozen=True, slots=True)
class Rename:
    """A header that could be another one, several, or none."""

    position: int
    code: int
    typed: str
    name: str
    """Blank where the column goes; apart by commas where one header becomes several."""
    made: bool
    splits: bool = False


def renames(
    upload: Upload,
    profile: Profile,
    rules: Mapping[str, Rule],
    confirmed: Confirmed,
    edits: Edits | None = None,
) -> tuple[Rename, ...]:
    """The headers with a likely name, and whether they may have it.

    Two headers of one meaning are not renamed: which of them counts, nobody knows. A column with a
    cell of `edits`, made by hand, stays.
    """
    rule_numbers, changes = _numbers(rules), []
    edited = set() if edits is None else set(edits.cells["place"])
    split = place_of_whole_names(upload, profile)
    for position, header in enumerate(upload.header):
        code = MISCAPITALIZED if header.match is HeaderMatch.CASE else UNKNOWN
        name = _name(upload, profile, position, split)
        if name is None or code not in rule_numbers or (not name and position in edited):
            continue
        safe = code == MISCAPITALIZED or position in upload.nameless
        is_made = safe or confirmed.covers(code, header.typed.strip())
        changes.append(
            Rename(position, code, header.typed, name, is_made, splits=position == split)
        )
    return tuple(changes)


def _name(upload: Upload, profile: Profile, position: int, split: int | None) -> str | None:
    """What a header should be; blank where its column goes, None where it stays as it is."""
    header = upload.header[position]
    if header.match in (HeaderMatch.CASE, HeaderMatch.ALIAS, HeaderMatch.LIKELY) and header.key:
        return profile.columns[header.key].name
    if position == split:
        return ",".join(profile.columns[key].name for key in LAST_FIRST)
    if position in upload.nameless or position == upload.index_column:
        return ""
    if header.match is HeaderMatch.UNKNOWN and _may_go(upload, profile, position):
        return ""
    return None


def _may_go(upload: Upload, profile: Profile, position: int) -> bool:
    """Whether an unknown column can be none of ours: it is blank, or nothing that we need lacks.

    Where a record has a cell more than the header, nobody knows which cell is which.
    """
    longer = upload.misshapen.filter(pl.col("found") > len(upload.header))
    if upload.lacks_header or not longer.is_empty():
        return False
    complete = not absent_headers(upload.header, profile)
    cells = upload.cells.to_series(position)
    named = upload.header[position].typed.strip() != ""  # of any other, nobody can say that it goes
    return (complete and named) or cells.str.contains(BLANK).all()


def place_of_whole_names(upload: Upload, profile: Profile) -> int | None:
    """The position of a header over names that fell apart at their comma: `Last, First` unquoted.

    Every record has a cell more than the header then; first and last name have no header, and with
    two headers at this place the addresses stand under theirs.
    """
    unknown = [i for i, cell in enumerate(upload.header) if cell.match is HeaderMatch.UNKNOWN]
    meant = {cell.key for cell in upload.header}
    longer = upload.misshapen
    records = upload.records - upload.remarks.height
    whole = longer.height == records and (longer["found"] == len(upload.header) + 1).all()
    names = set(LAST_FIRST)
    if not records or not whole or meant & names or not names <= profile.columns.keys():
        return None
    fitting = [i for i in unknown if _stands_right(as_split(upload, i, profile))]
    return fitting[0] if len(fitting) == 1 else None


def _stands_right(upload: Upload) -> bool:
    """Whether addresses stand under their header, and names under theirs."""
    if "userEmail" not in upload.cells.columns:
        return False
    cells = upload.cells.filter(~_out(upload))
    addresses = cells["userEmail"].str.contains("@", literal=True)
    names = [cells[key].str.contains(r"\p{L}") for key in LAST_FIRST]
    return all(mask.sum() > _NEARLY_ALL * cells.height for mask in (addresses, *names))


def _out(upload: Upload) -> pl.Series:
    """Whether each record is blank or none."""
    indices = [*upload.blank, *upload.remarks["index"]]
    return pl.Series(range(upload.cells.height), dtype=pl.UInt32).is_in(indices)


def as_split(upload: Upload, position: int, profile: Profile) -> Upload:
    """The upload with last and first name instead of one header, and a cell more to each record."""
    typed = [cell.typed for cell in upload.header]
    names = [profile.columns[key].name for key in LAST_FIRST]
    header = match_headers((*typed[:position], *names, *typed[position + 1 :]), profile)
    last = [upload.surplus.get(i, ("",))[0] for i in range(upload.cells.height)]
    cells = upload.cells.with_columns(pl.Series("beyond", last, dtype=pl.String))
    cells.columns = column_names(header)
    width = len(header)
    return replace(
        upload, header=header, cells=cells, nameless=(), index_column=None,
        ragged=upload.ragged.filter(pl.col("found") != width),
        surplus={i: rest[1:] for i, rest in upload.surplus.items() if len(rest) > 1},
    )  # fmt: skip


def renamed(upload: Upload, changes: tuple[Rename, ...]) -> tuple[str, ...]:
    """The headers as they will be written; those that go keep their names until they do."""
    names = {c.position: c.name for c in changes if c.made and c.name and not c.splits}
    return tuple(names.get(at, header.typed) for at, header in enumerate(upload.header))


def taken_off(changes: tuple[Rename, ...]) -> frozenset[int]:
    """Positions of the columns that go."""
    return frozenset(change.position for change in changes if change.made and not change.name)


def may_move(upload: Upload, rules: Mapping[str, Rule]) -> bool:
    """Whether the action column stands in the file, but not first, in all of its records."""
    if not upload.reordered.is_empty():
        return False
    keys = [
        cell.key if cell.certain else None
        for place, cell in enumerate(upload.header)
        if place != upload.index_column
    ]
    return NOT_FIRST in _numbers(rules) and "action" in keys[1:]


def _numbers(rules: Mapping[str, Rule]) -> set[int]:
    return {rule.number for rule in rules.values()}
