"""Recognize a column that is filled in only in the first row of each group, as reports print it.

For a reader the rows below belong to the value above them; for the portal they have none. It is
told, never repaired: whether a row belongs to the group above it, no cell says.
"""

from __future__ import annotations

import polars as pl

from roster_toolkit.model import Entity, Profile, Upload

#: Blank cells from which on a pattern can be told.
_FEWEST_BLANK = 3


def filled_in_first_rows(blank: str, rows: pl.Series, upload: Upload, profile: Profile) -> bool:
    """Whether the column `blank`, which is so in some rows, is filled in the first of each group.

    Half of the cells at least are blank, the first is not, and no value follows itself: a report
    would not have printed it again. What is a person's own is given once to each, so that nothing
    says whose it is where the row names another person.
    """
    if blank not in upload.cells.columns or rows.len() < _FEWEST_BLANK:
        return False
    at_fault = upload.indices(rows)
    about = profile.columns[blank].about
    if about not in (Entity.SCHOOL, Entity.CLASS):
        required = [c.key for c in profile.about(about) if c.requirement.always]
        stated = pl.col([key for key in required if key in upload.cells.columns])
        named = pl.any_horizontal(stated.str.strip_chars() != "").any()
        if upload.cells[at_fault].select(named).item():
            return False
    cells = upload.cells[blank].str.strip_chars()
    passed_over = pl.concat([upload.blank, upload.unjudged.cast(pl.UInt32)])
    kept = ~pl.Series(range(cells.len()), dtype=pl.UInt32).is_in(passed_over.implode())
    cells = cells.filter(kept)
    filled = cells != ""
    again = (filled & (cells == cells.shift(1))).any()
    return bool(filled[0]) and not again and 2 * at_fault.len() >= cells.len()
