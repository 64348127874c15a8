"""What the bytes of a text say about its quotes: proof that they stand around whole cells.

Where every other quote opens a cell and the one after it closes that cell, Polars and the csv
module read a text the same. Polars looks for them in the bytes: a pattern for the lines with quotes
would prove the same in three times the processor time.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass, field

import polars as pl

_QUOTE, _LINE_FEED, _RETURN = b'"\n\r'


@dataclass(frozen=True)
class Quotes:
    """How many quotes there are, and what stands outside them."""

    count: int = 0
    doubled: int = 0
    """Pairs of quotes within a cell, each of which means one."""
    before_opening: frozenset[int] = frozenset()
    """The bytes before those that open: of each pair, the first one."""
    after_closing: frozenset[int] = frozenset()

    @property
    def around_cells(self) -> int:
        """Bytes that they take beside what the cells hold."""
        return self.count - self.doubled

    def are_regular(self, delimiter: str) -> bool:
        """Whether they stand around whole cells only: no quote is in one but as a pair.

        A pair reads as a cell that closes and opens again at once.
        """
        outside = {ord(delimiter), _LINE_FEED, _QUOTE}
        return (
            self.count % 2 == 0
            and self.before_opening <= outside
            and self.after_closing <= outside | {_RETURN}
        )


def quotes_of(text: bytes) -> Quotes:
    """The quotes of a text that is at hand."""
    quotes = QuoteSurvey()
    quotes.add(text)
    return quotes.result()


@dataclass
class QuoteSurvey:
    """The quotes of a text that is handed over piece by piece."""

    _count: int = 0
    _doubled: int = 0
    _before: set[int] = field(default_factory=set)
    _after: set[int] = field(default_factory=set)
    #: The last two bytes: the second one is looked at when it is known what follows.
    _held: bytes = b""

    def add(self, piece: bytes) -> None:
        """Look at the bytes that follow."""
        if not self._held:
            self._held, piece = b"\n", piece.removeprefix(codecs.BOM_UTF8)
        if b'"' in piece or b'"' in self._held:
            self._look_at(self._held + piece)
        self._held = (self._held + piece[-2:])[-2:]

    def _look_at(self, window: bytes) -> None:
        """Look at all bytes but the first and the last one, which are what stands around them."""
        text = pl.Series([window], dtype=pl.Binary).cast(pl.List(pl.UInt8)).explode()
        inner = len(window) - 2
        quotes = text.slice(1, inner) == _QUOTE
        before, after = text.head(inner).filter(quotes), text.tail(inner).filter(quotes)
        closes_first = self._count % 2
        opening, closing = (
            before.gather_every(2, closes_first),
            after.gather_every(2, 1 - closes_first),
        )
        self._count += before.len()
        self._doubled += int((closing == _QUOTE).sum())
        self._before.update(opening.unique())
        self._after.update(closing.unique())

    def result(self) -> Quotes:
        """What was found; a text ends as a line does."""
        if self._held:
            self.add(b"\n")
        return Quotes(self._count, self._doubled, frozenset(self._before), frozenset(self._after))
