"""A frame as the bytes of the file that it would be, so that it is judged as any file is."""

from __future__ import annotations

import csv
import io

import polars as pl

from roster_toolkit.errors import UsageError

#: What a file is taken from.
Frame = pl.DataFrame | pl.LazyFrame
_AS_ISO: dict[type[pl.DataType], str] = {
    pl.Datetime: "%Y-%m-%dT%H:%M:%S%.f",
    pl.Date: "%Y-%m-%d",
    pl.Time: "%H:%M:%S%.f",
}


def frame_as_csv(frame: Frame) -> bytes:
    """The frame as users.csv: UTF-8, LF, its columns as the header, a null as a blank cell.

    Text stays as it is. Whole numbers become digits, yes and no TRUE and FALSE, dates and times ISO
    8601. A number with a decimal point keeps it, as in any file that Polars writes: an ID that
    became 710000.0 on its way is judged as what stands there (RT106). Raises UsageError for a
    column that no cell can hold, such as lists, and where a lazy frame cannot be read.
    """
    cells = _collected(frame)
    text = cells.select(_as_text(column, kind) for column, kind in cells.schema.items())
    out = io.BytesIO()
    out.write(_header(cells.columns))
    if cells.width:
        text.with_columns(pl.when(pl.all() != "").then(pl.all())).write_csv(
            out, include_header=False
        )
    return out.getvalue()


def _collected(frame: Frame) -> pl.DataFrame:
    if isinstance(frame, pl.DataFrame):
        return frame
    try:
        return frame.collect()
    except (pl.exceptions.PolarsError, OSError) as error:
        kind = type(error).__name__.removesuffix("Error").lower()
        raise UsageError(f"The lazy frame cannot be read ({kind}); collect it first.") from None


def _as_text(column: str, kind: pl.DataType) -> pl.Expr:
    """A column as text."""
    cells = pl.col(column)
    if isinstance(kind, pl.Boolean):
        return cells.cast(pl.String).str.to_uppercase()  # as spreadsheets write it
    if form := _AS_ISO.get(kind.base_type()):
        return cells.dt.to_string(form)
    if isinstance(kind, pl.String | pl.Categorical | pl.Enum | pl.Null) or kind.is_numeric():
        return cells.cast(pl.String)
    raise UsageError(
        f"The column {column!r} holds {str(kind).split('(')[0].lower()} values, which no cell of a "
        "file can hold; make them text first."
    )


def _header(names: list[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(names)
    return text.getvalue().encode()
