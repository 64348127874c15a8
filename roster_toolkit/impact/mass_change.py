"""The mass-change guard: what a file would do, judged before it is done.

Findings about impact are warnings by default; processing stops at them until a person accepts them
by code.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial

import polars as pl

from roster_toolkit.errors import UsageError
from roster_toolkit.impact.left_behind import left_behind, left_behind_totals
from roster_toolkit.impact.preview import Impact
from roster_toolkit.impact.what_changed import WHOLE_DISTRICT, total_in_words
from roster_toolkit.impact.what_changed import in_words as what_changed
from roster_toolkit.model import Profile, Rule, Scope
from roster_toolkit.rosters.outcomes import Outcome
from roster_toolkit.rosters.parts import district_sizes, school_sizes
from roster_toolkit.rosters.roster import Roster
from roster_toolkit.rules.judgement import roster_judgements
from roster_toolkit.rules.registry import catalogue
from roster_toolkit.validate import FINDINGS, Skip, Validation
from roster_toolkit.validate.run import guarded

#: Scopes of rules whose findings stop a file until their codes are accepted; the gravest first.
STOPPING_SCOPES = (Scope.PEOPLE_TOGETHER, Scope.REMOVED_CLASSES, Scope.SCHOOL_TOTALS)
#: How all schools are called where none is judged by itself.
TOGETHER = "all schools together"
#: `schoolId`, `kind`, `outcome`, `number`, `before`, `limit`.
_Total = tuple[str, str, str, int, int, float]
_FRAMES = (Scope.REMOVED_CLASSES, Scope.SCHOOL_TOTALS, Scope.LEFT_BEHIND)


def judge_impact(
    validation: Validation, impact: Impact, roster: Roster, profile: Profile, season: str
) -> Validation:
    """The validation, plus the findings about the impact (RT411, RT412, RT417)."""
    rules = [rule for rule in validation.rules.values() if rule.scope in _FRAMES]
    stays = left_behind(impact, roster, profile)
    frames = {
        Scope.REMOVED_CLASSES: removed_classes(impact, roster),
        Scope.SCHOOL_TOTALS: _school_totals(impact, roster, profile, season),
        Scope.LEFT_BEHIND: left_behind_totals(stays.people),
    }

    def described(totals: pl.DataFrame) -> pl.DataFrame:
        return what_changed(totals, impact, stays.twins, profile)

    findings, faults = [validation.findings], list(validation.faults)
    for rule in rules:
        describe = described if rule.scope is Scope.SCHOOL_TOTALS else None
        judge = partial(_judged, rule, profile, frames[rule.scope], describe)
        findings += guarded(rule, judge, faults) or []
    ordered = pl.concat(findings).sort("row", "column", "code", "value", nulls_last=False)
    return replace(validation, findings=ordered, faults=tuple(faults))


def _judged(
    rule: Rule,
    profile: Profile,
    frame: pl.DataFrame,
    describe: Callable[[pl.DataFrame], pl.DataFrame] | None,
) -> list[pl.DataFrame]:
    """What one rule finds in a frame, shape `FINDINGS`; `describe` puts faulty lines into words."""
    judgements = roster_judgements(rule, profile)
    columns = list(profile.columns)
    findings = []
    for key, judgement in judgements.items():
        at_fault = frame.filter(judgement.fault)
        if describe is not None:
            at_fault = describe(at_fault)
        findings.append(_findings(rule, columns.index(key), at_fault, judgement.once or key))
    return findings


def must_stop_something(accept: Sequence[str], stops: Collection[Scope], what: str) -> None:
    """Raise UsageError where a code to accept does not stop the operation `what`."""
    stopping = [code for code, rule in catalogue().items() if rule.scope in stops]
    for code in accept:
        if code not in stopping:
            those = f"{', '.join(stopping[:-1])} and {stopping[-1]}"
            raise UsageError(f"{code} cannot be accepted: only {those} stop {what}.")


def as_season_allows(validation: Validation, profile: Profile, season: str) -> Validation:
    """The validation, in a season without limits (first upload) without RT418: all are unknown."""
    limits = profile.seasons[season]
    if (limits.created, limits.updated, limits.removed) != (None, None, None):
        return validation
    silenced = [r.number for r in validation.rules.values() if r.scope is Scope.PEOPLE_TOGETHER]
    findings = validation.findings.filter(~pl.col("code").is_in(silenced))
    return replace(validation, findings=findings)


def without_roster(validation: Validation, why: str) -> Validation:
    """The validation with the rules about impact marked as skipped."""
    rules = [rule for rule in validation.rules.values() if rule.scope in _FRAMES]
    skipped = [*validation.skipped, *(Skip(rule.code, why) for rule in rules)]
    return replace(validation, skipped=tuple(sorted(skipped, key=lambda skip: skip.code)))


def _findings(rule: Rule, column: int, at_fault: pl.DataFrame, subject: str) -> pl.DataFrame:
    """One finding per line; lines with the same `cause` share a parent."""
    columns = {
        "column": pl.lit(column),
        "code": pl.lit(rule.number),
        "value": pl.col(subject),
        "parent": pl.col("cause" if "cause" in at_fault.columns else subject),
    }
    return at_fault.select(
        columns.get(name, pl.lit(None)).cast(kind).alias(name) for name, kind in FINDINGS.items()
    )


def _at_fault(rule: Rule, profile: Profile, frame: pl.DataFrame) -> pl.Series:
    """Mask of the lines at fault."""
    judgements = roster_judgements(rule, profile)
    faults = [judgement.fault.fill_null(value=False) for judgement in judgements.values()]
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
    school's records of the kind as they are), `limit` (the share that is usual). `schoolId` is
    blank where all schools are judged together, as none has enough records by itself.

    >>> changes = rt.mass_changes(review.impact, riverton.roster(), review.profile, "in-year")
    >>> changes["schoolId"].to_list()
    ['NE125']
    """
    totals = _school_totals(impact, roster, profile, season)
    massive = pl.repeat(value=False, n=totals.height, eager=True)
    for rule in catalogue().values():
        if rule.scope is Scope.SCHOOL_TOTALS:
            # A failure is reported as a fault of the review, where the same rule judges.
            at_fault = guarded(rule, partial(_at_fault, rule, profile, totals), [])
            massive = massive if at_fault is None else massive | at_fault
    return totals.filter(massive).drop("enough", "told")


def _school_totals(impact: Impact, roster: Roster, profile: Profile, season: str) -> pl.DataFrame:
    """`schoolId`, `kind`, `outcome`, `number`, `before`, `limit`, `enough`, `told` of totals.

    Where no school has enough records of a kind to be judged by itself, all of them are judged
    together: a district of small schools can be changed as a whole too.
    """
    season_limits = profile.seasons[season]
    limits = {
        Outcome.CREATED: season_limits.created,
        Outcome.UPDATED: season_limits.updated,
        Outcome.REMOVED: season_limits.removed,
    }
    enough = profile.thresholds["mass_change_records"]
    lines: list[_Total] = []
    changes = any(kinds[outcome] for kinds in impact.totals.values() for outcome in limits)
    # Into an empty district everybody comes for the first time.
    if changes and not roster.people.is_empty():
        lines = _of_each_school(impact, roster, profile, limits)
        judged = {(kind, outcome) for _, kind, outcome, number, *_ in lines if number >= enough}
        together = _of_all_schools(impact, roster, profile, limits)
        lines += [line for line in together if (line[1], line[2]) not in judged]
    schema = {
        "schoolId": pl.String, "kind": pl.String, "outcome": pl.String,
        "number": pl.Int64, "before": pl.Int64, "limit": pl.Float64,
    }  # fmt: skip
    where = pl.col("schoolId").replace(WHOLE_DISTRICT, TOGETHER)
    in_words = pl.format("{}: {}", where, total_in_words("number", "before"))
    return pl.DataFrame(lines, schema=schema, orient="row").with_columns(
        enough=pl.lit(enough), told=in_words
    )


def _of_each_school(
    impact: Impact, roster: Roster, profile: Profile, limits: Mapping[Outcome, float | None]
) -> list[_Total]:
    sizes = {
        (school, kind): number for school, kind, number in school_sizes(roster, profile).iter_rows()
    }
    return [
        (school, kind.value, outcome.value, number, sizes.get((school, kind.value), 0), limit)
        for school, kinds in impact.by_school.items()
        for kind, outcomes in kinds.items()
        for outcome, number in outcomes.items()
        if (limit := limits.get(outcome)) is not None and number
    ]


def _of_all_schools(
    impact: Impact, roster: Roster, profile: Profile, limits: Mapping[Outcome, float | None]
) -> list[_Total]:
    return [
        (WHOLE_DISTRICT, kind.value, outcome.value, number, before, limit)
        for kind, before in district_sizes(roster, profile).items()
        for outcome, number in impact.totals.get(kind, {}).items()
        if (limit := limits.get(outcome)) is not None
    ]
