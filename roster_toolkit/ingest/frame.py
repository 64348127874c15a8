"""An Upload from a frame that a program holds, for contracts and pipelines: there is no file."""

from __future__ import annotations

import polars as pl

from roster_toolkit.ingest.csv.blanks import blank_records
from roster_toolkit.ingest.csv.layout import COMMA
from roster_toolkit.ingest.csv.table import no_ragged
from roster_toolkit.ingest.headers import match_headers
from roster_toolkit.ingest.remarks import find_remarks
from roster_toolkit.model import Profile, Upload


def upload_of_frame(frame: pl.DataFrame, profile: Profile) -> Upload:
    """The rows of a frame as if they had been read; row `i` (from 0) is record `i`.

    Columns that are not text, or not the profile's, are left out; a null is a blank cell.
    """
    columns = [c for c in profile.columns.values() if frame.schema.get(c.name) == pl.String]
    cells = frame.select(pl.col(c.name).fill_null("").alias(c.key) for c in columns)
    header = match_headers([column.name for column in columns], profile)
    blank = blank_records(cells, [c.key for c in profile.needing(lambda need: need.always)], ())
    return Upload(
        name="frame",
        sha256="",
        size=0,
        encoding="utf-8",
        delimiter=COMMA,
        header=header,
        first_row=2,
        cells=cells,
        blank=blank,
        ragged=no_ragged(),
        remarks=find_remarks(cells, header, blank, {}, profile),
    )
