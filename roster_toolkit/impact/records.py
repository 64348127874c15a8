"""Drill down from a count of the impact to the records behind it.

Lists the records of each kind with their outcomes, unmentioned ones included, so that every count
is the height of a list.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import polars as pl

from roster_toolkit.drilldown import Sheet
from roster_toolkit.errors import UsageError
from roster_toolkit.impact.left_behind import LeftBehind, left_behind
from roster_toolkit.impact.mass_change import mass_changes
from roster_toolkit.impact.preview import Impact
from roster_toolkit.impact.what_changed import with_shared
from roster_toolkit.model import Profile
from roster_toolkit.rosters.outcomes import Outcome
from roster_toolkit.rosters.parts import school_sizes
from roster_toolkit.rosters.roster import Kind, Roster, kind_of_person

#: The outcome of records of the roster that the file does not mention: nothing happens to them.
UNMENTIONED = "unmentioned"
#: A record behind a count. `school` of a person is a comma-separated list.
RECORDS = {
    "kind": pl.String,
    "key": pl.String,
    "name": pl.String,
    "school": pl.String,
    "outcome": pl.String,
}
PEOPLE = (Kind.STAFF, Kind.STUDENT)
#: The outcome of people who are left behind (RT417), and of their old classes.
STAYS = "left behind"


@dataclass(frozen=True)
class ImpactRecords:
    """The records behind an impact: those that a file touches, and those that it leaves alone."""

    sheet: Sheet
    impact: Impact
    roster: Roster
    season: str

    @property
    def profile(self) -> Profile:
        """The profile by which the file was judged."""
        return self.sheet.profile

    # --- lists -----------------------------------------------------------------------------------

    def records(
        self, kind: str, outcome: str | None = None, school: str | None = None
    ) -> pl.DataFrame:
        """The records of a kind, shape `RECORDS`, by key; optionally of one outcome or school.

        Without an outcome, those that the file touches. Raises UsageError for another word.
        """
        record_kind = kind_of(kind)
        outcomes = (*list(Outcome), UNMENTIONED, STAYS)
        if outcome is not None and outcome not in outcomes:
            raise UsageError(
                f"There is no outcome {outcome!r}; it is one of {', '.join(outcomes)}."
            )
        if outcome == STAYS:
            return self._shaped(self._staying(record_kind, school))
        listed = (
            self.unmentioned(record_kind) if outcome == UNMENTIONED else self.touched(record_kind)
        )
        if outcome is not None:
            listed = listed.filter(pl.col("outcome") == outcome)
        if school is not None:
            listed = self._at(listed, record_kind, school)
        return self._shaped(listed)

    @staticmethod
    def _shaped(listed: pl.DataFrame) -> pl.DataFrame:
        return listed.select(pl.col(name).cast(dtype) for name, dtype in RECORDS.items())

    @cached_property
    def left_behind(self) -> pl.DataFrame:
        """People who are left behind (RT417), shape `LEFT_BEHIND`."""
        return self._stays.people

    @cached_property
    def _stays(self) -> LeftBehind:
        return left_behind(self.impact, self.roster, self.profile)

    @cached_property
    def mass_changes(self) -> pl.DataFrame:
        """The totals of a school that change more than is usual (RT412), and what they share."""
        lines = mass_changes(self.impact, self.roster, self.profile, self.season)
        if lines.is_empty():
            return lines.with_columns(what=pl.lit(None, pl.String), of_them=pl.lit(None, pl.Int64))
        return with_shared(lines, self.impact, self._stays.twins, self.profile)

    def _staying(self, kind: Kind, school: str | None) -> pl.DataFrame:
        """The people who stay somewhere, or the classes and enrollments in which they do."""
        stays = self.left_behind
        if school is not None:
            stays = stays.filter(pl.col("schoolId") == school)
        if kind in PEOPLE:
            schools = stays.group_by(key="userId").agg(
                school=pl.col("schoolId").unique().sort().str.join(", ")
            )
            listed = self.touched(kind).drop("school").join(schools, on="key")
            return listed.sort("key").with_columns(outcome=pl.lit(STAYS))
        pair = pl.format("{} in {}", "userId", "classId")
        keys = {Kind.CLASS: "classId", Kind.SCHOOL: "schoolId"}
        keys_staying = stays.select(key=keys.get(kind, pair))["key"].drop_nulls().unique()
        listed = self.touched(kind) if kind is Kind.SCHOOL else self.unmentioned(kind)
        listed = listed.filter(pl.col("key").is_in(keys_staying.implode()))
        return listed.with_columns(outcome=pl.lit(STAYS))

    def _at(self, listed: pl.DataFrame, kind: Kind, school: str) -> pl.DataFrame:
        if kind not in PEOPLE:
            return listed.filter(pl.col("school") == school)
        people_at = self._places.filter(pl.col("schoolId") == school)["userId"]
        return listed.filter(pl.col("key").is_in(people_at.implode())).with_columns(
            school=pl.lit(school)
        )

    @cached_property
    def _lists(self) -> dict[tuple[Kind, bool], pl.DataFrame]:
        return {}

    def touched(self, kind: Kind) -> pl.DataFrame:
        """Records that the file mentions or removes: `RECORDS`, `person`, `class`."""
        return self._listed(kind, touched=True)

    def unmentioned(self, kind: Kind) -> pl.DataFrame:
        """Records of the roster that it does not: the same columns."""
        return self._listed(kind, touched=False)

    def _listed(self, kind: Kind, *, touched: bool) -> pl.DataFrame:
        if (kind, touched) not in self._lists:
            records = self._list_of(kind, touched=touched).with_columns(kind=pl.lit(kind.value))
            self._lists[kind, touched] = records.with_columns(
                pl.col("outcome").cast(pl.String), pl.col("name", "school").fill_null("")
            ).sort("key")
        return self._lists[kind, touched]

    def _list_of(self, kind: Kind, *, touched: bool) -> pl.DataFrame:
        match kind:
            case Kind.SCHOOL:
                return self._schools(touched=touched)
            case Kind.CLASS:
                return self._classes(touched=touched)
            case Kind.ENROLLMENT:
                return self._enrollments(touched=touched)
        return self._people(kind, touched=touched)

    def _people(self, kind: Kind, *, touched: bool) -> pl.DataFrame:
        if touched:
            people = self.impact.people.filter(pl.col("kind") == kind.value)
        else:
            touched_people = self.impact.people["person"].drop_nulls()
            people = self.roster.people.filter(
                ~pl.col("person").is_in(touched_people.implode()),
                kind_of_person(self.profile) == kind.value,
            ).select("person", "userId", outcome=pl.lit(UNMENTIONED))
        schools = self._places.sort("schoolId").group_by("userId").agg(
            school=pl.col("schoolId").str.join(", ")
        )  # fmt: skip
        return (
            people.join(self._names, on="userId", how="left")
            .join(schools, on="userId", how="left")
            .select("person", "name", "school", "outcome", key="userId")
        )

    def _classes(self, *, touched: bool) -> pl.DataFrame:
        if touched:
            classes = self.impact.classes
        else:
            touched_classes = self.impact.classes["class"].drop_nulls()
            classes = self.roster.classes.filter(
                "active", ~pl.col("class").is_in(touched_classes.implode())
            ).with_columns(outcome=pl.lit(UNMENTIONED))
        return classes.join(self._class_names, on="classId", how="left").select(
            "class", "outcome", name="className", key="classId", school="schoolId"
        )

    def _enrollments(self, *, touched: bool) -> pl.DataFrame:
        if touched:
            enrollments = self.impact.enrollments
        else:
            enrollments = (
                self.roster.enrollments.join(
                    self.impact.enrollments.select("person", "class"),
                    on=["person", "class"],
                    how="anti",
                )
                .join(self.roster.classes.select("class", "schoolId"), on="class", how="left")
                .select("person", "class", "schoolId", outcome=pl.lit(UNMENTIONED))
            )
        person, group = (pl.col(name).fill_null("") for name in ("name", "className"))
        return self.named(enrollments).select(
            "person", "class", "outcome", "key", school="schoolId",
            name=pl.format("{}, {}", person, group),
        )  # fmt: skip

    def named(self, enrollments: pl.DataFrame) -> pl.DataFrame:
        """Enrollments with `userId`, `name`, `classId`, `className` and `key`."""
        compared = self.impact.compared
        user_ids = _first_per_key([compared.people, self.roster.people], "person", "userId")
        class_ids = _first_per_key([compared.classes, self.roster.classes], "class", "classId")
        joined = enrollments.join(user_ids, on="person", how="left", suffix="_known").join(
            class_ids, on="class", how="left", suffix="_known"
        )
        if "userId_known" in joined.columns:
            joined = joined.with_columns(
                userId=pl.coalesce("userId_known", "userId"),
                classId=pl.coalesce("classId_known", "classId"),
            )
        return (
            joined.join(self._names, on="userId", how="left")
            .join(self._class_names, on="classId", how="left")
            .with_columns(key=pl.format("{} in {}", "userId", "classId"))
        )

    def _schools(self, *, touched: bool) -> pl.DataFrame:
        schools = self.impact.schools
        if not touched:
            touched_school = pl.col("schoolId").is_in(schools["schoolId"].implode())
            schools = self.roster.schools.filter(~touched_school).select(
                "schoolId", outcome=pl.lit(UNMENTIONED)
            )
        names = self.roster.schools.select("schoolId", name="schoolName")
        return schools.join(names, on="schoolId", how="left").select(
            "outcome", "name", key="schoolId", school="schoolId"
        )

    @cached_property
    def _places(self) -> pl.DataFrame:
        """`userId`, `schoolId`: the schools of a person's rows; of others, those of the roster."""
        untouched = self.roster.people.join(
            self.impact.people.select("person").drop_nulls(), on="person", how="anti"
        )
        memberships = self.roster.memberships.join(
            untouched.select("person", "userId"), on="person"
        )
        return pl.concat([self.impact.person_schools, memberships.select("userId", "schoolId")])

    @cached_property
    def _names(self) -> pl.DataFrame:
        """`userId`, `name`: after processing, else from the roster, else from the file."""
        parts = [self.impact.compared.people, self.roster.people, self._stated("userId")]
        name = pl.concat_str("userFirstName", "userLastName", separator=" ").str.strip_chars()
        return _first_per_key([part.with_columns(name=name) for part in parts], "userId", "name")

    @cached_property
    def _class_names(self) -> pl.DataFrame:
        """`classId`, `className`, in the same way."""
        parts = [self.impact.compared.classes, self.roster.classes, self._stated("classId")]
        return _first_per_key(parts, "classId", "className")

    def _stated(self, key: str) -> pl.DataFrame:
        """The facts in the first row of each person or class in error; blank without the column."""
        subject = {"userId": self.impact.people, "classId": self.impact.classes}[key]
        failed = subject.filter(pl.col("outcome") == Outcome.ERRORS.value)[key]
        facts = {"userId": ("userFirstName", "userLastName"), "classId": ("className",)}[key]
        cells = self.sheet.upload.cells
        if key not in cells.columns:
            return pl.DataFrame(schema=dict.fromkeys((key, *facts), pl.String))
        ids = self.sheet.cleaned(key)
        indices = ids.is_in(failed.implode()).arg_true()
        return pl.DataFrame(
            {
                key: ids.gather(indices),
                **{
                    fact: self.sheet.cleaned(fact).gather(indices)
                    if fact in cells.columns
                    else pl.Series([""] * indices.len(), dtype=pl.String)
                    for fact in facts
                },
            }
        )

    # --- schools ---------------------------------------------------------------------------------

    @cached_property
    def by_school(self) -> pl.DataFrame:
        """One line per school and kind, the schools that deserve a look first.

        Columns: `school`, `name`, `kind`, `created`, `updated`, `no_changes`, `removed`, `errors`,
        `before` (the school's records as they are), `mass_change` (more than the season allows).
        Schools with a mass change come first, then by records removed, in error and changed.
        """
        lines = [
            (school, kind.value, *(outcomes[outcome] for outcome in Outcome))
            for school, kinds in self.impact.by_school.items()
            for kind, outcomes in kinds.items()
        ]
        counts = [outcome.value.replace(" ", "_") for outcome in Outcome]
        schema = {"school": pl.String, "kind": pl.String, **dict.fromkeys(counts, pl.UInt32)}
        sizes = school_sizes(self.roster, self.profile).rename({"schoolId": "school"})
        order = {kind.value: place for place, kind in enumerate(Kind)}
        changed = pl.col("created", "updated")
        return (
            pl.DataFrame(lines, schema=schema, orient="row")
            .join(
                self.roster.schools.select(school="schoolId", name="schoolName"),
                on="school",
                how="left",
            )
            .join(sizes.rename({"number": "before"}), on=["school", "kind"], how="left")
            .join(
                self.mass_changes.select("kind", school="schoolId", mass_change=pl.lit(value=True))
                .unique(),
                on=["school", "kind"],
                how="left",
            )
            .with_columns(
                pl.col("name").fill_null(""),
                pl.col("before").fill_null(0).cast(pl.UInt32),
                pl.col("mass_change").fill_null(value=False),
            )
            .with_columns(
                massive=pl.col("mass_change").sum().over("school"),
                worse=pl.sum_horizontal("removed", "errors").sum().over("school"),
                moved=pl.sum_horizontal(changed).sum().over("school"),
                place=pl.col("kind").replace_strict(order, return_dtype=pl.UInt8),
            )
            .sort(
                "massive", "worse", "moved", "school", "place",
                descending=[True, True, True, False, False],
            )
            .select("school", "name", "kind", *counts, "before", "mass_change")
        )  # fmt: skip


def kind_of(word: str) -> Kind:
    """The kind of record that is meant; raises UsageError for another word."""
    if word not in list(Kind):
        raise UsageError(f"There is no kind of record {word!r}; it is one of {', '.join(Kind)}.")
    return Kind(word)


def _first_per_key(parts: list[pl.DataFrame], key: str, value: str) -> pl.DataFrame:
    """`key` and `value`, the first value of each key."""
    return pl.concat([part.select(key, value) for part in parts]).unique(
        key, keep="first", maintain_order=True
    )
