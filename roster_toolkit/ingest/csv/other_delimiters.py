"""Records below the header whose cells another sign separates than those of the header.

Rows of a second export were pasted under the first, or copied out of a spreadsheet, which puts tabs
between them. For the portal such a row is a single cell. Read as it is meant, all of that is one
problem: what separates the cells.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from roster_toolkit.ingest.csv.layout import COMMA, OTHER_DELIMITERS, Layout
from roster_toolkit.ingest.csv.parse import parse, read_table
from roster_toolkit.ingest.csv.table import Table
from roster_toolkit.ingest.decode import Text, recoded

#: A record of another delimiter has few cells by that of the header: this part of them at most.
_PART = 2


@dataclass(frozen=True)
class OtherRecords:
    """The records of another delimiter, ascending, and what it is."""

    index: pl.Series
    delimiter: str


def read_as_one(text: Text, layout: Layout, table: Table) -> tuple[Table, OtherRecords | None]:
    """The table with all records read as they are meant, and those of another delimiter.

    Only where no other record becomes another one by it. Most files have no record that is far too
    short and full of another delimiter, and then nothing is looked at.
    """
    short = table.ragged.filter(pl.col("found") <= max(layout.width // _PART, 1))
    if short.is_empty() or layout.width <= _PART:
        return table, None
    seen = _delimiters_of(table.cells[short["index"]], layout)
    meant, delimiter = with_one_delimiter(text, layout, seen) if seen else (text, "")
    if not delimiter:
        return table, None
    anew = read_table(meant, parse(meant.source, layout))
    index = short["index"].filter(~short["index"].is_in(anew.ragged["index"].implode()))
    others = table.ragged["index"].filter(~table.ragged["index"].is_in(index.implode()))
    if index.is_empty() or anew.cells.height != table.cells.height:
        return table, None
    if not others.equals(anew.ragged["index"]):
        return table, None
    return anew, OtherRecords(index, delimiter)


def _delimiters_of(records: pl.DataFrame, layout: Layout) -> tuple[str, ...]:
    """The other delimiters of which a record that is too short has enough for all columns."""
    typed = records.select(pl.concat_str(pl.all(), separator=layout.delimiter)).to_series()
    return tuple(
        delimiter
        for delimiter in (COMMA, *OTHER_DELIMITERS)
        if delimiter != layout.delimiter
        and (typed.str.count_matches(delimiter, literal=True) >= layout.width - 1).any()
    )


def with_one_delimiter(
    text: Text, layout: Layout, others: Sequence[str] = (COMMA, *OTHER_DELIMITERS)
) -> tuple[Text, str]:
    """The text with the header's delimiter in all lines, and the other one; blank if there is none.

    A line is changed that has as many cells as the header by the other one, and not by its own;
    every other byte stays. Of several others the one with most lines is taken.
    """
    body = bytes(text.source.data[layout.end :])
    found = {
        delimiter: _rewritten(body, delimiter, layout)
        for delimiter in others
        if delimiter != layout.delimiter and delimiter.encode() in body
    }
    delimiter, (lines, anew) = max(
        found.items(), key=lambda item: item[1][0], default=("", (0, body))
    )
    if not lines:
        return text, ""
    return recoded(text, bytes(text.source.data[: layout.end]) + anew), delimiter


def _rewritten(body: bytes, delimiter: str, layout: Layout) -> tuple[int, bytes]:
    """How many lines have another delimiter, and the bytes with that of the header in them."""
    lines = 0

    def meant(line: re.Match[bytes]) -> bytes:
        nonlocal lines
        typed = line[0].decode()
        cells = _cells(typed, delimiter)
        if len(cells) != layout.width or len(_cells(typed, layout.delimiter)) == layout.width:
            return line[0]
        lines += 1
        return layout.delimiter.join(_quoted(cell, layout.delimiter) for cell in cells).encode()

    sign = re.escape(delimiter.encode())
    line = rb"(?m)^(?:[^%b\r\n]*%b){%d}[^\r\n]*" % (sign, sign, layout.width - 1)
    anew = re.sub(line, meant, body)
    return lines, anew


def _cells(line: str, delimiter: str) -> list[str]:
    """The cells of a line; none where a quote in it is not closed."""
    return [] if line.count('"') % 2 else next(csv.reader([line], delimiter=delimiter))


def _quoted(cell: str, delimiter: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if delimiter in cell or '"' in cell else cell
