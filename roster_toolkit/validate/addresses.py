"""RT402: an address that somebody else still holds after the file is processed."""

from __future__ import annotations

import polars as pl

from roster_toolkit.rosters.roster import Roster
from roster_toolkit.validate.run import Run


def taken_addresses(
    run: Run, statements: pl.DataFrame, roster: Roster, elsewhere: pl.Series | None
) -> pl.Series:
    """Mask of the statements about people whose address belongs to somebody else.

    An address that its owner gives up in this file is free, if a row that says so is accepted. A
    rejected row leaves its owner the old address, which may reject another row in turn.
    `elsewhere`: addresses of the other districts.
    """
    address = statements["userEmail"].str.to_lowercase()
    stating = (statements["known"] & (statements["userEmail"] != "")).fill_null(value=False)
    stays = pl.repeat(value=True, n=roster.people.height, dtype=pl.Boolean, eager=True)
    stays = stays.scatter(statements["in_roster"].filter(stating), False)
    held = roster.people["userEmail"].filter(stays).str.to_lowercase()
    if elsewhere is not None:
        held = pl.concat([held, elsewhere])
    # Nearly all state the address that they have, letter by letter: those need not be folded.
    giving_up = (
        statements.lazy()
        .select("key", "userId", wanted="userEmail", address="was_userEmail")
        .filter(stating, pl.col("wanted") != pl.col("address"))
        .with_columns(pl.col("wanted", "address").str.to_lowercase())
        .filter(pl.col("wanted") != pl.col("address"))
        .collect()
    )
    if address.is_in(giving_up["address"].implode()).any():
        held = pl.concat([held, _staying(run, giving_up, held)])
    return _held(address, held)


def _staying(run: Run, giving_up: pl.DataFrame, held: pl.Series) -> pl.Series:
    """The addresses that their owners want to give up, but keep.

    Either none of the owner's rows is accepted, or the address they want belongs to somebody who
    keeps it. Pointer doubling resolves chains of such swaps in O(log n) steps.
    """
    rows = run.records.rows.filter(~pl.col("index").is_in(_rejected(run).implode()))
    has_accepted_row = pl.col("key").is_in(rows["person"].unique().implode())
    people = (
        giving_up.with_columns(has_accepted_row=has_accepted_row)
        .group_by("userId", "address", maintain_order=True)
        .agg(pl.col("wanted").first(), pl.col("has_accepted_row").any())
        .with_row_index("number")
    )
    owners = people.unique("address", keep="first").select("address", owner="number")
    joined = people.join(
        owners, left_on="wanted", right_on="address", how="left", maintain_order="left"
    )
    keeps = ~people["has_accepted_row"] | _held(people["wanted"], held)
    owner = joined["owner"]
    for _ in range(people.height.bit_length()):
        keeps |= keeps.gather(owner).fill_null(value=False)
        owner = owner.gather(owner)
    return people["address"].filter(keeps)


def _held(address: pl.Series, held: pl.Series) -> pl.Series:
    return address.is_in(held.unique().implode()) & (address != "")


def _rejected(run: Run) -> pl.Series:
    """Indices of the records that the findings so far reject."""
    rejecting = pl.col("code").is_in(run.rejecting)
    first = run.upload.first_row
    rows_rejected = [
        frame.filter(rejecting, pl.col("row").is_not_null()).select(index=pl.col("row") - first)
        for frame in run.findings
    ]
    for view, faults in run.pending.items():
        keys = pl.concat(faults).filter(rejecting)["key"].unique()
        rows_rejected.append(
            run.records.rows.filter(pl.col(view).is_in(keys.implode())).select("index")
        )
    empty = pl.DataFrame(schema={"index": pl.UInt32})
    indices = [frame.select(pl.col("index").cast(pl.UInt32)) for frame in rows_rejected]
    return pl.concat([empty, *indices])["index"].unique()
