"""What somebody asks for by name, beside the names that there are: a wrong one gets a sentence."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from roster_toolkit.errors import UsageError
from roster_toolkit.text import listed, printable

#: Names that are offered at most.
_OFFERED = 3
#: Names from which on not all of them are listed where none is near.
_FEW = 12
#: How near (of one) a name has to come to be offered.
_NEAR = 0.5

#: One, or several of which any will do.
OneOrMore = str | Iterable[str]


def each_of(asked: OneOrMore) -> list[str]:
    """What was asked for, as a list: one as well as several."""
    return [str(asked)] if isinstance(asked, str) else [str(one) for one in asked]


def require_known(
    what: str,
    asked: Iterable[str],
    known: Iterable[str],
    where: str,
    offered: Iterable[str] | None = None,
) -> None:
    """Raise UsageError for the first that is not known, naming near ones or the few that there are.

    `what` is asked for, `where` says of what it would have to be: `a rule`, `of the toolkit`;
    `offered` are those that may be named, where that is not all of them.
    """
    all_of_them = [*known]
    there = {*all_of_them, ""}
    names = [name for name in dict.fromkeys(all_of_them if offered is None else offered) if name]
    for one in asked:
        if one not in there:
            raise UsageError(f"There is no {what} {printable(one)!r} {where}; {_hint(one, names)}")


def _hint(asked: str, names: list[str]) -> str:
    """What was perhaps meant."""
    if not names:
        return "there is none at all."
    by_lower = {name.lower(): name for name in reversed(names)}
    near = difflib.get_close_matches(asked.lower(), by_lower, n=_OFFERED, cutoff=_NEAR)
    if near:
        return f"did you mean {listed([by_lower[name] for name in near], 'or')}?"
    more = f" and {len(names) - _FEW} more" if len(names) > _FEW else ""
    return f"it is one of {', '.join(names[:_FEW])}{more}."
