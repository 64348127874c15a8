"""The table as repaired so far, in memory.

Every record keeps its place: one that is dropped is blank from then on, which no rule judges, so
that a row number means the same before and after a repair.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import polars as pl

from roster_toolkit.ingest.csv.blanks import blank_records
from roster_toolkit.ingest.csv.layout import is_blank
from roster_toolkit.ingest.headers import column_names, match_headers
from roster_toolkit.model import Obstacle, Profile, Remark, Upload
from roster_toolkit.repair.model import EDITED_CELLS, NO_RECORD, REPAIRS, Edits


@dataclass(frozen=True)
class Draft:
    """An upload with repairs applied."""

    origin: Upload
    """As it was read."""
    upload: Upload
    """As it would be read again, but for the rows, which stay where they were."""
    profile: Profile
    repairs: pl.DataFrame
    """Shape `REPAIRS`, in the order in which they were made."""
    places: tuple[int, ...]
    """The position of each column in the file as it came."""
    moved: int | None = None
    """Where the action column stood before it was put first."""
    unglued: frozenset[int] = frozenset()
    """Records from which the header that followed them without a line end is taken off."""
    header_anew: bool = False
    """Whether a header became several, so that the header line is written anew."""
    edits: Edits | None = None
    """Cells that were edited by hand, which no repair changes."""

    @property
    def came(self) -> Upload:
        """The file as the customer handed it in, before any edit."""
        return self.edits.came if self.edits else self.origin

    @property
    def edited(self) -> pl.DataFrame:
        """`index`, `column` (a key) of the cells that were edited by hand."""
        keys = dict(zip(self.places, self.upload.cells.columns, strict=True))
        cells = pl.DataFrame(schema=EDITED_CELLS) if self.edits is None else self.edits.cells
        key = pl.col("place").replace_strict(keys, default=None, return_dtype=pl.String)
        return cells.select("index", column=key).drop_nulls()

    @property
    def dropped(self) -> pl.DataFrame:
        """Repairs that drop a record, one for each."""
        return self.repairs.filter(pl.col("column").is_null())

    def as_typed(self, key: str) -> pl.Series:
        """The cells of a column as they came, whatever its header and place were."""
        return self.origin.cells.to_series(self.places[self.upload.cells.columns.index(key)])

    @property
    def removed_positions(self) -> frozenset[int]:
        """Positions of columns that are taken off."""
        return frozenset(range(len(self.origin.header))) - frozenset(self.places)

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
        return replace(self._with_order(order), moved=self.places[at])

    def without_columns(self, positions: Collection[int]) -> Draft:
        """The same without the columns that stood at some positions of the file."""
        if not positions:
            return self
        order = [at for at, place in enumerate(self.places) if place not in positions]
        narrowed = self._with_order(order)
        removed = [at for at, place in enumerate(self.places) if place in positions]
        found_width = pl.col("found").cast(pl.Int64)
        fewer = pl.sum_horizontal(pl.lit(0), *((found_width > at).cast(pl.Int64) for at in removed))
        ragged = self.upload.ragged.with_columns(
            (found_width - fewer).cast(pl.UInt32).alias("found")
        )
        ragged = ragged.filter(pl.col("found") != len(order))
        return replace(
            narrowed, upload=replace(narrowed.upload, ragged=ragged, nameless=(), index_column=None)
        )

    def without_glue(self) -> Draft:
        """The same without headers that follow a record in its line: the record stays."""
        upload, key = self.upload, self.upload.cells.columns[-1]
        remarks = upload.remarks.filter(pl.col("kind") == Remark.GLUED)
        names = sorted(cell.typed for cell in self.origin.header if cell.typed)
        header_at_end = "(?:" + "|".join(pl.escape_regex(name) for name in names) + ")$"
        glued = upload.cells[key].gather(remarks["index"])
        index = remarks["index"].filter(glued.str.contains(header_at_end))
        if index.is_empty() or not upload.header[-1].certain:
            return self
        records = replace(self, upload=_without_records(upload, index), unglued=frozenset(index))
        return records.with_repairs(
            pl.DataFrame(
                {
                    "index": index,
                    "column": [key] * index.len(),
                    "code": [NO_RECORD] * index.len(),
                    "after": upload.cells[key].gather(index).str.replace(header_at_end, ""),
                    "cleans": [False] * index.len(),
                },
                schema_overrides=REPAIRS,
            )
        )

    def _with_order(self, order: Sequence[int]) -> Draft:
        header = tuple(self.upload.header[i] for i in order)
        cells = self.upload.cells.select(self.upload.cells.columns[i] for i in order)
        # Columns whose meaning is not certain go by their place.
        cells.columns = column_names(header)
        places = tuple(self.places[i] for i in order)
        return replace(self, upload=replace(self.upload, header=header, cells=cells), places=places)

    def with_repairs(self, repairs: pl.DataFrame) -> Draft:
        """The same with more repairs (shape `REPAIRS`, one for each cell) made."""
        cells = self.upload.cells
        is_drop = pl.col("column").is_null()
        blanked = repairs.filter(is_drop).select("index", after=pl.lit(""))
        # Each scatter copies a whole column, so that there is one for both kinds of repair.
        anew = {key: blanked for key in cells.columns if blanked.height}
        for (key,), group in repairs.filter(~is_drop).group_by("column"):
            anew[str(key)] = pl.concat([group.select("index", "after"), blanked])
        cells = cells.with_columns(
            cells[key].scatter(cell["index"], cell["after"]) for key, cell in anew.items()
        )
        upload = _without_records(self.upload, blanked["index"])
        return replace(
            self,
            upload=_read_again(upload, cells, self.profile),
            repairs=pl.concat([self.repairs, repairs.select(list(REPAIRS))]),
        )


def first_draft(
    upload: Upload, profile: Profile, edits: Edits | None = None, *, names_are_right: bool = False
) -> Draft:
    """An upload without the faults that writing it takes away: form, delimiter, encoding, title.

    Blank cells without a header go too: those of last columns, and those behind a single record.
    A file whose names do not fit the encoding that was guessed keeps it, unless `names_are_right`.
    """
    fits = upload.encoding_fits or names_are_right
    harmless = upload.ragged["index"].is_in(upload.overhang.implode())
    overhanging = set(upload.overhang)
    plain = replace(
        upload, delimiter=",", encoding="utf-8" if fits else upload.encoding,
        foreign=None if fits else upload.foreign, encoding_fits=fits, is_error_file=False,
        obstacle=None, obstacle_detail="", ragged=upload.ragged.filter(~harmless),
        surplus={i: rest for i, rest in upload.surplus.items() if i not in overhanging},
        overhang=upload.overhang.clear(),
        above=upload.above if upload.people_above else 0, quoted_lines=False,
        other_quotes="", undoubled=upload.undoubled.clear(),
        other_delimiter="", otherwise_separated=upload.otherwise_separated.clear(),
    )  # fmt: skip
    places = tuple(range(len(upload.header)))
    draft = Draft(upload, plain, profile, pl.DataFrame(schema=REPAIRS), places, edits=edits)
    return draft.without_columns(upload.nameless)


def _without_records(upload: Upload, dropped: pl.Series) -> Upload:
    """The upload without some records."""
    if dropped.is_empty():
        return upload
    is_dropped = pl.col("index").is_in(dropped.implode())
    positions = set(dropped)
    return replace(
        upload,
        ragged=upload.ragged.filter(~is_dropped),
        surplus={i: rest for i, rest in upload.surplus.items() if i not in positions},
        remarks=upload.remarks.filter(~is_dropped),
    )


def _read_again(upload: Upload, cells: pl.DataFrame, profile: Profile) -> Upload:
    """The upload with other cells, and blank records found anew."""
    surplus = {i for i, rest in upload.surplus.items() if not is_blank(rest)}
    first = [column.key for column in profile.needing(lambda need: need.always)]
    blank = blank_records(cells, first, surplus)
    nothing = blank.len() == cells.height
    return replace(
        upload,
        cells=cells,
        blank=blank,
        obstacle=Obstacle.HEADER_ALONE if nothing else None,
        obstacle_detail="a header without records" if nothing else "",
    )
