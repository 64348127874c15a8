"""A district's own profile: each version a text, numbered; the last that was not taken back holds.

A text is read when a file is judged by it, never before: one that this toolkit cannot read keeps
nobody from the rest of the store.
"""

from __future__ import annotations

import hashlib
import shlex
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from roster_toolkit.errors import ProfileError, UnknownSnapshot
from roster_toolkit.model import ChosenBy, Profile
from roster_toolkit.profile import profile_of_text
from roster_toolkit.store.connect import rows
from roster_toolkit.store.journal import note_undone_profile
from roster_toolkit.store.model import ProfileVersion

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def versions(con: DuckDBPyConnection, district: int) -> tuple[ProfileVersion, ...]:
    """Every version that a district ever had, the first one first."""
    query = (
        "SELECT number, made, note, sha256, taken_back FROM profiles WHERE district = ? "
        "ORDER BY number"
    )
    return tuple(ProfileVersion(*line) for line in rows(con, query, district))


def current(con: DuckDBPyConnection, district: int) -> ProfileVersion | None:
    """The version that holds; None where the district has none of its own."""
    standing = [version for version in versions(con, district) if not version.taken_back]
    return standing[-1] if standing else None


def text_of(con: DuckDBPyConnection, district: int, number: int, name: str) -> str:
    """The TOML text of a version; raises UnknownSnapshot where there is none of that number."""
    query = "SELECT toml FROM profiles WHERE district = ? AND number = ?"
    found = rows(con, query, district, number)
    if not found:
        raise UnknownSnapshot(f"The district {name!r} has no version {number} of a profile.")
    return str(found[0][0])


def add(con: DuckDBPyConnection, district: int, text: str, note: str) -> ProfileVersion:
    """Make a text the version that holds; the one that holds already is not stored again."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    holding = current(con, district)
    if holding is not None and holding.sha256 == digest:
        return holding
    query = "SELECT coalesce(max(number), 0) + 1 FROM profiles WHERE district = ?"
    ((number,),) = rows(con, query, district)
    made = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    con.execute(
        "INSERT INTO profiles (district, number, toml, note, sha256, made, taken_back) "
        "VALUES (?, ?, ?, ?, ?, ?, false)",
        [district, number, text, note, digest, made],
    )
    return ProfileVersion(number, made, note, digest, taken_back=False)


def take_back(con: DuckDBPyConnection, district: int, name: str) -> int | None:
    """Let the version before hold again and return its number; None where there is none before."""
    holding = current(con, district)
    if holding is None:
        raise UnknownSnapshot(f"The district {name!r} has no profile of its own to undo.")
    con.execute(
        "UPDATE profiles SET taken_back = true WHERE district = ? AND number = ?",
        [district, holding.number],
    )
    note_undone_profile(con, district, holding.number)
    before = current(con, district)
    return None if before is None else before.number


def read(text: str, district: str, number: int) -> Profile:
    """The profile of a version; raises ProfileError with what can be done about it."""
    label = f"{district}'s own profile, version {number}"
    try:
        profile = profile_of_text(text, label)
    except ProfileError as error:
        raise ProfileError(
            f"{error} Name another profile to judge by, or take this one back: snapshot profile "
            f"--district {shlex.quote(district)} --undo."
        ) from None
    return profile.chosen(ChosenBy.DISTRICT, district, number)
