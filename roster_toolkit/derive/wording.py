"""What a sentence about a fault is about: ideas and columns in place of words.

"Duplicate user id", "userId is not unique" and "user_id appears more than once" are one saying.
Quoted values, addresses and numbers are left out: they are the customer's, not the fault's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

import polars as pl

from roster_toolkit.derive.error_words import DEMAND, IDEAS, IDLE, PHRASES, PREFACE, TIME, VALUES
from roster_toolkit.model import Entity, Profile

_WORD = re.compile(r"[^\W\d_]+(?:_[^\W\d_]+)*")
#: English, French and German; the low ones open, and »so« is German, too.
_OPENING, _CLOSING = "'\"“`«\u2018„\u201a»", "'\"”`»\u2019“\u2018«"
_QUOTED = re.compile(rf"(?<!\w)([{_OPENING}])([^{_CLOSING}\n]{{1,60}})[{_CLOSING}](?!\w)")
_VALUE = re.compile(r"\S+@\S+|https?:\S+|(?<![\w'])#\S+|\b\d+[^\W\d_]\w*")
#: What accented letters become where UTF-8 is read as Windows-1252.
_GARBLED = re.compile(r"[ÃÂ][\u0080-\u00bf]|â€|ï¿½|\ufffd")
#: How alike two words must be, by edits, to count as the same; of how many letters at least.
_ALIKE, _LONG_ENOUGH = 0.79, 5
#: Words of a name of a column that are looked up together, at most.
_LONGEST_NAME = 3
#: What a column of identifiers is called besides: "student number", "section identifier".
_KEY_NAME = re.compile(r"([a-z]+?)s?(?:numbers?|identifiers?|ids?|sourcedids?)")
#: Idea → what the columns of identifiers that it goes with identify.
_ENTITIES = {"person": "person", "student": "person", "staff": "person", "class": "class",
             "school": "school"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Saying:
    """What a sentence says, without the words in which it says so."""

    ideas: frozenset[str]
    columns: frozenset[str]
    """Keys of the columns that it names."""
    unknown: tuple[str, ...] = ()
    """Words that stand for no idea of ours, in their stem."""


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The one of some words that a word was probably meant to be; None where none is alike."""
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    if len(word) < _LONG_ENOUGH:
        return None
    alike = process.extractOne(
        word, list(known), scorer=OSA.normalized_similarity, score_cutoff=_ALIKE
    )
    return alike[0] if alike else None


class Wording:
    """Reads sentences in the terms of a profile: its columns go by every name that it gives."""

    def __init__(self, profile: Profile) -> None:
        """Take in the names that a profile gives to its columns, and the values it knows."""
        self._columns = {_loose(name): key for name, key in _names(profile)}
        self._name_words = tuple(dict.fromkeys(
            part.lower() for name, _ in _names(profile)
            for part in re.findall(r"[A-Z]?[a-z]+", name) if len(part) >= _LONG_ENOUGH
        ))  # fmt: skip
        self._keys: dict[str, str] = {
            c.identifies: c.key for c in profile.columns.values() if c.identifies
        }
        self._accepted = [
            frozenset(filter(str.isalpha, v.accepts)) for v in profile.vocabularies.values()
        ]
        self._placeholders = frozenset(profile.words["placeholders"])
        self._damage = "|".join(f"(?:{p})" for p in profile.words["spreadsheet_damage"])

    def saying(self, text: str, *, misspelled: bool = False) -> Saying:
        """What a text says; where it may be `misspelled`, by the words that are nearest."""
        text = re.sub(TIME, "", text)
        words = list(_words(self._without_values(text)))
        if misspelled:
            words = [self._spelled(word) for word in words]
        ideas = set(self._ideas_of_values(text))
        columns: set[str] = set()
        unknown: list[str] = []
        at = 0
        while at < len(words):
            key, length = self._column(words, at)
            if key:
                columns.add(key)
            elif words[at].startswith(_MARK):
                ideas.add(words[at].removeprefix(_MARK))
            elif words[at].isupper() and words[at].lower() in self._placeholders:
                ideas.add("placeholder")
            elif words[at].lower() not in IDLE:
                stem = stemmed(words[at])
                idea = _idea_of().get(stem)
                if idea:
                    ideas.add(idea)
                else:
                    unknown.append(stem)
            at += length
        return Saying(frozenset(ideas), frozenset(columns), tuple(dict.fromkeys(unknown)))

    def _spelled(self, word: str) -> str:
        """A word as it was probably meant: the nearest of those that name an idea or a column."""
        lower = word.lower()
        if lower in IDLE or stemmed(word) in _idea_of():
            return word
        if lower in self._name_words or self._column([word], 0)[0]:
            return word
        words = (*self._name_words, *(each for group in IDEAS for each in group))
        return nearest(lower, [each for each in words if each[0] == lower[0]]) or word

    def _without_values(self, text: str) -> str:
        """A text without quoted values; what is quoted stays where it names a column or an idea."""

        def kept(match: re.Match[str]) -> str:
            words = list(_words(match[2]))
            key, length = self._column(words, 0)
            named = key is not None and length == len(words)
            # One plain word may be a value: 'teacher'.
            meant = (len(words) > 1 or match[2].count(" ") > 0) and all(
                word.startswith(_MARK) or word.lower() in IDLE or stemmed(word) in _idea_of()
                for word in words
            )
            return match[2] if named or meant else " "

        plain = re.sub(PREFACE, "", _VALUE.sub(" ", _QUOTED.sub(kept, text)))
        return re.sub(VALUES, r"\1", plain)

    def _ideas_of_values(self, text: str) -> Iterator[str]:
        """What the values that a text shows say of the fault."""
        bare_words = [word.strip(f"{_OPENING}{_CLOSING}().,;:") for word in text.split()]
        # By Polars, as the rule does: Python reads other expressions.
        if self._damage and pl.Series(bare_words, dtype=pl.String).str.contains(self._damage).any():
            yield "damage"
        for _, quoted in _QUOTED.findall(text):
            if quoted.isupper() and quoted.strip().lower() in self._placeholders:
                yield "placeholder"
        if _GARBLED.search(text):
            yield "garbled"
        tokens = set(re.findall(r"[\w-]+", text))
        if re.search(DEMAND, text) and any(len(tokens & values) > 1 for values in self._accepted):
            yield "accepted"

    def _column(self, words: list[str], at: int) -> tuple[str | None, int]:
        """The column that is named from a word on, and how many words name it."""
        for length in range(_LONGEST_NAME, 0, -1):
            part = words[at : at + length]
            if len(part) == length and (key := self._named("".join(part))):
                return key, length
        return self._within(words[at]) if at < len(words) else None, 1

    def _named(self, name: str) -> str | None:
        """The column of a name, however it is written, in the plural too."""
        loose = _loose(name)
        forms = (loose, loose.removesuffix("s"), loose.removesuffix("es"))
        keys = (self._columns.get(form) for form in forms)
        return next(filter(None, keys), None) or self._key_column(loose)

    def _within(self, name: str) -> str | None:
        """The column that a longer name of another system holds: "RefGradeLevel"."""
        parts = re.findall(r"[A-Z]?[a-z]+|[A-Z]+", name)
        if len(parts) > _LONGEST_NAME + 2 or not re.search(r"_|[a-z][A-Z]", name):
            return None
        pieces = (
            _loose("".join(parts[start : start + length]))
            for length in range(len(parts) - 1, 0, -1)
            for start in range(len(parts) - length + 1)
        )
        return next((self._columns[piece] for piece in pieces if piece in self._columns), None)

    def _key_column(self, name: str) -> str | None:
        """The column of identifiers that "student number" or "section_id" speaks of."""
        match = _KEY_NAME.fullmatch(name)
        entity = _idea_of().get(stemmed(match[1])) if match else None
        return self._keys.get(_ENTITIES.get(entity or "", ""))


#: Letters that a word keeps, whatever its ending.
_SHORT = 4
#: Put before an idea that a phrase stands for, so that it is not read as a word again.
_MARK = "="


def _words(text: str) -> Iterator[str]:
    """The words of a text, phrases replaced by `=` and the idea."""
    plain = re.sub(r"(?i)\be-(?=mail)", "e", text.replace("\u2019", "'"))
    plain = re.sub(r"(?i)\bcan(not|'t)\b", "can not", plain)
    plain = re.sub(r"(?i)n't\b", " not", plain)
    plain = _phrases().sub(_idea_said, plain)
    return (match[0] for match in re.finditer(rf"{_MARK}?{_WORD.pattern}", plain))


def _names(profile: Profile) -> Iterator[tuple[str, str]]:
    """Every name of a column, and the column's key."""
    for column in reversed(tuple(profile.columns.values())):
        for name in (*column.aliases, column.category, column.key, column.name):
            yield name, column.key
        _, *rest = re.findall(r"[A-Z]?[a-z]+", column.key)
        if len(rest) > 1 and column.about in (Entity.PERSON, Entity.CLASS):
            yield "".join(rest), column.key


def _loose(name: str) -> str:
    return re.sub(r"[\s_-]+", "", name).lower()


@lru_cache(maxsize=4096)
def stemmed(word: str) -> str:
    """A word without the endings that do not change what it is about."""
    stem = word.lower().replace("ise", "ize").replace("isi", "izi")
    for ending, instead in (("ies", "y"), ("sses", "ss"), ("zes", "z"), ("s", "")):
        if stem.endswith(ending) and not stem.endswith(("ss", "us", "is")) and len(stem) >= _SHORT:
            stem = stem.removesuffix(ending) + instead
            break
    for ending in ("ing", "ed", "ly"):
        if stem.endswith(ending) and len(stem) - len(ending) >= _SHORT:
            stem = stem.removesuffix(ending)
            break
    if len(stem) > _SHORT and stem[-1] == stem[-2] and stem[-1] not in "sl":
        stem = stem[:-1]
    return stem.removesuffix("e") if len(stem) > _SHORT else stem


@cache
def _idea_of() -> Mapping[str, str]:
    """The stem of a word → the idea that it stands for."""
    return {stemmed(word): group[0] for group in IDEAS for word in group}


@cache
def _phrases() -> re.Pattern[str]:
    """All phrases as one expression; at each place the first that holds takes the words."""
    each = "|".join(f"({pattern})" for pattern, _ in PHRASES)
    return re.compile(rf"(?i)(?<!\w)(?:{each})(?!\w)")


@cache
def _group_of() -> Mapping[int, str]:
    """Number of the group of `_phrases` → the idea that it stands for."""
    number, groups = 1, {}
    for pattern, idea in PHRASES:
        groups[number] = idea
        number += 1 + re.compile(pattern).groups
    return groups


def _idea_said(match: re.Match[str]) -> str:
    # The group of the phrase closes after the groups in it, so that it is the last.
    idea = _group_of()[match.lastindex or 0]
    return f" {_MARK}{idea} " if idea else " "
