"""The table as repaired so far, in memory.

Every record keeps its place: one that is dropped is blank from then on, which no rule judges, so
that a row number means the same before and after a repair.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import polars as pl

from roster_toolkit.fixes.model import REPAIRS
from roster_toolkit.ingest.blanks import blank_records
from roster_toolkit.ingest.headers import column_names, match_headers
from roster_toolkit.ingest.layout import is_blank
from roster_toolkit.model import Obstacle, Profile, Requirement, Upload


@dataclass(frozen=True)
class Draft:
    """An upload with repairs in it."""

    origin: Upload
    """As it was read."""
    upload: Upload
    """As it would be read again, but for the rows, which stay where they were."""
    profile: Profile
    repairs: pl.DataFrame
    """Shape `REPAIRS`, in the order in which they were made."""
    moved: int | None = None
    """Where the action column stood before it was put first."""

    @property
    def dropped(self) -> pl.DataFrame:
        """Repairs that drop a record, one for each."""
        return self.repairs.filter(pl.col("column").is_null())

    def as_typed(self, key: str) -> pl.Series:
        """The cells of a column as they came, whatever its header and place were."""
        order = list(range(len(self.upload.header)))
        if self.moved is not None:
            order.insert(0, order.pop(self.moved))
        return self.origin.cells.to_series(order[self.upload.cells.columns.index(key)])

    def with_headers(self, typed: tuple[str, ...]) -> Draft:
        """The same under other headers."""
        header = match_headers(typed, self.profile)
        cells = self.upload.cells
        cells = cells.rename(dict(zip(cells.columns, column_names(header), strict=True)))
        return replace(self, upload=replace(self.upload, header=header, cells=cells))

    def with_first(self, key: str) -> Draft:
        """The same with column `key` in front."""
        at = [cell.key for cell in self.upload.header].index(key)
        order = [at, *(i for i in range(len(self.upload.header)) if i != at)]
        header = tuple(self.upload.header[i] for i in order)
        columns = [self.upload.cells.columns[i] for i in order]
        cells = self.upload.cells.select(columns)
        # Columns whose meaning is not certain go by their place.
        cells = cells.rename(dict(zip(columns, column_names(header), strict=True)))
        return replace(self, upload=replace(self.upload, header=header, cells=cells), moved=at)

    def with_repairs(self, repairs: pl.DataFrame) -> Draft:
        """The same with more repairs (shape `REPAIRS`, one for each cell) made."""
        cells = self.upload.cells
        gone = repairs.filter(pl.col("column").is_null())["index"]
        changed = [
            cells[key].scatter(group["index"], group["after"])
            for (key,), group in repairs.drop_nulls("column").group_by("column")
            if isinstance(key, str)
        ]
        cells = cells.with_columns(changed)
        if not gone.is_empty():
            cells = cells.select(column.scatter(gone, "") for column in cells.iter_columns())
        return replace(
            self,
            upload=_read_again(self.upload, cells, self.profile),
            repairs=pl.concat([self.repairs, repairs.select(list(REPAIRS))]),
        )


def first_draft(upload: Upload, profile: Profile) -> Draft:
    """An upload without the faults that writing it anew takes away: form, delimiter, encoding."""
    plain = replace(
        upload, delimiter=",", encoding="utf-8", foreign=None, is_error_file=False,
        obstacle=None, obstacle_detail="",
    )  # fmt: skip
    return Draft(upload, plain, profile, pl.DataFrame(schema=REPAIRS))


def _read_again(upload: Upload, cells: pl.DataFrame, profile: Profile) -> Upload:
    """The upload with other cells, and blank records found anew."""
    surplus = {i for i, rest in upload.surplus.items() if not is_blank(rest)}
    first = [column.key for column in profile.needing(Requirement.REQUIRED)]
    blank = blank_records(cells, first, surplus)
    nothing = blank.len() == cells.height
    return replace(
        upload,
        cells=cells,
        blank=blank,
        obstacle=Obstacle.HEADER_ALONE if nothing else None,
        obstacle_detail="a header without records" if nothing else "",
    )
