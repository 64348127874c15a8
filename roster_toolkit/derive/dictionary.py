"""The data dictionary of a profile, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from roster_toolkit.model import Column, Evidence, Fix, HeaderNeed, Need, Profile

#: What is asked of a kind of person, in words.
_WORDS = {
    Need.REQUIRED: "required",
    Need.WITH_CLASS: "required with a class",
    Need.OPTIONAL: "optional",
    Need.NOT_YES: "no yes",
    Need.BLANK: "blank",
}
_EVERYBODY = {**_WORDS, Need.REQUIRED: "required in every row"}


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
    return tuple(_row(profile, column) for column in profile.in_file)


def _row(profile: Profile, column: Column) -> DictionaryRow:
    vocabulary = profile.vocabulary_of(column)
    spellings = {Fix.SAFE: vocabulary.safe, Fix.CONFIRM: vocabulary.likely} if vocabulary else {}
    return DictionaryRow(
        column=column.name,
        header=column.header,
        requirement=requirement_words(profile, column),
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


def requirement_words(profile: Profile, column: Column) -> str:
    """When a cell must be filled, and when it must not."""
    needs = column.requirement
    if needs.class_key:
        return "required as soon as another class cell is filled"
    if needs.with_class:
        key = next(c.name for c in profile.needing(lambda need: need.class_key))
        return f"required together with {key}, except in a removal"
    if "student" not in profile.accepts_people:
        of_staff = (
            {Need.OPTIONAL: "optional with a class"} if needs.students is Need.NOT_YES else {}
        )
        return of_staff.get(needs.staff, _EVERYBODY[needs.staff])
    if needs.students is needs.staff:
        return _EVERYBODY[needs.staff]
    if needs.students is Need.NOT_YES:
        no = " or ".join(("blank", *profile.values_meaning(column.key, "no")))
        of_staff = {Need.OPTIONAL: "optional for staff with a class"}
        return f"{of_staff.get(needs.staff, f'{_WORDS[needs.staff]} for staff')}; {no} for students"
    return f"{_WORDS[needs.students]} for students, {_WORDS[needs.staff]} for staff"


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
    only_students = column.requirement.staff is Need.BLANK
    if only_students and "student" not in profile.accepts_people:
        return ""
    return next(iter(profile.examples(column.key)), "")
