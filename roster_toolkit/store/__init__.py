"""Districts and their snapshots, in one DuckDB file."""

from roster_toolkit.store.model import (
    SOURCES,
    THIRD_PARTIES,
    District,
    Snapshot,
    profile_of_source,
)
from roster_toolkit.store.store import DEFAULT_STORE, Store

__all__ = [
    "DEFAULT_STORE",
    "SOURCES",
    "THIRD_PARTIES",
    "District",
    "Snapshot",
    "Store",
    "profile_of_source",
]
