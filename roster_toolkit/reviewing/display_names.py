"""A users.csv to edit display names of classes in: rows that change nothing else.

A row of users.csv names a person, and what it says of them is what the roster shall have. So the
row of a class is that of somebody who is in it, as the roster has them. A review proves of each row
that it would be accepted and change nothing, whatever display name is written into it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import polars as pl

from roster_toolkit.display import Shown
from roster_toolkit.errors import UsageError
from roster_toolkit.model import Profile
from roster_toolkit.profile import require_roster
from roster_toolkit.reviewing.review import Review, review
from roster_toolkit.rosters.context import RosterContext
from roster_toolkit.rosters.export import rows_csv
from roster_toolkit.rosters.outcomes import Outcome
from roster_toolkit.rosters.roster import Kind, kind_of_person
from roster_toolkit.text import counted, listed, number, quoted

_DISPLAY_NAME = "classDisplayName"
_FACTS = ("schoolId", "classId", "className")
#: Why a class is left out.
_NOBODY = "nobody is in them whom a row could name"
_NO_ROW = "no row of theirs would be accepted and change nothing else"
#: Schools or classes that a sentence names.
_NAMED = 5


@dataclass(frozen=True, repr=False)
class DisplayNames(Shown):
    """A users.csv with one row for each class, to edit the column `classDisplayName` in.

    >>> riverton.display_names()
    A users.csv of 144 rows, one for each class.
    """

    csv: bytes
    """The file: byte for byte what is to be uploaded, so nothing is escaped from formulas."""
    classes: pl.DataFrame
    """`row` (as a spreadsheet shows it), `schoolId`, `classId`, `className`, `classDisplayName`."""
    column: str
    """The header of the column to edit."""
    left_out: pl.DataFrame
    """`schoolId`, `classId`, `className`, `why`: classes that no row can name."""

    @property
    def left_out_because(self) -> str:
        """How many classes are left out and why, in a sentence; blank where none is.

        >>> riverton.display_names().left_out_because
        ''
        """
        return left_out_because(self.left_out)


def display_names(
    context: RosterContext, profile: Profile, school: str | None = None
) -> DisplayNames:
    """One row for each active class, by school and name, that changes nothing until it is edited.

    Raises UsageError where there is no such class, no row can name one, or the profile has no
    column for display names.
    """
    require_roster(profile, "Editing display names")
    column = profile.columns[_DISPLAY_NAME]
    if column.absent or not column.judged:
        raise UsageError(
            f"The portal of {context.district!r} has no column for display names, so no users.csv "
            "can change them."
        )
    classes = _classes(context, school)
    candidates = _candidates(context, profile, classes)
    chosen = _chosen(candidates, context, profile).select("class", "person", "leads")
    named = classes.join(chosen, on="class", maintain_order="left")
    left_out = _left_out(classes, named, candidates)
    if named.is_empty():
        raise UsageError(f"There is no display name to edit. {left_out_because(left_out)}")
    return DisplayNames(
        csv=rows_csv(named, context.roster, profile),
        classes=named.with_row_index("row", offset=2).select("row", *_FACTS, _DISPLAY_NAME),
        column=column.name,
        left_out=left_out,
    )


def _classes(context: RosterContext, school: str | None) -> pl.DataFrame:
    """The active classes of a school, or of all, by school and name."""
    classes = context.roster.classes.filter("active").sort("schoolId", "className", "classId")
    if classes.is_empty():
        raise UsageError(f"{context.district!r} has no classes, so no display names to edit.")
    if school is None:
        return classes
    of_school = classes.filter(pl.col("schoolId") == school)
    if of_school.is_empty():
        schools = classes["schoolId"].unique(maintain_order=True).to_list()
        others = ["others"] if len(schools) > _NAMED else []
        places = listed([*(repr(each) for each in schools[:_NAMED]), *others])
        raise UsageError(
            f"{context.district!r} has no class at a school {school!r}; it has some at {places}."
        )
    return of_school


def _candidates(context: RosterContext, profile: Profile, classes: pl.DataFrame) -> pl.DataFrame:
    """`person`, `class`, `schoolId`, `leads`: the rows that can name a class, the best ones first.

    Only members of the class's school: a row would make anybody else one. First go those whom no
    third party supplies (RT415); then staff, so that the file holds few students.
    """
    roster = context.roster
    kind = kind_of_person(profile)
    people = roster.people.filter(kind.is_in(profile.accepts_people)).select(
        "person",
        "userId",
        student=kind == Kind.STUDENT.value,
        supplied=pl.col("source").is_in(context.sources),
    )
    members = roster.memberships.select("person", "schoolId", elsewhere=pl.len().over("person") > 1)
    leads = pl.col("leads").fill_null(value=False)
    return (
        roster.enrollments.select("person", "class", "leads")
        .join(classes.select("class", "schoolId"), on="class")
        .join(people, on="person")
        .join(members, on=["person", "schoolId"])
        .sort("class", "supplied", "student", "elsewhere", ~leads, "userId")
        .select("person", "class", "schoolId", "leads")
    )


def _chosen(candidates: pl.DataFrame, context: RosterContext, profile: Profile) -> pl.DataFrame:
    """The first row of each class that is proven: the best one, else any other.

    One that seems to leave somebody behind at another school (RT417) only where there is no other.
    """
    best = _proven(_first_of_class(candidates), context, profile).filter(~pl.col("stays"))
    others = candidates.join(best, on="class", how="anti", maintain_order="left")
    if others.is_empty():
        return best
    # The others are judged beside the best, among which they will stand.
    both = _proven(pl.concat([best.drop("stays"), others]), context, profile)
    return _first_of_class(pl.concat([best, both.sort("stays", maintain_order=True)]))


def _first_of_class(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.unique("class", keep="first", maintain_order=True)


def _proven(rows: pl.DataFrame, context: RosterContext, profile: Profile) -> pl.DataFrame:
    """The rows that would be accepted and change nothing but the display name of their class.

    `stays`: whether the person would seem to be left behind at another school (RT417). Reviewed
    with another display name in each: the name of the class, which is never blank. One error
    rejects one row here, whatever the portal does with the others.
    """
    roster = context.roster
    renamed = roster.classes.with_columns(pl.col("className").alias(_DISPLAY_NAME))
    edited = rows_csv(rows, replace(roster, classes=renamed), profile)
    row_by_row = profile.model_copy(update={"on_error": "row"})
    result = review(edited, profile=row_by_row, against=context)
    if result.impact is None:
        return rows.clear().with_columns(stays=pl.lit(value=False))
    first_row = result.upload.first_row
    left_behind = roster.people.filter(
        pl.col("userId").is_in(result.left_behind["userId"].implode())
    )
    return (
        rows.with_columns(stays=pl.col("person").is_in(left_behind["person"].implode()))
        .with_row_index("row", offset=first_row)
        .filter(
            ~pl.col("row").is_in(result.rejected_rows.implode()),
            pl.struct("person", "class").is_in(_unchanged_pairs(result).implode()),
        )
        .drop("row")
    )


def _unchanged_pairs(result: Review) -> pl.Series:
    """`person`, `class` of the enrollments that stay as they are, as do person, school and class.

    Only the display name of the class may differ.
    """
    impact = result.impact
    assert impact is not None  # noqa: S101  (for the type checker)
    unchanged = pl.col("outcome") == Outcome.NO_CHANGES.value
    other_fields = impact.compared.fields.filter(
        pl.col("kind") == Kind.CLASS.value, pl.col("field") != _DISPLAY_NAME
    )
    schools = impact.schools.filter(unchanged)["schoolId"]
    pairs = impact.enrollments.filter(
        unchanged,
        pl.col("person").is_in(impact.people.filter(unchanged)["person"].implode()),
        pl.col("schoolId").is_in(schools.implode()),
        ~pl.col("class").is_in(other_fields["number"].implode()),
    )
    return pairs.select(pair=pl.struct("person", "class"))["pair"]


def left_out_because(left_out: pl.DataFrame) -> str:
    """The sentence on the classes that are left out; blank where none is."""
    reasons = left_out.group_by("why", maintain_order=True).agg("classId")
    clauses = [f"{_some_of(class_ids)}, as {why}" for why, class_ids in reasons.iter_rows()]
    return f"Left out: {'; '.join(clauses)}." if clauses else ""


def _some_of(class_ids: Sequence[str]) -> str:
    """How many classes, and the IDs of the first."""
    ids = [quoted(class_id) for class_id in class_ids[:_NAMED]]
    more = [f"{number(len(class_ids) - _NAMED)} more"] if len(class_ids) > _NAMED else []
    return f"{counted(len(class_ids), 'class', 'classes')} ({listed([*ids, *more])})"


def _left_out(classes: pl.DataFrame, named: pl.DataFrame, candidates: pl.DataFrame) -> pl.DataFrame:
    """`schoolId`, `classId`, `className`, `why`."""
    filled = pl.col("class").is_in(candidates["class"].unique().implode())
    why = pl.when(filled).then(pl.lit(_NO_ROW)).otherwise(pl.lit(_NOBODY))
    return classes.join(named, on="class", how="anti", maintain_order="left").select(
        *_FACTS, why=why
    )
