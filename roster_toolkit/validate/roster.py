"""RT4xx: the subjects of a file beside what the roster has of them.

A finding that refuses rows stands on each of them; one that refuses nothing is about the person or
class as a whole and stands on no row.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from roster_toolkit.model import Entity, Profile, RosterJudgement, Rule, Scope
from roster_toolkit.rosters.context import RosterContext
from roster_toolkit.rosters.roster import Roster, facts_of
from roster_toolkit.rules.judgement import roster_judgements
from roster_toolkit.validate.addresses import taken_addresses
from roster_toolkit.validate.returning import ids_in_file, returning_people
from roster_toolkit.validate.rows import stated
from roster_toolkit.validate.run import NO_TEXT, RENUMBERED, Run
from roster_toolkit.validate.strangers import judge_strangers

_SUBJECTS = {
    Scope.SCHOOLS_KNOWN: "schoolId",
    Scope.PEOPLE_KNOWN: "userId",
    Scope.CLASSES_KNOWN: "classId",
}
_OF_SCHOOLS = Scope.SCHOOLS_KNOWN
_VIEWS = {"schoolId": "row", "userId": "person", "classId": "class"}
_NAMES = ("userFirstName", "userLastName")
_IDENTITY = ("userEmail", *_NAMES)
#: What is known of a person by address and name.
_BY_IDENTITY = {"old_id", "same", "taken", "returning"}
_LIKELY = 75
#: Why rules are skipped that compare with a roster.
NO_ROSTER = "there is no roster to compare with"


def judge_against(run: Run, against: RosterContext | None) -> None:
    """Judge schools, people and classes by what the roster knows of them.

    Schools first: one that nobody knows has no say in whether a class moves.
    """
    if against is None:
        for rule in run.over(*_SUBJECTS, Scope.PEOPLE_TOGETHER):
            run.note(rule, NO_ROSTER)
        return
    _take_votes(run)
    _judge_schools(run, against)
    frames = {key: _frame(run, key, against) for key in ("userId", "classId")}
    run.renumbered = _renumbered(frames["userId"])
    judge_strangers(run, frames["userId"], against.roster, against.district)
    last: list[tuple[Rule, str, RosterJudgement]] = []
    for rule in run.over(Scope.PEOPLE_KNOWN, Scope.CLASSES_KNOWN):
        for key, known in _spoken(run, rule):
            if "taken" in known.fault.meta.root_names():
                last.append((rule, key, known))  # depends on the rows that the others refuse
            else:
                _judge(run, rule, key, known, frames)
    people = frames["userId"]
    if people is not None and "old_id" in people.columns:
        taken = taken_addresses(run, people, against.roster, against.addresses)
        frames["userId"] = people.with_columns(taken=taken)
    for rule, key, known in last:
        _judge(run, rule, key, known, frames)


def _spoken(run: Run, rule: Rule) -> list[tuple[str, RosterJudgement]]:
    """What a rule says of each column; nothing where it fails."""
    judged = run.guarded(rule, lambda: roster_judgements(rule, run.profile))
    return list((judged or {}).items())


def _judge_schools(run: Run, against: RosterContext) -> None:
    """RT401; a school in error is no school of a class from here on."""
    frames = {"schoolId": _frame(run, "schoolId", against)}
    for rule in run.over(_OF_SCHOOLS):
        if not against.roster.school_list:
            run.note(rule, "there is no list of the district's schools")
            continue
        for key, known in _spoken(run, rule):
            at_fault = _judge(run, rule, key, known, frames)
            if at_fault is not None and rule.severity.refuses:
                run.blank_out(key, pl.col(key).is_in(at_fault[key].unique().implode()), "class")


def _take_votes(run: Run) -> None:
    """Cells that a rule about many rows called wrong are not judged against the roster."""
    keys = list(run.profile.columns)
    for view, faults in run.faulty.items():
        wrong = pl.concat(faults).filter(pl.col("code").is_in(run.refusing))
        for place in wrong["column"].unique():
            at = wrong.filter(pl.col("column") == place)["key"].unique()
            run.blank_out(keys[place], pl.col("key").is_in(at.implode()), view)


def _judge(
    run: Run,
    rule: Rule,
    key: str,
    known: RosterJudgement,
    frames: Mapping[str, pl.DataFrame | None],
) -> pl.DataFrame | None:
    """The statements at fault by one column, unless something that it needs cannot be read."""
    subject = _SUBJECTS.get(rule.scope, key)
    frame = frames[subject]
    if frame is None:
        run.skip(rule, {subject})
        return None
    roots = {key, *known.fault.meta.root_names()}
    needs = {*(roots & set(run.place)), *(_IDENTITY if roots & _BY_IDENTITY else ())}
    absent = needs - set(frame.columns)
    if absent:
        run.skip(rule, absent)
        return None
    return run.guarded(rule, lambda: keep_faults(run, rule, key, known, frame))


def keep_faults(
    run: Run, rule: Rule, key: str, known: RosterJudgement, frame: pl.DataFrame
) -> pl.DataFrame:
    """Keep what a rule finds; the statements at fault."""
    subject = _SUBJECTS.get(rule.scope, key)
    likely = known.suggestion if known.suggestion is not None else NO_TEXT
    at_fault = frame.with_columns(suggested=likely).filter(known.fault)
    if at_fault.is_empty():
        return at_fault
    if rule.severity.refuses or known.once is None:
        faults = stated(run, rule, key, at_fault).with_columns(
            suggestion=at_fault["suggested"],
            safe=at_fault.select(
                pl.when(pl.col("suggested").is_not_null()).then(pl.lit(value=False))
            ).to_series(),
            parent=NO_TEXT if rule.cause_by_value or key in _VIEWS else pl.lit(at_fault[subject]),
        )
        run.keep(_VIEWS[subject], faults, key)
        return at_fault
    named = at_fault.select(value=known.once, suggestion="suggested")
    named = named.unique("value", keep="first", maintain_order=True)
    run.add(rule, named.with_columns(column=pl.lit(run.place[key]), parent="value"))
    return at_fault


def _frame(run: Run, key: str, against: RosterContext) -> pl.DataFrame | None:
    """The statements about one kind of subject, beside what the roster has."""
    variants = run.records.views[_VIEWS[key]].variants
    if key not in variants.columns:
        return None
    named = variants.filter(pl.col(key).is_not_null(), pl.col(key) != "")
    if key == "userId":
        return _people(run, named.filter(~pl.col("removes")), against)
    if key == "classId":
        return _classes(run.profile, named, against.roster)
    return _schools(named, against.roster)


def _schools(named: pl.DataFrame, roster: Roster) -> pl.DataFrame:
    known = pl.col("schoolId").is_in(roster.schools["schoolId"].implode())
    schools = named.with_columns(known=known)
    unknown = schools.filter(~pl.col("known"))["schoolId"].unique().sort()
    likely = _nearest(unknown, roster.schools["schoolId"])
    return schools.with_columns(
        likely=pl.col("schoolId").replace_strict(likely, default=None, return_dtype=pl.String)
    )


def _nearest(unknown: pl.Series, known: pl.Series) -> dict[str, str | None]:
    """The known ID that each unknown one resembles most, if any."""
    if unknown.is_empty():
        return {}
    from rapidfuzz import process

    choices = known.sort().to_list()
    best = {value: process.extractOne(value, choices, score_cutoff=_LIKELY) for value in unknown}
    return {value: match[0] if match else None for value, match in best.items()}


def _classes(profile: Profile, named: pl.DataFrame, roster: Roster) -> pl.DataFrame:
    facts = facts_of(profile, Entity.CLASS)
    was = roster.classes.select(
        "classId", "active", *(pl.col(fact).alias(f"was_{fact}") for fact in facts)
    )
    return named.join(was, on="classId", how="left", maintain_order="left").with_columns(
        known=pl.col("active").is_not_null()
    )


def _people(run: Run, named: pl.DataFrame, against: RosterContext) -> pl.DataFrame:
    """The person statements with `known`, `was_…`, `old_id`, `same` and `returning`."""
    roster, profile = against.roster, run.profile
    facts = facts_of(profile, Entity.PERSON)
    was = roster.people.select(
        "userId", "source", *(pl.col(fact).alias(f"was_{fact}") for fact in facts)
    )
    told = named.join(was, on="userId", how="left", maintain_order="left").with_columns(
        known=pl.col("source").is_not_null(),
        from_source=pl.col("source").is_in(against.sources).fill_null(value=False),
    )
    if not set(_IDENTITY) <= set(told.columns):
        return told
    told = _with_old_id(run, told, was, facts)
    return told.with_columns(returning=returning_people(run, told, roster))


def _with_old_id(run: Run, told: pl.DataFrame, was: pl.DataFrame, facts: list[str]) -> pl.DataFrame:
    """The statements with `old_id` of the person meant, and whether all else is the `same`.

    Both are facts of the person, whichever of their rows tells; a cell in error tells nothing.
    """
    unknown = told.filter(~pl.col("known"))
    if unknown.is_empty():
        return told.with_columns(old_id=NO_TEXT, same=pl.lit(None, dtype=pl.Boolean))
    used = pl.concat([told["userId"], ids_in_file(run)]).unique()
    old = was.filter(~pl.col("userId").is_in(used.implode())).with_columns(
        address=pl.col("was_userEmail").str.to_lowercase()
    )
    read = [fact for fact in facts if fact in told.columns]
    differs = pl.any_horizontal(
        (pl.col(fact) != pl.col(f"old_{fact}")) & (pl.col(fact) != "") for fact in read
    )
    were = [f"was_{name}" for name in _NAMES]
    met = (
        unknown.filter(pl.col("userEmail") != "")
        .select("userId", *_NAMES, address=pl.col("userEmail").str.to_lowercase())
        .join(old.select("address", *were, old_id="userId"), on="address")
        .filter(*(pl.col(name) == pl.col(f"was_{name}") for name in _NAMES))
        .select("userId", "old_id")
        .unique()
        .filter(pl.len().over("userId") == 1)
    )
    before = old.select(old_id="userId", **{f"old_{fact}": f"was_{fact}" for fact in read})
    compared = (
        unknown.join(met, on="userId")
        .join(before, on="old_id")
        .group_by("userId", "old_id")
        .agg(same=~differs.any())
    )
    return told.join(compared, on="userId", how="left", maintain_order="left")


def _renumbered(people: pl.DataFrame | None) -> pl.DataFrame:
    """`userId`, `was_userId` of people who changed their ID and nothing else."""
    if people is None or "old_id" not in people.columns:
        return pl.DataFrame(schema=RENUMBERED)
    return (
        people.filter(pl.col("old_id").is_not_null(), pl.col("same"))
        .select("userId", was_userId="old_id")
        .unique("userId")
        .sort("userId")
    )
