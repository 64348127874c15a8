r"""A text whose quotes are not those of a CSV file: other marks, or not doubled within a cell.

A script of one's own writes `'S1','Ana'`, a word processor “S1”,“Ana”, MySQL `"Ana \"Bo\" Xu"`, and
who types quotes around each cell `"Ana "Bo" Xu"`. For the portal the first two have names of
columns and values that it does not know, and the others end a cell in its middle. Read as they are
meant, each is one problem.
"""
# ruff: noqa: RUF001  (marks that are taken for other marks are the subject)

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from roster_toolkit.ingest.csv.layout import COMMA, OTHER_DELIMITERS, SEARCHED, find_layout
from roster_toolkit.ingest.csv.table import Table
from roster_toolkit.ingest.decode import Text, recoded
from roster_toolkit.model import Profile

_HEAD = 1 << 14
#: Headers in such marks from which on a file is written so and no name merely has them.
_FEWEST_CELLS = 3
#: Share of the filled cells that are in such marks too, below a header that is …
_HALF = 0.5
#: … and below one that is not.
_NEARLY_ALL = 0.9
_DELIMITERS = re.escape("".join((COMMA, *OTHER_DELIMITERS)))


@dataclass(frozen=True)
class _Marks:
    """Marks around cells: as they are told, and as a pattern of the opening and the closing one."""

    told: str
    mark: str
    doubled: str = ""
    """Two of them, where they mean one within a cell."""
    within_quotes: bool = False
    """Whether they stand within quotation marks only; others stand there or by themselves."""


_MARKS = (
    _Marks("single quotes (')", "'", doubled="''"),
    _Marks("curly quotes (“ ”)", "[“”„‟]"),
    _Marks("curly single quotes (‘ ’)", "[‘’‚‛]"),
    _Marks("angle quotes (« »)", "[«»]"),
    _Marks("backticks (`)", "[`´]"),
    _Marks('three quotation marks (""")', '""', within_quotes=True),
)


# --- marks around cells --------------------------------------------------------------------------


def without_other_quotes(text: Text, profile: Profile) -> tuple[Text, str]:
    """The text with quotation marks instead of other marks around its cells, and what these were.

    It stays where neither the header and half of the other cells are in such marks nor nearly all
    of them, or where the quotation marks would not stand well. A cell in none keeps its bytes.
    """
    head = bytes(text.source.data[text.bom : _HEAD]).decode(errors="ignore")
    lines = head.splitlines()[: SEARCHED + 1]
    marks = next((marks for marks in _MARKS if any(map(_begin_of_line(marks), lines))), None)
    layout = None if marks is None else find_layout(text, profile)
    if marks is None or layout is None or layout.width < _FEWEST_CELLS:
        return text, ""
    mark = marks.mark.replace('""', '"')  # a reader makes one of two
    in_marks = re.compile(f" *{mark}.*{mark} *")
    header = 0 if all(map(in_marks.fullmatch, layout.typed)) else layout.width
    # The last line of the head may be cut off.
    if _meant(head.rpartition("\n")[0] or head, marks, layout.delimiter, header) is None:
        return text, ""
    data = _meant(bytes(text.source.data).decode(), marks, layout.delimiter, header)
    meant = text if data is None else recoded(text, data.encode())
    if data is None or not meant.survey.quotes.are_regular(layout.delimiter):
        return text, ""
    return meant, marks.told


def _begin_of_line(marks: _Marks) -> Callable[[str], object]:
    """Whether the first filled cell of a line begins with marks."""
    quote = '"' if marks.within_quotes else '"?'
    return re.compile(rf'[{_DELIMITERS} ]*{quote}{marks.mark}(?!")').match


def _meant(text: str, marks: _Marks, delimiter: str, header: int) -> str | None:
    """The text with quotation marks instead of others; None where too few filled cells have these.

    `header` is the number of headers where they are in no marks, else 0.
    """
    d, mark = re.escape(delimiter), marks.mark
    before, behind = rf"(?<![^{d}\r\n\ufeff]) *", rf" *(?=[{d}\r\n]|\Z)"
    # A delimiter and a mark begin the next cell.
    inside = rf'((?:(?!{d} *"?{mark})[^\r\n])*?)'
    alone = "(?!)" if marks.within_quotes else ""
    in_marks = re.compile(
        rf'{before}(?:"{mark}{inside}{mark}"|{alone}{mark}{inside}{mark}){behind}'
    )

    def quoted(cell: re.Match[str]) -> str:
        in_quotes, bare = cell.groups()
        held = bare.replace('"', '""') if in_quotes is None else in_quotes
        return f'"{held.replace(marks.doubled, marks.doubled[:1]) if marks.doubled else held}"'

    meant, count = in_marks.subn(quoted, text)
    filled = sum(1 for _ in re.finditer(rf'"(?:[^"]|"")*"|[^{d}\r\n" ][^{d}\r\n"]*', meant))
    enough = _NEARLY_ALL if header else _HALF
    return meant if count >= max(enough * (filled - header), 1) else None


# --- quotes within a cell that are not doubled ---------------------------------------------------

Lines = frozenset[bytes]


def with_doubled_quotes(text: Text, profile: Profile) -> tuple[Text, Lines]:
    r"""The text with `""` for each `\"` and each `"` within a cell, and the lines changed, as now.

    A line below the header is read so where a CSV reader makes no sense of it as it stands, and
    does so then; not where it begins within a cell.
    """
    data = text.source.data
    if text.survey.quotes.are_regular(COMMA):
        return text, frozenset()
    layout = find_layout(text, profile)
    if layout is None or text.survey.quotes.are_regular(layout.delimiter):
        return text, frozenset()
    quoting = _Quoting(re.escape(layout.delimiter.encode()), layout.width)
    body = bytes(data[layout.end :])
    changed: set[bytes] = set()
    inside, read = False, 0

    def meant(line: re.Match[bytes]) -> bytes:
        nonlocal inside, read
        inside ^= body.count(b'"', read, line.start()) % 2 == 1
        read = line.end()
        doubled = line[0] if inside else quoting.doubled(line[0])
        if doubled == line[0]:
            inside ^= line[0].count(b'"') % 2 == 1
        else:
            changed.add(doubled)
        return doubled

    anew = bytes(data[: layout.end]) + quoting.suspicious.sub(meant, body)
    return (recoded(text, anew), frozenset(changed)) if changed else (text, frozenset())


class _Quoting:
    """How quotes may stand in the lines of a file, by its delimiter, escaped, and its width.

    Without a backslash, a quote within a cell is one that neither begins nor ends what stands
    between two delimiters, and the line must have a cell for each header.
    """

    def __init__(self, d: bytes, width: int) -> None:
        end = rb" *(?:%b|[\r\n]|\Z)" % d
        within = rb'\\"|[^%b\r\n"](?:"[^%b\r\n"]|""(?=%b))' % (d, d, end)
        inner = rb'(?<!%b)(?<!%b )"(?!%b)' % (d, d, end)
        self.suspicious = re.compile(rb"(?<![^\r\n])[^\r\n]*?(?:%b)[^\r\n]*" % within)
        self.usual = _line(rb' *"(?:[^"]|"")*" *', d)
        self.escaped = _line(rb' *"(?:[^"\\]|\\.|"")*" *', d)
        self.cell = re.compile(rb'"([^"\r\n]*(?:%b[^"\r\n]*)*)"(?=%b)' % (inner, end))
        self.undoubled = _line(rb" *%b *" % self.cell.pattern, d, width)

    def doubled(self, line: bytes) -> bytes:
        """A line with two quotes for each within a cell, where it makes sense so and only so."""
        if self.usual.fullmatch(line):
            return line
        if b"\\" in line and self.escaped.fullmatch(line):
            return re.sub(rb'\\(\\|")', _doubled, line)
        return self.cell.sub(_with_pairs, line) if self.undoubled.fullmatch(line) else line


def records_of(lines: Lines, table: Table, delimiter: str) -> pl.Series:
    """UInt32 indices of the records that stand in some lines, which all have a quote in a cell."""
    if not lines:
        return pl.Series("index", dtype=pl.UInt32)
    cells, width = table.cells, table.cells.width
    read = csv.reader((line.decode() for line in lines), delimiter=delimiter, skipinitialspace=True)
    typed = {tuple([*map(str.strip, record), *[""] * width][:width]) for record in read}
    quote = pl.any_horizontal(pl.all().str.contains('"', literal=True))
    # Of a record that is too long the quote may stand in none of these cells.
    index = cells.select(quote.arg_true()).to_series().cast(pl.UInt32)
    index = index.append(table.ragged["index"]).unique().sort().alias("index")
    rows = cells[index].select(pl.all().str.strip_chars()).rows()
    return index.filter(pl.Series([row in typed for row in rows], dtype=pl.Boolean))


def _line(quoted: bytes, delimiter: bytes, width: int | None = None) -> re.Pattern[bytes]:
    """A line of cells that are in quotes as a whole, or have none; of `width` cells, if said."""
    cell = rb'(?:%b|[^"%b]*)' % (quoted, delimiter)
    others = b"*" if width is None else b"{%d}" % (width - 1)
    return re.compile(rb"(?:%b%b)%b%b" % (cell, delimiter, others, cell))


def _doubled(escape: re.Match[bytes]) -> bytes:
    """A quote behind a backslash as CSV writes it; a backslash behind one stays as it is."""
    return b'""' if escape[1] == b'"' else escape[0]


def _with_pairs(cell: re.Match[bytes]) -> bytes:
    """A cell in quotes, with two for each within it; two that stand together mean one already."""
    return b'"%b"' % re.sub(rb'""?', b'""', cell[1])
