"""Records below a second header that has the columns in another order.

Two exports were pasted under each other. The portal reads all of it by the first header, so that
what stands below the second one would come in under the wrong columns.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import polars as pl

from roster_toolkit.ingest.headers import header_names
from roster_toolkit.model import Profile, Remark, Upload


def with_reordered(upload: Upload, profile: Profile) -> Upload:
    """The upload with the records below a header in another order, and such headers by themselves.

    With nobody below it, it is a line like any other that repeats the header.
    """
    reordered = _reordered(upload, profile)
    if reordered.is_empty():
        return upload
    with_people = pl.col("index").is_in(reordered["header"].unique().implode())
    kind = pl.when(with_people).then(pl.lit(Remark.OTHER_HEADER.value)).otherwise("kind")
    return replace(upload, reordered=reordered, remarks=upload.remarks.with_columns(kind=kind))


def _reordered(upload: Upload, profile: Profile) -> pl.DataFrame:
    """`index` of the records, ascending, and `header`, the index of the line with their header."""
    repeats = pl.col("kind").is_in([Remark.HEADER.value, Remark.GLUED.value])
    lines = upload.remarks.filter(repeats)
    if lines.is_empty():
        return upload.reordered
    places = {cell.key: place for place, cell in enumerate(upload.header) if cell.certain}
    names = header_names(profile)

    @cache
    def is_other(typed: tuple[str, ...]) -> bool:
        keys = (names.spelling(text) for text in typed)
        return any(places.get(key, place) != place for place, key in enumerate(keys))

    others = [
        is_other(
            _behind_a_record(upload.surplus[index], len(upload.header))
            if kind == Remark.GLUED
            else upload.cells.row(index)
        )
        for index, kind in lines.iter_rows()
    ]
    lines = lines.select("index", header="index", other=pl.Series(others))
    left_out = pl.concat([upload.remarks["index"], upload.blank.cast(pl.UInt32)]).implode()
    start, end = lines["index"][0], upload.cells.height
    records = pl.int_range(start, end, dtype=pl.UInt32, eager=True).alias("index")
    below = records.filter(~records.is_in(left_out)).to_frame().join_asof(lines, on="index")
    return below.filter("other").select("index", "header")


def _behind_a_record(surplus: tuple[str, ...], width: int) -> tuple[str, ...]:
    """A header that follows a record in its line: its first name is in the record's last cell."""
    return ("", *surplus) if len(surplus) < width else surplus[-width:]
