"""A text whose cells are separated by a delimiter and a space.

Some programs write `"S1", "Ana"`. A quotation mark after a space encloses nothing, neither for the
csv module nor for the portal, so that each cell would hold its quotes, and a comma between them
would begin another one. Read as it is meant, all of that is one problem: the separator.
"""

from __future__ import annotations

import re

from roster_toolkit.ingest.csv.layout import COMMA, OTHER_DELIMITERS
from roster_toolkit.ingest.decode import Text, recoded

_HEAD = 1 << 14
#: Share of the quoted cells that stand behind a space where the space is part of the separator.
_NEARLY_ALL = 0.9


def without_spaces(text: Text) -> tuple[Text, bool]:
    """The text with nothing but its delimiter between cells, and whether there was more.

    It stays where quotes stand well already, or would not stand well after it either. Spaces within
    quotes stay, and so does every other byte.
    """
    head = bytes(text.source.data[:_HEAD])
    for delimiter in (COMMA, *OTHER_DELIMITERS):
        if not re.search(rb'%s +"' % re.escape(delimiter.encode()), head):
            continue
        if text.survey.quotes.are_regular(delimiter):
            break
        closer = _closer(bytes(text.source.data), delimiter)
        if closer is not None:
            meant = recoded(text, closer)
            if meant.survey.quotes.are_regular(delimiter):
                return meant, True
    return text, False


def _closer(data: bytes, delimiter: str) -> bytes | None:
    """The bytes without spaces beside delimiters; None where most quoted cells have none."""
    d = re.escape(delimiter.encode())
    quoted = rb'(?:\A|(?<=[\r\n])|((?<=%s) *))("(?:[^"]|"")*") *(?=[%s\r\n]|\Z)' % (d, d)
    spaces = [cell[1] for cell in re.finditer(quoted, data) if cell[1] is not None]
    if not spaces or sum(map(bool, spaces)) < _NEARLY_ALL * len(spaces):
        return None
    return re.sub(rb"%s|(?<=%s) +" % (quoted, d), lambda cell: cell[2] or b"", data)
