"""RT418: how many people of a file are unknown to the district.

A person is known by ID, by the ID with other leading zeros, by address, or by name, role and grade
where these match exactly one person of the file and one roster person the file does not mention.
Whoever has an ID of the roster, but neither a name nor the address of its person, is not known by
it: two districts often number their people alike.
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
    for rule in run.rules_over(Scope.PEOPLE_TOGETHER):
        if people is None:
            run.skip(rule, {"userId"})
            continue
        if roster.people.is_empty():
            continue
        judgements = run.guarded(rule, lambda: roster_judgements(rule, run.profile))  # noqa: B023
        for key, judgement in (judgements or {}).items():
            counted = run.guarded(rule, lambda: _counted(run, people, roster, district, judgement))  # noqa: B023
            if counted is not None and not counted.is_empty():
                number = pl.lit(run.column_numbers[key])
                named = counted.select(value=judgement.once or key)
                run.add_findings(rule, named.with_columns(column=number, parent="value"))


def _counted(
    run: Run, people: pl.DataFrame, roster: Roster, district: str, judgement: RosterJudgement
) -> pl.DataFrame:
    """The counts where they are at fault; only people who seem unknown get the closer look."""
    known_otherwise = [
        pl.col(name).is_not_null() for name in ("zeros", "old_id") if name in people.columns
    ]
    lacking = people.filter(~pl.any_horizontal("known", *known_otherwise))["userId"]
    other = people.filter("somebody_else") if "somebody_else" in people.columns else people.clear()
    unknown = pl.concat([lacking, other["userId"]]).unique()
    if (
        unknown.is_empty()
        or _line(people["userId"].n_unique(), unknown.len(), "").filter(judgement.fault).is_empty()
    ):
        return _line(0, 0, "").clear()
    if _of_known_schools(run, roster):
        return _line(0, 0, "").clear()
    counted = count_strangers(people, unknown, roster, run.profile, district)
    return counted.filter(judgement.fault)


def _of_known_schools(run: Run, roster: Roster) -> bool:
    """Whether a staff-only upload names schools of the district: its staff are often all new."""
    rows = run.records.views["row"].variants
    if Kind.STUDENT.value in run.profile.accepts_people or "schoolId" not in rows.columns:
        return False
    schools = rows["schoolId"].drop_nulls().unique()
    schools = schools.filter(schools != "")
    return bool(schools.is_in(roster.schools["schoolId"].implode()).all())


def count_strangers(
    people: pl.DataFrame, unknown: pl.Series, roster: Roster, profile: Profile, district: str
) -> pl.DataFrame:
    """One line: `people`, `unknown` and `told` (the counts in words).

    Counts only the kinds of person that the roster has. `people` are the statements about the
    people of a file, by `userId`; `unknown` are the IDs that the roster lacks, or has for somebody
    else.
    """
    facts = [pl.col(f) if f in people.columns else pl.lit("").alias(f) for f in _FACTS]
    each = (
        people.select("userId", *(fact.fill_null("") for fact in facts))
        .group_by("userId")
        .agg(pl.col(fact).filter(pl.col(fact) != "").min().fill_null("") for fact in _FACTS)
        .with_columns(kind=kind_of_person(profile))
    )
    roster_kinds = roster.people.select(kind=kind_of_person(profile))["kind"].unique()
    each = each.filter(pl.col("kind").is_in(roster_kinds.implode()).fill_null(value=True))
    strangers = each.filter(pl.col("userId").is_in(unknown.implode()))
    address = strangers["userEmail"].str.to_lowercase()
    strangers = strangers.filter(
        ~among(address.replace("", None), roster.people["userEmail"].str.to_lowercase())
    )
    known = each["userId"].filter(~each["userId"].is_in(unknown.implode()))
    unused = roster.people.filter(~pl.col("userId").is_in(known.implode()))
    strangers = strangers.join(_namesakes(strangers, unused, profile), on="userId", how="anti")
    kinds = each["kind"].unique()
    noun = _NOUNS.get(kinds[0] or "", "people") if kinds.len() == 1 else "people"
    counts = f"{strangers.height:,} of {each.height:,} {noun}"
    message = f"{counts} are unknown to {district or 'the district'}"
    return _line(each.height, strangers.height, message)


def _namesakes(strangers: pl.DataFrame, unused: pl.DataFrame, profile: Profile) -> pl.DataFrame:
    """`userId` of strangers who match exactly one unused person by name, role and grade.

    The grade may be the roster's or the next one.
    """
    column = profile.columns.get("userGrade")
    vocabulary = profile.vocabulary_of(column) if column else None
    places = {grade: at for at, grade in enumerate(vocabulary.accepts)} if vocabulary else {}
    grade = pl.col("userGrade").replace_strict(places, default=None, return_dtype=pl.Int64)

    def unique_names(people: pl.DataFrame) -> pl.DataFrame:
        names = [pl.col(name).str.to_lowercase() for name in _NAMES]
        named = people.filter(*(pl.col(name) != "" for name in _NAMES)).select(
            "userId", *names, kind=kind_of_person(profile), grade=grade
        )
        return named.filter(pl.struct("kind", *_NAMES).is_unique())

    step = pl.col("grade") - pl.col("grade_right")
    return (
        unique_names(strangers)
        .join(unique_names(unused), on=["kind", *_NAMES], nulls_equal=True)
        .filter(step.is_null() | step.is_between(0, 1))
        .select("userId")
    )


def _line(people: int, unknown: int, message: str) -> pl.DataFrame:
    return pl.DataFrame({"people": [people], "unknown": [unknown], "told": [message]})
