"""Notes on reading OneRoster files: what is left out, changed or guessed, each with a count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from roster_toolkit.model import Vocabulary

_DELETED = "tobedeleted"
_KEYS_NAMED = 3


@dataclass
class Notes:
    """Sentences collected while the files are read."""

    lines: list[str] = field(default_factory=list)
    partial: list[str] = field(default_factory=list)
    """Why the files seem to hold changes only; without a full stop."""
    _nameless: dict[str, str] = field(default_factory=dict)
    """Line with keys of records → the same without them."""

    def nameless(self, since: int) -> str:
        """The lines from one on without keys of records: an error names no pupil."""
        return " ".join(self._nameless.get(line, line) for line in self.lines[since:])

    def add(self, sentence: str) -> None:
        """Add a sentence."""
        self.lines.append(sentence)

    def count(self, number: int, one: str, many: str) -> None:
        """Add how many of something there are, unless there are none."""
        if number:
            self.lines.append(f"{_counted(number, one, many)}.")

    def records(self, keys: pl.Series, one: str, many: str) -> None:
        """Add how many records are concerned, with a few of their keys, unless there are none."""
        if keys.is_empty():
            return
        counted = _counted(keys.len(), one, many)
        line = f"{counted}: {some_of(keys)}."
        self.lines.append(line)
        self._nameless[line] = f"{counted}."

    def lacking(self, name: str, columns: Sequence[str]) -> None:
        """Add which columns a file lacks."""
        if columns:
            one = "has no column" if len(columns) == 1 else "has none of the columns"
            self.lines.append(f"{name}.csv {one} {', '.join(columns)}: blank throughout.")

    def read_as(self, name: str, encoding: str) -> None:
        """Add as what a file was read that is not UTF-8: names may come in as other letters."""
        if encoding:
            self.lines.append(
                f"{name}.csv is not UTF-8 and was read as {encoding}: check names with accents."
            )

    def ragged(self, name: str, shorter: pl.Series, longer: pl.Series) -> None:
        """Add which rows of a file have fewer or more cells than its header."""
        row, rows = f"row of {name}.csv has", f"rows of {name}.csv have"
        for numbers, which in (
            (shorter, "fewer cells than its header, and those that are missing count as blank"),
            (longer, "more cells than its header, so that values may be in the wrong columns"),
        ):
            named = "row " + numbers.cast(pl.String)
            self.records(named, f"{row} {which}", f"{rows} {which}")

    def not_active(self, name: str, statuses: pl.Series, *, perhaps_partial: bool) -> None:
        """Add how many rows are not active; rows to be deleted suggest a delta file."""
        row, rows = f"row of {name}.csv is", f"rows of {name}.csv are"
        deleted = int((statuses == _DELETED).sum())
        others = statuses.filter(statuses != _DELETED).sort()
        for number, which in (
            (deleted, "to be deleted and left out"),
            (others.len(), f"not active ({some_of(others)}) and left out"),
        ):
            self.count(number, f"{row} {which}", f"{rows} {which}")
        if deleted and perhaps_partial:
            self.partial.append(
                f"{_counted(deleted, row, rows)} to be deleted, and no manifest tells that the "
                "file is whole: it seems to hold changes only"
            )

    def grades(self, typed: pl.Series, vocabulary: Vocabulary | None, whose: str) -> None:
        """Add which grades are mapped to an accepted one, such as TK, and which cannot be."""
        if vocabulary is None:
            return
        accepted = {value.lower() for value in vocabulary.accepts}
        accepted |= {other for others in vocabulary.safe.values() for other in others}
        likely = {
            other: value
            for value, others in vocabulary.likely.items()
            for other in others
            if other not in accepted
        }
        for grade, number in typed.value_counts().sort(typed.name).iter_rows():
            spelled = grade.lower()
            if spelled in likely:
                verdict = f"is taken as {likely[spelled]}"
            elif spelled and spelled not in accepted:
                verdict = "is not an accepted one"
            else:
                continue
            self.lines.append(f"The grade {grade!r} of {whose} {verdict}: {number:,}.")


def some_of(keys: pl.Series) -> str:
    """A few of the keys, each once: `c1, c2, c3, …`."""
    first = ", ".join(keys.unique(maintain_order=True).head(_KEYS_NAMED))
    return f"{first}, …" if keys.n_unique() > _KEYS_NAMED else first


def _counted(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"
