"""Whose an e-mail address is once a file is processed: RT402 against the roster as it would be."""

from __future__ import annotations

import polars as pl

from roster_toolkit.rosters.roster import Roster
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
    leaving = stating.select(
        "key",
        "userId",
        wanted=pl.col("userEmail").str.to_lowercase(),
        address=pl.col("was_userEmail").str.to_lowercase(),
    ).filter(pl.col("wanted") != pl.col("address"))
    if address.is_in(leaving["address"].implode()).any():
        held = pl.concat([held, _staying(run, leaving, held)])
    return _held(address, held)


def _staying(run: Run, leaving: pl.DataFrame, held: pl.Series) -> pl.Series:
    """The addresses whose owners would leave them, but stay.

    Either none of the owner's rows is taken, or the address that they want belongs to somebody who
    stays. Each looks twice as far as the one before, so a chain through all people takes few steps.
    """
    rows = run.records.rows.filter(~pl.col("index").is_in(_refused(run).implode()))
    alive = pl.col("key").is_in(rows["person"].unique().implode())
    people = (
        leaving.with_columns(alive=alive)
        .group_by("userId", "address", maintain_order=True)
        .agg(pl.col("wanted").first(), pl.col("alive").any())
        .with_row_index("number")
    )
    owners = people.unique("address", keep="first").select("address", owner="number")
    joined = people.join(
        owners, left_on="wanted", right_on="address", how="left", maintain_order="left"
    )
    stays = ~people["alive"] | _held(people["wanted"], held)
    owner = joined["owner"]
    for _ in range(people.height.bit_length()):
        stays |= stays.gather(owner).fill_null(value=False)
        owner = owner.gather(owner)
    return people["address"].filter(stays)


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
