"""What the roster page reads of a store, and keeps for the session of one person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec

import streamlit as st

import roster_toolkit as rt
from app_parts.access import Asker
from app_parts.door import GuardedStore, handed_out
from app_parts.session import Desk
from app_parts.text import callout
from app_parts.url_state import keep_among

if TYPE_CHECKING:
    import polars as pl

_Args = ParamSpec("_Args")
#: What says of which store, and of which state of it, something was read.
_Key = tuple[object, ...]
#: Rosters and comparisons that are kept at a time.
_KEPT = 2


@dataclass(frozen=True)
class DistrictView:
    """A district as the page shows it."""

    store: rt.Store
    asker: Asker
    """Who looks at it."""
    name: str
    source: str
    snapshots: tuple[rt.Snapshot, ...]
    """The first one first; there is one at least."""
    doubtful: tuple[str, ...]
    """Names of the schools that keep processing inactive."""
    own_profile: int | None
    """Which version of its own profile holds."""
    opened: list[tuple[str, str, str, str]]
    """What is open on the desk: district, kind, ID, and where it was opened."""

    @property
    def profile(self) -> rt.Profile:
        """The profile by which the district's uploads are judged."""
        return self.store.profile_of(self.name)

    @property
    def latest(self) -> rt.Snapshot:
        """The district as it is."""
        return self.snapshots[-1]

    def snapshot(self, number: int) -> rt.Snapshot:
        """One of the snapshots."""
        return next(each for each in self.snapshots if each.number == number)

    def directory(self, number: int) -> rt.Directory:
        """Who and what is in a snapshot."""
        made, own = self.snapshot(number).made, self.own_profile
        return _directory(self.store, _place(self.store), self.name, number, made, own)

    def difference(self, first: int, second: int) -> rt.Difference:
        """What differs between two snapshots."""
        before, after = self.snapshot(first).made, self.snapshot(second).made
        pair = (first, before), (second, after)
        return _difference(self.store, _place(self.store), self.name, pair, self.own_profile)

    def display_names(self, school: str) -> rt.DisplayNames:
        """The display names to edit, of a school or of the whole district as it is."""
        return _names(self.store, _state(self.store), self.name, school)

    @property
    def journal(self) -> pl.DataFrame:
        """What was done to the district, the latest first."""
        return _journal(self.store, _file(self.store), self.name)

    @property
    def stored(self) -> rt.StoredDistrict:
        """The district as the store has it, to ask for what is not kept."""
        return self.store[self.name]


def known_districts(store: rt.Store) -> dict[str, str]:
    """The names of the districts that have a snapshot → where their roster comes from."""
    return _districts(store, _state(store)) if store.path.exists() else {}


def view_district(desk: Desk, name: str, source: str) -> DistrictView:
    """A district of the store of this desk."""
    store = desk.store
    whole = desk.asker.sees_whole(name)
    listing = _snapshots(store, _state(store), name, whole)
    return DistrictView(store, desk.asker, name, source, *listing, opened=desk.opened)


def found_in_store(store: rt.Store, text: str) -> pl.DataFrame:
    """Who or what has this name, ID or address in any district of the store."""
    return _found(store, _state(store), text)


def exported(view: DistrictView, snapshot: int, data: bytes) -> bytes:
    """What is handed out of a snapshot, once it is written down who took it."""
    return handed_out(view.store, view.name, snapshot, data)


def _place(store: rt.Store) -> _Key:
    """Which store it is, and for whom it is open."""
    return str(store.path), *(store.opened_for if isinstance(store, GuardedStore) else ())


def _file(store: rt.Store) -> _Key:
    """A key that is another one as soon as the store's file has changed.

    What is read under it needs not be read again at each click, nor waited for while another
    program holds the store.
    """
    try:
        status = store.path.stat()
    except OSError:
        return *_place(store), 0, 0
    return *_place(store), status.st_mtime_ns, status.st_size


def _state(store: rt.Store) -> _Key:
    """A key that is another one as soon as something in the store is, but for the journal.

    So what was read is kept where somebody's download was written down, which changes the file.
    """
    return *_place(store), _fingerprint(store, _file(store)) if store.path.exists() else ""


# A name with a bar in front is no part of the key: the store is told by its place and state.
@st.cache_resource(scope="session", max_entries=_KEPT, show_spinner=False)
def _fingerprint(_store: rt.Store, file: _Key) -> str:
    del file
    return _store.fingerprint()


@st.cache_resource(scope="session", max_entries=_KEPT, show_spinner=False)
def _districts(_store: rt.Store, state: _Key) -> dict[str, str]:
    del state
    return {each.name: each.source for each in _store.districts() if each.snapshots}


@st.cache_resource(scope="session", max_entries=_KEPT, show_spinner=False)
def _snapshots(
    _store: rt.Store,
    state: _Key,
    name: str,
    whole: bool,  # noqa: FBT001  a cache knows arguments by their place
) -> tuple[tuple[rt.Snapshot, ...], tuple[str, ...], int | None]:
    del state
    doubtful = _store.inactive_because(name) if whole else ()
    return _store.snapshots(name), doubtful, _store.district(name).own_profile


@st.cache_resource(scope="session", max_entries=_KEPT, show_spinner=False)
def _journal(_store: rt.Store, file: _Key, name: str) -> pl.DataFrame:
    del file
    return _store.journal(name)


# A number may be given again after a district was forgotten: the time belongs to the key, and so
# does the district's own profile, by which its roster is told.
@st.cache_resource(scope="session", max_entries=_KEPT, show_spinner="Reading the roster")
def _directory(
    _store: rt.Store,
    place: _Key,
    name: str,
    number: int,
    made: datetime,
    own_profile: int | None,
) -> rt.Directory:
    del place, made, own_profile
    return _store[name].directory(number)


@st.cache_resource(scope="session", max_entries=_KEPT, show_spinner="Comparing the snapshots")
def _difference(
    _store: rt.Store,
    place: _Key,
    name: str,
    pair: tuple[tuple[int, datetime], tuple[int, datetime]],
    own_profile: int | None,
) -> rt.Difference:
    del place, own_profile
    (first, _), (second, _) = pair
    return _store[name].compare(first, second)


@st.cache_resource(scope="session", max_entries=_KEPT, show_spinner="Proving each row")
def _names(_store: rt.Store, state: _Key, name: str, school: str) -> rt.DisplayNames:
    del state
    return _store[name].display_names(school or None)


@st.cache_resource(scope="session", max_entries=_KEPT, show_spinner="Searching the rosters")
def _found(_store: rt.Store, state: _Key, text: str) -> pl.DataFrame:
    del state
    return _store.find(text)


def clear_caches() -> None:
    """Keep nothing of what was read; what is forgotten must not stay in memory."""
    _fingerprint.clear()
    _districts.clear()
    _snapshots.clear()
    _journal.clear()
    _directory.clear()
    _difference.clear()
    _names.clear()
    _found.clear()


def usable_on_error(section: Callable[_Args, None]) -> Callable[_Args, None]:
    """A section that says in a sentence why it cannot be shown, while the others can."""

    @wraps(section)
    def guarded(*args: _Args.args, **kwargs: _Args.kwargs) -> None:
        try:
            section(*args, **kwargs)
        except rt.ToolkitError as trouble:
            callout("That cannot be done just now.", "careful", detail=str(trouble))

    return guarded


def when(made: datetime) -> str:
    """A moment, which a store tells in UTC, by the clock of this computer."""
    return f"{made.replace(tzinfo=UTC).astimezone():%d %b %Y, %H:%M}"


def keep(name: str, options: list[str], usual: str) -> None:
    """The choice that was made, unless it is no more; then the usual one."""
    keep_among(name, options)
    if st.session_state[name] is None:
        st.session_state[name] = usual


def choose_snapshot(view: DistrictView) -> int:
    """The snapshot that is looked at; the latest one unless another was chosen."""
    numbers = [str(each.number) for each in reversed(view.snapshots)]
    keep("snapshot", numbers, numbers[0])
    chosen = st.selectbox(
        "Snapshot",
        numbers,
        key="snapshot",
        format_func=lambda number: titled(view.snapshot(int(number)), view.latest),
        persist_state="page",
    )
    if chosen != numbers[0]:
        st.caption("Not the latest: the roster as it was then.")
    return int(chosen)


def titled(snapshot: rt.Snapshot, latest: rt.Snapshot) -> str:
    """A snapshot in a list to choose from."""
    last = " (latest)" if snapshot.number == latest.number else ""
    label = f" – {snapshot.label}" if snapshot.label else ""
    return f"{snapshot.number}{last} – {when(snapshot.made)}{label}"
