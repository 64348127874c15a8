"""RT413: three-way comparison of a file, the roster and the file uploaded last time."""

from __future__ import annotations

import polars as pl

from roster_toolkit.model import Entity, Profile, RosterJudgement, Rule, Scope
from roster_toolkit.rosters.context import RosterContext
from roster_toolkit.rosters.roster import Roster, facts_of
from roster_toolkit.rules.judgement import roster_judgements
from roster_toolkit.validate.roster import NO_ROSTER
from roster_toolkit.validate.run import NO_TEXT, Run

NO_PREVIOUS = "there is no previous upload to compare with"
_IDS = {"person": "userId", "class": "classId"}
_FLAG = "primary_teacher"


def judge_edits(run: Run, against: RosterContext | None) -> None:
    """Judge each field of the file against the roster's and the last upload's value."""
    for rule in run.rules_over(Scope.EDITS):
        if against is None or against.previous is None:
            run.note_skip(rule, NO_ROSTER if against is None else NO_PREVIOUS)
            continue
        roster, previous = against.roster, against.previous
        absent = {"userId", "classId"} & set(run.records.missing)
        if absent:
            run.skip(rule, absent)
            continue
        judgements = run.guarded(rule, lambda: roster_judgements(rule, run.profile)) or {}  # noqa: B023
        for view, about in (("person", Entity.PERSON), ("class", Entity.CLASS)):
            statements = _facts(run, view, about, roster, previous)
            for key in facts_of(run.profile, about):
                if key in judgements and key in statements.columns:
                    run.add_faults(
                        view, _at_fault(rule, view, key, judgements[key], statements), key
                    )
        if _FLAG in judgements:
            _judge_flags(run, rule, judgements[_FLAG], roster, previous)


def _facts(run: Run, view: str, about: Entity, roster: Roster, previous: Roster) -> pl.DataFrame:
    """The statements of a view with `was_…` (roster) and `said_…` (last upload)."""
    subject, facts = _IDS[view], facts_of(run.profile, about)
    in_roster, in_previous = (
        (side.people if about == Entity.PERSON else side.classes.filter("active")).select(
            subject, **{f"{prefix}_{fact}": fact for fact in facts}
        )
        for side, prefix in ((roster, "was"), (previous, "said"))
    )
    stated = run.records.views[view].variants.filter(~pl.col("removes"))
    if subject not in stated.columns:
        return pl.DataFrame()
    return stated.join(in_roster, on=subject).join(in_previous, on=subject)


def _at_fault(
    rule: Rule, view: str, key: str, judgement: RosterJudgement, statements: pl.DataFrame
) -> pl.DataFrame:
    """The faults of one column of a view, as `Run.add_faults` takes them."""
    field = statements.select(
        "key", value=key, was=f"was_{key}", said=f"said_{key}", parent=_IDS[view]
    ).filter(pl.col("value") != "")
    return field.filter(judgement.fault).with_columns(
        code=pl.lit(rule.number),
        suggestion=NO_TEXT if judgement.suggestion is None else judgement.suggestion,
        safe=pl.lit(value=False),
    )


def _judge_flags(
    run: Run, rule: Rule, judgement: RosterJudgement, roster: Roster, previous: Roster
) -> None:
    """Judge `primary_teacher`, a field of the enrollment and so keyed by person and class."""
    views = run.records.views
    if _FLAG not in views["row"].variants.columns:
        return
    stated = views["row"].variants.filter(~pl.col("removes"), pl.col(_FLAG) != "")
    flags = run.records.rows.join(stated.select(value=_FLAG, row="key"), on="row")
    for view, subject in _IDS.items():
        names = views[view].variants.select(subject, **{view: "key"})
        flags = flags.join(names, on=view)
    pairs = list(_IDS.values())
    flags = flags.join(_flags(roster, run.profile).rename({"leads": "was"}), on=pairs)
    flags = flags.join(_flags(previous, run.profile).rename({"leads": "said"}), on=pairs)
    at_fault = flags.filter(judgement.fault)
    if at_fault.is_empty():
        return
    run.add_findings(
        rule,
        at_fault.select(
            "value",
            row=pl.col("index") + run.upload.first_row,
            column=pl.lit(run.column_numbers[_FLAG]),
            suggestion=NO_TEXT if judgement.suggestion is None else judgement.suggestion,
            safe=pl.lit(value=False),
            parent="userId",
        ),
    )


def _flags(roster: Roster, profile: Profile) -> pl.DataFrame:
    """`userId`, `classId`, `leads` in the profile's accepted values; blank means no."""
    yes, no = (profile.values_meaning(_FLAG, word)[0] for word in ("yes", "no"))
    word = pl.when(pl.col("leads").fill_null(value=False)).then(pl.lit(yes)).otherwise(pl.lit(no))
    return (
        roster.enrollments.select("person", "class", leads=word)
        .join(roster.people.select("person", "userId"), on="person")
        .join(roster.classes.select("class", "classId"), on="class")
        .drop("person", "class")
    )
