"""What a sheet says of its cells besides their values: formats of zeros, formulas without a result.

The library that reads the values leaves both out. `0000` over 42 is 0042 to whoever looks at the
sheet, and to a CSV saved of it. A formula that a program wrote and no spreadsheet ever calculated
is no blank cell: it would be accepted in silence where a blank is.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from xml.parsers import expat

from roster_toolkit.files import unpacked
from roster_toolkit.ingest.workbook_size import column_and_row

_BOOK, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_STYLES = "xl/styles.xml"
#: A format whose first section has nothing but zeros, behind a language or a color if need be.
_ZEROS = re.compile(r"(?:\[[^\]<>=]*\])*(0{2,})(?:_.)?(?:;.*)?")
#: How a sheet begins a formula.
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
#: Types of a cell whose value is a number, and whose value is what a formula made: text, if blank.
_NUMBER, _TEXT_MADE = ("", "n"), "str"
#: Bytes that may hold the end of what the piece behind them goes on with.
_OVERLAP = 64


@dataclass
class Marks:
    """The marks of one sheet; rows and columns count from 0, from the corner of the sheet."""

    zeros: dict[tuple[int, int], array[int]] = field(default_factory=dict)
    """Column and number of digits → rows of the numbers that are shown with as many."""
    formulas: dict[int, dict[int, str]] = field(default_factory=dict)
    """Column → row → the formula, where nobody stored its result."""


class WorkbookMarks:
    """The marks of the sheets of a workbook, each read when it is asked for."""

    def __init__(self, parts: zipfile.ZipFile) -> None:
        """Look into an open package whose size was found readable."""
        self._parts = parts

    def of(self, sheet: str) -> Marks:
        """The marks of a sheet by its name; none where nothing says which part it is."""
        path = self._paths.get(sheet)
        if path not in self._parts.namelist() or not (self._digits or self._has_formulas(path)):
            return Marks()
        reader = _SheetReader(self._digits)
        for piece in unpacked(self._parts, self._parts.getinfo(path)):
            reader.parser.Parse(piece, False)
        reader.parser.Parse(b"", True)
        return reader.marks

    @cached_property
    def _paths(self) -> dict[str, str]:
        """Name of a sheet → its part of the package, as the book says."""
        if not {_BOOK, _RELATIONS} <= set(self._parts.namelist()):
            return {}
        targets = {
            attributes.get("Id"): posixpath.join("/xl", attributes.get("Target", "")).lstrip("/")
            for name, attributes in self._elements(_RELATIONS)
            if name == "Relationship"
        }
        return {
            attributes.get("name", ""): posixpath.normpath(targets[key])
            for name, attributes in self._elements(_BOOK)
            if name == "sheet"
            for key in (v for k, v in attributes.items() if k.rpartition(":")[2] == "id")
            if key in targets
        }

    @cached_property
    def _digits(self) -> dict[str, int]:
        """Style of a cell, as cells name it → the digits with which it shows a whole number."""
        if _STYLES not in self._parts.namelist():
            return {}
        elements = self._elements(_STYLES)
        widths = {
            attributes.get("numFmtId"): len(zeros[1])
            for name, attributes in elements
            if name == "numFmt" and (zeros := _ZEROS.fullmatch(attributes.get("formatCode", "")))
        }
        begin = next((at for at, (name, _) in enumerate(elements) if name == "cellXfs"), 0)
        formats = [attributes for name, attributes in elements[begin:] if name == "xf"]
        return {
            str(style): widths[attributes.get("numFmtId")]
            for style, attributes in enumerate(formats)
            if attributes.get("numFmtId") in widths
        }

    def _elements(self, path: str) -> list[tuple[str, Mapping[str, str]]]:
        """The elements of a small part in their order, each with its attributes."""
        found: list[tuple[str, Mapping[str, str]]] = []
        parser = expat.ParserCreate()
        parser.StartElementHandler = lambda name, attributes: found.append(
            (name.rpartition(":")[2], attributes)
        )
        parser.Parse(self._parts.read(path), True)
        return found

    def _has_formulas(self, path: str) -> bool:
        """Whether a sheet has a formula; to look for one takes no time beside reading the sheet."""
        return any(_FORMULA.search(piece) for piece in self._overlapping(path))

    def _overlapping(self, path: str) -> Iterator[bytes]:
        end = b""
        for piece in unpacked(self._parts, self._parts.getinfo(path)):
            yield end + piece
            end = piece[-_OVERLAP:]


class _SheetReader:
    """Collects the marks of a sheet as its markup streams by."""

    def __init__(self, digits: Mapping[str, int]) -> None:
        self.marks = Marks()
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self._digits = digits
        self._row = self._column = -1
        self._type = ""
        self._formula: str | None = None
        self._calculated = False

    def _start(self, element: str, attributes: dict[str, str]) -> None:
        name = element.rpartition(":")[2]
        if name == "c":
            self._column += 1
            if "r" in attributes:
                column, row = column_and_row(attributes["r"])
                self._column, self._row = column - 1, row - 1
            self._type = attributes.get("t", "")
            digits = self._digits.get(attributes.get("s", ""))
            if digits and self._type in _NUMBER:
                rows = self.marks.zeros.setdefault((self._column, digits), array("I"))
                rows.append(self._row)
        elif name == "f":
            self._formula, self._calculated = "", self._type == _TEXT_MADE
            self.parser.CharacterDataHandler = self._formula_text
        elif name in ("v", "is") and self._formula is not None:
            self.parser.CharacterDataHandler = self._result_text
        elif name == "row":
            self._row = int(attributes.get("r", self._row + 2)) - 1
            self._column = -1

    def _end(self, element: str) -> None:
        if self._formula is None:
            return
        self.parser.CharacterDataHandler = None
        if element.rpartition(":")[2] == "c":
            if not self._calculated:
                of_column = self.marks.formulas.setdefault(self._column, {})
                of_column[self._row] = f"={self._formula}"
            self._formula = None

    def _formula_text(self, text: str) -> None:
        self._formula = f"{self._formula}{text}"

    def _result_text(self, text: str) -> None:
        self._calculated = self._calculated or bool(text)
