"""RT4xx: the schools, people and classes of a file against the roster.

A finding that rejects rows stands on each of them; one that rejects nothing is about the person or
class as a whole and stands on no row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from roster_toolkit.model import Entity, Profile, RosterJudgement, Rule, Scope
from roster_toolkit.rosters.context import RosterContext
from roster_toolkit.rosters.places import mask_of, places, records_at
from roster_toolkit.rosters.roster import Roster, facts_of
from roster_toolkit.rules.judgement import roster_judgements
from roster_toolkit.rules.roster import SOMEBODY_ELSE
from roster_toolkit.validate.addresses import taken_addresses
from roster_toolkit.validate.likely_schools import likely_schools
from roster_toolkit.validate.renumbered import renumbered, with_old_id
from roster_toolkit.validate.returning import people_left_out, returning_people
from roster_toolkit.validate.rows import as_faults
from roster_toolkit.validate.run import NO_TEXT, Run
from roster_toolkit.validate.strangers import judge_strangers
from roster_toolkit.validate.traded import TRADED, with_traded

_SUBJECTS = {
    Scope.SCHOOLS_KNOWN: "schoolId",
    Scope.PEOPLE_KNOWN: "userId",
    Scope.CLASSES_KNOWN: "classId",
}
_OF_SCHOOLS = Scope.SCHOOLS_KNOWN
_VIEWS = {"schoolId": "row", "userId": "person", "classId": "class"}
_IDENTITY = ("userEmail", "userFirstName", "userLastName")
#: Columns that are derived from a person's address and name.
_BY_IDENTITY = {"old_id", "same", "swapped", "no_new", "taken", "returning", "somebody_else"}
#: Why rules are skipped that compare with a roster.
NO_ROSTER = "there is no roster to compare with"


def judge_against_roster(run: Run, against: RosterContext | None) -> None:
    """Judge schools, people and classes against the roster.

    Schools first: an unknown one has no vote in whether a class moves.
    """
    if against is None:
        for rule in run.rules_over(*_SUBJECTS, Scope.PEOPLE_TOGETHER):
            run.note_skip(rule, NO_ROSTER)
        return
    _blank_out_cells_in_error(run)
    _judge_schools(run, against)
    frames = {key: _frame(run, key, against) for key in ("userId", "classId")}
    run.renumbered = renumbered(frames["userId"])
    judge_strangers(run, frames["userId"], against.roster, against.district)
    deferred: list[tuple[Rule, str, RosterJudgement]] = []
    for rule in run.rules_over(Scope.PEOPLE_KNOWN, Scope.CLASSES_KNOWN):
        for key, judgement in _judgements(run, rule):
            if "taken" in judgement.fault.meta.root_names():
                deferred.append(
                    (rule, key, judgement)
                )  # depends on the rows that the others reject
            else:
                _judge(run, rule, key, judgement, frames)
    people = frames["userId"]
    if people is not None and "old_id" in people.columns:
        taken = taken_addresses(run, people, against.roster, against.addresses)
        frames["userId"] = people.with_columns(taken=taken)
    for rule, key, judgement in deferred:
        _judge(run, rule, key, judgement, frames)


def _judgements(run: Run, rule: Rule) -> list[tuple[str, RosterJudgement]]:
    """The rule's judgement of each column; none where the rule fails."""
    judgements = run.guarded(rule, lambda: roster_judgements(rule, run.profile))
    return list((judgements or {}).items())


def judgements_of_present(run: Run, rule: Rule) -> Iterator[tuple[str, RosterJudgement]]:
    """The rule's judgement of each column that the file has; one that it lacks is skipped."""
    for key, judgement in _judgements(run, rule):
        if key in run.records.home(key).columns:
            yield key, judgement
        else:
            run.skip(rule, {key})


def _judge_schools(run: Run, against: RosterContext) -> None:
    """RT401; from here on, a school in error is no fact of a class."""
    frames = {"schoolId": _frame(run, "schoolId", against)}
    for rule in run.rules_over(_OF_SCHOOLS):
        if not against.roster.school_list:
            run.note_skip(rule, "there is no list of the district's schools")
            continue
        for key, judgement in _judgements(run, rule):
            at_fault = _judge(run, rule, key, judgement, frames)
            if at_fault is not None and rule.severity.rejects:
                run.blank_out(key, pl.col(key).is_in(at_fault[key].unique().implode()), "class")


def _blank_out_cells_in_error(run: Run) -> None:
    """Cells that RT3xx rejects are not judged against the roster."""
    keys = list(run.profile.columns)
    for view, faults in run.pending.items():
        in_error = pl.concat(faults).filter(pl.col("code").is_in(run.rejecting))
        for number in in_error["column"].unique():
            variants = in_error.filter(pl.col("column") == number)["key"].unique()
            run.blank_out(keys[number], pl.col("key").is_in(variants.implode()), view)


def _judge(
    run: Run,
    rule: Rule,
    key: str,
    judgement: RosterJudgement,
    frames: Mapping[str, pl.DataFrame | None],
) -> pl.DataFrame | None:
    """The statements at fault in one column; None where a column that it needs is absent."""
    subject = _SUBJECTS.get(rule.scope, key)
    frame = frames[subject]
    if frame is None:
        run.skip(rule, {subject})
        return None
    roots = {key, *judgement.fault.meta.root_names()}
    by_identity = any(root in _BY_IDENTITY or root.startswith(TRADED) for root in roots)
    needs = {*(roots & set(run.column_numbers)), *(_IDENTITY if by_identity else ())}
    absent = needs - set(frame.columns)
    if absent:
        run.skip(rule, absent)
        return None
    return run.guarded(rule, lambda: keep_faults(run, rule, key, judgement, frame))


def keep_faults(
    run: Run, rule: Rule, key: str, judgement: RosterJudgement, frame: pl.DataFrame
) -> pl.DataFrame:
    """Add what a rule finds to the run; return the statements at fault."""
    subject = _SUBJECTS.get(rule.scope, key)
    suggestion = judgement.suggestion if judgement.suggestion is not None else NO_TEXT
    at_fault = frame.with_columns(suggested=suggestion).filter(judgement.fault)
    if at_fault.is_empty():
        return at_fault
    if rule.severity.rejects or judgement.once is None:
        faults = as_faults(run, rule, key, at_fault).with_columns(
            suggestion=at_fault["suggested"],
            safe=at_fault.select(
                pl.when(pl.col("suggested").is_not_null()).then(pl.lit(value=False))
            ).to_series(),
            parent=NO_TEXT if rule.cause_by_value or key in _VIEWS else pl.lit(at_fault[subject]),
        )
        run.add_faults(run.records.home(subject).name, faults, key)
        return at_fault
    named = at_fault.select(value=judgement.once, suggestion="suggested")
    named = named.unique("value", keep="first", maintain_order=True)
    run.add_findings(
        rule, named.with_columns(column=pl.lit(run.column_numbers[key]), parent="value")
    )
    return at_fault


def _frame(run: Run, key: str, against: RosterContext) -> pl.DataFrame | None:
    """The statements about one kind of subject, joined with the roster."""
    variants = run.records.views[_VIEWS[key]].variants
    if key not in variants.columns:
        return None
    is_named = pl.col(key).is_not_null() & (pl.col(key) != "")
    if key == "userId":
        stays = variants.select(is_named & ~pl.col("removes")).to_series()
        in_roster = places_in_roster(run, key, against.roster).filter(stays)
        return _people(run, variants.filter(stays), in_roster, against)
    named = variants.filter(is_named)
    if key == "classId":
        return _classes(run.profile, named, against.roster)
    return _schools(run, named, against.roster)


def known_by(key: str, roster: Roster, profile: Profile) -> pl.DataFrame:
    """The records of the roster that a column of IDs names."""
    frames: dict[str, pl.DataFrame] = {Entity.SCHOOL: roster.schools, Entity.CLASS: roster.classes}
    return frames.get(profile.columns[key].identifies or Entity.PERSON, roster.people)


def places_in_roster(run: Run, key: str, roster: Roster) -> pl.Series:
    """Where the roster has the ID of each statement in its home view, looked up once in a run."""
    if key not in run.in_roster:
        known_ids = known_by(key, roster, run.profile)[key]
        run.in_roster[key] = places(run.records.home(key).variants[key], known_ids)
    return run.in_roster[key]


def _schools(run: Run, named: pl.DataFrame, roster: Roster) -> pl.DataFrame:
    known = pl.col("schoolId").is_in(roster.schools["schoolId"].implode())
    schools = named.with_columns(known=known)
    unknown = schools.filter(~pl.col("known"))["schoolId"].unique().sort()
    likely = likely_schools(run, unknown, roster)
    return schools.with_columns(
        likely=pl.col("schoolId").replace_strict(likely, default=None, return_dtype=pl.String)
    )


def _classes(profile: Profile, named: pl.DataFrame, roster: Roster) -> pl.DataFrame:
    facts = facts_of(profile, Entity.CLASS)
    roster_classes = roster.classes.select(
        "classId", "active", *(pl.col(fact).alias(f"was_{fact}") for fact in facts)
    )
    return named.join(roster_classes, on="classId", how="left", maintain_order="left").with_columns(
        known=pl.col("active").is_not_null()
    )


def _people(
    run: Run, named: pl.DataFrame, in_roster: pl.Series, against: RosterContext
) -> pl.DataFrame:
    """The person statements with `in_roster` (a place), `known`, `from_source` and `was_…`.

    Where names and address can be read, also with `somebody_else`, `returning` and what
    `with_old_id` adds.
    """
    roster, profile = against.roster, run.profile
    facts = facts_of(profile, Entity.PERSON)
    before = [pl.col(fact).alias(f"was_{fact}") for fact in facts]
    statements = pl.concat(
        [
            named,
            records_at(roster.people.select("source", *before), in_roster),
            in_roster.to_frame("in_roster"),
        ],
        how="horizontal",
    ).with_columns(
        known=pl.col("source").is_not_null(),
        from_source=pl.col("source").is_in(against.sources).fill_null(value=False),
    )
    if not set(_IDENTITY) <= set(statements.columns):
        return statements
    statements = statements.with_columns(somebody_else=_somebody_else(statements))
    statements = with_traded(statements, profile)
    if statements["known"].all():
        unsaid = dict.fromkeys(("old_id", "swapped", "returning"), NO_TEXT)
        unasked = dict.fromkeys(("same", "no_new"), pl.lit(None, dtype=pl.Boolean))
        return statements.with_columns(**unsaid, **unasked)
    left_out = people_left_out(run, roster)
    statements = with_old_id(statements, left_out.select("userId", *before), facts, profile)
    returning = returning_people(run, statements, roster, left_out)
    return statements.with_columns(returning=returning)


def _somebody_else(statements: pl.DataFrame) -> pl.Series:
    """Mask of the statements whose ID the roster has for another person.

    Few have another address than the roster; to write the names and addresses of all in small
    letters would take 75 ms for 200,000.
    """
    at = (statements["userEmail"] != statements["was_userEmail"]).arg_true()
    moved = records_at(statements.select(set(SOMEBODY_ELSE.meta.root_names())), at)
    return mask_of(at.filter(moved.select(SOMEBODY_ELSE).to_series()), statements.height)
