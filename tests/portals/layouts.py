"""How a portal lays out its users-errors.csv, and what such a report tells back.

`told` reads a report with full knowledge of its layout: proof that the evidence holds what a
learner, who has not that knowledge, is asked to find.
"""

from __future__ import annotations

import csv
import io
import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from .judging import Sheet

ALL_ROWS, BAD_ROWS, LINES, PEOPLE = "all rows", "bad rows", "lines", "people"

# (row, column, error, person) in the language of the report
HEADINGS = {
    "en": ("Row", "Column", "Error", "userId"),
    "de": ("Zeile", "Spalte", "Fehler", "Kennung"),
    "es": ("Fila", "Columna", "Errores", "Identificador"),
}
_CUT_SHORT = {
    "en": "Only the first {} errors are shown.",
    "de": "Es werden nur die ersten {} Fehler angezeigt.",
    "es": "Solo se muestran los primeros {} errores.",
}


@dataclass(frozen=True)
class Said:
    """One error as the report says it."""

    index: int
    column: str
    text: str


@dataclass(frozen=True)
class Layout:
    """Shape, numbering, separators and encoding of a report."""

    shape: str = ALL_ROWS
    language: str = "en"
    heading: str = "Errors"
    first: bool = False
    numbered: bool = False
    counts_from: int = 2  # the number of the first record
    column_shown: bool = True
    joined: bool = True
    separator: str = "; "
    good: str = ""
    encoding: str = "utf-8"
    delimiter: str = ","
    cut: int | None = None

    def written(self, sheet: Sheet, said: list[Said], people: list[str]) -> bytes:
        """The report as a file; `people` holds the user ID of each record."""
        short = self.cut is not None and len(said) > self.cut
        lines = list(self._lines(sheet, said[: self.cut], people, short=short))
        if short:
            lines.append([_CUT_SHORT[self.language].format(self.cut)])
        text = io.StringIO()
        csv.writer(text, delimiter=self.delimiter).writerows(lines)
        return text.getvalue().encode(self.encoding, errors="replace")

    def _lines(
        self, sheet: Sheet, said: list[Said], people: list[str], *, short: bool
    ) -> Iterator[list[str]]:
        by_row: dict[int, list[Said]] = defaultdict(list)
        for one in said:
            by_row[one.index].append(one)
        if self.shape in {ALL_ROWS, BAD_ROWS}:
            yield from self._rows(sheet, by_row, short=short)
            return
        yield self._heads()
        for index, errors in by_row.items():
            for group in [errors] if self.joined else [[one] for one in errors]:
                yield self._line(index, group, people[index])

    def _rows(
        self, sheet: Sheet, by_row: dict[int, list[Said]], *, short: bool
    ) -> Iterator[list[str]]:
        number = HEADINGS[self.language][0]
        yield self._with(sheet.header, self.heading, number)
        last = max(by_row, default=0) if short else len(sheet.records)
        for index, record in enumerate(sheet.records):
            texts = [one.text for one in by_row.get(index, [])]
            if index > last or (self.shape == BAD_ROWS and not texts):
                continue
            joined = self.separator.join(texts) or self.good
            yield self._with(record, joined, str(index + self.counts_from))

    def _with(self, record: list[str], errors: str, number: str) -> list[str]:
        line = [errors, *record] if self.first else [*record, errors]
        return [number, *line] if self.numbered else line

    def _heads(self) -> list[str]:
        row, column, error, person = HEADINGS[self.language]
        who = row if self.shape == LINES else person
        return [who, column, error] if self.column_shown else [who, error]

    def _line(self, index: int, errors: list[Said], person: str) -> list[str]:
        who = str(index + self.counts_from) if self.shape == LINES else person
        text = self.separator.join(one.text for one in errors)
        columns = ", ".join(dict.fromkeys(one.column for one in errors if one.column))
        return [who, columns, text] if self.column_shown else [who, text]

    def told(self, sheet: Sheet, people: list[str], report: bytes) -> set[int]:
        """The records that the report may mean: more than it does where several look alike."""
        text = report.decode(self.encoding)
        lines = list(csv.reader(io.StringIO(text), delimiter=self.delimiter))[1:]
        note = _CUT_SHORT[self.language].split("{}", maxsplit=1)[0]
        lines = [line for line in lines if not line[0].startswith(note)]
        if self.shape == LINES:
            return {int(line[0]) - self.counts_from for line in lines}
        if self.shape == PEOPLE:
            named = {line[0] for line in lines}
            return {index for index, person in enumerate(people) if person in named}
        return self._told_by_content(sheet, lines)

    def _told_by_content(self, sheet: Sheet, lines: list[list[str]]) -> set[int]:
        bad = set()
        for line in lines:
            cells = line[1:] if self.numbered else line
            errors, record = (cells[0], cells[1:]) if self.first else (cells[-1], cells[:-1])
            if errors != self.good:
                bad.add(tuple(record))
        written = [
            tuple(cell.encode(self.encoding, "replace").decode(self.encoding) for cell in record)
            for record in sheet.records
        ]
        return {index for index, record in enumerate(written) if record in bad}


def plain_layout(chance: random.Random) -> Layout:
    """Like our own report: the rows as they were sent and a column of errors."""
    return Layout(
        shape=chance.choice((ALL_ROWS, ALL_ROWS, BAD_ROWS)),
        heading=chance.choice(("Errors", "errors", "Error Message", "Error Details")),
        separator=chance.choice(("; ", " | ", "\n")),
    )


def hard_layout(chance: random.Random, language: str) -> Layout:
    """Any layout, language, encoding and delimiter."""
    return Layout(
        shape=chance.choice((ALL_ROWS, BAD_ROWS, LINES, LINES, PEOPLE)),
        language=language,
        heading=HEADINGS[language][2],
        first=chance.random() < 0.3,
        numbered=chance.random() < 0.3,
        counts_from=chance.choice((0, 1, 2)),
        column_shown=chance.random() < 0.6,
        joined=chance.random() < 0.4,
        separator=chance.choice(("; ", " | ", "\n")),
        good=chance.choice(("", "", "OK")),
        encoding=chance.choice(("utf-8", "utf-8", "utf-8-sig", "cp1252", "utf-16")),
        delimiter=chance.choice((",", ",", ";", "\t")),
        cut=chance.choice((None, None, 25, 50)),
    )
