"""A portal's data dictionary: what it says of each column, whatever its layout and language.

The columns of the dictionary itself are found by their headings. What is not plainly said stays
unsaid: None, no values, or a list that is not closed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise, zip_longest

from roster_toolkit.calibration.documents.accepted_values import (
    Accepted,
    longest_value,
    pattern_hint,
    values_of_cell,
    values_of_prose,
)
from roster_toolkit.calibration.documents.headings import (
    MAY_BE_BLANK,
    STAFF,
    STUDENTS,
    Holds,
    plain,
    what_it_holds,
)
from roster_toolkit.calibration.documents.needs import (
    NOT_REQUIRED,
    NOTHING,
    OPTIONAL,
    REQUIRED,
    Needs,
    letters_of,
    needs_of,
    needs_of_cell,
    say_requirements,
)
from roster_toolkit.calibration.documents.pasted import Rows
from roster_toolkit.calibration.documents.tables import Table, read_tables
from roster_toolkit.errors import ToolkitError
from roster_toolkit.ingest.source import showable
from roster_toolkit.text import counted, listed, quoted


@dataclass(frozen=True)
class Entry:
    """What a data dictionary says of one column."""

    name: str
    """The header, as the dictionary spells it."""
    students: str | None
    """`required`, `with-class`, `optional` or `blank`; None where nothing is said."""
    staff: str | None
    values: tuple[str, ...]
    """Accepted values in their order, ranges written out; none where it lists none."""
    closed: bool
    """Whether the list is stated as complete."""
    pattern_hint: str | None
    """digits, letters, letters-and-digits, email, date or boolean."""
    longest: int | None
    """Characters at most."""
    description: str
    example: str
    place: str
    """Where it stands: "row 7 of the table 'Columns'"."""
    implied: bool = False
    """Whether `optional` of one role only follows from "required" of the other."""


#: Rows, from the first, of which one may be the row of headings.
_SEARCHED = 40
_FEWEST_NAMES = 2
_LONGEST_NAME = 60
_MOST_WORDS = 6
_MOST_LEGEND = 20_000
#: Rows about columns in one table; more are rows of something else.
_MOST_LINES = 2_000
_NAME_LIKE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:[.:-][A-Za-z0-9_]+)*")
_LETTER_OR_NUMBER = re.compile(r"[A-Z]{1,2}|\d{1,3}\.?")
#: Share of the names that look like headers of a file where no heading says what they are.
_MOSTLY = 0.7
_INVERTED = re.compile(
    rf"((is |field |can be )?(optional|opcional|facultatif|optionnel)|{MAY_BE_BLANK})"
    r"( y n| yes no)?"
)
#: Under which requirement is asked, so that "students" is an answer; and what asks for less.
_ASKS_REQUIRED = re.compile(r"\b(req\w*|mandat\w*|oblig\w*|pflicht\w*|erforderlich|must)\b")
_ASKS_MORE = re.compile(
    r"\b(requirement|optional|opcional|facultat\w*|conditional|kann|r o|r c o)\b"
)
_OF_CONDITION = re.compile(r"(is )?(conditional(ly)?|condicional|bedingt|conditionnel)( required)?")
_DEMANDS = re.compile(r"(?i)\b(valid|only|must|format|y{2,4}|consists?|nur|solo|doit)\b")
_ENUMERATED = re.compile(r"(?i)\b(enum\w*|picklist|code ?list|drop ?down|choice)\b")
_OF_HEADER = re.compile(r"\b(header|column|heading)\b")
_MARK_IN_NAME = re.compile(
    r"\s*[(\[]\s*((?:required|optional|conditional|mandatory|obligatorio|opcional|pflicht|obligatoire|"
    r"facultatif)\b[^()\[\]]{0,60}|[roc]|req|opt)\.?\s*[)\]]\s*",
    re.IGNORECASE,
)
_STARS = re.compile(r"\s*[*†‡]+\s*$|^\s*[*†‡]+\s*")
_OF_FILE = (
    r"( (csv|file|columns?|fields?|data|records?|template|dictionary|roster|upload|import|rows?))*"
)
_OF_STUDENTS = re.compile(rf"({STUDENTS}){_OF_FILE}")
_OF_STAFF = re.compile(rf"({STAFF})(( and| or)? ({STAFF}|administrators?|admins?))*{_OF_FILE}")


def read_dictionary(name: str, data: bytes) -> tuple[Entry, ...]:
    """What a data dictionary says of each column, in its order; several tables are joined.

    Takes what `read_tables` takes. A column that stands in several tables is one entry, at the
    first place. Raises ToolkitError with a sentence where no table has a column of names.
    """
    tables = read_tables(name, data)
    legend = "\n".join(cell for t in tables for row in t.rows for cell in row)[:_MOST_LEGEND]
    for lists in (False, True):
        found = [e for t in tables if t.is_list is lists for e in _entries(t, legend)]
        if found:
            return _joined(found)
    raise ToolkitError(_no_names(showable(name), tables))


def _no_names(name: str, tables: Sequence[Table]) -> str:
    titles = [quoted(table.title) for table in tables if table.title and not table.is_list][:5]
    real = sum(not table.is_list for table in tables)
    where = counted(real, "table") if real else "its text"
    if titles:
        where += f" ({listed(titles)})"
    return (
        f"{name} has no column of names: none of the first {_SEARCHED} rows of {where} has a"
        " heading such as column, field, header or name beside one such as required or accepted"
        " values; choose the file that lists the columns, or put headings above it."
    )


def _joined(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """One entry a name."""
    joined: dict[str, Entry] = {}
    for entry in entries:
        first = joined.get(entry.name)
        joined[entry.name] = entry if first is None else _both(first, entry)
    return tuple(joined.values())


def _both(first: Entry, second: Entry) -> Entry:
    both = first.values and second.values
    return replace(
        first,
        students=first.students or second.students,
        staff=first.staff or second.staff,
        values=tuple(dict.fromkeys((*first.values, *second.values))),
        closed=first.closed and second.closed if both else first.closed or second.closed,
        pattern_hint=first.pattern_hint or second.pattern_hint,
        longest=max(filter(None, (first.longest, second.longest)), default=None),
        description=first.description or second.description,
        example=first.example or second.example,
        implied=first.implied and second.implied,
    )


# --- the columns of a dictionary ---------------------------------------------------------------


@dataclass(frozen=True)
class _Head:
    """Which column of a table holds what."""

    row: int
    """Of the headings; -1 where there are none."""
    headings: tuple[str, ...]
    holds: tuple[Holds | None, ...]
    named: bool = True
    """Whether a heading says which column has the names."""

    def places(self, *kinds: Holds) -> list[int]:
        return [place for place, kind in enumerate(self.holds) if kind in kinds]

    def is_like(self, other: _Head) -> bool:
        """Whether these are headings again, rather than a row about a column named as one."""
        return self.named and sum(h in other.headings for h in self.headings if h) > 1

    @property
    def kinds(self) -> set[Holds]:
        return {kind for kind in self.holds if kind and kind is not Holds.PLACE}


def _entries(table: Table, legend: str) -> Iterator[Entry]:
    rows = table.rows
    heads = list(_heads(rows))
    if not heads and not table.is_list:
        across = tuple(zip_longest(*rows[:_SEARCHED], fillvalue=""))
        heads = [head for head in _heads(across) if head.row == 0]
        rows = across if heads else rows
    heads = heads or list(_without_headings(table))
    ends = [*(head.row for head in heads[1:]), len(rows)]
    for head, last in zip(heads, ends, strict=False):
        yield from _Section(table, rows, head, last, legend).entries()


def _heads(rows: Rows) -> list[_Head]:
    """The rows of headings: the best among the first, and its like further below."""
    single = (_head(row, cells) for row, cells in enumerate(rows))
    double = (
        _head(row, both)
        for row, (above, below) in enumerate(pairwise(rows), start=1)
        if (both := _two_rows(above, below))
    )
    candidates = list(filter(None, (*single, *double)))
    first = [head for head in candidates if head.row < _SEARCHED]
    if not first:
        return []
    best = max(first, key=lambda head: (head.named, len(head.kinds), -head.row))
    return [best, *(head for head in candidates if head.row > best.row and head.is_like(best))]


def _two_rows(above: Sequence[str], below: Sequence[str]) -> tuple[str, ...]:
    """Two rows of headings as one, where the lower one parts what the upper one has merged.

    Nothing where the lower one is a row about a column, or has anything but headings.
    """
    both = list(zip_longest(above, below, fillvalue=""))
    lower = [cell for cell in below if cell]
    named = any(what_it_holds(a) is Holds.NAME and not b for a, b in both)
    if not named or len(lower) < 2 or not all(map(what_it_holds, lower)):  # noqa: PLR2004
        return ()
    return tuple(b or a for a, b in both)


def _head(row: int, cells: Sequence[str]) -> _Head | None:
    """The row as headings; None where it is none."""
    holds = [what_it_holds(cell) for cell in cells]
    kinds = {kind for kind in holds if kind}
    told = kinds - {Holds.NAME, Holds.LABEL, Holds.PLACE}
    named = Holds.NAME in kinds
    if not named:
        if len(told) < 2 or not told & {Holds.NEED, Holds.VALUES, Holds.OF_STUDENTS}:  # noqa: PLR2004
            return None
        free = [p for p, kind in enumerate(holds) if kind in (None, Holds.LABEL, Holds.PLACE)]
        if not free or free[0] > 1:
            return None
        holds[free[0]] = Holds.NAME
    if not told:
        return None
    return _Head(row, tuple(cells), tuple(holds), named)


def _without_headings(table: Table) -> Iterator[_Head]:
    """A table or list whose first column looks like headers of a file, with what is said beside."""
    rows = [row for row in table.rows if len(row) > 1 and row[0]]
    names = [_name(row[0])[0] for row in rows]
    like = sum(bool(_NAME_LIKE.fullmatch(name)) for name in names)
    if len(rows) < _FEWEST_NAMES or like < _MOSTLY * len(rows):
        return
    width = max(map(len, rows))
    columns = [[row[place] if place < len(row) else "" for row in rows] for place in range(width)]
    needs = [place for place in range(1, width) if say_requirements(columns[place])]
    telling = any(_is_telling(name) for name in names)
    if not needs and not (table.is_list and telling):
        return
    holds = [Holds.DESCRIPTION] * width
    holds[0] = Holds.NAME
    if needs and not table.is_list:
        holds[needs[0]] = Holds.NEED
    yield _Head(-1, ("",) * width, tuple(holds))


def _is_telling(name: str) -> bool:
    """Whether a name is written as headers are and words are not: userId, class_name."""
    return bool(re.search(r"[a-z][A-Z]|\w_\w", name))


# --- its rows ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Line:
    """A row of a dictionary, and those that go on with it."""

    row: int
    name: str
    starred: bool
    mark: str
    """What stood in brackets behind the name."""
    cells: tuple[str, ...]


class _Section:
    """The rows below one row of headings."""

    def __init__(self, table: Table, rows: Rows, head: _Head, last: int, legend: str) -> None:
        self.table, self.title = table, table.title
        self.rows, self.head, self.last = rows, head, last
        self.names = self._names()
        self.lines = list(islice(self._lines(), _MOST_LINES))
        self.needs = self._need_columns()
        self.roles = self._role_columns()
        marks = [line.cells[place] for place in self.needs for line in self.lines]
        self.letters = letters_of(marks, legend)
        self.blank_is_optional = self._only_marks(marks)
        self.blank_is_free = [kind for kind, place in self.roles.items()
                              if self._only_marks([each.cells[place] for each in self.lines])
                              ]  # fmt: skip
        self.stars = any(line.starred for line in self.lines)

    def entries(self) -> Iterator[Entry]:
        for line in self.lines:
            for name in _several(line.name):
                yield self._entry(replace(line, name=name))

    def _names(self) -> int:
        """The column of names: of several, the one whose cells look most like headers."""

        def likeness(place: int) -> tuple[float, bool, int]:
            cells = [cell for row in self._below() if (cell := _cell(row, place))]
            numbered = sum(bool(_LETTER_OR_NUMBER.fullmatch(cell)) for cell in cells)
            like = sum(bool(_NAME_LIKE.fullmatch(_name(cell)[0])) for cell in cells) - numbered
            heading = plain(self.head.headings[place])
            return round(like / (len(cells) or 1), 1), "header" in heading, -place

        return max(self.head.places(Holds.NAME), key=likeness)

    def _below(self) -> Rows:
        return self.rows[self.head.row + 1 : self.last]

    def _lines(self) -> Iterator[_Line]:
        width = len(self.head.holds)
        line: _Line | None = None
        for row, short in enumerate(self._below(), start=self.head.row + 2):
            cells = tuple(_cell(short, place) for place in range(width))
            name, starred, mark = _name(cells[self.names])
            filled = sum(map(bool, cells))
            if not name:
                if line and filled:
                    line = replace(line, cells=_added(line.cells, cells, self.names))
                continue
            if line and name == line.name and cells != line.cells:
                line = replace(line, cells=_added(line.cells, cells, self.names))
                continue
            if not self._is_entry(name, filled) or not self._says(cells):
                continue
            if line:
                yield line
            line = _Line(row, name, starred, mark, cells)
        if line:
            yield line

    def _is_entry(self, name: str, filled: int) -> bool:
        """Whether a row is about a column, and no title of a part, remark or legend."""
        if (len(name) > _LONGEST_NAME and not _several(name)[1:]) or len(
            name.split()
        ) > _MOST_WORDS:
            return False
        if not any(c.isalpha() for c in name):
            return False
        if self.table.is_list and len(self.head.kinds) > 1:
            # A word alone among told columns is whoever signed, unless it is written as a header.
            return filled > 1 or _is_telling(name)
        return filled > 1 or len(self.head.kinds) == 1 or bool(_NAME_LIKE.fullmatch(name))

    def _says(self, cells: Sequence[str]) -> bool:
        """Whether a row of a list tells what those of columns do, and is no part of a guide."""
        told = self.head.places(Holds.NEED, Holds.VALUES, Holds.TYPE, Holds.LENGTH)
        return not (self.table.is_list and told) or any(cells[place] for place in told)

    def _need_columns(self) -> list[int]:
        """The columns of requirements; what is asked of a value goes before that of a header."""
        places = self.head.places(Holds.NEED)
        marked = [p for p in places if any(line.cells[p] for line in self.lines)]
        of_values = [p for p in marked if not _OF_HEADER.search(plain(self.head.headings[p]))]
        return of_values or marked

    def _role_columns(self) -> Mapping[Holds, int]:
        return {
            kind: place
            for kind in (Holds.OF_STUDENTS, Holds.OF_STAFF)
            for place in self.head.places(kind)[:1]
            if say_requirements([line.cells[place] for line in self.lines])
        }

    def _only_marks(self, marks: Sequence[str]) -> bool:
        """Whether a blank cell of the column of requirements means that nothing is required."""
        filled = [needs_of_cell(mark, self.letters) for mark in marks if mark]
        return bool(filled) and not any(OPTIONAL in (n.students, n.staff) for n in filled)

    # --- what one row says ---------------------------------------------------------------------

    def _entry(self, line: _Line) -> Entry:
        listed_values, kinds = self._of(line, Holds.VALUES), self._of(line, Holds.TYPE)
        description = self._of(line, Holds.DESCRIPTION)
        accepted = _accepted(listed_values, kinds, description)
        needs = self._of_title(self._needs(line, f"{description}\n{listed_values}\n{kinds}"))
        hint = pattern_hint(listed_values) or pattern_hint(kinds) or _hint_of_prose(description)
        return Entry(
            name=line.name,
            students=_plainly(needs.students),
            staff=_plainly(needs.staff),
            values=accepted.values,
            closed=accepted.closed,
            pattern_hint=None if accepted.values else hint,
            longest=None
            if accepted.values
            else self._longest(line, listed_values, kinds, description),
            description=description or ("" if accepted.values else listed_values),
            example=self._of(line, Holds.EXAMPLE),
            place=self.table.place(line.row),
            implied=NOT_REQUIRED in (needs.students, needs.staff),
        )

    def _of(self, line: _Line, kind: Holds) -> str:
        return "\n".join(filter(None, (line.cells[place] for place in self.head.places(kind))))

    def _longest(self, line: _Line, *texts: str) -> int | None:
        digits = re.match(r"\D{0,12}(\d{1,6})\D{0,15}$", self._of(line, Holds.LENGTH))
        if digits and int(digits[1]):
            return int(digits[1])
        return next((number for text in texts if (number := longest_value(text))), None)

    def _needs(self, line: _Line, prose: str) -> Needs:
        general = self._general_needs(line, prose)
        told = [needs_of_cell(_cell(line.cells, self.roles.get(kind, -1)), self.letters)
                for kind in (Holds.OF_STUDENTS, Holds.OF_STAFF)]  # fmt: skip
        by_role = Needs(
            self._blank_of_role(Holds.OF_STUDENTS, line, told[0].students),
            self._blank_of_role(Holds.OF_STAFF, line, told[1].staff),
        )
        return _applied(self._of(line, Holds.APPLIES), by_role.over(general))

    def _blank_of_role(self, kind: Holds, line: _Line, need: str | None) -> str | None:
        """A role that has a column of mere marks, and no mark in it, must not fill anything."""
        if kind in self.blank_is_free and not line.cells[self.roles[kind]]:
            return OPTIONAL
        return need

    def _general_needs(self, line: _Line, prose: str) -> Needs:
        cell, heading = line.mark, ""
        for place in self.needs:
            if line.cells[place]:
                cell, heading = line.cells[place], plain(self.head.headings[place])
                break
        if _INVERTED.fullmatch(heading):
            cell = _inverted(cell)
        if not cell and (line.starred or self.stars) and not self.needs:
            cell = "required" if line.starred else "optional"
        if not cell and self.needs and (line.starred or self.blank_is_optional):
            cell = "required" if line.starred else "optional"
        elif _OF_CONDITION.fullmatch(heading):
            cell = "conditional" if len(plain(cell)) < 4 else cell  # noqa: PLR2004
        asks = _ASKS_REQUIRED.search(heading) and not _ASKS_MORE.search(heading)
        return needs_of(cell, prose, self.letters, under_required=bool(asks))

    def _of_title(self, needs: Needs) -> Needs:
        """Needs of the role alone that the table is about."""
        title = plain(self.title)
        if _OF_STUDENTS.fullmatch(title):
            return replace(needs, staff=None)
        return replace(needs, students=None) if _OF_STAFF.fullmatch(title) else needs


def _plainly(need: str | None) -> str | None:
    return OPTIONAL if need == NOT_REQUIRED else need


def _accepted(listed_values: str, kinds: str, description: str) -> Accepted:
    own, of_type = values_of_cell(listed_values), values_of_cell(kinds)
    if own.values:
        return own
    if len(of_type.values) > 1:
        return of_type
    told = values_of_prose(description)
    if not told.values and _ENUMERATED.search(f"{kinds} {listed_values}"):
        listed_there = values_of_cell(description)
        return listed_there if len(listed_there.values) > 1 else told
    return told


def _hint_of_prose(text: str) -> str | None:
    """The kind of characters where a description demands one."""
    strict = (part for part in re.split(r"[.;\n](?:\s|$)", text) if _DEMANDS.search(part))
    return next((hint for part in strict if (hint := pattern_hint(part))), None)


def _applied(whom: str, needs: Needs) -> Needs:
    """Needs of a column that is about some people only: the others need not fill it."""
    students = bool(re.search(rf"\b({STUDENTS})\b", plain(whom)))
    staff = bool(re.search(rf"\b({STAFF})\b", plain(whom)))
    if students == staff or needs is NOTHING:
        return needs
    if students:
        return replace(needs, staff=NOT_REQUIRED if needs.staff == REQUIRED else needs.staff)
    return replace(needs, students=NOT_REQUIRED if needs.students == REQUIRED else needs.students)


def _inverted(cell: str) -> str:
    """What yes and no say under the heading "optional"."""
    needs = needs_of_cell(cell, {})
    if plain(cell) in ("optional", "required"):
        return cell
    return {REQUIRED: "optional", OPTIONAL: "required"}.get(needs.students or "", cell)


def _cell(row: Sequence[str], place: int) -> str:
    return row[place] if 0 <= place < len(row) else ""


def _added(cells: Sequence[str], more: Sequence[str], names: int) -> tuple[str, ...]:
    """The cells of a row with those of the row that goes on with it; a repeated one stands once."""
    return tuple(
        a if place == names or not b or b == a else f"{a}\n{b}".strip()
        for place, (a, b) in enumerate(zip(cells, more, strict=True))
    )


def _name(cell: str) -> tuple[str, bool, str]:
    """A name as the header has it, whether it bears a star, and what it says in brackets."""
    text = cell.replace("\n", " ").strip()
    mark = _MARK_IN_NAME.search(text)
    text = _MARK_IN_NAME.sub(" ", text).strip() if mark else text
    starred = bool(_STARS.search(text))
    text = _STARS.sub("", text).strip(" \"'“”\u2018\u2019`:•·")
    text = re.sub(r"^\d{1,3}[.)]\s+", "", text)
    return text, starred, mark[1] if mark else ""


def _several(name: str) -> list[str]:
    """The names of a row that is about several columns."""
    parts = [part for part in re.split(r"\s*[,/]\s*|\s+(?:and|und|y|et)\s+|\s+", name) if part]
    each = len(parts) > 1 and all(_NAME_LIKE.fullmatch(p) for p in parts)
    return parts if each and all(map(_is_telling, parts)) else [name]
