"""What one person has on their desk: a file, what it is judged by, and what was found.

Everything hangs on the session, so that two people never see each other's file. A reload begins a
new session; the browser tab keeps a random token by which it finds its desk again, as long as the
old session lives. The token is neither in the address nor in another tab.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import wraps
from hashlib import sha256
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec
from weakref import WeakValueDictionary, finalize

import streamlit as st

import roster_toolkit as rt
from app_parts.access import ON_THIS_MACHINE, Asker, asker
from app_parts.door import handed_out, must_check, open_store
from app_parts.portal.work import Work

if TYPE_CHECKING:
    import polars as pl

_Args = ParamSpec("_Args")
#: What a learned profile is called in the folder of this visit.
LEARNED_FILE = "our-portal.toml"
_DESK = "desk"
#: Token of a browser tab → its desk, for as long as a session holds it.
_DESKS: WeakValueDictionary[str, Desk] = WeakValueDictionary()
#: The tab keeps its own random name, and tells it.
_REMEMBERS_TAB = """
export default function ({ setStateValue }) {
  let token = sessionStorage.getItem("desk");
  if (!token) {
    token = crypto.randomUUID();
    sessionStorage.setItem("desk", token);
  }
  setStateValue("token", token);
}
"""


@dataclass(frozen=True)
class Basis:
    """What a file is judged by."""

    profile: str | Path | None = None
    """One that is named; None leaves the choice to the district."""
    district: str | None = None
    """A district of the store."""
    download: tuple[str, bytes] | None = None
    """Or a download of current data: its name and bytes."""
    schools: tuple[str, bytes] | None = None
    """The district's list of schools, beside a download."""
    season: str = "in-year"
    uploaded: tuple[str, bytes] | None = None
    """The file that was uploaded last time."""

    @property
    def roster_named(self) -> str:
        """The roster, in a few words; empty where there is none."""
        return self.district or (self.download[0] if self.download else "")


@dataclass(frozen=True)
class Corrected:
    """The corrected file: what was fixed, filled in, and what the portal would do with it."""

    made_of: tuple[object, ...]
    repair: rt.Repair
    """The safe fixes and those that were confirmed."""
    filled: rt.Placeholders | None
    """The addresses for students after that, where they are wanted."""
    review: rt.Review

    @property
    def data(self) -> bytes:
        """The file to upload."""
        return self.filled.data if self.filled is not None else self.repair.fixed.data

    @property
    def changes(self) -> int:
        """Cells and rows that differ from the file on the desk."""
        return self.repair.fixed.log.height + (self.filled.log.height if self.filled else 0)


@dataclass(frozen=True)
class Original:
    """The file as it first came, with what was chosen for it, while a later one is on the desk."""

    name: str
    data: bytes
    review: rt.Review | None
    """None where it is to be judged anew."""
    confirmed: frozenset[str]
    domain: str
    came: tuple[str, bytes] | None
    edits: pl.DataFrame | None
    typed: dict[tuple[int, str], str]


@dataclass
class Desk:
    """One person's work in one browser tab."""

    basis: Basis = field(default_factory=Basis)
    name: str = ""
    data: bytes = b""
    review: rt.Review | None = None
    before: rt.Review | None = None
    """The attempt before, where this file is a corrected one."""
    confirmed: frozenset[str] = frozenset()
    """The rules whose likely fixes are to be made in the corrected file."""
    domain: str = ""
    """The email domain with which blank addresses of students are filled in the corrected file."""
    mail_domain: str = ""
    """The email domain that was typed last."""
    corrected: Corrected | None = None
    """The corrected file, and of what it was made."""
    original: Original | None = None
    """The file as it first came, where a later one is on the desk."""
    made_here: bool = False
    """Whether the file on the desk is a corrected one that was made here."""
    typed: dict[tuple[int, str], str] = field(default_factory=dict)
    """Row and header → what was typed in this cell and is not checked yet."""
    came: tuple[str, bytes] | None = None
    """Name and bytes of the file as it came, where the one on the desk is edited."""
    edits: pl.DataFrame | None = None
    """The edits that were checked, so that they stay where the file is judged anew."""
    not_edited: str = ""
    """Why what was typed cannot be checked, in a sentence."""
    redrawn: int = 0
    """Counts the changes to what is typed that were not typed, so that an editor begins anew."""
    processed: rt.Processed | None = None
    """What became of the file when it was processed."""
    attempt: int = 0
    """Counts the reviews made, so that widgets of an earlier one do not answer for a later one."""
    several: list[tuple[str, bytes]] = field(default_factory=list)
    """Files that were dropped at once, by name."""
    verdicts: list[tuple[str, int | None, int | None, int | None]] = field(default_factory=list)
    """What would become of them, in the same order, as far as they are checked: a sentence, and
    rows, rejected rows and problems where a file can be checked."""
    learned: tuple[rt.Calibration, rt.Review] | None = None
    """What the file teaches if the portal took it, and the file judged by that: a preview."""
    not_learned: str = ""
    """Why nothing could be learned from it, in a sentence."""
    trouble: str = ""
    """Why there is no review, in a sentence."""
    opened: list[tuple[str, str, str, str]] = field(default_factory=list)
    """People and classes that are open on the roster page, which its address must not name."""
    portal: Work = field(default_factory=Work)
    """What is at hand of the portal."""
    story: rt.Story | None = None
    """The sample district, while it is looked at."""
    owner: Asker = ON_THIS_MACHINE
    """Whose desk it is, with what they might do when they began."""
    folder: TemporaryDirectory[str] = field(default_factory=TemporaryDirectory)
    """Holds the sample's store and a profile that was handed in; goes with the session."""

    def __post_init__(self) -> None:
        """Make sure that the folder goes when the desk does."""
        finalize(self, self.folder.cleanup)

    @property
    def store(self) -> rt.Store:
        """The store of this person: that of the sample district while it is looked at."""
        return open_store(self.story.store if self.story else None)

    @property
    def asker(self) -> Asker:
        """Who works here, and what they may do: in the sample district, everything."""
        return ON_THIS_MACHINE if self.story else asker()

    def take(self, name: str, data: bytes) -> None:
        """Put a file on the desk; it is not judged yet."""
        self.name, self.data, self.made_here = name, data, False
        self.confirmed, self.domain, self.original = frozenset(), "", None
        self.came, self.edits, self.typed = None, None, {}
        self._forget_judgement()

    def take_edited(self, review: rt.Review) -> None:
        """Put the file with other edits on the desk, to be compared with what lay there.

        What was typed since stays, and so does the file as it came, to undo all edits.
        """
        name, data = self.came or (self.name, self.data)
        before = self.review
        self._forget_judgement()
        self.came, self.edits, self.name, self.data = None, None, name, data
        if not review.edits.is_empty() and isinstance(review.source, bytes):
            self.came, self.edits, self.data = (name, data), review.edits, review.source
        self.review, self.before = review, before
        self.attempt += 1

    def take_next_attempt(self, name: str, data: bytes, *, made_here: bool = False) -> None:
        """Put the next attempt on the desk, to be compared with the one that lies there."""
        before = self.review or self.before
        original = self.original or Original(
            self.name, self.data, self.review, self.confirmed, self.domain,
            self.came, self.edits, self.typed,
        )  # fmt: skip
        self.take(name, data)
        self.before, self.original, self.made_here = before, original, made_here

    def back_to_original(self) -> None:
        """Put the file on the desk again that came first, as it was left."""
        original = self.original
        if original is None:
            return
        self.take(original.name, original.data)
        self.review = original.review
        self.confirmed, self.domain = original.confirmed, original.domain
        self.came, self.edits, self.typed = original.came, original.edits, original.typed
        self.attempt += 1

    def confirm(self, code: str, *, yes: bool) -> None:
        """Make the likely fixes of this rule in the corrected file, or leave them."""
        self.confirmed = self.confirmed | {code} if yes else self.confirmed - {code}

    def _forget_judgement(self) -> None:
        self.review, self.trouble, self.not_learned, self.not_edited = None, "", "", ""
        self.before = self.corrected = self.processed = self.learned = None

    def judge_by(self, basis: Basis) -> bool:
        """Judge what is on the desk by this from now on; true where it is something else."""
        if basis == self.basis:
            return False
        self.judge_anew(basis)
        return True

    def judge_anew(self, basis: Basis) -> None:
        """Judge what is on the desk by this, also where only what it names has changed."""
        self.basis, self.verdicts = basis, []
        self._forget_judgement()
        if self.original is not None:
            self.original = replace(self.original, review=None)

    def use_profile(self, toml: str) -> None:
        """Judge by this profile until the visit ends; each lies in a folder of its own."""
        folder = Path(self.folder.name) / sha256(toml.encode()).hexdigest()[:12]
        folder.mkdir(exist_ok=True)
        path = folder / LEARNED_FILE
        path.write_text(toml, encoding="utf-8")
        self.judge_anew(replace(self.basis, profile=path))

    def judged_by(self, profile: rt.Profile) -> rt.Review:
        """The file on the desk as another profile judges it: a preview, which changes nothing.

        Raises ToolkitError where it cannot be judged.
        """
        options = self._review_options(profile)
        return rt.review(self.data, name=self.name, season=self.basis.season, **options)

    def review_of(self, name: str, data: bytes) -> rt.Review:
        """A file as what the desk has judges it; raises ToolkitError where it cannot be."""
        return self._judged(name, data)

    def _judged(
        self, name: str, data: bytes, progress: Callable[[str], None] | None = None
    ) -> rt.Review:
        """The review of a file; of a second file, beside the users.csv that was dropped with it.

        Of several, nobody can say to which upload it belongs: then it is judged by itself.
        """
        options = self._review_options(self.profile()) | {"season": self.basis.season}
        if not self.basis.profile and not self.basis.district:
            options["profile"] = None  # the header tells which of the portal's files it is
        review = rt.review(data, name=name, progress=progress, **options)
        beside = []
        for _, other in self.several if review.profile.beside else ():
            if other != data:
                with suppress(rt.ToolkitError):  # it is no users.csv
                    beside.append(rt.review(data, name=name, beside=other, **options))
        return beside[0] if len(beside) == 1 else review

    def judge(self, progress: Callable[[str], None]) -> None:
        """Review the file on the desk, or say why that cannot be done."""
        name, data = self.came or (self.name, self.data)
        try:
            review = self._judged(name, data, progress)
            self.review = review if self.edits is None else review.edited(self.edits)
            self.attempt += 1
        except rt.ToolkitError as trouble:
            self.trouble = str(trouble)

    def profile(self, basis: Basis | None = None) -> rt.Profile:
        """By what the file is judged, or would be; raises ToolkitError where it cannot be read."""
        basis = basis or self.basis
        if basis.district:
            return self.store.profile_of(basis.district, basis.profile)
        return rt.load_profile(basis.profile) if basis.profile else rt.load_profile()

    def profile_text(self) -> str:
        """The text of that profile; raises ToolkitError where it cannot be read."""
        basis = self.basis
        if basis.district and basis.profile is None:
            own = self.store.profile_text(basis.district)
            return own if own is not None else rt.profile_toml(self.profile().name)
        return rt.profile_toml(basis.profile or rt.profile_names()[0])

    def download(self, review: rt.Review, make: Callable[[], bytes]) -> Callable[[], bytes]:
        """What makes a file of a review; of one compared with a district, it is written down.

        Such a file may tell of the district's records, whatever it is: what a fix takes from the
        roster, an error that names it, the values before a change.
        """
        store, district = self.store, self.basis.district
        snapshot = review.against.snapshot if review.against else None
        if district is None or snapshot is None:
            return make
        return lambda: handed_out(store, district, snapshot, make())

    def learn(self) -> None:
        """Learn the portal from the file on the desk as one that it took, and judge it by that."""
        self.learned, self.not_learned = None, ""
        try:
            calibration = rt.calibrate(accepted=[(self.name, self.data)], onto=self.profile_text())
            self.learned = calibration, self.judged_by(calibration.profile)
        except rt.ToolkitError as trouble:
            self.not_learned = str(trouble)

    def _review_options(self, profile: rt.Profile) -> dict[str, Any]:
        """What a review of the file takes besides it, where this profile judges."""
        against: object = None
        schools = self.basis.schools[1] if self.basis.download and self.basis.schools else None
        if self.basis.district:
            must_check(self.asker, self.basis.district)
            against = self.store.against(self.basis.district, profile=profile)
        elif self.basis.download:
            against = self.basis.download[1]
        uploaded = self.basis.uploaded[1] if self.basis.uploaded and against else None
        return {
            "profile": profile,
            "against": against,
            "schools": schools,
            "previous_upload": uploaded,
        }

    def open_sample(self) -> None:
        """Put the sample district on the desk, as new: its store, and the file to be uploaded."""
        folder = Path(self.folder.name) / "sample"
        rmtree(folder, ignore_errors=True)
        self.story = rt.sample_story(folder)
        self.basis = Basis(district=self.story.district)
        self.several, self.verdicts = [], []
        self.take(self.story.upload.name, self.story.upload.read_bytes())

    def correct(self) -> Corrected:
        """The file with its safe fixes, those that were confirmed and the addresses asked for.

        It is made once for what is chosen. Raises ToolkitError where it cannot be made.
        """
        made_of = self._choices()
        if self.review is None:
            raise ValueError("There is no review to correct by.")
        if self.corrected is None or self.corrected.made_of != made_of:
            repair = self.review.repair(tuple(sorted(self.confirmed)))
            addresses = self.domain and not repair.review.profile.beside
            filled = self._filled(repair) if addresses else None
            after = repair.review
            if filled is not None and filled.students:
                after = rt.review(
                    filled.data, name=after.profile.file_name, profile=after.profile,
                    against=after.against, season=after.season,
                )  # fmt: skip
            self.corrected = Corrected(made_of, repair, filled, after)
        return self.corrected

    @property
    def corrected_if_made(self) -> Corrected | None:
        """The corrected file with what is chosen, where it was made already."""
        made = self.corrected
        return made if made is not None and made.made_of == self._choices() else None

    def _choices(self) -> tuple[object, ...]:
        return (self.attempt, self.confirmed, self.domain)

    def _filled(self, repair: rt.Repair) -> rt.Placeholders:
        return rt.fill_placeholder_addresses(
            repair.fixed.data, self.domain, profile=repair.review.profile,
            name=repair.review.profile.file_name, against=repair.review.against,
        )  # fmt: skip

    def start_over(self) -> None:
        """Make room for another file, judged by the same."""
        self.take("", b"")
        self.several, self.verdicts = [], []
        self.attempt += 1

    def clear(self) -> None:
        """Take everything off the desk."""
        self.story, self.basis = None, Basis()
        self.start_over()


def desk() -> Desk:
    """The desk of this tab: the one it had before a reload, or a new one.

    Nobody gets the desk of somebody else who was signed in at the same tab, nor what they had on
    it while they might see more or less than now.
    """
    owner = asker()
    if _DESK not in st.session_state or st.session_state[_DESK].owner != owner:
        st.session_state[_DESK] = Desk(owner=owner)
    _know_the_tab()
    here: Desk = st.session_state[_DESK]
    return here


@st.fragment
def _know_the_tab() -> None:
    """Find the desk again that this tab had before a reload.

    By itself, for the tab tells its name when the page may be in use already: if all of it were
    drawn anew then, a click that is being carried out would come to nothing.
    """
    token = _tab_token(key="tab", on_token_change=lambda: None).token
    here: Desk = st.session_state[_DESK]
    known = _DESKS.get(token or "")
    if not token or known is here:
        return
    back = st.session_state.get("token") != token and known and known.owner == here.owner
    st.session_state["token"] = token
    if back:
        st.session_state[_DESK] = known
        st.rerun()
    _DESKS[token] = here


def fragment(
    section: Callable[Concatenate[Desk, _Args], None],
) -> Callable[Concatenate[Desk, _Args], None]:
    """A part of a page that is drawn anew by itself: all is, once somebody may do more or less."""

    @st.fragment
    @wraps(section)
    def drawn(desk: Desk, /, *args: _Args.args, **kwargs: _Args.kwargs) -> None:
        if desk.owner != asker():
            st.rerun()
        section(desk, *args, **kwargs)

    return drawn


_tab_token = st.components.v2.component("tab_token", js=_REMEMBERS_TAB)
