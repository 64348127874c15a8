"""Who and what there is to plant faults on: people by kind, classes by their members."""

from __future__ import annotations

from enum import StrEnum

import polars as pl

from roster_toolkit.model import Profile


class Who(StrEnum):
    """Kinds of people that faults ask for."""

    STUDENT = "student"
    """A student with three rows or more."""
    SINGLE = "single"
    """A student with one row, with a class or without."""
    TEACHER = "teacher"
    """Staff with a class of their own."""
    CO_TEACHER = "co-teacher"
    """Staff who are primary teacher of nothing."""
    OFFICE = "office"
    """Staff without a class."""


def index_people(clean: pl.DataFrame, profile: Profile) -> pl.DataFrame:
    """One row per person: `rows` (indices), `groups` (class IDs), `school`, `kind` (`Who`)."""
    student = pl.col("userRole").is_in(profile.values_meaning("userRole", "student"))
    is_primary = pl.col("primary_teacher").is_in(profile.values_meaning("primary_teacher", "yes"))
    return (
        clean.with_row_index("rows")
        .group_by("userId", maintain_order=True)
        .agg(
            pl.col("rows"),
            pl.col("schoolId").first().alias("school"),
            pl.col("classId").alias("groups"),
            student.first().alias("student"),
            is_primary.any().alias("primary"),
            pl.col("classId").is_not_null().any().alias("in_class"),
        )
        .with_columns(
            kind=pl.when("student")
            .then(
                pl.when(pl.col("rows").list.len() > 2)  # noqa: PLR2004
                .then(pl.lit(Who.STUDENT))
                .otherwise(pl.lit(Who.SINGLE))
            )
            .when(~pl.col("in_class"))
            .then(pl.lit(Who.OFFICE))
            .when("primary")
            .then(pl.lit(Who.TEACHER))
            .otherwise(pl.lit(Who.CO_TEACHER))
        )
    )


def index_classes(clean: pl.DataFrame, profile: Profile) -> pl.DataFrame:
    """One row per class: its ID, `size`, `co_teachers` (staff who are not primary), `rows`."""
    staff = pl.col("userRole").is_in(profile.values_meaning("userRole", "staff"))
    no = pl.col("primary_teacher").is_in(profile.values_meaning("primary_teacher", "no"))
    return (
        clean.with_row_index("rows")
        .filter(pl.col("classId").is_not_null())
        .group_by("classId", maintain_order=True)
        .agg(
            pl.len().alias("size"),
            (staff & no).sum().alias("co_teachers"),
            pl.col("rows"),
        )
    )
