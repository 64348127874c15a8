"""A rule of one's own, for `review(…, rules=[…])`: it enters no catalogue and lasts no longer."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import cast

import polars as pl

from roster_toolkit.errors import UsageError
from roster_toolkit.model import (
    Column,
    CustomJudge,
    Entity,
    Evidence,
    Profile,
    Rule,
    Scope,
    Severity,
)

_CODE = re.compile(r"RT9\d\d")
#: What a column is a fact of → what a rule about it ranges over; any other is as a person is.
_SCOPE = {Entity.ROW.value: Scope.ROW, Entity.CLASS.value: Scope.CLASS}
#: A row tells its person's role too.
_ALSO_IN_ROW = "userRole"
_REMOVES = "removes"


def col(name: str) -> pl.Expr:
    """The cleaned cell of a column, by its key: what the expression of a rule is made of.

    It is the `col` of Polars, and takes all that an expression of Polars can do. Blank is `""`.

    >>> str(rt.col("userFirstName").str.len_chars() > 40)
    '[(col("userFirstName").str.len_chars()) > (dyn int: 40)]'
    """
    return pl.col(name)


def rule(
    code: str,
    name: str,
    *,
    column: str,
    title: str,
    message: str,
    how_to_fix: str,
    severity: str = Severity.WARNING,
    evidence: str = Evidence.ASSUMED,
    many: str = "",
) -> Callable[[Callable[[], pl.Expr]], Rule]:
    """Make a rule of the decorated function, whose expression is true where a row is at fault.

    `code` is one from RT900 to RT999, which the toolkit never uses itself. `column` is the key of
    the column at fault; the expression may ask for the columns that are facts of the same thing (a
    person, a class, or the row). `message` may hold `{value}` and `{column}`. Choose the severity
    `error` only where the portal would reject the row. Raises UsageError where something is amiss.

    >>> @rt.rule(
    ...     "RT901",
    ...     "nickname-in-name",
    ...     column="userFirstName",
    ...     title="A first name with a nickname",
    ...     message="{value} holds a nickname.",
    ...     how_to_fix="Write the first name alone.",
    ... )
    ... def nickname():
    ...     "Brackets end up on report cards."
    ...     return rt.col("userFirstName").str.contains(r"[(]")
    >>> review = rt.review(file, rules=[nickname])
    >>> review.by_rule.get("RT901", 0)
    0
    """
    if not _CODE.fullmatch(code):
        raise UsageError(f"A rule of your own has a code from RT900 to RT999, not {code!r}.")
    for kind, chosen in ((Severity, severity), (Evidence, evidence)):
        if chosen not in list(kind):
            raise UsageError(f"{code}: {chosen!r} is none of {', '.join(kind)}.")
    if severity == Severity.BLOCKER:
        raise UsageError(f"{code}: a rule about rows cannot reject the file; say 'error'.")

    def made(judge: Callable[[], pl.Expr]) -> Rule:
        return Rule(
            code=code, name=name, scope=Scope.ROW, severity=Severity(severity),
            evidence=Evidence(evidence), title=title, many=many, message=message,
            how_to_fix=how_to_fix, judge=judge, why=judge.__doc__ or "", column=column,
        )  # fmt: skip

    return made


def fitted(own: Sequence[Rule], profile: Profile) -> Mapping[str, Rule]:
    """Rules of one's own as the engine takes them, for the columns of a profile.

    Raises UsageError where one cannot be judged: a code that is used twice, a column that the
    profile does not have, or columns that are facts of different things.
    """
    found: dict[str, Rule] = {}
    for chosen in own:
        if not isinstance(chosen, Rule):
            raise UsageError("`rules` takes what the decorator `rule` makes of a function.")
        if chosen.code in found:
            raise UsageError(f"{chosen.code} is the code of two rules; give each its own.")
        found[chosen.code] = _fitted(chosen, profile)
    return found


def _fitted(own: Rule, profile: Profile) -> Rule:
    key = own.column or ""
    column = _column(key, own, profile)
    home = profile.home(column.about)
    scope = _SCOPE.get(home, Scope.PERSON)
    fault: object = cast("CustomJudge", own.judge)()
    if not isinstance(fault, pl.Expr):
        raise UsageError(
            f"{own.code}: the function gives {type(fault).__name__}, not an expression made with "
            "`col`."
        )
    beside = {c.key for c in profile.about(*profile.views[home])} | {_REMOVES}
    if scope is Scope.ROW and _ALSO_IN_ROW in profile.columns:
        beside.add(_ALSO_IN_ROW)
    for asked in fault.meta.root_names():
        if asked not in beside:
            if asked not in profile.columns:
                _column(asked, own, profile)
            raise UsageError(
                f"{own.code}: {asked} is no fact of the same thing as {key}; a rule about {key} "
                f"may ask for {', '.join(sorted(beside - {_REMOVES}))}."
            )
    faults = {key: ~pl.col(_REMOVES) & fault}

    def judge(_profile: Profile) -> Mapping[str, pl.Expr]:
        return faults

    return replace(own, scope=scope, judge=judge)


def _column(key: str, own: Rule, profile: Profile) -> Column:
    if key in profile.columns:
        return profile.columns[key]
    close = difflib.get_close_matches(key, profile.columns, n=1)
    hint = f" Did you mean {close[0]}?" if close else ""
    raise UsageError(f"{own.code}: the profile {profile.name} has no column {key!r}.{hint}")
