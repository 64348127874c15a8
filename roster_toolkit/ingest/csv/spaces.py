"""A text whose cells are separated by a delimiter and a space.

Some programs write `"S1", "Ana"`. A quotation mark after a space encloses nothing, neither for the
csv module nor for the portal, so that each cell would hold its quotes, and a comma between them
would begin another one. Read as it is meant, all of that is one problem: the separator.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from roster_toolkit.ingest.csv.layout import COMMA, find_layout
from roster_toolkit.ingest.decode import Text, recoded
from roster_toolkit.model import Profile

_HEAD = 1 << 14
#: Share of the quoted cells that stand behind a space where the space is part of the separator.
_NEARLY_ALL = 0.9
_PIECE = 1 << 20


def without_spaces(text: Text, profile: Profile) -> tuple[Text, bool]:
    """The text with nothing but its delimiter between cells, and whether there was more.

    It stays where quotes stand well already, or would not stand well after it either. Spaces within
    quotes stay, and so does every other byte.
    """
    quotes = text.survey.quotes
    layout = None if quotes.are_regular(COMMA) else find_layout(text, profile)
    if layout is None or quotes.are_regular(layout.delimiter):
        return text, False
    before_quote = re.compile(rb"%s( *)\Z" % re.escape(layout.delimiter.encode()))
    # Every other gap between quotes is within a cell, and the last one is before no quote.
    gaps = bytes(text.source.data[:_HEAD]).split(b'"')[:-1:2]
    behind = [end[1] for gap in gaps if (end := before_quote.search(gap))]
    if sum(map(bool, behind)) <= _NEARLY_ALL * len(behind):
        return text, False
    meant = recoded(text, b"".join(_closer(bytes(text.source.data), layout.delimiter)))
    return (meant, True) if meant.survey.quotes.are_regular(layout.delimiter) else (text, False)


def _closer(data: bytes, delimiter: str) -> Iterator[bytes]:
    """The bytes without spaces beside delimiters, piece by piece."""
    d = re.escape(delimiter.encode())
    spaces = re.compile(rb"\A +(?=[%s\r\n]|\Z)|(?<=[%s]) +|(?<=[\r\n]) +\Z" % (d, d))

    @lru_cache(_PIECE >> 4)  # nearly all gaps are the same few
    def closed(gap: bytes) -> bytes:
        return spaces.sub(b"", gap)

    within = 0
    for piece in _to_quotes(data):
        parts = piece.split(b'"')
        parts[within::2] = map(closed, parts[within::2])
        within = (within + len(parts) - 1) % 2
        yield b'"'.join(parts)


def _to_quotes(data: bytes) -> Iterator[bytes]:
    """The bytes in pieces that end with a quote, but for the last one."""
    start = 0
    while start < len(data):
        end = data.find(b'"', start + _PIECE) + 1 or len(data)
        yield data[start:end]
        start = end
