"""What one person has at hand of their portal: its papers, what they taught, and edits of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

import roster_toolkit as rt


@dataclass(frozen=True)
class Paper:
    """A file that says something of the portal."""

    name: str
    data: bytes = field(repr=False)

    @property
    def given(self) -> tuple[str, bytes]:
        """As the toolkit takes it."""
        return self.name, self.data


@dataclass
class Work:
    """Papers, what was learned from them, what was stated by hand; it outlives a change of page."""

    template: list[Paper] = field(default_factory=list)
    dictionary: list[Paper] = field(default_factory=list)
    accepted: list[Paper] = field(default_factory=list)
    help_page: list[Paper] = field(default_factory=list)
    sent: list[Paper] = field(default_factory=list)
    """Files that were sent and rejected in part, each beside the report of its place."""
    reports: list[Paper] = field(default_factory=list)
    learned: rt.Calibration | None = None
    stale: bool = False
    """Whether papers came or went since."""
    trouble: str = ""
    """Why nothing could be learned, in a sentence."""
    edits: tuple[rt.ColumnEdit, ...] = ()
    over: str = ""
    """The text of the profile that the edits are laid over."""
    edit_trouble: str = ""
    """Why the edits make no profile, in a sentence."""
    draft: rt.EditedProfile | None = None
    """What was learned, with the edits; None where there is neither."""
    preview: tuple[tuple[str, str, int], rt.Review] | None = None
    """The file on the desk as a draft judges it, and which draft, file and attempt it is of."""
    turn: int = 0
    """Counts what makes widgets begin anew."""
    done: str = ""
    """What was done, until the page has said so."""
    go_to: str = ""
    """The part of the page to turn to when it is drawn next."""
    table: pl.DataFrame = field(default_factory=pl.DataFrame)
    """The columns as the editing of them began."""

    @property
    def pairs(self) -> Iterator[tuple[Paper, Paper]]:
        """Each file that was sent, with its report."""
        return zip(self.sent, self.reports, strict=False)

    @property
    def half(self) -> str:
        """What a pair still lacks, in a sentence."""
        if len(self.sent) == len(self.reports):
            return ""
        lacks = "error report" if len(self.sent) > len(self.reports) else "file that was sent"
        return f"One {lacks} is missing: a pair is learned from once both are here."

    @property
    def teaches(self) -> bool:
        """Whether there is a paper to learn from."""
        single = (self.template, self.dictionary, self.accepted, self.help_page)
        return any(single) or any(self.pairs)

    def add(self, zone: str, name: str, data: bytes) -> None:
        """Take a paper in, under a name that no other has."""
        papers: list[Paper] = getattr(self, zone)
        if zone in _SINGLE:
            papers.clear()
        papers.append(Paper(self._unused(name), data))
        self.stale = self.learned is not None

    def remove(self, zone: str, place: int) -> None:
        """Take a paper away."""
        del getattr(self, zone)[place]
        self.stale = self.learned is not None

    def _unused(self, name: str) -> str:
        names = {paper.name for zone in ZONES for paper in getattr(self, zone)}
        path = Path(name)
        tries = (f"{path.stem} ({n}){path.suffix}" for n in range(2, len(names) + 3))
        return name if name not in names else next(t for t in tries if t not in names)

    def learn(self, start: str, progress: Callable[[str], None]) -> None:
        """Learn from the papers; one that cannot be used becomes a notice, the rest still teach."""
        self.trouble = ""
        try:
            self.learned = rt.calibrate(
                template=_first(self.template),
                dictionary=_first(self.dictionary),
                help_page=_first(self.help_page),
                accepted=[paper.given for paper in self.accepted],
                refused=[(sent.given, report.given) for sent, report in self.pairs],
                onto=start, leave_aside=True, progress=progress,
            )  # fmt: skip
        except rt.ToolkitError as trouble:
            self.trouble = str(trouble)
            return
        self.stale, self.turn = False, self.turn + 1
        self.go_to = "proposals" if self.learned.proposals else ""
        self.lay_over(self.learned.toml, self.edits)

    def choose(self, numbers: set[int]) -> None:
        """Accept these proposals and no others."""
        if self.learned is not None:
            self.learned = self.learned.choosing(numbers)
            self.lay_over(self.learned.toml, self.edits)

    def lay_over(self, toml: str, edits: tuple[rt.ColumnEdit, ...]) -> None:
        """Make the draft: edits over a profile; the draft of before stays where they make none."""
        self.edits, self.over, self.edit_trouble = edits, toml, ""
        try:
            self.draft = rt.edited_profile(toml, edits) if edits or self.learned else None
        except rt.ToolkitError as trouble:
            self.edit_trouble = str(trouble)

    def notices_of(self, *papers: Paper) -> Iterator[str]:
        """Why some papers were left aside, in sentences."""
        names = {paper.name for paper in papers}
        for notice in self.learned.notices if self.learned and not self.stale else ():
            if notice.aside and notice.sources[0] in names:
                yield notice.text


#: Where papers are dropped, and those of which there is one.
ZONES = ("template", "dictionary", "accepted", "sent", "reports", "help_page")
_SINGLE = ("template", "dictionary", "help_page")


def _first(papers: list[Paper]) -> tuple[str, bytes] | None:
    return papers[0].given if papers else None
