"""Single cells that are edited by hand: where they stand, and the copy that has them.

The copy is the customer's file with other text in these cells and no other byte beside their
records changed: delimiter, encoding, lines above the header and rows stay, so that a row number
means the same in both. It is read anew like any file. A workbook becomes CSV, and text that the
encoding has no letters for becomes UTF-8.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from pathlib import Path

import polars as pl

from roster_toolkit.errors import UsageError
from roster_toolkit.ingest import read_upload
from roster_toolkit.ingest.csv.layout import Layout, added_in_front
from roster_toolkit.ingest.decode import in_its_encoding
from roster_toolkit.ingest.error_file import protected_cell
from roster_toolkit.ingest.source import open_source
from roster_toolkit.model import ERROR_FILE_COLUMNS, ERROR_FILE_MARK, Obstacle, Profile, Upload
from roster_toolkit.records import clean
from roster_toolkit.repair.apply import name_of_copy, read_anew, require_repairable
from roster_toolkit.repair.csv_records import Scanner, unquoted
from roster_toolkit.repair.model import EDITED_CELLS, EDITS
from roster_toolkit.text import printable

#: What a cell of a text cannot hold, and what each is called.
_NOT_IN_A_CELL = {r"[\r\n]": "a line break", "\x00": "a NUL character"}


def located(upload: Upload, profile: Profile, wanted: pl.DataFrame) -> pl.DataFrame:
    """Shape `EDITED_CELLS` of some edits, with the cell as it is, and `fits`.

    `wanted` has `row`, `column` and `value`, and perhaps `before`; `fits` is false where `before`
    is not the cell, apart from surrounding space. A header is known as it stands in the file, or by
    the name that the profile has for it. Raises UsageError where there is no such row or column,
    the row is blank or stands in `wanted` twice, or the value fits into no cell.
    """
    require_repairable(upload)
    wanted = _as_edits(wanted)
    _require_rows(upload, wanted)
    _require_values(wanted)
    places = places_of(upload, profile, wanted["column"].unique(maintain_order=True).to_list())
    cells = wanted.with_columns(
        index=pl.col("row").cast(pl.UInt32) - upload.first_row,
        place=pl.col("column").replace_strict(places, return_dtype=pl.UInt32)
        if places
        else pl.lit(None, pl.UInt32),
        expected=clean(pl.col("before")),
    )
    _require_once(cells)
    in_file = _in_file(upload, cells)
    return cells.select("index", "place", before=in_file, value="value").with_columns(
        fits=(cells["expected"] == in_file.to_frame().select(clean(pl.all())).to_series())
        .fill_null(value=True)
    )  # fmt: skip


def _in_file(upload: Upload, cells: pl.DataFrame) -> pl.Series:
    """The text of each of these cells, as it is in the file."""
    texts = pl.Series([""], dtype=pl.String).new_from_index(0, cells.height)
    for (place,), group in cells.with_row_index("at").group_by("place"):
        column = upload.cells.to_series(int(place))
        texts = texts.scatter(group["at"], column.gather(group["index"]))
    return texts


def edits_made(upload: Upload, cells: pl.DataFrame) -> pl.DataFrame:
    """Shape `EDITS` of edited cells of a file."""
    names = {place: cell.typed for place, cell in enumerate(upload.header)}
    named = pl.col("place").replace_strict(names, default=None, return_dtype=pl.String)
    return cells.select(
        row=pl.col("index") + upload.first_row, column=named, before="before", value="value"
    ).select(pl.col(name).cast(kind) for name, kind in EDITS.items())


def together(made: pl.DataFrame, more: pl.DataFrame) -> pl.DataFrame:
    """Edited cells and more of them, one for each cell; a cell that is as it came is none."""
    cell = ["index", "place"]
    as_it_came = made.select(*cell, came="before")
    newest = pl.concat([made, more]).unique(cell, keep="last", maintain_order=True)
    return (
        newest.join(as_it_came, on=cell, how="left", maintain_order="left")
        .with_columns(before=pl.coalesce("came", "before"))
        .filter(pl.col("before") != pl.col("value"))
        .select(list(EDITED_CELLS))
    )


def edited_copy(
    source: str | Path | bytes, upload: Upload, profile: Profile, cells: pl.DataFrame
) -> tuple[bytes, Upload]:
    """The file with other text in some cells, and that copy as it is read.

    `upload` is what was read from `source`. Raises UsageError where the file is no longer the one
    that was read, or where the copy would be read as another table: its header in another row.
    """
    text, layout = read_anew(source, upload, profile)
    data = bytes(text.source.data)
    data = _patched(data, layout, upload, cells)
    in_kind = None
    if upload.obstacle is not Obstacle.WORKBOOK:
        in_kind = in_its_encoding(data, open_source(source, upload.name), text.encoding)
    expected = _expected(upload, cells)
    for copy in dict.fromkeys([data if in_kind is None else in_kind, data]):
        read = read_upload(copy, profile, name=name_of_copy(upload.name))
        if read.first_row == upload.first_row and _is(read, expected):
            return copy, read
    raise UsageError(
        f"With these edits {upload.name} would be read as another table; change fewer cells at "
        "once to find the one that does it."
    )


# --- which cells ---------------------------------------------------------------------------------


def _as_edits(wanted: pl.DataFrame) -> pl.DataFrame:
    """Edits as a program brings them, in shape `EDITS`; `before` is null where it is not given."""
    if missing := [name for name in ("row", "column", "value") if name not in wanted.columns]:
        raise UsageError(f"A list of edits needs the column {missing[0]}.")
    if "before" not in wanted.columns:
        wanted = wanted.with_columns(before=pl.lit(None, pl.String))
    number, *texts = EDITS
    for name in texts:
        if wanted[name].dtype not in (pl.String, pl.Null):
            raise UsageError(f"The column {name} of a list of edits is text, not numbers.")
    if not wanted[number].dtype.is_integer() and wanted.height:
        raise UsageError("The column row of a list of edits holds whole numbers.")
    return wanted.select(
        pl.col(number).cast(pl.Int64, strict=False).fill_null(0),
        pl.col("column").cast(pl.String).fill_null(""),
        pl.col("before").cast(pl.String),
        pl.col("value").cast(pl.String).fill_null(""),
    )


def _require_rows(upload: Upload, wanted: pl.DataFrame) -> None:
    first, height = upload.first_row, upload.cells.height
    outside = wanted["row"].filter(~wanted["row"].is_between(first, first + height - 1))
    if outside.len():
        row = int(outside[0])
        if row == first - 1:
            raise UsageError(f"Row {row} of {upload.name} is its header; edit the rows below it.")
        if 0 < row < first:
            raise UsageError(f"Row {row} of {upload.name} stands above its header.")
        raise UsageError(
            f"{upload.name} has no row {row}: its rows go from {first} to {first + height - 1}."
        )
    index = (wanted["row"] - first).cast(pl.UInt32)
    blank = wanted["row"].filter(index.is_in(upload.blank.implode()))
    if blank.len():
        raise UsageError(f"Row {blank[0]} of {upload.name} is blank: there is no cell to edit.")


def _require_values(wanted: pl.DataFrame) -> None:
    for pattern, what in _NOT_IN_A_CELL.items():
        wrong = wanted.filter(pl.col("value").str.contains(pattern))
        if wrong.height:
            column = printable(wrong["column"][0])
            raise UsageError(
                f"The new value of {column} in row {wrong['row'][0]} holds {what}, which a cell of "
                "a users.csv cannot."
            )


def _require_once(cells: pl.DataFrame) -> None:
    repeated = cells.filter(pl.struct("index", "place").is_duplicated())
    if repeated.height:
        row, column = repeated.select("row", "column").row(0)
        raise UsageError(
            f"{printable(column)} in row {row} stands in the list of edits more than once."
        )


def places_of(upload: Upload, profile: Profile, columns: list[str]) -> dict[str, int]:
    """Header as typed, or name in the profile → its position in the file.

    Raises UsageError for a column that there is not, or more than once.
    """
    if upload.lacks_header and columns:
        raise UsageError(f"{upload.name} has no header line to name a column by; add one first.")
    typed = [cell.typed for cell in upload.header]
    bare = [name.strip() for name in typed]
    meant = [profile.columns[c.key].name if c.key and c.certain else "" for c in upload.header]
    return {name: _place(upload, name, (typed, bare, meant)) for name in columns}


def _place(upload: Upload, wanted: str, spellings: tuple[list[str], ...]) -> int:
    for names in spellings:
        if wanted.strip() and wanted in names:
            if names.count(wanted) > 1:
                raise UsageError(
                    f"{upload.name} has the column {printable(wanted)} more than once, so that it "
                    "is not certain which one is meant; rename one of them first."
                )
            return names.index(wanted)
    close = difflib.get_close_matches(wanted, [name for name in spellings[1] if name], n=1)
    hint = f"; did you mean {printable(close[0])}?" if close else "."
    raise UsageError(f"{upload.name} has no column {printable(wanted) or '(no name)'}{hint}")


# --- the copy ------------------------------------------------------------------------------------


def _patched(data: bytes, layout: Layout, upload: Upload, cells: pl.DataFrame) -> bytes:
    """The bytes with other text in some cells; records without one stay as one slice each."""
    start, scanner = layout.end, Scanner(layout.delimiter)
    ends = scanner.ends(data, start, upload.cells.height)
    in_front = len(ERROR_FILE_COLUMNS) if added_in_front(layout.typed) else 0
    cells = cells.with_columns(pl.col("place") + in_front)
    above = 0
    if upload.is_error_file:
        mark = 0 if in_front else len(upload.header)
        above = _marked_first(scanner.cells(data[start : ends[0]])[0], mark)
    unchanged = memoryview(data)  # a slice of it is no copy
    pieces: list[bytes | memoryview] = [unchanged[:start]]
    copied_to = start
    for index, values in _by_record(cells):
        at = index + above
        begin = ends[at - 1] if at else start
        pieces.append(unchanged[copied_to:begin])
        copied_to = ends[at]
        pieces.append(_record(data[begin:copied_to], values, scanner, upload))
    pieces.append(unchanged[copied_to:])
    return b"".join(pieces)


def _by_record(cells: pl.DataFrame) -> Iterator[tuple[int, dict[int, str]]]:
    """Index of each edited record → position → value, from the top."""
    changes: dict[int, dict[int, str]] = {}
    for index, place, value in cells.select("index", "place", "value").iter_rows():
        changes.setdefault(index, {})[place] = value
    yield from sorted(changes.items())


def _marked_first(first: list[bytes], place: int) -> int:
    """1 where the first record of our error file is about the file as a whole, else 0."""
    return int(len(first) > place and unquoted(first[place]) == ERROR_FILE_MARK)


def _record(record: bytes, values: Mapping[int, str], scanner: Scanner, upload: Upload) -> bytes:
    """A record with other text in some cells; one that is too short for them gets blank ones."""
    written, line_end = scanner.cells(record)
    written += [b""] * (max(values) + 1 - len(written))
    for place, value in values.items():
        text = protected_cell(value) if upload.is_error_file else value
        written[place] = _cell(text, scanner.delimiter.decode(), like=written[place])
    return scanner.delimiter.join(written) + line_end


def _cell(text: str, delimiter: str, *, like: bytes) -> bytes:
    """A cell as it is written: in quotes where it must be, or where the old one was."""
    if like.startswith(b'"') or '"' in text or delimiter in text:
        return b'"' + text.replace('"', '""').encode() + b'"'
    return text.encode()


def _expected(upload: Upload, cells: pl.DataFrame) -> pl.DataFrame:
    """The table that the copy should hold, its columns named by their places."""
    table = upload.cells.select(
        column.alias(str(place)) for place, column in enumerate(upload.cells.iter_columns())
    )
    changed = [
        table.to_series(place).scatter(group["index"], group["value"])
        for (place,), group in cells.group_by("place")
    ]
    return table.with_columns(changed)


def _is(read: Upload, expected: pl.DataFrame) -> bool:
    """Whether a file holds this table; blank records at its very end are none."""
    cells = read.cells
    if cells.width != expected.width or cells.height > expected.height:
        return False
    cells = cells.rename(dict(zip(cells.columns, expected.columns, strict=True)))
    beyond = expected.slice(cells.height)
    return cells.equals(expected.head(cells.height)) and not any(map(any, beyond.iter_rows()))
