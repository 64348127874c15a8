"""A made-up portal's papers: what somebody holds of a portal whose dictionary is not ours.

It agrees with everything that is confirmed and has words of its own for what is assumed: headers,
roles, grades, yes and no. What it complains of is written down here, fault by fault, without a
rule, so that learning from it proves something.
"""

from __future__ import annotations

import csv
import html
import io
import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from roster_toolkit.model import Column, Evidence, Need, Profile
from roster_toolkit.samples.district import clean_district
from roster_toolkit.samples.names import seeded

if TYPE_CHECKING:
    import polars as pl

#: Key → what the column may be called instead, where its name is assumed.
_HEADERS: Mapping[str, tuple[str, ...]] = {
    "userRole": ("role", "userType", "User Role"),
    "userFirstName": ("firstName", "givenName", "First Name"),
    "userLastName": ("lastName", "familyName", "Last Name"),
    "classDisplayName": ("displayName", "classNickname", "Display Name"),
    "classSubject": ("subject", "classTopic", "Subject"),
}
#: How a student, a teacher and an administrator may be called.
_ROLES = (("S", "T", "A"), ("learner", "educator", "admin"), ("STUDENT", "TEACHER", "ADMIN"))
_YES_AND_NO = (("Y", "N"), ("Yes", "No"), ("1", "0"))
#: How the grade before kindergarten, kindergarten and a numbered grade may be written.
_GRADES = (("PK", "KG", "{:02}"), ("Pre-K", "Kindergarten", "Grade {}"), ("Pre-K", "K", "{}"))
_NEEDS = {
    Need.REQUIRED: "Required",
    Need.CLASS_KEY: "Required if any other class column is filled",
    Need.WITH_CLASS: "Required if classId is filled",
    Need.OPTIONAL: "Optional",
}
#: A row in so many has a fault; that many of each kind at least, so that a text says something.
_EVERY, _OF_EACH = 40, 3


@dataclass(frozen=True, slots=True)
class Papers:
    """What somebody holds of a made-up portal, each as the bytes of a file.

    >>> papers = rt.sample_portal(60, seed=7, profile=review.profile)
    >>> papers.errors.splitlines()[0].endswith(b",Errors")
    True
    """

    template: bytes
    """Its header line."""
    dictionary: bytes
    """Its data dictionary, as a CSV."""
    accepted: bytes
    """A users.csv that it took whole."""
    sent: bytes
    """One that it took in part."""
    errors: bytes
    """What it said of that: the same rows, with a column of errors."""
    help_page: bytes
    """What each of its texts means, as a saved page."""

    @property
    def files(self) -> Mapping[str, bytes]:
        """Each under the name that it is saved by."""
        return {
            "template.csv": self.template,
            "dictionary.csv": self.dictionary,
            "accepted.csv": self.accepted,
            "sent.csv": self.sent,
            "users-errors.csv": self.errors,
            "help.html": self.help_page,
        }


@dataclass(frozen=True, slots=True)
class _Fault:
    """One kind of fault, and what the portal says of it."""

    key: str
    value: str
    text: str
    meaning: str
    cure: str


_UNKNOWN = "{}: the value is not in the list of accepted values."
_NEEDED = "{} is required."
_FAULTS = (
    _Fault("userRole", "Guest", _UNKNOWN, "The role is unknown.", "Use a role of the list."),
    _Fault("userGrade", "Grade 13", _UNKNOWN, "There is no such grade.", "Use one of the list."),
    _Fault("userFirstName", "", _NEEDED, "A name is missing.", "Type the first name."),
    _Fault("userEmail", "nobody.example", "{} is not a valid email address.",
           "The address has no valid form.", "Type the address as name@school.org."),
    _Fault("userId", "no id", "{} may contain letters, digits, dots, dashes and underscores only.",
           "The ID has a space in it.", "Take the space out."),
    _Fault("className", "", _NEEDED, "The class has no name.", "Type the name of the class."),
)  # fmt: skip


def sample_portal(rows: int, *, seed: int, profile: Profile) -> Papers:
    """What somebody holds of a made-up portal, with files of `rows` rows.

    The portal differs from the profile in what is assumed: names of columns, spellings of roles,
    grades, yes and no. Raises UsageError for less than one row.

    >>> papers = rt.sample_portal(60, seed=7, profile=review.profile)
    >>> list(papers.files)
    ['template.csv', 'dictionary.csv', 'accepted.csv', 'sent.csv', 'users-errors.csv', 'help.html']
    """
    chance = seeded(seed, "portal")
    portal = _Portal(profile, chance)
    sent, errors = portal.answered(clean_district(rows, 2 * seed + 1, profile))
    return Papers(
        template=portal.file([]),
        dictionary=portal.dictionary(),
        accepted=portal.file(clean_district(rows, 2 * seed, profile).rows(named=True)),
        sent=sent,
        errors=errors,
        help_page=portal.help_page(),
    )


class _Portal:
    """A portal's words."""

    def __init__(self, profile: Profile, chance: random.Random) -> None:
        self.profile, self.chance = profile, chance
        self.header = {
            column.key: chance.choice(_HEADERS[column.key])
            if column.key in _HEADERS and column.evidence["name"] is Evidence.ASSUMED
            else column.name
            for column in profile.in_file
        }
        grade = chance.choice(_GRADES)
        self.spelled: dict[str, dict[str, str]] = {
            "userRole": self._spelled("userRole", chance.choice(_ROLES)),
            "primary_teacher": self._spelled("primary_teacher", chance.choice(_YES_AND_NO)),
            **{key: self._grades(key, grade) for key in ("userGrade", "classGrade")},
        }

    def _spelled(self, key: str, theirs: tuple[str, ...]) -> dict[str, str]:
        return dict(zip(self._accepts(key), theirs, strict=False))

    def _grades(self, key: str, how: tuple[str, str, str]) -> dict[str, str]:
        before, first, numbered = how
        return {
            ours: numbered.format(int(ours)) if ours.isdigit() else {"PK": before}.get(ours, first)
            for ours in self._accepts(key)
        }

    def _accepts(self, key: str) -> tuple[str, ...]:
        column = self.profile.columns[key]
        return self.profile.vocabularies[column.vocabulary].accepts if column.vocabulary else ()

    def _cells(self, row: Mapping[str, str | None]) -> list[str]:
        """A row in the portal's words."""
        return [self._word(key, row[key] or "") for key in self.header]

    def file(self, rows: list[dict[str, str | None]]) -> bytes:
        """Rows as a users.csv of the portal."""
        return _csv([list(self.header.values()), *map(self._cells, rows)])

    def answered(self, district: pl.DataFrame) -> tuple[bytes, bytes]:
        """The district with a few faults, and the portal's report of it."""
        rows = district.rows(named=True)
        texts = [""] * len(rows)
        free = self.chance.sample(range(len(rows)), len(rows))
        for turn in range(max(_OF_EACH * len(_FAULTS), len(rows) // _EVERY)):
            fault = _FAULTS[turn % len(_FAULTS)]
            place = next((n for n in free if self._can_stand(fault, rows[n])), None)
            if place is not None:
                free.remove(place)
                rows[place] = rows[place] | {fault.key: fault.value}
                texts[place] = self._text(fault)
        sent = self.file(rows)
        lines = [[*self._cells(row), text] for row, text in zip(rows, texts, strict=True)]
        return sent, _csv([[*self.header.values(), "Errors"], *lines])

    def _can_stand(self, fault: _Fault, row: Mapping[str, str | None]) -> bool:
        """Whether the cell is filled, and in the row of a student where there are students.

        A fault in the row of a class's primary teacher would say something of the class too.
        """
        students = self.profile.values_meaning("userRole", "student")
        staff_only = "student" not in self.profile.accepts_people
        return bool(row[fault.key]) and (staff_only or row["userRole"] in students)

    def _text(self, fault: _Fault) -> str:
        return fault.text.format(self.header[fault.key])

    def dictionary(self) -> bytes:
        """Its data dictionary."""
        lines = [
            [
                self.header[column.key],
                self._requirement(column),
                ", ".join(self._word(column.key, v) for v in self._accepts(column.key)),
                column.description,
            ]
            for column in self.profile.in_file
        ]
        return _csv([["Column", "Required", "Accepted values", "Description"], *lines])

    def _word(self, key: str, value: str) -> str:
        """The portal's spelling of a value; one that is none of ours stays as it is."""
        return self.spelled.get(key, {}).get(value, value)

    def _requirement(self, column: Column) -> str:
        students, staff = column.requirement.students, column.requirement.staff
        if students is Need.NOT_YES:
            return ""  # what no word of such a table says
        if students is not staff and students is Need.REQUIRED:
            return "Required for students; blank for staff"
        return _NEEDS[staff]

    def help_page(self) -> bytes:
        """What each text means and how to resolve it."""
        lines = [(self._text(fault), fault.meaning, fault.cure) for fault in _FAULTS]
        head = ("Error", "What it means", "How to resolve it")
        cells = [("th", head), *(("td", line) for line in dict.fromkeys(lines))]
        table = "\n".join(
            f"<tr>{''.join(f'<{tag}>{html.escape(cell)}</{tag}>' for cell in line)}</tr>"
            for tag, line in cells
        )
        title = "Errors of the upload"
        return (
            f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
            f"</head>\n<body><h1>{title}</h1>\n<table>\n{table}\n</table></body></html>\n"
        ).encode()


def _csv(lines: list[list[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(lines)
    return text.getvalue().encode()
