"""Which records have no content: a matter of the first column that is never empty.

Looking into every cell would cost as much as a rule; one column that is nearly always filled leaves
a handful of records to look at.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import polars as pl

from roster_toolkit.cleaning import BLANK


def blank_records(cells: pl.DataFrame, first: Sequence[str], surplus: Collection[int]) -> pl.Series:
    """Indices of records whose cells are all blank; those with surplus content are not.

    `first` names the columns most likely to be filled: they are looked at before the others.
    """
    order = [name for name in first if name in cells.columns]
    order += [name for name in cells.columns if name not in order]
    candidates: pl.Series | None = None
    for name in order:
        column = cells[name]
        if candidates is None:
            # Blank text begins with nothing, a control character, a space, or beyond ASCII.
            candidates = ((column < "!") | (column > "~")).arg_true()
        column = column.gather(candidates)
        candidates = candidates.filter(column.str.contains(BLANK))
        if candidates.is_empty():
            break
    if candidates is None:
        return pl.Series("index", [], pl.UInt32)
    kept = [i for i in candidates if i not in surplus] if surplus else candidates
    return pl.Series("index", kept, pl.UInt32)
