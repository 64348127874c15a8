"""Put rendered rows into the sheets of a workbook that xlsxwriter wrote without them.

xlsxwriter would write a million rows to a file, read them again and compress them as hard as it
can. Here they go into the package at once, lightly compressed, while the next ones are rendered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile

#: What stands in a sheet where its rows belong; no text of a cell holds a `<`.
ROWS_HERE = "<!--rows-->"
#: Rows of XML are so alike that more effort makes them hardly smaller: 3 takes a third longer for a
#: twentieth.
_EFFORT = 2


def splice_rows(
    skeleton: BinaryIO,
    rows: Mapping[str, Iterator[bytes]],
    target: BinaryIO,
    written: Callable[[], None],
) -> None:
    """Copy a workbook to `target` with `rows` in place of the marks, by the name of the part.

    `written` is called after each piece of rows. All parts have one date, so that the same input
    gives the same bytes.
    """
    with (
        ZipFile(skeleton) as parts,
        ZipFile(target, "w", ZIP_DEFLATED, compresslevel=_EFFORT) as book,
    ):
        for name in parts.namelist():
            content = parts.read(name)
            with book.open(name, "w", force_zip64=name in rows) as part:
                before, mark, after = content.partition(ROWS_HERE.encode())
                part.write(before)
                for piece in _ahead(rows[name]) if mark else ():
                    part.write(piece)
                    written()
                part.write(after)


def _ahead(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same pieces, the next one being made while one is used."""
    with ThreadPoolExecutor(1) as executor:
        upcoming = executor.submit(next, pieces, None)
        while (piece := upcoming.result()) is not None:
            upcoming = executor.submit(next, pieces, None)
            yield piece
