"""Results on disk: three Parquet files for each file judged, so that a run goes on where it ended.

`files/`, `causes/` and `findings/` are tables in pieces, which DuckDB and Polars read as one. The
piece in `files/` is written last and tells by which key it was judged: without it, or by another
key, a file counts as not judged yet. Each piece is written beside and renamed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import polars as pl

from roster_toolkit.batch.tables import CAUSES, FILES, FINDINGS
from roster_toolkit.batch.task import Result
from roster_toolkit.errors import UsageError
from roster_toolkit.files import atomic_write, writable_folder

_SCHEMAS = {"causes": CAUSES, "findings": FINDINGS, "files": FILES}


@dataclass(frozen=True)
class ResultFolder:
    """A folder of results."""

    path: Path

    def make(self) -> None:
        """Make what is not there; ToolkitError with a sentence where that cannot be."""
        for table in _SCHEMAS:
            writable_folder(self.path / table)

    @cached_property
    def _keys(self) -> dict[str, str]:
        """Name of a file → the key of its result."""
        return dict(self.table("files").select("file", "key").iter_rows())

    def has(self, name: str, key: str) -> bool:
        """Whether a file was judged by this key."""
        return self._keys.get(name) == key

    def write(self, result: Result) -> None:
        """Keep a result in the place of an earlier one of its file."""
        piece = hashlib.sha256(result.name.encode("utf-8", "surrogatepass")).hexdigest()[:24]
        frames = {"causes": result.causes, "findings": result.findings, "files": result.file}
        key = str(result.file["key"][0])
        for table, frame in frames.items():
            keyed = frame if "key" in frame.columns else frame.with_columns(key=pl.lit(key))
            with atomic_write(self.path / table / f"{piece}.parquet") as file:
                keyed.write_parquet(file, compression="zstd")

    def table(self, name: str, files: Iterable[str] | None = None) -> pl.DataFrame:
        """One of the tables, of these files or of all that are there, in the order of their names.

        Raises UsageError where a piece is not one of ours, or is damaged.
        """
        pieces = sorted((self.path / name).glob("*.parquet"))
        schema = _SCHEMAS[name]
        if not pieces:
            return schema.to_frame()
        try:
            frame = pl.read_parquet(pieces)
            if name != "files":
                current = self.table("files").select("file", "key")
                frame = frame.join(current, on=["file", "key"], how="semi")
            frame = frame.select(schema.names())
        except (pl.exceptions.PolarsError, OSError):
            raise UsageError(
                f"The folder {self.path} holds results that cannot be read; take another one."
            ) from None
        if files is not None:
            frame = frame.filter(pl.col("file").is_in([*files]))
        return frame.sort("file", maintain_order=True)
