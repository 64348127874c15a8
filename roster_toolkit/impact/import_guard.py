"""Judge an import before anything is stored.

An import can do the most damage of all operations: whoever is absent from its file leaves. So it is
judged like a file to be processed, and stops until a person accepts each finding by code.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from roster_toolkit.impact.next_roster import stated_by_import
from roster_toolkit.model import Entity, HeaderNeed, Part, Profile, Scope
from roster_toolkit.rosters.outcomes import Outcome
from roster_toolkit.rosters.parts import of_part, school_sizes
from roster_toolkit.rosters.roster import Kind, Roster, among, facts_of, kind_of_person
from roster_toolkit.rules.group import bare_id
from roster_toolkit.rules.judgement import roster_judgements
from roster_toolkit.rules.registry import rules_of
from roster_toolkit.rules.roster import SOMEBODY_ELSE
from roster_toolkit.validate.strangers import count_strangers

_TOTALS = {
    "schoolId": pl.String, "kind": pl.String, "outcome": pl.String, "number": pl.Int64,
    "before": pl.Int64, "limit": pl.Float64, "enough": pl.Int64, "told": pl.String,
}  # fmt: skip
_PARTS = {
    "stated": pl.Int64, "leaving": pl.Int64, "asked": pl.Boolean, "changes_only": pl.Boolean,
    "told": pl.String,
}  # fmt: skip
_NOUNS = {
    Kind.STUDENT: "students", Kind.STAFF: "staff members", Kind.CLASS: "classes",
    Kind.ENROLLMENT: "enrollments",
}  # fmt: skip
_PART_NOUNS = {
    Part.ALL: "people", Part.STUDENTS: "students", Part.STAFF: "staff members",
    Part.ADMINS: "admins",
}  # fmt: skip
#: Words for what becomes of records by an import.
_BECOMES = {
    Outcome.CREATED: "would be new", Outcome.UPDATED: "would change", Outcome.REMOVED: "would leave"
}  # fmt: skip
_KINDS_OF_PERSON = (Kind.STUDENT, Kind.STAFF)
_IN_ORDER = (
    Scope.PEOPLE_TOGETHER, Scope.IMPORTED_SCHOOLS, Scope.IMPORTED_PARTS, Scope.SCHOOL_TOTALS,
)  # fmt: skip
#: Findings of rules of these scopes stop an import until a person accepts them.
IMPORT_STOPS = frozenset(_IN_ORDER)


@dataclass(frozen=True)
class PlannedImport:
    """Current data and the roster before an import, compared before anything is stored."""

    district: str
    profile: Profile
    season: str
    current: Roster | None
    """The roster as it is; None for a first import."""
    imported: Roster
    merged: Roster
    """The roster as it would be."""
    part: Part = Part.ALL
    school: str = ""
    source: str | None = None
    """The only source whose records may leave; None for all."""
    partial: Sequence[str] = ()
    """A sentence for each file that holds changes only."""
    elsewhere: pl.Series | None = None
    """Addresses (lower case) of the other districts, which tell whose a first import is."""

    def reasons(self) -> Mapping[str, tuple[str, ...]]:
        """Code → messages that must be accepted, the most important first."""
        rules = [r for r in rules_of(self.profile).values() if r.scope in _IN_ORDER]
        frames = {
            Scope.PEOPLE_TOGETHER: self._strangers,
            Scope.IMPORTED_SCHOOLS: self._schools,
            Scope.IMPORTED_PARTS: self._parts,
            Scope.SCHOOL_TOTALS: self._totals,
        }
        messages: dict[str, tuple[str, ...]] = {}
        for rule in sorted(rules, key=lambda rule: (_IN_ORDER.index(rule.scope), rule.code)):
            frame = frames[rule.scope]()
            judgements = roster_judgements(rule, self.profile)
            values = [
                value
                for judgement in judgements.values()
                for value in frame.filter(judgement.fault)[judgement.once or "told"]
            ]
            if values:
                messages[rule.code] = tuple(rule.message.format(value=value) for value in values)
        return messages

    @cached_property
    def _stated(self) -> Roster:
        return stated_by_import(self.current, self.imported, self.profile, self.part, self.school)

    @cached_property
    def _leavers(self) -> Roster | None:
        """The records of the roster that this import may end; None if the roster has no people."""
        current = self.current
        if current is None or current.people.is_empty():
            return None
        own = pl.lit(value=True) if self.source is None else pl.col("source") == self.source
        here = pl.lit(value=True) if not self.school else pl.col("schoolId") == self.school
        people = current.people.filter(own, of_part(self.profile, self.part))
        places = current.memberships.filter(here)
        if self.school:
            people = people.filter(pl.col("person").is_in(places["person"].implode()))
        classes = current.classes.filter("active", own, here)
        enrollments = current.enrollments.filter(
            pl.col("person").is_in(people["person"].implode()),
            pl.col("class").is_in(classes["class"].implode()),
        )
        return Roster(current.schools, people, places, classes, enrollments)

    # --- the frames that the rules judge ---------------------------------------------------------

    def _strangers(self) -> pl.DataFrame:
        """How many imported people are another district's (RT418).

        Those who are unknown, if the roster has people of that part, else those whose address
        another district has.
        """
        leavers, stated = self._leavers, self._stated.people
        if leavers is None or self.current is None or leavers.people.is_empty():
            address = stated["userEmail"].str.to_lowercase()
            return _of_another_district(address, self.elsewhere)
        new = stated.filter(~pl.col("person").is_in(self.current.people["person"].implode()))
        unknown = new["userId"].filter(~_with_other_zeros(new["userId"], self.current))
        was = self.current.people.select("person", pl.exclude("person").name.prefix("was_"))
        others = stated.join(was, on="person").filter(SOMEBODY_ELSE)["userId"]
        unknown = pl.concat([unknown, others])
        return count_strangers(stated, unknown, self.current, self.profile, self.district)

    def _schools(self) -> pl.DataFrame:
        """Whether the data have schools, and the school list has all schools in use (RT420)."""
        schema = {"listed": pl.Boolean, "told": pl.String}
        imported, merged = self.imported, self.merged
        nowhere = imported.memberships.is_empty() and not imported.people.is_empty()
        if imported.schools.is_empty() or nowhere:
            message = "there is no school in the data, so nobody has a place"
            return pl.DataFrame([(False, message)], schema=schema, orient="row")
        if not merged.school_list:
            return pl.DataFrame(schema=schema)
        places = _places(merged)
        outside = places.filter(~places.is_in(merged.schools["schoolId"].implode()))
        if self.current is not None and self.current.school_list:
            outside_before = _places(self.current)
            outside_before = outside_before.filter(
                ~outside_before.is_in(self.current.schools["schoolId"].implode())
            )
            outside = outside.filter(~outside.is_in(outside_before.implode()))
        names = ", ".join(outside.head(_NAMED))
        more = f" and {outside.len() - _NAMED:,} more" if outside.len() > _NAMED else ""
        how_many = f"{outside.len():,} {'school' if outside.len() == 1 else 'schools'}"
        message = (
            f"the district's list lacks {how_many} where people or classes would be: {names}{more}"
        )
        return pl.DataFrame([(outside.is_empty(), message)], schema=schema, orient="row")

    def _parts(self) -> pl.DataFrame:
        """How many records of each part the data and the roster hold (RT419)."""
        lines: list[tuple[int, int, bool, bool, str]] = [
            (0, 0, False, True, sentence) for sentence in self.partial
        ]
        stated, leavers = self._stated, self._leavers
        if self.part is not Part.ALL and stated.people.is_empty():
            leaving = 0 if leavers is None else leavers.people.height
            lines.append((0, leaving, True, False, _none_in_words(_PART_NOUNS[self.part], leaving)))
        elif leavers is not None:
            stated_sizes, current_sizes = self._sizes(stated), self._sizes(leavers)
            lines += [
                (
                    stated_sizes[kind],
                    current_sizes[kind],
                    False,
                    False,
                    _none_in_words(_NOUNS[kind], current_sizes[kind]),
                )
                for kind in (_NOUNS if self.part is Part.ALL else ())
            ]
            lines += self._blanked(stated)
        return pl.DataFrame(lines, schema=_PARTS, orient="row")

    def _blanked(self, stated: Roster) -> list[tuple[int, int, bool, bool, str]]:
        """Facts that no record would have any more, most often as a column is missing."""
        current = self.current
        if current is None:
            return []
        enough = self.profile.thresholds["emptied_records"]
        lines = []
        for entity, key, told, known in (
            (Entity.PERSON, "person", stated.people, current.people),
            (Entity.CLASS, "class", stated.classes, current.classes.filter("active")),
        ):
            were = known.join(told, on=key, how="semi")
            for fact in facts_of(self.profile, entity):
                if self.profile.columns[fact].header is not HeaderNeed.REQUIRED:
                    continue
                has, had = (int((frame[fact] != "").sum()) for frame in (told, were))
                if had >= enough:
                    sentence = f"{fact} is blank throughout, and {had:,} of the roster have one"
                    lines.append((has, had, False, False, sentence))
        return lines

    def _sizes(self, roster: Roster) -> dict[Kind, int]:
        kinds = roster.people.select(kind=kind_of_person(self.profile))["kind"]
        people = {kind: int((kinds == kind.value).sum()) for kind in _KINDS_OF_PERSON}
        return {**people, Kind.CLASS: roster.classes.height,
                Kind.ENROLLMENT: roster.enrollments.height}  # fmt: skip

    def _totals(self) -> pl.DataFrame:
        """Outcomes per kind, in the whole district and at each school (RT412)."""
        lines: list[tuple[object, ...]] = []
        if self.current is not None and not self.current.people.is_empty():
            lines = [*self._emptied(self.current), *self._school_totals(self.current)]
        return pl.DataFrame(lines, schema=_TOTALS, orient="row")

    def _school_totals(self, current: Roster) -> list[tuple[object, ...]]:
        season_limits = self.profile.seasons[self.season]
        limits = {
            Outcome.CREATED: season_limits.created, Outcome.UPDATED: season_limits.updated,
            Outcome.REMOVED: season_limits.removed,
        }  # fmt: skip
        sizes = school_sizes(current, self.profile)
        sizes_before = {(school, kind): number for school, kind, number in sizes.iter_rows()}
        enough = self.profile.thresholds["mass_change_records"]
        lines: list[tuple[object, ...]] = []
        for school, kind, outcome, number in _outcomes(current, self.merged, self.profile):
            before, limit = sizes_before.get((school, kind), 0), limits[Outcome(outcome)]
            # The first records of a kind at a school are no mass change.
            if limit is not None and before:
                message = _total_in_words(
                    f"At school {school}", number, before, Kind(kind), Outcome(outcome)
                )
                lines.append((school, kind, outcome, number, before, limit, enough, message))
        return lines

    def _emptied(self, current: Roster) -> list[tuple[object, ...]]:
        """People who would leave the district, or every school of theirs: a small one can be too.

        Whoever stays without a school of before is elsewhere, or nowhere: the schools got other
        IDs, or are no schools in the data. A spreadsheet that changes IDs changes all of them.
        """
        thresholds = self.profile.thresholds
        limit, enough = thresholds["emptied_percent"] / 100, thresholds["emptied_records"]
        had = current.people.join(current.memberships, on="person", how="semi")
        kept = current.memberships.join(self.merged.memberships, on=["person", "schoolId"])
        gone = current.people.join(self.merged.people, on="person", how="anti")
        moved = had.join(kept, on="person", how="anti").join(gone, on="person", how="anti")
        was = current.people.select("person", was_bare=bare_id("userId"), was="userId")
        now = current.people.join(self.merged.people.select("person", now="userId"), on="person")
        altered = now.join(was, on="person").filter(
            pl.col("now") != pl.col("was"),
            bare_id("now").str.to_lowercase() == pl.col("was_bare").str.to_lowercase(),
        )
        lines: list[tuple[object, ...]] = []
        for kind in _KINDS_OF_PERSON:
            left, all_of_kind = self._of_kind(gone, kind), self._of_kind(current.people, kind)
            elsewhere, placed = self._of_kind(moved, kind), self._of_kind(had, kind)
            renamed = self._of_kind(altered, kind)
            for number, before, outcome, told in (
                (left, all_of_kind, Outcome.REMOVED,
                 _total_in_words(f"In {self.district}", left, all_of_kind, kind, Outcome.REMOVED)),
                (elsewhere, placed, Outcome.UPDATED,
                 _lose_their_schools(self.district, elsewhere, placed, kind)),
                (renamed, all_of_kind, Outcome.UPDATED,
                 _get_altered_ids(self.district, renamed, all_of_kind, kind)),
            ):  # fmt: skip
                if number:
                    lines.append(
                        ("", kind.value, outcome.value, number, before, limit, enough, told)
                    )
        return lines

    def _of_kind(self, people: pl.DataFrame, kind: Kind) -> int:
        kinds = people.select(kind=kind_of_person(self.profile))["kind"]
        return int((kinds == kind.value).sum())


#: Schools that are named.
_NAMED = 5


def _places(roster: Roster) -> pl.Series:
    """The schools where people or classes are, sorted."""
    classes = roster.classes.filter("active")["schoolId"]
    return pl.concat([roster.memberships["schoolId"], classes]).unique().sort()


def _none_in_words(noun: str, leaving: int) -> str:
    """Words for a part without records in the data, and for the records that would leave."""
    if not leaving:
        return f"it has no {noun}"
    verb = "would end" if noun in (_NOUNS[Kind.CLASS], _NOUNS[Kind.ENROLLMENT]) else "would leave"
    return f"it has no {noun}, and the {leaving:,} of the roster {verb}"


def _total_in_words(where: str, number: int, before: int, kind: Kind, outcome: Outcome) -> str:
    """One total in words, for the rule's message."""
    share = f" ({number / max(before, 1):.0%})"
    if outcome is Outcome.REMOVED and kind not in _KINDS_OF_PERSON:
        return f"{where}, {number:,} of {before:,} {_NOUNS[kind]} would end{share}"
    if outcome is Outcome.CREATED:
        return f"{where}, {number:,} {_NOUNS[kind]} {_BECOMES[outcome]} beside {before:,}{share}"
    return f"{where}, {number:,} of {before:,} {_NOUNS[kind]} {_BECOMES[outcome]}{share}"


def _lose_their_schools(district: str, number: int, before: int, kind: Kind) -> str:
    """The same of people who would be at none of the schools where they are."""
    share = f" ({number / max(before, 1):.0%})"
    return (
        f"In {district}, {number:,} of {before:,} {_NOUNS[kind]} would be at none of the schools "
        f"where they are now{share}"
    )


def _get_altered_ids(district: str, number: int, before: int, kind: Kind) -> str:
    """The same of people whose IDs a spreadsheet seems to have changed."""
    share = f" ({number / max(before, 1):.0%})"
    return (
        f"In {district}, {number:,} of {before:,} {_NOUNS[kind]} would get an ID with other "
        f"zeros in front, a .0 behind or other capitals{share}"
    )


def _of_another_district(address: pl.Series, elsewhere: pl.Series | None) -> pl.DataFrame:
    """`people`, `unknown` and `told`: how many have an address that another district has."""
    known = 0 if elsewhere is None else int(among(address, elsewhere).sum())
    told = (
        f"{known:,} of {address.len():,} people have the email address of somebody in another "
        "district of the store"
    )
    return pl.DataFrame({"people": [address.len()], "unknown": [known], "told": [told]})


def _with_other_zeros(ids: pl.Series, roster: Roster) -> pl.Series:
    """Mask of the IDs that the roster has with other leading zeros or a `.0`."""
    bare = roster.people.select(bare_id("userId")).to_series()
    return ids.to_frame("userId").select(bare_id("userId")).to_series().is_in(bare.implode())


def _outcomes(before: Roster, after: Roster, profile: Profile) -> list[tuple[str, str, str, int]]:
    """`schoolId`, kind, outcome and number of records, of two rosters under common numbers."""
    both = (before, after)
    facts = facts_of(profile, Entity.CLASS)
    people = [_people(roster, profile) for roster in both]
    classes = [
        roster.classes.filter("active").select("class", *facts, kind=pl.lit(Kind.CLASS.value))
        for roster in both
    ]
    enrollments = [
        roster.enrollments.select("person", "class", "leads")
        .join(roster.classes.select("class", "schoolId"), on="class")
        .with_columns(kind=pl.lit(Kind.ENROLLMENT.value))
        for roster in both
    ]
    compared = [
        _compared(people[0], people[1], ["person", "schoolId", "kind"]),
        _compared(classes[0], classes[1], ["class", "schoolId", "kind"]),
        _compared(enrollments[0], enrollments[1], ["person", "class", "schoolId", "kind"]),
    ]
    counted = pl.concat(compared).group_by(
        "schoolId", "kind", "outcome"
    ).len()  # fmt: skip
    return [tuple(line) for line in counted.sort("schoolId", "kind", "outcome").iter_rows()]


def _people(roster: Roster, profile: Profile) -> pl.DataFrame:
    """Each person at each of their schools, with their facts."""
    facts = roster.people.select(
        "person", "userId", *facts_of(profile, Entity.PERSON), kind=kind_of_person(profile)
    ).drop_nulls("kind")
    return roster.memberships.select("person", "schoolId").join(facts, on="person")


def _compared(before: pl.DataFrame, after: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """`schoolId`, `kind`, `outcome` of each record that was created, removed or updated."""
    comparable = after.select(before.columns)
    unchanged = comparable.join(before, on=before.columns, how="semi", nulls_equal=True)
    by_outcome = {
        Outcome.CREATED: comparable.join(before, on=keys, how="anti"),
        Outcome.REMOVED: before.join(comparable, on=keys, how="anti"),
        Outcome.UPDATED: comparable.join(before, on=keys, how="semi").join(
            unchanged, on=keys, how="anti"
        ),
    }
    return pl.concat(
        [
            frame.select("schoolId", "kind", outcome=pl.lit(outcome.value))
            for outcome, frame in by_outcome.items()
        ]
    )
