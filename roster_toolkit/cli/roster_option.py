"""The roster that a file is compared with: a download, a snapshot of a store, or none."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from roster_toolkit.errors import UsageError

if TYPE_CHECKING:
    from roster_toolkit.model import Profile
    from roster_toolkit.rosters.context import RosterContext


def roster_and_profile(
    against: Path | None,
    store: Path | None,
    district: str | None,
    snapshot: int | None,
    profile: str | None,
) -> tuple[Path | RosterContext | None, str | Profile | None]:
    """The roster, and the profile: the one that is named, else the district's, if there is one.

    Raises UsageError where the options contradict each other.
    """
    if district is None:
        if store is not None or snapshot is not None:
            raise UsageError("--store and --snapshot go with --district, whose roster it is.")
        return against, profile
    if against is not None:
        raise UsageError("--against and --district both name a roster; choose one of them.")
    from roster_toolkit.districts import Store

    roster_store = Store(store)
    named = roster_store.profile_of(district, profile) if profile else None
    # Without one that is named, the roster comes with the district's: the store is opened once.
    context = roster_store.against(district, snapshot, profile=named)
    return context, named or context.profile
