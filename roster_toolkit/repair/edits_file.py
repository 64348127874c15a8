"""A list of edits as a file: a CSV with the columns row, column, before and value.

The log of a repair is one too: what it calls `after` is the value, and its lines about the file as
a whole and about dropped rows are no edits. Every cell is read as text, so that an ID keeps its
zeros.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from roster_toolkit.errors import UsageError
from roster_toolkit.ingest.decode import as_text, survey, with_line_feeds
from roster_toolkit.ingest.error_file import unprotected
from roster_toolkit.ingest.source import open_source
from roster_toolkit.repair.model import EDITS

_UNNAMED = "edits.csv"
_DELIMITERS = ",;\t|"
#: What a log calls the value, and the column that only a log has.
_AFTER, _CODE = "after", "code"


def read_edits(source: str | Path | bytes) -> pl.DataFrame:
    r"""Shape `EDITS`: the edits of a file, in its order.

    Raises UsageError where it is no such list, UnreadableFile where there is no file.

    >>> rt.read_edits(b"row,column,before,value\n5,schoolId,199,0199\n").row(0)
    (5, 'schoolId', '199', '0199')
    """
    opened = open_source(source, _UNNAMED if isinstance(source, bytes) else None)
    text = as_text(opened, survey(opened))
    if text is None or text.survey.has_nul:
        raise UsageError(f"{opened.name} is not a list of edits: it is not text.")
    data = bytes(text.source.data)[text.bom :]
    if text.survey.lone_returns and not text.survey.has_quote:
        data = with_line_feeds(data)
    lines = _lines(data, opened.name)
    is_log = _CODE in lines.columns and _AFTER in lines.columns
    if is_log and "value" not in lines.columns:
        lines = lines.rename({_AFTER: "value"})
    if missing := [name for name in EDITS if name not in lines.columns]:
        raise UsageError(
            f"{opened.name} is not a list of edits: it needs the columns row, column, before and "
            f"value, and has no {missing[0]}."
        )
    lines = lines.with_row_index("line", 2).with_columns(pl.col("row").str.strip_chars())
    lines = lines.filter(pl.any_horizontal(pl.col(list(EDITS)) != ""))
    if is_log:
        lines = lines.filter(pl.col("row") != "", pl.col("column") != "")
    nowhere = lines.filter(~pl.col("row").str.contains(r"\A[0-9]{1,9}\z"))
    if nowhere.height:
        raise UsageError(
            f"{opened.name} names no row in line {nowhere['line'][0]}: a row is a whole number, as "
            "a spreadsheet shows it."
        )
    texts = unprotected(pl.col("column", "before", "value"))
    return lines.with_columns(texts).select(pl.col(name).cast(kind) for name, kind in EDITS.items())


def _lines(data: bytes, name: str) -> pl.DataFrame:
    """All cells as text, under headers in small letters."""
    header = data.splitlines()[0].decode() if data.strip() else ""
    delimiter = max(_DELIMITERS, key=header.count)
    try:
        lines = pl.read_csv(
            data, separator=delimiter, infer_schema=False, empty_string_is_null=False
        ).with_columns(pl.all().fill_null(""))
    except (pl.exceptions.PolarsError, OSError):
        raise UsageError(
            f"{name} is not a list of edits: it is no table of the columns row, column, before and "
            "value."
        ) from None
    names = {column: column.strip().lower() for column in lines.columns}
    if len(set(names.values())) < len(names):
        return lines
    return lines.rename(names)
