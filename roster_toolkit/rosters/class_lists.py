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
    removes nobody; so does a primary teacher of the roster whom no row makes another, where the
    class gets a new one.

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
    if roster is None:
        return lists
    lists = _with_unlisted_members(records, stated, lists, roster)
    return _with_former_primaries(records, stated, lists, roster)


def _statements(records: Records) -> pl.DataFrame:
    """The kinds of row that mention a class: `class`, `row`, `count`, `classId` and flags."""
    profile = records.profile
    rows, classes = records.views["row"].variants, records.views["class"].variants
    role = pl.col("userRole") if "userRole" in rows.columns else pl.lit("")
    staff = role.is_in(profile.values_meaning("userRole", "staff")).fill_null(value=False)
    student = role.is_in(profile.values_meaning("userRole", "student")).fill_null(value=False)
    removal = profile.values_meaning("action", Effect.REMOVE_CLASS)
    primary = pl.col("primary_teacher") if "primary_teacher" in rows.columns else pl.lit("")
    leads = staff & primary.is_in(profile.values_meaning("primary_teacher", "yes"))
    removes_class = (
        pl.col("action").is_in(removal) if "action" in classes.columns else pl.lit(value=False)
    )
    kinds = rows.select(
        primary_is_stated=(primary != "").fill_null(value=False),
        role_unknown=role.is_null() | (role == ""),
        is_staff=staff,
        is_student=student,
        leads=leads.fill_null(value=False),
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
    """`classId`, `kind` of each roster member of chosen classes whom the file does not list."""
    of_chosen = stated.filter("members", pl.col("classId").is_in(chosen["classId"].implode()))
    enrolled = roster.enrollments.select("person", "class").filter(
        pl.col("class").is_in(chosen["class"].implode())
    )
    kind = kind_of_person(records.profile)
    people = _addressed(roster, enrolled["person"]).with_columns(kind=kind)
    members = enrolled.join(chosen, on="class").join(people, on="person")
    return _without(members, _listed(records, of_chosen))


def _with_former_primaries(
    records: Records, stated: pl.DataFrame, lists: pl.DataFrame, roster: Roster
) -> pl.DataFrame:
    """The lists, plus the roster's primary teachers who remain so beside a new one of the file.

    One whom the file leaves out remains, and so does one whose cell is blank. Where the file brings
    no new one, it changes nothing and nothing is counted.
    """
    if not {"userId", "userRole"} <= set(records.views["person"].columns):
        return lists
    leading = stated.filter("primary_teachers")
    named = roster.classes.filter("active", pl.col("classId").is_in(leading["classId"].implode()))
    before = roster.enrollments.filter("leads").join(named.select("class", "classId"), on="class")
    if before.is_empty():
        return lists
    before = before.join(_addressed(roster, before["person"]), on="person")
    new = _without(_listed(records, leading), before)["classId"].unique().implode()
    before = before.filter(pl.col("classId").is_in(new))
    if before.is_empty():
        return lists
    told = stated.filter("members", "primary_is_stated", pl.col("classId").is_in(new))
    remaining = _without(before, _listed(records, told)).group_by("classId").agg(extra=pl.len())
    extra = lists.select("classId").join(
        remaining, on="classId", how="left", maintain_order="left"
    )["extra"]
    primaries = pl.col("primary_teachers")
    return lists.with_columns(primaries + extra.fill_null(0).cast(lists.schema["primary_teachers"]))


def _listed(records: Records, statements: pl.DataFrame) -> pl.DataFrame:
    """`classId`, `userId`, `address` of the people of some kinds of row that mention a class."""
    people = records.views["person"].variants
    known = "userEmail" in people.columns
    address = _address() if known else pl.lit(None, dtype=pl.String)
    of_them = [pl.col(key).is_in(statements[key].unique().implode()) for key in ("row", "class")]
    return (
        records.rows.filter(*of_them)  # the join costs more, as most rows are none of these
        .select("class", "row", "person")
        .join(statements.select("class", "row", "classId"), on=["class", "row"])
        .join(people.select("userId", address=address, person="key"), on="person")
    )


def _addressed(roster: Roster, people: pl.Series) -> pl.DataFrame:
    """`person`, `userId`, `address` of some people of the roster, with their other facts."""
    named = roster.people.filter(pl.col("person").is_in(people.implode()))
    return named.with_columns(address=_address())


def _address() -> pl.Expr:
    """The address in small letters; null where it is blank, which is nobody's."""
    return pl.when(pl.col("userEmail") != "").then(pl.col("userEmail").str.to_lowercase())


def _without(members: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
    """The members of classes who are not among others there.

    People match by ID or, if they have a new ID, by address.
    """
    return members.join(others, on=["classId", "userId"], how="anti").join(
        others, on=["classId", "address"], how="anti"
    )
