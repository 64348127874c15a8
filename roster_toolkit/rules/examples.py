"""The example of a rule as a small users.csv, so that it goes through the reader like any file."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

from roster_toolkit.model import Profile


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
    grade = profile.vocabulary_of(profile.columns["userGrade"])
    return row | {
        "schoolId": "0711",
        "userId": f"S{at}",
        "userRole": profile.values_meaning("userRole", "student")[0],
        "userFirstName": "Ana",
        "userLastName": "Lee",
        "userEmail": f"s{at}@school.example",
        "userGrade": grade.accepts[-1] if grade else "",
        "className": "Reading",
        "classGrade": grade.accepts[-1] if grade else "",
        "classId": f"C{at}",
    }
