"""Where the header of a text stands, and what separates its cells.

The header is the first record that is not blank. A delimiter other than the comma is believed only
where the header makes more sense by it: more headers the profile knows, or, where neither knows
any, several cells instead of one.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from roster_toolkit.ingest.decode import Text
from roster_toolkit.ingest.headers import known_headers, visible
from roster_toolkit.model import ERROR_FILE_COLUMNS, Profile

COMMA = ","
OTHER_DELIMITERS = (";", "\t", "|")
_DELIMITERS = "".join((COMMA, *OTHER_DELIMITERS))

# The csv module refuses cells over 128 KiB, which an unclosed quote makes of any larger file.
csv.field_size_limit(2**31 - 1)

_HEAD = 1 << 14
_FEWEST_CELLS = 3


@dataclass(frozen=True)
class Layout:
    """The header record of a text and where the records after it begin."""

    delimiter: str
    typed: tuple[str, ...]
    row: int
    """Spreadsheet row of the header."""
    end: int
    """Bytes up to the end of the header's line, a byte order mark included."""
    lines: int
    """Line feeds in these bytes."""
    closed: bool = True
    """False where a quote opens in the header and swallows the rest of the file."""

    @property
    def width(self) -> int:
        """Number of headers."""
        return len(self.typed)


def find_layout(text: Text, profile: Profile) -> Layout | None:
    """The delimiter and header of a text; None if it holds no record with any content."""
    layouts = [
        layout
        for delimiter in (COMMA, *OTHER_DELIMITERS)
        if (layout := _header_by(text, delimiter)) is not None
    ]
    if not layouts:
        return None
    if layouts[0].typed[-len(ERROR_FILE_COLUMNS) :] == ERROR_FILE_COLUMNS:
        return layouts[0]  # our own error file, whatever stands in the customer's headers
    known = {layout.delimiter: known_headers(layout.typed, profile) for layout in layouts}
    best = layouts[0]
    for layout in layouts[1:]:
        more = known[layout.delimiter] - known[best.delimiter]
        wide = best.width == 1 and layout.width >= _FEWEST_CELLS
        if more > 0 or (more == 0 and wide):
            best = layout
    return best


def is_blank(cells: Iterable[str]) -> bool:
    """Whether a record has no content."""
    return not any(visible(cell) for cell in cells)


def read_to_end(lines: Iterable[str], delimiter: str) -> Iterator[tuple[list[str], bool]]:
    """Records as the csv module reads them, each with whether its quotes are closed.

    The module says nothing when a file ends inside quotes. So a record that stands in no file (no
    text with NUL comes this far) is put behind the last line; where it does not come back as
    itself, the quotes were open.
    """
    last = "\x00end" + delimiter
    for cells in csv.reader(chain(lines, [last]), delimiter=delimiter):
        if cells == [last[:-1], ""]:
            return
        closed = not (cells and cells[-1].endswith(last))
        if not closed:
            cells[-1] = cells[-1].removesuffix(last)
        yield cells, closed


def _header_by(text: Text, delimiter: str) -> Layout | None:
    """The first record with content, read with this delimiter from as few bytes as will do."""
    data, size = text.source.data, _HEAD
    while True:
        whole = size >= len(data)
        head = bytes(data[text.bom : size]).decode(errors="ignore")
        found = _first_record(head, delimiter)
        if found and (whole or found[2] < len(head)):
            typed, row, characters, closed = found
            before = head[:characters].encode()
            end, feeds = text.bom + len(before), before.count(b"\n")
            return Layout(delimiter, typed, row, end, feeds, closed)
        if whole:
            return None
        size *= 16


def _first_record(head: str, delimiter: str) -> tuple[tuple[str, ...], int, int, bool] | None:
    """Cells, spreadsheet row and end (in characters) of the first record with content.

    A line of delimiters alone is blank whichever of them the file uses.
    """
    read = 0

    def lines() -> Iterator[str]:
        nonlocal read
        for line in io.StringIO(head, newline=""):
            read += len(line)
            yield line

    for row, (cells, closed) in enumerate(read_to_end(lines(), delimiter), start=1):
        if not is_blank(cell.strip(_DELIMITERS) for cell in cells):
            return tuple(cells), row, read, closed
    return None
