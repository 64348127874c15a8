"""From a code, a name or a pasted error text to the rules that it is probably about.

The portal, other tools and customers have words of their own for a fault. They are compared word by
word with what each rule says of itself, a rare word counting more than a common one; a column that
the text mentions rules out what cannot stand there.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from roster_toolkit.derive.error_words import IDLE, PHRASES, SAME
from roster_toolkit.model import Over, Profile, Rule
from roster_toolkit.rules.registry import catalogue, rules_of

_MOST = 3
#: A rule whose score is a smaller share of the best one's is no likely answer.
_WORTH_NAMING = 0.35
#: How alike (per cent) two words must be to count as the same: "misspelled", "misspelling".
_ALIKE = 78
#: The same for a word that stands in for another.
_ALIKE_ENOUGH = 88
#: Characters from which on a cell of an example is no coincidence, and what quoting one is worth.
_TELLING = 3
_QUOTED = 8.0
_WEIGHTS = {"name": 3.0, "title": 2.0, "message": 2.0, "category": 2.0, "rest": 1.0}


@dataclass(frozen=True, slots=True)
class ExampleTable:
    """An example of a rule for display: only the columns that matter.

    >>> rt.told_rules(review.profile)[20].bad.header
    ('userEmail',)
    """

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def explain(text: str, profile: Profile) -> tuple[Rule, ...]:
    """The rules that a code, a name or an error text is about, the likeliest first, three at most.

    Empty where nothing in the text resembles a rule. Severities are those of the profile; rules
    that it switches off can still be looked up.

    >>> [rule.code for rule in rt.explain("email address already in use", review.profile)]
    ['RT302']
    """
    rules = {**catalogue(), **rules_of(profile)}
    named = _named(text, rules)
    return named if named is not None else _likely(text, profile, list(rules.values()))


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
    """Keys of the columns at which a rule may find fault; empty where it is about a whole file."""
    if rule.column:
        return (rule.column,)
    if rule.over is Over.CELL:
        columns = profile.columns.values()
        return tuple(c.key for c in columns if rule.judge(c, profile) is not None)
    if rule.over in (Over.FILE, Over.RECORD):
        return ()
    spoken = rule.judge(profile)
    return tuple(spoken) if isinstance(spoken, Mapping) else ()


def _named(text: str, rules: Mapping[str, Rule]) -> tuple[Rule, ...] | None:
    """The rules that a text names outright; None if it names none."""
    codes = re.findall(r"(?i)\bRT[\s_-]?(\d{3})\b", text) or re.findall(r"^\s*(\d{3})\s*$", text)
    if codes:
        wanted = dict.fromkeys(f"RT{number}" for number in codes)
        return tuple(rules[code] for code in wanted if code in rules)[:_MOST]
    name = re.sub(r"[\s_-]+", "-", text.strip().lower())
    return tuple(rule for rule in rules.values() if rule.name == name) or None


def _likely(text: str, profile: Profile, rules: Sequence[Rule]) -> tuple[Rule, ...]:
    """The rules whose own words resemble those of a text."""
    plain = _plain(text)
    mentioned, rest = _mentioned(plain, profile)
    said = [_words_of(rule) for rule in rules]
    frequency = Counter(word for words in said for word in words)
    rarity = {word: math.log(1 + len(rules) / count) for word, count in frequency.items()}
    meant = [_resembling(word, rarity) for word in rest if word not in IDLE]
    scores = [
        _narrowed(
            sum(_closeness(likely, words, rarity) for likely in meant)
            + _quoted(rule, text)
            + _recited(rule, text),
            rule,
            profile,
            mentioned,
        )
        for rule, words in zip(rules, said, strict=True)
    ]
    if not mentioned and re.search(r"(?i)\bfile\b", plain):
        scores = [
            score * (1.4 if rule.over is Over.FILE else 1.0)
            for score, rule in zip(scores, rules, strict=True)
        ]
    best = max(scores)
    order = sorted(range(len(rules)), key=lambda at: (-scores[at], at))
    return tuple(rules[at] for at in order[:_MOST] if best and scores[at] >= best * _WORTH_NAMING)


def _closeness(
    likely: Mapping[str, float], words: Mapping[str, float], rarity: Mapping[str, float]
) -> float:
    """How much a rule's words have of what one word of a text may mean."""
    shared = likely.keys() & words.keys()
    return max((likely[word] * words[word] * rarity[word] for word in shared), default=0.0)


def _quoted(rule: Rule, text: str) -> float:
    """A bonus where the text quotes a cell that stands in the rule's own bad example."""
    if rule.over is not Over.CELL or isinstance(rule.bad, bytes):
        return 0.0
    told = text.lower()
    cells = (cell.strip().lower() for values in rule.bad.values() for cell in values)
    quoted = any(
        re.search(rf"(?<!\w){re.escape(cell)}(?!\w)", told)
        for cell in cells
        if len(cell) >= _TELLING
    )
    return _QUOTED if quoted else 0.0


def _recited(rule: Rule, text: str) -> float:
    """A bonus where the text is the rule's own message, as our error file has it."""
    fixed = re.split(r"\{\w+\}", rule.message)
    pattern = ".+?".join(re.escape(part) for part in fixed)
    return 0.5 * len("".join(fixed)) if re.search(pattern, text) else 0.0


def _narrowed(score: float, rule: Rule, profile: Profile, mentioned: set[str]) -> float:
    """The score of a rule in view of the columns that the text mentions.

    A rule about few columns says more about one of them than a rule about all.
    """
    if not mentioned:
        return score
    concerned = set(columns_of(rule, profile))
    if not concerned:
        return score * 0.7
    shared = len(mentioned & concerned) / len(mentioned)
    return score * (0.3 + 1.2 * shared) + 2 * shared / len(concerned)


def _mentioned(text: str, profile: Profile) -> tuple[set[str], list[str]]:
    """Keys of the columns that a text mentions by any of their names, and its other words."""
    names = {
        _loose(name): column.key
        for column in reversed(tuple(profile.columns.values()))
        for name in (*column.aliases, column.category, column.key, column.name)
    }
    words = list(_words(text))
    mentioned: set[str] = set()
    rest: list[str] = []
    at = 0
    while at < len(words):
        for length in (3, 2, 1):
            key = names.get(_loose("".join(words[at : at + length])))
            if key and at + length <= len(words):
                mentioned.add(key)
                break
        else:
            length = 1
            rest.append(words[at].lower())
        at += length
    return mentioned, rest


def _plain(text: str) -> str:
    """A text in the words that rules use."""
    plain = re.sub(r"(?i)\be-(?=mail)", "e", text)
    for phrase, word in PHRASES.items():
        plain = re.sub(rf"(?i)\b({phrase})\b", f" {word} ", plain)
    return plain


def _words(text: str) -> Iterator[str]:
    return (match[0] for match in re.finditer(r"[^\W\d_]+(?:_[^\W\d_]+)*", text))


def _loose(name: str) -> str:
    return re.sub(r"[\s_-]+", "", name).lower()


def _words_of(rule: Rule) -> dict[str, float]:
    """The words that a rule uses, and the weight of the place where it uses them."""
    places = {
        "rest": f"{rule.how_to_fix} {rule.why}",
        "category": rule.category or "",
        "message": re.sub(r"\{\w+\}", " ", rule.message),
        "title": rule.title,
        "name": rule.name.replace("-", " "),
    }
    return {
        word.lower(): _WEIGHTS[place]
        for place, text in places.items()
        for word in _words(_plain(text))
        if word.lower() not in IDLE
    }


def _resembling(word: str, vocabulary: Mapping[str, float]) -> dict[str, float]:
    """Words of the rules that may be meant by a word, and how surely."""
    from rapidfuzz import fuzz, process

    meant: dict[str, float] = {}
    same = {other for group in SAME if word in group for other in group} - {word}
    for other in (word, *sorted(same)):
        sure, alike = (1.0, _ALIKE) if other == word else (0.6, _ALIKE_ENOUGH)
        for found, likeness, _ in process.extract(
            other, vocabulary.keys(), scorer=fuzz.ratio, score_cutoff=alike, limit=None
        ):
            meant[found] = max(meant.get(found, 0.0), sure * likeness / 100)
    return meant
