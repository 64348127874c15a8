"""Any file with tables in it as rows of text cells, before anybody asks what they say.

A portal's documentation comes as it was saved: a CSV, a workbook, a web page, or text pasted from
one of them. What a page says in lists, or in headings with text below, becomes rows as well.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from roster_toolkit.calibration.documents.pasted import Rows, clean, tables_of_text
from roster_toolkit.calibration.documents.web_page import is_web_page, tables_of_page
from roster_toolkit.errors import ToolkitError
from roster_toolkit.ingest.decode import as_text, survey
from roster_toolkit.ingest.recognize import binary_format, text_format
from roster_toolkit.ingest.source import Source, showable
from roster_toolkit.ingest.workbook import workbook_sheets
from roster_toolkit.model import Obstacle
from roster_toolkit.text import number

#: Bytes of a file, and cells of all its tables: a dictionary has some hundreds.
MOST_BYTES = 16_000_000
MOST_CELLS = 200_000
#: Characters of a text that is no page: what one copies out of a document.
MOST_PASTED = 2_000_000
_HEAD = 1 << 14


@dataclass(frozen=True)
class Table:
    """A table as it stands in a file: all rows from the first, blank ones too."""

    title: str
    """Name of the sheet, caption, or the heading above; blank where there is none."""
    rows: Rows
    is_list: bool = False
    """Whether it was made of a list, or of headings with text below them."""

    def place(self, row: int) -> str:
        """Where a row, counted from 1, stands in words: "row 7 of the table 'Columns'"."""
        if self.is_list:
            return f"item {row}"
        return f"row {row} of the table '{self.title}'" if self.title else f"row {row}"


def read_tables(name: str, data: bytes) -> tuple[Table, ...]:
    """All tables of a file: CSV, workbook, saved web page, or pasted text.

    Tables come first, then what was made of lists and headings. Raises ToolkitError with a sentence
    where the file holds no text, or more than any dictionary does.
    """
    name = showable(name)
    if len(data) > MOST_BYTES:
        raise _too_large(name, f"{number(len(data))} bytes")
    source = Source(name, data)
    recognized = binary_format(data)
    if recognized:
        return _bounded(name, _workbook_tables(source, *recognized))
    text = _text(source)
    is_page = is_web_page(name, text)
    if not is_page and len(text) > MOST_PASTED:
        raise _too_large(name, f"{number(len(text))} characters")
    tables = tables_of_page(text) if is_page else tables_of_text(text)
    return _bounded(name, (Table(title, rows, is_list) for title, rows, is_list in tables))


def _too_large(name: str, what: str) -> ToolkitError:
    return ToolkitError(
        f"{name} has {what}, too many for a dictionary or a help page; choose the file or the sheet"
        " that lists the columns or the error texts."
    )


def _bounded(name: str, tables: Iterable[Table]) -> tuple[Table, ...]:
    kept, cells = [], 0
    for table in tables:
        cells += sum(map(len, table.rows))
        if cells > MOST_CELLS:
            raise _too_large(name, f"more than {number(MOST_CELLS)} cells")
        if any(map(any, table.rows)):
            kept.append(table)
    return tuple(kept)


def _workbook_tables(source: Source, obstacle: Obstacle, detail: str) -> list[Table]:
    sheets = workbook_sheets(source) if obstacle is Obstacle.WORKBOOK else None
    if sheets is None:
        raise ToolkitError(
            f"{source.name} is {detail} that cannot be read; save it as .xlsx, CSV or web page, or"
            " paste its table into a text file."
        )
    cells = sum(sheet.height * sheet.width for sheet in sheets.values())
    if cells > MOST_CELLS:
        raise _too_large(source.name, f"{number(cells)} cells")
    return [
        Table(name, tuple(tuple(clean(cell or "") for cell in row) for row in sheet.rows()))
        for name, sheet in sheets.items()
    ]


def _text(source: Source) -> str:
    """The file decoded, with plain line ends."""
    if not source.size:
        raise ToolkitError(f"{source.name} is empty; save the page or the table again.")
    text = as_text(source, survey(source))
    if text is None or text.survey.has_nul:
        raise ToolkitError(
            f"{source.name} is not text; save the dictionary as CSV, .xlsx or web page."
        )
    decoded = bytes(text.source.data[text.bom :]).decode(errors="replace")
    other = text_format(decoded[:_HEAD])
    if other and other[0] is not Obstacle.WEB_PAGE:
        raise ToolkitError(
            f"{source.name} is {other[1]}; save the dictionary as CSV, .xlsx or web page."
        )
    return decoded.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff")
