"""The CSV files of a OneRoster export, in a folder or a zip, as frames of text.

A zip is read member by member and never unpacked to disk, so a path inside it cannot escape.
The size it declares is checked first, and the bytes are counted again while they are unpacked to
memory, as the declared size may be false.
"""

from __future__ import annotations

import csv
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path, PurePosixPath

import polars as pl

from roster_toolkit.errors import UsageError
from roster_toolkit.files import most_unpacked, unpacked
from roster_toolkit.ingest.csv.layout import Layout, first_record, is_blank
from roster_toolkit.ingest.csv.parse import parse, read_table
from roster_toolkit.ingest.csv.table import Table
from roster_toolkit.ingest.decode import (
    SINGLE_BYTE,
    UTF8,
    Text,
    single_byte_codec,
    survey,
    utf16_codec,
)
from roster_toolkit.ingest.source import Source

_NEEDED = ("orgs", "users")
_KNOWN = (*_NEEDED, "classes", "enrollments", "courses", "roles", "manifest")
#: Limit on the bytes of all files together.
_MAX_BYTES = 1 << 31
_REPEATED = "#"
#: Commas in a row from which on a cell with as many, and a line break, has a whole row in it.
_FEWEST_SEPARATORS = 3
#: The spreadsheet row of the first record.
_FIRST_ROW = 2
#: Levels of folders that are looked into for an export.
_DEEPEST = 5
#: What is raised where a file, a zip or a text is damaged.
_UNREADABLE = (
    OSError, ValueError, EOFError, RuntimeError, zlib.error, zipfile.BadZipFile, csv.Error,
)  # fmt: skip
#: Bytes by which a text in UTF-16 is known.
_HEAD = 1 << 14
_SEVERAL = "{name} holds more than one export of OneRoster files; give one of them."


def reference(kind: str, *, many: bool = False) -> str:
    """The field by which OneRoster refers to a record of a kind."""
    return f"{kind}SourcedId{'s' if many else ''}"


#: Fields of OneRoster 1.0 that were given other names, in small letters.
_RENAMED = {"grade": "grades"}


@dataclass(frozen=True)
class OneRosterFiles:
    """The files of one export by name, without `.csv`."""

    contents: Mapping[str, Callable[[], bytes]]

    @classmethod
    def of(cls, path: Path) -> OneRosterFiles:
        """The files in a folder or zip.

        Raises UsageError where there is no such thing, or no OneRoster export in it.
        """
        try:
            contents = _in_folder(path) if path.is_dir() else _in_zip(path)
        except FileNotFoundError:
            raise UsageError(f"There is no folder or zip file {path.name}.") from None
        except (OSError, ValueError, NotImplementedError, zipfile.BadZipFile):
            raise UsageError(
                f"{path.name} cannot be read: OneRoster files come in a folder or a zip."
            ) from None
        files = cls(contents)
        absent = [f"{name}.csv" for name in _NEEDED if name not in contents]
        if absent:
            raise UsageError(
                f"{path.name} holds no OneRoster files: {' and '.join(absent)} missing."
            )
        return files

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the files in the export."""
        return tuple(self.contents)

    @property
    def partial(self) -> list[str]:
        """A sentence where files hold changes only, as the manifest says."""
        files = [f"{n}.csv" for n in self.names if self._modes.get(f"file.{n}") == "delta"]
        if not files:
            return []
        if len(files) == 1:
            one = f"{files[0]} holds changes only (delta): whoever is not in it seems to be gone"
            return [one]
        those = f"{', '.join(files[:-1])} and {files[-1]}"
        return [f"{those} hold changes only (delta): whoever is not in them seems to be gone"]

    def of_unknown_extent(self, name: str) -> bool:
        """Whether no manifest says if a file is whole (`bulk`) or holds changes (`delta`)."""
        return self._modes.get(f"file.{name}", "") not in ("bulk", "delta")

    @cached_property
    def _modes(self) -> dict[str, str]:
        if "manifest" not in self.names:
            return {}
        rows = self.table("manifest", ["propertyName", "value"])
        return {name.strip().lower(): value.strip().lower() for name, value in rows.iter_rows()}

    def table(self, name: str, columns: Sequence[str]) -> pl.DataFrame:
        """Columns of a file as text, blank where it lacks one; no rows where there is no file.

        Letter case in headers is ignored, and a name of OneRoster 1.0 will do. Raises UsageError
        where the file cannot be read.
        """
        wanted = tuple(dict.fromkeys(columns))
        if self._is_empty(name):
            return pl.DataFrame(schema=dict.fromkeys(wanted, pl.String))
        cells = self._read(name).cells
        in_order = cells.columns[::-1]
        places = {_of_today(column): column for column in in_order}
        places |= {column.casefold(): column for column in in_order}
        return cells.select(
            (pl.col(column) if (column := places.get(c.casefold())) else pl.lit("")).alias(c)
            for c in wanted
        )

    def lacking(self, name: str, columns: Sequence[str]) -> list[str]:
        """Which of the columns an existing file lacks."""
        there = {_of_today(column) for column in self._read(name).cells.columns}
        return [column for column in columns if column.casefold() not in there]

    def ragged(self, name: str) -> tuple[pl.Series, pl.Series]:
        """Spreadsheet rows of a file with fewer cells than its header, and with more."""
        if name not in self.contents:
            return pl.Series(dtype=pl.UInt32), pl.Series(dtype=pl.UInt32)
        file = self._read(name)
        return file.shorter, file.longer

    def read_as(self, name: str) -> str:
        """The encoding that was guessed for a file, blank where it is UTF-8 or there is none."""
        return self._read(name).read_as if name in self.contents else ""

    def must_have(self, name: str, keys: Sequence[str]) -> None:
        """Raise UsageError where a file that has headers lacks one of its keys.

        Then its columns are apart by something other than commas, or it is UTF-16, without a header
        row or another kind of file: read as it is, all of its records would be lost. `orgs` and
        `users` must have headers.
        """
        absent = self.lacking(name, keys) if name in self.contents else []
        if not absent or (name not in _NEEDED and self._is_empty(name)):
            return
        if self._is_empty(name):
            raise UsageError(f"{name}.csv is empty; export it again.")
        raise UsageError(
            f"{name}.csv has no column {absent[0]}, so it can't be read as a file of OneRoster: "
            "those have their columns apart by commas, in UTF-8. Export it again."
        )

    def _is_empty(self, name: str) -> bool:
        """Whether a file has no header either."""
        return name not in self.contents or not self._read(name).cells.width

    def _read(self, name: str) -> _File:
        """The records of a file; raises UsageError where they cannot be read."""
        if name not in self._files:
            try:
                data, read_as = _decoded(self.contents[name]())
                file = replace(_file(name, data), read_as=read_as)
            except _UNREADABLE:
                raise UsageError(f"{name}.csv cannot be read; export it again.") from None
            row = file.garbled or _row_with_rows(data, file.cells)
            if row is not None:
                raise UsageError(
                    f"{name}.csv: a quotation mark in row {row} is in the wrong place or never "
                    "closed, so that records would be lost. Correct that row, or export it again."
                )
            self._files[name] = file
        return self._files[name]

    @cached_property
    def _files(self) -> dict[str, _File]:
        return {}


def export_folder(path: Path) -> Path:
    """The folder with the files of an export: the one that is named, or the nearest inside it.

    Unpacked, an export often stands in a folder of its own. Raises UsageError where two are equally
    near.
    """
    level = [path]
    for _ in range(_DEEPEST):
        exports = [folder for folder in level if set(_NEEDED) <= _files_of(folder).keys()]
        if len(exports) > 1:
            raise UsageError(_SEVERAL.format(name=path.name))
        if exports:
            return exports[0]
        level = sorted(
            folder
            for parent in level
            for folder in parent.iterdir()
            if folder.is_dir() and not folder.is_symlink()
        )
    return path


def _in_folder(path: Path) -> dict[str, Callable[[], bytes]]:
    return {name: file.read_bytes for name, file in _files_of(export_folder(path)).items()}


def _files_of(folder: Path) -> dict[str, Path]:
    """The files of an export that stand in a folder itself."""
    found = sorted(file for file in folder.iterdir() if file.is_file())
    return {
        name: file for name in _KNOWN for file in found if file.name.casefold() == f"{name}.csv"
    }


def _in_zip(path: Path) -> dict[str, Callable[[], bytes]]:
    with zipfile.ZipFile(path) as parts:
        members = [part for part in parts.infolist() if not part.is_dir()]
    # Some exports stand in a folder inside the zip: the file nearest to the top counts.
    members.sort(key=lambda part: (part.filename.count("/"), part.filename), reverse=True)
    members_by_name = _of_one_export(path.name, members)
    limit = most_unpacked(path.stat().st_size, _MAX_BYTES)
    too_much = f"{path.name} unpacks to more than {limit >> 20} MB; send the folder."
    if sum(part.file_size for part in members_by_name.values()) > limit:
        raise UsageError(too_much)

    def reader(part: zipfile.ZipInfo) -> Callable[[], bytes]:
        def read() -> bytes:
            content = bytearray()
            with zipfile.ZipFile(path) as parts:
                for piece in unpacked(parts, part):
                    content += piece
                    if len(content) > limit:
                        raise UsageError(too_much)
            return bytes(content)

        return read

    return {name: reader(part) for name, part in members_by_name.items()}


def _of_one_export(archive: str, members: Sequence[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    """The files of an export by name, `members` being sorted with the nearest to the top last.

    Files of two exports are never mixed: they would make a roster that nobody has.
    """
    found = {
        name: part
        for name in _KNOWN
        for part in members
        if PurePosixPath(part.filename).name.casefold() == f"{name}.csv"
    }
    folders: dict[PurePosixPath, set[str]] = {}
    for part in members:
        place = PurePosixPath(part.filename)
        folders.setdefault(place.parent, set()).add(place.name.casefold())
    exports = [f for f, names in folders.items() if {f"{n}.csv" for n in _NEEDED} <= names]
    if not exports:
        return found
    top = min(len(folder.parts) for folder in exports)
    nearest = [folder for folder in exports if len(folder.parts) == top]
    if len(nearest) > 1:
        raise UsageError(_SEVERAL.format(name=archive))
    inside = [part for part in members if PurePosixPath(part.filename).parent == nearest[0]]
    return {
        name: part
        for name in _KNOWN
        for part in inside
        if PurePosixPath(part.filename).name.casefold() == f"{name}.csv"
    }


def _decoded(data: bytes) -> tuple[bytes, str]:
    """The file as UTF-8 without a byte order mark, and what else it was read as."""
    if wide := utf16_codec(data[:_HEAD]):
        return data.decode(wide).encode(), ""
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        data.decode()
    except UnicodeDecodeError:
        codec, fits = single_byte_codec(data)
        named = SINGLE_BYTE[codec] + ("" if fits else ", which its names do not fit")
        return data.decode(codec, errors="replace").encode(), named
    return data, ""


@dataclass(frozen=True)
class _File:
    """The records of a file."""

    cells: pl.DataFrame
    """All of them as text under their headers; one that is too short or long is padded or cut."""
    shorter: pl.Series
    longer: pl.Series
    """Spreadsheet rows of records with fewer cells than the header, and of those with more."""
    garbled: int | None
    """The spreadsheet row of the first misplaced quote that cannot be read over."""
    read_as: str = ""
    """The encoding that was guessed, where the file is not UTF-8."""


def _file(name: str, data: bytes) -> _File:
    """The records of a file; raises ValueError where it cannot be parsed."""
    source = Source(f"{name}.csv", data)
    text = Text(source, UTF8, survey(source))
    layout = first_record(text)
    parsed = parse(source, layout)
    table = read_table(text, parsed)
    typed = [header.strip() for header in layout.typed]
    headers = [f"{h}{_REPEATED}{i}" if h in typed[:i] else h for i, h in enumerate(typed)]
    cells = table.cells.rename(dict(zip(table.cells.columns, headers, strict=True)))
    rows = table.ragged.with_columns(row=pl.col("index") + _FIRST_ROW)
    longer = rows.filter(pl.col("found") > layout.width)
    if longer.height == cells.height and all(map(is_blank, table.surplus.values())):
        longer = longer.clear()  # the program ends each row with a comma
    return _File(
        cells,
        rows.filter(pl.col("found") < layout.width)["row"],
        longer["row"],
        _misplaced_quote(layout, table) if parsed.frame is None else None,
    )


def _misplaced_quote(layout: Layout, table: Table) -> int | None:
    """The row of the first quote that is never closed, or makes its record longer or shorter."""
    if not layout.closed:
        return _FIRST_ROW - 1
    quoted = pl.any_horizontal(pl.all().str.contains('"', literal=True))
    ragged = table.ragged["index"]
    odd = ragged.filter(table.cells[ragged].select(quoted).to_series())
    beyond = (i for i, rest in table.surplus.items() if any('"' in cell for cell in rest))
    unclosed = [] if table.unclosed is None else [table.unclosed]
    return min((index + _FIRST_ROW for index in (*odd, *beyond, *unclosed)), default=None)


def _row_with_rows(data: bytes, cells: pl.DataFrame) -> int | None:
    """The spreadsheet row with a cell that has whole rows in it: its quote is closed too late."""
    separators = cells.width - 1
    narrow = separators < _FEWEST_SEPARATORS
    if narrow or b'"' not in data or data.count(b"\n") <= cells.height:
        return None
    lines = pl.all().str.contains("\n", literal=True)
    whole = lines & (pl.all().str.count_matches(",", literal=True) >= separators)
    found = cells.select(pl.any_horizontal(whole)).to_series().arg_true()
    return None if found.is_empty() else found[0] + _FIRST_ROW


def _of_today(header: str) -> str:
    """A header in small letters, by the name that the field has now."""
    name = header.casefold()
    return _RENAMED.get(name, name)
