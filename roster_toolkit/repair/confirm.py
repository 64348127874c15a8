"""What a person said yes to: rules, or single values of a rule."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from roster_toolkit.errors import UsageError
from roster_toolkit.model import Rule

#: A comma before a code begins another item; a comma inside a value does not.
_NEXT = re.compile(r",(?=RT\d{3}(?:[:,]|$))", re.IGNORECASE)


@dataclass(frozen=True)
class Confirmed:
    """Rules whose repairs were all confirmed, and single values of others."""

    rules: frozenset[int]
    values: frozenset[tuple[int, str]]

    def covers(self, number: int, value: str) -> bool:
        """Whether the repair of this value was confirmed."""
        return number in self.rules or (number, value) in self.values

    def expression(self) -> pl.Expr:
        """The same over the columns `code` and `value` of findings."""
        confirmed = pl.col("code").is_in(sorted(self.rules))
        for number in sorted({number for number, _ in self.values}):
            values = sorted(value for code, value in self.values if code == number)
            confirmed |= (pl.col("code") == number) & pl.col("value").is_in(values)
        return confirmed


def read_confirmed(items: Iterable[str], rules: Mapping[str, Rule]) -> Confirmed:
    """`RT103`, `RT103:value`, or several apart by commas; the value is the one that was found.

    Raises UsageError for a rule that does not exist or has nothing to confirm.
    """
    whole: set[int] = set()
    values: set[tuple[int, str]] = set()
    for item in (part for text in items for part in _NEXT.split(text) if part.strip()):
        code, colon, value = item.partition(":")
        rule = _rule(code.strip().upper(), rules)
        if colon:
            # As it is too: a no-break space at the end may be half of a garbled letter.
            values |= {(rule.number, value), (rule.number, value.strip())}
        else:
            whole.add(rule.number)
    return Confirmed(frozenset(whole), frozenset(values))


def _rule(code: str, rules: Mapping[str, Rule]) -> Rule:
    if code not in rules:
        close = difflib.get_close_matches(code, rules, n=1)
        hint = f"; did you mean {close[0]}?" if close else "."
        raise UsageError(f"There is no rule {code} to confirm{hint}")
    if not rules[code].fixes:
        raise UsageError(f"{code} ({rules[code].name}) has no fix that could be confirmed.")
    return rules[code]
