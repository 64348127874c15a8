"""Per class of a file: counts of the people enrolled in it, by file and roster together."""

from __future__ import annotations

import polars as pl

from roster_toolkit.model import Effect
from roster_toolkit.records import Records
from roster_toolkit.rosters.roster import Kind, Roster, kind_of_person
from roster_toolkit.streaming import collected

#: The column that tells of which class a row is.
CLASS_ID = "classId"
#: Count → the columns that it needs.
COLUMNS_OF_COUNT = {
    "members": ("classId",),
    "staff": ("classId", "userRole"),
    "unknown_roles": ("classId", "userRole"),
    "students": ("classId", "userRole", "userId"),
    "primary_teachers": ("classId", "userRole", "userId", "primary_teacher"),
    "class_removals": ("classId", "action"),
}


def class_lists(records: Records, roster: Roster | None = None) -> pl.DataFrame:
    """One line per class: who is enrolled, and how often the class is removed.

    Members in the roster whom the file does not list in the class count too, as leaving them out
    removes nobody.

    Columns: `classId`; `members`, rows that roster somebody; `staff` and `unknown_roles`, rows
    of staff and of people whose role is in error; `students` and `primary_teachers`, rows, or
    distinct people where the number of rows reaches the limit; `class_removals`, rows that remove
    the class. A count is meaningless without its `COLUMNS_OF_COUNT`.
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
    return lists if roster is None else _with_unlisted_members(records, stated, lists, roster)


def _statements(records: Records) -> pl.DataFrame:
    """The kinds of row that mention a class: `class`, `row`, `count`, `classId` and flags."""
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
    counted = records.rows.lazy().group_by("class", "row").agg(count=pl.len())
    return (
        collected(counted, records.rows.height)
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
    """The lists with distinct people counted instead of rows, for crowded classes."""
    rows_to_count = stated.filter(pl.col("classId").is_in(crowded.implode()), pl.col(name))
    user_id = pl.when(pl.col("userId") != "").then("userId")
    people = records.views["person"].variants.select(userId=user_id, person="key")
    in_classes = pl.col("class").is_in(rows_to_count["class"].unique().implode())
    counted = (
        records.rows.filter(in_classes)  # most rows are in no crowded class: the join costs more
        .join(rows_to_count.select("class", "row", "classId"), on=["class", "row"])
        .join(people, on="person")
        .group_by("classId")
        .agg(pl.col("userId").drop_nulls().n_unique().alias(name))
    )
    return lists.update(counted, on="classId", how="left")


def _with_unlisted_members(
    records: Records, stated: pl.DataFrame, lists: pl.DataFrame, roster: Roster
) -> pl.DataFrame:
    """The lists, plus the roster's members whom the file does not list in the class.

    Only for classes where they could matter: without staff, or possibly oversized.
    """
    if not {"userId", "userRole"} <= set(records.views["person"].columns):
        return lists
    by_class = roster.enrollments.lazy().group_by("class").agg(in_roster=pl.len())
    sizes = collected(by_class, roster.enrollments.height)
    crowd = pl.col("students") + pl.col("in_roster") > records.profile.thresholds["class_size"]
    candidates = (
        lists.filter(pl.col("members") > 0)
        .join(roster.classes.filter("active").select("classId", "class"), on="classId")
        .join(sizes, on="class")
        .filter((pl.col("staff") == 0) | crowd)
        .select("classId", "class")
    )
    if candidates.is_empty():
        return lists
    lists = _people_instead_of_rows(records, stated, lists, "students", candidates["classId"])
    kind = pl.col("kind")
    counted = (
        _unlisted(records, stated, candidates, roster)
        .group_by("classId")
        .agg(
            staff=(kind == Kind.STAFF.value).sum(),
            students=(kind == Kind.STUDENT.value).sum(),
            unknown_roles=kind.is_null().sum(),
        )
    )
    extra = lists.select("classId").join(counted, on="classId", how="left", maintain_order="left")
    return lists.with_columns(
        pl.col(name) + extra[name].fill_null(0).cast(lists.schema[name])
        for name in ("staff", "students", "unknown_roles")
    )


def _unlisted(
    records: Records, stated: pl.DataFrame, chosen: pl.DataFrame, roster: Roster
) -> pl.DataFrame:
    """`classId`, `kind` of each roster member of chosen classes whom the file does not list there.

    People match by ID or, if they have a new ID, by address.
    """
    address = pl.col("userEmail").str.to_lowercase()
    people_in_file = records.views["person"].variants
    address_in_file = (
        address if "userEmail" in people_in_file.columns else pl.lit(None, dtype=pl.String)
    )
    of_chosen = stated.filter("members", pl.col("classId").is_in(chosen["classId"].implode()))
    in_classes = pl.col("class").is_in(of_chosen["class"].unique().implode())
    listed = (
        records.rows.filter(in_classes)  # the join costs more, as most rows are in no such class
        .select("class", "row", "person")
        .join(of_chosen.select("class", "row", "classId"), on=["class", "row"])
        .join(people_in_file.select("userId", address=address_in_file, person="key"), on="person")
    )
    enrolled = roster.enrollments.select("person", "class").filter(
        pl.col("class").is_in(chosen["class"].implode())
    )
    people = roster.people.filter(pl.col("person").is_in(enrolled["person"].implode())).select(
        "person", "userId", address=address, kind=kind_of_person(records.profile)
    )
    return (
        enrolled.join(chosen, on="class")
        .join(people, on="person")
        .join(listed, on=["classId", "userId"], how="anti")
        .join(listed, on=["classId", "address"], how="anti")
    )
