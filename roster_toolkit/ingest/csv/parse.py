"""The records of a text as a frame of text cells: fast paths, each with its proof.

Three paths lead to the same cells. Polars alone, where the bytes of cells, delimiters, line ends
and quotes around cells add up to the bytes of the file: it refuses records that are too long and
pads those that are too short, which makes the sum too large, so that equality leaves no room for
either. Every carriage return must belong to a line end then: Polars drops one that stands alone,
which for the csv module ends a record. And quotes must be regular: any other Polars may drop
unasked. Polars with the shape of the file known from its lines. And the csv module, record by
record.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass, replace

import polars as pl

from roster_toolkit.files import most_records
from roster_toolkit.ingest.csv.fallback import read_with_csv_module
from roster_toolkit.ingest.csv.layout import Layout, quotes_around_cells_below, returns_below
from roster_toolkit.ingest.csv.lines import find_shape
from roster_toolkit.ingest.csv.quick_shape import is_usual, quick_shape
from roster_toolkit.ingest.csv.table import Table, no_ragged, positions
from roster_toolkit.ingest.decode import Text, recoded, with_line_feeds
from roster_toolkit.ingest.source import Source

#: Polars unpacks what begins like zlib, also where it is text; and it takes a byte order mark off
#: the first record that it reads, not off the file.
_LIKE_ZLIB = (b"x\x01", b"x\x5e", b"x\x9c", b"x\xda")

#: Columns up to which a table of nothing takes no more memory than one that is allowed.
_NARROW = 32
#: Bytes in which line ends are counted at once.
_PIECE = 1 << 18


@dataclass(frozen=True)
class Parsed:
    """What Polars made of a text, not verified yet."""

    layout: Layout
    frame: pl.DataFrame | None
    """The records after the header, padded or cut to its width; None if Polars refuses the file."""
    refused: bool = False
    """Whether it refused until it was told to cut long records."""


class MostlyEmpty(ValueError):
    """A table that would have far more cells than the file has bytes to fill them."""


def parse(source: Source, layout: Layout) -> Parsed:
    """The records after the header as Polars reads them, at most one more than there may be.

    `read_table` says so where there are more: to count the lines before takes longer. Those of a
    wide table are counted, as Polars fills whole pieces of the file before it stops.
    """
    most = most_records(layout.width, source.size)
    too_many = layout.width > _NARROW and _has_more_lines(source, most)
    if too_many or _taken_for_another(source, layout):
        return Parsed(layout, None)
    frame = _frame(source, layout, most + 1, cut=False)
    if frame is not None:
        return Parsed(layout, frame)
    return Parsed(layout, _frame(source, layout, most + 1, cut=True), refused=True)


def _taken_for_another(source: Source, layout: Layout) -> bool:
    """Whether the file, or what follows the header, begins like something that it is not."""
    first = bytes(source.data[layout.end : layout.end + 3])
    return source.data[:2] in _LIKE_ZLIB or first == codecs.BOM_UTF8


def _frame(source: Source, layout: Layout, rows: int, *, cut: bool) -> pl.DataFrame | None:
    try:
        return pl.read_csv(
            source.for_polars,
            has_header=False,
            skip_lines=layout.lines,
            separator=layout.delimiter,
            schema=_schema(layout),
            n_rows=rows,
            missing_columns="insert",
            extra_columns="ignore" if cut else "raise",
            truncate_ragged_lines=cut,
            empty_string_is_null=False,
            glob=False,
        )
    except pl.exceptions.PolarsError:
        return None


def _schema(layout: Layout) -> dict[str, type[pl.String]]:
    return dict.fromkeys(positions(layout.width), pl.String)


def read_table(text: Text, parsed: Parsed) -> Table:
    """The records after the header, by the fastest path whose proof holds.

    Raises MostlyEmpty before there is a table that is.
    """
    layout, frame = parsed.layout, parsed.frame
    most = most_records(layout.width, text.source.size)
    if frame is not None and frame.height > most:
        raise _mostly_empty(text, layout)
    if layout.end >= text.source.size and most:
        return Table(pl.DataFrame(schema=_schema(layout)), no_ragged())
    table = _as_polars_reads(text, layout, frame, refused=parsed.refused)
    if table is not None:
        return table
    if _has_more_lines(text.source, most):
        raise _mostly_empty(text, layout)
    return read_with_csv_module(text, layout)


def _mostly_empty(text: Text, layout: Layout) -> MostlyEmpty:
    table = f"a table of {layout.width:,} columns and {_lines(text.source):,} lines"
    return MostlyEmpty(f"{table}, nearly all of it empty")


def _has_more_lines(source: Source, most: int) -> bool:
    return not most or (source.size > most and _lines(source) > most)


def _lines(source: Source) -> int:
    """At least as many as there are; to count what is not there takes long, to look does not."""
    return sum(
        piece.count(b"\n") + (piece.count(b"\r") if b"\r" in piece else 0)
        for piece in source.pieces(_PIECE)
    )


def _as_polars_reads(
    text: Text, layout: Layout, frame: pl.DataFrame | None, *, refused: bool
) -> Table | None:
    """The records that Polars made `frame` of, where it is proved that there are no others."""
    if frame is None or _ends_within_a_line(text, layout):
        return None
    if is_usual(text, layout) and not refused:
        records = _without_blank_end(text, layout, frame)
        if _adds_up(text, layout, records):
            return Table(records, no_ragged())
    shape = quick_shape(text, layout, frame) or find_shape(text, layout)
    if shape is not None and frame.height == shape.records:
        cells = frame.head(shape.records - shape.blank_lines_at_end)
        return Table(cells, shape.ragged, shape.surplus)
    if shape is None and text.survey.carriage_returns and not text.survey.has_quote:
        text, layout = _with_line_feeds(text, layout)
        return read_table(text, parse(text.source, layout))
    return None


def _ends_within_a_line(text: Text, layout: Layout) -> bool:
    """Whether a quote leads the header beyond a line feed, to a carriage return in a later line.

    Polars begins behind a line feed.
    """
    return text.survey.has_quote and text.source.data[layout.end - 1 : layout.end] != b"\n"


def _with_line_feeds(text: Text, layout: Layout) -> tuple[Text, Layout]:
    head = with_line_feeds(bytes(text.source.data[: layout.end]))
    return (
        recoded(text, with_line_feeds(bytes(text.source.data))),
        replace(layout, end=len(head), lines=head.count(b"\n")),
    )


def _line_ends_at_end(text: Text, layout: Layout) -> bytes:
    """The line ends after the last record with any character, its own included."""
    data, size = text.source.data, 1 << 10
    while True:
        tail = bytes(data[max(layout.end, len(data) - size) :])
        ends = tail[len(tail.rstrip(b"\r\n")) :]
        if len(ends) < len(tail) or layout.end + len(tail) >= len(data):
            return ends
        size *= 16


def _without_blank_end(text: Text, layout: Layout, frame: pl.DataFrame) -> pl.DataFrame:
    ends = _line_ends_at_end(text, layout)
    lines = len(with_line_feeds(ends))
    own = 1 if layout.end + len(ends) < text.source.size else 0
    return frame.head(max(frame.height - max(lines - own, 0), 0))


def _adds_up(text: Text, layout: Layout, frame: pl.DataFrame) -> bool:
    """Whether cells, what separates and encloses them, and line ends are all after the header."""
    data, ends = text.source.data, _line_ends_at_end(text, layout)
    if data[-1:] == layout.delimiter.encode():
        return False  # the one empty cell too many that Polars overlooks: before the end of a file
    body = len(data) - len(ends) - layout.end
    if not frame.height:
        return body == 0
    returns = returns_below(text, layout) - ends.count(b"\r")
    cells = frame.select(pl.sum_horizontal(pl.all().str.len_bytes().sum().cast(pl.UInt64))).item()
    delimiters = (layout.width - 1) * frame.height
    quotes = quotes_around_cells_below(text, layout)
    return bool(cells + delimiters + quotes + frame.height - 1 + returns == body)
