"""What a file would do to a roster: five outcomes for five kinds, in total and per school.

Only accepted rows have an effect. A record that only rejected rows mention is in `errors`. Records
that a file leaves out stay as they are and count as unmentioned. Removing a class removes the
enrollments of everybody in it, people outside the file included.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import polars as pl

from roster_toolkit.display import Shown
from roster_toolkit.model import Effect, Profile, Upload
from roster_toolkit.records import Records, read_records
from roster_toolkit.rosters.compare import Compared, compare
from roster_toolkit.rosters.identity import by_number
from roster_toolkit.rosters.outcomes import OUTCOME, Outcome, outcome_table
from roster_toolkit.rosters.places import places, records_at
from roster_toolkit.rosters.roster import Kind, Roster, among, kind_of_person, pair, stated_roster

#: Every person that a file touches: `person` is null if unknown and in error, `kind` where no role
#: tells it.
PEOPLE = pl.Schema(
    {"person": pl.UInt32(), "userId": pl.String(), "kind": pl.String(), "outcome": OUTCOME}
)
#: Where a person's rows stand.
PERSON_SCHOOLS = pl.Schema({"userId": pl.String(), "schoolId": pl.String()})
CLASSES = pl.Schema(
    {"class": pl.UInt32(), "classId": pl.String(), "schoolId": pl.String(), "outcome": OUTCOME}
)
#: `outside` is true of people whom the file does not name; `userId` and `classId` are given for
#: those in error, whose numbers may be null.
ENROLLMENTS = pl.Schema(
    {
        "person": pl.UInt32(),
        "class": pl.UInt32(),
        "schoolId": pl.String(),
        "outcome": OUTCOME,
        "outside": pl.Boolean(),
        "userId": pl.String(),
        "classId": pl.String(),
    }
)
SCHOOLS = pl.Schema({"schoolId": pl.String(), "outcome": OUTCOME})
DISPLAY_NAMES = pl.Schema(
    dict.fromkeys(("schoolId", "classId", "className", "before", "after"), pl.String())
)
_NO_TEXT = pl.lit(None, dtype=pl.String)


@dataclass(frozen=True, repr=False)
class Impact(Shown):
    """Every record that a file touches, with its outcome.

    >>> review.impact
    Records created: 145, updated: 174, removed: 24, without changes: 2,872, in errors: 633.
    >>> review.impact.totals[rt.Kind.STUDENT][rt.Outcome.CREATED]
    14
    """

    people: pl.DataFrame
    """Shape `PEOPLE`."""
    person_schools: pl.DataFrame
    """Shape `PERSON_SCHOOLS`: where a person's rows stand."""
    classes: pl.DataFrame
    """Shape `CLASSES`."""
    enrollments: pl.DataFrame
    """Shape `ENROLLMENTS`."""
    schools: pl.DataFrame
    """Shape `SCHOOLS`."""
    compared: Compared
    removed_classes: pl.Series
    """Numbers of the classes that are removed."""
    removed_people: pl.Series
    """Numbers of the people who are removed."""
    removed_pairs: pl.Series
    """Enrollments that are removed one by one, as `roster.pair`."""
    kinds: tuple[Kind, ...]
    """The kinds that the portal's report has lines for."""
    unmentioned: Mapping[Kind, int]
    """Records of the roster that the file does not mention; nothing happens to them."""

    @cached_property
    def totals(self) -> dict[Kind, dict[Outcome, int]]:
        """Kind → outcome → records."""
        counted: dict[Kind, dict[Outcome, int]] = {}
        for kind, outcome, number in self._lines("outcome").iter_rows():
            counted.setdefault(Kind(kind), dict.fromkeys(Outcome, 0))[Outcome(outcome)] = number
        return {kind: counted.get(kind, dict.fromkeys(Outcome, 0)) for kind in self.kinds}

    @property
    def table(self) -> pl.DataFrame:
        """The totals as the portal's report shows them: `kind`, the outcomes, `not mentioned`."""
        return outcome_table(self.totals, self.unmentioned)

    @cached_property
    def by_school(self) -> dict[str, dict[Kind, dict[Outcome, int]]]:
        """School → kind → outcome → records; a person counts at each school of their rows."""
        lines = self._lines("schoolId", "outcome").sort("schoolId")
        schools: dict[str, dict[Kind, dict[Outcome, int]]] = {}
        kinds = [kind for kind in self.kinds if kind is not Kind.SCHOOL]
        for kind, school, outcome, number in lines.iter_rows():
            if school not in schools:
                schools[school] = {kind: dict.fromkeys(Outcome, 0) for kind in kinds}
            if kind in schools[school]:
                schools[school][kind][outcome] = number
        return schools

    @cached_property
    def display_names(self) -> pl.DataFrame:
        """The classes of the roster whose display name changes: shape `DISPLAY_NAMES`, by school.

        School and name of the class are those after the file.

        >>> review.impact.display_names.columns
        ['schoolId', 'classId', 'className', 'before', 'after']
        """
        changed = self.compared.fields.filter(
            pl.col("kind") == Kind.CLASS.value, pl.col("field") == "classDisplayName"
        )
        classes = self.compared.classes.select("schoolId", "className", number="class")
        return (
            changed.select("number", "before", "after", classId="key")
            .join(classes, on="number")
            .select(DISPLAY_NAMES.keys())
            .sort("schoolId", "className", "classId")
        )

    @property
    def changes_anything(self) -> bool:
        """Whether processing the file would make another roster."""
        unchanged = (Outcome.NO_CHANGES.value, Outcome.ERRORS.value)
        frames = (self.people, self.classes, self.enrollments, self.schools)
        return any(not frame["outcome"].is_in(unchanged).all() for frame in frames)

    def _lines(self, *by: str) -> pl.DataFrame:
        """How many records of each kind: `kind`, the columns named, `len`.

        People without a kind are left out. With `schoolId`, a person counts at each school.
        """
        people = self.people
        if "schoolId" in by:
            at = places(self.person_schools["userId"], people["userId"])
            people = records_at(people.select("kind", "outcome"), at).with_columns(
                self.person_schools["schoolId"]
            )
        people = people.filter(pl.col("kind").is_not_null())
        # Each frame for itself: to count one of all records takes three times as long.
        parts = [
            people.group_by("kind", *by).len(),
            *(
                frame.group_by(by).len().with_columns(kind=pl.lit(kind.value))
                for kind, frame in (
                    (Kind.CLASS, self.classes),
                    (Kind.ENROLLMENT, self.enrollments),
                    (Kind.SCHOOL, self.schools),
                )
            ),
        ]
        return pl.concat([part.select("kind", *by, "len") for part in parts])


def preview_impact(
    upload: Upload,
    records: Records,
    rejected: pl.Series,
    roster: Roster,
    renumbered: pl.DataFrame,
) -> Impact:
    """What the accepted rows would do to the roster.

    `records`: as read, cells in error included; `rejected`: indices of the rejected records;
    `renumbered`: see `compare`.
    """
    profile = records.profile
    accepted = records.without(rejected)
    rejected_records = _rejected_records(upload, records, rejected)
    stated = stated_roster(accepted)
    compared = compare(stated, roster, profile, renumbered)
    removals = _removals(accepted, roster, compared)
    rejected_roster = stated_roster(rejected_records)
    classes = _classes(compared, rejected_roster, rejected_records, roster, removals)
    people_in_file = _people_in_file(records, rejected_records)
    impact = Impact(
        people=_people(compared, rejected_roster, rejected_records, roster, removals),
        person_schools=_person_schools(compared, rejected_roster, roster, removals),
        classes=classes,
        enrollments=_enrollments(
            compared,
            rejected_roster,
            roster,
            removals,
            people_in_file=people_in_file,
            classes=classes,
        ),
        schools=_schools(stated, rejected_roster, roster),
        compared=compared,
        removed_classes=removals.classes,
        removed_people=removals.people,
        removed_pairs=removals.pairs,
        kinds=tuple(
            kind
            for kind in Kind
            if kind is not Kind.STUDENT or Kind.STUDENT.value in profile.accepts_people
        ),
        unmentioned={},
    )
    return replace(impact, unmentioned=_unmentioned(impact, roster, profile))


def _rejected_records(upload: Upload, records: Records, rejected: pl.Series) -> Records:
    """The records that are rejected, ragged ones included.

    Few are read anew, which takes no time. Where most are rejected, that would take as long as
    reading all: then the accepted ones are taken out of what is read already, unless some are
    ragged, which are no part of that.
    """
    few = 2 * rejected.len() < records.rows.height
    if few or not upload.misshapen.is_empty():
        ragged = upload.misshapen["index"].cast(pl.UInt32)
        indices = pl.concat([rejected, ragged]).unique().sort()
        return _records_at(upload, records.profile, indices)
    index = records.rows["index"]
    return records.without(index.filter(~index.is_in(rejected.implode())))


def _records_at(upload: Upload, profile: Profile, indices: pl.Series) -> Records:
    """The records at some indices, ragged ones included; those without meaning are left out."""
    indices = indices.filter(~indices.is_in(upload.without_meaning.implode()))
    no_indices = pl.Series(dtype=pl.UInt32)
    part = replace(
        upload,
        cells=upload.cells[indices],
        blank=no_indices,
        ragged=upload.ragged.clear(),
        surplus={},
        overhang=no_indices,
        remarks=upload.remarks.clear(),
        reordered=upload.reordered.clear(),
    )
    return read_records(part, profile)


@dataclass(frozen=True)
class _Removals:
    """What the accepted rows remove, under the roster's numbers."""

    classes: pl.Series
    """Active classes."""
    class_ids: pl.Series
    """Every class that an accepted row removes, also one that is inactive already."""
    people: pl.Series
    pairs: pl.Series


def _removals(accepted: Records, roster: Roster, compared: Compared) -> _Removals:
    rows = removal_rows(accepted)
    stated_ids = compared.classes["classId"]

    def with_effect(effect: Effect) -> pl.DataFrame:
        return rows.filter(pl.col("effect") == effect.value)

    class_ids = with_effect(Effect.REMOVE_CLASS)["classId"].unique()
    class_ids = class_ids.filter((class_ids != "") & ~class_ids.is_in(stated_ids.implode())).sort()
    removed = pl.col("classId").is_in(class_ids.implode()) & pl.col("active")
    user_ids = with_effect(Effect.REMOVE_USER)["userId"].unique()
    user_ids = user_ids.filter(~among(user_ids, compared.people["userId"]))
    people = roster.people.filter(pl.col("userId").is_in(user_ids.implode()))["person"]
    pairs = (
        with_effect(Effect.REMOVE_ENROLLMENT)
        .join(roster.people.select("userId", "person"), on="userId")
        .join(roster.classes.select("classId", "class"), on="classId")
        .select(pair=pair())["pair"]
        .unique()
    )
    stated_pairs = compared.enrollments.select(pair=pair())
    roster_pairs = roster.enrollments.select(pair=pair())
    return _Removals(
        classes=roster.classes.filter(removed)["class"],
        class_ids=class_ids,
        people=people,
        pairs=pairs.filter(
            ~among(pairs, stated_pairs["pair"]) & among(pairs, roster_pairs["pair"])
        ).sort(),
    )


def removal_rows(records: Records) -> pl.DataFrame:
    """`effect`, `userId`, `classId`, `schoolId` of the distinct rows that remove."""
    schema = {"effect": pl.String, "userId": pl.String, "classId": pl.String}
    views = records.views
    if "action" not in views["class"].columns or not records.profile.removals:
        return pl.DataFrame(schema=schema)
    effects = {
        value: effect.value
        for effect in Effect
        for value in records.profile.values_meaning("action", effect)
    }
    group = views["class"].variants.filter("removes")
    if group.is_empty():
        return pl.DataFrame(schema=schema)
    classes = group.select(
        effect=pl.col("action").replace_strict(effects, default=None, return_dtype=pl.String),
        classId=pl.col("classId") if "classId" in group.columns else pl.lit(""),
        **{"class": "key"},
    )
    person = views["person"].variants
    people = person.select(
        userId=pl.col("userId") if "userId" in person.columns else pl.lit(""), person="key"
    )
    rows = (
        records.rows.select("person", "class").join(classes, on="class").join(people, on="person")
    )
    return rows.select(schema.keys()).unique().sort("effect", "userId", "classId")


def _outcome(known: str = "known", changed: str = "changed") -> pl.Expr:
    """Created, updated or no changes, of a record that an accepted row states."""
    return (
        pl.when(~pl.col(known)).then(pl.lit(Outcome.CREATED.value))
        .when(changed).then(pl.lit(Outcome.UPDATED.value))
        .otherwise(pl.lit(Outcome.NO_CHANGES.value))
        .cast(OUTCOME).alias("outcome")
    )  # fmt: skip


def _all(outcome: Outcome) -> pl.Expr:
    return pl.lit(outcome.value, dtype=OUTCOME).alias("outcome")


def _people(
    compared: Compared,
    rejected_roster: Roster,
    rejected_records: Records,
    roster: Roster,
    removals: _Removals,
) -> pl.DataFrame:
    profile = rejected_records.profile
    columns = ("person", "userId", "kind", "outcome")
    stated = compared.people.with_columns(changed=pl.col("changed") | pl.col("joins"))
    stated = stated.with_columns(_outcome()).select(columns)
    roster_people = roster.people.select("person", "userId", kind=kind_of_person(profile))
    removed = roster_people.filter(pl.col("person").is_in(removals.people.implode()))
    removed = removed.with_columns(_all(Outcome.REMOVED)).select(columns)
    touched = pl.concat([stated["userId"], removed["userId"]])
    user_ids = rejected_roster.people["userId"]
    user_ids = user_ids.filter(~among(user_ids, touched))
    kinds = _stated_kinds(rejected_records)
    in_roster = records_at(roster_people, places(user_ids, roster_people["userId"]))
    stated_kinds = kinds["kind"].gather(places(user_ids, kinds["userId"]))
    errors = in_roster.with_columns(
        user_ids, _all(Outcome.ERRORS), kind=pl.coalesce(stated_kinds, "kind")
    )
    return pl.concat([stated, removed, errors.select(columns)])


def _stated_kinds(rejected_records: Records) -> pl.DataFrame:
    """`userId`, `kind` of people by the most frequent accepted role of their rejected rows.

    In a tie, all of these rows are in error and the kind stays unknown.
    """
    variants = rejected_records.views["person"].variants
    if not {"userId", "userRole"} <= set(variants.columns):
        return pl.DataFrame(schema={"userId": pl.String, "kind": pl.String})
    return (
        variants.filter(~pl.col("removes"))
        .select("userId", "rows", kind=kind_of_person(rejected_records.profile))
        .drop_nulls()
        .group_by("userId", "kind")
        .agg(pl.col("rows").sum())
        .filter(pl.col("rows") == pl.col("rows").max().over("userId"))
        .filter(pl.len().over("userId") == 1)
        .select("userId", "kind")
    )


def _person_schools(
    compared: Compared, rejected_roster: Roster, roster: Roster, removals: _Removals
) -> pl.DataFrame:
    """`userId`, `schoolId` of each person's rows, and of removed people's memberships."""

    def named(memberships: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
        return memberships.join(people.select("person", "userId"), on="person").select(
            "userId", "schoolId"
        )

    removed = roster.memberships.filter(pl.col("person").is_in(removals.people.implode()))
    stated = named(compared.memberships, compared.people)
    others = [
        named(rejected_roster.memberships, rejected_roster.people),
        named(removed, roster.people),
    ]
    new = pl.concat(others).unique()
    # What is stated is distinct: only what is said of the same people can be there twice.
    of_them = stated.filter(pl.col("userId").is_in(new["userId"].implode()))
    return pl.concat([stated, new.join(of_them, on=["userId", "schoolId"], how="anti")])


def _classes(
    compared: Compared,
    rejected_roster: Roster,
    rejected_records: Records,
    roster: Roster,
    removals: _Removals,
) -> pl.DataFrame:
    columns = ("class", "classId", "schoolId", "outcome")
    stated = compared.classes.with_columns(_outcome()).select(columns)
    named = roster.classes.filter(pl.col("classId").is_in(removals.class_ids.implode()))
    active = pl.when("active").then(_all(Outcome.REMOVED)).otherwise(_all(Outcome.NO_CHANGES))
    removed = named.with_columns(outcome=active).select(columns)
    touched = pl.concat([stated["classId"], removed["classId"]])
    removing = removal_rows(rejected_records).filter(pl.col("effect") == Effect.REMOVE_CLASS.value)
    errors = (
        pl.concat([rejected_roster.classes["classId"], removing["classId"]])
        .unique()
        .sort()
        .to_frame()
        .filter(pl.col("classId") != "", ~pl.col("classId").is_in(touched.implode()))
        .join(roster.classes.select("class", "classId", was="schoolId"), on="classId", how="left")
        .join(
            rejected_roster.classes.filter(pl.col("schoolId") != "").select("classId", "schoolId"),
            on="classId",
            how="left",
        )
        .with_columns(_all(Outcome.ERRORS), schoolId=pl.coalesce("schoolId", "was", pl.lit("")))
    )
    return pl.concat([stated, removed, errors.select(columns)])


def _enrollments(
    compared: Compared,
    rejected_roster: Roster,
    roster: Roster,
    removals: _Removals,
    *,
    people_in_file: pl.Series,
    classes: pl.DataFrame,
) -> pl.DataFrame:
    """`people_in_file`: their IDs; `classes`: those of the file with their outcomes."""
    columns = ("person", "class", "schoolId", "outcome", "outside", "userId", "classId")
    schools = by_number(compared.classes["class"], compared.classes["schoolId"])
    stated = compared.enrollments.select(
        "person", "class", _outcome(), schoolId=schools.gather(compared.enrollments["class"]),
        outside=pl.lit(value=False), userId=_NO_TEXT, classId=_NO_TEXT,
    ).select(columns)  # fmt: skip
    removed = _ended(roster, removals)
    people = removed["person"].unique()
    removed_people = roster.people.filter(pl.col("person").is_in(people.implode()))
    mentioned = removed_people["person"].filter(among(removed_people["userId"], people_in_file))
    renumbered = people.filter(among(people, compared.people["person"]))
    present = pl.concat([mentioned, renumbered])
    removed = removed.with_columns(
        _all(Outcome.REMOVED), outside=~pl.col("person").is_in(present.implode()),
        userId=_NO_TEXT, classId=_NO_TEXT,
    ).select(columns)  # fmt: skip
    touched = pl.concat([stated.select(pair=pair()), removed.select(pair=pair())])["pair"]
    errors = _rejected_enrollments(compared, rejected_roster, roster, classes).with_columns(
        _all(Outcome.ERRORS), outside=pl.lit(value=False)
    ).select(columns)  # fmt: skip
    errors = errors.filter(~among(errors.select(pair=pair())["pair"], touched))
    return pl.concat([stated, removed, errors])


def _ended(roster: Roster, removals: _Removals) -> pl.DataFrame:
    """`person`, `class`, `schoolId` of the enrollments that are removed."""
    ending = [
        expression.is_in(numbers.implode())
        for expression, numbers in (
            (pl.col("class"), removals.classes),
            (pl.col("person"), removals.people),
            (pair(), removals.pairs),
        )
        if not numbers.is_empty()
    ]
    ended = roster.enrollments.filter(pl.any_horizontal(pl.lit(value=False), *ending))
    return ended.join(roster.classes.select("class", "schoolId"), on="class", maintain_order="left")


def _people_in_file(*parts: Records) -> pl.Series:
    """Every `userId` in the file, including rows that remove something."""
    empty = pl.Series("userId", dtype=pl.String)
    people = [part.views["person"].variants for part in parts]
    ids = [frame["userId"] for frame in people if "userId" in frame.columns]
    return pl.concat([empty, *ids]).unique()


def _rejected_enrollments(
    compared: Compared, rejected_roster: Roster, roster: Roster, classes_of_file: pl.DataFrame
) -> pl.DataFrame:
    """Enrollments in rejected rows; `person` and `class` are null where they have no number."""

    def numbers(key: str, number: str, keys: pl.Series, *sources: pl.DataFrame) -> pl.Series:
        """The number of each key, from the first source that has it."""
        found = [frame[number].gather(places(keys, frame[key])) for frame in sources]
        return pl.select(pl.coalesce(found)).to_series().alias(number)

    user_ids, class_ids = rejected_roster.people["userId"], rejected_roster.classes["classId"]
    people = pl.DataFrame(
        [user_ids, numbers("userId", "person", user_ids, compared.people, roster.people)]
    )
    schools = classes_of_file["schoolId"].gather(places(class_ids, classes_of_file["classId"]))
    classes = pl.DataFrame(
        [
            class_ids,
            schools,
            numbers("classId", "class", class_ids, compared.classes, roster.classes),
        ]
    )
    # The numbers of a stated roster are places in its frames.
    rejected = rejected_roster.enrollments
    return pl.concat(
        [records_at(people, rejected["person"]), records_at(classes, rejected["class"])],
        how="horizontal",
    )


def _schools(stated: Roster, rejected_roster: Roster, roster: Roster) -> pl.DataFrame:
    """`schoolId`, `outcome`; a list of the district's schools is complete, so none is created."""
    known = pl.col("schoolId").is_in(roster.schools["schoolId"].implode())
    exists = known | pl.lit(roster.school_list)
    accepted = stated.schools.select("schoolId").with_columns(
        outcome=pl.when(exists).then(_all(Outcome.NO_CHANGES)).otherwise(_all(Outcome.CREATED))
    )
    errors = rejected_roster.schools.select("schoolId").filter(
        ~pl.col("schoolId").is_in(accepted["schoolId"].implode())
    )
    return pl.concat([accepted, errors.with_columns(_all(Outcome.ERRORS))])


def _unmentioned(impact: Impact, roster: Roster, profile: Profile) -> dict[Kind, int]:
    """How many records of the roster no row of the file mentions, per kind."""
    people = roster.people.filter(
        ~pl.col("person").is_in(impact.people["person"].drop_nulls().implode())
    ).select(kind=kind_of_person(profile))
    by_kind = dict(people.group_by("kind").len().iter_rows())
    enrollments = impact.enrollments
    in_error = enrollments["outcome"] == Outcome.ERRORS.value
    pairs_in_error = enrollments.filter(in_error).select(pair=pair())["pair"].drop_nulls()
    # Every enrollment that is neither created nor in error is in the roster.
    mentioned = (~in_error & (enrollments["outcome"] != Outcome.CREATED.value)).sum()
    mentioned += roster.enrollments.select(pair().is_in(pairs_in_error.implode()).sum()).item()
    active = roster.classes.filter("active")["class"]
    schools = roster.schools["schoolId"]
    counts = {
        Kind.SCHOOL: (~schools.is_in(impact.schools["schoolId"].implode())).sum(),
        Kind.STAFF: by_kind.get(Kind.STAFF.value, 0),
        Kind.STUDENT: by_kind.get(Kind.STUDENT.value, 0),
        Kind.CLASS: (~active.is_in(impact.classes["class"].drop_nulls().implode())).sum(),
        Kind.ENROLLMENT: roster.enrollments.height - mentioned,
    }
    return {kind: int(counts[kind]) for kind in impact.kinds}
