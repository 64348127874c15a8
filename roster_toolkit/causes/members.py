"""Decide which members are causes of their own.

A member is the value, class, person or header that a finding is about. Most members share the cause
of their rule and column; one that makes up half of the findings is a cause of its own. Members of
one column with the same suggestion are one cause, whichever rules found them, and so is a value
that occurs in two columns with the same list of accepted values. Whole columns that the same safe
fix mends are one cause, and so is a word for nothing that a system writes into several columns.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from roster_toolkit.causes.claims import claimed_as
from roster_toolkit.causes.model import Claim
from roster_toolkit.model import Fix, Profile, Rule, Scope

#: Share of the findings of a rule in a column from which on a member is its own cause …
OWN_SHARE = 0.5
#: … and the minimum number of its findings.
OWN_FINDINGS = 5
#: Share of a later column's findings that must repeat those of the first one to share its cause.
SAME_WORDS = 0.8

#: Columns from which on the same safe fix throughout them is one thing to do, and the same word for
#: nothing a habit.
SEVERAL_COLUMNS = 3

_KIND = ["claim", "leader", "place"]
_SHARED = [Claim.COLUMN.value, Claim.MEMBER.value]
#: Columns with the final claim of a member, and `own` where it is its own cause.
_MOVED = ["to_claim", "to_leader", "to_place", "own"]


def with_own_members(
    claimed: pl.DataFrame, rules: Mapping[str, Rule], profile: Profile
) -> pl.DataFrame:
    """Add `own`, the member that is its own cause, and move findings to their final claim."""
    members = _members(claimed, rules)
    for moved in (_same_suggestion(members), _same_vocabulary(members, profile)):
        if not moved.is_empty():
            members = members.update(moved, on=[*_KIND, "member"], how="left")
    members = _with_own(members).filter(
        pl.col("own").is_not_null()
        | (pl.col("to_claim") != pl.col("claim"))
        | (pl.col("to_leader") != pl.col("leader"))
        | pl.col("to_place").ne_missing(pl.col("place"))
    )
    if members.is_empty():
        return claimed.with_columns(own=pl.lit(None, dtype=pl.String))
    keys = [*_KIND, "member"]
    # Joined alone, as a join copies every text of the findings.
    moved = claimed.select(keys).join(
        members.select(*keys, *_MOVED), on=keys, how="left", nulls_equal=True, maintain_order="left"
    )
    return (
        claimed.hstack(moved.select(_MOVED))
        .with_columns(
            claim=pl.coalesce("to_claim", "claim"),
            leader=pl.coalesce("to_leader", "leader"),
            place=pl.when(pl.col("to_claim").is_null()).then("place").otherwise("to_place"),
        )
        .drop("to_claim", "to_leader", "to_place")
    )


def with_same_fix(claimed: pl.DataFrame, rules: Mapping[str, Rule]) -> pl.DataFrame:
    """Put whole columns together that the same fix mends, and need no look at their cells.

    A safe fix, or one that is offered for each cell, as where an export marks them all as text.
    """
    safe = [rule.number for rule in rules.values() if rule.fixes == (Fix.SAFE,)]
    offered = [
        rule.number
        for rule in rules.values()
        if rule.scope is Scope.CELL and rule.fixes == (Fix.CONFIRM,) and not rule.habit
    ]
    throughout = pl.col("claim") == Claim.COLUMN.value
    columns = (
        claimed.lazy()
        .filter(throughout, pl.col("leader").is_in([*safe, *offered]))
        .group_by("leader", "place")
        .agg(offered=pl.col("suggestion").is_not_null().all())
        .filter(pl.col("leader").is_in(safe) | pl.col("offered"))
        .filter(pl.len().over("leader") >= SEVERAL_COLUMNS)
        .select("leader", "place", first=pl.col("place").min().over("leader"))
        .collect()
    )
    if columns.is_empty():
        return claimed
    joined = claimed.join(columns, on=["leader", "place"], how="left", maintain_order="left")
    place = pl.when(throughout).then(pl.coalesce("first", "place")).otherwise("place")
    return joined.with_columns(place=place).drop("first")


def with_habits(claimed: pl.DataFrame, rules: Mapping[str, Rule], profile: Profile) -> pl.DataFrame:
    """Put a word for nothing in several columns together, where it may mean a blank cell.

    A database writes NULL into every blank cell; one setting of the export corrects them all. In a
    column that must be filled the same word stands for a value that is missing, which it does not.
    """
    codes = [rule.number for rule in rules.values() if rule.habit]
    filled = [at for at, column in enumerate(profile.columns.values()) if column.requirement.always]
    spoken = pl.col("claim").is_in(_SHARED) & pl.col("leader").is_in(codes)
    spoken &= ~pl.col("place").is_in(filled)
    words = (
        claimed.lazy()
        .filter(spoken)
        .group_by("leader", "value")
        .agg(columns=pl.col("place").n_unique(), first=pl.col("place").min(), findings=pl.len())
        .filter(pl.col("columns") >= SEVERAL_COLUMNS, pl.col("findings") >= OWN_FINDINGS)
        .select("leader", "value", "first")
        .collect()
    )
    if words.is_empty():
        return claimed
    joined = claimed.join(words, on=["leader", "value"], how="left", maintain_order="left")
    habit = spoken & pl.col("first").is_not_null()
    # Without it, what else stands in its columns stands there no longer throughout.
    beside = spoken & habit.any().over("leader", "place")
    return joined.with_columns(
        claim=pl.when(beside).then(claimed_as(Claim.MEMBER)).otherwise("claim"),
        place=pl.when(habit).then("first").otherwise("place"),
    ).drop("first")


def _members(claimed: pl.DataFrame, rules: Mapping[str, Rule]) -> pl.DataFrame:
    """Each member once: its `count` of findings, and `cure`, the suggestion, where it is a value.

    Findings about a person or a class have no cure: they are corrected there, whatever the value.
    """
    rejecting = [rule.number for rule in rules.values() if rule.severity.rejects]
    one_value = pl.col("parent").is_null() & pl.col("leader").is_in(rejecting)
    return (
        claimed.lazy()
        .filter(pl.col("claim") != Claim.SHIFT.value)
        .with_columns(cure=pl.when(one_value).then("suggestion"))
        .group_by(*_KIND, "member")
        .agg(count=pl.len(), cure=pl.col("cure").min())
        .with_columns(to_claim="claim", to_leader="leader", to_place="place")
        .collect()
    )


def _same_suggestion(members: pl.DataFrame) -> pl.DataFrame:
    """Members of one column with the same suggestion, moved to the claim of the largest one."""
    cured = members.filter(
        pl.col("claim").is_in(_SHARED), pl.col("cure").is_not_null(), pl.col("place").is_not_null()
    )
    several = cured.filter(pl.col("leader").n_unique().over("place", "cure") > 1)
    if several.is_empty():
        return several.select(*_KIND, "member")
    first = (
        several.group_by("place", "cure", "claim", "leader")
        .agg(pl.col("count").sum())
        .sort("claim", "count", "leader", descending=[True, True, False])
        .unique(["place", "cure"], keep="first", maintain_order=True)
        .select("place", "cure", to_claim="claim", to_leader="leader")
    )
    return several.join(first, on=["place", "cure"], suffix="_of_all").select(
        *_KIND, "member", to_claim="to_claim_of_all", to_leader="to_leader_of_all"
    )


def _same_vocabulary(members: pl.DataFrame, profile: Profile) -> pl.DataFrame:
    """Members moved to an earlier column that shares the vocabulary and has the same members."""
    moved = [
        later.select(*_KIND, "member", to_place=pl.lit(place, dtype=pl.Int16))
        for places in _columns_sharing_a_list(profile)
        for _, kind in members.filter(
            pl.col("claim").is_in(_SHARED), pl.col("place").is_in(places)
        ).group_by("claim", "leader")
        for place, later in _repeated_in_later_columns(kind)
    ]
    return pl.concat(moved) if moved else members.select(*_KIND, "member").clear()


def _columns_sharing_a_list(profile: Profile) -> Iterator[list[int]]:
    """Groups of column places that share a vocabulary, two or more each."""
    places: dict[str, list[int]] = {}
    for place, column in enumerate(profile.columns.values()):
        if column.vocabulary:
            places.setdefault(column.vocabulary, []).append(place)
    yield from (shared for shared in places.values() if len(shared) > 1)


def _repeated_in_later_columns(kind: pl.DataFrame) -> Iterator[tuple[int, pl.DataFrame]]:
    """The members of each later column that nearly all occur in the first one as well.

    Yields the place of the first column and those members.
    """
    columns = [part for _, part in sorted(kind.group_by("place"))]
    first = columns[0]
    if int(first["count"].sum()) < OWN_FINDINGS:
        return
    words = first.filter(pl.col("cure").is_not_null())
    for later in columns[1:]:
        findings = int(later["count"].sum())
        repeated = int(later.join(words, on=["member", "cure"], how="semi")["count"].sum())
        if findings >= OWN_FINDINGS and repeated >= SAME_WORDS * findings:
            yield first["place"][0], later


def _with_own(members: pl.DataFrame) -> pl.DataFrame:
    """Add `own` where a member makes up half of its cause; of two equal halves neither is."""
    kind = ["to_claim", "to_leader", "to_place"]
    of_kind = members.group_by(kind).agg(of_kind=pl.col("count").sum())
    # Only these can become a cause of their own or move: the join below stays small.
    moved = pl.col("to_place").ne_missing(pl.col("place"))
    candidates = members.filter(
        (pl.col("count") >= OWN_FINDINGS) | pl.col("cure").is_not_null() | moved
    )
    candidates = candidates.with_columns(subject=pl.coalesce("cure", "member"))
    most = pl.col("count").max().over(kind)
    counted = (
        candidates.filter(pl.col("to_claim") == Claim.MEMBER.value)
        .group_by(*kind, "subject")
        .agg(pl.col("count").sum())
        .join(of_kind, on=kind, nulls_equal=True)
        .filter(
            pl.col("count") >= OWN_FINDINGS,
            pl.col("count") >= OWN_SHARE * pl.col("of_kind"),
            (pl.col("count") == most).sum().over(kind) == 1,
        )
        .select(*kind, "subject", own="subject")
    )
    return candidates.join(counted, on=[*kind, "subject"], how="left", nulls_equal=True)
