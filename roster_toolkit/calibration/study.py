"""One pass over all evidence: names, what was accepted, what was complained of, a check of it all.

The order matters: which column is which, then what was accepted (which can only make a profile more
lenient), then what was complained of, then a check of it all with the engine itself. What was
accepted and is rejected still loosens the rule that rejects it, so that no file that the portal
accepted is rejected by what was learned from it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

import polars as pl

from roster_toolkit.calibration.changes import Changes
from roster_toolkit.calibration.contradictions import contradictions
from roster_toolkit.calibration.evidence import Aside, Evidence, Given, SentFile
from roster_toolkit.calibration.facts import Case, Facts, facts_of, no_complaints
from roster_toolkit.calibration.judging import Judged, agreement, by_column, judge
from roster_toolkit.calibration.learning import Learner
from roster_toolkit.calibration.messages import of_help_page, of_reports
from roster_toolkit.calibration.model import Counts, Notice, Sure, Unexplained
from roster_toolkit.calibration.naming import Naming, name_columns
from roster_toolkit.calibration.naming_changes import naming_changes
from roster_toolkit.calibration.report import read_answer
from roster_toolkit.calibration.rule_changes import RuleLearner
from roster_toolkit.calibration.texts import meanings, trace
from roster_toolkit.calibration.trust import must_fit, not_accepted, odd_sources
from roster_toolkit.model import Evidence as Mark
from roster_toolkit.model import Profile

#: Rounds of loosening: silencing one rule may uncover another.
_ROUNDS = 4


class Measured(NamedTuple):
    """How a profile agrees with what the portal did, as a calibration tells it."""

    after: Counts
    columns: Mapping[str, Counts]
    unexplained: tuple[Unexplained, ...]


class Study:
    """One pass over some evidence, from names to rules."""

    def __init__(
        self, evidence: Evidence, changes: Changes, aside: Aside, tell: Callable[[str], None]
    ) -> None:
        """Start from a profile and the changes to it that are there already."""
        self.evidence, self.base, self.changes = evidence, changes.base, changes
        self.aside, self.tell = aside, tell
        self.order: tuple[str, ...] = ()
        self.cases: list[Case] = []
        self.before = Counts()
        self.measured = Measured(Counts(), {}, ())

    def run(self) -> None:
        """Learn from all of it; what is found are the changes, and how well they agree."""
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
        self.aside.notices += contradictions(self._learner(self.changes.profile()))
        # Of the rows that were understood in the end, so that both are about the same ones.
        self.before = agreement(self.cases, believed)

    def _answered(self, sent: SentFile, report: Given, draft: Profile) -> Case:
        """A file beside the error report about it."""
        alone = judge(Case(sent, None, no_complaints()), draft)
        answer = read_answer(report, sent, self.base, self.naming.keys, alone.rejected)
        case = Case(sent, answer, answer.complaints)
        if self.evidence.accepted:
            must_fit(case, alone)
        if answer.first_number not in (None, sent.first_row):
            text = (
                f"{answer.name} numbers rows otherwise than a spreadsheet: the first row below the "
                f"header is its number {answer.first_number}."
            )
            self.aside.notices.append(Notice(text, (answer.name,), aside=False))
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
        odd = not_accepted(
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
        """The rows of all cases, with what the portal said of them."""
        return facts_of(self.cases, self.naming.order)

    def _learner(self, draft: Profile) -> Learner:
        """What learns from all cases, for a profile that has what is known so far."""
        dictionary = self.evidence.dictionary
        spelled = {header.casefold(): header for header in self.naming.order}
        stated = {
            spelled[entry.name.casefold()]: entry
            for entry in (dictionary[2] if dictionary else ())
            if entry.name.casefold() in spelled
        }
        source = dictionary[0] if dictionary else ""
        return Learner(self.facts, self.naming, self.base, draft, stated, source)

    def _learn(self, draft: Profile) -> None:
        """Values, then of whom each cell is asked."""
        learner = self._learner(draft)
        if not self.cases and not learner.stated:
            return
        self.changes.add(learner.values())
        learner = replace(learner, draft=self.changes.profile())
        self.changes.add(learner.requirements())

    def _judged(self) -> list[Judged]:
        profile = self.changes.profile()
        return [judge(case, profile) for case in self.cases]

    def _trace(self) -> None:
        """Lay texts that name no column to the one they are about."""
        learner = self._learner(self.changes.profile())
        self.cases = trace(self.cases, self._judged(), learner.facts, learner.groups)

    def _settle(self) -> None:
        """Check everything with the engine: loosen what rejects wrongly, add what is missing."""
        facts, judged = self.facts, self._judged()
        for change in self._rules(facts, judged).stricter():
            self.changes.extend(change)
        judged = self._judged()
        for _ in range(_ROUNDS):
            loosened = list(self._rules(facts, judged).looser())
            if not loosened:
                break
            for change in loosened:
                self.changes.extend(change)
            judged = self._judged()
        self._words(judged)
        self.measured = self._measured(judged)

    def held_against(self, profile: Profile) -> Measured:
        """How another profile than that of all changes agrees with what the portal did."""
        return self._measured([judge(case, profile) for case in self.cases])

    def _measured(self, judged: Sequence[Judged]) -> Measured:
        return Measured(
            agreement(self.cases, judged),
            dict(by_column(self.cases, judged)),
            tuple(unexplained(self.cases, judged)),
        )

    def _rules(self, facts: Facts, judged: Sequence[Judged]) -> RuleLearner:
        return RuleLearner(self.cases, judged, facts, self.changes.profile())

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
        learner = self._learner(self.changes.profile())
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


def unexplained(cases: Sequence[Case], judged: Sequence[Judged]) -> Iterator[Unexplained]:
    """The portal's texts at rows which the profile accepts, the most frequent first."""
    rows: dict[str, tuple[int, int]] = {}
    for case, ours in zip(cases, judged, strict=True):
        missed = case.complaints.filter(
            "certain", ~pl.col("index").is_in(ours.rejected.cast(pl.UInt32).implode())
        )
        counted = missed.group_by("text").agg(
            rows=pl.col("index").n_unique(), first=pl.col("index").min()
        )
        for text, count, first in counted.sort("text").iter_rows():
            before, example = rows.get(text, (0, int(first) + case.sent.first_row))
            rows[text] = before + count, example
    for text, (count, example) in sorted(rows.items(), key=lambda item: (-item[1][0], item[0])):
        yield Unexplained(text, count, example)
