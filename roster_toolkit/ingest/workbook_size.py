"""How large a workbook is, counted while it unpacks, before anything is made of it.

A few kilobytes can ask for more memory than any machine has: text that repeats packs a thousandfold
whatever the package says of its size, and one far cell makes a sheet of seventeen billion. So the
bytes are counted as they come, and the cells that a sheet spans are looked at as they stand in it.
"""

from __future__ import annotations

import zipfile
from xml.parsers import expat

from roster_toolkit.files import most_unpacked, unpacked

#: Bytes that the parts of a workbook may unpack to: a million rows.
_MOST_UNPACKED = 1 << 30
#: Cells that a sheet may span, blank ones too: all its rows, in a few columns more than ours.
_MOST_CELLS = 20_000_000
_SHEETS = "xl/_rels/workbook.xml.rels"
#: Drawings of notes, in a markup that is not always well-formed; no sheet.
_DRAWING = ".vml"
_MARKUP = (b"<", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
#: What a cell with content holds.
_CONTENT = ("v", "is", "f", "t")


class TooLarge(Exception):
    """The workbook is not worth what it would take to read it."""


def require_readable_size(parts: zipfile.ZipFile, packed: int) -> None:
    """Raise TooLarge, or what damaged parts raise, for a package of so many bytes."""
    left = most_unpacked(packed, _MOST_UNPACKED)
    for part in parts.infolist():
        drawing = part.filename.lower().endswith(_DRAWING)
        extent: _Extent | None = None
        for at, piece in enumerate(unpacked(parts, part)):
            left -= len(piece)
            if left < 0:
                raise TooLarge
            if at == 0 and piece.lstrip().startswith(_MARKUP) and not drawing:
                extent = _Extent(of_sheets=part.filename == _SHEETS)
            if extent is not None:
                extent.feed(piece)
        if extent is not None:
            extent.feed(b"", final=True)


class _Extent:
    """The last row and column of a part that have content, found as its markup streams by."""

    def __init__(self, *, of_sheets: bool) -> None:
        self.of_sheets = of_sheets
        self.row = self.column = 0
        self.last_row = self.last_column = self.strings = 0
        self.pending = False
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start

    def feed(self, piece: bytes, *, final: bool = False) -> None:
        self.parser.Parse(piece, final)
        cells = self.last_row * self.last_column
        if cells > _MOST_CELLS or self.strings > _MOST_CELLS:
            raise TooLarge

    def _start(self, element: str, attributes: dict[str, str]) -> None:
        name = element.rpartition(":")[2]
        if name == "c":
            self.column += 1
            if "r" in attributes:
                self.column, self.row = column_and_row(attributes["r"])
            self.pending = True
        elif self.pending and name in _CONTENT:
            self.pending = False
            self.last_row = max(self.last_row, self.row)
            self.last_column = max(self.last_column, self.column)
        elif name == "row":
            self.row = int(attributes.get("r", self.row + 1))
            self.column = 0
        elif name == "si":
            self.strings += 1
        elif self.of_sheets and attributes.get("Target", "").lower().endswith(_DRAWING):
            raise TooLarge  # a sheet under a name that is not looked at


def column_and_row(reference: str) -> tuple[int, int]:
    """The place of a cell by its reference, such as AB12; each at least 1."""
    letters = reference.rstrip("0123456789")
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - 64
    return max(column, 1), max(int(reference[len(letters) :] or 0), 1)
