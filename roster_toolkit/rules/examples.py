"""The example of a rule as a small users.csv, so that it goes through the reader like any file."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from functools import cache

from roster_toolkit.model import Profile, Rule
from roster_toolkit.profile import load_profile, profile_names, profile_of_text


@cache
def example_profile(shown_with: str) -> Profile:
    """The profile under which a rule's examples are judged: one of ours by name, or its text."""
    if shown_with in profile_names():
        return load_profile(shown_with)
    return profile_of_text(shown_with, "the profile of an example")


def profile_of_examples(rule: Rule, profile: Profile) -> Profile:
    """The profile under which to show a rule: `profile`, unless the rule needs one of its own."""
    usual = load_profile()
    own = rule.shown_with != usual.name or profile.file_name != usual.file_name
    return example_profile(rule.shown_with) if own else profile


def profile_of_roster(profile: Profile) -> Profile:
    """The profile of the file whose people the examples are judged beside."""
    return load_profile(profile.beside) if profile.beside else profile


def example_file(example: Mapping[str, Sequence[str]] | bytes, profile: Profile) -> bytes:
    """The bytes of an example; cells that it does not give are those of a sound student."""
    if isinstance(example, bytes):
        return example
    height = max(len(cells) for cells in example.values())
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(column.name for column in profile.in_file)
    for at in range(height):
        row = _sound_student(at, profile) | {key: cells[at] for key, cells in example.items()}
        writer.writerow(row[column.key] for column in profile.in_file)
    return text.getvalue().encode("utf-8")


def _sound_student(at: int, profile: Profile) -> dict[str, str]:
    """A row at which no rule stumbles, different for every `at`."""
    row = dict.fromkeys(profile.columns, "")
    grades = profile.columns.get("userGrade")
    grade = profile.vocabulary_of(grades) if grades else None
    student = {
        "schoolId": "0711",
        "userId": f"S{at}",
        "userRole": "".join(profile.values_meaning("userRole", "student")[:1]),
        "userFirstName": "Ana",
        "userLastName": "Lee",
        "userEmail": f"s{at}@school.example",
        "userGrade": grade.accepts[-1] if grade else "",
        "className": "Reading",
        "classGrade": grade.accepts[-1] if grade else "",
        "classId": f"C{at}",
    }
    return row | {key: cell for key, cell in student.items() if key in row}
