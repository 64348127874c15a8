"""Mask a roster, what a file is judged against, and what a file would do to it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import polars as pl

from roster_toolkit.impact.preview import Impact
from roster_toolkit.masking.values import Form, Mask
from roster_toolkit.rosters.compare import Compared
from roster_toolkit.rosters.context import RosterContext
from roster_toolkit.rosters.roster import SCHOOL_FACTS, Kind, Roster

#: Columns of rosters and of what is made of them that are no column of a profile.
_OF_ROSTERS = {"source": Form.KEEP, "schoolName": Form.SCHOOL_NAME, "kind": Form.KEEP,
               "lowGrade": Form.KEEP, "highGrade": Form.KEEP, "outcome": Form.KEEP}  # fmt: skip


def form_of_roster_column(mask: Mask, name: str) -> Form:
    """The form of a column of a roster's frame."""
    return _OF_ROSTERS.get(name) or mask.form_of(name)


def masked_roster(roster: Roster, mask: Mask) -> Roster:
    """A roster whose people and classes go by pseudonyms; its numbers are the same."""
    masked = partial(mask.frame, forms=partial(form_of_roster_column, mask))
    return replace(
        roster, schools=masked(roster.schools), people=masked(roster.people),
        memberships=masked(roster.memberships), classes=masked(roster.classes),
        enrollments=masked(roster.enrollments),
    )  # fmt: skip


def masked_context(context: RosterContext, mask: Mask) -> RosterContext:
    """What a file was judged against: the addresses of other districts are left out."""
    of_file = context.snapshot is None
    return replace(
        context,
        roster=masked_roster(context.roster, mask),
        district=(mask.file if of_file else mask.district)(context.district),
        addresses=None,
        profile=mask.profile,
        previous=None,
    )


def masked_impact(impact: Impact, mask: Mask) -> Impact:
    """The records that a file touches, by their pseudonyms."""
    masked = partial(mask.frame, forms=partial(form_of_roster_column, mask))
    compared = impact.compared
    return replace(
        impact, people=masked(impact.people), person_schools=masked(impact.person_schools),
        classes=masked(impact.classes), enrollments=masked(impact.enrollments),
        schools=masked(impact.schools),
        compared=Compared(
            people=masked(compared.people), memberships=masked(compared.memberships),
            classes=masked(compared.classes), enrollments=masked(compared.enrollments),
            fields=masked_fields(compared.fields, mask),
        ),
    )  # fmt: skip


def masked_fields(fields: pl.DataFrame, mask: Mask) -> pl.DataFrame:
    """Lines with `kind`, `key`, `school`, `field`, `before` and `after`, masked.

    Where a line has no field, it is about the record as a whole, and the two hold its key.
    """
    if fields.is_empty():
        return fields
    parts = [
        part.with_columns(
            masked_keys(part["key"], str(kind), mask),
            mask.column(part["school"], mask.form_of("schoolId")),
            *(_masked_side(part[side], str(kind), str(name), mask) for side in ("before", "after")),
        )
        for (kind, name), part in fields.with_row_index("at")
        .partition_by("kind", "field", as_dict=True)
        .items()
    ]
    return pl.concat(parts).sort("at").drop("at")


def _masked_side(values: pl.Series, kind: str, field: str, mask: Mask) -> pl.Series:
    if field in mask.profile.columns:
        return mask.column(values, mask.form_of(field))
    if field in SCHOOL_FACTS:
        return mask.column(values, _OF_ROSTERS[field])
    return masked_keys(values, kind, mask)


def masked_keys(keys: pl.Series, kind: str, mask: Mask) -> pl.Series:
    """The keys of records of one kind, masked; blank stays blank."""
    if kind == Kind.ENROLLMENT:
        pairs = mask.pairs(keys)
        return (
            pl.select(pl.when(keys == "").then(keys).otherwise(pairs)).to_series().alias(keys.name)
        )
    of_kind = {Kind.SCHOOL.value: "schoolId", Kind.CLASS.value: "classId"}
    return mask.column(keys, mask.form_of(of_kind.get(kind, "userId")))
