"""Where the header of a text stands, and what separates its cells.

The header is the first record that is not blank, unless a later one carries far more of our names:
a title, a table name or `sep=;` stands above it then. Where none has our names, those of other
languages and systems count, and below lines of few cells it is looked for further down. A
delimiter other than the comma is taken only where the header makes more sense by it: more headers
the profile knows, or, where neither knows any, several cells instead of one.
"""

from __future__ import annotations

import csv
import io
import mmap
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from roster_toolkit.ingest.decode import Text
from roster_toolkit.ingest.headers import HeaderNames, header_names, visible
from roster_toolkit.ingest.quotes import quotes_of
from roster_toolkit.model import ERROR_FILE_COLUMNS, Profile

COMMA = ","
OTHER_DELIMITERS = (";", "\t", "|", "^", "~")
_DELIMITERS = "".join((COMMA, *OTHER_DELIMITERS))

# The csv module refuses cells over 128 KiB, which an unclosed quote makes of any larger file.
csv.field_size_limit(2**31 - 1)

_HEAD = 1 << 14
_FEWEST_CELLS = 3
#: How many records, from the first with any content on, may be the header.
SEARCHED = 10
#: The same where all of them have so few cells that they are a title and no records.
_SEARCHED_BELOW_TITLES = 60
#: Blank records below a title behind which no header is looked for: files end with millions.
_GAP = 1_000
#: Columns of which a header below a title has the names, in whatever language.
_OTHER_WORDS = 3
#: Cells that a record about a person fills at least.
_OF_A_PERSON = 4


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
    above: int = 0
    """Records above the header, blank ones included; 0 where all of them are blank."""
    people_above: bool = False
    """Whether a record above the header seems to be a person."""

    @property
    def width(self) -> int:
        """Number of headers."""
        return len(self.typed)


@dataclass(frozen=True)
class _Record:
    """A record at the start of a text."""

    cells: tuple[str, ...]
    row: int
    end: int
    """Characters up to the end of its last line."""
    closed: bool


def find_layout(text: Text, profile: Profile) -> Layout | None:
    """The delimiter and header of a text; None if it holds no record with any content."""
    names = header_names(profile)
    found = _layout_within(text, names, SEARCHED)
    if found is None or not _is_title(found.typed):
        return found
    return _layout_within(text, names, _SEARCHED_BELOW_TITLES)


def _layout_within(text: Text, names: HeaderNames, searched: int) -> Layout | None:
    """The delimiter and header of a text, which is among its first records."""
    layouts = [
        layout
        for delimiter in (COMMA, *OTHER_DELIMITERS)
        if (layout := _header_by(text, delimiter, names, searched)) is not None
    ]
    if not layouts:
        return None
    if added_in_front(layouts[0].typed) or added_behind(layouts[0].typed):
        return layouts[0]  # our own error file, whatever stands in the customer's headers
    known_headers = {layout.delimiter: names.known(layout.typed) for layout in layouts}
    best = layouts[0]
    for layout in layouts[1:]:
        more = known_headers[layout.delimiter] - known_headers[best.delimiter]
        wide = best.width == 1 and layout.width >= _FEWEST_CELLS
        if more > 0 or (more == 0 and wide):
            best = layout
    return best


def returns_below(text: Text, layout: Layout) -> int:
    """How many carriage returns stand after the header."""
    returns = text.survey.carriage_returns
    return returns - bytes(text.source.data[: layout.end]).count(b"\r") if returns else 0


def quotes_around_cells_below(text: Text, layout: Layout) -> int:
    """Bytes after the header that regular quotes take beside what the cells hold."""
    quotes = text.survey.quotes
    if not quotes.count:
        return 0
    return quotes.around_cells - quotes_of(bytes(text.source.data[: layout.end])).around_cells


def added_behind(typed: Sequence[str]) -> bool:
    """Whether the last headers are those that our error file adds as CSV."""
    return tuple(typed[-len(ERROR_FILE_COLUMNS) :]) == ERROR_FILE_COLUMNS


def added_in_front(typed: Sequence[str]) -> bool:
    """Whether the first headers are those that our error file adds as a workbook."""
    return tuple(typed[: len(ERROR_FILE_COLUMNS)]) == ERROR_FILE_COLUMNS and not added_behind(typed)


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


def first_record(text: Text) -> Layout:
    """The layout of a text whose header is its first record, with commas between the cells."""
    data, size = text.source.data, _HEAD
    while True:
        head = bytes(data[text.bom : size]).decode(errors="ignore")
        record = next(_records(head, COMMA), _Record((), 1, 0, closed=True))
        if size >= len(data) or record.end < len(head):
            return _below(text, head, record, COMMA)
        size *= 16


def _below(text: Text, head: str, header: _Record, delimiter: str) -> Layout:
    """The layout of the records below a header, which stands in the `head` of a text."""
    before = head[: header.end].encode()
    end, feeds = text.bom + len(before), before.count(b"\n")
    return Layout(delimiter, header.cells, header.row, end, feeds, header.closed)


def _header_by(text: Text, delimiter: str, names: HeaderNames, searched: int) -> Layout | None:
    """The header, read with this delimiter from as few bytes as will do."""
    data, size = text.source.data, _HEAD
    while True:
        whole = size >= len(data)
        head = bytes(data[text.bom : size]).decode(errors="ignore")
        looked_at, header = _header_among(_records(head, delimiter), names, searched)
        if header and (whole or looked_at[-1].end < len(head)):
            above = [record.cells for record in looked_at if record.row < header.row]
            return replace(
                _below(text, head, header, delimiter),
                above=0 if all(map(_nothing_in, above)) else header.row - 1,
                people_above=any(names.seem_to_be_a_person(cells, _OF_A_PERSON) for cells in above),
            )
        if whole:
            return None
        size *= 16


def _nothing_in(cells: Iterable[str]) -> bool:
    """Whether a record is blank, whatever separates its cells."""
    return is_blank(cell.strip(_DELIMITERS) for cell in cells)


def _header_among(
    records: Iterator[_Record], names: HeaderNames, searched: int
) -> tuple[list[_Record], _Record | None]:
    """The records looked at, and the one of them that is the header.

    The first with any content, or the later one with most names of ours: at least half of the
    required ones and twice as many as the first has. A header of ours is never looked beyond, nor
    is a record that is no title and stands below the lines where a header usually is.
    """
    looked_at: list[_Record] = []
    first = header = None
    most = 0
    for record in records:
        looked_at.append(record)
        if _nothing_in(record.cells):
            if first is not None and record.row - first.row > _GAP:
                break
            continue
        known_headers = names.required_known(record.cells)
        if first is None:
            first = header = record
            most = max(2 * known_headers, -(-names.required // 2)) - 1
            if 2 * known_headers > names.required:
                break
        elif known_headers > most:
            header, most = record, known_headers
        lines = record.row - first.row + 1
        if lines >= searched or (lines > SEARCHED and not _is_title(record.cells)):
            break
    return looked_at, _in_other_words(looked_at, names) if header is first else header


def _in_other_words(records: Sequence[_Record], names: HeaderNames) -> _Record | None:
    """The header of records that have few of our names: the first with any content, or a later one.

    A later one has the names of half of the required columns in other languages or systems, or of
    some of them below nothing but a title, and twice as many as the first.
    """
    filled = [record for record in records if not _nothing_in(record.cells)]
    if not filled:
        return None
    known = [names.required_spelled(record.cells) for record in filled]
    titles = next((n for n, r in enumerate(filled) if not _is_title(r.cells)), len(filled))
    needed = [_OTHER_WORDS if n <= titles else -(-names.required // 2) for n in range(len(filled))]
    at = max(range(len(filled)), key=known.__getitem__)
    return filled[at if known[at] >= max(needed[at], 2 * known[0]) else 0]


def _is_title(cells: Sequence[str]) -> bool:
    """Whether a record has too few cells for a header or a person."""
    return sum(1 for cell in cells if visible(cell)) < _OF_A_PERSON


def _records(head: str, delimiter: str) -> Iterator[_Record]:
    """The records of a text one after the other, blank ones too."""
    read = 0

    def lines() -> Iterator[str]:
        nonlocal read
        for line in io.StringIO(head, newline=""):
            read += len(line)
            yield line

    for row, (cells, closed) in enumerate(read_to_end(lines(), delimiter), start=1):
        yield _Record(tuple(cells), row, read, closed)


def without_line_quotes(data: bytes | mmap.mmap, profile: Profile) -> bytes | None:
    """A text whose header is quoted as a whole, without these quotes; None where it is not.

    Lines below that are quoted as a whole lose theirs where that gives them as many cells as the
    header has; every other byte stays.
    """
    names = header_names(profile)
    lines = re.finditer(rb"[^\r\n]+", bytes(data[:_HEAD]))
    heads = (line[0] for line, _ in zip(lines, range(SEARCHED), strict=False))
    for line in heads:
        bare = line.removeprefix(b"\xef\xbb\xbf")
        inner = _QUOTED_LINE.fullmatch(bare)
        text = (inner[1].replace(b'""', b'"') if inner else bare).decode(errors="replace")
        for delimiter in (COMMA, *OTHER_DELIMITERS):
            cells = next(csv.reader([text], delimiter=delimiter), [])
            if 2 * names.required_known(cells) >= names.required:
                # A header that is not quoted as a whole is one; what follows is a record.
                return _unquoted(data, delimiter.encode(), len(cells)) if inner else None
    return None


#: A line that is one quoted cell, with or without delimiters behind it.
_QUOTED_LINE = re.compile(rb'"((?:[^"\r\n]|"")*)"[,;\t|]*')
_QUOTED_LINES = re.compile(rb'(?m)^(\xef\xbb\xbf)?"((?:[^"\r\n]|"")*)"[,;\t|]*(?=\r?$|\r)')


def _unquoted(data: bytes | mmap.mmap, delimiter: bytes, width: int) -> bytes:
    def inside(line: re.Match[bytes]) -> bytes:
        mark, text = line[1] or b"", line[2].replace(b'""', b'"')
        return mark + text if text.count(delimiter) >= width - 1 else line[0]

    return _QUOTED_LINES.sub(inside, data)
