"""The catalogue: every decorated rule, found by code.

A rule is written once, in a module of this folder; importing the module enters it here. Engine,
messages, documentation, templates and tests all read it from here.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, replace
from functools import cache
from importlib import import_module
from typing import TypeVar

from roster_toolkit.errors import ProfileError
from roster_toolkit.model import (
    Entity,
    Evidence,
    Fix,
    Judge,
    Profile,
    Rule,
    RuleWords,
    Scope,
    Severity,
    Subject,
    Suggest,
)
from roster_toolkit.model.profile import OF_USERS
from roster_toolkit.rules.custom import fitted

_MODULES = (
    "file",
    "quotes",
    "header",
    "cell",
    "cell_text",
    "counted_up",
    "row",
    "person_names",
    "group",
    "roster",
    "imports",
    "demographics",
)
_RULES: dict[str, Rule] = {}
F = TypeVar("F", bound=Judge)


def rule(
    code: str,
    name: str,
    *,
    scope: Scope,
    severity: Severity,
    evidence: Evidence,
    title: str,
    message: str,
    how_to_fix: str,
    bad: Mapping[str, Sequence[str]] | bytes,
    good: Mapping[str, Sequence[str]] | bytes,
    message_if: Mapping[str, str] | None = None,
    many: str = "",
    fix_many: str = "",
    also_said: tuple[str, ...] = (),
    in_column: Mapping[str, RuleWords] | None = None,
    others: RuleWords | None = None,
    column: str | None = None,
    needs: tuple[str, ...] = (),
    closed_list: bool = False,
    category: str | None = None,
    fixes: tuple[Fix, ...] = (),
    suggest: Suggest | None = None,
    supersedes: tuple[str, ...] = (),
    cause_by_value: bool = False,
    habit: bool = False,
    on_every_row: bool = False,
    said_first: bool = False,
    last_throughout: bool = False,
    shown_with: str = "batch-upload",
    roster: Mapping[str, Sequence[str]] | None = None,
    previous: Mapping[str, Sequence[str]] | None = None,
) -> Callable[[F], F]:
    """Enter the decorated function into the catalogue; see `model.Rule` for the fields."""

    def enter(judge: F) -> F:
        if code in _RULES:
            raise ValueError(f"{code} is already taken by {_RULES[code].name}")
        _RULES[code] = Rule(
            code=code, name=name, scope=scope, severity=severity, evidence=evidence, title=title,
            many=many, fix_many=fix_many, message=message, message_if=message_if or {},
            in_column=in_column or {}, how_to_fix=how_to_fix, also_said=also_said, judge=judge,
            why=judge.__doc__ or "", others=others, column=column, needs=needs,
            closed_list=closed_list, category=category,
            fixes=fixes, suggest=suggest, supersedes=supersedes, cause_by_value=cause_by_value,
            habit=habit, on_every_row=on_every_row, said_first=said_first,
            last_throughout=last_throughout, shown_with=shown_with, bad=bad, good=good,
            roster=roster or {}, previous=previous or {},
        )  # fmt: skip
        return judge

    return enter


def rule_of(judge: Judge) -> Rule:
    """The rule of the catalogue that a decorated function judges, whatever a profile makes of it.

    Code that means one certain rule says so by its function, not by its code or number.
    """
    for rule in _RULES.values():
        if rule.judge is judge:
            return rule
    raise LookupError(f"{judge!r} is no rule of the catalogue")


@cache
def catalogue() -> Mapping[str, Rule]:
    """Every rule by code, in order.

    >>> rt.catalogue()["RT302"].name
    'shared-email'
    """
    for module in _MODULES:
        import_module(f"roster_toolkit.rules.{module}")
    return dict(sorted(_RULES.items()))


def rules_of(profile: Profile, own: Sequence[Rule] = ()) -> Mapping[str, Rule]:
    """The rules that a profile leaves switched on, with the severities that it gives them.

    A rule that judges what the profile's file does not have (a role, a roster) is not among them.
    `own` are rules besides the catalogue's. Raises ProfileError where the profile names a rule that
    does not exist, UsageError where a rule of one's own cannot be judged.
    """
    rules = {
        code: _in_words_of(rule, profile)
        for code, rule in catalogue().items()
        if _in_force(rule, profile)
    }
    for code, setting in profile.rules.items():
        if code not in catalogue():
            close = difflib.get_close_matches(code, catalogue(), n=1)
            hint = f" Did you mean {close[0]}?" if close else ""
            named = profile.file or profile.name
            raise ProfileError(f"{named}: rules.{code} is not in the catalogue.{hint}")
        if not setting.enabled:
            rules.pop(code, None)
        elif code not in rules:
            continue
        elif setting.severity is not None:
            rules[code] = replace(rules[code], severity=setting.severity)
    return {**rules, **fitted(own, profile)}


def _in_words_of(rule: Rule, profile: Profile) -> Rule:
    """The rule as it speaks of the records of a profile's file, where these are not users.csv's."""
    if rule.others is None or profile.entities == OF_USERS:
        return rule
    about = {c.key: profile.home(c.about) for c in profile.columns.values()}
    words = {
        entity: _named(rule.others, entity, profile)
        for entity in {*about.values(), profile.rows_are}
    }
    by_column = about if rule.scope is Scope.PEOPLE else {}
    record = words[profile.rows_are]
    if len(set(by_column.values())) > 1:  # the sentences of no column are of all of them
        record = _named(rule.others, "", profile)
    return replace(
        rule, title=record.title, message=record.message, how_to_fix=record.how_to_fix,
        many=record.many, in_column={key: words[entity] for key, entity in by_column.items()},
    )  # fmt: skip


def _named(words: RuleWords, entity: str, profile: Profile) -> RuleWords:
    """Sentences with the names of a kind of record and of the file filled in."""
    subject = profile.entities.get(entity, Subject(one="record", many="records"))
    names = {"{one}": subject.one, "{many}": subject.many, "{file}": profile.file_name}

    def filled(text: str) -> str:
        for placeholder, name in names.items():
            text = text.replace(placeholder, name)
        return text

    return RuleWords(*map(filled, astuple(words)))


#: What ranges over classes, so that there must be some.
_OF_CLASSES = (Scope.CLASS, Scope.CLASSES, Scope.CLASS_LISTS)


def _in_force(rule: Rule, profile: Profile) -> bool:
    """Whether the file of a profile has what a rule judges."""
    if rule.scope is Scope.PEOPLE_ENROLLED:
        return bool(profile.beside)
    if rule.scope in _OF_CLASSES and profile.key_of(Entity.CLASS) is None:
        return False
    needs = rule.scope.capability
    return set(rule.needs) <= set(profile.columns) and (needs is None or profile.can(needs))
