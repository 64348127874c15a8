"""A saved web page as tables: its own, and what it says in lists or in headings with text below.

Word and Google Docs save pages full of nested tags, merged cells and bullets of their own making;
a cell keeps its line ends, as an accepted value often stands on a line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser

from roster_toolkit.calibration.documents.pasted import Rows, clean, labelled_rows, pair

_PAGE = re.compile(
    r"<!doctype\s+html|<(?:html|head|body|table|dl|ul|ol|h[1-6]|p|div|section|meta)\b",
    re.IGNORECASE,
)
_HEAD = 4096
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BLOCKS = {
    *_HEADINGS, "p", "div", "li", "dt", "dd", "ul", "ol", "dl", "section", "article", "header",
    "footer", "main", "nav", "aside", "blockquote", "pre", "summary", "details", "figure", "hr",
    "table", "tr", "td", "th", "caption", "thead", "tbody", "body", "title",
}  # fmt: skip
#: What makes a paragraph a heading where all of it is so.
_BOLD = {"b", "strong", "u"}
_KINDS = {*_HEADINGS, "li", "dt", "dd", "p", "summary"}
#: What is not shown, and what is shown struck out.
_UNSEEN = {"script", "style", "template", "noscript", "title", "select"}
_STRUCK = {"s", "del", "strike"}
#: Conditions and remarks, which programs put around what their own readers show.
_REMARK = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style)\b.*?(?:</\1\s*>|\Z)|<[!?][^<>]*>", re.DOTALL | re.IGNORECASE
)
#: A bracket that opens no tag. The parser would look for its end again and again.
_NO_TAG = re.compile(r"<(?![A-Za-z/][^<>]*>)")
#: Cells of one table, those that reach over others counted each; what is beyond is left out, and
#: such a page is refused by who counts.
_MOST_CELLS = 200_001
_SECTION = {*_HEADINGS, "summary", "bold"}
_MOST_SPAN, _MOST_WIDTH = 30, 500
_LIST_ROWS = 2


def is_web_page(name: str, text: str) -> bool:
    """Whether a text is a saved page rather than one with a tag in it."""
    start = text[:_HEAD].lstrip()
    named = name.lower().endswith((".htm", ".html", ".xhtml"))
    return (start.startswith("<") or named) and _PAGE.search(text[: 8 * _HEAD]) is not None


def tables_of_page(text: str) -> list[tuple[str, Rows, bool]]:
    """Title, rows, and whether it is no real table, of everything on a page: real tables first."""
    page = _Page()
    page.feed(_NO_TAG.sub("&lt;", _REMARK.sub("", text)))
    page.close()
    page.end_block()
    tables = [(title, rows, False) for title, rows in page.tables]
    return [*tables, *_lists(page.blocks)]


@dataclass
class _Block:
    """A heading, paragraph, bullet, term or definition."""

    kind: str
    text: str


@dataclass
class _Grid:
    """A table while it is read."""

    title: str
    rows: list[list[str]] = field(default_factory=list)
    cell: list[str] | None = None
    spans: tuple[int, int] = (1, 1)
    cells: int = 0
    hanging: dict[int, tuple[str, int]] = field(default_factory=dict)
    """Place → text and rows left of a cell that reaches down."""

    def end_cell(self) -> None:
        if self.cell is None:
            return
        text, (across, down) = clean("".join(self.cell)), self.spans
        self.cell = None
        if not self.rows:
            self.rows.append([])
        row = self.rows[-1]
        self._fill(row)
        if self.cells > _MOST_CELLS or len(row) > _MOST_WIDTH:
            return
        self.cells += across
        # A cell across two columns speaks of both; a title across a table stands once.
        is_of_all = down > 1 or (bool(row) and across == 2)  # noqa: PLR2004
        for place in range(len(row), len(row) + across):
            if down > 1:
                self.hanging[place] = (text, down - 1)
            row.append(text)
            text = text if is_of_all else ""

    def _fill(self, row: list[str]) -> None:
        while len(row) in self.hanging and self.cells <= _MOST_CELLS:
            text, left = self.hanging.pop(len(row))
            self.cells += 1
            if left > 1:
                self.hanging[len(row)] = (text, left - 1)
            row.append(text)

    def end_row(self) -> None:
        self.end_cell()
        if self.rows:
            self._fill(self.rows[-1])


class _Page(HTMLParser):
    """The tables and the blocks of a page, in their order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[tuple[str, Rows]] = []
        self.blocks: list[_Block] = []
        self._grids: list[_Grid] = []
        self._kind, self._text = "p", [""]
        self._unseen = ""
        self._struck = False
        self._bold, self._not_bold = 0, False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._unseen:
            return
        attributes = {name: value or "" for name, value in attrs}
        if tag in _UNSEEN:
            self._unseen = tag
        elif tag in _STRUCK:
            self._struck = True
        elif tag in _BOLD:
            self._bold += 1
        elif tag == "table":
            self.end_block()
            self._grids.append(_Grid(self._heading()))
        elif tag in ("tr", "td", "th", "caption") and self._grids:
            self._start_cell(tag, attributes)
        elif tag in _BLOCKS:
            self._start_block(tag)
        else:
            self._write(_shown(tag, attributes))

    def _start_cell(self, tag: str, attributes: dict[str, str]) -> None:
        grid = self._grids[-1]
        self._struck = False
        if tag == "tr":
            grid.end_row()
            grid.rows.append([])
            return
        grid.end_cell()
        if tag == "caption":
            self.end_block()
            self._kind = tag
            return
        grid.cell = []
        grid.spans = (_span(attributes.get("colspan")), _span(attributes.get("rowspan")))

    def _start_block(self, tag: str) -> None:
        if self._cell() is not None:
            self._write("\n• " if tag == "li" else "\n")
            return
        self.end_block()
        if tag in _KINDS:
            self._kind = tag

    def handle_endtag(self, tag: str) -> None:
        if self._unseen:
            self._unseen = "" if tag == self._unseen else self._unseen
        elif tag in _STRUCK:
            self._struck = False
        elif tag in _BOLD:
            self._bold = max(self._bold - 1, 0)
        elif not self._grids and tag in _BLOCKS:
            self.end_block()
        elif self._grids:
            self._end_in_table(tag)

    def _end_in_table(self, tag: str) -> None:
        grid = self._grids[-1]
        if tag == "table":
            grid.end_row()
            self._grids.pop()
            self.tables.append((grid.title, tuple(map(tuple, grid.rows))))
        elif tag == "tr":
            grid.end_row()
        elif tag in ("td", "th"):
            grid.end_cell()
        elif tag == "caption":
            grid.title = clean("".join(self._text)) or grid.title
            self._text, self._kind = [], "p"
        elif tag in _BLOCKS:
            self._write("\n")

    def handle_data(self, data: str) -> None:
        if not self._unseen and not self._struck:
            self._write(re.sub(r"[\s\xa0]+", " ", data))
            self._not_bold = self._not_bold or bool(data.strip() and not self._bold)

    def _cell(self) -> list[str] | None:
        return self._grids[-1].cell if self._grids else None

    def _write(self, text: str) -> None:
        cell = self._cell()
        (self._text if cell is None else cell).append(text)

    def end_block(self) -> None:
        text = clean("".join(self._text))
        if text:
            bold = self._kind == "p" and not self._not_bold and not text.endswith(":")
            self.blocks.append(_Block("bold" if bold else self._kind, text))
        self._text, self._kind, self._struck = [], "p", False
        self._bold, self._not_bold = 0, False

    def close(self) -> None:
        super().close()
        while self._grids:
            self._end_in_table("table")

    def _heading(self) -> str:
        headings = (block.text for block in reversed(self.blocks) if block.kind in _HEADINGS)
        return next(headings, "").replace("\n", " ")[:90]


def _shown(tag: str, attributes: dict[str, str]) -> str:
    """What a tag without content shows: a line end, the words for a picture, a tick."""
    if tag == "img":
        return f" {attributes.get('alt', '')} "
    if tag == "input" and "checked" in attributes:
        return " x "
    return "\n" if tag == "br" else ""


def _span(text: str | None) -> int:
    digits = re.match(r"\s*(\d{1,4})", text or "")
    return min(max(int(digits[1]), 1), _MOST_SPAN) if digits else 1


# --- lists and headings ------------------------------------------------------------------------


def _lists(blocks: Sequence[_Block]) -> Iterator[tuple[str, Rows, bool]]:
    """Definition lists, headings with the text below, and bullets, as rows."""
    for made in (_definitions(blocks), _sections(blocks), _bullets(blocks), _bold(blocks)):
        if len(made) >= _LIST_ROWS:
            rows = labelled_rows([line for what, text in made for line in _lines(what, text)])
            yield "", rows or tuple(made), True


def _lines(what: str, text: str) -> list[str]:
    """The lines of a section, its heading as one with a label."""
    return [f"Field: {what}", *text.split("\n")]


def _definitions(blocks: Sequence[_Block]) -> list[tuple[str, str]]:
    made: list[tuple[str, str]] = []
    for block in blocks:
        if block.kind == "dt":
            made.append((block.text, ""))
        elif block.kind == "dd" and made:
            made[-1] = (made[-1][0], f"{made[-1][1]}\n{block.text}".strip())
    return made


def _sections(blocks: Sequence[_Block]) -> list[tuple[str, str]]:
    """Headings with what stands below them; a heading that has others below it only is none.

    Paragraphs in bold are the headings of a page that has none of its own below them.
    """
    made: list[tuple[str, str]] = []
    for block in blocks:
        if block.kind in _SECTION:
            made.append((block.text, ""))
        elif made and block.kind not in ("dt", "dd"):
            text = f"• {block.text}" if block.kind == "li" else block.text
            made[-1] = (made[-1][0], f"{made[-1][1]}\n{text}".strip())
    return [(what, text) for what, text in made if text]


def _bullets(blocks: Sequence[_Block]) -> list[tuple[str, str]]:
    pairs = (pair(block.text.replace("\n", " ")) for block in blocks if block.kind == "li")
    return [(cells[0], cells[1]) for cells in pairs if len(cells) > 1]


def _bold(blocks: Sequence[_Block]) -> list[tuple[str, str]]:
    """Paragraphs such as "userId: the number of a person" or "userId - required"."""
    pairs = (pair(block.text.replace("\n", " ")) for block in blocks if block.kind == "p")
    return [(cells[0], cells[1]) for cells in pairs if len(cells) > 1]
