"""The next roster: after a file is processed, or after current data is imported.

Neither ends records outside its scope. A file ends classes, people and enrollments only by an
action; an import states which part of the roster it holds, and absent people of that part leave.
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

    New records get `source`; known ones keep theirs. A removed class stays as inactive, to
    distinguish it from one that never existed.
    """
    compared = impact.compared
    gone_people = pl.col("person").is_in(impact.removed_people.implode())
    gone_classes = pl.col("class").is_in(impact.removed_classes.implode())
    gone_pairs = pair().is_in(impact.removed_pairs.implode())
    people = compared.people.drop("kind", "known", "changed", "joins")
    classes = compared.classes.drop("known", "changed").with_columns(active=pl.lit(value=True))
    classes_kept = roster.classes.with_columns(active=pl.col("active") & ~gone_classes)
    return replace(
        roster,
        schools=_with_created_schools(impact, roster, source),
        people=_upserted(roster.people.filter(~gone_people), people, ["person"], source),
        memberships=_upserted(
            roster.memberships.filter(~gone_people),
            compared.memberships.select("person", "schoolId"),
            ["person", "schoolId"],
            source,
        ),
        classes=_upserted(classes_kept, classes, ["class"], source),
        enrollments=_upserted(
            roster.enrollments.filter(~gone_people, ~gone_classes, ~gone_pairs),
            compared.enrollments.select("person", "class", "leads"),
            ["person", "class"],
            source,
        ),
    )


def _with_created_schools(impact: Impact, roster: Roster, source: str) -> pl.DataFrame:
    """The schools; without a school list, plus those that the file creates."""
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
    """The current records, updated with the stated ones and sorted by key.

    A stated record keeps columns that only the current one has, and its source unless the new
    source is to `take_over`.
    """
    carried = [name for name in current.columns if name not in stated.columns]
    joined = stated.join(
        current.select(*keys, *carried), on=keys, how="left", maintain_order="left"
    )
    current_source = pl.lit(None) if take_over else pl.col("source")
    joined = joined.with_columns(source=pl.coalesce(current_source, pl.lit(source)))
    others = current.join(stated.select(keys), on=keys, how="anti", maintain_order="left")
    both = pl.concat([others, joined], how="diagonal")
    return both.with_columns(pl.col(pl.String).fill_null("")).sort(keys)


@dataclass(frozen=True)
class _Scope:
    """The scope of an import: which records may leave by it."""

    profile: Profile
    part: Part
    school: str
    source: str | None
    """The only source whose records may leave; None for all."""

    def people(self, frame: pl.DataFrame) -> pl.Series:
        """Numbers of the people of this part."""
        return frame.filter(of_part(self.profile, self.part))["person"]

    def own(self) -> pl.Expr:
        """Predicate: the source of a record allows it to leave."""
        return pl.lit(value=True) if self.source is None else pl.col("source") == self.source

    def here(self) -> pl.Expr:
        """Predicate: the record belongs to the import's school, if it names one."""
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
    stated = stated_by_import(current, imported, profile, part, school)
    if current is None:
        current = imported.without_records()
    scope = _Scope(profile, part, school, source if own_only else None)
    absent = _absent(current, stated, scope)
    if part is Part.ALL:
        current = _without_absent_classes(current, stated, scope)
    current = _without_absent_people(current, absent, stated, scope)
    merged = replace(
        current,
        people=_upserted(
            current.people, stated.people.drop("source"), ["person"], source, take_over=own_only
        ),
        memberships=_upserted(
            current.memberships,
            stated.memberships.drop("source"),
            ["person", "schoolId"],
            source,
            take_over=own_only,
        ),
        classes=_upserted(
            current.classes, stated.classes.drop("source"), ["class"], source, take_over=own_only
        ),
        enrollments=_upserted(
            current.enrollments,
            stated.enrollments.drop("source"),
            ["person", "class"],
            source,
            take_over=own_only,
        ),
    )
    return _with_schools(merged, imported, source, everything=part is Part.ALL and not school)


def stated_by_import(
    current: Roster | None, imported: Roster, profile: Profile, part: Part, school: str
) -> Roster:
    """What an import states of its part and school, under the numbers of the current roster."""
    stated = _of_scope(imported, profile, part, school)
    return aligned(stated, imported.without_records() if current is None else current).roster


def _of_scope(imported: Roster, profile: Profile, part: Part, school: str) -> Roster:
    """The imported records of a part and a school."""
    scope = _Scope(profile, part, school, None)
    in_part = pl.col("person").is_in(scope.people(imported.people).implode())
    classes = imported.classes.filter(scope.here())
    enrollments = imported.enrollments.filter(
        in_part, pl.col("class").is_in(classes["class"].implode())
    ).with_columns(pl.col("leads").fill_null(value=False))
    memberships = imported.memberships.filter(in_part, scope.here())
    if part is not Part.ALL:
        classes = classes.filter(pl.col("class").is_in(enrollments["class"].unique().implode()))
    people = imported.people.filter(in_part)
    if school:
        people_here = pl.concat([memberships["person"], enrollments["person"]]).unique()
        people = people.filter(pl.col("person").is_in(people_here.implode()))
    return replace(
        imported,
        people=people,
        memberships=memberships,
        classes=classes.with_columns(active=pl.lit(value=True)),
        enrollments=enrollments,
    )


def _absent(current: Roster, stated: Roster, scope: _Scope) -> pl.Series:
    """People of the scope whom the import does not state."""
    of_scope = scope.people(current.people.filter(scope.own()))
    if scope.school:
        of_scope = of_scope.filter(of_scope.is_in(_people_at(current, stated, scope).implode()))
    return of_scope.filter(~of_scope.is_in(stated.people["person"].implode()))


def _in_classes_here(roster: Roster, stated: Roster, scope: _Scope) -> pl.Expr:
    """Predicate: the enrollment is in a class of the school, in the roster or in the import."""
    classes = roster.classes.filter(scope.here())["class"]
    return pl.col("class").is_in(pl.concat([classes, stated.classes["class"]]).unique().implode())


def _people_at(roster: Roster, stated: Roster, scope: _Scope) -> pl.Series:
    enrolled = roster.enrollments.filter(_in_classes_here(roster, stated, scope))["person"]
    members = roster.memberships.filter(scope.here())["person"]
    return pl.concat([members, enrolled]).unique()


def _without_absent_classes(current: Roster, stated: Roster, scope: _Scope) -> Roster:
    in_import = pl.col("class").is_in(stated.classes["class"].implode())
    leaving = current.classes.filter("active", scope.here(), scope.own(), ~in_import)["class"]
    leaves = pl.col("class").is_in(leaving.implode())
    return replace(
        current,
        classes=current.classes.with_columns(active=pl.col("active") & ~leaves),
        enrollments=current.enrollments.filter(~leaves),
    )


def _without_absent_people(
    current: Roster, absent: pl.Series, stated: Roster, scope: _Scope
) -> Roster:
    """The roster without absent people, and without what present people no longer have."""
    gone = pl.col("person").is_in(absent.implode())
    present = pl.col("person").is_in(stated.people["person"].implode()) & scope.own()
    here = _in_classes_here(current, stated, scope)
    memberships = current.memberships.filter(~(scope.here() & gone))
    if scope.school:
        gone &= ~pl.col("person").is_in(memberships["person"].unique().implode())
    enrollments = current.enrollments.filter(
        ~gone, ~(here & pl.col("person").is_in(absent.implode()))
    )
    return replace(
        current,
        people=current.people.filter(~gone),
        memberships=_without_ending(
            memberships, scope.here() & present, stated.memberships, "schoolId"
        ),
        enrollments=_without_ending(enrollments, here & present, stated.enrollments, "class"),
    )


def _without_ending(
    frame: pl.DataFrame, ending: pl.Expr, stated: pl.DataFrame, other: str
) -> pl.DataFrame:
    """The memberships or enrollments minus those `ending`, except those that the import states."""
    restated = frame.filter(ending).join(stated, on=["person", other], how="semi")
    return pl.concat([frame.filter(~ending), restated])


def _with_schools(merged: Roster, imported: Roster, source: str, *, everything: bool) -> Roster:
    """The roster with its schools: the district's list if there is one, else all that are used."""
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
