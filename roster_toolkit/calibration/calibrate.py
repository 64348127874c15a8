"""From a user's evidence to a profile of their portal: read, lay side by side, propose.

What is found stands in `study`; here it becomes proposals, and the profile that chosen ones make.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from roster_toolkit.calibration.changes import (
    Change,
    Changes,
    day_of,
    profile_of,
    with_consequences,
)
from roster_toolkit.calibration.evidence import Aside, Given, read_evidence
from roster_toolkit.calibration.model import (
    About,
    BeforeAfter,
    Counts,
    CountsBeside,
    Notice,
    Proposal,
    Sure,
    Unexplained,
)
from roster_toolkit.calibration.plot import Plot
from roster_toolkit.calibration.study import Study
from roster_toolkit.calibration.toml_text import toml_text
from roster_toolkit.display import Shown
from roster_toolkit.errors import UsageError
from roster_toolkit.model import Profile
from roster_toolkit.profile import (
    DEFAULT_PROFILE,
    load_profile,
    overlaid,
    profile_of_text,
    tables_of_text,
    tables_over_shipped,
)

if TYPE_CHECKING:
    from roster_toolkit.calibration.counts import Against


@dataclass(frozen=True, repr=False)
class Calibration(Shown):
    """What was learned: proposals, the profile that the accepted ones make, how well it agrees.

    >>> papers = rt.sample_portal(60, seed=7, profile=review.profile)
    >>> learned = rt.calibrate(accepted=[papers.accepted], date="2026-11-29")
    >>> rt.review(papers.accepted, profile=learned.profile).verdict.value
    'clean'
    >>> rt.profile_of_text(learned.toml, "ours.toml").record.agreed
    60
    """

    base: Profile
    proposals: tuple[Proposal, ...]
    before: Counts
    """How the profile that was given agrees with what the portal did."""
    after: Counts
    """How the learned one does, with the proposals that are chosen."""
    columns: Mapping[str, Counts]
    """Header → agreement of cells at which either finds fault; blank for whole rows."""
    unexplained: tuple[Unexplained, ...]
    """Texts of the portal's at rows that the learned profile accepts, the most frequent first."""
    notices: tuple[Notice, ...]
    """Sources that were set aside, and why."""
    date: str
    """The day it was learned, `YYYY-MM-DD`."""
    sources: tuple[Mapping[str, Any], ...]
    """File, sha256, date and rows of each source."""
    counts: tuple[CountsBeside, ...] = ()
    """What the portal counted after processing, beside what the learned profile foresees."""
    order: tuple[str, ...] = ()
    """Keys of the columns in the order of the portal's template."""
    as_assumed: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """The tables that say what was seen to be as the profile already has it."""
    onto: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """The tables that the proposals are laid over."""
    _study: Study | None = field(default=None, repr=False, compare=False)

    @property
    def plot(self) -> Plot:
        """Its chart: `plot.agreement()`."""
        return Plot(self.before, self.after)

    def choosing(self, numbers: Collection[int]) -> Calibration:
        """The same with these proposals chosen and no others; nothing is learned anew.

        The files are judged again, so that `after`, `columns` and `unexplained` are those of the
        choice. Raises UsageError for a number that no proposal has.

        >>> papers = rt.sample_portal(60, seed=7, profile=review.profile)
        >>> learned = rt.calibrate(accepted=[papers.accepted]).choosing([2])
        >>> [proposal.number for proposal in learned.proposals if proposal.accepted]
        [2]
        """
        _must_be_there(len(self.proposals), numbers, ())
        chosen = replace(
            self, proposals=tuple(replace(p, accepted=p.number in numbers) for p in self.proposals)
        )
        if self._study is None or chosen.proposals == self.proposals:
            return chosen
        return replace(chosen, **self._study.held_against(chosen.profile)._asdict())

    @property
    def agreement(self) -> BeforeAfter:
        """How the profile that was given and the learned one agree with what the portal did."""
        return BeforeAfter(self.before, self.after)

    @property
    def explained(self) -> bool:
        """Whether the learned profile judges every known row, and counts, as the portal did."""
        differing = any(counts.differing for counts in self.counts)
        return not self.unexplained and self.after.agree == self.after.rows and not differing

    @cached_property
    def tables(self) -> Mapping[str, Any]:
        """The tables of the learned profile."""
        tables: dict[str, Any] = overlaid(self.onto, self.as_assumed)
        for proposal in self.proposals:
            patch = proposal.patch if proposal.accepted else proposal.otherwise
            tables = overlaid(tables, patch)
            if proposal.accepted:
                tables = overlaid(tables, self._evidence_of(proposal, tables))
        return with_consequences(overlaid(tables, self._of_profile), self.base)

    @property
    def _of_profile(self) -> Mapping[str, Any]:
        """What the profile says of itself: name, order of columns, how it stood the test."""
        of_profile: dict[str, Any] = {"order": list(self.order)} if self.order else {}
        if "name" not in self.onto:
            of_profile |= {"name": "portal", "title": f"{self.base.title}, as learned"}
        of_profile["version"] = self.date
        if self.after.rows:
            of_profile["record"] = {
                "files": len([source for source in self.sources if source["rows"]]),
                "rows": self.after.rows,
                "agreed": self.after.agree,
                "last": self.date,
            }
        return of_profile

    def _evidence_of(self, proposal: Proposal, tables: Mapping[str, Any]) -> Mapping[str, Any]:
        """The files that a change to a column rests on, beside those that the profile remembers."""
        shown = [source for source in self.sources if source["file"] in proposal.sources]
        columns = {}
        for key in proposal.patch.get("columns", {}):
            known = list(tables.get("columns", {}).get(key, {}).get("seen", []))
            fresh = [source for source in shown if source not in known]
            if fresh:
                columns[key] = {"seen": [*known, *fresh]}
        return {"columns": columns} if columns else {}

    @cached_property
    def toml(self) -> str:
        """The learned profile as TOML text."""
        return toml_text(self.tables)

    @cached_property
    def profile(self) -> Profile:
        """The learned profile."""
        return profile_of(self.tables, self.base)


def calibrate(
    *,
    template: Given | None = None,
    dictionary: Given | None = None,
    accepted: Sequence[Given] = (),
    refused: Sequence[tuple[Given, Given]] = (),
    help_page: Given | None = None,
    counts: Sequence[tuple[Given, Given]] = (),
    against: Against | None = None,
    profile: str | Path | None = None,
    onto: str | None = None,
    date: str | None = None,
    accept: Collection[int] | str | None = None,
    decline: Collection[int] = (),
    leave_aside: bool = False,
    progress: Callable[[str], None] | None = None,
) -> Calibration:
    """Learn a portal from what it handed out, took and reported.

    Any mix of sources will do, each a path, bytes, or bytes under a name: the portal's template,
    its data dictionary (table, workbook, saved page or pasted text), files that it took whole,
    pairs of a file that was sent and the error report that came back, its help page of error texts.
    `counts` are pairs of a file that was processed and what the portal counted then, set beside
    what is foreseen for the file `against` the roster of that time.

    What is learned comes as proposals. Those with nothing against them are chosen; `accept` chooses
    others by number, or "all", `decline` takes some back. `profile` is what is believed so far, by
    name or path, `onto` the TOML text of it where it lies in no file. `date` is the day that the
    learned profile remembers, today by default, and all that differs between two runs. With
    `leave_aside`, a source that cannot be used becomes one of the `notices`, and the others are
    learned from; `progress` is told each stage as it begins.

    Raises UsageError without any source and for a number that no proposal has, ToolkitError with a
    sentence for a source that is not what it is given as.

    >>> papers = rt.sample_portal(120, seed=7, profile=review.profile)
    >>> learned = rt.calibrate(
    ...     template=papers.template,
    ...     accepted=[papers.accepted],
    ...     refused=[(papers.sent, papers.errors)],
    ... )
    >>> before, after = learned.agreement
    >>> before.agree < after.agree == after.rows
    True
    """
    papers = (template, dictionary, help_page)
    if all(paper is None for paper in papers) and not any((accepted, refused, counts)):
        raise UsageError(
            "There is nothing to learn from: give the portal's template, its data dictionary, a "
            "file that it took, or a file with the error report that came back."
        )
    day = day_of(date)
    base, tables = _base(profile, onto)
    tell = progress or (lambda _: None)
    tell("Reading the files")
    aside = Aside(tolerant=leave_aside)
    evidence = read_evidence(
        template=template,
        dictionary=dictionary,
        accepted=accepted,
        refused=refused,
        help_page=help_page,
        base=base,
        aside=aside,
    )
    study = Study(evidence, Changes(base, tables), aside, tell)
    if evidence.usable:
        study.run()
    _must_be_there(len(study.changes.found), accept, decline)
    proposals = tuple(_numbered(study.changes.found.values(), accept, decline))
    calibration = Calibration(
        base=base,
        proposals=proposals,
        before=study.before,
        **study.measured._asdict(),
        notices=tuple(aside.notices),
        date=day,
        sources=tuple(study.sources(day)),
        order=study.order,
        as_assumed=study.as_assumed(day) if evidence.usable else {},
        onto=tables,
        _study=study,
    )
    if not all(proposal.accepted for proposal in proposals):  # the study went by all of them
        measured = study.held_against(calibration.profile)
        calibration = replace(calibration, **measured._asdict())
    return replace(calibration, counts=tuple(_beside(counts, calibration.profile, against)))


def _must_be_there(
    proposals: int, accept: Collection[int] | str | None, decline: Collection[int]
) -> None:
    """Raise UsageError for a number that no proposal has, or that is chosen and left out."""
    if isinstance(accept, str) and accept != "all":
        raise UsageError('What is accepted are numbers of proposals, or "all".')
    accepted = set() if accept is None or isinstance(accept, str) else {*accept}
    unknown = {*accepted, *decline} - {*range(1, proposals + 1)}
    if unknown:
        there = f"they are numbered from 1 to {proposals}" if proposals else "nothing is proposed"
        raise UsageError(f"There is no proposal {min(unknown)}; {there}.")
    both = accepted & {*decline}
    if both:
        raise UsageError(f"Proposal {min(both)} is both accepted and declined; choose one of them.")


def _beside(
    counts: Sequence[tuple[Given, Given]], profile: Profile, against: Against | None
) -> Iterator[CountsBeside]:
    """What the portal counted, beside what is foreseen; reviewing is loaded only for that."""
    if counts:
        from roster_toolkit.calibration.counts import counts_beside

        for upload, report in counts:
            yield counts_beside(upload, report, profile, against)


def _base(profile: str | Path | None, onto: str | None) -> tuple[Profile, dict[str, Any]]:
    """The profile to start from, and its tables over the toolkit's profile that it extends.

    A profile of one's own is changed further: its tables stay beneath what is learned.
    """
    if onto is not None:
        label = "the profile"
        return profile_of_text(onto, label), tables_of_text(label, onto)
    name = profile or DEFAULT_PROFILE
    return load_profile(name), tables_over_shipped(name)


def _numbered(
    changes: Collection[Change], accept: Collection[int] | str | None, decline: Collection[int]
) -> Iterator[Proposal]:
    """The changes as proposals, in the order of what they are about; those without doubt chosen."""
    order = list(About)
    ranked = sorted(changes, key=lambda c: order.index(c.about))
    wanted = set() if accept is None or isinstance(accept, str) else set(accept)
    for number, change in enumerate(ranked, 1):
        unsure = change.about is About.MESSAGE and change.sure is Sure.GUESS
        chosen = change.rows_against <= change.rows_for and not unsure
        chosen = (chosen or accept == "all" or number in wanted) and number not in decline
        yield Proposal(
            number=number, about=change.about, column=change.column, before=change.before,
            after=change.after, why=change.why, sources=change.sources, rows_for=change.rows_for,
            rows_against=change.rows_against, example_row=change.example_row, sure=change.sure,
            accepted=chosen, patch=change.patch, otherwise=change.otherwise,
        )  # fmt: skip
