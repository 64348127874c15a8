"""What a rule means stands in its facts, not in its number or its sentences."""

from __future__ import annotations

import pytest

import roster_toolkit as rt
from roster_toolkit.model import Rule, Scope
from roster_toolkit.rules.cell import unaccepted_value
from roster_toolkit.rules.registry import rule_of
from roster_toolkit.rules.roster import unknown_school

RULES = list(rt.catalogue().values())


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_of_a_closed_list_names_the_accepted_values(rule: Rule) -> None:
    assert rule.closed_list == ("{accepts}" in rule.how_to_fix)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_rules_against_the_roster_are_the_four_hundreds_and_those_on_who_is_enrolled(
    rule: Rule,
) -> None:
    of_second_file = rule.scope is Scope.PEOPLE_ENROLLED

    assert rule.against_roster == (rule.code.startswith("RT4") or of_second_file)


def test_a_rule_is_found_by_its_function() -> None:
    assert rule_of(unaccepted_value) is rt.catalogue()["RT102"]
    assert rule_of(unknown_school).name == "unknown-school"


def test_a_function_that_is_no_rule_has_none() -> None:
    with pytest.raises(LookupError):
        rule_of(test_a_function_that_is_no_rule_has_none)


def test_sentences_tell_what_they_name() -> None:
    rule = rt.catalogue()["RT304"]
    assert rule.words_in("schoolId").names_stated
    assert not rule.words_in("schoolId").names_value
    assert not rule.words_in("className").names_stated
    assert rt.catalogue()["RT102"].names_value
