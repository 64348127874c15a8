"""The role that counts by roles.csv of OneRoster 1.2, where a person may have several roles."""

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
#: Forms of dates. How long the year is must be seen first: 27 is no year of the first century.
_DATES = {
    r"^\d{4}-": "%Y-%m-%d", r"^\d{4}/": "%Y/%m/%d", r"^\d{8}$": "%Y%m%d",
    r"/\d{4}$": "%m/%d/%Y", r"/\d\d$": "%m/%d/%y",
}  # fmt: skip


@dataclass(frozen=True)
class Roles:
    """The one role of each user that counts, and users whose roles need a note."""

    users: pl.DataFrame
    """`user`, `role`, `orgs` (those of their roles of the same kind, with commas between)."""
    ended: pl.Series
    """Users with a role that has ended."""
    without: pl.Series
    """Users whose roles have all ended."""
    several: pl.Series
    """Staff who have several roles of ours, or whose primary one is none."""
    helping: pl.Series
    """Students who have an assistant role as well."""


def has_ended(column: str, day: date) -> pl.Expr:
    """Predicate: the date lies before a day; false for blank or unreadable dates."""
    return (_date_in(column) < day).fill_null(value=False)


def is_no_date(column: str) -> pl.Expr:
    """Predicate: there is something, and it can't be read as a date."""
    return (pl.col(column) != "") & _date_in(column).is_null()


def _date_in(column: str) -> pl.Expr:
    """The date in a cell, as the standard writes it or as a spreadsheet leaves it."""
    written = pl.col(column).str.extract(r"^([^T\s]+)")
    return pl.coalesce(
        pl.when(written.str.contains(form)).then(written.str.to_date(codes, strict=False))
        for form, codes in _DATES.items()
    )


def is_primary() -> pl.Expr:
    """Whether a role is the user's first one."""
    return pl.col("roleType").str.to_lowercase() == "primary"


def weighed_roles(roles: pl.DataFrame, profile: Profile, day: date) -> Roles:
    """One role per user: a staff role if there is one, the primary role before others.

    Only roles that have not ended count. A student with an assistant role (`assistants` of the
    profile) stays a student. Where no role is in the profile, the first one counts.
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
    of_user = of_user.with_columns(counts_as=kind).sort(_USER)
    roles_of_user = (
        current.join(of_user.select(_USER, "counts_as"), on=_USER)
        .filter(pl.col("counts_as").is_null() | (pl.col("kind") == pl.col("counts_as")))
        .sort(_USER, ~is_primary(), "rank", "role")
        .group_by(pl.col(_USER).alias("user"), maintain_order=True)
        .agg(pl.col("role").first(), orgs=pl.col(_ORG).unique().sort().str.join(","))
    )
    without = roles.filter(~pl.col(_USER).is_in(current[_USER].implode()))[_USER].unique().sort()
    staff = pl.col("counts_as") == _STAFF
    return Roles(
        roles_of_user,
        ended.sort(),
        without,
        several=of_user.filter(staff, "weighed")[_USER],
        helping=of_user.filter(pl.col("counts_as") == _STUDENT, "helps")[_USER],
    )


def _of_kinds(roles: pl.DataFrame, profile: Profile) -> pl.DataFrame:
    """The roles with `kind` (null if not in the profile), `rank` and `helps` (an assistant)."""
    mapped = {role.lower(): ours for role, ours in profile.oneroster.roles.items()}
    kinds = {
        role: kind
        for kind in (_STUDENT, _STAFF)
        for role, ours in mapped.items()
        if ours in profile.values_meaning("userRole", kind)
    }
    ranks = {role: rank for rank, role in enumerate(mapped)}
    role = pl.col("role").str.to_lowercase()
    return roles.with_columns(
        kind=role.replace_strict(kinds, default=None, return_dtype=pl.String),
        rank=role.replace_strict(ranks, default=len(ranks), return_dtype=pl.Int64),
        helps=role.is_in([role.lower() for role in profile.oneroster.assistants]),
    )
