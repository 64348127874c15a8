"""A file as it was read, with the facts that rules about files judge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from roster_toolkit.display import Shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl


#: What the writer of the error file adds to the customer's columns, and the reader takes off again:
#: behind them in users-errors.csv, in front of them in the workbook.
ERROR_FILE_COLUMNS = ("row", "errors", "how to fix")


#: The `row` of the record that holds the faults of the header and of the file as a whole.
ERROR_FILE_MARK = "file"


#: How an error file of a masked review begins its first record, and other artifacts their remark.
MASKED_MARK = "Masked: pseudonyms stand for names, addresses and IDs."


#: What stands there in place of a cell that a record was too short to have.
NO_CELL = "(no cell)"


#: What stands in the workbook in place of a header that is blank.
NO_NAME = "(no name)"


#: The sheet of the error file as a workbook that holds its rows.
ERROR_FILE_SHEET = "rows"


class HeaderMatch(StrEnum):
    """How sure it is what a header of the file means."""

    EXACT = "exact"
    CASE = "case"
    """Right but for letter case or surrounding space."""
    ALIAS = "alias"
    """Another known name of the column."""
    LIKELY = "likely"
    """Resembles a column that is missing; too uncertain to judge its cells."""
    UNKNOWN = "unknown"
    REPEATED = "repeated"
    """The same column stands in the file more than once."""


@dataclass(frozen=True, slots=True)
class HeaderCell:
    """One header as it was typed, and what it means."""

    typed: str
    match: HeaderMatch
    key: str | None
    """Key of the column that it means or resembles; None if unknown."""

    @property
    def certain(self) -> bool:
        """True where the cells beneath may be judged."""
        return self.match in (HeaderMatch.EXACT, HeaderMatch.CASE, HeaderMatch.ALIAS)


class Obstacle(StrEnum):
    """Why a file cannot be read as a table of records at all, or not to its end."""

    EMPTY = "empty"
    HEADER_ALONE = "header-alone"
    WORKBOOK = "workbook"
    ARCHIVE = "archive"
    IMAGE = "image"
    PDF = "pdf"
    WEB_PAGE = "web-page"
    BINARY = "binary"
    UNDECODABLE = "undecodable"
    UNCLOSED_QUOTE = "unclosed-quote"
    OTHER_FORMAT = "other-format"


class Remark(StrEnum):
    """What a line says that speaks of the file and not of a person."""

    HEADER = "the header again"
    OTHER_HEADER = "a header with other columns or another order, and records below it"
    GLUED = "a record and the header behind it, without a line end between"
    TOTAL = "a total, a count or a footer"
    HEADING = "a group's heading"
    DRAWN = "a drawn line"
    HINTS = "hints on what belongs into the columns"
    NOBODY = "cells that go on below the last person, as what is filled down does"


def _no_remarks() -> pl.DataFrame:
    import polars as pl

    return pl.DataFrame(schema={"index": pl.UInt32, "kind": pl.String})


def _none_reordered() -> pl.DataFrame:
    import polars as pl

    return pl.DataFrame(schema={"index": pl.UInt32, "header": pl.UInt32})


def _no_indices() -> pl.Series:
    import polars as pl

    return pl.Series("index", dtype=pl.UInt32)


@dataclass(frozen=True, repr=False)
class Upload(Shown):
    """A file as it was read: every record as text cells, with the facts that file rules judge.

    Record `i` of `cells` (0-based) is spreadsheet row `first_row + i`; blank and ragged records
    keep their place, so a row number is never adjusted. Cells are as typed, untrimmed, never null.

    >>> (review.upload.name, review.upload.records, review.upload.encoding)
    ('users.csv', 3101, 'utf-8')
    """

    name: str
    sha256: str
    size: int
    """Bytes."""
    encoding: str
    """`utf-8`, `utf-8-sig`, `utf-16`, `windows-1252`, `macroman`, `cp437` or `cp850`."""
    delimiter: str
    header: tuple[HeaderCell, ...]
    """In file order; position `j` is column `cells.columns[j]`."""
    first_row: int
    """Spreadsheet row of the first record (header row + 1)."""
    cells: pl.DataFrame
    """All text. Named by column key where the meaning is certain, else `#` and the position."""
    blank: pl.Series
    """UInt32 indices of records without any content, ascending."""
    ragged: pl.DataFrame
    """`index` UInt32, `found` UInt32: records with another number of cells than headers; their
    cells are padded with blanks or cut in `cells`."""
    surplus: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    """Index of a record with too many cells → the cells that have no header."""
    obstacle: Obstacle | None = None
    obstacle_detail: str = ""
    """What the obstacle is, in a few words: `an Excel workbook (.xlsx)`, `OneRoster users.csv`."""
    sheets_unread: int = 0
    """Further sheets of a workbook with headers of ours, whose rows are not in `cells`."""
    uncalculated: str = ""
    """How many formulas of a workbook have no stored result, and the cell of the first; `cells` has
    the formulas themselves."""
    obstacle_row: int | None = None
    """Spreadsheet row where it stands (an unclosed quote)."""
    foreign: pl.DataFrame | None = None
    """`index`, `column`, `value`: cells to look at after a guess at the encoding, 20 at most."""
    encoding_fits: bool = True
    """Whether the words of the file are plausible in the encoding that was guessed."""
    is_error_file: bool = False
    """The toolkit's own error file, handed in again: what the writer added is taken off."""
    above: int = 0
    """Records above the header, blank ones included; 0 where all of them are blank."""
    people_above: bool = False
    """Whether one of them seems to be a person."""
    quoted_lines: bool = False
    """Whether the header, or every line, was quoted as a whole; these quotes were not read."""
    first_line: int = 2
    """Line of the text in which the first record begins; a record may take several."""
    other_quotes: str = ""
    """What stands around its cells instead of quotation marks, in words; it was not read."""
    undoubled: pl.Series = field(default_factory=_no_indices)
    """UInt32 indices of records that have a quote within a cell in quotes that is not doubled."""
    overhang: pl.Series = field(default_factory=_no_indices)
    """UInt32 indices of ragged records that differ by blank cells without a header only."""
    other_delimiter: str = ""
    """What separates the cells of some records, where it is not what separates the headers."""
    otherwise_separated: pl.Series = field(default_factory=_no_indices)
    """UInt32 indices of these records, which were read as they are meant."""
    remarks: pl.DataFrame = field(default_factory=_no_remarks)
    """`index` UInt32, `kind` (a `Remark`): records that speak of the file, not of a person."""
    reordered: pl.DataFrame = field(default_factory=_none_reordered)
    """`index` UInt32, `header` UInt32: records below a second header that has the columns in
    another order, and the index of that header. Their cells stand under the wrong headers."""
    lacks_header: bool = False
    """Whether the first line seems to be a person, and `header` its cells."""
    nameless: tuple[int, ...] = ()
    """Positions of last columns that have neither a name nor any content."""
    index_column: int | None = None
    """Position of a nameless column that counts the rows, as programs write it in front."""

    @property
    def records(self) -> int:
        """Number of records that are not blank."""
        return self.cells.height - self.blank.len()

    @property
    def misshapen(self) -> pl.DataFrame:
        """`ragged` without those that differ by blank cells only and those without meaning."""
        index = self.ragged["index"]
        if index.is_empty():
            return self.ragged
        harmless = index.is_in(self.overhang.implode()) | index.is_in(
            self.without_meaning.implode()
        )
        return self.ragged.filter(~harmless)

    @property
    def without_meaning(self) -> pl.Series:
        """UInt32 indices of records of which no cell is what its header says: no ID is one."""
        return self.remarks["index"].append(self.reordered["index"])

    @property
    def hanging_over(self) -> int:
        """How many records have blank cells behind the last header, and nothing else besides."""
        long = self.ragged.filter(self.ragged["found"] > len(self.header))["index"]
        return int(long.is_in(self.overhang.implode()).sum())

    @property
    def unjudged(self) -> pl.Series:
        """UInt32 indices of records that no rule judges, blank ones aside."""
        index = self.without_meaning
        return self.misshapen["index"].cast(index.dtype).append(index)

    def row(self, index: int) -> int:
        """Spreadsheet row of record `index`."""
        return self.first_row + index

    def indices(self, rows: pl.Series) -> pl.Series:
        """The index of the record in each spreadsheet row; null for the header and what is above.

        A quote that never closes may open there, and be told by its row.
        """
        import polars as pl

        at = rows.cast(pl.Int64) - self.first_row
        return at.set(~at.is_between(0, self.cells.height - 1), None).cast(pl.UInt32)

    @property
    def header_unread(self) -> bool:
        """Whether a quote that opens in the header and never closes hides which columns follow."""
        row = self.obstacle_row
        return self.obstacle is Obstacle.UNCLOSED_QUOTE and row is not None and row < self.first_row
