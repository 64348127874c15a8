"""Reading: from a path or bytes to an Upload."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from roster_toolkit.ingest.csv.blanks import blank_records
from roster_toolkit.ingest.csv.layout import (
    COMMA,
    Layout,
    added_in_front,
    find_layout,
    is_blank,
    without_line_quotes,
)
from roster_toolkit.ingest.csv.other_delimiters import OtherRecords, read_as_one
from roster_toolkit.ingest.csv.other_quotes import (
    Lines,
    records_of,
    with_doubled_quotes,
    without_other_quotes,
)
from roster_toolkit.ingest.csv.parse import MostlyEmpty, Parsed, parse, read_table
from roster_toolkit.ingest.csv.spaces import without_spaces
from roster_toolkit.ingest.csv.table import Table, no_ragged
from roster_toolkit.ingest.decode import (
    SINGLE_BYTE,
    Survey,
    Text,
    as_text,
    has_utf16_mark,
    is_utf8,
    probably_utf8,
    recoded,
    survey,
)
from roster_toolkit.ingest.error_file import is_error_file, own_layout, own_table
from roster_toolkit.ingest.headers import column_names, header_names, match_headers
from roster_toolkit.ingest.masked import must_not_be_masked, refused, says_masked
from roster_toolkit.ingest.nameless import index_column, nameless_at_end, overhang
from roster_toolkit.ingest.pairing import with_pairs
from roster_toolkit.ingest.quotes import Quotes
from roster_toolkit.ingest.recognize import (
    Recognized,
    begins_with_our_header,
    binary_format,
    other_format,
    text_format,
)
from roster_toolkit.ingest.remarks import find_remarks
from roster_toolkit.ingest.second_header import with_reordered
from roster_toolkit.ingest.source import FileSource, Source, open_source
from roster_toolkit.model import HeaderCell, HeaderMatch, Obstacle, Profile, Upload

_HEAD = 1 << 14
_MOST_FOREIGN = 20
#: Cells that a line fills at least that is a person and no header.
_OF_A_PERSON = 4
_FOREIGN_SCHEMA = {"index": pl.UInt32, "column": pl.String, "value": pl.String}


def read_upload(source: FileSource, profile: Profile, *, name: str | None = None) -> Upload:
    """The file as it was read: all records as text, and every fact that file rules judge.

    Any bytes give an Upload, if need be with an obstacle. Raises UnreadableFile only where there is
    no file to speak of, or a masked one. `name` is what the file is called where the path does not
    tell. A frame is read as the file that it would be, called `frame`.

    >>> upload = rt.read_upload(file, review.profile)
    >>> (upload.records, upload.delimiter)
    (160, ',')
    """
    opened = open_source(source, name)
    recognized = binary_format(opened.data)
    if recognized and not begins_with_our_header(bytes(opened.data[:_HEAD]), profile):
        return _workbook(opened, recognized, profile) or _rejected(
            opened, survey(opened), recognized
        )
    facts, parsed = _survey_and_parse(opened, profile)
    text = as_text(opened, facts)
    recognized = _no_table(opened, facts, text, profile)
    if recognized or text is None:
        return _rejected(opened, facts, recognized, text)
    meant = as_meant(text, profile)
    text = meant.text
    if parsed is None or text.source is not opened:
        parsed = _parsed(text, profile)
    if parsed is None:
        return _rejected(opened, facts, (Obstacle.EMPTY, "a file of blank lines"), text)
    try:
        table, others = read_as_one(text, parsed.layout, read_table(text, parsed))
    except MostlyEmpty as error:
        return _rejected(opened, facts, (Obstacle.BINARY, str(error)), text)
    file = replace(text, source=opened, survey=facts)
    upload = _upload(file, parsed.layout, table, profile)
    upload = replace(
        upload,
        quoted_lines=meant.quoted_lines,
        other_quotes=meant.other_quotes,
        undoubled=records_of(meant.undoubled, table, upload.delimiter),
        delimiter=f"{upload.delimiter} " if meant.spaced else upload.delimiter,
        **_facts(others),
    )
    must_not_be_masked(upload)
    return upload


def _facts(others: OtherRecords | None) -> dict[str, Any]:
    """What an Upload knows of records of another delimiter."""
    if others is None:
        return {}
    return {"other_delimiter": others.delimiter, "otherwise_separated": others.index}


@dataclass(frozen=True)
class Meant:
    """A text with quotes and separators as CSV has them, and what it had instead."""

    text: Text
    quoted_lines: bool
    undoubled: Lines
    other_quotes: str
    spaced: bool


def as_meant(text: Text, profile: Profile) -> Meant:
    """The text as it is meant, where its quotes or separators are not those of a CSV file."""
    plain = without_line_quotes(text.source.data, profile)
    text = text if plain is None else recoded(text, plain)
    undoubled: Lines = frozenset()
    if not without_spaces(text, profile)[1]:  # else its quotes stand well but for the spaces
        text, undoubled = with_doubled_quotes(text, profile)
    text, other = without_other_quotes(text, profile)
    text, spaced = without_spaces(text, profile)
    return Meant(text, plain is not None, undoubled, other, spaced)


def _workbook(source: Source, recognized: Recognized, profile: Profile) -> Upload | None:
    """The rows of a workbook that holds ours; the portal rejects it all the same.

    Our own error file as a workbook is read as if it were text.
    """
    obstacle, detail = recognized
    if obstacle is not Obstacle.WORKBOOK:
        return None
    from roster_toolkit.ingest.workbook import workbook_as_csv

    sheet = workbook_as_csv(source, profile)
    if sheet is None:
        return None
    upload = read_upload(sheet.text, profile, name=source.name)
    upload = replace(upload, sha256=survey(source).sha256, size=source.size)
    if upload.is_error_file:
        return upload
    if sheet.unread:
        detail += f" with {1 + sheet.unread} sheets of rows, of which only the first was read"
    if sheet.uncalculated:
        detail += f"{', and' if sheet.unread else ''} with {sheet.uncalculated}"
    return replace(
        upload, encoding="", obstacle=obstacle, obstacle_detail=detail,
        sheets_unread=sheet.unread, uncalculated=sheet.uncalculated,
    )  # fmt: skip


def _parsed(text: Text, profile: Profile) -> Parsed | None:
    """Layout and frame of a text; None if it holds blank lines only."""
    layout = find_layout(text, profile)
    return parse(text.source, layout) if layout else None


def _survey_and_parse(source: Source, profile: Profile) -> tuple[Survey, Parsed | None]:
    """Survey the bytes in a thread while Polars parses them.

    Most files are UTF-8, so parsing does not wait for the proof that this one is: Polars reads
    nothing but UTF-8, so that only the header, which it skips, is left to check.
    """
    if not probably_utf8(bytes(source.data[:_HEAD])):
        return survey(source), None
    with ThreadPoolExecutor(1) as executor:
        surveyed = executor.submit(survey, source, sure_utf8=True)
        parsed = _parsed(Text(source, "", Survey("", True, False, Quotes(), 0, 0)), profile)
        facts = surveyed.result()
    if parsed is not None and parsed.frame is not None:
        header = source.recoded(bytes(source.data[: parsed.layout.end]))
        return replace(facts, is_utf8=is_utf8(header)), parsed
    return replace(facts, is_utf8=is_utf8(source)), parsed


def _no_table(
    source: Source, facts: Survey, text: Text | None, profile: Profile
) -> Recognized | None:
    """What keeps the bytes from being a text, or the text from being a table."""
    if not source.size:
        return Obstacle.EMPTY, "an empty file"
    if text is None:
        if facts.has_nul and not has_utf16_mark(bytes(source.data[:2])):
            return Obstacle.BINARY, _with_nul(source, profile)
        return Obstacle.UNDECODABLE, "text in an unknown encoding"
    if text.survey.has_nul:
        return Obstacle.BINARY, _with_nul(text.source, profile)
    head = bytes(text.source.data[:_HEAD])
    recognized = text_format(head.decode(errors="ignore"))
    return None if recognized and begins_with_our_header(head, profile) else recognized


def _with_nul(source: Source, profile: Profile) -> str:
    """What bytes with a NUL are: our text with a stray one, and where, or no text at all."""
    before = bytes(source.data).split(b"\x00", 1)[0]
    if not begins_with_our_header(before[:_HEAD], profile):
        return "a file that is not text"
    row = 1 + before.count(b"\n")
    return f"text with a NUL character, which no CSV has, in row {row}"


def _rejected(
    source: Source, facts: Survey, why: Recognized | None, text: Text | None = None
) -> Upload:
    """An Upload without any record."""
    obstacle, detail = why or (Obstacle.UNDECODABLE, "text in an unknown encoding")
    return Upload(
        name=source.name,
        sha256=facts.sha256,
        size=source.size,
        encoding=text.encoding if text else "",
        delimiter=COMMA,
        header=(),
        first_row=2,
        cells=pl.DataFrame(),
        blank=pl.Series("index", [], pl.UInt32),
        ragged=no_ragged(),
        obstacle=obstacle,
        obstacle_detail=detail,
    )


def _upload(file: Text, layout: Layout, table: Table, profile: Profile) -> Upload:
    """The Upload of a table, under the names of its columns."""
    is_ours = is_error_file(layout.typed)
    if is_ours:
        if says_masked(table):
            raise refused(file.source.name)
        table = own_table(table, in_front=added_in_front(layout.typed))
        layout = own_layout(layout)
    header, lacks_header = _header(layout, table, profile)
    cells = table.cells.rename(dict(zip(table.cells.columns, column_names(header), strict=True)))
    content = {i for i, rest in table.surplus.items() if not is_blank(rest)}
    blank = blank_records(
        cells, [c.key for c in profile.needing(lambda need: need.always)], content
    )
    ragged = table.ragged.filter(~pl.col("index").is_in(blank.implode()))
    ragged_indices = set(ragged["index"])
    surplus = {i: rest for i, rest in table.surplus.items() if i in ragged_indices}
    remarks = find_remarks(cells, header, blank, surplus, profile)
    upload = Upload(
        name=file.source.name,
        sha256=file.survey.sha256,
        size=file.source.size,
        encoding=file.encoding,
        delimiter=layout.delimiter,
        header=header,
        first_row=layout.row + 1,
        first_line=max(layout.row, layout.lines) + 1,
        cells=cells,
        blank=blank,
        ragged=ragged,
        surplus=surplus,
        foreign=_foreign(cells) if file.encoding in SINGLE_BYTE.values() else None,
        encoding_fits=file.fits,
        is_error_file=is_ours,
        above=layout.above,
        people_above=layout.people_above,
        overhang=overhang(header, cells, ragged, surplus, profile),
        remarks=remarks,
        lacks_header=lacks_header,
        nameless=() if lacks_header else nameless_at_end(header, cells, profile),
        index_column=None
        if lacks_header
        else index_column(header, cells, blank, remarks["index"], profile),
        **_obstacle(layout, table, profile, has_records=cells.height > blank.len()),
    )
    return with_reordered(upload, profile)


def _header(layout: Layout, table: Table, profile: Profile) -> tuple[tuple[HeaderCell, ...], bool]:
    """What the headers mean, and whether they seem to be the cells of a person instead."""
    names = header_names(profile)
    if not names.known(layout.typed) and names.seem_to_be_a_person(layout.typed, _OF_A_PERSON):
        return tuple(HeaderCell(text, HeaderMatch.UNKNOWN, None) for text in layout.typed), True
    return with_pairs(match_headers(layout.typed, profile), table.cells, profile), False


def _obstacle(
    layout: Layout,
    table: Table,
    profile: Profile,
    *,
    has_records: bool,
) -> dict[str, Any]:
    """What keeps a table from being read to its end, or from being ours."""
    if other := other_format(layout.typed, profile):
        return {"obstacle": Obstacle.OTHER_FORMAT, "obstacle_detail": other}
    if not layout.closed or table.unclosed is not None:
        return {
            "obstacle": Obstacle.UNCLOSED_QUOTE,
            "obstacle_detail": "a quote that is never closed",
            "obstacle_row": layout.row + (0 if table.unclosed is None else 1 + table.unclosed),
        }
    if not has_records:
        return {"obstacle": Obstacle.HEADER_ALONE, "obstacle_detail": "a header without records"}
    return {}


def _foreign(cells: pl.DataFrame) -> pl.DataFrame:
    """Cells with characters beyond ASCII, the first of each value, in the order of the file."""
    parts = [
        pl.DataFrame({"index": positions, "value": cells[name].gather(positions)})
        .unique("value", keep="first", maintain_order=True)
        .head(_MOST_FOREIGN)
        .select(pl.col("index").cast(pl.UInt32), pl.lit(name).alias("column"), "value")
        for name in cells.columns
        if (
            positions := (cells[name].str.len_bytes() != cells[name].str.len_chars()).arg_true()
        ).len()
    ]
    if not parts:
        return pl.DataFrame(schema=_FOREIGN_SCHEMA)
    return pl.concat(parts).sort("index", maintain_order=True).head(_MOST_FOREIGN)
