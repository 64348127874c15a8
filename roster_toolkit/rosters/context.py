"""What a file is judged against: a roster, and facts about its district and store."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from roster_toolkit.model import Profile
from roster_toolkit.profile import load_profile
from roster_toolkit.rosters.roster import Roster

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True)
class RosterContext:
    """The roster that a file is judged against, and facts about its district and store.

    >>> riverton.against().snapshot
    3
    """

    roster: Roster
    district: str = ""
    snapshot: int | None = None
    addresses: pl.Series | None = None
    """Addresses (lower case) of the other districts in the store; None without a store."""
    sources: tuple[str, ...] = ()
    """Names of third-party sources, whose people an upload should leave alone."""
    profile: Profile | None = None
    """The profile by which a file is judged against it, unless another is named."""
    previous: Roster | None = None
    """The roster stated by the accepted rows of the previous upload; None if unknown."""

    def enrolling(self, profile: Profile) -> Profile:
        """By what the people of a second file are enrolled, whose profile it is."""
        return self.profile or load_profile(profile.beside)
