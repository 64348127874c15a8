"""Compare two rosters field by field, such as yesterday's snapshot and today's.

Unlike in the impact of a file, an absent record counts as removed. A person with a new ID is one
change, not a removal and a creation. Keys that a roster has more than once are reported and left
out, as the choice between their records would be a guess.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import polars as pl

from roster_toolkit.display import Shown
from roster_toolkit.model import Entity, Profile
from roster_toolkit.rosters.identity import aligned, by_number
from roster_toolkit.rosters.outcomes import Outcome, outcome_table
from roster_toolkit.rosters.places import mask_of, records_at
from roster_toolkit.rosters.roster import (
    SCHOOL_FACTS,
    Kind,
    Roster,
    facts_of,
    kind_of_person,
    membership_numbers,
    pair,
)

#: Kind of a person whose role is neither staff nor student.
PERSON = "person"
_KINDS = pl.Enum([*(kind.value for kind in Kind), PERSON])
_COUNTED = (Outcome.CREATED, Outcome.UPDATED, Outcome.NO_CHANGES, Outcome.REMOVED)
CHANGES = {
    "kind": pl.String,
    "key": pl.String,
    "school": pl.String,
    "field": pl.String,
    "before": pl.String,
    "after": pl.String,
}
REPEATED = {"kind": pl.String, "key": pl.String, "side": pl.String, "times": pl.UInt32}


@dataclass(frozen=True, repr=False)
class Difference(Shown):
    """What became of each record between two rosters.

    >>> found = riverton.compare(2, 3)
    >>> found
    81 differences between the two rosters.
    >>> found.counts[rt.Kind.STUDENT][rt.Outcome.REMOVED]
    5
    """

    changes: pl.DataFrame
    """Shape `CHANGES`: a line for each field that differs. A record that came or went has one line
    with no field, and its key `after` or `before`. A person's new or former school stands as
    field `schoolId`."""
    counts: Mapping[Kind, Mapping[Outcome, int]]
    """Kind → created, updated, no changes, removed."""
    repeated: pl.DataFrame
    """Shape `REPEATED`: keys that one side (`before`, `after`) has more than once, left out."""

    @property
    def nothing(self) -> bool:
        """Whether the two are the same."""
        return self.changes.is_empty() and self.repeated.is_empty()

    @property
    def table(self) -> pl.DataFrame:
        """The counts as a table: `kind` and a column for each outcome."""
        return outcome_table(self.counts)


@dataclass(frozen=True)
class _Sides:
    """Two sets of records under common numbers: created, removed, and present on both sides."""

    created: pl.DataFrame
    removed: pl.DataFrame
    was: pl.DataFrame
    """Those on both sides, as before."""
    now: pl.DataFrame
    """The same records, as after, in the same order."""


def difference(before: Roster, after: Roster, profile: Profile) -> Difference:
    """What differs; the order of records in either roster does not matter.

    >>> found = rt.difference(riverton.roster(1), riverton.roster(2), riverton.profile)
    >>> found
    91 differences between the two rosters.
    """
    before, repeated_before = _without_repeated(before, "before")
    after, repeated_after = _without_repeated(after, "after")
    after = aligned(after, before).roster
    people = _sides(before.people, after.people, "person")
    classes = _sides(before.classes.filter("active"), after.classes.filter("active"), "class")
    schools = _schools(before.schools, after.schools)
    lines = [
        *_person_lines(people, before, after, profile),
        *_record_lines(classes, "classId", pl.lit(Kind.CLASS.value), pl.col("schoolId")),
        *_field_lines(classes, facts_of(profile, Entity.CLASS), "classId",
                      pl.lit(Kind.CLASS.value), pl.col("schoolId")),
        *_record_lines(schools, "schoolId", pl.lit(Kind.SCHOOL.value), pl.col("schoolId")),
        *_field_lines(schools, [*SCHOOL_FACTS], "schoolId", pl.lit(Kind.SCHOOL.value),
                      pl.col("schoolId")),
    ]  # fmt: skip
    was, pairs_before = _distinct_pairs(before, "before")
    now, pairs_after = _distinct_pairs(after, "after")
    enrollments = _enrollments(was, now)
    lines += _enrollment_lines(enrollments, before, after, profile)
    changes = pl.concat([pl.DataFrame(schema=CHANGES), *lines])
    changes = (
        changes.with_columns(pl.col("kind").cast(_KINDS))
        .sort(CHANGES.keys())
        .with_columns(pl.col("kind").cast(pl.String))
    )
    sizes = {
        **_people_on_both(people, profile),
        Kind.CLASS: classes.was.height,
        Kind.SCHOOL: schools.was.height,
        Kind.ENROLLMENT: enrollments.both,
    }
    return Difference(
        changes,
        _counts(changes, sizes),
        pl.concat([*repeated_before, *repeated_after, pairs_before, pairs_after]).sort(pl.all()),
    )


def _without_repeated(roster: Roster, side: str) -> tuple[Roster, list[pl.DataFrame]]:
    """The roster without people, classes and schools whose key repeats, and those keys."""
    people, groups = _repeated(roster.people, "userId"), _repeated(roster.classes, "classId")
    schools = _repeated(roster.schools, "schoolId")
    parts = [
        _listed(keys, kind, side)
        for keys, kind in ((people, PERSON), (groups, Kind.CLASS), (schools, Kind.SCHOOL))
    ]
    if not (people.is_empty() and groups.is_empty() and schools.is_empty()):
        roster = _without(roster, people["key"], groups["key"], schools["key"])
    return roster, parts


def _distinct_pairs(roster: Roster, side: str) -> tuple[pl.Series, pl.DataFrame]:
    """The enrollments, packed and sorted, without those that repeat, and the keys of these."""
    packed = _packed(roster.enrollments, _SIDES.index(side))
    # Sorted as they are, they are counted in no time; unsorted, it takes 25 ms for a million.
    keys = (packed // _FLAGS).set_sorted()
    if keys.n_unique() == keys.len():
        return packed, pl.DataFrame(schema=REPEATED)
    named = _with_keys(roster.enrollments, roster, roster)
    repeated = _listed(_repeated(named, "key"), Kind.ENROLLMENT, side)
    return packed.filter(~keys.is_duplicated()), repeated


def _repeated(records: pl.DataFrame, key: str) -> pl.DataFrame:
    """`key`, `times` of the keys that occur more than once."""
    if records[key].n_unique() == records.height:
        return pl.DataFrame(schema={"key": pl.String, "times": pl.UInt32})
    counted = records.group_by(key=pl.col(key)).agg(times=pl.len())
    return counted.filter(pl.col("times") > 1)


def _listed(keys: pl.DataFrame, kind: str, side: str) -> pl.DataFrame:
    lines = keys.with_columns(kind=pl.lit(str(kind)), side=pl.lit(side))
    return lines.select(pl.col(name).cast(dtype) for name, dtype in REPEATED.items())


def _without(roster: Roster, users: pl.Series, classes: pl.Series, schools: pl.Series) -> Roster:
    """The roster without some people, classes and schools, and what refers to the first two."""
    people = roster.people.filter(~pl.col("userId").is_in(users.implode()))
    groups = roster.classes.filter(~pl.col("classId").is_in(classes.implode()))
    of_people = pl.col("person").is_in(people["person"].implode())
    of_classes = pl.col("class").is_in(groups["class"].implode())
    return replace(
        roster,
        people=people,
        classes=groups,
        schools=roster.schools.filter(~pl.col("schoolId").is_in(schools.implode())),
        memberships=roster.memberships.filter(of_people),
        enrollments=roster.enrollments.filter(of_people, of_classes),
    )


def _sides(before: pl.DataFrame, after: pl.DataFrame, number: str) -> _Sides:
    before, after = _with_all_columns(before, after), _with_all_columns(after, before)
    at = _place_of(before[number], after[number])
    return _Sides(
        created=after.filter(at.is_null()),
        removed=before.filter(~mask_of(at, before.height)),
        was=records_at(before, at.drop_nulls()),
        now=after.filter(at.is_not_null()),
    )


def _place_of(before: pl.Series, after: pl.Series) -> pl.Series:
    """The place among `before` of each number of `after`; null where it is not there."""
    nowhere = pl.repeat(None, n=after.len(), dtype=pl.UInt32, eager=True)
    places = pl.int_range(before.len(), dtype=pl.UInt32, eager=True)
    table = by_number(pl.concat([after, before]), pl.concat([nowhere, places]))
    return table.gather(after)


def _with_all_columns(records: pl.DataFrame, other: pl.DataFrame) -> pl.DataFrame:
    """The records, with a blank column for each one that only `other` has."""
    absent = [name for name in other.columns if name not in records.columns]
    return records.with_columns(pl.lit("").alias(name) for name in absent)


def _schools(was: pl.DataFrame, now: pl.DataFrame) -> _Sides:
    numbers = pl.concat([was["schoolId"], now["schoolId"]]).unique().sort()
    numbered = pl.DataFrame({"schoolId": numbers}).with_row_index("number")
    return _sides(was.join(numbered, on="schoolId"), now.join(numbered, on="schoolId"), "number")


def _line(
    records: pl.DataFrame,
    *,
    kind: pl.Expr,
    key: pl.Expr,
    school: pl.Expr,
    field: str = "",
    before: pl.Expr | None = None,
    after: pl.Expr | None = None,
) -> pl.DataFrame:
    """Records as lines of shape `CHANGES`."""
    blank = pl.lit("")
    lines = records.select(
        kind=kind,
        key=key,
        school=school,
        field=pl.lit(field),
        before=blank if before is None else before,
        after=blank if after is None else after,
    )
    return lines.cast(CHANGES)  # type: ignore[arg-type]


def _record_lines(
    sides: _Sides, key: str, kind: pl.Expr, school: pl.Expr
) -> Iterator[pl.DataFrame]:
    """Records that were created or removed."""
    named = pl.col(key)
    yield _line(sides.created, kind=kind, key=named, school=school, after=named)
    yield _line(sides.removed, kind=kind, key=named, school=school, before=named)


def _field_lines(
    sides: _Sides, facts: list[str], key: str, kind: pl.Expr, school: pl.Expr
) -> Iterator[pl.DataFrame]:
    """Fields that differ, of records on both sides."""
    for fact in facts:
        if fact not in sides.was.columns:
            continue
        differs = sides.was[fact] != sides.now[fact]
        if differs.any():
            was = sides.was[fact].filter(differs).alias("was")
            yield _line(
                sides.now.filter(differs).with_columns(was),
                kind=kind, key=pl.col(key), school=school,
                field=fact, before=pl.col("was"), after=pl.col(fact),
            )  # fmt: skip


def _person_lines(
    people: _Sides, before: Roster, after: Roster, profile: Profile
) -> Iterator[pl.DataFrame]:
    """People who were created, removed or changed; those on both sides have their current kind."""
    kind, blank = _kind(profile), pl.lit("")
    yield from _record_lines(people, "userId", kind, blank)
    facts = ["userId", *facts_of(profile, Entity.PERSON)]
    yield from _field_lines(people, facts, "userId", kind, blank)
    named = people.now.select("person", userId="userId", kind=kind)
    was, now = membership_numbers(before.memberships, after.memberships)
    for one, mine, others, side in (
        (before, was, now, "before"), (after, now, was, "after"),
    ):  # fmt: skip
        ended = one.memberships.filter(~mine.is_in(others.implode())).join(named, on="person")
        yield _line(
            ended,
            kind=pl.col("kind"), key=pl.col("userId"), school=pl.col("schoolId"),
            field="schoolId", **{side: pl.col("schoolId")},
        )  # fmt: skip


def _kind(profile: Profile) -> pl.Expr:
    return pl.coalesce(kind_of_person(profile), pl.lit(PERSON))


@dataclass(frozen=True)
class _Pairs:
    """Enrollments that were created, removed or changed."""

    created: pl.DataFrame
    """`person`, `class`."""
    removed: pl.DataFrame
    changed: pl.DataFrame
    """`person`, `class`, `leads` (as it is now)."""
    both: int
    """How many are on both sides."""


def _enrollments(was: pl.Series, now: pl.Series) -> _Pairs:
    """Merge both sides: an unpaired key was created or removed, a pair may differ in its flag."""
    merged = was.to_frame("packed").merge_sorted(now.to_frame("packed"), "packed")
    packed = pl.col("packed")
    # Of two that are the same, the one before is the even number, and the other one follows it.
    same = (packed.shift(-1) - packed == 1) & (packed % 2 == 0)
    marked = merged.lazy().select(packed, same=same.fill_null(value=False))
    rest = marked.filter(~pl.col("same") & ~pl.col("same").shift(1, fill_value=False)).collect()
    key = packed // _FLAGS
    changed = pl.col("key") == pl.col("key").shift(-1)
    lines = rest.select(packed, key=key).with_columns(changed=changed.fill_null(value=False))
    again = pl.col("changed").shift(1, fill_value=False)
    after = pl.col("side") == 1
    alone = _unpacked(lines.filter(~pl.col("changed") & ~again))
    return _Pairs(
        created=alone.filter(after),
        removed=alone.filter(~after),
        changed=_unpacked(lines.filter(pl.col("changed") | again)).filter(after),
        both=(merged.height - alone.height) // 2,
    )


_FLAGS = 4
_SIDES = ("before", "after")


def _packed(enrollments: pl.DataFrame, side: int) -> pl.Series:
    """Person, class, flag and side in one number, sorted; no district has 2**30 people."""
    flag = pl.col("leads").fill_null(value=False).cast(pl.UInt64)
    return enrollments.select(packed=pair() * _FLAGS + flag * 2 + side)["packed"].sort()


def _unpacked(marked: pl.DataFrame) -> pl.DataFrame:
    packed, key = pl.col("packed"), pl.col("key")
    return marked.select(
        person=(key // 2**32).cast(pl.UInt32),
        leads=packed // 2 % 2 == 1,
        side=packed % 2,
        **{"class": (key % 2**32).cast(pl.UInt32)},
    )


def _with_keys(enrollments: pl.DataFrame, first: Roster, other: Roster) -> pl.DataFrame:
    """Enrollments with `key` and `school`, looked up in `first`, else in `other`."""

    def lookup(records: str, number: str, value: str) -> pl.Series:
        found = (
            getattr(roster, records)[value].gather(
                _place_of(getattr(roster, records)[number], enrollments[number])
            )
            for roster in (first, other)
        )
        return pl.select(pl.coalesce(*found)).to_series()

    named = enrollments.with_columns(
        user=lookup("people", "person", "userId"),
        group=lookup("classes", "class", "classId"),
        school=lookup("classes", "class", "schoolId"),
    )
    return named.with_columns(key=pl.format("{} in {}", "user", "group"))


def _enrollment_lines(
    pairs: _Pairs, before: Roster, after: Roster, profile: Profile
) -> Iterator[pl.DataFrame]:
    kind, key, school = pl.lit(Kind.ENROLLMENT.value), pl.col("key"), pl.col("school")
    created = _with_keys(pairs.created, after, before)
    removed = _with_keys(pairs.removed, before, after)
    changed = _with_keys(pairs.changed, after, before)
    yield _line(created, kind=kind, key=key, school=school, after=key)
    yield _line(removed, kind=kind, key=key, school=school, before=key)
    yes, no = (pl.lit(profile.values_meaning("primary_teacher", word)[0]) for word in ("yes", "no"))
    leads = pl.col("leads")
    yield _line(
        changed,
        kind=kind, key=key, school=school, field="primary_teacher",
        before=pl.when(leads).then(no).otherwise(yes),
        after=pl.when(leads).then(yes).otherwise(no),
    )  # fmt: skip


def _people_on_both(people: _Sides, profile: Profile) -> dict[Kind, int]:
    kinds = people.now.select(kind=_kind(profile))["kind"]
    return {kind: int((kinds == kind.value).sum()) for kind in (Kind.STAFF, Kind.STUDENT)}


def _counts(changes: pl.DataFrame, both: Mapping[Kind, int]) -> dict[Kind, dict[Outcome, int]]:
    """Kind → outcome → records; `both`: how many of each kind are on both sides."""
    outcome_of_line = (
        pl.when(pl.col("field") != "").then(pl.lit(Outcome.UPDATED.value))
        .when(pl.col("after") == "").then(pl.lit(Outcome.REMOVED.value))
        .otherwise(pl.lit(Outcome.CREATED.value))
    )  # fmt: skip
    lines = changes.group_by("kind", outcome=outcome_of_line).agg(pl.col("key").n_unique())
    numbers = {(kind, outcome): number for kind, outcome, number in lines.iter_rows()}
    counts = {}
    for kind in Kind:
        counted = {outcome: numbers.get((kind.value, outcome.value), 0) for outcome in _COUNTED}
        counted[Outcome.NO_CHANGES] = both[kind] - counted[Outcome.UPDATED]
        counts[kind] = counted
    return counts
