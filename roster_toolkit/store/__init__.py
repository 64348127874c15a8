"""Districts and their snapshots, in one DuckDB file."""

from roster_toolkit.store.model import (
    SOURCES,
    THIRD_PARTIES,
    UPLOAD,
    District,
    ProfileVersion,
    Snapshot,
    profile_of_source,
)

__all__ = [
    "SOURCES",
    "THIRD_PARTIES",
    "UPLOAD",
    "District",
    "ProfileVersion",
    "Snapshot",
    "profile_of_source",
]
