"""A rule about impact that fails is a fault of ours, as any other, and hides nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import NoReturn

import pytest
from making import file_of, in_class, removal, student, teacher

from roster_toolkit.impact import mass_change as guard
from roster_toolkit.model import Rule
from roster_toolkit.reviewing.review import review
from roster_toolkit.rules import registry
from roster_toolkit.validate import engine

DOWNLOAD = file_of([in_class(teacher()), *(in_class(student(f"S{n}")) for n in range(1, 31))])
FILE = file_of([removal("C1", "T1"), teacher(userLastName="New")])


def failing(rule: Rule) -> Rule:
    def judge(*_: object) -> NoReturn:
        raise ZeroDivisionError

    return replace(rule, judge=judge)


@pytest.mark.parametrize("code", ["RT411", "RT412"])
def test_a_rule_about_impact_that_fails_is_told_as_a_fault(
    code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = {**registry.catalogue(), code: failing(registry.catalogue()[code])}
    monkeypatch.setattr(guard, "catalogue", lambda: broken)
    monkeypatch.setattr(
        engine,
        "rules_of",
        lambda *given: {
            known: broken[known] if known == code else rule
            for known, rule in registry.rules_of(*given).items()
        },
    )

    result = review(FILE, against=DOWNLOAD)

    assert [fault.code for fault in result.faults] == [code]
    assert "ZeroDivisionError" in result.faults[0].what
    assert ("RT411" in result.by_rule) is (code != "RT411")
    assert result.by_school.height
