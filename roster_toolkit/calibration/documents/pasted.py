"""Text as a table: delimited, drawn with bars, set in columns, or paragraphs with labels."""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections import Counter
from collections.abc import Sequence

from roster_toolkit.calibration.documents.headings import Holds, what_it_holds
from roster_toolkit.calibration.documents.needs import say_requirements
from roster_toolkit.ingest.csv.layout import COMMA, OTHER_DELIMITERS

Rows = tuple[tuple[str, ...], ...]

#: Share of the lines that have the same number of cells where a text is a table.
_REGULAR = 0.6
_FEWEST_ROWS = 2
#: Characters of a cell that are read; a description has some hundreds.
_LONGEST_CELL = 6000
#: What separates `Required` from `Yes` in "Required: Yes".
_LABEL = re.compile(r"^\s*(?:[•·*o▪◦–-]\s+)?([^\W\d][^:\n]{1,38}?)\s*:(?:\s+|$)(.*)$")
_LABELS_IN_LINE = re.compile(r"(?<![\w-])((?:[^\W\d_][\w/?-]* ){0,3}[^\W\d_][\w/?-]*):\s")
_RULE_LINE = re.compile(r"[|+\-=: ]*-{2,}[|+\-=: ]*")


def clean(text: str) -> str:
    """A cell without what cannot be seen; line ends are kept, other space is one blank."""
    text = text[:_LONGEST_CELL]
    text = re.sub(r"[\u200b-\u200f\u2060\ufeff\u00ad]", "", text).replace("\r\n", "\n")
    lines = (" ".join(line.split()) for line in re.split(r"[\n\r\v\f\u2028]", text))
    return "\n".join(line for line in lines if line)


def tables_of_text(text: str) -> list[tuple[str, Rows, bool]]:
    """A text as the table that most of its lines agree on."""
    for made in (_pipes, _delimited, _labelled, _spaced, _cell_by_cell):
        rows = made(text)
        if rows:
            return [("", rows, made is _labelled)]
    return [("", _paragraphs(text) or _line_pairs(text), True)]


def _delimited(text: str) -> Rows:
    """Comma, semicolon, tab or pipe, whichever gives the most regular table."""
    best: tuple[float, int, Rows] = (0.0, 0, ())
    for delimiter in ("\t", *(d for d in OTHER_DELIMITERS if d != "\t"), COMMA):
        if delimiter not in text:
            continue
        rows = _records(text, delimiter)
        filled = [row for row in rows if any(row)]
        if not filled:
            continue
        widths = Counter(map(len, filled))
        width, lines = max(widths.items(), key=lambda item: (item[0] > 1, item[1], item[0]))
        regular = lines / len(filled)
        prose = sum(len(row[0]) > 60 for row in filled) / len(filled)  # noqa: PLR2004
        if width < 2 or len(filled) < _FEWEST_ROWS or regular < _REGULAR or prose > 0.3:  # noqa: PLR2004
            continue
        if (round(regular, 1), width) > best[:2]:
            best = (round(regular, 1), width, rows)
    return best[2]


def _records(text: str, delimiter: str) -> Rows:
    # The csv module takes a quote for one only where it opens a cell, as spreadsheets do.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    return tuple(tuple(clean(cell) for cell in row) for row in reader)


def _pipes(text: str) -> Rows:
    """A table drawn with bars, as in Markdown or a terminal."""
    lines = [line.strip() for line in text.split("\n")]
    drawn = [line for line in lines if line.count("|") > 1 or _is_rule(line)]
    framed = len(drawn) >= _FEWEST_ROWS and any(line.startswith("|") for line in drawn)
    if not framed and not any(_is_rule(line) and "|" in line for line in drawn):
        return ()
    return tuple(
        tuple(clean(cell.replace("\\|", "|")) for cell in re.split(r"(?<!\\)\|", _unframed(line)))
        if "|" in line and not _is_rule(line)
        else ((clean(line),) if not _is_rule(line) else ())
        for line in lines
    )


def _is_rule(line: str) -> bool:
    return bool(line) and _RULE_LINE.fullmatch(line) is not None


def _unframed(line: str) -> str:
    return line.removeprefix("|").removesuffix("|")


def _spaced(text: str) -> Rows:
    """Columns set apart by two spaces or more; a cell stands below its heading."""
    lines = [line.expandtabs(8) for line in text.split("\n")]
    split = [_pieces(line) for line in lines]
    filled = [pieces for pieces in split if pieces]
    wide = [pieces for pieces in filled if len(pieces) > 1]
    if len(wide) < _FEWEST_ROWS or len(wide) < _REGULAR * len(filled):
        return ()
    widest = max(wide, key=len)
    starts = [start for start, _ in next((p for p in wide if len(p) == len(widest)), widest)]
    return tuple(_placed(pieces, starts) for pieces in split)


def _pieces(line: str) -> list[tuple[int, str]]:
    return [(m.start(), m[0].strip()) for m in re.finditer(r"\S+(?: \S+)*", line)]


def _placed(pieces: Sequence[tuple[int, str]], starts: Sequence[int]) -> tuple[str, ...]:
    if len(pieces) == len(starts):
        return tuple(text for _, text in pieces)
    row = [""] * len(starts)
    for start, text in pieces:
        place = min(range(len(starts)), key=lambda i: (abs(starts[i] - start), i))
        row[place] = f"{row[place]} {text}".strip()
    return tuple(row)


def _cell_by_cell(text: str) -> Rows:
    """A table of a web page copied as text: every cell on a line of its own, headings first.

    A row begins where a word without blanks stands right above what the second column may hold.
    """
    lines = [line for line in map(clean, text.split("\n")) if line]
    for start, line in enumerate(lines):
        if what_it_holds(line) is not Holds.NAME:
            continue
        width = next((n for n, text in enumerate(lines[start:]) if what_it_holds(text) is None), 0)
        if width > 1 and what_it_holds(lines[start + 1]) is Holds.NEED:
            return (tuple(lines[start : start + width]), *_rows_of(lines[start + width :], width))
    return ()


def _rows_of(lines: Sequence[str], width: int) -> list[tuple[str, ...]]:
    rows: list[list[str]] = []
    for place, line in enumerate(lines):
        below = lines[place + 1] if place + 1 < len(lines) else ""
        if " " not in line and say_requirements([below]) and not say_requirements([line]):
            rows.append([line])
        elif rows and len(rows[-1]) < width:
            rows[-1].append(line)
        elif rows:
            rows[-1][-1] += f"\n{line}"
    return [tuple(row + [""] * (width - len(row))) for row in rows]


def _labelled(text: str) -> Rows:
    return labelled_rows(text.split("\n"))


def labelled_rows(lines: Sequence[str]) -> Rows:
    """Paragraphs of "Field: userId", "Required: yes": a row for each, a column for each label.

    Where the first label of a paragraph stands below a line without one, that line is the name.
    Nothing where fewer than two labels come again.
    """
    parts = [part for line in lines for part in _cut_at_labels(line)]
    found = [_label(part) for part in parts]
    times = Counter(label.casefold() for label, _ in found if label)
    if sum(number > 1 for number in times.values()) < 2:  # noqa: PLR2004
        return ()
    order = [label for label in times if times[label] > 1 or what_it_holds(label)]
    return _records_of_labels(_with_names(found, order[0]), order)


def _label(line: str) -> tuple[str, str]:
    """What a line has before its colon, blank where it has no label, and the rest of it."""
    match = _LABEL.match(line)
    return (match[1], match[2].strip()) if match else ("", clean(line))


def _cut_at_labels(line: str) -> list[str]:
    """A line cut before each heading of a dictionary that stands in it as a label."""
    starts = []
    for match in _LABELS_IN_LINE.finditer(line):
        words = [w.start() for w in re.finditer(r"\S+", match[1])]
        start = next((w for w in words if what_it_holds(match[1][w:])), None)
        if start is not None and match[1][start : start + 1].isupper():
            starts.append(match.start(1) + start)
    if len(starts) < 2:  # noqa: PLR2004
        return [line]
    cuts = [*starts, len(line)]
    return [
        line[: starts[0]],
        *(line[a:b].strip(" ;|") for a, b in itertools.pairwise(cuts)),
    ]


def _with_names(found: Sequence[tuple[str, str]], first: str) -> list[tuple[str, str]]:
    """The lines with a label for the names, where names stand above the first label without one.

    The name is the first line of the paragraph, or the one right above where nothing parts them.
    """
    named = list(found)
    if what_it_holds(first) is Holds.NAME:
        return named
    for place, (label, _) in enumerate(found):
        if label.casefold() != first:
            continue
        top = place
        while top and found[top - 1][1] and not found[top - 1][0]:
            top -= 1
        parted = top == 0 or not any(found[top - 1])
        name = top if parted else place - 1
        if name < place and not named[name][0]:
            named[name] = ("Field", named[name][1])
    return named


def _records_of_labels(lines: Sequence[tuple[str, str]], order: Sequence[str]) -> Rows:
    """A row for each of the first label; what has no label goes on with the cell before."""
    names = "field" if any(label == "Field" for label, _ in lines) else order[0]
    labels = list(dict.fromkeys([names, *order, "description"]))
    rows: list[dict[str, list[str]]] = []
    at = names
    for label, text in lines:
        if label.casefold() in labels:
            at = label.casefold()
            if at == names:
                rows.append({})
        elif at == names:
            at = "description"
        if rows and text:
            whole = text if label.casefold() == at or not label else f"{label}: {text}"
            rows[-1].setdefault(at, []).append(whole)
    cells = (tuple(clean("\n".join(row.get(label, ()))) for label in labels) for row in rows)
    return (tuple(label.capitalize() for label in labels), *cells)


def _paragraphs(text: str) -> Rows:
    """Paragraphs as their first line and the others; nothing where few have others.

    A line that stands out to the left begins one, too.
    """
    parts = re.split(r"\n\s*\n", _parted_at_indents(text))
    made = [part.split("\n", 1) for part in map(clean, parts) if part]
    several = sum(len(lines) > 1 for lines in made)
    return tuple(map(tuple, made)) if several > 1 and several >= _REGULAR * len(made) else ()


def _parted_at_indents(text: str) -> str:
    """A text with a blank line before each line that follows one set in further."""
    return re.sub(r"(?m)^([ \t]+\S.*\n)(?=[^\s•·*-])", r"\1\n", text)


def _line_pairs(text: str) -> Rows:
    """Every line as what it says first and what it says of it."""
    return tuple(pair(line) for line in text.split("\n"))


def pair(line: str) -> tuple[str, ...]:
    """A line as (what, of it): parted at a dash, an arrow or a colon."""
    line = clean(re.sub(r"^\s*(?:[•·*▪◦–-]|\d+[.)])\s+", "", line))
    for mark in (r"\s(?:->|=>|→|–|—|-)\s", r":\s"):
        parts = re.split(mark, line, maxsplit=1)
        if len(parts) > 1 and all(parts):
            return tuple(part.strip() for part in parts)
    return (line,) if line else ()
