"""What follows from a profile alone, made once for a profile and not once for every file."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from roster_toolkit.model.profile import Profile

T = TypeVar("T")

#: Profiles for which it is kept: few are in use at a time, and each would keep its own alive.
_PROFILES = 8


def once_for_each(make: Callable[[Profile], T]) -> Callable[[Profile], T]:
    """The function, asked once for each of the last profiles.

    They are told apart by identity, since profiles have no hash and never change.
    """
    made: deque[tuple[Profile, T]] = deque(maxlen=_PROFILES)

    @wraps(make)
    def known(profile: Profile) -> T:
        for of, result in tuple(made):
            if of is profile:
                return result
        result = make(profile)
        made.append((profile, result))
        return result

    return known
