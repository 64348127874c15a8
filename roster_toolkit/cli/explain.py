"""explain: what a rule, or an error text that somebody pasted, is about."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from roster_toolkit.cli.check import STDIN
from roster_toolkit.cli.options import DEFAULT_PROFILE, DictionaryOption
from roster_toolkit.cli.terminal import COMMAND, emit_text, width
from roster_toolkit.errors import UsageError

if TYPE_CHECKING:
    from roster_toolkit.derive.explain import Explanation
    from roster_toolkit.model import Profile, Rule

#: Rows of an example that are shown.
_ROWS = 6
_WIDEST_CELL = 34


def explain(
    text: Annotated[
        list[str],
        typer.Argument(
            metavar="CODE|TEXT",
            help="RT102, a name, or an error text, of several lines too; - reads stdin.",
        ),
    ],
    *,
    profile: DictionaryOption = DEFAULT_PROFILE,
) -> None:
    r"""Explain a rule, or find the rules that an error text is about.

    Each line of a text of several lines has an answer of its own. Where no rule fits well, it says
    so and names the nearest.

    \b
    Example:
      python -m roster_toolkit explain RT102
      python -m roster_toolkit explain "userGrade: invalid value"
      python -m roster_toolkit explain - < errors.txt
    """
    from roster_toolkit.derive.explain import explain_lines
    from roster_toolkit.profile import load_profile

    chosen = load_profile(profile)
    question = " ".join(text)
    if question == STDIN:
        question = sys.stdin.buffer.read().decode("utf-8-sig", errors="replace")
    explanations = explain_lines(question, chosen)
    if not any(line.rules for line in explanations):
        raise UsageError(f"No rule resembles that. {COMMAND} rules lists them all.")
    answers = (
        (_in_full(*explanations, chosen),)
        if len(explanations) == 1
        else map(_in_short, explanations)
    )
    emit_text("\n".join("\n".join(answer) + "\n" for answer in answers))


def _in_full(line: Explanation, profile: Profile) -> Iterator[str]:
    """Everything about the rule that fits a line, and its alternatives."""
    if not line.fits:
        yield from _nearest(line)
        yield ""
        yield f"{COMMAND} explain CODE says more about one."
        return
    best, *others = line.rules
    yield from _lines(best, profile)
    if others:
        yield ""
        yield "It may also be about:"
        yield from map(_rule_line, others)


def _in_short(line: Explanation) -> Iterator[str]:
    """A line of several, with its rule in short."""
    from roster_toolkit.text import printable

    yield f"> {printable(line.line, width() - 2)}"
    if not line.fits:
        yield from _nearest(line)
        return
    best, *others = line.rules
    yield f"{best.code} {best.name}: {best.title}"
    if others:
        yield "It may also be about:"
        yield from map(_rule_line, others)


def _nearest(line: Explanation) -> Iterator[str]:
    if not line.rules:
        yield "No rule resembles that."
        return
    yield "No rule fits that well. The nearest are:"
    yield from map(_rule_line, line.rules)


def _rule_line(rule: Rule) -> str:
    return f"  {rule.code}  {rule.name:<26}  {rule.title}"


def _lines(rule: Rule, profile: Profile) -> Iterator[str]:
    from roster_toolkit.derive.rule_words import told_rule
    from roster_toolkit.report.words import Words
    from roster_toolkit.rules.examples import example_profile

    if not _has_columns_of(rule, profile):
        profile = example_profile(rule.shown_with)
    words = told_rule(rule, profile)
    yield f"{words.code} {words.name}: {words.title}"
    yield ""
    yield from textwrap.wrap(" ".join(words.why.split()), width())
    yield ""
    yield f"What it does:    {words.severity.value}: {words.effect}."
    yield f"How it is known: {words.evidence.value}: {words.known}."
    for text in words.portal_says:
        yield from textwrap.wrap(
            f"Your portal:     {text}", width(), subsequent_indent=" " * 17, break_long_words=False
        )
    yield from textwrap.wrap(
        "How to fix:      " + Words(profile).how_to_fix(rule, _example_column(rule)),
        width(), subsequent_indent=" " * 17,
    )  # fmt: skip
    yield from _example("Wrong:", rule.bad, profile)
    yield from _example("Right:", rule.good, profile)


def _has_columns_of(rule: Rule, profile: Profile) -> bool:
    """Whether a profile's file has the columns that a rule and its examples are about."""
    examples = [each for each in (rule.bad, rule.good) if not isinstance(each, bytes)]
    named = {rule.column, *rule.needs, *(key for each in examples for key in each)} - {None}
    return named <= set(profile.columns)


def _example_column(rule: Rule) -> str | None:
    """The column to name: the rule's own, or that of its example."""
    if rule.column or isinstance(rule.bad, bytes) or len(rule.bad) != 1:
        return rule.column
    return next(iter(rule.bad))


def _example(
    title: str, example: Mapping[str, Sequence[str]] | bytes, profile: Profile
) -> Iterator[str]:
    from roster_toolkit.derive.explain import example_table
    from roster_toolkit.text import printable

    table = example_table(example, profile)
    whole_file = isinstance(example, bytes)
    yield ""
    yield title
    if whole_file:
        yield from (f"  {printable(line, width() - 2)}" for (line,) in table.rows)
        return
    cells = [table.header, *table.rows[:_ROWS]]
    texts = [[printable(cell, _WIDEST_CELL) or "(blank)" for cell in row] for row in cells]
    wide = [max(map(len, column)) for column in zip(*texts, strict=True)]
    if sum(wide) + 2 * len(wide) > width():
        for name, *values in zip(*texts, strict=True):
            yield f"  {name}: {' | '.join(values)}"
        return
    for row in texts:
        yield "  " + "  ".join(f"{c:<{w}}" for c, w in zip(row, wide, strict=True)).rstrip()
    if len(table.rows) > _ROWS:
        yield f"  … and so on, {len(table.rows)} rows"
