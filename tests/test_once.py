"""What follows from a profile alone is made once for it, and anew for any other."""

from __future__ import annotations

from roster_toolkit.model import Profile
from roster_toolkit.model.once import once_for_each
from roster_toolkit.profile import load_profile
from roster_toolkit.rules.judgement import cell_fault
from roster_toolkit.rules.registry import catalogue


def test_a_profile_is_asked_once_and_its_copy_is_another() -> None:
    asked = []

    @once_for_each
    def title(profile: Profile) -> str:
        asked.append(profile)
        return profile.title

    one, other = load_profile(), load_profile().model_copy(update={"title": "Another"})
    assert [title(one), title(other), title(one)] == [one.title, "Another", one.title]
    assert asked == [one, other]


def test_a_profile_with_other_words_is_judged_by_these() -> None:
    profile, rule = load_profile(), catalogue()["RT110"]
    words = {**profile.words, "placeholders": ("whoever",)}
    changed = profile.model_copy(update={"words": words})
    column = profile.columns["userEmail"]
    before, after = cell_fault(rule, column, profile), cell_fault(rule, column, changed)
    assert before is not None
    assert after is not None
    assert "whoever" in str(after)
    assert cell_fault(rule, column, profile) is before
