"""Whose an e-mail address is once a file is processed: RT402 against the roster as it would be."""

from __future__ import annotations

import polars as pl

from roster_toolkit.roster import Roster
from roster_toolkit.validate.run import Run


def taken_addresses(
    run: Run, told: pl.DataFrame, roster: Roster, elsewhere: pl.Series | None
) -> pl.Series:
    """Whether the address of each statement about a person belongs to somebody else.

    An address that its owner gives up in this file is free, if a row that says so is taken: a
    refused row leaves the owner what they have, which may refuse another row in turn.
    """
    address = told["userEmail"].str.to_lowercase()
    stating = told.filter(pl.col("known"), pl.col("userEmail") != "")
    kept = roster.people.filter(~pl.col("userId").is_in(stating["userId"].unique().implode()))
    held = kept["userEmail"].str.to_lowercase()
    if elsewhere is not None:
        held = pl.concat([held, elsewhere])
    gone = pl.col("was_userEmail").str.to_lowercase()
    leaving = stating.filter(pl.col("userEmail").str.to_lowercase() != gone).select(
        "key", "userId", address=gone
    )
    if (
        not (address != "").fill_null(value=False).any()
        or not address.is_in(leaving["address"].implode()).any()
    ):
        return _held(address, held)
    refused = _refused(run)
    while True:
        rows = run.records.rows.filter(~pl.col("index").is_in(refused.implode()))
        moved = leaving.filter(pl.col("key").is_in(rows["person"].unique().implode()))["userId"]
        staying = leaving.filter(~pl.col("userId").is_in(moved.implode()))["address"]
        found = _held(address, pl.concat([held, staying]))
        keys = told.filter(found & pl.lit(told["old_id"].is_null()))["key"].unique()
        more = rows.filter(pl.col("person").is_in(keys.implode()))["index"]
        if more.is_empty():
            return found
        refused = pl.concat([refused, more])


def _held(address: pl.Series, held: pl.Series) -> pl.Series:
    return address.is_in(held.unique().implode()) & (address != "")


def _refused(run: Run) -> pl.Series:
    """Indices of the records that are refused by what was found so far."""
    refusing = pl.col("code").is_in(run.refusing)
    first = run.upload.first_row
    found = [
        frame.filter(refusing, pl.col("row").is_not_null()).select(index=pl.col("row") - first)
        for frame in run.found
    ]
    for view, faults in run.faulty.items():
        keys = pl.concat(faults).filter(refusing)["key"].unique()
        found.append(run.records.rows.filter(pl.col(view).is_in(keys.implode())).select("index"))
    none = pl.DataFrame(schema={"index": pl.UInt32})
    indices = [frame.select(pl.col("index").cast(pl.UInt32)) for frame in found]
    return pl.concat([none, *indices])["index"].unique()
