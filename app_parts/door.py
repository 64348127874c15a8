"""The one door to the store: whatever a page reads or changes goes through `open_store`.

It knows who asks. On one's own machine that is no question; on a shared host a district or a school
that nobody granted to them is not there: not listed, not found, not shown, not changed.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NoReturn

import polars as pl

import roster_toolkit as rt
from app_parts.access import Asker, asker, asker_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from datetime import datetime
    from pathlib import Path

#: Snapshots of a school whose counts are kept: numbers, no record of anybody.
_COUNTED = 1000


class NotAllowed(rt.ToolkitError):
    """Who asks has no access to it, or it does not exist: the message is the same."""


def must_check(asker: Asker, district: str) -> None:
    """Raise where somebody may not check a file against a district."""
    if not asker.checks(district):
        raise NotAllowed(
            f"Checking a file against {district!r} takes System or Enrollment access to it."
        )


def open_store(sample: Path | None = None) -> rt.Store:
    """The store as who looks at this page may use it; the sample district's is open to all."""
    if sample is not None:
        return rt.Store(sample)
    who = asker()
    return rt.Store() if who.everything else GuardedStore(who)


def handed_out(store: rt.Store, district: str, snapshot: int, data: bytes) -> bytes:
    """What is handed out of a district's snapshot, once it is written down who took it.

    Where nobody is asked who they are, nothing is. It is called outside the session, where nobody
    is known: so `store` is the one that was opened when the page was drawn.
    """
    if isinstance(store, GuardedStore):
        store.must_be_as_granted()
        store.note_export(district, snapshot, sha256(data).hexdigest())
    return data


class GuardedStore(rt.Store):
    """A store of which somebody sees and changes what was granted to them.

    Whatever a store can do and this does not name is refused: see the lines below the class.
    """

    def __init__(self, asker: Asker, path: Path | None = None) -> None:
        """Open the door for somebody."""
        super().__init__(path, who=asker.email)
        self.asker = asker

    @property
    def opened_for(self) -> tuple[object, ...]:
        """For whom it is open, and with what they may do, as part of a key."""
        return self.who, self.asker.granted

    def must_be_as_granted(self) -> None:
        """Raise where they may do more or less by now than when it was opened for them."""
        if asker_of(self.who) != self.asker:
            raise NotAllowed("What you may see has changed since this page was drawn; reload it.")

    def districts(self) -> tuple[rt.District, ...]:
        """Those that they may look at, or at a school of them."""
        return tuple(each for each in super().districts() if self.asker.sees(each.name))

    def _must_see(self, district: str, *, whole: bool = False) -> None:
        """Raise the same sentence where there is no such district and where it is not theirs."""
        if not any(each.name == district for each in self.districts()):
            raise NotAllowed(f"There is no district {district!r} that you may look at.")
        if whole and not self.asker.sees_whole(district):
            raise NotAllowed(
                f"You may look at a school of {district!r}, not at the whole district."
            )

    def _must_change(self, district: str, *, made: bool = True) -> None:
        """Raise where they may not change the district; one that is not theirs is not there.

        `made` is false where the change itself may make the district.
        """
        if made:
            self._must_see(district)
        if not self.asker.changes(district):
            raise NotAllowed(
                f"Changing {district!r} takes System or Enrollment access to the whole district."
            )

    def _at_schools(self, district: str, roster: rt.Roster) -> rt.Roster:
        schools = self.asker.schools_of(district)
        return roster if schools is None else roster.at_schools(schools)

    # --- to look at ------------------------------------------------------------------------------

    def fingerprint(self) -> str:
        """Whether what was read still holds, which tells nothing of anybody."""
        return super().fingerprint() if self.asker.may_look else ""

    def district(self, name: str) -> rt.District:
        """One of theirs."""
        self._must_see(name)
        return super().district(name)

    def snapshots(self, district: str) -> tuple[rt.Snapshot, ...]:
        """Its snapshots; of a school, with the counts of that school, without files and labels."""
        self._must_see(district)
        snapshots = super().snapshots(district)
        if self.asker.sees_whole(district):
            return snapshots
        place = self.path, replace(super().district(district), snapshots=())
        schools = self.asker.schools_of(district) or frozenset()

        def at_schools(each: rt.Snapshot) -> rt.Snapshot:
            counts = _counts_at_schools(*place, each.number, each.made, schools)
            return replace(each, label="", origin="", counts=counts)

        return tuple(map(at_schools, snapshots))

    def roster(self, district: str, snapshot: int | None = None) -> rt.Roster:
        """A roster, or what of it is at their schools."""
        self._must_see(district)
        return self._at_schools(district, super().roster(district, snapshot))

    def against(
        self,
        district: str,
        snapshot: int | None = None,
        *,
        profile: rt.Profile | None = None,
        beside: Collection[str] | None = None,
    ) -> rt.RosterContext:
        """What a file is judged by: what they see of it, and addresses of districts all theirs."""
        self._must_see(district)
        named = self._whole(beside)
        context = super().against(district, snapshot, profile=profile, beside=named)
        return replace(context, roster=self._at_schools(district, context.roster))

    def addresses_elsewhere(
        self, district: str, *, beside: Collection[str] | None = None
    ) -> pl.Series:
        """The addresses of the districts that are all theirs."""
        return super().addresses_elsewhere(district, beside=self._whole(beside))

    def _whole(self, beside: Collection[str] | None) -> list[str]:
        """The districts that are all theirs; of these, the ones named, if any are."""
        seen = [each.name for each in self.districts() if self.asker.sees_whole(each.name)]
        return seen if beside is None else [name for name in seen if name in beside]

    def find(self, text: str, district: str | None = None) -> pl.DataFrame:
        """Who or what has this name, ID or address, of all that they may look at."""
        if district is not None:
            self._must_see(district)
        found = super().find(text, district)
        seen = found.filter(pl.col("district").is_in([each.name for each in self.districts()]))
        own = [name for name in seen["district"].unique() if not self.asker.sees_whole(name)]
        if not own:
            return seen
        places = pl.concat(_places(name, self.roster(name)) for name in own)
        at_own = seen.join(
            places, on=["district", "kind", "key"], how="left", maintain_order="left", suffix=" own"
        )
        elsewhere = ~pl.col("district").is_in(own)
        return at_own.filter(elsewhere | pl.col("schools own").is_not_null()).select(
            pl.exclude("schools", "schools own"),
            pl.when(elsewhere).then("schools").otherwise("schools own").alias("schools"),
        )

    def profile_of(
        self,
        district: str,
        named: str | Path | rt.Profile | None = None,
        *,
        source: str | None = None,
    ) -> rt.Profile:
        """The profile by which its files are judged; by a `source`, of a district to be made."""
        if source is None or not self.asker.changes(district):
            self._must_see(district)
        return super().profile_of(district, named, source=source)

    def own_profile(self, district: str) -> rt.Profile | None:
        """Its own profile."""
        self._must_see(district)
        return super().own_profile(district)

    def profile_text(self, district: str, number: int | None = None) -> str | None:
        """The text of its own profile."""
        self._must_see(district)
        return super().profile_text(district, number)

    # --- to look at as a whole -------------------------------------------------------------------

    def profile_versions(self, district: str) -> tuple[rt.ProfileVersion, ...]:
        """Every version of its own profile, with notes about its files."""
        self._must_see(district, whole=True)
        return super().profile_versions(district)

    def journal(self, district: str) -> pl.DataFrame:
        """What was done to all of it."""
        self._must_see(district, whole=True)
        return super().journal(district)

    def history(self, district: str, user_id: str) -> pl.DataFrame:
        """A person through the snapshots, at whichever school they were."""
        self._must_see(district, whole=True)
        return super().history(district, user_id)

    def classes_of(self, district: str, user_id: str) -> pl.DataFrame:
        """A person's classes, at whichever school they were."""
        self._must_see(district, whole=True)
        return super().classes_of(district, user_id)

    def class_history(self, district: str, class_id: str) -> pl.DataFrame:
        """A class through the snapshots."""
        self._must_see(district, whole=True)
        return super().class_history(district, class_id)

    def members_of(self, district: str, class_id: str) -> pl.DataFrame:
        """Who was in a class."""
        self._must_see(district, whole=True)
        return super().members_of(district, class_id)

    def inactive_because(
        self, district: str, listed: pl.DataFrame | None = None
    ) -> tuple[str, ...]:
        """Names of the schools that keep processing inactive, of the whole district."""
        self._must_see(district, whole=True)
        return super().inactive_because(district, listed)

    def district_sql(self, district: str, query: str, snapshot: int | None = None) -> pl.DataFrame:
        """The answer to a question about all of it."""
        self._must_see(district, whole=True)
        return super().district_sql(district, query, snapshot)

    def note_export(self, district: str, snapshot: int, sha256: str) -> None:
        """Write down what was handed out to them; that changes nothing else."""
        self._must_see(district)
        super().note_export(district, snapshot, sha256)

    # --- to change -------------------------------------------------------------------------------

    def add(self, district: str, roster: rt.Roster, **facts: Any) -> int | None:  # noqa: ANN401  as they are
        """Add a snapshot."""
        self._must_change(district.strip(), made=False)
        return super().add(district, roster, **facts)

    def undo(self, district: str, snapshot: int) -> int | None:
        """Take back the latest snapshot."""
        self._must_change(district)
        return super().undo(district, snapshot)

    def forget(self, district: str, before: int | None = None) -> None:
        """Forget a district, or its snapshots before one."""
        self._must_change(district)
        super().forget(district, before)

    def set_profile(self, district: str, text: str, note: str = "") -> rt.ProfileVersion:
        """Keep a version of its own profile."""
        self._must_change(district)
        return super().set_profile(district, text, note)

    def undo_profile(self, district: str) -> int | None:
        """Take back a version of its own profile."""
        self._must_change(district)
        return super().undo_profile(district)


def _refused(name: str) -> Callable[..., NoReturn]:
    def refuse(_store: GuardedStore, *_: object, **__: object) -> NoReturn:
        raise NotAllowed(f"{name} is for whoever runs this host, from the command line.")

    return refuse


# What a store learns to do is refused here until somebody has thought about who may.
for _name, _method in vars(rt.Store).items():
    if not _name.startswith("_") and callable(_method) and _name not in vars(GuardedStore):
        setattr(GuardedStore, _name, _refused(_name))


# A snapshot is never changed. Its number may be given again after its district was forgotten, so
# the time belongs to the key; so do the district's source and own profile, which say who is staff.
@lru_cache(maxsize=_COUNTED)
def _counts_at_schools(
    path: Path, district: rt.District, snapshot: int, made: datetime, schools: frozenset[str]
) -> Mapping[rt.Kind, int]:
    """How many of each kind a snapshot has at some schools, counted once for all who look."""
    del made
    store = rt.Store(path)
    roster = store.roster(district.name, snapshot).at_schools(schools)
    directory = rt.Directory(roster, store.profile_of(district.name))
    return {
        rt.Kind.SCHOOL: roster.schools.height,
        rt.Kind.STAFF: directory.count(rt.Part.STAFF),
        rt.Kind.STUDENT: directory.count(rt.Part.STUDENTS),
        rt.Kind.CLASS: int(roster.classes["active"].sum()),
        rt.Kind.ENROLLMENT: roster.enrollments.height,
    }


def _places(district: str, roster: rt.Roster) -> pl.DataFrame:
    """`district`, `kind`, `key` and `schools` of the people and classes of a roster."""
    name = pl.col("schoolName").fill_null("")
    told = pl.when(name == "").then("schoolId").otherwise(
        pl.format("{} ({})", name, "schoolId")
    )  # fmt: skip
    schools = roster.schools.select("schoolId", told=told)
    people = (
        roster.people.select("person", key="userId")
        .join(roster.memberships, on="person", how="left")
        .select("key", "schoolId", kind=pl.lit("person"))
    )
    classes = roster.classes.select("schoolId", key="classId", kind=pl.lit("class"))
    return (
        pl.concat([people, classes], how="diagonal")
        .join(schools, on="schoolId", how="left")
        .sort("schoolId")
        .group_by("kind", "key", maintain_order=True)
        .agg(schools=pl.coalesce("told", "schoolId").drop_nulls().str.join(", "))
        .select(pl.lit(district).alias("district"), "kind", "key", "schools")
    )
