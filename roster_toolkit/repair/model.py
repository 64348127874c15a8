"""What a repair gives back."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from roster_toolkit.model import Upload
from roster_toolkit.rules.file import not_a_record
from roster_toolkit.rules.registry import rule_of

#: One line per changed cell, header, dropped record or fault of the file as a whole. `row` is that
#: of the file as it came, null where the change is none of a row; `column` is a header of the copy;
#: `after` is null where a record was dropped, whose text is `before`; `code` is `edit` where the
#: cell was edited by hand, null for what the toolkit itself had added to its error file.
LOG: dict[str, type[pl.DataType]] = {
    "row": pl.UInt32,
    "column": pl.String,
    "code": pl.String,
    "before": pl.String,
    "after": pl.String,
}
#: One line per repair that was not made, `why` in a few words.
NOT_MADE: dict[str, type[pl.DataType]] = {**LOG, "why": pl.String}
#: One repair to try: `column` is a key, null where the record is dropped; `cleans` is true where
#: nothing but space goes.
REPAIRS: dict[str, type[pl.DataType]] = {
    "index": pl.UInt32,
    "column": pl.String,
    "code": pl.UInt16,
    "after": pl.String,
    "cleans": pl.Boolean,
}
#: What the log says instead of the code of a rule where a cell was edited by hand.
EDIT = "edit"
#: One edit by hand: `row` as a spreadsheet shows it, `column` as the header stands in the file,
#: `before` the cell as it came, `value` what it becomes.
EDITS: dict[str, type[pl.DataType]] = {
    "row": pl.UInt32,
    "column": pl.String,
    "before": pl.String,
    "value": pl.String,
}
#: The same by index of the record and position of the column.
EDITED_CELLS: dict[str, type[pl.DataType]] = {
    "index": pl.UInt32,
    "place": pl.UInt32,
    "before": pl.String,
    "value": pl.String,
}
NO_RECORD = rule_of(not_a_record).number
#: A repair that was taken back, and the number of the rule that would have found fault.
BARRED: dict[str, type[pl.DataType]] = {
    "index": pl.UInt32,
    "column": pl.String,
    "code": pl.UInt16,
    "because": pl.UInt16,
}


@dataclass(frozen=True)
class Edits:
    """Cells that were edited by hand, and the file as it came."""

    came: Upload
    cells: pl.DataFrame
    """Shape `EDITED_CELLS`, one for each cell, in the order in which they were made."""


@dataclass(frozen=True)
class Fixed:
    """A repaired file and what was done to it."""

    data: bytes
    """The file to upload; equal to the customer's where nothing was repaired."""
    log: pl.DataFrame
    """Shape `LOG`: everything that was changed."""
    not_made: pl.DataFrame
    """Shape `NOT_MADE`: repairs that are possible, or seemed so, and were not made."""
