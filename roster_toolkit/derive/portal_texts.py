"""The portal's own error texts: which rule each of them means, and finding one again.

A text may hold `…` where the portal names a value. A line is such a text where it is the same but
for letter case, white space and a final period.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from roster_toolkit.model import Profile
from roster_toolkit.text import quoted

_VALUE = "…"
#: Characters of a portal's text that are shown.
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class PortalText:
    """A text of the portal's, and the rule that it means."""

    text: str
    code: str
    column: str | None
    """Key of the column in which it means the rule; None where it is any."""

    @property
    def parts(self) -> tuple[str, ...]:
        """What stands before, between and behind its values, as lines are compared."""
        return tuple(_plain(self.text).split(_VALUE))

    @property
    def fixed(self) -> int:
        """How much of it is always the same."""
        return sum(map(len, self.parts))


def portal_texts(profile: Profile) -> Iterator[PortalText]:
    """Every text of the portal's that a profile knows."""
    for code, setting in profile.rules.items():
        if setting.says.strip():
            yield PortalText(setting.says, code, None)
        for key, of_column in setting.columns.items():
            if of_column.says.strip():
                yield PortalText(of_column.says, code, key)


def texts_of_rule(code: str, profile: Profile) -> tuple[str, ...]:
    """The portal's texts for a rule, each in quotes with its column where it has one."""
    return tuple(
        quoted(" ".join(told.text.split()), _LONGEST)
        + (f" ({profile.columns[told.column].name})" if told.column else "")
        for told in portal_texts(profile)
        if told.code == code
    )


def codes_said(line: str, texts: tuple[PortalText, ...]) -> tuple[str, ...]:
    """The rules that a line means by the portal's own texts, the most exact first."""
    plain = _plain(line)
    fitting = (told for told in texts if any(map(_tells, told.parts)) and _fits(plain, told.parts))
    return tuple(dict.fromkeys(t.code for t in sorted(fitting, key=lambda told: -told.fixed)))


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold().removesuffix(".")


def _tells(part: str) -> bool:
    """Whether a part says anything; a text of nothing but a value would be every line."""
    return any(c.isalnum() for c in part)


def _fits(line: str, parts: tuple[str, ...]) -> bool:
    """Whether a line has these parts in their order, with something between any two."""
    first, *others = parts
    if not others:
        return line == first
    *between, last = others
    if not line.startswith(first):
        return False
    at = len(first)
    for part in between:
        found = line.find(part, at + 1)
        if found < 0:
            return False
        at = found + len(part)
    return line.endswith(last) and len(line) - len(last) > at
