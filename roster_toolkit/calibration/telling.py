"""What was learned, told to people: a sentence, proposals, agreement, what stays unexplained."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING

from roster_toolkit.calibration.model import About
from roster_toolkit.text import counted, listed, number, printable

if TYPE_CHECKING:
    from roster_toolkit.calibration.calibrate import Calibration
    from roster_toolkit.calibration.model import Counts, CountsBeside, Proposal

#: What a proposal changes, in the words of the page and the terminal.
TITLES = {
    About.HEADER: "Column name",
    About.COLUMN: "Column",
    About.ACCEPTS: "Accepted values",
    About.REQUIREMENT: "Required",
    About.RULE: "Rule",
    About.MESSAGE: "The portal's words",
}
#: Characters of a list of values, and texts of the portal's that are listed.
_LONGEST, _MOST_TEXTS = 400, 20
_INDENT = " " * 5


def sentence(calibration: Calibration) -> str:
    """What came of it, in a sentence or two."""
    changes = counted(len(calibration.proposals), "change")
    waiting = sum(not proposal.accepted for proposal in calibration.proposals)
    wait = "waits" if waiting == 1 else "wait"
    rest = f" {number(waiting)} of them {wait} for your yes." if waiting else ""
    before, after = calibration.agreement
    if not after.rows:
        if not calibration.proposals:
            return "No change follows from what was given."
        return (
            f"{changes} proposed. Nothing shows yet how well they fit: no file was given that your "
            f"portal accepted or answered.{rest}"
        )
    agreed = (
        f"{number(after.agree)} of {counted(after.rows, 'row')} are now judged as your portal "
        f"judged them, {number(before.agree)} were before."
    )
    if not calibration.proposals:
        return (
            f"Nothing to change: {number(after.agree)} of {counted(after.rows, 'row')} are judged "
            "as your portal judged them."
        )
    return f"{changes} proposed: {agreed}{rest}"


def told(calibration: Calibration, width: int) -> Iterator[str]:
    """All of it as lines of text."""
    yield from textwrap.wrap(sentence(calibration), width)
    for proposal in calibration.proposals:
        yield ""
        yield from _proposal(proposal, width)
    if calibration.after.rows:
        yield ""
        yield from _agreement(calibration.before, calibration.after)
        yield from _differing(calibration, width)
    for counts in calibration.counts:
        yield ""
        yield from _counts(counts, width)
    if calibration.notices:
        yield ""
        yield "Please look at this:"
        for notice in calibration.notices:
            yield from _wrapped(f"- {printable(notice.text, _LONGEST)}", width, "  ", "    ")
    if calibration.unexplained:
        yield ""
        yield from _unexplained(calibration, width)


def _proposal(proposal: Proposal, width: int) -> Iterator[str]:
    state = "chosen" if proposal.accepted else "waiting"
    column = printable(proposal.column)
    yield f"{proposal.number:>3}. {TITLES[proposal.about]}: {column} ({state})"
    before, after = printable(proposal.before, _LONGEST), printable(proposal.after, _LONGEST)
    change = f"{before} → {after or '(blank)'}" if before else after
    yield from _wrapped(change, width, _INDENT, f"{_INDENT}  ")
    yield from _wrapped(f"Why: {printable(proposal.why, _LONGEST)}.", width, _INDENT, _INDENT)
    yield from _wrapped(_rests_on(proposal), width, _INDENT, _INDENT)


def _rests_on(proposal: Proposal) -> str:
    """On what a proposal rests, and how sure it is."""
    sources = [printable(name) for name in dict.fromkeys(proposal.sources)]
    seen = f"Seen in {listed(sources)}" if sources else "Seen"
    against = f", {number(proposal.rows_against)} against" if proposal.rows_against else ""
    rows = f": {counted(proposal.rows_for, 'row')} for it{against}" if proposal.rows_for else ""
    example = f", such as row {number(proposal.example_row)}" if proposal.example_row else ""
    return f"{seen}{rows}{example}. How sure: {proposal.sure.value}."


def _agreement(before: Counts, after: Counts) -> Iterator[str]:
    yield f"{'':<24}{'before':>10}{'now':>10}"
    figures = {
        "Rows your portal judged": (before.rows, after.rows),
        "judged the same": (before.agree, after.agree),
        "we were too strict": (before.too_strict, after.too_strict),
        "we were too lenient": (before.too_lenient, after.too_lenient),
    }
    for title, (first, second) in figures.items():
        yield f"{title:<24}{number(first):>10}{number(second):>10}"


def _differing(calibration: Calibration, width: int) -> Iterator[str]:
    """The columns in which portal and profile still disagree, most cells first."""
    disagreed = {
        printable(header) or "(no column)": counts.rows - counts.agree
        for header, counts in calibration.columns.items()
        if counts.agree < counts.rows
    }
    if disagreed:
        worst = sorted(disagreed.items(), key=lambda item: (-item[1], item[0]))[:_MOST_TEXTS]
        told = listed(f"{header} ({counted(cells, 'cell')})" for header, cells in worst)
        yield from textwrap.wrap(f"Where they still differ: {told}.", width)


def _counts(counts: CountsBeside, width: int) -> Iterator[str]:
    """A line for each number that the portal counted, those that differ marked."""
    report, upload = printable(counts.report), printable(counts.upload)
    if counts.missing:
        yield from textwrap.wrap(
            f"{report} could not be set beside what {upload} would do: {counts.missing}.", width
        )
        return
    differing = len(counts.differing)
    figures = counted(len(counts.foreseen), "number")
    agreed = f"{number(differing)} of {figures} differ" if differing else f"all {figures} agree"
    yield from textwrap.wrap(
        f"What {report} counted, beside what was foreseen for {upload}: {agreed}.", width
    )
    yield f"  {'':<24}{'portal':>10}{'foreseen':>10}"
    for (kind, outcome), foreseen in counts.foreseen.items():
        reported = counts.reported[kind, outcome]
        mark = "" if reported == foreseen else "  differs"
        what = f"{kind.value}, {outcome.value}"
        yield f"  {what:<24}{number(reported):>10}{number(foreseen):>10}{mark}"


def _unexplained(calibration: Calibration, width: int) -> Iterator[str]:
    texts = calibration.unexplained
    yield from textwrap.wrap(
        f"Your portal says {counted(len(texts), 'thing')} that nothing here explains:", width
    )
    for text in texts[:_MOST_TEXTS]:
        example = f", such as row {number(text.example_row)}" if text.example_row else ""
        line = f"- “{printable(text.text, _LONGEST)}” on {counted(text.rows, 'row')}{example}"
        yield from _wrapped(line, width, "  ", "    ")
    if len(texts) > _MOST_TEXTS:
        yield f"  and {number(len(texts) - _MOST_TEXTS)} more"


def _wrapped(text: str, width: int, first: str, rest: str) -> list[str]:
    return textwrap.wrap(text, width, initial_indent=first, subsequent_indent=rest,
                         break_long_words=False, break_on_hyphens=False)  # fmt: skip
