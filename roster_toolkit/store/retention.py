"""Which snapshots are older than they may be kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from typing import TYPE_CHECKING

from roster_toolkit.errors import UsageError
from roster_toolkit.store.read import known_district, snapshots

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from roster_toolkit.store.model import Snapshot

_LONGEST = 36_500


def limit_of(older_than: int) -> datetime:
    """The moment, in UTC, before which a snapshot is older than a number of days."""
    if not 0 <= older_than <= _LONGEST:
        raise UsageError(f"A number of days is from 0 to {_LONGEST:,}.")
    return datetime.now(UTC).replace(tzinfo=None) - timedelta(days=older_than)


def outdated(
    con: DuckDBPyConnection, names: tuple[str, ...], limit: datetime
) -> Mapping[str, tuple[Snapshot, ...]]:
    """Name of a district → its snapshots before a moment, if it has any; never its latest one.

    History is cut at its beginning only, so a snapshot whose date is older than that of one before
    it, because a clock was wrong, waits for that one.
    """
    found = {}
    for name in names:
        number, district = known_district(con, name)
        earlier = snapshots(con, number, district.name)[:-1]
        if old := tuple(takewhile(lambda snapshot: snapshot.made < limit, earlier)):
            found[name] = old
    return found
