"""Who asks, and what they may see and do.

On one's own machine nobody is asked who they are, and everybody may do everything. On a shared
host `ROSTER_ACCESS` names the list of who may do what, and `serve.py` offers sign-in; what nobody
granted is denied.
"""

from __future__ import annotations

import logging
import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from threading import Event
from typing import Any

import streamlit as st

import roster_toolkit as rt

#: Names the list of who may do what; without it nobody is asked who they are.
ACCESS_VARIABLE = "ROSTER_ACCESS"
_LOG = logging.getLogger("roster_toolkit.access")
_ASKER = "who-asks"
_KEYS = ("email", "district", "role", "schools")
#: Set where the server checks who is signed in before it hands out or takes a file.
_SIGN_IN_OFFERED = Event()


class Role(StrEnum):
    """The access that somebody has in the portal, as far as it matters here."""

    SYSTEM = "system"
    ENROLLMENT = "enrollment"
    LOOK = "look"


class AccessError(rt.ToolkitError):
    """The list of who may do what cannot be used; the message says where its slip is."""


@dataclass(frozen=True)
class Grant:
    """What one person may do in one district."""

    role: Role
    schools: frozenset[str] | None
    """The IDs of the only schools that it is about; None for the district with all its schools."""

    @property
    def checks(self) -> bool:
        """Whether files may be checked: what Batch Upload needs, System or Enrollment access."""
        return self.role is not Role.LOOK


@dataclass(frozen=True)
class Asker:
    """Somebody, and what they may do."""

    email: str = ""
    """Blank for nobody, and where nobody is asked."""
    grants: Mapping[str, Grant] = field(default_factory=dict)
    """District → what they may do there."""
    everything: bool = False
    """Whether nobody is asked, and all is open."""

    @property
    def granted(self) -> tuple[tuple[str, str, tuple[str, ...] | None], ...]:
        """District, role and schools of each grant, in order, as part of a key."""
        return tuple(
            (district, grant.role.value, None if grant.schools is None else
             tuple(sorted(grant.schools)))
            for district, grant in sorted(self.grants.items())
        )  # fmt: skip

    def sees(self, district: str) -> bool:
        """Whether they may look at the district, or at a school of it."""
        return self.everything or district in self.grants

    def sees_whole(self, district: str) -> bool:
        """Whether they may look at all of the district."""
        return self.sees(district) and self.schools_of(district) is None

    def schools_of(self, district: str) -> frozenset[str] | None:
        """The only schools that they may look at; None where they may look at all."""
        return self.grants[district].schools if district in self.grants else None

    def checks(self, district: str) -> bool:
        """Whether they may check a file against what they see of the district."""
        return self.everything or (district in self.grants and self.grants[district].checks)

    def changes(self, district: str) -> bool:
        """Whether they may import, process, undo, delete, and keep a profile there.

        Each of these is about the district as a whole, so that a grant for a school is not enough.
        """
        return self.checks(district) and self.sees_whole(district)

    @property
    def may_look(self) -> bool:
        """Whether there is anything that they may look at."""
        return self.everything or bool(self.grants)

    @property
    def checks_anywhere(self) -> bool:
        """Whether they may check a file at all."""
        return self.everything or any(grant.checks for grant in self.grants.values())

    @property
    def changes_anything(self) -> bool:
        """Whether there is a district that they may change."""
        return self.everything or any(map(self.changes, self.grants))


NOBODY = Asker()
ON_THIS_MACHINE = Asker(everything=True)


# --- the list -------------------------------------------------------------------------------------


def access_file() -> Path | None:
    """The list of who may do what; None on one's own machine."""
    named = os.environ.get(ACCESS_VARIABLE)
    return None if named is None else Path(named)


def this_machine() -> str:
    """Where a file is that somebody dropped, in words."""
    return "this computer" if access_file() is None else "this server"


def read_access(path: Path) -> dict[str, Asker]:
    """Address → who that is and what they may do.

    Raises AccessError, which says where the slip is; then nobody has access, not even those whose
    lines are sound: a list that was half read would grant or withhold by accident.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        kind = error.strerror if isinstance(error, OSError) else f"it is no TOML ({error})"
        raise AccessError(f"The access list {path} cannot be read: {kind}.") from None
    unknown = sorted(set(table) - {"grant"})
    lines = table.get("grant")
    if unknown or not isinstance(lines, list) or not lines:
        what = f"it has {unknown[0]!r}" if unknown else "it has none"
        raise AccessError(f"The access list {path} consists of [[grant]] tables; {what}.")
    people: dict[str, dict[str, Grant]] = {}
    for number, line in enumerate(lines, start=1):
        try:
            _add_grant(people, line)
        except ValueError as slip:
            raise AccessError(f"The access list {path}: grant {number} is wrong: {slip}.") from None
    return {email: Asker(email, grants) for email, grants in people.items()}


def _add_grant(people: dict[str, dict[str, Grant]], line: object) -> None:
    email, district, grant = _grant(line)
    if district in people.setdefault(email, {}):
        raise ValueError("this address has a grant for this district already")
    people[email][district] = grant


def _grant(line: object) -> tuple[str, str, Grant]:
    """Address, district and what is granted there; raises ValueError with the slip."""
    if not isinstance(line, dict):
        raise ValueError("it is no table")  # noqa: TRY004  a slip in the list, not in the program
    if unknown := sorted(set(line) - set(_KEYS)):
        raise ValueError(f"{unknown[0]!r} is none of {', '.join(_KEYS)}")
    email, district, role = (_text(line, key) for key in ("email", "district", "role"))
    if not email.isascii() or email.count("@") != 1:
        raise ValueError("email is no address of letters without accents and one @")
    if role not in list(Role):
        raise ValueError(f"role is one of {', '.join(Role)}")
    return email.lower(), district, Grant(Role(role), _schools(line))


def _text(line: Mapping[str, Any], key: str) -> str:
    value = line.get(key)
    if not isinstance(value, str) or not value.strip() or value != value.strip():
        raise ValueError(f"{key} must be a text, not blank and without spaces around it")
    return value


def _schools(line: Mapping[str, Any]) -> frozenset[str] | None:
    if "schools" not in line:
        return None
    schools = line["schools"]
    if not isinstance(schools, list) or not schools:
        raise ValueError("schools must list the ID of a school at least; without it, all are meant")
    if not all(isinstance(school, str) and school.strip() for school in schools):
        raise ValueError('schools must be texts, such as "0711"')
    if any(school != school.strip() for school in schools):
        raise ValueError('schools must have no spaces around them: "0711", not "0711 "')
    return frozenset(schools)


# --- who asks -------------------------------------------------------------------------------------


def offer_sign_in() -> None:
    """Let people sign in: for a server that checks who they are at its routes, too."""
    _SIGN_IN_OFFERED.set()


def sign_in_offered() -> bool:
    """Whether the server lets people sign in."""
    return _SIGN_IN_OFFERED.is_set()


def verified_email(claims: Mapping[str, Any]) -> str:
    """The address of who is signed in; blank unless the provider says that it is theirs."""
    email = claims.get("email")
    if claims.get("is_logged_in") is not True or claims.get("email_verified") is not True:
        return ""
    return email.lower() if isinstance(email, str) and email.isascii() else ""


def asker_of(email: str) -> Asker:
    """What somebody with this address may do; raises AccessError where the list has a slip."""
    path = access_file()
    return NOBODY if path is None else read_access(path).get(email, Asker(email))


def asker() -> Asker:
    """Who looks at this page. What they may do is read again once the list is another one."""
    path = access_file()
    if path is None:
        return ON_THIS_MACHINE
    email = verified_email(st.user.to_dict()) if sign_in_offered() else ""
    if not email:
        return NOBODY
    read_for = email, _state_of(path)
    known: tuple[object, Asker] | None = st.session_state.get(_ASKER)
    if known is None or known[0] != read_for:
        try:
            known = read_for, asker_of(email)
        except AccessError as slip:
            _LOG.error("Nobody has access: %s", slip)
            known = read_for, Asker(email)
        st.session_state[_ASKER] = known
    return known[1]


def _state_of(path: Path) -> tuple[int, int, int]:
    """What is another one as soon as a file is: it was written, or another took its place."""
    try:
        status = path.stat()
    except OSError:
        return 0, 0, 0
    return status.st_ino, status.st_mtime_ns, status.st_size


# --- pages ----------------------------------------------------------------------------------------


def _signed_in(who: Asker) -> bool:
    return who.may_look


def _checks(who: Asker) -> bool:
    return who.checks_anywhere


#: Page → to whom it is open on a shared host. A page that is not named here is open to nobody.
PAGES: Mapping[str, Callable[[Asker], bool]] = {
    "check": _checks,
    "impact": _checks,
    "roster": _signed_in,
    "portal": _checks,
    "dictionary": _signed_in,
}


def may_open(who: Asker, page: str) -> bool:
    """Whether a page, by its name in the address, is open to somebody."""
    return who.everything or (page in PAGES and PAGES[page](who))
