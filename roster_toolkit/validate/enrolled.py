"""RT501, RT502, RT504: the people of a second file beside those whom users.csv enrolls.

Whoever is in the roster counts, and whoever a row of users.csv names, though that row has an error
of its own: corrected, it enrolls them.
"""

from __future__ import annotations

from functools import cache

import polars as pl

from roster_toolkit.model import RosterJudgement, Rule, Scope, Severity
from roster_toolkit.rosters.context import RosterContext
from roster_toolkit.rosters.roster import Kind, kind_of_person
from roster_toolkit.validate.altered_ids import altered_ids
from roster_toolkit.validate.roster import judgements_of_present, keep_faults
from roster_toolkit.validate.run import Run

#: Why the rules are skipped where nobody tells who is enrolled.
NOBODY_KNOWN = "there is no users.csv and no roster that tells who the students are"


def judge_enrolled(run: Run, against: RosterContext | None) -> None:
    """Judge each person of the file by who is enrolled."""
    rules = run.rules_over(Scope.PEOPLE_ENROLLED)
    if against is None:
        for rule in rules:
            run.note_skip(rule, NOBODY_KNOWN)
        return
    people = cache(lambda key: _people(run, key, against))
    for rule in rules:
        for key, judgement in judgements_of_present(run, rule):
            run.guarded(rule, lambda: _judge(run, rule, key, judgement, people(key)))  # noqa: B023


def _judge(
    run: Run, rule: Rule, key: str, judgement: RosterJudgement, people: pl.DataFrame
) -> None:
    """Add what a rule finds: on each row, or once where the whole file is rejected."""
    if rule.severity is not Severity.BLOCKER:
        keep_faults(run, rule, key, judgement, people.filter(pl.col(key) != ""))
    elif not people.filter(judgement.fault).is_empty():
        run.add_findings(rule, pl.DataFrame({"value": [""]}))


def _people(run: Run, key: str, against: RosterContext) -> pl.DataFrame:
    """The statements of the file with `known`, `kind`, `known_as` and `students_from_source`."""
    enrolling = against.enrolling(run.profile)
    roster = against.roster
    variants = run.records.home(key).variants
    kinds = roster.people.select(key, kind=kind_of_person(enrolling)).unique(key, keep="first")
    altered = altered_ids(variants[key], key, roster, run.profile).rename({"id": key})
    known = pl.col(key).is_in(roster.people[key].implode())
    return (
        variants.join(kinds, on=key, how="left", maintain_order="left")
        .join(altered, on=key, how="left", maintain_order="left")
        .with_columns(
            known=known,
            students_from_source=pl.lit(Kind.STUDENT.value not in enrolling.accepts_people),
        )
    )
