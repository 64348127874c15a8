"""Each class of a file with those enrolled in it, as counts."""

from __future__ import annotations

import polars as pl

from roster_toolkit.model import Effect
from roster_toolkit.records import Records

#: Count → the columns without which it cannot be told.
TOLD_BY = {
    "members": ("classId",),
    "staff": ("classId", "userRole"),
    "unknown_roles": ("classId", "userRole"),
    "students": ("classId", "userRole", "userId"),
    "primary_teachers": ("classId", "userRole", "userId", "primary_teacher"),
    "class_removals": ("classId", "action"),
}


def class_lists(records: Records) -> pl.DataFrame:
    """One line per class: who is enrolled, and how often the class is removed.

    Columns: `classId`; `members`, rows that roster somebody; `staff` and `unknown_roles`, rows
    of staff and of people whose role is in error; `students` and `primary_teachers`, people where
    there is more than one row that says so; `class_removals`, rows that remove the class. Without
    the columns of `TOLD_BY` a count says nothing.
    """
    stated = _statements(records)
    lists = (
        stated.group_by("classId")
        .agg(
            *(
                pl.col("count").filter(pl.col(name)).sum().alias(name)
                for name in ("members", "staff", "students", "primary_teachers", "unknown_roles")
            ),
            class_removals=pl.col("count").filter("class_removals").sum(),
        )
        .sort("classId")
    )
    for name, enough in (
        ("primary_teachers", 1),
        ("students", records.profile.thresholds["class_size"]),
    ):
        crowded = lists.filter(pl.col(name) > enough)["classId"]
        if not crowded.is_empty() and "userId" in records.views["person"].columns:
            lists = _people_instead_of_rows(records, stated, lists, name, crowded)
    return lists


def _statements(records: Records) -> pl.DataFrame:
    """What kinds of row mention a class: `class`, `row`, `count`, `classId` and flags."""
    profile = records.profile
    rows, classes = records.views["row"].variants, records.views["class"].variants
    role = pl.col("userRole") if "userRole" in rows.columns else pl.lit("")
    staff = role.is_in(profile.values_meaning("userRole", "staff")).fill_null(value=False)
    student = role.is_in(profile.values_meaning("userRole", "student")).fill_null(value=False)
    removal = profile.values_meaning("action", Effect.REMOVE_CLASS)
    leads = (
        pl.col("primary_teacher").is_in(profile.values_meaning("primary_teacher", "yes"))
        if "primary_teacher" in rows.columns
        else pl.lit(value=False)
    )
    removes_class = (
        pl.col("action").is_in(removal) if "action" in classes.columns else pl.lit(value=False)
    )
    kinds = rows.select(
        role_unknown=role.is_null() | (role == ""),
        is_staff=staff,
        is_student=student,
        leads=staff & leads.fill_null(value=False),
        row="key",
    )
    return (
        records.rows.group_by("class", "row")
        .agg(count=pl.len())
        .join(
            classes.filter(pl.col("classId") != "").select(
                "classId",
                "removes",
                class_removals=removes_class.fill_null(value=False),
                **{"class": "key"},
            ),
            on="class",
        )
        .join(kinds, on="row")
        .with_columns(members=~pl.col("removes"))
        .with_columns(
            staff=pl.col("members") & pl.col("is_staff"),
            students=pl.col("members") & pl.col("is_student"),
            primary_teachers=pl.col("members") & pl.col("leads"),
            unknown_roles=pl.col("members") & pl.col("role_unknown"),
        )
    )


def _people_instead_of_rows(
    records: Records, stated: pl.DataFrame, lists: pl.DataFrame, name: str, crowded: pl.Series
) -> pl.DataFrame:
    """The lists with people counted, not rows, where rows were too many to tell."""
    chosen = stated.filter(pl.col("classId").is_in(crowded.implode()), pl.col(name))
    named = pl.when(pl.col("userId") != "").then("userId")
    people = records.views["person"].variants.select(userId=named, person="key")
    counted = (
        records.rows.join(chosen.select("class", "row", "classId"), on=["class", "row"])
        .join(people, on="person")
        .group_by("classId")
        .agg(pl.col("userId").drop_nulls().n_unique().alias(name))
    )
    return lists.update(counted, on="classId", how="left")
