"""Who somebody is by roles.csv of OneRoster 1.2, where a person may have several roles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from roster_toolkit.model import Profile
from roster_toolkit.rosters.oneroster.files import reference

_USER, _ORG = reference("user"), reference("org")
#: Columns of roles.csv that are read.
ROLE_COLUMNS = (_USER, _ORG, "roleType", "role", "endDate")
_STUDENT, _STAFF = "student", "staff"


@dataclass(frozen=True)
class Roles:
    """The one role of each user that counts, and whose roles had to be weighed."""

    users: pl.DataFrame
    """`user`, `role`, `orgs` (those of their roles of the same kind, with commas between)."""
    ended: pl.Series
    """Users of roles that have ended."""
    without: pl.Series
    """Users none of whose roles still holds."""
    several: pl.Series
    """Staff who have several roles of ours, or whose primary one is none."""
    helping: pl.Series
    """Students who help out besides."""


def has_ended(column: str, day: date) -> pl.Expr:
    """Whether a date lies before a day; blank ones and those that cannot be read do not."""
    told = pl.col(column).str.split("T").list.first()
    ends = [told.str.to_date(form, strict=False) for form in ("%Y-%m-%d", "%m/%d/%Y")]
    return (pl.coalesce(ends) < day).fill_null(value=False)


def is_primary() -> pl.Expr:
    """Whether a role is the user's first one."""
    return pl.col("roleType").str.to_lowercase() == "primary"


def weighed_roles(roles: pl.DataFrame, profile: Profile, day: date) -> Roles:
    """One role a user: that of staff if any of theirs is, the primary one before others.

    Only roles that have not ended count. A student who helps out (`assistants` of the profile)
    stays a student. Somebody whose roles are none of ours has the first of them.
    """
    ended = roles.filter(has_ended("endDate", day))[_USER]
    current = _of_kinds(roles.filter(~has_ended("endDate", day)), profile)
    of_user = current.group_by(_USER).agg(
        student=(pl.col("kind") == _STUDENT).any(),
        staff=((pl.col("kind") == _STAFF) & ~pl.col("helps")).any(),
        helps=pl.col("helps").any(),
        weighed=(pl.col("rank").filter(pl.col("kind").is_not_null()).n_unique() > 1)
        | (pl.col("kind").is_null() & is_primary()).any(),
    )
    kind = (
        pl.when(pl.col("staff") | (pl.col("helps") & ~pl.col("student"))).then(pl.lit(_STAFF))
        .when("student").then(pl.lit(_STUDENT))
    )  # fmt: skip
    of_user = of_user.with_columns(meant=kind).sort(_USER)
    chosen = (
        current.join(of_user.select(_USER, "meant"), on=_USER)
        .filter(pl.col("meant").is_null() | (pl.col("kind") == pl.col("meant")))
        .sort(_USER, ~is_primary(), "rank", "role")
        .group_by(pl.col(_USER).alias("user"), maintain_order=True)
        .agg(pl.col("role").first(), orgs=pl.col(_ORG).unique().sort().str.join(","))
    )
    without = roles.filter(~pl.col(_USER).is_in(current[_USER].implode()))[_USER].unique().sort()
    staff = pl.col("meant") == _STAFF
    return Roles(
        chosen,
        ended.sort(),
        without,
        several=of_user.filter(staff, "weighed")[_USER],
        helping=of_user.filter(pl.col("meant") == _STUDENT, "helps")[_USER],
    )


def _of_kinds(roles: pl.DataFrame, profile: Profile) -> pl.DataFrame:
    """The roles with `kind` (null if none of ours), `rank` and whether it only `helps`."""
    mapped = {role.lower(): ours for role, ours in profile.oneroster.roles.items()}
    kinds = {
        role: kind
        for kind in (_STUDENT, _STAFF)
        for role, ours in mapped.items()
        if ours in profile.values_meaning("userRole", kind)
    }
    ranks = {role: rank for rank, role in enumerate(mapped)}
    spoken = pl.col("role").str.to_lowercase()
    return roles.with_columns(
        kind=spoken.replace_strict(kinds, default=None, return_dtype=pl.String),
        rank=spoken.replace_strict(ranks, default=len(ranks), return_dtype=pl.Int64),
        helps=spoken.is_in([role.lower() for role in profile.oneroster.assistants]),
    )
