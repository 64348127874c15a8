"""The likely reason for a mass change: a field that most updates share, or twin classes."""

from __future__ import annotations

import polars as pl

from roster_toolkit.impact.preview import Impact
from roster_toolkit.model import Profile
from roster_toolkit.rosters.outcomes import Outcome
from roster_toolkit.rosters.roster import Kind

#: Share of the records that must have a change in common for it to be named.
_MOST = 0.5
_EMAIL = "email"
#: The `schoolId` of a total over all schools.
WHOLE_DISTRICT = ""
#: Words for created records whose class is known under another ID.
_COMING_AGAIN = {
    Kind.CLASS: "known under other IDs",
    Kind.ENROLLMENT: "in classes known under other IDs",
}


def total_in_words(number: str, before: str) -> pl.Expr:
    """A total of a `kind` and `outcome`, from the names of its number and of those that are there.

    What is created is no part of what is there, and may be more.
    """
    created = pl.format("{} {} records created beside {}", number, "kind", before)
    others = pl.format("{} of {} {} records {}", number, before, "kind", "outcome")
    return pl.when(pl.col("outcome") == Outcome.CREATED.value).then(created).otherwise(others)


def with_shared(
    totals: pl.DataFrame, impact: Impact, twins: pl.DataFrame, profile: Profile
) -> pl.DataFrame:
    """Totals with what most of their records share: `what`, null for nothing, and `of_them`."""
    shared = [
        _shared(line, impact, twins, profile)
        for line in totals.select("schoolId", "kind", "outcome", "number").iter_rows()
    ]
    what = pl.Series("what", [name for name, _ in shared], dtype=pl.String)
    of_them = pl.Series("of_them", [count for _, count in shared], dtype=pl.Int64)
    return totals.with_columns(what, of_them)


def in_words(
    totals: pl.DataFrame, impact: Impact, twins: pl.DataFrame, profile: Profile
) -> pl.DataFrame:
    """Mass changes with `told` and `cause`: the totals, and what most of the records share.

    The same change at several schools is one cause, as when a district changes its email domain.
    """
    described = with_shared(totals, impact, twins, profile).with_columns(
        schools=pl.len().over("kind", "outcome", "what"),
        all_number=pl.col("number").sum().over("kind", "outcome", "what"),
        all_before=pl.col("before").sum().over("kind", "outcome", "what"),
        all_of_them=pl.col("of_them").sum().over("kind", "outcome", "what"),
    )
    per_school = pl.format("{}{}", "told", _ending("what", "of_them", "number"))
    across_schools = pl.format(
        "{} at {} schools{}",
        total_in_words("all_number", "all_before"), "schools",
        _ending("what", "all_of_them", "all_number"),
    )  # fmt: skip
    several = pl.col("what").is_not_null() & (pl.col("schools") > 1)
    return described.with_columns(
        told=per_school, cause=pl.when(several).then(across_schools).otherwise(per_school)
    )


def _ending(what: str, of_them: str, number: str) -> pl.Expr:
    everyone = pl.format(" ({})", what)
    most = pl.format(" ({} of them {})", of_them, what)
    share = pl.when(pl.col(of_them) == pl.col(number)).then(everyone).otherwise(most)
    return pl.when(pl.col(what).is_null()).then(pl.lit("")).otherwise(share)


def _shared(
    line: tuple[str, str, str, int], impact: Impact, twins: pl.DataFrame, profile: Profile
) -> tuple[str | None, int]:
    """What most of the records of one total share, and how many do."""
    school, kind, outcome, number = line
    if outcome == Outcome.UPDATED.value:
        what, count = _field(school, kind, impact, profile)
    elif outcome == Outcome.CREATED.value and kind in (Kind.CLASS, Kind.ENROLLMENT):
        what, count = _COMING_AGAIN[Kind(kind)], _coming_again(school, kind, impact, twins)
    else:
        return None, 0
    return (what, count) if what and count > _MOST * number else (None, 0)


def _field(school: str, kind: str, impact: Impact, profile: Profile) -> tuple[str | None, int]:
    """The field in which most updated records of a school differ, or the domain of an address."""
    changed = impact.compared.fields.filter(pl.col("kind") == kind)
    if kind in (Kind.STAFF, Kind.STUDENT):
        at_school = impact.person_schools.filter(_at(school))
        changed = changed.filter(pl.col("key").is_in(at_school["userId"].implode()))
        joining_people = _joining(school, kind, impact)
    else:
        changed = changed.filter(_at(school, "school"))
        joining_people = 0
    counts = changed.group_by("field").agg(pl.len()).sort("len", "field", descending=[True, False])
    field, count = counts.row(0) if counts.height else (None, 0)
    if joining_people > count:
        return profile.columns["schoolId"].name, joining_people
    if field is None:
        return None, 0
    column = profile.columns[field]
    moved = _domains(changed.filter(pl.col("field") == field)) if column.kind == _EMAIL else 0
    if moved > _MOST * count:
        return f"the domain of {column.name}", moved
    return column.name, count


def _joining(school: str, kind: str, impact: Impact) -> int:
    """How many known people of a kind join a school."""
    compared = impact.compared
    people = compared.people.filter("known", pl.col("kind") == kind)
    joining = compared.memberships.filter(~pl.col("known"), _at(school))
    return joining.join(people, on="person", how="semi")["person"].n_unique()


def _at(school: str, column: str = "schoolId") -> pl.Expr:
    return pl.lit(school == WHOLE_DISTRICT) | (pl.col(column) == school)


def _domains(changed: pl.DataFrame) -> int:
    """How many addresses differ only in the domain."""

    def before_the_at(name: str) -> pl.Expr:
        return pl.col(name).str.extract(r"^(.*)@").str.to_lowercase()

    before, after = (pl.col(name).str.to_lowercase() for name in ("before", "after"))
    return changed.filter(before_the_at("before") == before_the_at("after"), before != after).height


def _coming_again(school: str, kind: str, impact: Impact, twins: pl.DataFrame) -> int:
    """How many new classes of a school are twins, or how many new enrollments are in twins."""
    compared = impact.compared
    at_school = compared.classes.filter(_at(school))["class"]
    twin_classes = twins["twin"].unique()
    twin_classes = twin_classes.filter(twin_classes.is_in(at_school.implode()))
    if kind == Kind.CLASS.value:
        return twin_classes.len()
    new = compared.enrollments.filter(
        ~pl.col("known"), pl.col("class").is_in(twin_classes.implode())
    )
    return new.height
