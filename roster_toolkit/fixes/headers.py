"""What the headers of a file should be: capitals are put right, other names only if confirmed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from roster_toolkit.fixes.confirm import Confirmed
from roster_toolkit.model import HeaderMatch, Profile, Rule, Upload

MISCAPITALISED, UNKNOWN, NOT_FIRST = 5, 4, 12


@dataclass(frozen=True, slots=True)
class Rename:
    """A header that could be another one."""

    position: int
    code: int
    typed: str
    name: str
    made: bool


def renames(
    upload: Upload, profile: Profile, rules: Mapping[str, Rule], confirmed: Confirmed
) -> tuple[Rename, ...]:
    """The headers with a likely name, and whether they may have it.

    Two headers of one meaning are not renamed: which of them counts, nobody knows.
    """
    known, found = _numbers(rules), []
    for position, header in enumerate(upload.header):
        code = MISCAPITALISED if header.match is HeaderMatch.CASE else UNKNOWN
        can = (HeaderMatch.CASE, HeaderMatch.ALIAS, HeaderMatch.LIKELY)
        if header.match not in can or header.key is None or code not in known:
            continue
        made = code == MISCAPITALISED or confirmed.covers(code, header.typed)
        name = profile.columns[header.key].name
        found.append(Rename(position, code, header.typed, name, made))
    return tuple(found)


def renamed(upload: Upload, changes: tuple[Rename, ...]) -> tuple[str, ...]:
    """The headers as they will be written."""
    names = {change.position: change.name for change in changes if change.made}
    return tuple(names.get(at, header.typed) for at, header in enumerate(upload.header))


def may_move(keys: tuple[str | None, ...], rules: Mapping[str, Rule]) -> bool:
    """Whether the action column stands in the file, but not first."""
    return NOT_FIRST in _numbers(rules) and "action" in keys and keys[0] != "action"


def _numbers(rules: Mapping[str, Rule]) -> set[int]:
    return {rule.number for rule in rules.values()}
