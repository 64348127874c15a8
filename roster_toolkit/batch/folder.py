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
        return dict(self._current().iter_rows())

    def _current(self) -> pl.DataFrame:
        """`file`, `key` of what was judged last, without the rest of each line, which is long."""
        return self._pieces("files", ["file", "key"])

    @property
    def is_empty(self) -> bool:
        """Whether nothing was judged into it yet."""
        return self._current().is_empty()

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
        columns = _SCHEMAS[name].names()
        frame = self._pieces(name, list(dict.fromkeys([*columns, "key"])))
        if name != "files":
            frame = frame.join(self._current(), on=["file", "key"], how="semi")
        if files is not None:
            frame = frame.filter(pl.col("file").is_in([*files]))
        return frame.select(columns).sort("file", maintain_order=True)

    def _pieces(self, name: str, columns: list[str]) -> pl.DataFrame:
        pieces = sorted((self.path / name).glob("*.parquet"))
        if not pieces:
            return pl.DataFrame(schema={**_SCHEMAS[name], "key": pl.String}).select(columns)
        try:
            return pl.read_parquet(pieces, columns=columns)
        except (pl.exceptions.PolarsError, OSError):
            raise UsageError(
                f"The folder {self.path} holds results that cannot be read; take another one."
            ) from None
