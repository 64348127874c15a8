"""On what a verdict rests: how much of the profile is known, and how well it has stood the test."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from roster_toolkit.model import Evidence, Profile
from roster_toolkit.text import counted, number


@dataclass(frozen=True, slots=True)
class Basis:
    """How many columns of a portal are known, and how many have something that is only assumed."""

    columns: int
    """Those that the portal has."""
    known: int
    assumed: int


def basis_of(profile: Profile) -> Basis:
    """The columns of a profile, counted by how they are known."""
    columns = profile.in_file
    assumed = sum(column.assumed for column in columns)
    return Basis(len(columns), len(columns) - assumed, assumed)


def basis_json(profile: Profile) -> dict[str, int]:
    """The counts with JSON keys."""
    return asdict(basis_of(profile))


def rests_on(profile: Profile, teach: str = "") -> str:
    """On what a verdict by this profile rests, in one sentence or two.

    `teach` says where a portal is taught, for a profile to which nobody has taught one.
    """
    sentences = (_columns(profile, teach), _record(profile))
    return " ".join(f"{one[0].upper()}{one[1:]}." for one in sentences if one)


def _columns(profile: Profile, teach: str) -> str:
    basis = basis_of(profile)
    learned = sum(
        Evidence.SEEN in column.evidence.values() and not column.assumed
        for column in profile.in_file
    )
    if not basis.assumed:
        source = _source(learned, basis.known)
        return f"all {number(basis.columns)} columns are known{source}"
    hint = "" if learned or not teach else f": {teach}"
    return (
        f"of {counted(basis.columns, 'column')} {_are(basis.known)} known"
        f"{_source(learned, basis.known)}, {_are(basis.assumed)} assumed{hint}"
    )


def _source(learned: int, known: int) -> str:
    """What of that was learned from the customer's own portal."""
    if not learned:
        return ""
    if learned == known:
        return " from your portal"
    return f", {number(learned)} of them from your portal"


def _are(count: int) -> str:
    return f"{number(count)} {'is' if count == 1 else 'are'}"


def _record(profile: Profile) -> str:
    record = profile.record
    if record is None or not record.rows:
        return ""
    return (
        f"held against {counted(record.rows, 'row')} of {counted(record.files, 'file')} of your "
        f"portal, last {record.last}: {number(record.agreed)} agreed"
    )
