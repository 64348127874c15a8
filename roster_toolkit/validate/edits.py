"""RT413: the fields of a file beside the roster's and those of the file uploaded last time."""

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
    """Judge each field that the file states by what the roster and the last upload say of it."""
    for rule in run.over(Scope.EDITS):
        if against is None or against.previous is None:
            run.note(rule, NO_ROSTER if against is None else NO_PREVIOUS)
            continue
        roster, previous = against.roster, against.previous
        absent = {"userId", "classId"} & set(run.records.missing)
        if absent:
            run.skip(rule, absent)
            continue
        judged = run.guarded(rule, lambda: roster_judgements(rule, run.profile)) or {}  # noqa: B023
        for view, about in (("person", Entity.PERSON), ("class", Entity.CLASS)):
            told = _facts(run, view, about, roster, previous)
            for key in facts_of(run.profile, about):
                if key in judged and key in told.columns:
                    run.keep(view, _at_fault(rule, view, key, judged[key], told), key)
        if _FLAG in judged:
            _judge_flags(run, rule, judged[_FLAG], roster, previous)


def _facts(run: Run, view: str, about: Entity, roster: Roster, previous: Roster) -> pl.DataFrame:
    """The statements of a view with `was_…` of the roster and `said_…` of the last upload."""
    subject, facts = _IDS[view], facts_of(run.profile, about)
    was, said = (
        (kept.people if about is Entity.PERSON else kept.classes.filter("active")).select(
            subject, **{f"{word}_{fact}": fact for fact in facts}
        )
        for kept, word in ((roster, "was"), (previous, "said"))
    )
    stated = run.records.views[view].variants.filter(~pl.col("removes"))
    if subject not in stated.columns:
        return pl.DataFrame()
    return stated.join(was, on=subject).join(said, on=subject)


def _at_fault(
    rule: Rule, view: str, key: str, known: RosterJudgement, told: pl.DataFrame
) -> pl.DataFrame:
    """The faults of one column of a view, as `Run.keep` takes them."""
    field = told.select(
        "key", value=key, was=f"was_{key}", said=f"said_{key}", parent=_IDS[view]
    ).filter(pl.col("value") != "")
    return field.filter(known.fault).with_columns(
        code=pl.lit(rule.number),
        suggestion=NO_TEXT if known.suggestion is None else known.suggestion,
        safe=pl.lit(value=False),
    )


def _judge_flags(
    run: Run, rule: Rule, known: RosterJudgement, roster: Roster, previous: Roster
) -> None:
    """The same for primary teachers, a fact of person and class together."""
    views = run.records.views
    if _FLAG not in views["row"].variants.columns:
        return
    stated = views["row"].variants.filter(~pl.col("removes"), pl.col(_FLAG) != "")
    told = run.records.rows.join(stated.select(value=_FLAG, row="key"), on="row")
    for view, subject in _IDS.items():
        names = views[view].variants.select(subject, **{view: "key"})
        told = told.join(names, on=view)
    pairs = list(_IDS.values())
    told = told.join(_flags(roster, run.profile).rename({"leads": "was"}), on=pairs)
    told = told.join(_flags(previous, run.profile).rename({"leads": "said"}), on=pairs)
    at_fault = told.filter(known.fault)
    if at_fault.is_empty():
        return
    run.add(
        rule,
        at_fault.select(
            "value",
            row=pl.col("index") + run.upload.first_row,
            column=pl.lit(run.place[_FLAG]),
            suggestion=NO_TEXT if known.suggestion is None else known.suggestion,
            safe=pl.lit(value=False),
            parent="userId",
        ),
    )


def _flags(roster: Roster, profile: Profile) -> pl.DataFrame:
    """`userId`, `classId`, `leads` in the words of the profile; a blank says no."""
    yes, no = (profile.values_meaning(_FLAG, word)[0] for word in ("yes", "no"))
    word = pl.when(pl.col("leads").fill_null(value=False)).then(pl.lit(yes)).otherwise(pl.lit(no))
    return (
        roster.enrollments.select("person", "class", leads=word)
        .join(roster.people.select("person", "userId"), on="person")
        .join(roster.classes.select("class", "classId"), on="class")
        .drop("person", "class")
    )
