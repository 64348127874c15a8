"""A draft → bytes, from the file's own bytes wherever they can stay.

A record without a repair keeps its bytes: quotes, spaces, line end. Where the fault is the file's
own (its delimiter, the order of its columns, or that it is the toolkit's error file), every record
is written anew, with quotes only where they are needed and the line end of the file.

`Scanner` finds a record in the bytes. Before a record is rewritten, its cells there must equal
those that were validated: a repair in somebody else's record is worse than none.
"""

from __future__ import annotations

import codecs
from collections.abc import Collection, Iterator, Mapping, Sequence

import polars as pl

from roster_toolkit.errors import ToolkitError
from roster_toolkit.ingest.csv.layout import Layout
from roster_toolkit.ingest.decode import Text
from roster_toolkit.repair.csv_records import Scanner, first_line_end, quoted, unquoted
from roster_toolkit.repair.draft import Draft

_UNSAFE = r'[",\r\n]'
#: Records whose cells are compared at once.
_AT_ONCE = 10_000


_APART = (
    "nothing to repair: the file's own bytes do not show its records where they were read; save it "
    "anew as CSV and try again."
)


def written(draft: Draft, text: Text, layout: Layout) -> bytes:
    """The repaired file."""
    data = bytes(text.source.data)
    origin, scanner = draft.origin, Scanner(layout.delimiter)
    mark = codecs.BOM_UTF8 if text.bom else b""
    start = _start_of_header(data, text.bom, layout, scanner)
    # Lines above the header go, but no person's record, and no blank lines that are no fault.
    above = mark if origin.above and not origin.people_above else data[:start]
    if layout.delimiter != "," or draft.moved is not None or origin.is_error_file:
        return above + _written_anew(draft, first_line_end(data[: layout.end]))
    header = _header(draft, data[start : layout.end], scanner)
    return b"".join((above, header, *_Body(draft).pieces(data, layout.end, scanner)))


def _header(draft: Draft, header: bytes, scanner: Scanner) -> bytes:
    """The header line, from its own bytes where names stay."""
    if draft.header_anew:
        names = b",".join(quoted(cell.typed) for cell in draft.upload.header)
        return names + scanner.cells(header)[1]
    names_at = {
        place: new.typed
        for place, new in zip(draft.places, draft.upload.header, strict=True)
        if draft.origin.header[place].typed != new.typed
    }
    if not names_at and not draft.removed_positions:
        return header
    _require_same(header, [cell.typed for cell in draft.origin.header], scanner)
    return _patched(header, names_at, scanner, draft.removed_positions)


class _Body:
    """The records below the header, as repairs change them."""

    def __init__(self, draft: Draft) -> None:
        self.dropped = set(draft.dropped["index"])
        self.origin = draft.origin
        self.widths = dict(draft.origin.ragged.iter_rows())
        at = dict(zip(draft.upload.cells.columns, draft.places, strict=True))
        self.removed = draft.removed_positions
        self.width = len(draft.origin.header)
        self.cut = set(draft.origin.overhang) | draft.unglued
        self.changes: dict[int, dict[int, str]] = {}
        for index, key, after in draft.repairs.drop_nulls("column").select(
            "index", "column", "after"
        ).iter_rows():  # fmt: skip
            self.changes.setdefault(index, {})[at[key]] = after

    def pieces(self, data: bytes, start: int, scanner: Scanner) -> Iterator[bytes | memoryview]:
        """All records: stretches without a change as one slice, which is no copy."""
        unchanged = memoryview(data)
        to_rewrite: Sequence[int] = sorted(self.dropped | self.changes.keys() | self.cut)
        if self.removed:
            to_rewrite = range(self.origin.cells.height)
        if not to_rewrite:
            yield unchanged[start:]
            return
        ends = scanner.ends(data, start, self.origin.cells.height)
        if len(ends) < self.origin.cells.height:
            raise ToolkitError(_APART)
        copied_to = start
        for index, plain in self._plain_lines(to_rewrite, scanner):
            begin = ends[index - 1] if index else start
            yield unchanged[copied_to:begin]
            copied_to = ends[index]
            record = data[begin:copied_to]
            if record.rstrip(b"\r\n") != plain.encode():
                _require_same(record, self._cells(index), scanner)
            if index not in self.dropped:
                changes = self.changes.get(index, {})
                width = self.width if index in self.cut else None
                yield _patched(record, changes, scanner, self.removed, width)
        yield unchanged[copied_to:]

    def _plain_lines(self, indices: Sequence[int], scanner: Scanner) -> Iterator[tuple[int, str]]:
        """Some records as they would be written with as many cells as headers and no quotes.

        Most records equal this line and need no parsing; a record with a quote never does.
        """
        delimiter = scanner.delimiter.decode()
        whole = pl.concat_str(pl.all(), separator=delimiter)
        needs_quotes = pl.when(pl.any_horizontal(pl.all().str.contains(rf"[\"{delimiter}]"))).then(
            pl.lit('"')
        )
        for start in range(0, len(indices), _AT_ONCE):
            part = indices[start : start + _AT_ONCE]
            lines = self.origin.cells[part].select(needs_quotes.otherwise(whole).alias("line"))[
                "line"
            ]
            yield from zip(part, lines, strict=True)

    def _cells(self, index: int) -> list[str]:
        """The cells of a record that were judged, no more than it had."""
        cells = [*self.origin.cells.row(index), *self.origin.surplus.get(index, ())]
        width = self.widths.get(index, len(self.origin.header))
        return cells[:width]


def _require_same(record: bytes, judged: Sequence[str], scanner: Scanner) -> None:
    """Raise ToolkitError where a record in the file is not the one that was judged."""
    in_file = [unquoted(cell) for cell in scanner.cells(record)[0]]
    beyond = in_file[len(judged) :], judged[len(in_file) :]
    same = all(one == other for one, other in zip(in_file, judged, strict=False))
    if not same or any(map(any, beyond)):
        raise ToolkitError(_APART)


def _start_of_header(data: bytes, start: int, layout: Layout, scanner: Scanner) -> int:
    for _ in range(layout.row - 1):
        start = scanner.end_of_record(data, start)
    return start


def _patched(
    record: bytes,
    changes: Mapping[int, str],
    scanner: Scanner,
    removed: Collection[int] = (),
    width: int | None = None,
) -> bytes:
    """A record with some of its cells written anew, others left out, none beyond `width`."""
    cells, line_end = scanner.cells(record)
    for at, text in changes.items():
        cells[at] = quoted(text)
    kept = [cell for at, cell in enumerate(cells[:width]) if at not in removed]
    return scanner.delimiter.join(kept) + line_end


def _written_anew(draft: Draft, line_end: bytes) -> bytes:
    """Header and records, blank ones left out."""
    upload, end = draft.upload, line_end.decode()
    names = b",".join(quoted(header.typed) for header in upload.header)
    lines = upload.cells.lazy().select(record=pl.concat_str(_as_written(), separator=","))
    records = lines.collect()["record"]
    if upload.ragged.height:
        records = records.scatter(upload.ragged["index"], _ragged_lines(draft))
    blank = pl.Series(range(records.len()), dtype=pl.UInt32).is_in(upload.blank.implode())
    body = records.filter(~blank).to_frame().select(pl.col("record").str.join(end)).item()
    return names + line_end + (body.encode() + line_end if body else b"")


def _as_written() -> pl.Expr:
    inside = '"' + pl.all().str.replace_all('"', '""', literal=True) + '"'
    return pl.when(pl.all().str.contains(_UNSAFE)).then(inside).otherwise(pl.all())


def _ragged_lines(draft: Draft) -> list[str]:
    """Ragged records with just the cells they had; the action is moved where there is one."""
    upload, lines = draft.upload, []
    for index, width in upload.ragged.iter_rows():
        typed = draft.origin.cells.row(index)
        own = [typed[place] for place in draft.places if place < width]
        beyond = max(width - len(draft.origin.header), 0)
        cells = [*own, *upload.surplus.get(index, ())[:beyond]]
        lines.append(b",".join(map(quoted, cells)).decode())
    return lines
