"""From a user's evidence to a profile of their portal: read, lay side by side, propose.

The order matters: which column is which, then what was taken (which can only make a profile more
lenient), then what was complained of, then a check of it all with the engine itself. What was taken
and is rejected still loosens the rule that rejects it, so that no file that the portal took is
rejected by what was learned from it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from datetime import date as date_type
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import polars as pl

from roster_toolkit.calibration.changes import (
    Change,
    Changes,
    overlaid,
    profile_of,
    shipped,
    with_consequences,
)
from roster_toolkit.calibration.evidence import (
    Given,
    SentFile,
    contents,
    digest,
    read_sent,
    read_template,
)
from roster_toolkit.calibration.facts import Case, Facts, facts_of, no_complaints
from roster_toolkit.calibration.judging import Judged, agreement, by_column, judge
from roster_toolkit.calibration.learning import Learner
from roster_toolkit.calibration.model import (
    About,
    BeforeAfter,
    Counts,
    Notice,
    Proposal,
    Unexplained,
)
from roster_toolkit.calibration.naming import Naming, name_columns
from roster_toolkit.calibration.naming_changes import naming_changes
from roster_toolkit.calibration.plot import Plot
from roster_toolkit.calibration.report import read_answer
from roster_toolkit.calibration.rule_changes import looser, stricter
from roster_toolkit.calibration.texts import Meaning, meanings, trace
from roster_toolkit.calibration.toml_text import toml_text
from roster_toolkit.calibration.trust import odd_sources
from roster_toolkit.display import Shown
from roster_toolkit.errors import ToolkitError, UsageError
from roster_toolkit.model import Profile
from roster_toolkit.profile import DEFAULT_PROFILE, load_profile, tables_over_shipped
from roster_toolkit.text import quoted

if TYPE_CHECKING:
    from roster_toolkit.calibration.dictionary import Entry

_ROUNDS = 4
_T = TypeVar("_T")


@dataclass(frozen=True)
class Evidence:
    """What a user holds of their portal, read."""

    template: tuple[str, str, tuple[str, ...]] | None
    """Name, digest and headers."""
    accepted: tuple[SentFile, ...]
    refused: tuple[tuple[SentFile, Given], ...]
    dictionary: tuple[str, str, tuple[Entry, ...]] | None
    help_page: tuple[str, str, tuple[Any, ...]] | None

    @property
    def usable(self) -> bool:
        """Whether there is anything to learn from."""
        return any((self.template, self.accepted, self.refused, self.dictionary, self.help_page))

    @property
    def files(self) -> tuple[SentFile, ...]:
        """All files that were sent."""
        return (*self.accepted, *(sent for sent, _ in self.refused))


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
    columns: Mapping[str, tuple[Counts, Counts]]
    """Header → agreement in the column before and after."""
    unexplained: tuple[Unexplained, ...]
    """Texts of the portal's at rows that the learned profile accepts, the most frequent first."""
    notices: tuple[Notice, ...]
    """Sources that were set aside, and why."""
    date: str
    """The day it was learned, `YYYY-MM-DD`."""
    sources: tuple[Mapping[str, Any], ...]
    """File, sha256, date and rows of each source."""
    own: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """What the base has over the toolkit's profile that it extends, and which that is."""
    _kept: Mapping[str, Any] = field(default_factory=dict, repr=False)
    _study: _Study | None = field(default=None, repr=False, compare=False)

    @property
    def plot(self) -> Plot:
        """Its chart: `plot.agreement()`."""
        return Plot(self.before, self.after)

    def choosing(self, numbers: Collection[int]) -> Calibration:
        """The same with these proposals chosen and no others; nothing is learned anew.

        The files are judged again, so that `after` and `unexplained` are those of the choice.
        Raises UsageError for a number that no proposal has.

        >>> papers = rt.sample_portal(60, seed=7, profile=review.profile)
        >>> learned = rt.calibrate(accepted=[papers.accepted]).choosing([2])
        >>> [proposal.number for proposal in learned.proposals if proposal.accepted]
        [2]
        """
        _known({*numbers}, self.proposals)
        chosen = replace(
            self, proposals=tuple(replace(p, accepted=p.number in numbers) for p in self.proposals)
        )
        if self._study is None or chosen.proposals == self.proposals:
            return chosen
        after, unexplained = self._study.held_against(chosen.profile)
        return replace(chosen, after=after, unexplained=unexplained)

    @property
    def agreement(self) -> BeforeAfter:
        """How the profile that was given and the learned one agree with what the portal did."""
        return BeforeAfter(self.before, self.after)

    @property
    def explained(self) -> bool:
        """Whether the learned profile judges every known row as the portal did."""
        return not self.unexplained and self.after.agree == self.after.rows

    @cached_property
    def tables(self) -> Mapping[str, Any]:
        """The tables of the learned profile."""
        tables = dict(self.own)
        for proposal in self.proposals:
            patch = proposal.patch if proposal.accepted else proposal.otherwise
            tables = overlaid(tables, patch)
        tables = overlaid(tables, self._seen())
        record = {
            "files": sum(bool(source["rows"]) for source in self.sources),
            "rows": self.after.rows,
            "agreed": self.after.agree,
            "last": self.date,
        }
        return with_consequences(overlaid(tables, {**self._kept, "record": record}), self.base)

    def _seen(self) -> dict[str, Any]:
        """In which files the accepted proposals about each column were seen."""
        sources = {source["file"]: source for source in self.sources}
        found: dict[str, dict[str, Mapping[str, Any]]] = {}
        for proposal in self.proposals:
            if proposal.accepted and proposal.column in proposal.patch.get("columns", {}):
                column = self.base.columns.get(proposal.column)
                known = [seen.model_dump() for seen in column.seen] if column else []
                named = [sources[name] for name in proposal.sources if name in sources]
                files = found.setdefault(proposal.column, {})
                files.update({source["sha256"]: source for source in (*known, *named)})
        columns = {key: {"seen": list(files.values())} for key, files in found.items() if files}
        return {"columns": columns} if columns else {}

    @cached_property
    def toml(self) -> str:
        """The learned profile as TOML text."""
        return toml_text(self.tables)

    @cached_property
    def profile(self) -> Profile:
        """The learned profile."""
        return profile_of(self.tables, self.base)


def calibrate(  # noqa: PLR0913
    *,
    template: Given | None = None,
    dictionary: Given | None = None,
    accepted: Sequence[Given] = (),
    refused: Sequence[tuple[Given, Given]] = (),
    help_page: Given | None = None,
    profile: Profile | str | Path | None = None,
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
    What is learned comes as proposals. Those with nothing against them are chosen; `accept` chooses
    others by number, or "all", `decline` takes some back. `profile` is what is believed so far;
    `date` the day that the learned profile remembers, today by default, and all that differs
    between two runs. With `leave_aside`, a source that cannot be used becomes one of the `notices`
    and the others are learned from; `progress` is told each stage as it begins.

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
    day = _day(date)
    base, own = _believed(profile or DEFAULT_PROFILE)
    tell = progress or (lambda _: None)
    tell("Reading the files")
    aside = _Aside(tolerant=leave_aside)
    evidence = _read(template, dictionary, accepted, refused, help_page, base, aside)
    study = _Study(evidence, Changes(base, own), aside, tell)
    if evidence.usable:
        study.run()
    proposals = tuple(_numbered(study.changes.found.values(), accept, decline))
    _known({*decline, *(accept if not isinstance(accept, str) and accept else ())}, proposals)
    calibration = Calibration(
        base=base,
        proposals=proposals,
        before=study.before,
        after=study.after,
        columns={},
        unexplained=study.unexplained,
        notices=tuple(aside.notices),
        date=day,
        sources=tuple(study.sources(day)),
        own=own,
        _study=study,
    )
    if all(proposal.accepted for proposal in proposals):
        return calibration
    # The study went by all of them.
    after, unexplained = study.held_against(calibration.profile)
    return replace(calibration, after=after, unexplained=unexplained)


def _known(numbers: Collection[int], proposals: Collection[Proposal]) -> None:
    unknown = {*numbers} - {proposal.number for proposal in proposals}
    if unknown:
        raise UsageError(
            f"There is no proposal {min(unknown)}; they are numbered from 1 to {len(proposals)}."
        )


class _Aside:
    """What becomes of a source that cannot be used: an error, or a notice."""

    def __init__(self, *, tolerant: bool) -> None:
        self.tolerant = tolerant
        self.notices: list[Notice] = []

    def read(self, given: Given, fallback: str, read: Callable[[], _T]) -> _T | None:
        """What a source says; None where it is left aside."""
        try:
            return read()
        except ToolkitError as trouble:
            if not self.tolerant:
                raise
            name = given[0] if isinstance(given, tuple) else fallback
            name = given.name if isinstance(given, Path) else name
            self.notices.append(Notice(str(trouble), (name,)))
            return None


def _believed(profile: Profile | str | Path) -> tuple[Profile, dict[str, Any]]:
    """The profile to begin with, and its tables over the toolkit's profile that it extends."""
    if not isinstance(profile, Profile):
        return load_profile(profile), tables_over_shipped(profile)
    if not shipped(profile):
        raise UsageError(
            f"{profile.file or profile.name} is a profile of your own; give the path of its file."
        )
    return profile, tables_over_shipped(profile.name)


def _day(given: str | None) -> str:
    """A day as `YYYY-MM-DD`, today where none is given."""
    if given is None:
        return datetime.now(UTC).date().isoformat()
    try:
        return date_type.fromisoformat(given).isoformat()
    except (TypeError, ValueError):
        raise UsageError(f"There is no day {quoted(str(given))}; write it as 2026-11-30.") from None


def _read(  # noqa: PLR0917
    template: Given | None,
    dictionary: Given | None,
    accepted: Sequence[Given],
    refused: Sequence[tuple[Given, Given]],
    help_page: Given | None,
    base: Profile,
    aside: _Aside,
) -> Evidence:
    if not any((template, dictionary, accepted, refused, help_page)):
        raise UsageError(
            "There is nothing to learn from: give the portal's template, its data dictionary, a "
            "file that it took, or a file with the error report that came back."
        )
    handed_out = stated = texts = None
    if (given := template) is not None:
        handed_out = aside.read(given, "template.csv", lambda: read_template(given, base)[:3])
    if (listed := dictionary) is not None:
        from roster_toolkit.calibration.dictionary import read_dictionary

        stated = aside.read(
            listed, "dictionary.csv", lambda: _named(listed, "dictionary.csv", read_dictionary)
        )
    if (told := help_page) is not None:
        from roster_toolkit.calibration.help_page import read_help_page

        texts = aside.read(told, "help.html", lambda: _named(told, "help.html", read_help_page))

    def sent(given: Given) -> SentFile | None:
        return aside.read(given, "users.csv", lambda: read_sent(given, base, "users.csv"))

    taken = (sent(given) for given in accepted)
    answered = ((sent(upload), report) for upload, report in refused)
    return Evidence(
        handed_out,
        tuple(file for file in taken if file is not None),
        tuple((file, report) for file, report in answered if file is not None),
        stated,
        texts,
    )


def _named(
    given: Given, fallback: str, read: Callable[[str, bytes], tuple[_T, ...]]
) -> tuple[str, str, tuple[_T, ...]]:
    """Name, digest and what is read of a source."""
    name, data = contents(given, fallback)
    return name, digest(data), tuple(read(name, data))


class _Study:
    """One pass over some evidence, from names to rules."""

    def __init__(
        self, evidence: Evidence, changes: Changes, aside: _Aside, tell: Callable[[str], None]
    ) -> None:
        self.evidence, self.base, self.changes = evidence, changes.base, changes
        self.aside, self.tell = aside, tell
        self.cases: list[Case] = []
        self.unexplained: tuple[Unexplained, ...] = ()
        self.before = self.after = Counts()

    def run(self) -> None:
        evidence, notices = odd_sources(self.evidence)
        self.evidence = evidence
        self.aside.notices += notices
        self.tell("Finding which column is which")
        self.naming = self._named()
        self.changes.add(naming_changes(self.naming, self.evidence, self.base))
        draft = self.changes.profile()
        self.cases = [Case(sent, None, no_complaints()) for sent in evidence.accepted]
        self.tell("Learning from what the portal accepted")
        self._learn(draft)
        self._read_answers(self.changes.profile())
        if not self.cases:
            return
        self.before = agreement(self.cases, [judge(case, self.base) for case in self.cases])
        self.tell("Learning from what the portal reported")
        for _ in range(2 if evidence.refused else 1):
            self._learn(self.changes.profile())
            self._trace()
        self._learn(self.changes.profile())
        self.tell("Checking every row with what was learned")
        self._settle()

    def _read_answers(self, draft: Profile) -> None:
        """Lay each error report beside the file that it is about."""
        for sent, report in self.evidence.refused:
            alone = judge(Case(sent, None, no_complaints()), draft).refused
            answer = self.aside.read(
                report,
                "users-errors.csv",
                partial(read_answer, report, sent, self.base, self.naming.keys, alone),
            )
            if answer is not None:
                self.cases.append(Case(sent, answer, answer.complaints))

    def _named(self) -> Naming:
        evidence = self.evidence
        if evidence.template:
            order: list[str] = list(evidence.template[2])
        else:
            order = [h for file in evidence.files for h in file.header if h]
        if evidence.dictionary and not order:
            order = [entry.name for entry in evidence.dictionary[2]]
        told = (
            {e.name: e.description for e in evidence.dictionary[2]} if evidence.dictionary else {}
        )
        telling = evidence.accepted or evidence.files
        return name_columns(tuple(dict.fromkeys(order)), telling, self.base, told)

    @property
    def facts(self) -> Facts:
        return facts_of(self.cases, self.naming.order)

    def _learn(self, draft: Profile) -> None:
        """Values, then of whom each cell is asked."""
        dictionary = self.evidence.dictionary
        stated = {entry.name: entry for entry in dictionary[2]} if dictionary else {}
        if not self.cases and not stated:
            return
        facts = self.facts if self.cases else facts_of([], self.naming.order)
        learner = Learner(
            facts, self.naming, self.base, draft, stated, dictionary[0] if dictionary else ""
        )
        self.changes.add(learner.values())
        learner = replace(learner, draft=self.changes.profile())
        self.changes.add(learner.requirements())

    def _judged(self) -> list[Judged]:
        profile = self.changes.profile()
        return [judge(case, profile) for case in self.cases]

    def _trace(self) -> None:
        """Lay texts that name no column to the one they are about."""
        learner = Learner(self.facts, self.naming, self.base, self.changes.profile(), {})
        self.cases = trace(self.cases, self._judged(), self.facts, learner.groups)

    def _settle(self) -> None:
        """Check everything with the engine: loosen what rejects wrongly, add what is missing."""
        judged = self._judged()
        tightened = list(stricter(self.cases, judged, self.facts, self.naming, self.changes))
        for change in tightened:
            self.changes.extend(change)
        if tightened:
            judged = self._judged()
        for _ in range(_ROUNDS):
            loosened = list(looser(self.cases, judged, self.facts, self.naming, self.changes))
            if not loosened:
                break
            for change in loosened:
                self.changes.extend(change)
            judged = self._judged()
        self.after = agreement(self.cases, judged)
        self.meanings: tuple[Meaning, ...] = meanings(self.cases, judged)
        self.unexplained = tuple(_unexplained(self.cases, judged))

    def held_against(self, profile: Profile) -> tuple[Counts, tuple[Unexplained, ...]]:
        """How another profile agrees with what the portal did, and what it cannot explain."""
        judged = [judge(case, profile) for case in self.cases]
        return agreement(self.cases, judged), tuple(_unexplained(self.cases, judged))

    def sources(self, day: str) -> Iterator[Mapping[str, Any]]:
        """Each source as a profile remembers it."""
        if self.evidence.template:
            name, sha256, _ = self.evidence.template
            yield {"file": name, "sha256": sha256, "date": day, "rows": 0}
        for stated in (self.evidence.dictionary, self.evidence.help_page):
            if stated:
                yield {"file": stated[0], "sha256": stated[1], "date": day, "rows": 0}
        for case in self.cases:
            yield {
                "file": case.sent.name,
                "sha256": case.sent.sha256,
                "date": day,
                "rows": case.sent.rows,
            }


def _unexplained(cases: Sequence[Case], judged: Sequence[Judged]) -> Iterator[Unexplained]:
    """The portal's texts at rows which the profile accepts, the most frequent first."""
    rows: dict[str, tuple[int, int]] = {}
    for case, ours in zip(cases, judged, strict=True):
        missed = case.complaints.filter(
            "certain", ~pl.col("index").is_in(ours.refused.cast(pl.UInt32).implode())
        )
        counted = missed.group_by("text").agg(
            rows=pl.col("index").n_unique(), first=pl.col("index").min()
        )
        for text, count, first in counted.sort("text").iter_rows():
            before, example = rows.get(text, (0, int(first) + case.sent.first_row))
            rows[text] = before + count, example
    for text, (count, example) in sorted(rows.items(), key=lambda item: (-item[1][0], item[0])):
        yield Unexplained(text, count, example)


def _numbered(
    changes: Collection[Change], accept: Collection[int] | str | None, decline: Collection[int]
) -> Iterator[Proposal]:
    """The changes as proposals, in the order of what they are about; those without doubt chosen."""
    order = list(About)
    ranked = sorted(changes, key=lambda c: order.index(c.about))
    for number, change in enumerate(ranked, 1):
        chosen = change.rows_against <= change.rows_for
        if accept == "all":
            chosen = True
        elif accept is not None and not isinstance(accept, str) and number in accept:
            chosen = True
        if number in decline:
            chosen = False
        yield Proposal(
            number=number, about=change.about, column=change.column, before=change.before,
            after=change.after, why=change.why, sources=change.sources, rows_for=change.rows_for,
            rows_against=change.rows_against, example_row=change.example_row, sure=change.sure,
            accepted=chosen, patch=change.patch, otherwise=change.otherwise,
        )  # fmt: skip
