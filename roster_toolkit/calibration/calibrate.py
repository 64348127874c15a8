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
from roster_toolkit.calibration.messages import of_help_page, of_reports
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
from roster_toolkit.calibration.naming import Naming, name_columns
from roster_toolkit.calibration.naming_changes import naming_changes
from roster_toolkit.calibration.plot import Plot
from roster_toolkit.calibration.report import read_answer
from roster_toolkit.calibration.rule_changes import RuleLearner
from roster_toolkit.calibration.texts import meanings, trace
from roster_toolkit.calibration.toml_text import toml_text
from roster_toolkit.calibration.trust import must_fit, not_taken, odd_sources
from roster_toolkit.display import Shown
from roster_toolkit.errors import ToolkitError, UsageError
from roster_toolkit.model import Evidence as Mark
from roster_toolkit.model import Profile
from roster_toolkit.profile import (
    DEFAULT_PROFILE,
    load_profile,
    profile_of_text,
    tables_of_text,
    tables_over_shipped,
)
from roster_toolkit.text import quoted

if TYPE_CHECKING:
    from roster_toolkit.calibration.counts import Against
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
    _study: _Study | None = field(default=None, repr=False, compare=False)

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
        return _held_against(chosen, self._study)

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
    day = _day(date)
    base, tables = _base(profile, onto)
    tell = progress or (lambda _: None)
    tell("Reading the files")
    aside = _Aside(tolerant=leave_aside)
    evidence = _read(
        template=template,
        dictionary=dictionary,
        accepted=accepted,
        refused=refused,
        help_page=help_page,
        base=base,
        aside=aside,
    )
    study = _Study(evidence, Changes(base, tables), aside, tell)
    if evidence.usable:
        study.run()
    _must_be_there(len(study.changes.found), accept, decline)
    proposals = tuple(_numbered(study.changes.found.values(), accept, decline))
    calibration = Calibration(
        base=base,
        proposals=proposals,
        before=study.before,
        after=study.after,
        columns=study.columns,
        unexplained=study.unexplained,
        notices=tuple(aside.notices),
        date=day,
        sources=tuple(study.sources(day)),
        order=study.order,
        as_assumed=study.as_assumed(day) if evidence.usable else {},
        onto=tables,
        _study=study,
    )
    if not all(proposal.accepted for proposal in proposals):  # the study went by all of them
        calibration = _held_against(calibration, study)
    return replace(calibration, counts=tuple(_beside(counts, calibration.profile, against)))


def _held_against(calibration: Calibration, study: _Study) -> Calibration:
    """The same, with the files judged by the proposals that are chosen."""
    study.hold_against(calibration.profile)
    return replace(
        calibration, after=study.after, columns=study.columns, unexplained=study.unexplained
    )


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


def _day(given: str | None) -> str:
    """A day as `YYYY-MM-DD`, today where none is given."""
    if given is None:
        return datetime.now(UTC).date().isoformat()
    try:
        return date_type.fromisoformat(given).isoformat()
    except (TypeError, ValueError):
        raise UsageError(f"There is no day {quoted(str(given))}; write it as 2026-11-30.") from None


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
            name = Path(given).name if isinstance(given, (str, Path)) else name
            self.notices.append(Notice(str(trouble), (name,)))
            return None


def _read(
    *,
    template: Given | None,
    dictionary: Given | None,
    accepted: Sequence[Given],
    refused: Sequence[tuple[Given, Given]],
    help_page: Given | None,
    base: Profile,
    aside: _Aside,
) -> Evidence:
    handed_out = stated = texts = None
    if (given := template) is not None:
        handed_out = aside.read(given, "template.csv", lambda: read_template(given, base)[:3])
    if dictionary is not None:
        from roster_toolkit.calibration.dictionary import read_dictionary

        stated = aside.read(
            dictionary, "dictionary.csv",
            partial(_named, dictionary, "dictionary.csv", read_dictionary),
        )  # fmt: skip
    if help_page is not None:
        from roster_toolkit.calibration.help_page import read_help_page

        texts = aside.read(
            help_page, "help.html", partial(_named, help_page, "help.html", read_help_page)
        )

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
        self.order: tuple[str, ...] = ()
        self.cases: list[Case] = []
        self.unexplained: tuple[Unexplained, ...] = ()
        self.before = self.after = Counts()
        self.columns: dict[str, Counts] = {}

    def run(self) -> None:
        evidence, notices = odd_sources(self.evidence)
        self.evidence = evidence
        self.aside.notices += notices
        self.tell("Finding which column is which")
        self.naming = self._named()
        if self.naming.order:
            self.changes.add(naming_changes(self.naming, self.evidence, self.base))
        self.order = tuple(self.naming.keys.get(header, header) for header in self.naming.order)
        draft = self.changes.profile()
        self.cases = [Case(sent, None, no_complaints()) for sent in evidence.accepted]
        self.tell("Learning from what the portal accepted")
        self._learn(draft)
        draft = self.changes.profile()
        for sent, report in evidence.refused:
            answered = partial(self._answered, sent, report, draft)
            case = self.aside.read(report, "users-errors.csv", answered)
            if case is not None:
                self.cases.append(case)
        self.tell("Learning from what the portal reported")
        self._doubt()
        if not self.cases:
            self._words([])
            return
        believed = [judge(case, self.base) for case in self.cases]
        for _ in range(2 if evidence.refused else 1):
            self._learn(self.changes.profile())
            self._trace()
        self._learn(self.changes.profile())
        self.tell("Checking every row by what was learned")
        self._settle()
        # Of the rows that were understood in the end, so that both are about the same ones.
        self.before = agreement(self.cases, believed)

    def _answered(self, sent: SentFile, report: Given, draft: Profile) -> Case:
        """A file beside the error report about it."""
        alone = judge(Case(sent, None, no_complaints()), draft)
        answer = read_answer(report, sent, self.base, self.naming.keys, alone.refused)
        case = Case(sent, answer, answer.complaints)
        if self.evidence.accepted:
            must_fit(case, alone)
        return case

    def _doubt(self) -> None:
        """Leave out files called accepted that hold what the reports show to be rejected."""
        accepted = [case for case in self.cases if case.answer is None]
        answered = [case for case in self.cases if case.answer is not None]
        if not accepted or not answered:
            return
        found, self.cases = dict(self.changes.found), answered
        self._learn(self.changes.profile())
        self._trace()
        self._learn(self.changes.profile())
        profile = self.changes.profile()
        odd = not_taken(
            accepted,
            [judge(c, profile) for c in accepted],
            self.cases,
            [judge(c, profile) for c in self.cases],
        )
        self.aside.notices += odd.values()
        self.changes.found = found
        kept = [case for place, case in enumerate(accepted) if place not in odd]
        self.cases = [*kept, *answered]
        if odd:
            self.evidence = replace(self.evidence, accepted=tuple(c.sent for c in kept))
            self.changes.found.clear()
            self.changes.add(naming_changes(self.naming, self.evidence, self.base))

    def _named(self) -> Naming:
        evidence = self.evidence
        if evidence.template:
            order: list[str] = list(evidence.template[2])
        else:
            order = [h for file in evidence.files for h in file.header if h]
        if evidence.dictionary and not order:
            order = [entry.name for entry in evidence.dictionary[2]]
        spelled = {header.casefold(): header for header in order}
        told = {
            spelled.get(entry.name.casefold(), entry.name): entry.description
            for entry in (evidence.dictionary[2] if evidence.dictionary else ())
        }
        telling = evidence.accepted or evidence.files
        return name_columns(tuple(dict.fromkeys(order)), telling, self.base, told)

    @property
    def facts(self) -> Facts:
        return facts_of(self.cases, self.naming.order)

    def _learn(self, draft: Profile) -> None:
        """Values, then of whom each cell is asked."""
        dictionary = self.evidence.dictionary
        spelled = {header.casefold(): header for header in self.naming.order}
        stated = {
            spelled[entry.name.casefold()]: entry
            for entry in (dictionary[2] if dictionary else ())
            if entry.name.casefold() in spelled
        }
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
        for change in self._rules(judged).stricter():
            self.changes.extend(change)
        judged = self._judged()
        for _ in range(_ROUNDS):
            loosened = list(self._rules(judged).looser())
            if not loosened:
                break
            for change in loosened:
                self.changes.extend(change)
            judged = self._judged()
        self._words(judged)
        self._measure(judged)

    def hold_against(self, profile: Profile) -> None:
        """Measure how another profile than that of all changes agrees with what the portal did."""
        self._measure([judge(case, profile) for case in self.cases])

    def _measure(self, judged: Sequence[Judged]) -> None:
        self.after = agreement(self.cases, judged)
        self.columns = dict(by_column(self.cases, judged))
        self.unexplained = tuple(_unexplained(self.cases, judged))

    def _rules(self, judged: Sequence[Judged]) -> RuleLearner:
        return RuleLearner(self.cases, judged, self.facts, self.changes.profile())

    def _words(self, judged: Sequence[Judged]) -> None:
        """What the portal says where our rules find fault."""
        profile = self.changes.profile()
        reports = tuple(case.answer.name for case in self.cases if case.answer is not None)
        told = list(of_reports(meanings(self.cases, judged), profile, reports))
        self.changes.add(told)
        if self.evidence.help_page:
            name, _, entries = self.evidence.help_page
            known = {change.column.split()[0] for change in told}
            self.changes.add(of_help_page(entries, profile, name, known))

    def as_assumed(self, day: str) -> Mapping[str, Any]:
        """What was seen to be as the profile has it, with the files that show it."""
        if not self.order:
            return {}
        facts = facts_of(self.cases, self.naming.order)
        profile = self.changes.profile()
        learner = Learner(facts, self.naming, self.base, profile, {})
        shown = [source for source in self.sources(day) if source["file"] in self._showing()]
        columns = {}
        for header, key in self.naming.keys.items():
            marks = {"name": "seen"} if self.naming.sure[header] == Sure.CERTAIN else {}
            marks |= dict.fromkeys(learner.known_of(header), "seen")
            confirmed = self.base.columns[key].evidence
            marks = {k: v for k, v in marks.items() if confirmed.get(k) is not Mark.CONFIRMED}
            if marks:
                columns[key] = {"evidence": marks, "seen": shown}
        return {"columns": columns}

    def _showing(self) -> set[str]:
        """Names of the files that show how columns are called and filled."""
        template = {self.evidence.template[0]} if self.evidence.template else set()
        return template | {case.sent.name for case in self.cases}

    def sources(self, day: str) -> Iterator[Mapping[str, Any]]:
        """Each source as a profile remembers it."""
        evidence = self.evidence
        for handed_out in (evidence.template, evidence.dictionary, evidence.help_page):
            if handed_out:
                yield {"file": handed_out[0], "sha256": handed_out[1], "date": day, "rows": 0}
        for case in self.cases:
            sent, answer = case.sent, case.answer
            yield {"file": sent.name, "sha256": sent.sha256, "date": day, "rows": sent.rows}
            if answer is not None:
                yield {"file": answer.name, "sha256": answer.sha256, "date": day, "rows": 0}


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
