"""One record before and after a file: its fields, the rows that mention it, whom a removal reaches.

Removing a class also unenrolls people who are not in the file; they are listed and marked here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from roster_toolkit.display import Shown
from roster_toolkit.drilldown import Sheet
from roster_toolkit.errors import UsageError
from roster_toolkit.impact.records import PEOPLE, ImpactRecords, kind_of
from roster_toolkit.model import Effect, Entity
from roster_toolkit.rosters.outcomes import Outcome
from roster_toolkit.rosters.roster import Kind, facts_of

#: The enrollments that a removal ends.
REACHES = {
    "key": pl.String,
    "userId": pl.String,
    "name": pl.String,
    "role": pl.String,
    "classId": pl.String,
    "className": pl.String,
    "outside": pl.Boolean,
}
_FIELDS = {"field": pl.String, "before": pl.String, "after": pl.String}
#: Kind of record → the column that names it, where one does.
_KEYS = {
    Kind.SCHOOL: "schoolId", Kind.STAFF: "userId", Kind.STUDENT: "userId", Kind.CLASS: "classId",
}  # fmt: skip
#: Effect of a removal → the kinds of record that its row is about.
_REMOVED = {
    Effect.REMOVE_CLASS: (Kind.CLASS,),
    Effect.REMOVE_USER: PEOPLE,
    Effect.REMOVE_ENROLLMENT: (Kind.ENROLLMENT,),
}
_Facts = dict[str, str | None]


@dataclass(frozen=True, repr=False)
class RecordView(Shown):
    """One record: as it is, as it would be, where the file speaks of it, whom it takes along.

    >>> view = review.record("class", "0102RWM005")
    >>> view.outcome, view.reaches.height
    ('removed', 23)
    """

    kind: str
    key: str
    """As the file has it: somebody with a new ID goes by that."""
    was: str | None
    """The ID that the roster has, where it is another one."""
    name: str
    outcome: str
    fields: pl.DataFrame
    """`field`, `before`, `after` of every field; null where there is no record."""
    rows: pl.Series
    """Spreadsheet rows that mention it, ascending."""
    reaches: pl.DataFrame
    """Shape `REACHES`: the enrollments that its removal ends; `outside` where nobody in the file
    is the person. Empty where it is not removed."""


def trace_record(lists: ImpactRecords, kind: str, key: str) -> RecordView:
    """One record by its key; a person with a new ID can be looked up by either.

    An enrollment's key is `userId in classId`, as in changes.csv. Raises UsageError where neither
    file nor roster has such a record.
    """
    return _Trace(lists, kind_of(kind), key).view()


class _Trace:
    """One record, looked up."""

    def __init__(self, lists: ImpactRecords, kind: Kind, key: str) -> None:
        self.lists, self.kind = lists, kind
        self.impact, self.roster, self.profile = lists.impact, lists.roster, lists.profile
        self.line = self._line(key)
        self.outcome = self.line["outcome"]

    def view(self) -> RecordView:
        """Everything that there is to say."""
        before, after = self._before(), self._after()
        names = dict.fromkeys([*(before or {}), *(after or {})])
        fields = [(n, before and before.get(n), after and after.get(n)) for n in names]
        key = _KEYS.get(self.kind)
        was = before.get(key) if before and key else None
        return RecordView(
            kind=self.kind.value,
            key=self.line["key"],
            was=was if was != self.line["key"] else None,
            name=self.line["name"],
            outcome=self.outcome,
            fields=pl.DataFrame(
                [(n, b or _blank(before), a or _blank(after)) for n, b, a in fields],
                schema=_FIELDS,
                orient="row",
            ),
            rows=self._rows(was),
            reaches=self._reaches(),
        )

    def _line(self, key: str) -> dict[str, Any]:
        for records in (self.lists.touched(self.kind), self.lists.unmentioned(self.kind)):
            matches = records.filter(pl.col("key") == key)
            if matches.is_empty() and self.kind in PEOPLE:
                number = self.roster.people.filter(pl.col("userId") == key)["person"]
                matches = records.filter(pl.col("person").is_in(number.implode()))
            if not matches.is_empty():
                return matches.row(0, named=True)
        raise UsageError(f"Neither the file nor the roster has a {self.kind.value} of this key.")

    # --- before and after ------------------------------------------------------------------------

    def _before(self) -> _Facts | None:
        """The record as the roster has it."""
        if self.outcome == Outcome.CREATED.value:
            return None
        match self.kind:
            case Kind.SCHOOL:
                return self._school()
            case Kind.CLASS:
                return self._class(self.roster.classes.filter("active"))
            case Kind.ENROLLMENT:
                return self._enrollment(self.roster.enrollments, self.roster.people)
        schools = self.roster.memberships.filter(self._is("person"))["schoolId"]
        return self._person(self.roster.people, schools)

    def _is(self, number: str) -> pl.Expr:
        """Predicate: the line is about this person or class; false where it has no number."""
        return pl.col(number).eq_missing(pl.lit(self.line[number], dtype=pl.UInt32))

    def _after(self) -> _Facts | None:
        """The record as it would be; as it is, where nothing happens to it."""
        if self.outcome == Outcome.REMOVED.value:
            return None
        compared = self.impact.compared
        if self.outcome not in (Outcome.CREATED.value, Outcome.UPDATED.value):
            return self._before()
        match self.kind:
            case Kind.SCHOOL:
                return {"schoolId": self.line["key"], "schoolName": ""}
            case Kind.CLASS:
                return self._class(compared.classes)
            case Kind.ENROLLMENT:
                return self._enrollment(compared.enrollments, compared.people)
        person = self._is("person")
        schools = [
            memberships.filter(person)["schoolId"]
            for memberships in (self.roster.memberships, compared.memberships)
        ]
        return self._person(compared.people, pl.concat(schools))

    def _person(self, people: pl.DataFrame, schools: pl.Series) -> _Facts | None:
        names = ["userId", *facts_of(self.profile, Entity.PERSON)]
        person = people.filter(self._is("person"))
        if person.is_empty():
            return None
        return {"schoolId": ", ".join(schools.unique().sort())} | person.select(names).row(
            0, named=True
        )

    def _class(self, classes: pl.DataFrame) -> _Facts | None:
        names = ["classId", *facts_of(self.profile, Entity.CLASS)]
        line = classes.filter(self._is("class"))
        return None if line.is_empty() else line.select(names).row(0, named=True)

    def _enrollment(self, enrollments: pl.DataFrame, people: pl.DataFrame) -> _Facts | None:
        here = self._is("person") & self._is("class")
        line = enrollments.filter(here)
        if line.is_empty():
            return None
        yes, no = (
            self.profile.values_meaning("primary_teacher", word)[0] for word in ("yes", "no")
        )
        user_ids = people.filter(self._is("person"))["userId"]
        _, _, class_id = self.line["key"].rpartition(" in ")
        return {
            "userId": user_ids[0] if user_ids.len() else "",
            "classId": class_id,
            "primary_teacher": yes if line["leads"][0] else no,
        }

    def _school(self) -> _Facts | None:
        line = self.roster.schools.filter(pl.col("schoolId") == self.line["key"])
        return None if line.is_empty() else line.drop("source").row(0, named=True)

    # --- rows and reach --------------------------------------------------------------------------

    def _rows(self, was: str | None) -> pl.Series:
        """Rows that mention the record; a removal mentions only the record that it removes."""
        sheet = self.lists.sheet
        if self.kind is Kind.ENROLLMENT:
            user_id, _, class_id = self.line["key"].rpartition(" in ")
            mentioned = _holding(sheet, "userId", [user_id]) & _holding(
                sheet, "classId", [class_id]
            )
        else:
            keys = [key for key in (self.line["key"], was) if key]
            mentioned = _holding(sheet, _KEYS[self.kind], keys)
        indices = mentioned.arg_true().cast(pl.UInt32)
        indices = indices.filter(~indices.is_in(sheet.upload.blank.implode()))
        if "action" in sheet.upload.cells.columns:
            other_removals = [
                value
                for effect, kinds in _REMOVED.items()
                if self.kind not in kinds
                for value in self.profile.values_meaning("action", effect)
            ]
            indices = indices.filter(~sheet.cleaned("action").gather(indices).is_in(other_removals))
        return (indices + sheet.upload.first_row).alias("row")

    def _reaches(self) -> pl.DataFrame:
        """The enrollments that the removal of the record ends, shape `REACHES`."""
        number = {Kind.CLASS: "class", Kind.STAFF: "person", Kind.STUDENT: "person"}.get(self.kind)
        if number is None or self.outcome != Outcome.REMOVED.value:
            return pl.DataFrame(schema=REACHES)
        ended = self.impact.enrollments.filter(
            self._is(number), pl.col("outcome") == Outcome.REMOVED.value
        )
        roles = self.roster.people.select("person", role="userRole")
        return (
            self.lists.named(ended)
            .join(roles, on="person", how="left")
            .sort("outside", "key", descending=[True, False])
            .select(pl.col(name).cast(dtype) for name, dtype in REACHES.items())
        )


def _blank(facts: _Facts | None) -> str | None:
    return None if facts is None else ""


def _holding(sheet: Sheet, column: str, values: list[str]) -> pl.Series:
    """Mask of the records that have one of the values in a column, compared as cleaned."""
    if column not in sheet.upload.cells.columns:
        return pl.Series([False] * sheet.upload.cells.height, dtype=pl.Boolean)
    return sheet.cleaned(column).is_in(values)
