"""What a person states of their portal by hand, as changes to a profile."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import zip_longest
from pathlib import Path
from typing import Any

import polars as pl

from roster_toolkit.calibration.changes import day_of, with_consequences
from roster_toolkit.calibration.families import flag_series, grade_of, role_by_word
from roster_toolkit.calibration.learning import vocabulary_patch
from roster_toolkit.calibration.naming_changes import other_names
from roster_toolkit.calibration.toml_text import toml_text
from roster_toolkit.derive.dictionary import requirement_words
from roster_toolkit.errors import UsageError
from roster_toolkit.model import Column, Need, Profile, Vocabulary
from roster_toolkit.model.requirement import NAMED, Requirement
from roster_toolkit.profile import load_profile, overlaid, profile_of_text, tables_over_shipped

#: A requirement as a profile has it.
Asked = str | Mapping[str, str]

_LABEL = "the edited profile"
_MEANINGS = ("student", "staff", "yes", "no")
_TABLE: Mapping[str, pl.DataType] = {
    "column": pl.String(), "header": pl.String(), "needed": pl.String(),
    "accepts": pl.List(pl.String), "more": pl.Boolean(), "absent": pl.Boolean(),
}  # fmt: skip
#: What may be asked of students and of staff, beside what has a name of its own.
_PAIRS = (
    (Need.REQUIRED, Need.OPTIONAL),
    (Need.OPTIONAL, Need.REQUIRED),
    (Need.BLANK, Need.REQUIRED),
    (Need.OPTIONAL, Need.BLANK),
)


@dataclass(frozen=True, slots=True)
class ColumnEdit:
    """What is stated of one column; None leaves a fact as it is.

    >>> rt.ColumnEdit("userRole", accepts=("S", "T", "A")).name is None
    True
    """

    column: str
    """Key of the column."""
    name: str | None = None
    """The header as the portal has it."""
    requirement: Asked | None = None
    """When its cells must be filled, as a profile writes it; see `requirement_choices`."""
    accepts: tuple[str, ...] | None = None
    """The accepted values."""
    more: bool | None = None
    """Whether there may be more values than these: others are a warning, no error."""
    means: Mapping[str, str] = field(default_factory=dict)
    """Accepted value → `student`, `staff`, `yes` or `no`, where the word does not tell."""
    absent: bool | None = None
    """Whether the portal has no such column."""


@dataclass(frozen=True)
class EditedProfile:
    """A profile with what was stated by hand.

    >>> edited = rt.edited_profile('extends = "batch-upload"', [rt.ColumnEdit("userId", name="ID")])
    >>> edited.profile.columns["userId"].name, rt.profile_of_text(edited.toml, "ours").file
    ('ID', 'ours')
    """

    tables: Mapping[str, Any] = field(repr=False)
    profile: Profile = field(repr=False)

    @cached_property
    def toml(self) -> str:
        """The profile as TOML text."""
        return toml_text(self.tables)


def edited_profile(
    toml: str, edits: Collection[ColumnEdit], *, date: str | None = None
) -> EditedProfile:
    """A profile with edits of names, requirements and accepted values laid over it.

    `toml` is the text of a profile that extends one of the toolkit's by name: a learned one
    (`Calibration.toml`), a district's own, or one line. What is stated becomes `seen`, with a note
    of the day (`date`, today by default). New values take the meaning of those that they stand for:
    by another spelling that is known, as grade, role, yes or no, or by their place in a list that
    is as long as before.

    Raises UsageError for a column that there is not, a list without values and a value of which
    nothing tells what it means, ProfileError where the whole is no sound profile.

    >>> edited = rt.edited_profile(
    ...     'extends = "batch-upload"',
    ...     [rt.ColumnEdit("userRole", accepts=("Pupil", "Teacher", "Admin"))],
    ... )
    >>> edited.profile.values_meaning("userRole", "student")
    ('Pupil',)
    """
    before = profile_of_text(toml, _LABEL)
    tables: dict[str, Any] = tomllib.loads(toml)
    base = load_profile(tables["extends"]) if "extends" in tables else before
    day = day_of(date)
    for edit in edits:
        tables = overlaid(tables, _patch(edit, before, day))
    tables = with_consequences(tables, base)
    return EditedProfile(tables, profile_of_text(toml_text(tables), _LABEL))


def profile_toml(name: str | Path) -> str:
    """The text of a profile over the toolkit's own that it extends, whatever files it is made of.

    Raises ProfileError where it cannot be read.

    >>> rt.profile_toml("third-party").strip()
    'extends = "third-party"'
    """
    load_profile(name)
    return toml_text(tables_over_shipped(name))


def requirement_choices(profile: Profile) -> Mapping[str, Asked]:
    """What may be asked of a column: in words, as the dictionary says it → as a profile writes it.

    >>> choices = rt.requirement_choices(review.profile)
    >>> choices["required in every row"], choices["required for students, blank for staff"]
    ('required', 'students')
    """
    standing = [(c.requirement.students, c.requirement.staff) for c in profile.columns.values()]
    names = {pair: name for name, pair in NAMED.items()}
    choices: dict[str, Asked] = {}
    for pair in dict.fromkeys((*NAMED.values(), *_PAIRS, *standing)):
        students, staff = pair
        written = names.get(pair, {"students": students.value, "staff": staff.value})
        need = Requirement(students=students, staff=staff)
        for column in profile.columns.values():
            asked = column.model_copy(update={"requirement": need})
            choices.setdefault(requirement_words(profile, asked), written)
    return choices


def editable_columns(profile: Profile) -> pl.DataFrame:
    """The columns of a profile as a table to be edited and handed to `edits_of`.

    `column` (its key), `header`, `needed` (one of `requirement_choices`), `accepts` (a list, empty
    where there is no closed one), `more` (whether there may be others), `absent`.

    >>> rt.editable_columns(review.profile).row(5)[:3]
    ('userRole', 'userRole', 'required in every row')
    """
    lines = []
    for column in profile.columns.values():
        listed = profile.vocabulary_of(column)
        needed = requirement_words(profile, column)
        values = list(listed.accepts) if listed else []
        is_open = bool(listed and listed.open)
        lines.append((column.key, column.name, needed, values, is_open, column.absent))
    return pl.DataFrame(lines, schema=_TABLE, orient="row")


def edits_of(profile: Profile, table: pl.DataFrame) -> tuple[ColumnEdit, ...]:
    """What an edited table of `editable_columns(profile)` changes.

    A new value that no word tells the meaning of is written with it: `Tutor = staff`.

    >>> table = rt.editable_columns(review.profile)
    >>> import polars as pl
    >>> renamed = table.with_columns(header=pl.col("header").replace("userGrade", "grade"))
    >>> [(edit.column, edit.name) for edit in rt.edits_of(review.profile, renamed)]
    [('userGrade', 'grade')]
    """
    choices = requirement_choices(profile)
    before = {line["column"]: line for line in editable_columns(profile).iter_rows(named=True)}
    edits = (
        _edit(before[line["column"]], line, choices)
        for line in table.iter_rows(named=True)
        if line["column"] in before
    )
    return tuple(edit for edit in edits if edit != ColumnEdit(edit.column))


def _edit(
    before: Mapping[str, Any], line: Mapping[str, Any], choices: Mapping[str, Asked]
) -> ColumnEdit:
    """What one line changes."""
    told = [_value(text or "") for text in line["accepts"] or ()]
    accepts = tuple(value for value, _ in told if value)
    needed = line["needed"] if line["needed"] != before["needed"] else None
    return ColumnEdit(
        column=before["column"],
        name=None if line["header"] == before["header"] else line["header"] or "",
        requirement=choices.get(needed) if needed else None,
        accepts=None if accepts == tuple(before["accepts"]) else accepts,
        more=None if bool(line["more"]) == before["more"] else bool(line["more"]),
        means={value: meaning for value, meaning in told if meaning},
        absent=None if bool(line["absent"]) == before["absent"] else bool(line["absent"]),
    )


def _value(text: str) -> tuple[str, str]:
    """A value, and the meaning that is written behind it, if any."""
    value, sign, meaning = text.rpartition("=")
    if sign and meaning.strip() in _MEANINGS:
        return value.strip(), meaning.strip()
    return text.strip(), ""


def _patch(edit: ColumnEdit, profile: Profile, day: str) -> dict[str, Any]:
    """The tables that an edit lays over a profile."""
    column = profile.columns.get(edit.column)
    if column is None:
        raise UsageError(f"There is no column {edit.column}; the profile has {_keys(profile)}.")
    table: dict[str, Any] = {}
    evidence: dict[str, str] = {}
    if edit.name is not None and edit.name.strip() != column.name:
        name = edit.name.strip()
        if not name:
            raise UsageError(f"{column.name} needs a name: type the header as the portal has it.")
        table |= {"name": name, "aliases": other_names(column, name)}
        evidence["name"] = "seen"
    if edit.absent is not None and edit.absent != column.absent:
        table["absent"] = edit.absent
        evidence["name"] = "seen"
    if edit.requirement is not None:
        table["requirement"] = edit.requirement
        evidence["requirement"] = "seen"
    tables: dict[str, Any] = {}
    if edit.accepts is not None or edit.more is not None:
        tables = _values(edit, column, profile)
        evidence["values"] = "seen"
    if not evidence:
        return {}
    note = f"Set by hand on {day}."
    table |= {"evidence": evidence, "note": column.note}
    if note not in column.note:
        table["note"] = f"{column.note} {note}".strip()
    return overlaid(tables, {"columns": {column.key: table}})


def _keys(profile: Profile) -> str:
    return ", ".join(profile.columns)


def _values(edit: ColumnEdit, column: Column, profile: Profile) -> dict[str, Any]:
    """The tables of a list of accepted values."""
    ours = profile.vocabulary_of(column)
    given = ours.accepts if edit.accepts is None and ours else edit.accepts or ()
    accepts = tuple(dict.fromkeys(value.strip() for value in given if value.strip()))
    if not accepts:
        raise UsageError(
            f"{column.name} has no accepted values left: name one at least, and say that there may "
            "be more where others are accepted too."
        )
    more = edit.more if edit.more is not None else bool(ours and ours.open)
    if ours is None:
        if column.identifies is not None:
            raise UsageError(f"{column.name} is an ID; it cannot have a list of accepted values.")
        ours = Vocabulary(accepts=accepts)
    old = _stand_for(accepts, ours)
    means = _meanings(accepts, old, ours, edit, column)
    spelled = {theirs: ours_ for ours_, theirs in reversed(old.items())}
    patch = vocabulary_patch(column.key, ours, accepts, spelled, complete=not more, roles=means)
    return overlaid(patch, {"columns": {column.key: {"kind": "choice"}}})


def _stand_for(accepts: tuple[str, ...], ours: Vocabulary) -> dict[str, str]:
    """Each new value, and the one of before that it stands for, where that can be told."""
    found = {value: value for value in accepts if value in ours.accepts}
    words = {value.lower(): value for value in reversed(ours.accepts)}
    for table in (ours.likely, ours.safe):
        words |= {word: value for value, others in table.items() for word in others}
    grades = {grade: value for value in reversed(ours.accepts) if (grade := grade_of(value))}
    left = [value for value in ours.accepts if value not in accepts]
    same_length = len(accepts) == len(ours.accepts)
    for value, at_its_place in zip_longest(accepts, ours.accepts):
        if value is None or value in found:
            continue
        grade = grade_of(value)
        told = words.get(value.lower()) or (grades.get(grade) if grade and not ours.means else None)
        placed = at_its_place if same_length and at_its_place in left else None
        if stands_for := told or placed:
            found[value] = stands_for
    return found


def _meanings(
    accepts: tuple[str, ...],
    old: Mapping[str, str],
    ours: Vocabulary,
    edit: ColumnEdit,
    column: Column,
) -> dict[str, str]:
    """What each value means, in a list whose values mean something."""
    if not ours.means:
        return {}
    known = sorted(set(ours.means.values()))
    means: dict[str, str] = {}
    for value in accepts:
        by_word = role_by_word(value) if {"student", "staff"} & {*known} else _flag(value)
        meaning = edit.means.get(value) or ours.means.get(old.get(value, "")) or by_word
        if meaning not in known:
            raise UsageError(
                f"Nothing tells what {value} means in {column.name}; say which of these it is: "
                f"{', '.join(known)}."
            )
        means[value] = meaning
    return means


def _flag(value: str) -> str | None:
    """`yes`, `no` or None, by the word alone."""
    spelled = flag_series([], [value]).spelled
    return next((meaning for meaning, values in spelled.items() if values), None)
