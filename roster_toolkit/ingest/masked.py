"""Masked files are no input: their pseudonyms mean nobody, to the portal or to a roster."""

from __future__ import annotations

import polars as pl

from roster_toolkit.errors import UnreadableFile
from roster_toolkit.ingest.csv.table import Table
from roster_toolkit.model import ERROR_FILE_MARK, MASKED_MARK, Upload
from roster_toolkit.pseudonyms import MASKED_DOMAIN, READS_MASKED

#: Cells of a column that are looked at first: pseudonyms, or addresses, stand there or nowhere.
_FIRST = 200


def must_not_be_masked(upload: Upload) -> None:
    """Raise UnreadableFile where the cells of a file are pseudonyms.

    An address at the domain of pseudonyms is enough; of other cells, all that a column has filled
    must read like one, for nobody's class is to be taken for a pseudonym by chance.
    """
    if not upload.cells.width:
        return
    first = upload.cells.head(_FIRST)
    like_masked = first.select(pl.all().str.contains(READS_MASKED).any()).row(0)
    with_sign = first.select(pl.all().str.contains("@", literal=True).any()).row(0)
    columns = zip(upload.cells.iter_columns(), like_masked, with_sign, strict=True)
    if any(_masked(*column) for column in columns):
        raise refused(upload.name)


def says_masked(table: Table) -> bool:
    """Whether an error file says in its first record that it is masked."""
    first = table.cells.row(0) if table.cells.height else ()
    return ERROR_FILE_MARK in first and any(cell.startswith(MASKED_MARK) for cell in first)


def refused(name: str) -> UnreadableFile:
    """The error to raise for a masked file."""
    return UnreadableFile(
        f"{name} is masked: pseudonyms stand for its names, addresses and IDs. Use the file it was "
        "made from."
    )


def _masked(cells: pl.Series, like_masked: bool, with_sign: bool) -> bool:  # noqa: FBT001
    """Whether the cells of a column are pseudonyms, from what its first cells are like."""
    if like_masked:
        filled = cells.filter(cells.str.strip_chars() != "")
        if filled.str.contains(READS_MASKED).all():
            return True
    return with_sign and bool(cells.str.contains(MASKED_DOMAIN, literal=True).any())
