"""RT418: how many people of a file the district knows at all.

A person is known by ID, by the ID with other leading zeros, by address, or by name, role and grade
where these fit one person of the file and one of the roster whom the file does not use.
"""

from __future__ import annotations

import polars as pl

from roster_toolkit.model import Profile, RosterJudgement, Scope
from roster_toolkit.rosters.roster import Kind, Roster, among, kind_of_person
from roster_toolkit.rules.judgement import roster_judgements
from roster_toolkit.validate.run import Run

_NAMES = ("userFirstName", "userLastName")
_FACTS = ("userRole", "userEmail", "userGrade", *_NAMES)
_NOUNS = {Kind.STUDENT.value: "students", Kind.STAFF.value: "staff members"}


def judge_strangers(run: Run, people: pl.DataFrame | None, roster: Roster, district: str) -> None:
    """Judge the people of a file together by how many of them the roster knows."""
    for rule in run.over(Scope.PEOPLE_TOGETHER):
        if people is None:
            run.skip(rule, {"userId"})
            continue
        if roster.people.is_empty() or people["known"].all():
            continue
        judged = run.guarded(rule, lambda: roster_judgements(rule, run.profile))  # noqa: B023
        for key, known in (judged or {}).items():
            counted = run.guarded(rule, lambda: _counted(run, people, roster, district, known))  # noqa: B023
            if counted is not None and not counted.is_empty():
                place = pl.lit(run.place[key])
                named = counted.select(value=known.once or key)
                run.add(rule, named.with_columns(column=place, parent="value"))


def _counted(
    run: Run, people: pl.DataFrame, roster: Roster, district: str, known: RosterJudgement
) -> pl.DataFrame:
    """The counts where they are at fault; the closer look is only for who seems unknown."""
    met = [pl.col(name).is_not_null() for name in ("zeros", "old_id") if name in people.columns]
    unknown = people.filter(~pl.any_horizontal("known", *met))
    numbers = people["userId"].n_unique(), unknown["userId"].n_unique()
    if _line(*numbers, "").filter(known.fault).is_empty():
        return _line(0, 0, "").clear()
    if _of_known_schools(run, roster):
        return _line(0, 0, "").clear()
    counted = count_strangers(people, unknown["userId"].unique(), roster, run.profile, district)
    return counted.filter(known.fault)


def _of_known_schools(run: Run, roster: Roster) -> bool:
    """Whether a file of staff only names schools of the district: they are often all new there."""
    rows = run.records.views["row"].variants
    if Kind.STUDENT.value in run.profile.accepts_people or "schoolId" not in rows.columns:
        return False
    schools = rows["schoolId"].drop_nulls().unique()
    schools = schools.filter(schools != "")
    return bool(schools.is_in(roster.schools["schoolId"].implode()).all())


def count_strangers(
    people: pl.DataFrame, unknown: pl.Series, roster: Roster, profile: Profile, district: str
) -> pl.DataFrame:
    """`people`, `unknown`, `told` in one line, of the kinds of person that the roster has.

    `people`: statements about the people of a file, by `userId`; `unknown`: the IDs that the roster
    does not know.
    """
    facts = [pl.col(f) if f in people.columns else pl.lit("").alias(f) for f in _FACTS]
    each = (
        people.select("userId", *(fact.fill_null("") for fact in facts))
        .group_by("userId")
        .agg(pl.col(fact).filter(pl.col(fact) != "").min().fill_null("") for fact in _FACTS)
        .with_columns(kind=kind_of_person(profile))
    )
    there = roster.people.select(kind=kind_of_person(profile))["kind"].unique()
    each = each.filter(pl.col("kind").is_in(there.implode()).fill_null(value=True))
    strangers = each.filter(pl.col("userId").is_in(unknown.implode()))
    address = strangers["userEmail"].str.to_lowercase()
    strangers = strangers.filter(
        ~among(address.replace("", None), roster.people["userEmail"].str.to_lowercase())
    )
    left = roster.people.filter(~pl.col("userId").is_in(each["userId"].implode()))
    strangers = strangers.join(_namesakes(strangers, left, profile), on="userId", how="anti")
    kinds = each["kind"].unique()
    noun = _NOUNS.get(kinds[0] or "", "people") if kinds.len() == 1 else "people"
    counts = f"{strangers.height:,} of {each.height:,} {noun}"
    told = f"{counts} are unknown to {district or 'the district'}"
    return _line(each.height, strangers.height, told)


def _namesakes(strangers: pl.DataFrame, left: pl.DataFrame, profile: Profile) -> pl.DataFrame:
    """`userId` of those who have the name, role and grade, or the next one, of one person alone."""
    column = profile.columns.get("userGrade")
    vocabulary = profile.vocabulary_of(column) if column else None
    places = {grade: at for at, grade in enumerate(vocabulary.accepts)} if vocabulary else {}
    grade = pl.col("userGrade").replace_strict(places, default=None, return_dtype=pl.Int64)

    def alone(told: pl.DataFrame) -> pl.DataFrame:
        names = [pl.col(name).str.to_lowercase() for name in _NAMES]
        named = told.filter(*(pl.col(name) != "" for name in _NAMES)).select(
            "userId", *names, kind=kind_of_person(profile), grade=grade
        )
        return named.filter(pl.struct("kind", *_NAMES).is_unique())

    step = pl.col("grade") - pl.col("grade_right")
    return (
        alone(strangers)
        .join(alone(left), on=["kind", *_NAMES], nulls_equal=True)
        .filter(step.is_null() | step.is_between(0, 1))
        .select("userId")
    )


def _line(people: int, unknown: int, told: str) -> pl.DataFrame:
    return pl.DataFrame({"people": [people], "unknown": [unknown], "told": [told]})
