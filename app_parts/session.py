"""What one person has on their desk: a file, what it is judged by, and what was found.

Everything hangs on the session, so that two people never see each other's file. A reload begins a
new session; the browser tab keeps a random token by which it finds its desk again, as long as the
old session lives. The token is neither in the address nor in another tab.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary, finalize

import streamlit as st

import roster_toolkit as rt
from app_parts.portal.work import Work

if TYPE_CHECKING:
    import polars as pl

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


@dataclass
class Desk:
    """One person's work in one browser tab."""

    basis: Basis = field(default_factory=Basis)
    name: str = ""
    data: bytes = b""
    review: rt.Review | None = None
    before: rt.Review | None = None
    """The attempt before, where this file is a corrected one."""
    repaired: tuple[tuple[int, tuple[str, ...]], rt.Repair] | None = None
    """The repaired copy, and which attempt and what confirmations it is of."""
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
    folder: TemporaryDirectory[str] = field(default_factory=TemporaryDirectory)
    """Holds the sample's store and a profile that was handed in; goes with the session."""

    def __post_init__(self) -> None:
        """Make sure that the folder goes when the desk does."""
        finalize(self, self.folder.cleanup)

    @property
    def store(self) -> rt.Store:
        """The store of this person: that of the sample district while it is looked at."""
        return rt.Store(self.story.store if self.story else None)

    def take(self, name: str, data: bytes) -> None:
        """Put a file on the desk; it is not judged yet."""
        self.name, self.data, self.review, self.trouble = name, data, None, ""
        self.before = self.repaired = self.processed = self.learned = None
        self.not_learned = self.not_edited = ""
        self.came, self.edits, self.typed = None, None, {}

    def take_edited(self, review: rt.Review) -> None:
        """Put the file with other edits on the desk, to be compared with what lay there.

        What was typed since stays, and so does the file as it came, to undo all edits.
        """
        name, data = self.came or (self.name, self.data)
        before, typed = self.review, self.typed
        self.take(review.upload.name, data)
        if not review.edits.is_empty() and isinstance(review.source, bytes):
            self.came, self.edits, self.data = (name, data), review.edits, review.source
        self.review, self.before, self.typed = review, before, typed
        self.attempt += 1

    def take_next_attempt(self, name: str, data: bytes) -> None:
        """Put the next attempt on the desk, to be compared with the one that lies there."""
        before = self.review
        self.take(name, data)
        self.before = before

    def judge_by(self, basis: Basis) -> bool:
        """Judge what is on the desk by this from now on; true where it is something else."""
        if basis == self.basis:
            return False
        self.judge_anew(basis)
        return True

    def judge_anew(self, basis: Basis) -> None:
        """Judge what is on the desk by this, also where only what it names has changed."""
        self.basis, self.review, self.trouble = basis, None, ""
        self.before = self.repaired = self.processed = self.learned = None
        self.not_learned = ""

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

    def judge(self, progress: Callable[[str], None]) -> None:
        """Review the file on the desk, or say why that cannot be done."""
        name, data = self.came or (self.name, self.data)
        try:
            review = rt.review(
                data, name=name, season=self.basis.season, progress=progress,
                **self._review_options(self.profile()),
            )  # fmt: skip
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
        self.take(self.story.upload.name, self.story.upload.read_bytes())

    def start_over(self) -> None:
        """Make room for another file, judged by the same."""
        self.take("", b"")
        self.attempt += 1

    def clear(self) -> None:
        """Take everything off the desk."""
        self.story, self.basis = None, Basis()
        self.take("", b"")


def desk() -> Desk:
    """The desk of this tab: the one it had before a reload, or a new one."""
    token = _tab_token(key="tab", on_token_change=lambda: None).token
    if _DESK not in st.session_state:
        st.session_state[_DESK] = Desk()
    here: Desk = st.session_state[_DESK]
    if token and _DESKS.get(token) is not here:
        if st.session_state.get("token") != token and token in _DESKS:
            here = st.session_state[_DESK] = _DESKS[token]
        _DESKS[token] = here
        st.session_state["token"] = token
    return here


_tab_token = st.components.v2.component("tab_token", js=_REMEMBERS_TAB)
