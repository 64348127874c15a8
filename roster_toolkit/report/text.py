"""The text report of a review: verdict, problems, impact, next steps, on about one screen."""

from __future__ import annotations

import re
import shlex
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import polars as pl

from roster_toolkit.assessment import Assessment, Verdict
from roster_toolkit.causes import Cause
from roster_toolkit.impact.preview import Impact
from roster_toolkit.ingest.source import showable
from roster_toolkit.model import MASKED_MARK, Obstacle, Scope
from roster_toolkit.report.basis import rests_on
from roster_toolkit.report.cause_text import CauseText, painted
from roster_toolkit.report.display_names import display_name_lines
from roster_toolkit.report.header_line import header_line
from roster_toolkit.report.headings import assumed
from roster_toolkit.report.outcomes import outcome_lines
from roster_toolkit.report.reconciliation import balance, imbalances
from roster_toolkit.report.removals import classes_removed, removal_lines
from roster_toolkit.report.staying import staying_lines
from roster_toolkit.report.verdict import left_out_text, verdict
from roster_toolkit.report.words import Words, found, of_workbook, profile_named
from roster_toolkit.text import counted, number, printable, quoted, row_ranges

WIDEST = 100
#: Where a portal is taught on the command line.
_TEACH = "teach it your portal with `calibrate`"
#: Lines that the report should not exceed.
LINES = 40
#: Minimum causes in full whatever the room, and causes in one line after them.
_FULL, _BRIEF = 3, 6
_HEADER_LINES = 6
_FEWEST_BARS, _BARS = 2, 5
_LONGEST_BAR = 30
_NAMES = 6
_FINDINGS_PER_PIECE = 500_000

_OF_VERDICT = {
    Verdict.REJECTED: "1;31",
    Verdict.ERRORS: "1;31",
    Verdict.WARNINGS: "1;33",
    Verdict.CLEAN: "1;32",
}
_USUAL = ("utf-8", "utf-8-sig")
#: Beginning of the codes of rules that compare a file with a roster.
_OF_WORKBOOK = (
    "Its rows were read from the workbook and checked. Excel drops leading zeros when it saves a "
    "CSV, unless the column is formatted as text: check the IDs again in the file that it saves."
)
_NEEDING_ROSTER = (
    "unknown schools, addresses that others hold, lost leading zeros, renumbered people, what the "
    "file would change"
)
_NEEDING_STUDENTS = "whether each row is about a student who is enrolled"


@dataclass(frozen=True)
class TextReport:
    """Renders one review as text of a width."""

    review: Assessment
    width: int = WIDEST
    color: bool = False
    values: bool = True
    command: str = "roster-toolkit"
    """The command in the next steps."""
    source: str = "users.csv"
    """The file's name in the next steps."""
    out: str = ""
    """The folder that files were written to; blank for none."""
    repaired: Impact | None = None
    """The impact with the safe repairs, where it differs."""

    @cached_property
    def words(self) -> Words:
        """The sentences of the rules."""
        return Words(self.review.profile, self.values)

    def render(self) -> str:
        """The whole report."""
        header = list(self._header())
        before = [*self._verdict(), *self._file(), *header]
        after = [
            *self._impact(),
            # Categories do not matter before the header is fixed.
            *([] if header else self._categories()),
            *self._not_judged(),
            *self._sums(),
            *self._next(),
        ]
        causes = self._causes(LINES - self._height(before) - self._height(after))
        return "\n".join([*before, *causes, *after]) + "\n"

    def _height(self, lines: list[str]) -> int:
        """Lines on the screen, counting those that the terminal wraps."""
        return sum(max(1, -(-len(line) // self.width)) for line in lines)

    # --- the parts ---------------------------------------------------------------------------

    def _verdict(self) -> Iterator[str]:
        for line in self._wrapped(verdict(self.review)):
            yield painted(line, _OF_VERDICT[self.review.verdict]) if self.color else line

    def _file(self) -> Iterator[str]:
        upload, profile = self.review.upload, self.review.profile
        facts = [f"{printable(upload.name)}: {counted(upload.records, 'row')}"]
        if upload.encoding and upload.encoding not in _USUAL:
            facts.append(f"not UTF-8 but read as {upload.encoding}")
        if upload.delimiter != ",":
            facts.append(f"cells separated by {quoted(upload.delimiter.replace(chr(9), 'tab'))}")
        if upload.is_error_file:
            facts.append("our own error file, corrected")
        facts.append(f"profile {profile_named(profile)}")
        if any(assumed(cause, self.review) for cause in self.review.causes):
            facts.append("~ marks what is assumed about the portal")
        yield from self._wrapped(f"{'; '.join(facts)}. {rests_on(profile, _TEACH)}")
        if self.review.is_masked:
            yield from self._wrapped(MASKED_MARK)
        if upload.obstacle is Obstacle.WORKBOOK and upload.header:
            yield from self._wrapped(_OF_WORKBOOK)
            for sentences in of_workbook(upload):
                yield from self._wrapped(sentences)
        yield from self._names()

    def _names(self) -> Iterator[str]:
        """Names with non-ASCII letters to check where the encoding was guessed."""
        upload = self.review.upload
        if upload.foreign is None or upload.foreign.is_empty() or not self.values:
            return
        names = [
            f"{printable(value, 30)} (row {upload.row(index)})"
            for index, _, value in upload.foreign.head(_NAMES).iter_rows()
        ]
        yield from self._wrapped(f"Check that these names are right: {', '.join(names)}.")

    def _header(self) -> Iterator[str]:
        upload, profile = self.review.upload, self.review.profile
        line = header_line(upload, profile, self.width - 2, values=self.values)
        if line is None or self.review.verdict is not Verdict.REJECTED:
            return
        yield ""
        marked = [part for part in line.marked[:_HEADER_LINES] if part]
        yield from (f"  {part}" for part in marked)
        if len(line.marked) > _HEADER_LINES:
            yield "  …"
        asked = bool(self.review.perhaps_other_names)
        copy = "If it is neither, a header row to copy." if asked else "A header row to copy."
        yield from self._wrapped(f"{copy} {line.changes}".rstrip())
        yield f"  {line.corrected}"

    def _causes(self, room: int) -> Iterator[str]:
        causes = self.review.causes
        if not causes:
            return
        yield ""
        yield "Problems to fix, biggest wins first:" if _errors(causes) else "Problems to look at:"
        if self.review.provisional and len(causes) > 1:
            yield "(rows are checked only under the column names whose meaning is certain)"
        lines = CauseText(self.review, self.words, self.width, self.color)
        blocks = self._blocks(lines, room - 2)
        in_full, in_brief = _share([len(block) for block in blocks], len(causes), room - 2)
        for block in blocks[:in_full]:
            yield from block
        for cause in causes[in_full : in_full + in_brief]:
            yield lines.title(cause, brief=True)
        if rest := causes[in_full + in_brief :]:
            findings = sum(cause.findings for cause in rest)
            summary = f"… and {counted(len(rest), 'more problem')} with {found(findings)}: "
            yield from self._wrapped(f"{summary}--out DIR or --format json lists them all.")

    def _blocks(self, lines: CauseText, room: int) -> list[list[str]]:
        """The causes in full, as far as it takes to see where the room ends."""
        blocks: list[list[str]] = []
        height = 0
        for cause in self.review.causes:
            if height > room and len(blocks) > _FULL:
                break
            blocks.append(list(lines.block(cause)))
            height += len(blocks[-1])
        return blocks

    def _impact(self) -> Iterator[str]:
        """The table of outcomes, and whom removals and moves reach."""
        impact, context = self.review.impact, self.review.against
        if self.review.left_out is not None:
            yield ""
            yield from self._wrapped(left_out_text(self.review.left_out))
        if context is None:
            return
        of_snapshot = f", snapshot {context.snapshot}" if context.snapshot else ""
        roster = f"to the roster ({printable(context.district)}{of_snapshot})"
        if impact is not None:
            yield ""
            yield f"What it would do {roster}:"
            yield from outcome_lines(impact.table)
            yield from display_name_lines(impact, values=self.values)
            for sentences in (classes_removed, removal_lines):
                for line in sentences(impact, context.roster, values=self.values):
                    yield from self._wrapped(line)
            for line in staying_lines(self.review.left_behind, values=self.values):
                yield from self._wrapped(line)
        if self.repaired is not None:
            yield ""
            yield f"With its safe fixes, it would do this {'instead' if impact else roster}:"
            yield from outcome_lines(self.repaired.table)

    def _categories(self) -> Iterator[str]:
        counts = list(self.review.by_category.items())
        if len(counts) < _FEWEST_BARS:
            return
        yield ""
        bars = _BARS if self.review.impact is None else _FEWEST_BARS
        most = counts[0][1]
        wide = max(len(name) for name, _ in counts[:bars])
        digits = len(number(most))
        for name, count in counts[:bars]:
            bar = "█" * max(1, round(_LONGEST_BAR * count / most))
            yield f"  {name:<{wide}} {number(count):>{digits}} {bar}"
        if rest := counts[bars:]:
            findings = sum(count for _, count in rest)
            others = counted(len(rest), "other category", "other categories")
            yield f"  {number(findings)} more in {others}"

    def _not_judged(self) -> Iterator[str]:
        yield ""
        reasons: dict[str, list[str]] = {}
        for skip in self.review.skipped:
            reasons.setdefault(skip.why, []).append(skip.code)
        for why, codes in reasons.items():
            scopes = {self.review.rules[code].scope for code in codes}
            what = _listed_codes(codes)
            if scopes == {Scope.PEOPLE_ENROLLED}:
                what = _NEEDING_STUDENTS
            elif len(codes) > 1 and all(scope.against_roster for scope in scopes):
                what = _NEEDING_ROSTER
            yield from self._wrapped(f"Not checked, because {why}: {what}.")
        for fault in self.review.faults:
            yield from self._wrapped(f"Our own fault: {fault.code} {fault.what}.")

    def _sums(self) -> Iterator[str]:
        yield from self._wrapped(f"{balance(self.review)}.")
        for what in imbalances(self.review):
            yield from self._wrapped(f"This does not add up, which is our own fault: {what}.")

    def _next(self) -> Iterator[str]:
        if not self.review.causes:
            return
        yield ""
        # A masked file is no input, and the name of the real one is not told.
        steps = [] if self.review.is_masked else list(self._steps())
        steps.append((f"explain {self.review.causes[0].code}", "why, and an example"))
        wide = max(len(step) for step, _ in steps)
        for place, (step, why) in enumerate(steps):
            line = f"{'' if place else 'Next:':<5} {self.command} {step:<{wide}}"
            fits = len(line) + len(why) < self.width
            yield f"{line}  {why}" if fits else line.rstrip()

    def _steps(self) -> Iterator[tuple[str, str]]:
        """What to do with the file: a command and why."""
        source = shlex.quote(showable(self.source))
        if self.review.perhaps_other_names:
            yield f"calibrate --accepted {source} --out ours.toml", "if the portal accepted it"
        if self.out:
            corrected = shlex.quote(
                showable(str(Path(self.out) / self.review.called("errors.csv")))
            )
            yield f"check {corrected}", "after fixing the rows in it"
        else:
            yield f"check {source} --out DIR", "the rows with their errors"

    # --- form --------------------------------------------------------------------------------

    def _wrapped(self, text: str) -> list[str]:
        return textwrap.wrap(text, self.width, break_long_words=False, break_on_hyphens=False)


def _share(heights: list[int], causes: int, room: int) -> tuple[int, int]:
    """Number of causes in full and in one line, leaving one more line for the rest.

    `heights` are those of the first causes; they exceed the room unless they are those of all.
    """
    if sum(heights) <= room:
        return causes, 0
    in_full, available = 0, room - 1 - _BRIEF
    while in_full < len(heights) and (in_full < _FULL or heights[in_full] <= available):
        available -= heights[in_full]
        in_full += 1
    rest = causes - in_full
    in_brief = min(rest, max(available, 0) + _BRIEF)
    return in_full, rest if rest - in_brief == 1 else in_brief


def _listed_codes(codes: list[str]) -> str:
    """Codes of rules, neighbors as ranges."""
    letters = codes[0][:2]
    ranges = row_ranges(sorted(int(code[2:]) for code in codes), len(codes))
    return re.sub(r"\d+", lambda match: f"{letters}{match[0]}", ranges)


def _errors(causes: tuple[Cause, ...]) -> bool:
    return any(cause.severity.rejects for cause in causes)


def listing(review: Assessment, *, values: bool = True) -> Iterator[bytes]:
    """Every finding as a line of tab-separated row, column, code, message."""
    names = {place: column.name for place, column in enumerate(review.profile.columns.values())}
    words = Words(review.profile, values)
    findings = review.validation.findings
    for part in findings.iter_slices(_FINDINGS_PER_PIECE):
        yield (
            words.with_messages(part, review)
            .select(
                "row",
                pl.col("column").replace_strict(names, default=None, return_dtype=pl.String),
                "rule",
                "message",
            )
            .write_csv(include_header=False, separator="\t", null_value="-")
            .encode()
        )
