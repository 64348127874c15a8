"""What a person says yes to, as a repair takes it: rules and values, or whole problems."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeGuard

import polars as pl

from roster_toolkit.causes import Cause
from roster_toolkit.drilldown import Selection
from roster_toolkit.errors import UsageError
from roster_toolkit.model import Rule
from roster_toolkit.report.cause_view import ToldCause
from roster_toolkit.report.cures import Problem

#: A rule (`RT103`), a value of one (`RT103:value`), a problem or its number.
Confirmable = str | int | Cause | Problem | ToldCause | Rule
#: One of them, or several.
Confirmation = Confirmable | Sequence[Confirmable]


def confirmed_items(
    confirm: Confirmation, found: Selection, rules: Mapping[str, Rule]
) -> tuple[str, ...]:
    """Rules and values (`RT103`, `RT103:value`); a problem stands for its values in `found`.

    Raises UsageError for what is none of them, and for a problem that the file has not.
    """
    several = confirm if _are_several(confirm) else (confirm,)
    return tuple(item for one in several for item in _items(one, found, rules))


def _are_several(confirm: object) -> TypeGuard[Sequence[Confirmable]]:
    return isinstance(confirm, Iterable) and not isinstance(confirm, str | Problem)


def _items(one: object, found: Selection, rules: Mapping[str, Rule]) -> Iterator[str]:
    match one:
        case str():
            yield one
        case Rule():
            yield one.code
        case int():
            yield from _values_of(one, found, rules)
        case Cause() | ToldCause():
            yield from _values_of(one.number, found, rules)
        case Problem():
            for cause in one.causes:
                yield from _values_of(cause.number, found, rules)
        case _:
            raise UsageError(
                "A fix is confirmed by a code (RT103), a value of one (RT103:value), or a problem."
            )


def _values_of(number: int, found: Selection, rules: Mapping[str, Rule]) -> Iterator[str]:
    """The values of a problem; a rule that has no fix is named, so that somebody says so."""
    findings = found.select(cause=number).findings.filter(~pl.col("derived"))
    said = findings.select("code", pl.col("value").fill_null("")).unique(maintain_order=True)
    codes = said["code"].unique(maintain_order=True)
    fixable = [code for code in codes if rules[code].fixes]
    if not fixable:
        yield codes[0]
    for code, value in said.filter(pl.col("code").is_in(fixable)).iter_rows():
        yield f"{code}:{value}"
