"""Both names of a person in one cell, `Last, First`, as some systems export them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from roster_toolkit.ingest.headers import header_names

if TYPE_CHECKING:
    import polars as pl

    from roster_toolkit.model import Profile, Upload

BOTH_NAMES = r"^[^,]*[^,\s][^,]*,[^,]*[^,\s][^,]*$"
#: Share of the filled cells that must hold both names.
_NEARLY_ALL = 0.8


def whole_names(cells: pl.Series) -> bool:
    """Whether nearly all filled cells of a column, two at least, hold `Last, First`."""
    filled = cells.filter(cells.str.strip_chars() != "")
    both = filled.str.contains(BOTH_NAMES).sum()
    return filled.len() > 1 and both >= _NEARLY_ALL * filled.len()


def holds_whole_names(upload: Upload, place: int, profile: Profile) -> bool:
    """Whether the column at a place holds `Last, First` of the people, as its header allows.

    A column “Teacher” with such names is about somebody else than the person of its row.
    """
    if header_names(profile).of_others(upload.header[place].typed):
        return False
    return whole_names(upload.cells.to_series(place))
