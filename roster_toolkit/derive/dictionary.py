"""The data dictionary of a profile, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from roster_toolkit.model import Column, Evidence, Fix, HeaderNeed, Need, Profile, Seen
from roster_toolkit.text import listed

#: What is asked of a kind of person, in words.
_WORDS = {
    Need.REQUIRED: "required",
    Need.WITH_CLASS: "required with a class",
    Need.OPTIONAL: "optional",
    Need.NOT_YES: "no yes",
    Need.BLANK: "blank",
}
#: What stands behind a list that may be longer than is known.
AND_OTHERS = "there may be others"
#: Files that a mark names.
_FILES_NAMED = 2
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
    seen: tuple[Seen, ...] = ()
    """The files of the customer's own portal from which something of it was learned."""
    judged: bool = True
    """Whether its cells are judged."""
    open: bool = False
    """Whether there may be more accepted values than are known."""

    @property
    def seen_in(self) -> str:
        """Those files and the last date, in words: `in users.csv, 2026-11-30`; blank if none."""
        if not self.seen:
            return ""
        names = list(dict.fromkeys(seen.file for seen in self.seen))
        if len(names) > _FILES_NAMED:
            names = [*names[:_FILES_NAMED], "others"]
        return f"in {listed(names)}, {max(seen.date for seen in self.seen)}"

    def known(self, fact: str) -> str:
        """How `name`, `values` or `requirement` is known, with the file where it was seen."""
        mark = self.evidence[fact]
        return f"{mark} {self.seen_in}".rstrip() if mark is Evidence.SEEN else mark.value


def dictionary_rows(profile: Profile) -> tuple[DictionaryRow, ...]:
    """The columns of a profile, in the order of its template.

    >>> [row.column for row in rt.dictionary_rows(review.profile)][:3]
    ['action', 'schoolId', 'userId']
    """
    return tuple(_row(profile, column) for column in profile.in_file)


def absent_columns(profile: Profile) -> str:
    """The columns of ours that the portal does not have, in a sentence; blank where it has all.

    >>> rt.absent_columns(review.profile)
    ''
    """
    absent = [column for column in profile.columns.values() if column.absent]
    if not absent:
        return ""
    names = listed((column.name for column in absent), "or")
    return f"The portal has no {'column' if len(absent) == 1 else 'columns'} {names}."


def _row(profile: Profile, column: Column) -> DictionaryRow:
    vocabulary = profile.vocabulary_of(column)
    spellings = {Fix.SAFE: vocabulary.safe, Fix.CONFIRM: vocabulary.likely} if vocabulary else {}
    return DictionaryRow(
        column=column.name,
        header=column.header,
        requirement=requirement_words(profile, column) if column.judged else "not checked",
        values=_values(profile, column),
        accepts=vocabulary.accepts if vocabulary else (),
        spellings=spellings,
        category=column.category,
        evidence=column.evidence,
        description=column.description,
        note=column.note,
        aliases=column.aliases,
        example=_example(profile, column),
        seen=column.seen,
        judged=column.judged,
        open=bool(vocabulary and vocabulary.open),
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
    if not column.judged:
        return "anything: its cells are not checked"
    if vocabulary:
        known = ", ".join(vocabulary.accepts)
        return f"{known}; {AND_OTHERS}" if vocabulary.open else known
    kind = profile.kinds[column.kind]
    barred = " or ".join(f"@{start}…" for start in kind.forbidden_domains)
    return f"{kind.title}; not {barred}" if barred else kind.title


def _example(profile: Profile, column: Column) -> str:
    """A value to show; none where every cell stays blank."""
    only_students = column.requirement.staff is Need.BLANK
    if only_students and "student" not in profile.accepts_people:
        return ""
    return next(iter(profile.examples(column.key)), "")
