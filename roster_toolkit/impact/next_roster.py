"""The next roster: after a file is processed, or after current data is imported.

Neither ends what it does not speak of. A file ends classes, people and enrollments only by an
action; an import says which part of the roster it holds, and whoever of that part is absent leaves.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import polars as pl

from roster_toolkit.impact.preview import Impact
from roster_toolkit.model import Part, Profile
from roster_toolkit.rosters.identity import aligned
from roster_toolkit.rosters.outcomes import Outcome
from roster_toolkit.rosters.parts import of_part
from roster_toolkit.rosters.roster import Roster, pair


def next_roster(impact: Impact, roster: Roster, source: str) -> Roster:
    """The roster after processing a file.

    New records come from `source`; known ones keep theirs. A class that is removed stays, inactive,
    so that it can be told from one that never was.
    """
    told = impact.compared
    gone_people = pl.col("person").is_in(impact.removed_people.implode())
    gone_classes = pl.col("class").is_in(impact.removed_classes.implode())
    gone_pairs = pair().is_in(impact.removed_pairs.implode())
    people = told.people.drop("kind", "known", "changed", "joins")
    classes = told.classes.drop("known", "changed").with_columns(active=pl.lit(value=True))
    kept = roster.classes.with_columns(active=pl.col("active") & ~gone_classes)
    return replace(
        roster,
        schools=_with_created_schools(impact, roster, source),
        people=_upserted(roster.people.filter(~gone_people), people, ["person"], source),
        memberships=_upserted(
            roster.memberships.filter(~gone_people),
            told.memberships.select("person", "schoolId"),
            ["person", "schoolId"],
            source,
        ),
        classes=_upserted(kept, classes, ["class"], source),
        enrollments=_upserted(
            roster.enrollments.filter(~gone_people, ~gone_classes, ~gone_pairs),
            told.enrollments.select("person", "class", "leads"),
            ["person", "class"],
            source,
        ),
    )


def _with_created_schools(impact: Impact, roster: Roster, source: str) -> pl.DataFrame:
    """The schools, with those that the file creates where nobody knows the district's list."""
    if roster.school_list:
        return roster.schools
    created = impact.schools.filter(pl.col("outcome") == Outcome.CREATED.value)
    named = created.select("schoolId", schoolName=pl.lit(""))
    return _upserted(roster.schools, named, ["schoolId"], source)


def _upserted(
    current: pl.DataFrame,
    stated: pl.DataFrame,
    keys: list[str],
    source: str,
    *,
    take_over: bool = False,
) -> pl.DataFrame:
    """The records as they are, with those stated instead of their like.

    What is stated keeps columns that only the current records have, and its source, unless the new
    source takes over.
    """
    carried = [name for name in current.columns if name not in stated.columns]
    joined = stated.join(
        current.select(*keys, *carried), on=keys, how="left", maintain_order="left"
    )
    known = pl.lit(None) if take_over else pl.col("source")
    joined = joined.with_columns(source=pl.coalesce(known, pl.lit(source)))
    others = current.join(stated.select(keys), on=keys, how="anti", maintain_order="left")
    both = pl.concat([others, joined], how="diagonal")
    return both.with_columns(pl.col(pl.String).fill_null("")).sort(keys)


@dataclass(frozen=True)
class _Scope:
    """What an import speaks of, in the numbers of the roster as it was."""

    profile: Profile
    part: Part
    school: str
    source: str | None
    """The only source whose records may leave; None for all."""

    def people(self, frame: pl.DataFrame) -> pl.Series:
        """Numbers of the people who are of this part."""
        return frame.filter(of_part(self.profile, self.part))["person"]

    def own(self) -> pl.Expr:
        """Whether a record may leave for its source."""
        return pl.lit(value=True) if self.source is None else pl.col("source") == self.source

    def here(self) -> pl.Expr:
        """Whether a record with a `schoolId` is of the school concerned."""
        return pl.lit(value=True) if not self.school else pl.col("schoolId") == self.school


def merge_import(
    current: Roster | None,
    imported: Roster,
    profile: Profile,
    *,
    source: str,
    part: Part = Part.ALL,
    school: str = "",
    own_only: bool = False,
) -> Roster:
    """The roster after an import of current data.

    The import holds the people of `part`, of one school if one is named; what it holds beyond that
    is left aside. People of that part who are absent leave, with their enrollments; from one school
    only, if they are at others too. Classes leave, which makes them inactive, only under
    `Part.ALL`. With `own_only`, nothing leaves but what came from `source` (a OneRoster import),
    and what the import states becomes that source's own; else known records keep their source.
    """
    told = stated_by_import(current, imported, profile, part, school)
    if current is None:
        current = imported.without_records()
    scope = _Scope(profile, part, school, source if own_only else None)
    absent = _absent(current, told, scope)
    if part is Part.ALL:
        current = _without_absent_classes(current, told, scope)
    current = _without_absent_people(current, absent, told, scope)
    merged = replace(
        current,
        people=_upserted(
            current.people, told.people.drop("source"), ["person"], source, take_over=own_only
        ),
        memberships=_upserted(
            current.memberships,
            told.memberships.drop("source"),
            ["person", "schoolId"],
            source,
            take_over=own_only,
        ),
        classes=_upserted(
            current.classes, told.classes.drop("source"), ["class"], source, take_over=own_only
        ),
        enrollments=_upserted(
            current.enrollments,
            told.enrollments.drop("source"),
            ["person", "class"],
            source,
            take_over=own_only,
        ),
    )
    return _with_schools(merged, imported, source, everything=part is Part.ALL and not school)


def stated_by_import(
    current: Roster | None, imported: Roster, profile: Profile, part: Part, school: str
) -> Roster:
    """What an import states of its part and school, in the numbers of the roster as it is."""
    told = _of_scope(imported, profile, part, school)
    return aligned(told, imported.without_records() if current is None else current).roster


def _of_scope(imported: Roster, profile: Profile, part: Part, school: str) -> Roster:
    """What an import holds of a part and a school; nobody without either is left."""
    scope = _Scope(profile, part, school, None)
    chosen = pl.col("person").is_in(scope.people(imported.people).implode())
    classes = imported.classes.filter(scope.here())
    enrollments = imported.enrollments.filter(
        chosen, pl.col("class").is_in(classes["class"].implode())
    ).with_columns(pl.col("leads").fill_null(value=False))
    memberships = imported.memberships.filter(chosen, scope.here())
    if part is not Part.ALL:
        classes = classes.filter(pl.col("class").is_in(enrollments["class"].unique().implode()))
    people = imported.people.filter(chosen)
    if school:
        there = pl.concat([memberships["person"], enrollments["person"]]).unique()
        people = people.filter(pl.col("person").is_in(there.implode()))
    return replace(
        imported,
        people=people,
        memberships=memberships,
        classes=classes.with_columns(active=pl.lit(value=True)),
        enrollments=enrollments,
    )


def _absent(current: Roster, told: Roster, scope: _Scope) -> pl.Series:
    """People of the scope whom the import does not state."""
    of_scope = scope.people(current.people.filter(scope.own()))
    if scope.school:
        of_scope = of_scope.filter(of_scope.is_in(_people_at(current, told, scope).implode()))
    return of_scope.filter(~of_scope.is_in(told.people["person"].implode()))


def _in_classes_here(roster: Roster, told: Roster, scope: _Scope) -> pl.Expr:
    """Whether an enrollment is in a class of the school, as it was or as the import states it."""
    classes = roster.classes.filter(scope.here())["class"]
    return pl.col("class").is_in(pl.concat([classes, told.classes["class"]]).unique().implode())


def _people_at(roster: Roster, told: Roster, scope: _Scope) -> pl.Series:
    enrolled = roster.enrollments.filter(_in_classes_here(roster, told, scope))["person"]
    members = roster.memberships.filter(scope.here())["person"]
    return pl.concat([members, enrolled]).unique()


def _without_absent_classes(current: Roster, told: Roster, scope: _Scope) -> Roster:
    stated = pl.col("class").is_in(told.classes["class"].implode())
    leaving = current.classes.filter("active", scope.here(), scope.own(), ~stated)["class"]
    left = pl.col("class").is_in(leaving.implode())
    return replace(
        current,
        classes=current.classes.with_columns(active=pl.col("active") & ~left),
        enrollments=current.enrollments.filter(~left),
    )


def _without_absent_people(
    current: Roster, absent: pl.Series, told: Roster, scope: _Scope
) -> Roster:
    """The roster without the absent, and without what those present no longer have."""
    gone = pl.col("person").is_in(absent.implode())
    present = pl.col("person").is_in(told.people["person"].implode()) & scope.own()
    here = _in_classes_here(current, told, scope)
    memberships = current.memberships.filter(~(scope.here() & gone))
    if scope.school:
        gone &= ~pl.col("person").is_in(memberships["person"].unique().implode())
    enrollments = current.enrollments.filter(
        ~gone, ~(here & pl.col("person").is_in(absent.implode()))
    )
    return replace(
        current,
        people=current.people.filter(~gone),
        memberships=_less(memberships, scope.here() & present, told.memberships, "schoolId"),
        enrollments=_less(enrollments, here & present, told.enrollments, "class"),
    )


def _less(frame: pl.DataFrame, ending: pl.Expr, told: pl.DataFrame, other: str) -> pl.DataFrame:
    """The memberships or enrollments without those that are `ending`, unless told again."""
    told_again = frame.filter(ending).join(told, on=["person", other], how="semi")
    return pl.concat([frame.filter(~ending), told_again])


def _with_schools(merged: Roster, imported: Roster, source: str, *, everything: bool) -> Roster:
    """The roster with its schools: the district's list if one is known, else all that are used."""
    if imported.school_list:
        return replace(merged, schools=imported.schools, school_list=True)
    if merged.school_list:
        return merged
    named = imported.schools.select("schoolId", "schoolName")
    schools = _upserted(merged.schools, named, ["schoolId"], source)
    if everything:
        used = pl.concat(
            [
                named["schoolId"],
                merged.memberships["schoolId"],
                merged.classes.filter("active")["schoolId"],
            ]
        )
        schools = schools.filter(pl.col("schoolId").is_in(used.unique().implode()))
    return replace(merged, schools=schools)
