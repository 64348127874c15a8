"""The mass-change guard: what a file would do, judged before it is done.

Findings about impact are warnings by default; processing stops at them until a person accepts them
by code.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from functools import partial

import polars as pl

from roster_toolkit.errors import UsageError
from roster_toolkit.impact.left_behind import left_behind, left_behind_totals
from roster_toolkit.impact.preview import Impact
from roster_toolkit.impact.what_changed import in_words as what_changed
from roster_toolkit.model import Profile, Rule, Scope
from roster_toolkit.rosters.outcomes import Outcome
from roster_toolkit.rosters.parts import school_sizes
from roster_toolkit.rosters.roster import Roster
from roster_toolkit.rules.judgement import roster_judgements
from roster_toolkit.rules.registry import catalogue
from roster_toolkit.validate import FINDINGS, Skip, Validation
from roster_toolkit.validate.run import guarded

_FRAMES = (Scope.REMOVED_CLASSES, Scope.SCHOOL_TOTALS, Scope.LEFT_BEHIND)


def judge_impact(
    validation: Validation, impact: Impact, roster: Roster, profile: Profile, season: str
) -> Validation:
    """The validation with what the impact gives reason to warn of."""
    rules = [rule for rule in validation.rules.values() if rule.scope in _FRAMES]
    behind = left_behind(impact, roster, profile)
    frames = {
        Scope.REMOVED_CLASSES: removed_classes(impact, roster),
        Scope.SCHOOL_TOTALS: _usual(impact, roster, profile, season),
        Scope.LEFT_BEHIND: left_behind_totals(behind.people),
    }

    def described(totals: pl.DataFrame) -> pl.DataFrame:
        return what_changed(totals, impact, behind.twins, profile)

    found, faults = [validation.findings], list(validation.faults)
    for rule in rules:
        describe = described if rule.scope is Scope.SCHOOL_TOTALS else None
        judge = partial(_judged, rule, profile, frames[rule.scope], describe)
        found += guarded(rule, judge, faults) or []
    ordered = pl.concat(found).sort("row", "column", "code", "value", nulls_last=False)
    return replace(validation, findings=ordered, faults=tuple(faults))


def _judged(
    rule: Rule,
    profile: Profile,
    frame: pl.DataFrame,
    describe: Callable[[pl.DataFrame], pl.DataFrame] | None,
) -> list[pl.DataFrame]:
    """What one rule finds in a frame, shape `FINDINGS`; `describe` words the lines at fault."""
    judged = roster_judgements(rule, profile)
    places = list(profile.columns)
    found = []
    for key, known in judged.items():
        at_fault = frame.filter(known.fault)
        if describe is not None:
            at_fault = describe(at_fault)
        found.append(_findings(rule, places.index(key), at_fault, known.once or key))
    return found


def must_stop_something(accept: Sequence[str], stops: Collection[Scope], what: str) -> None:
    """Only what stops an act can be accepted; anything else is a slip."""
    held = [code for code, rule in catalogue().items() if rule.scope in stops]
    for code in accept:
        if code not in held:
            those = f"{', '.join(held[:-1])} and {held[-1]}"
            raise UsageError(f"{code} cannot be accepted: only {those} stop {what}.")


def as_season_allows(validation: Validation, profile: Profile, season: str) -> Validation:
    """The validation without what a season makes no matter of: at first, everybody is unknown."""
    chosen = profile.seasons[season]
    if (chosen.created, chosen.updated, chosen.removed) != (None, None, None):
        return validation
    silent = [r.number for r in validation.rules.values() if r.scope is Scope.PEOPLE_TOGETHER]
    kept = validation.findings.filter(~pl.col("code").is_in(silent))
    return replace(validation, findings=kept)


def without_roster(validation: Validation, why: str) -> Validation:
    """The validation with the rules about impact noted as skipped."""
    rules = [rule for rule in validation.rules.values() if rule.scope in _FRAMES]
    skipped = [*validation.skipped, *(Skip(rule.code, why) for rule in rules)]
    return replace(validation, skipped=tuple(sorted(skipped, key=lambda skip: skip.code)))


def _findings(rule: Rule, place: int, at_fault: pl.DataFrame, subject: str) -> pl.DataFrame:
    """A finding for each subject; those that have one `cause` belong together."""
    given = {
        "column": pl.lit(place),
        "code": pl.lit(rule.number),
        "value": pl.col(subject),
        "parent": pl.col("cause" if "cause" in at_fault.columns else subject),
    }
    return at_fault.select(
        given.get(name, pl.lit(None)).cast(kind).alias(name) for name, kind in FINDINGS.items()
    )


def _at_fault(rule: Rule, profile: Profile, frame: pl.DataFrame) -> pl.Series:
    """Whether each line of a frame is at fault."""
    judged = roster_judgements(rule, profile)
    faults = [known.fault.fill_null(value=False) for known in judged.values()]
    return frame.select(pl.any_horizontal(faults).alias("fault"))["fault"]


def removed_classes(impact: Impact, roster: Roster) -> pl.DataFrame:
    """`class`, `classId`, `schoolId`, `people` and `outside` (people not in the file).

    >>> removed = rt.removed_classes(review.impact, riverton.roster())
    >>> removed.select("classId", "people").rows()
    [('0102RWM005', 23)]
    """
    removed = impact.enrollments.filter(pl.col("class").is_in(impact.removed_classes.implode()))
    counted = removed.group_by("class").agg(people=pl.len(), outside=pl.col("outside").sum())
    return (
        roster.classes.filter(pl.col("class").is_in(impact.removed_classes.implode()))
        .select("class", "classId", "schoolId")
        .join(counted, on="class", how="left", maintain_order="left")
        .with_columns(pl.col("people", "outside").fill_null(0))
    )


def mass_changes(impact: Impact, roster: Roster, profile: Profile, season: str) -> pl.DataFrame:
    """Totals of a school that change more than the season allows, as the guard judges them.

    Columns: `schoolId`, `kind`, `outcome`, `number` (records with that outcome), `before` (the
    school's records of the kind as they are), `limit` (the share that is usual).

    >>> changes = rt.mass_changes(review.impact, riverton.roster(), review.profile, "in-year")
    >>> changes["schoolId"].to_list()
    ['NE125']
    """
    totals = _usual(impact, roster, profile, season)
    massive = pl.repeat(value=False, n=totals.height, eager=True)
    for rule in catalogue().values():
        if rule.scope is Scope.SCHOOL_TOTALS:
            # A failure is told as a fault of the review, where the same rule judges.
            found = guarded(rule, partial(_at_fault, rule, profile, totals), [])
            massive = massive if found is None else massive | found
    return totals.filter(massive).drop("enough", "told")


def _usual(impact: Impact, roster: Roster, profile: Profile, season: str) -> pl.DataFrame:
    """`schoolId`, `kind`, `outcome`, `number`, `before`, `limit`, `enough`, `told` of totals."""
    chosen = profile.seasons[season]
    limits = {
        Outcome.CREATED: chosen.created,
        Outcome.UPDATED: chosen.updated,
        Outcome.REMOVED: chosen.removed,
    }
    before = {
        (school, kind): number for school, kind, number in school_sizes(roster, profile).iter_rows()
    }
    schema = {
        "schoolId": pl.String, "kind": pl.String, "outcome": pl.String,
        "number": pl.Int64, "before": pl.Int64, "limit": pl.Float64,
    }  # fmt: skip
    lines = [
        (school, kind.value, outcome.value, number, before.get((school, kind.value), 0), limit)
        for school, kinds in impact.by_school.items()
        for kind, outcomes in kinds.items()
        for outcome, number in outcomes.items()
        if (limit := limits.get(outcome)) is not None and number
    ]
    told = pl.format(
        "{}: {} of {} {} records {}", "schoolId", "number", "before", "kind", "outcome"
    )
    return pl.DataFrame(lines, schema=schema, orient="row").with_columns(
        enough=pl.lit(profile.thresholds["mass_change_records"]), told=told
    )
