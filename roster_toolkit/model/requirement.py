"""When a cell must be filled, and of whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from roster_toolkit.model.record import Record


class Need(StrEnum):
    """What is asked of a cell in the rows of one kind of person.

    >>> review.profile.columns["userGrade"].requirement.staff is rt.Need.BLANK
    True
    """

    REQUIRED = "required"
    """In every row."""
    WITH_CLASS = "with-class"
    """Where the row puts the person in a class, except in a removal."""
    OPTIONAL = "optional"
    """Nothing: filled or blank."""
    NOT_YES = "not-yes"
    """Anything but a yes."""
    BLANK = "blank"
    """To stay blank."""
    CLASS_KEY = "class-key"
    """As soon as any other class cell is filled."""


#: Requirements that have a name of their own in a profile → what is asked of students, of staff.
NAMED: Mapping[str, tuple[Need, Need]] = {
    "required": (Need.REQUIRED, Need.REQUIRED),
    "optional": (Need.OPTIONAL, Need.OPTIONAL),
    "students": (Need.REQUIRED, Need.BLANK),
    "staff": (Need.NOT_YES, Need.OPTIONAL),
    "staff-with-class": (Need.NOT_YES, Need.WITH_CLASS),
    "class-key": (Need.CLASS_KEY, Need.CLASS_KEY),
    "with-class": (Need.WITH_CLASS, Need.WITH_CLASS),
}


@dataclass(frozen=True, kw_only=True)
class Requirement(Record):
    """What is asked of the cells of a column, of students and of staff.

    A profile writes it as one word where there is one (`requirement = "required"`), else as a
    table: `requirement = { students = "required", staff = "optional" }`.

    >>> review.profile.columns["userGrade"].requirement.value
    'students'
    """

    students: Need
    staff: Need

    @classmethod
    def as_table(cls, given: Any) -> Any:  # noqa: ANN401  (whatever a profile holds)
        """The table of what is asked, where it is written as one word."""
        if not isinstance(given, str):
            return given
        if given not in NAMED:
            known = ", ".join(f"`{name}`" for name in NAMED)
            raise ValueError(f"it is one of {known}, or a table of `students` and `staff`")
        students, staff = NAMED[given]
        return {"students": students, "staff": staff}

    @property
    def value(self) -> str:
        """The one word for it, or both needs where there is none."""
        both = (self.students, self.staff)
        named = next((name for name, needs in NAMED.items() if needs == both), None)
        return named or f"students: {self.students}, staff: {self.staff}"

    @property
    def always(self) -> bool:
        """Whether every row must be filled."""
        return self.students is Need.REQUIRED and self.staff is Need.REQUIRED

    @property
    def never(self) -> bool:
        """Whether every row may be blank or filled."""
        return self.students is Need.OPTIONAL and self.staff is Need.OPTIONAL

    @property
    def ever_blank(self) -> bool:
        """Whether no row needs the cell: blank is right wherever it stands."""
        blank = {Need.OPTIONAL, Need.NOT_YES, Need.BLANK}
        return {self.students, self.staff} <= blank

    @property
    def of_everybody(self) -> bool:
        """Whether it asks the same of every row, whoever it is about."""
        return self.always or self.never

    @property
    def with_class(self) -> bool:
        """Whether everybody who is in a class needs it."""
        return self.students is Need.WITH_CLASS and self.staff is Need.WITH_CLASS

    @property
    def class_key(self) -> bool:
        """Whether other class cells need it."""
        return Need.CLASS_KEY in (self.students, self.staff)
