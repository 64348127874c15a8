"""What a file states, compared with the roster: the basis of impact and of the next roster.

Omission means nothing here: records that a file does not mention stay as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from roster_toolkit.model import Entity, Profile
from roster_toolkit.rosters.places import places, records_at
from roster_toolkit.rosters.roster import (
    Kind,
    Roster,
    facts_of,
    in_order,
    is_staff,
    keeps_when_blank,
    kind_of_person,
    membership_numbers,
    pair,
)

#: One line per field of a record that both sides have, and that differs.
FIELDS = {
    "kind": pl.String,
    "number": pl.UInt32,
    "key": pl.String,
    "school": pl.String,
    "field": pl.String,
    "before": pl.String,
    "after": pl.String,
}


@dataclass(frozen=True)
class Compared:
    """The records that a file states, as they would be stored, under the roster's numbers.

    New people and classes get numbers above those of the roster. Blank cells that keep the roster's
    value are filled in.

    >>> review.impact.compared.people.filter("changed").height
    174
    """

    people: pl.DataFrame
    """`person`, `userId`, facts, `kind`, `known`, `changed` (a fact or the ID differs), `joins`
    (is new to a school)."""
    memberships: pl.DataFrame
    """`person`, `schoolId`, `known`."""
    classes: pl.DataFrame
    """`class`, `classId`, `schoolId`, facts, `known` (and active), `changed`."""
    enrollments: pl.DataFrame
    """`person`, `class`, `leads`, `known`, `changed`."""
    fields: pl.DataFrame
    """Shape `FIELDS`."""


def compare(stated: Roster, roster: Roster, profile: Profile, renumbered: pl.DataFrame) -> Compared:
    """Every record that a file states, and how it differs from the roster's.

    `renumbered`: `userId` (in the file) and `was_userId` (in the roster) of the people who changed
    their ID and nothing else.
    """
    people = _people(stated.people, roster.people, profile, renumbered)
    memberships = _memberships(stated.memberships, roster.memberships, people)
    joining = memberships.filter(~pl.col("known"))["person"].unique()
    people = people.with_columns(joins=pl.col("person").is_in(joining.implode()))
    classes = _classes(stated.classes, roster.classes, profile)
    enrollments = _enrollments(stated.enrollments, roster.enrollments, people, classes)
    return Compared(
        people=people.select(pl.exclude("^was_.*$")),
        memberships=memberships,
        classes=classes.select(pl.exclude("^was_.*$")),
        enrollments=enrollments,
        fields=pl.concat(
            [
                _fields(people, ["userId", *facts_of(profile, Entity.PERSON)], "person", "userId"),
                _fields(classes, facts_of(profile, Entity.CLASS), "class", "classId"),
                _leads(enrollments, people, classes, profile),
            ]
        ),
    )


def _numbered(joined: pl.DataFrame, number: str, roster_records: pl.DataFrame) -> pl.DataFrame:
    """`number` of the roster where it has one, else the next free number, in order of the keys."""
    next_free = roster_records.select(pl.col(number).max() + 1).item() or 0
    new = pl.col("was_number").is_null()
    assigned = next_free + new.cum_sum() - 1
    return joined.with_columns(
        pl.coalesce("was_number", assigned.cast(pl.UInt32)).cast(pl.UInt32).alias(number)
    )


def _people(
    stated: pl.DataFrame, roster_people: pl.DataFrame, profile: Profile, renumbered: pl.DataFrame
) -> pl.DataFrame:
    facts = facts_of(profile, Entity.PERSON)
    old_id = pl.col("userId")
    if not renumbered.is_empty():
        old_id = old_id.replace(renumbered["userId"], renumbered["was_userId"])
    before = roster_people.select(
        pl.col("person").alias("was_number"),
        *(pl.col(fact).alias(f"was_{fact}") for fact in facts),
    )
    old = stated.select(was_userId=old_id)["was_userId"]
    in_roster = places(old, roster_people["userId"])
    joined = pl.concat([stated, records_at(before, in_roster), old.to_frame()], how="horizontal")
    people = _numbered(joined, "person", roster_people).with_columns(
        known=pl.col("was_number").is_not_null()
    )
    staff = is_staff(profile)
    people = people.with_columns(_value_after(profile, fact, staff) for fact in facts)
    return people.with_columns(
        kind=kind_of_person(profile), changed=_differs(["userId", *facts])
    ).drop("was_number", "source")


def _value_after(profile: Profile, fact: str, staff: pl.Expr) -> pl.Expr:
    """The value that would be stored: blank keeps the roster's value, but staff lose a grade."""
    blank = (pl.col(fact) == "") & pl.col(f"was_{fact}").is_not_null()
    keeps = blank & (pl.lit(value=True) if keeps_when_blank(profile, fact) else ~staff)
    if not profile.blank_keeps:
        keeps = pl.lit(value=False)
    return pl.when(keeps).then(f"was_{fact}").otherwise(fact).alias(fact)


def _differs(facts: Sequence[str]) -> pl.Expr:
    """Predicate: the roster has the record, and one of these facts differs."""
    differs = pl.any_horizontal(pl.col(fact) != pl.col(f"was_{fact}") for fact in facts)
    return pl.col("known") & differs.fill_null(value=False)


def _memberships(
    stated: pl.DataFrame, roster_memberships: pl.DataFrame, people: pl.DataFrame
) -> pl.DataFrame:
    """`person`, `schoolId`, `known`."""
    mapped = stated.select(person=people["person"].gather(stated["person"]), schoolId="schoolId")
    in_file, in_roster = membership_numbers(mapped, roster_memberships)
    return mapped.with_columns(known=in_file.is_in(in_roster.implode()))


def _classes(stated: pl.DataFrame, roster_classes: pl.DataFrame, profile: Profile) -> pl.DataFrame:
    facts = facts_of(profile, Entity.CLASS)
    before = roster_classes.select(
        "classId",
        "active",
        pl.col("class").alias("was_number"),
        *(pl.col(fact).alias(f"was_{fact}") for fact in facts),
    )
    joined = stated.drop("active").join(before, on="classId", how="left", maintain_order="left")
    classes = _numbered(joined, "class", roster_classes).with_columns(
        known=pl.col("active").fill_null(value=False)
    )
    classes = classes.with_columns(
        _value_after(profile, fact, pl.lit(value=False)) for fact in facts
    )
    return classes.with_columns(changed=_differs(facts)).drop("was_number", "source", "active")


def _enrollments(
    stated: pl.DataFrame,
    roster_enrollments: pl.DataFrame,
    people: pl.DataFrame,
    classes: pl.DataFrame,
) -> pl.DataFrame:
    """`person`, `class`, `leads`, `was_leads`, `known`, `changed`; a student leads no class."""
    students = (people["kind"] == Kind.STUDENT.value).fill_null(value=False)
    mapped = stated.select(
        "leads",
        person=people["person"].gather(stated["person"]),
        student=students.gather(stated["person"]),
        **{"class": classes["class"].gather(stated["class"])},
    ).with_columns(pair=pair())
    leads = pl.col("leads").fill_null(value=False)  # blank in a download means no
    in_roster = roster_enrollments.select(pair=pair(), was_leads=leads, known=pl.lit(value=True))
    joined = in_order(mapped, "pair").join(
        in_order(in_roster, "pair"), on="pair", how="left", maintain_order="left"
    )
    return (
        joined.with_columns(
            pl.col("known").fill_null(value=False),
            leads=pl.coalesce(
                "leads", pl.col("was_leads") & ~pl.col("student"), pl.lit(value=False)
            ),
        )
        .with_columns(changed=pl.col("known") & (pl.col("leads") != pl.col("was_leads")))
        .drop("pair", "student")
    )


def _fields(records: pl.DataFrame, facts: Sequence[str], kind: str, key: str) -> pl.DataFrame:
    """Shape `FIELDS`: the fields that differ, for records that the roster has."""
    changed = records.filter("changed")
    lines = [
        changed.filter(pl.col(fact) != pl.col(f"was_{fact}")).select(
            kind=pl.col("kind") if kind == "person" else pl.lit(kind),
            number=pl.col(kind),
            key=pl.col(key),
            school=pl.col("schoolId") if kind == "class" else pl.lit(""),
            field=pl.lit(fact),
            before=pl.col(f"was_{fact}"),
            after=pl.col(fact),
        )
        for fact in facts
    ]
    return pl.concat([pl.DataFrame(schema=FIELDS), *(_shaped(line) for line in lines)])


def _leads(
    enrollments: pl.DataFrame, people: pl.DataFrame, classes: pl.DataFrame, profile: Profile
) -> pl.DataFrame:
    """Shape `FIELDS`: the enrollments whose primary teacher flag differs."""
    yes, no = (profile.values_meaning("primary_teacher", word)[0] for word in ("yes", "no"))
    changed = enrollments.filter("changed")
    named = changed.join(people.select("person", "userId"), on="person").join(
        classes.select("class", "classId", "schoolId"), on="class"
    )
    return _shaped(
        named.select(
            kind=pl.lit(Kind.ENROLLMENT.value),
            number=pl.col("person"),
            key=pl.format("{} in {}", "userId", "classId"),
            school="schoolId",
            field=pl.lit("primary_teacher"),
            before=pl.when("was_leads").then(pl.lit(yes)).otherwise(pl.lit(no)),
            after=pl.when("leads").then(pl.lit(yes)).otherwise(pl.lit(no)),
        )
    )


def _shaped(line: pl.DataFrame) -> pl.DataFrame:
    return line.select(pl.col(name).cast(dtype) for name, dtype in FIELDS.items())
