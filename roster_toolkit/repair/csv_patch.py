"""A draft → bytes, from the file's own bytes wherever they can stay.

A record without a repair keeps its bytes: quotes, spaces, line end. Where the fault is the file's
own (its delimiter, the order of its columns, or that it is the toolkit's error file), every record
is written anew, with quotes only where they are needed and the line end of the file.

`Scanner` finds a record in the bytes. Before a record is rewritten, its cells there must equal
those that were validated: a repair in somebody else's record is worse than none. Records that are
written as most programs do are proved and rewritten many at once (`csv_lines`), others one by one.
"""

from __future__ import annotations

import codecs
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property

import polars as pl

from roster_toolkit.errors import ToolkitError
from roster_toolkit.ingest.csv.layout import Layout
from roster_toolkit.ingest.decode import Text
from roster_toolkit.repair.csv_lines import rewritten, where_needed
from roster_toolkit.repair.csv_records import Scanner, first_line_end, quoted, unquoted
from roster_toolkit.repair.draft import Draft

#: Records that are rewritten at once.
_AT_ONCE = 10_000

_APART = (
    "nothing to fix: the file's own bytes do not show its records where they were read; save it "
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
        places = dict(zip(draft.upload.cells.columns, draft.places, strict=True))
        self.removed = draft.removed_positions
        self.width = len(draft.origin.header)
        self.cut = set(draft.origin.overhang) | draft.unglued
        #: `index`, `place`, `after` of the cells that are written anew, as repaired last.
        self.changes = (
            draft.repairs.drop_nulls("column")
            .unique(["index", "column"], keep="last", maintain_order=True)
            .select("index", "after", place=pl.col("column").replace_strict(places))
        )

    def pieces(self, data: bytes, start: int, scanner: Scanner) -> Iterator[bytes | memoryview]:
        """All records: stretches without a change as one slice, which is no copy."""
        unchanged = memoryview(data)
        to_rewrite: Sequence[int] = sorted(self.dropped | {*self.changes["index"]} | self.cut)
        if self.removed:
            to_rewrite = range(self.origin.cells.height)
        if not to_rewrite:
            yield unchanged[start:]
            return
        ends = scanner.ends(data, start, self.origin.cells.height)
        if len(ends) < self.origin.cells.height:
            raise ToolkitError(_APART)
        copied_to = start
        for at in range(0, len(to_rewrite), _AT_ONCE):
            part = to_rewrite[at : at + _AT_ONCE]
            spans = [(ends[index - 1] if index else start, ends[index]) for index in part]
            records = [data[begin:end] for begin, end in spans]
            for (begin, end), record in zip(spans, self._anew(part, records, scanner), strict=True):
                yield unchanged[copied_to:begin]
                yield record
                copied_to = end
        yield unchanged[copied_to:]

    def _anew(
        self, indices: Sequence[int], records: Sequence[bytes], scanner: Scanner
    ) -> Iterator[bytes]:
        """Some records with their repairs, in order; nothing for one that is dropped."""
        cells = self.origin.cells[indices]
        at = pl.DataFrame({"index": indices}, schema={"index": pl.UInt32}).with_row_index("at")
        changes = self.changes.join(at, on="index")
        as_text = pl.Series(records, dtype=pl.Binary).cast(pl.String)
        lines = rewritten(as_text, cells, changes, self.removed)
        for index, record, line in zip(indices, records, lines, strict=True):
            anew = self._by_itself(index, record, scanner) if line is None else line.encode()
            yield b"" if index in self.dropped else anew

    def _by_itself(self, index: int, record: bytes, scanner: Scanner) -> bytes:
        """A record that is written in a way of its own."""
        _require_same(record, self._cells(index), scanner)
        width = self.width if index in self.cut else None
        changes = self._changes_of_record.get(index, {})
        return _patched(record, changes, scanner, self.removed, width)

    @cached_property
    def _changes_of_record(self) -> Mapping[int, Mapping[int, str]]:
        changes: dict[int, dict[int, str]] = {}
        for index, after, place in self.changes.iter_rows():
            changes.setdefault(index, {})[place] = after
        return changes

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
    lines = upload.cells.lazy().select(record=pl.concat_str(where_needed(pl.all()), separator=","))
    records = lines.collect()["record"]
    if upload.ragged.height:
        records = records.scatter(upload.ragged["index"], _ragged_lines(draft))
    blank = pl.Series(range(records.len()), dtype=pl.UInt32).is_in(upload.blank.implode())
    body = records.filter(~blank).to_frame().select(pl.col("record").str.join(end)).item()
    return names + line_end + (body.encode() + line_end if body else b"")


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
