"""What a file is judged by besides itself: a roster, and what surrounds it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from roster_toolkit.rosters.roster import Roster

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True)
class RosterContext:
    """What a file is judged by besides itself."""

    roster: Roster
    district: str = ""
    snapshot: int | None = None
    addresses: pl.Series | None = None
    """Addresses (lower case) of the other districts in the store; None without a store."""
    sources: tuple[str, ...] = ()
    """Names of third-party sources, whose people an upload should leave alone."""
    previous: Roster | None = None
    """What the file uploaded last time said in the rows that were taken; None if it is unknown."""
