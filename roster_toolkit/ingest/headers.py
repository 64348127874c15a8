"""What each header of a file means, and how sure that is.

Pure: text and the profile in, `HeaderCell`s out. What is certain is judged later; what merely
resembles a column is only ever suggested, because a wrong guess would judge a column's cells by
another column's rules.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from roster_toolkit.model import HeaderCell, HeaderMatch, Profile
from roster_toolkit.model.once import once_for_each

#: How alike (difflib's ratio) a header and a column's name must be to suggest the column.
ALIKE = 0.75
#: Comparing names costs; a header row beyond these sizes is no slip of the keyboard.
_MOST_COMPARED = 100
_LONGEST_COMPARED = 60
#: Part of an ID; headers count no further than `Period 9`.
_NUMBER = re.compile(r"\d\d")

#: Keys of a person's names, in the order of a cell that holds both: `Last, First`.
LAST_FIRST = ("userLastName", "userFirstName")

_Match = tuple[HeaderMatch, str | None]
_UNKNOWN: _Match = (HeaderMatch.UNKNOWN, None)


def match_headers(typed: Sequence[str], profile: Profile) -> tuple[HeaderCell, ...]:
    """Each header of a file with its meaning, in file order."""
    names = header_names(profile)
    matches = [names.meaning(text) for text in typed]
    counts = Counter(key for _, key in matches if key)
    matches = [
        (HeaderMatch.REPEATED, key) if key and counts[key] > 1 else (match, key)
        for match, key in matches
    ]
    for i, key in _translated(typed, matches, names):
        matches[i] = (HeaderMatch.LIKELY, key)
    unknown = [i for i, (match, _) in enumerate(matches) if match is HeaderMatch.UNKNOWN]
    meant = {key for _, key in matches}
    absent = [column.key for column in profile.in_file if column.key not in meant]
    for i, key in _likely(typed, unknown, absent, names):
        matches[i] = (HeaderMatch.LIKELY, key)
    return tuple(HeaderCell(text, *match) for text, match in zip(typed, matches, strict=True))


def column_names(header: Sequence[HeaderCell]) -> list[str]:
    """Names of the columns: the key where it is certain, else `#` and the position."""
    return [cell.key if cell.certain and cell.key else f"#{i}" for i, cell in enumerate(header)]


def visible(text: str) -> str:
    """A header without invisible characters and surrounding white space."""
    kept = text if text.isascii() else "".join(c for c in text if unicodedata.category(c) != "Cf")
    return kept.strip()


class HeaderNames:
    """The names under which a profile knows its columns."""

    def __init__(self, profile: Profile) -> None:
        """Take the names and other names of all columns."""
        columns = profile.in_file
        self.exact = {column.name: column.key for column in columns}
        self.case = {column.name.casefold(): column.key for column in columns}
        self.marks = [
            re.compile(mark, re.IGNORECASE) for mark in profile.words.get("header_marks", ())
        ]
        self.loose: dict[str, str] = {}
        self.names: dict[str, set[str]] = {}
        for column in columns:
            names = {self.bare(name) for name in (column.name, *column.aliases)}
            self.names[column.key] = names
            for name in names:
                self.loose.setdefault(name, column.key)
            self.names[column.key] = names | {self.bare(name) for name in column.resembles}
        for column in columns:
            self.loose[self.bare(column.name)] = column.key
        translated = [line.split() for line in profile.words.get("translated_headers", ())]
        self.translated = {
            word: key for key, *words in translated if key in self.names for word in words
        }
        #: Every spelling that is known, those that merely resemble a name too.
        self.spellings = self.translated | {
            name: key for key in self.names for name in self.names[key]
        }
        self.spellings |= self.loose
        self._ends_like_a_number = _any_of("number_headers", profile)
        self._ends_like_a_name = _any_of("name_headers", profile)
        self._of_logins = _any_of("login_headers", profile)
        self._of_others = _any_of("other_headers", profile)
        self._texts = {c.key for c in columns if profile.kinds[c.kind].names}
        self._required = {c.key for c in columns if c.must_be_there}
        email, role = profile.columns.get("userEmail"), profile.columns.get("userRole")
        self._address = re.compile((email and profile.kinds[email.kind].pattern) or "(?!)")
        vocabulary = profile.vocabulary_of(role) if role else None
        self._roles = set(vocabulary.accepts) if vocabulary else set()

    def meaning(self, text: str) -> _Match:
        """The column that a header names for certain."""
        if key := self.exact.get(text):
            return HeaderMatch.EXACT, key
        if key := self.case.get(visible(text).casefold()):
            return HeaderMatch.CASE, key
        if key := self.loose.get(self.bare(text)):
            return HeaderMatch.ALIAS, key
        return _UNKNOWN

    def spelling(self, text: str) -> str | None:
        """The column that a header names, be it in another system's word for it."""
        return self.meaning(text)[1] or self.spellings.get(self.bare(text))

    def bare(self, text: str) -> str:
        """A name as people vary it: without letter case, space, underscore, hyphen and marks."""
        return re.sub(r"[\s_-]+", "", self.unmarked(text))

    def unmarked(self, text: str) -> str:
        """A name without letter case and without marks such as `*` or `[Required]`."""
        text = visible(text)
        for mark in self.marks:
            text = mark.sub("", text)
        return text.strip().casefold()

    def known(self, typed: Iterable[str]) -> int:
        """How many headers mean a column for certain."""
        return sum(self.meaning(text) is not _UNKNOWN for text in typed)

    @property
    def required(self) -> int:
        """How many columns must stand in a file."""
        return len(self._required)

    def likeness(self, text: str, key: str) -> float:
        """How much a header resembles the names of a column, `table.field` by its field too."""
        word = self.bare(text)
        if (
            (key in self._texts and self._ends_like_a_number.search(word))
            or (key not in self._texts and self._ends_like_a_name.search(word))
            or self._of_logins.search(word)
            or self._of_others.search(word)
        ):
            return 0.0
        table, dot, field = word.rpartition(".")
        spellings = (field, (table + field).replace(".", "")) if dot else (word,)
        return max(_likeness(spelling, self.names[key]) for spelling in spellings)

    def of_others(self, text: str) -> bool:
        """Whether a header is over what no column of ours holds, whatever its cells look like."""
        return bool(self._of_others.search(self.bare(text)))

    def required_known(self, typed: Iterable[str]) -> int:
        """How many of them some headers mean for certain."""
        short = (text for text in typed if len(text) <= _LONGEST_COMPARED)
        return len({self.meaning(text)[1] for text in short} & self._required)

    def required_spelled(self, typed: Iterable[str]) -> int:
        """The same, be it in another language's or system's words for them."""
        short = (text for text in typed if len(text) <= _LONGEST_COMPARED)
        return len({self.spelling(text) for text in short} & self._required)

    def seem_to_be_a_person(self, cells: Sequence[str], filled: int) -> bool:
        """Whether a record without header holds several values, an address or a role among them.

        A role is a header too, `Teacher` over names of teachers; a person has an ID beside it.
        """
        values = [value for cell in cells if (value := visible(cell))]
        has_address = any(map(self._address.fullmatch, values))
        has_role = not self._roles.isdisjoint(values) and any(map(_NUMBER.search, values))
        return (has_address or has_role) and len(values) >= filled


@once_for_each
def header_names(profile: Profile) -> HeaderNames:
    """The names under which a profile knows its columns; a file is asked about them five times."""
    return HeaderNames(profile)


def known_headers(typed: Sequence[str], profile: Profile) -> int:
    """How many headers mean a column for certain."""
    return header_names(profile).known(typed)


def _translated(
    typed: Sequence[str], matches: Sequence[_Match], names: HeaderNames
) -> list[tuple[int, str]]:
    """Pairs of an unknown header and the absent column whose name it is in another language.

    One name without the other is none: `Nombre` alone may be over whole names.
    """
    meant = {key for _, key in matches}
    pairs: dict[str, int] = {}
    for i, (match, _) in enumerate(matches):
        key = names.translated.get(names.bare(typed[i])) if match is HeaderMatch.UNKNOWN else None
        if key is not None and key not in meant:
            pairs.setdefault(key, i)
    if len(set(LAST_FIRST) & (meant | set(pairs))) == 1:
        pairs = {key: i for key, i in pairs.items() if key not in LAST_FIRST}
    return [(i, key) for key, i in pairs.items()]


def _likely(
    typed: Sequence[str], unknown: Sequence[int], absent: Sequence[str], names: HeaderNames
) -> Iterator[tuple[int, str]]:
    """Pairs of an unknown header and the absent column it resembles most, each used once."""
    scored = [
        (-score, i, order, key)
        for i in unknown[:_MOST_COMPARED]
        for order, key in enumerate(absent)
        if (score := names.likeness(typed[i], key)) >= ALIKE
    ]
    used: set[str | int] = set()
    for _, i, _, key in sorted(scored):
        if i not in used and key not in used:
            used |= {i, key}
            yield i, key


def _any_of(list_name: str, profile: Profile) -> re.Pattern[str]:
    return re.compile("|".join(profile.words.get(list_name, ())) or "(?!)")


def _likeness(word: str, names: set[str]) -> float:
    if not word or len(word) > _LONGEST_COMPARED:
        return 0.0
    return max(_ratio(word, name) for name in names)


def _ratio(word: str, name: str) -> float:
    """How alike two names are; 0 below `ALIKE`, which cheap bounds tell of nearly all pairs."""
    matcher = difflib.SequenceMatcher(None, word, name, autojunk=False)
    if matcher.real_quick_ratio() < ALIKE or matcher.quick_ratio() < ALIKE:
        return 0.0
    return matcher.ratio()


def absent_headers(headers: Sequence[HeaderCell], profile: Profile) -> list[str]:
    """Keys of required columns that no header means, not even probably."""
    present = {header.key for header in headers}
    return [
        column.key
        for column in profile.columns.values()
        if column.must_be_there and column.key not in present
    ]
