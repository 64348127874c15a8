"""The data dictionary of a profile, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from roster_toolkit.model import Column, Evidence, Fix, HeaderNeed, Profile, Requirement


@dataclass(frozen=True, slots=True)
class DictionaryRow:
    """What there is to know about one column before filling it in.

    >>> row = rt.dictionary_rows(review.profile)[5]
    >>> (row.column, row.accepts)
    ('userRole', ('Student', 'Teacher', 'Administrator'))
    """

    column: str
    """The header as it must stand in the file."""
    header: HeaderNeed
    requirement: str
    """When its cells must be filled, in words."""
    values: str
    """What its cells may hold, in words."""
    accepts: tuple[str, ...]
    """The accepted values; empty where the column has no closed list."""
    spellings: Mapping[Fix, Mapping[str, tuple[str, ...]]]
    """How sure it is what they mean → accepted value → other spellings that the toolkit knows."""
    category: str
    """The error category under which the portal reports it."""
    evidence: Mapping[str, Evidence]
    """How `name`, `values` and `requirement` are known."""
    description: str
    note: str
    aliases: tuple[str, ...]
    """Other names by which the column is recognized; none of them is a valid header."""
    example: str
    """A value of the template's rows, or an accepted one."""


def dictionary_rows(profile: Profile) -> tuple[DictionaryRow, ...]:
    """The columns of a profile, in the order of its template.

    >>> [row.column for row in rt.dictionary_rows(review.profile)][:3]
    ['action', 'schoolId', 'userId']
    """
    return tuple(_row(profile, column) for column in profile.columns.values())


def _row(profile: Profile, column: Column) -> DictionaryRow:
    vocabulary = profile.vocabulary_of(column)
    spellings = {Fix.SAFE: vocabulary.safe, Fix.CONFIRM: vocabulary.likely} if vocabulary else {}
    return DictionaryRow(
        column=column.name,
        header=column.header,
        requirement=_requirement(profile, column),
        values=_values(profile, column),
        accepts=vocabulary.accepts if vocabulary else (),
        spellings=spellings,
        category=column.category,
        evidence=column.evidence,
        description=column.description,
        note=column.note,
        aliases=column.aliases,
        example=_example(profile, column),
    )


def _requirement(profile: Profile, column: Column) -> str:
    """When a cell must be filled, and when it must not."""
    if "student" not in profile.accepts_people:
        for_staff = {Requirement.STUDENTS: "blank", Requirement.STAFF: "optional with a class"}
        if column.requirement in for_staff:
            return for_staff[column.requirement]
    key = next(c.name for c in profile.needing(Requirement.CLASS_KEY))
    no = " or ".join(("blank", *profile.values_meaning(column.key, "no")))
    return {
        Requirement.REQUIRED: "required in every row",
        Requirement.OPTIONAL: "optional",
        Requirement.STUDENTS: "required for students, blank for staff",
        Requirement.STAFF: f"optional for staff with a class; {no} for students",
        Requirement.CLASS_KEY: "required as soon as another class cell is filled",
        Requirement.WITH_CLASS: f"required together with {key}, except in a removal",
    }[column.requirement]


def _values(profile: Profile, column: Column) -> str:
    """What a cell may hold: the closed list, or the form of its kind."""
    vocabulary = profile.vocabulary_of(column)
    if vocabulary:
        return ", ".join(vocabulary.accepts)
    kind = profile.kinds[column.kind]
    refused = " or ".join(f"@{start}…" for start in kind.forbidden_domains)
    return f"{kind.title}; not {refused}" if refused else kind.title


def _example(profile: Profile, column: Column) -> str:
    """A value to show; none where every cell stays blank."""
    only_students = column.requirement is Requirement.STUDENTS
    if only_students and "student" not in profile.accepts_people:
        return ""
    return next(iter(profile.examples(column.key)), "")
