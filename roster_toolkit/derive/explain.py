"""From a code, a name or a pasted error text to the rules that it is probably about.

A text of the portal's that the profile knows is found exactly, before any guess. Otherwise:
the portal, other tools and customers have words of their own for a fault. Their text is compared
with the title, the message and the known wordings of each rule, idea by idea; a rare idea weighs
more than a common one (inverse document frequency). A column that the text names lowers the
score of rules that never find fault there.
"""

from __future__ import annotations

import csv
import json
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache

from roster_toolkit.derive.error_words import NEAR, OTHER_MATTERS, SUBJECTS
from roster_toolkit.derive.portal_texts import codes_said, portal_texts
from roster_toolkit.derive.wording import Saying, Wording, nearest
from roster_toolkit.model import Profile, Rule, Scope
from roster_toolkit.profile import load_profile
from roster_toolkit.rules.judgement import (
    cell_fault,
    group_judgements,
    roster_judgements,
    row_faults,
)
from roster_toolkit.rules.registry import catalogue, rules_of

_MOST = 3
#: Characters of a line that are read: what is wrong stands in the beginning.
_MOST_READ = 500
#: A rule whose score is a smaller share of the best one's is no likely answer.
_WORTH_NAMING = 0.5
#: The score from which on a rule fits a text well.
_FITS = 0.55
#: Where more of a text is about something else, no rule fits it well.
_TOO_UNKNOWN = 0.5
#: A smaller score is chance.
_CHANCE = 0.12
#: How much more it counts that a rule's saying is in the text than that the text is in the saying.
_OF_SAYING, _OF_TEXT = 0.6, 0.4
#: The weight of a word that no rule uses; it counts against every rule.
_UNKNOWN_WEIGHT = 2.0
#: Added to the weight of a saying, so that one common idea alone scores little.
_SAYING_OFFSET = 0.6
#: The weight of a sentence after the first; it is often advice.
_LATER = 0.9
#: Delimiters with no blank behind them from which on a line is a row of a report.
_FEWEST_CUTS = 2
#: What stands in front of a text in a list: "3.", "-", "Row 5:".
_LABEL = re.compile(r"(?i)^\W*(?:\d{1,4}[.)]\s+)?(?:(?:row|line)\s*#?\d+\s*[:,–-]\s*)?")
#: The weight of ideas that stand in a rule's reason and remedy only.
_OF_REASON = 0.15


@dataclass(frozen=True, slots=True)
class ExampleTable:
    """An example of a rule for display: only the columns that matter.

    >>> next(rule for rule in rt.told_rules(review.profile) if rule.code == "RT103").bad.header
    ('userEmail',)
    """

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """What one line of an error text is probably about.

    >>> line = rt.explain_lines("Duplicate email")[0]
    >>> (line.rules[0].code, line.fits)
    ('RT302', True)
    """

    line: str = field(repr=False)
    """The line itself; it may hold values of the customer's."""
    rules: tuple[Rule, ...]
    """The likeliest first, three at most; none where nothing resembles the line."""
    fits: bool
    """Whether the first rule fits well; else they are merely the nearest."""


def explain(text: str, profile: Profile | None = None) -> tuple[Rule, ...]:
    """The rules that a code, a name or an error text is about, the likeliest first, three at most.

    Empty where nothing in the text resembles a rule. Of a text of several lines, the first rule of
    each line; `explain_lines` says more about each. Severities are those of the profile (the
    toolkit's own, unless one is given); rules that it switches off can still be looked up.

    >>> [rule.code for rule in rt.explain("email address already in use")][0]
    'RT302'
    """
    lines = explain_lines(text, profile)
    if len(lines) == 1:
        return lines[0].rules
    return tuple({rule.code: rule for line in lines for rule in line.rules[:1]}.values())


def explain_lines(text: str, profile: Profile | None = None) -> tuple[Explanation, ...]:
    r"""What each line of an error text is about, in their order; blank lines are left out.

    Where no rule fits a line well, its explanation says so and has the nearest.

    >>> lines = rt.explain_lines("headers are missing: userGrade\nfile is empty")
    >>> [line.rules[0].code for line in lines]
    ['RT003', 'RT002']
    """
    finder = _finder(json.dumps((profile or load_profile()).model_dump()))
    return tuple(finder.explanation(line.strip()) for line in text.splitlines() if line.strip())


def example_table(example: Mapping[str, Sequence[str]] | bytes, profile: Profile) -> ExampleTable:
    """The `bad` or `good` example of a rule, under the profile's headers.

    An example of a whole file stands in one column, line by line.
    """
    if isinstance(example, bytes):
        lines = example.decode("utf-8", errors="replace").splitlines()
        return ExampleTable(("line",), tuple((line,) for line in lines))
    header = tuple(profile.columns[key].name for key in example)
    return ExampleTable(header, tuple(zip(*example.values(), strict=True)))


def columns_of(rule: Rule, profile: Profile) -> tuple[str, ...]:
    """Keys of the columns at which a rule may find fault; empty where it is about a whole file.

    Empty too where the profile's file has not what the rule judges.
    """
    always = (rule.column,) if rule.column else ()
    if always or not set(rule.needs) <= set(profile.columns):
        return always if {*always, *rule.needs} <= set(profile.columns) else ()
    if rule.scope is Scope.CELL:
        columns = profile.columns.values()
        return tuple(c.key for c in columns if cell_fault(rule, c, profile) is not None)
    if rule.against_roster:
        return tuple(roster_judgements(rule, profile))
    if rule.scope in (Scope.PEOPLE, Scope.CLASSES, Scope.IDENTIFIERS):
        return tuple(group_judgements(rule, profile))
    if rule.scope in (Scope.ROW, Scope.PERSON, Scope.CLASS):
        return tuple(row_faults(rule, profile))
    return ()


def _named(text: str, rules: Mapping[str, Rule]) -> tuple[Rule, ...] | None:
    """The rules that a text names outright; None if it names none."""
    codes = re.findall(r"(?i)\bRT[\s_-]?(\d{3})\b", text) or re.findall(r"^\s*(\d{3})\s*$", text)
    if codes:
        wanted = dict.fromkeys(f"RT{number}" for number in codes)
        return tuple(rules[code] for code in wanted if code in rules)[:_MOST]
    name = re.sub(r"[\s_-]+", "-", text.strip().lower())
    return tuple(rule for rule in rules.values() if rule.name == name) or None


@dataclass(frozen=True, slots=True)
class _RuleWords:
    """The wordings of one rule, and the columns it is about."""

    rule: Rule
    sayings: tuple[Saying, ...]
    aside: frozenset[str]
    """Ideas of its reason and its remedy."""
    columns: frozenset[str]
    """Where it may find fault."""
    about_header: bool


class _Finder:
    """Finds the rules that a text is about; made once for all lines of a text."""

    def __init__(self, profile: Profile) -> None:
        self._rules = {**catalogue(), **rules_of(profile)}
        self._portal_texts = tuple(portal_texts(profile))
        self._wording = Wording(profile)
        self._rule_words = [self._words_of(rule, profile) for rule in self._rules.values()]
        counts = Counter(
            idea
            for rule_words in self._rule_words
            for idea in {i for saying in rule_words.sayings for i in _all(saying)}
        )
        self._rarity = {
            idea: math.log(1 + len(self._rule_words) / count) for idea, count in counts.items()
        }

    def explanation(self, line: str) -> Explanation:
        cells = _cells(line[:_MOST_READ])
        whole = line if len(line) > _MOST_READ else _LABEL.sub("", line)
        for text in (line, whole, *cells):
            if said := codes_said(text, self._portal_texts):
                return Explanation(line, tuple(self._rules[c] for c in said[:_MOST]), fits=True)
        named = _named(line, self._rules)
        if named is not None:
            return Explanation(line, named, fits=bool(named))
        beginning = line[:_MOST_READ]
        query = self._query(beginning, cells)
        scores = {
            words.rule.code: self._score(words, query, beginning) for words in self._rule_words
        }
        best = max(scores.values())
        if best < _CHANCE or self._only_names_somebody(query[0]):
            return Explanation(line, (), fits=False)
        order = sorted(scores, key=lambda code: (-scores[code], code))[:_MOST]
        known = self._unknown_share(query[0]) < _TOO_UNKNOWN
        # The name of a column alone tells of no fault.
        fits = best >= _FITS and known and any(self._tells(saying) for saying in query)
        likely = [code for code in order if not fits or scores[code] >= best * _WORTH_NAMING]
        return Explanation(line, tuple(self._rules[code] for code in likely), fits=fits)

    def _words_of(self, rule: Rule, profile: Profile) -> _RuleWords:
        phrases = (rule.title, rule.message, rule.name.replace("-", " "), *rule.also_said)
        sayings = (self._wording.saying(re.sub(r"\{\w+\}", " ", text)) for text in phrases)
        aside = self._wording.saying(f"{rule.how_to_fix} {rule.why}")
        return _RuleWords(
            rule=rule,
            sayings=tuple(dict.fromkeys(saying for saying in sayings if _all(saying))),
            aside=_all(aside),
            columns=frozenset(columns_of(rule, profile)),
            about_header=rule.category == "header",
        )

    def _query(self, line: str, cells: Sequence[str]) -> list[Saying]:
        """What a line says as a whole, and in each of its sentences.

        Of a row of a pasted report only what tells of a fault: the other cells are a person's, or
        name the column.
        """
        if cells:
            sayings = [self._corrected(cell) for cell in cells]
            columns = frozenset(
                name for saying in sayings if not (saying.ideas or saying.unknown)
                for name in saying.columns
            )  # fmt: skip
            told = [
                saying if saying.columns else replace(saying, columns=columns)
                for cell, saying in zip(cells, sayings, strict=True)
                if len(cell.split()) > 1 and self._tells(saying)
            ]
            if told:
                return told if len(told) == 1 else [told[0], *told]
        return [self._corrected(part) for part in _parts(line)]

    def _tells(self, saying: Saying) -> bool:
        return bool(saying.ideas or any(word in self._rarity for word in saying.unknown))

    def _only_names_somebody(self, saying: Saying) -> bool:
        """Whether a text says of whom it speaks, and what the matter is in words of no rule."""
        foreign = [word for word in saying.unknown if word not in self._rarity]
        if saying.columns or len(foreign) < len(saying.unknown):
            return False
        told = saying.ideas - SUBJECTS
        return told <= OTHER_MATTERS and bool(told or foreign)

    def _corrected(self, text: str) -> Saying:
        """What a text says, with its misspelled words as the rules have them."""

        def corrected(word: str) -> str:
            return word if word in self._rarity else nearest(word, self._rarity) or word

        saying = self._wording.saying(text, misspelled=True)
        return replace(saying, unknown=tuple(map(corrected, saying.unknown)))

    def _score(self, rule_words: _RuleWords, query: Sequence[Saying], line: str) -> float:
        whole, *sentences = (self._likeness(saying, rule_words) for saying in query)
        first, *later = sentences or [0.0]
        likeness = max(whole, first, _LATER * max(later, default=0.0))
        return likeness + _message_bonus(rule_words.rule, line)

    def _likeness(self, query: Saying, rule_words: _RuleWords) -> float:
        """The overlap with the best saying of the rule, and a little for its reason and remedy."""
        best = max(self._overlap(query, saying, rule_words) for saying in rule_words.sayings)
        total = sum(self._weight(idea) for idea in _all(query))
        aside = sum(self._weight(idea) for idea in _all(query) & rule_words.aside) / (total or 1)
        return best + _OF_REASON * aside * (best > 0)

    def _overlap(self, query: Saying, saying: Saying, rule_words: _RuleWords) -> float:
        """The overlap of the query with one saying of a rule, in both directions.

        A column at which the rule may find fault need not stand in its saying.
        """
        rule_ideas = _all(saying)
        fits_column = rule_words.about_header or bool(query.columns & rule_words.columns)
        query_ideas = {
            idea for idea in _all(query)
            if idea in rule_ideas or idea not in query.columns or not fits_column
        }  # fmt: skip
        shared = sum(self._weight(i) * _nearness(i, query_ideas) for i in rule_ideas)
        of_saying = shared / (_SAYING_OFFSET + sum(self._weight(i) for i in rule_ideas))
        covered = sum(self._weight(i) * _nearness(i, rule_ideas) for i in query_ideas)
        of_text = covered / (sum(self._weight(i) for i in query_ideas) or 1)
        score: float = of_saying**_OF_SAYING * of_text**_OF_TEXT
        return score * _column_factor(query, saying, rule_words)

    def _unknown_share(self, query: Saying) -> float:
        """The share (by weight) of words that no rule uses; 1 where an idea is no rule's."""
        if query.ideas & OTHER_MATTERS:
            return 1.0
        unknown = sum(self._weight(i) for i in query.unknown if i not in self._rarity)
        return unknown / (sum(self._weight(i) for i in _all(query)) or 1)

    def _weight(self, idea: str) -> float:
        return self._rarity.get(idea, _UNKNOWN_WEIGHT)


@lru_cache(maxsize=4)
def _finder(profile: str) -> _Finder:
    """The finder for a profile as JSON; to read the wordings of all rules takes 100 ms."""
    return _Finder(Profile.of_sound(json.loads(profile)))


def _all(saying: Saying) -> frozenset[str]:
    return saying.ideas | saying.columns | frozenset(saying.unknown)


def _nearness(idea: str, others: frozenset[str] | set[str]) -> float:
    """How near an idea comes to the nearest of others."""
    if idea in others:
        return 1.0
    return max((_near().get((idea, other), 0.0) for other in others), default=0.0)


@cache
def _near() -> Mapping[tuple[str, str], float]:
    return {pair: near for (a, b), near in NEAR.items() for pair in ((a, b), (b, a))}


def _cells(line: str) -> tuple[str, ...]:
    """The cells of a row of a pasted report that are filled; nothing where a line is a sentence."""
    delimiter = next((mark for mark in ("\t", '","', '";"', "|", ",", ";") if mark in line), "")
    cut = delimiter.strip('"') or delimiter
    if not cut or (cut not in "\t|" and len(re.findall(rf"{cut}(?=\S)", line)) < _FEWEST_CUTS):
        return ()
    cells = next(csv.reader([line], delimiter=cut, skipinitialspace=cut == "|"), [])
    return tuple(cell.strip() for cell in cells if cell.strip())


def _parts(line: str) -> list[str]:
    """A line, and each of its sentences where it has several."""
    sentences = [part for part in re.split(r"(?<=[a-z)][.;!])\s+", line) if part.strip()]
    return [line, *sentences] if len(sentences) > 1 else [line]


def _column_factor(query: Saying, saying: Saying, rule_words: _RuleWords) -> float:
    """The factor on the score of a rule, by the columns that a text names.

    A rule about few columns says more about one of them than a rule about all.
    """
    if not query.columns or query.columns <= saying.columns or rule_words.about_header:
        return 1.0
    shared = len(query.columns & rule_words.columns) / len(query.columns)
    if shared:
        return 0.8 + 0.2 * shared + 0.1 / len(rule_words.columns)
    return 0.45 if rule_words.columns else 0.7


def _message_bonus(rule: Rule, text: str) -> float:
    """A bonus where the text is the rule's own message, as our error file has it."""
    fixed = re.split(r"\{\w+\}", rule.message)
    pattern = ".+?".join(re.escape(part) for part in fixed)
    return 0.02 * len("".join(fixed)) if re.search(pattern, text) else 0.0
