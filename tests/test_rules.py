"""Every rule of the catalogue proves itself on its own examples, read like any file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

import pytest

from roster_toolkit.impact.import_guard import PlannedImport
from roster_toolkit.impact.next_roster import merge_import
from roster_toolkit.ingest import read_upload
from roster_toolkit.model import Profile, Rule, Scope
from roster_toolkit.records import read_records
from roster_toolkit.reviewing.review import Review, review
from roster_toolkit.rosters.context import RosterContext
from roster_toolkit.rosters.roster import stated_roster
from roster_toolkit.rules.examples import example_file, example_profile, profile_of_roster
from roster_toolkit.rules.registry import catalogue

RULES = list(catalogue().values())


def judged(rule: Rule, which: str) -> Review:
    """The review of an example of a rule; several tests look at the same."""
    return _judged(rule.code, which)


@cache
def _judged(code: str, which: str) -> Review:
    rule = catalogue()[code]
    profile = example_profile(rule.shown_with)
    example = example_file(getattr(rule, which), profile)
    previous = example_file(rule.previous, profile) if rule.previous else None
    against = against_example(rule, profile)
    return review(example, profile=profile, against=against, previous_upload=previous)


def against_example(rule: Rule, profile: Profile) -> RosterContext | None:
    """The roster of a rule's examples, which is also the district's list of schools."""
    if not rule.roster:
        return None
    profile = profile_of_roster(profile)
    download = read_upload(example_file(rule.roster, profile), profile)
    roster = stated_roster(read_records(download, profile), source="clever")
    return RosterContext(replace(roster, school_list=True), sources=("clever",))


def judged_as_import(rule: Rule, which: str) -> Mapping[str, tuple[str, ...]]:
    """What stops the import of an example as current data."""
    profile = example_profile(rule.shown_with)
    against = against_example(rule, profile)
    assert against is not None
    download = read_upload(example_file(getattr(rule, which), profile), profile)
    imported = stated_roster(read_records(download, profile))
    merged = merge_import(against.roster, imported, profile, source="portal")
    plan = PlannedImport("Avon", profile, "in-year", against.roster, imported, merged)
    return plan.reasons()


def times_found(rule: Rule, which: str) -> int:
    if rule.scope in (Scope.IMPORTED_PARTS, Scope.IMPORTED_SCHOOLS):
        return len(judged_as_import(rule, which).get(rule.code, ()))
    return judged(rule, which).by_rule.get(rule.code, 0)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_rule_finds_fault_with_its_bad_example(rule: Rule) -> None:
    assert times_found(rule, "bad") > 0


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_rule_finds_nothing_in_its_good_example(rule: Rule) -> None:
    assert times_found(rule, "good") == 0


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_no_rule_fails_on_an_example(rule: Rule) -> None:
    assert judged(rule, "bad").faults == ()
    assert judged(rule, "good").faults == ()


@pytest.mark.parametrize(
    "rule",
    [rule for rule in RULES if rule.code[2] == "1" and not isinstance(rule.bad, bytes)],
    ids=lambda rule: rule.code,
)
def test_cell_rule_finds_fault_with_every_value_of_its_bad_example(rule: Rule) -> None:
    assert not isinstance(rule.bad, bytes)
    assert times_found(rule, "bad") == max(len(cells) for cells in rule.bad.values())


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_rule_explains_itself(rule: Rule) -> None:
    assert rule.why.strip().split("\n")[0].endswith(".")
    assert rule.message.endswith(".")
    assert rule.how_to_fix.endswith(".")
    assert not rule.title.endswith(".")
