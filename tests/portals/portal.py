"""An imagined vendor portal: all that its users hold of it, and its judgement of any file."""

from __future__ import annotations

import random
from functools import cached_property

from . import dialect as dialects
from . import faults, handouts, judging, layouts, people, wording, words
from .dialect import Dialect
from .layouts import Said

_OPTIONAL = ("classDisplayName", "classSubject", "userDistrictId", "userStateId")


class Portal:
    """A portal that is the same for ever by its number; `hard` ones differ in everything.

    `held_out` draws its names and values from words that no learning was written by; `dialect`
    gives it a dictionary of one's own instead of an imagined one.
    """

    def __init__(
        self,
        seed: int,
        *,
        hard: bool = False,
        held_out: bool = False,
        dialect: Dialect | None = None,
    ) -> None:
        self.seed = seed
        self.hard = hard
        self.held_out = held_out
        pools = words.HELD_OUT if held_out else words.KNOWN
        chance = self._chance("dictionary")
        self.dialect = dialect or dialects.imagined(chance, hard=hard, pools=pools)
        self.language = chance.choice(("en", "en", "en", "de", "es")) if hard else "en"
        self.layout = self._layout(self._chance("report"))
        self.wording = self._wording(self._chance("texts"))
        self._note_difficulties()

    def __repr__(self) -> str:
        return f"Portal({self.seed}, hard={self.hard}, held_out={self.held_out})"

    def template(self) -> bytes:
        """The header line, in some portals with an example row below it."""
        shown = self._chance("template").random() < 0.3
        return handouts.template(self.dialect, self._example if shown else None)

    def dictionary(self, form: str = "csv") -> tuple[str, bytes]:
        """The data dictionary as a file of that form: its name and its bytes."""
        chance = self._chance(f"dictionary as {form}")
        return handouts.dictionary(self.dialect, form, chance, self.language, self._example)

    def good_file(self, seed: int, rows: int = 600, *, fresh: bool = False) -> bytes:
        """A users.csv that the portal takes whole; a fresh one uses what no evidence holds too."""
        chance = self._chance(f"good file {seed} {fresh}")
        made = people.district(self.dialect, chance, rows, fresh=fresh)
        return handouts.written(self.dialect, made, self._left_out(chance))

    def file(
        self, seed: int, rows: int = 600, faults: float = 0.1, *, fresh: bool = False
    ) -> bytes:
        """A users.csv with faults of many kinds in about that share of its rows."""
        chance = self._chance(f"file {seed} {fresh}")
        made = people.district(self.dialect, chance, rows, fresh=fresh)
        spoiled = _planted(self.dialect, made, chance, faults, fresh=fresh)
        return handouts.written(self.dialect, spoiled)

    def complaints(self, content: bytes) -> list[tuple[int, str | None, str]]:
        """Every error: the record it stands on (0-based), the column's name, the portal's text."""
        return [
            (one.index, self._name(one.key), self.wording.of(one))
            for one in judging.complaints(self.dialect, content)
        ]

    def judge(self, content: bytes) -> list[bool]:
        """Of every record, whether the portal takes it; of none where the header is refused."""
        refused = {index for index, _, _ in self.complaints(content)}
        return [index not in refused for index in range(len(judging.read(content).records))]

    def report(self, content: bytes) -> bytes:
        """Its users-errors.csv about a file."""
        said = [Said(index, column or "", text) for index, column, text in self.complaints(content)]
        sheet = judging.read(content)
        return self.layout.written(sheet, said, self._people(sheet))

    def told(self, content: bytes, report: bytes) -> set[int]:
        """The records of the file that a report of this portal may mean."""
        sheet = judging.read(content)
        return self.layout.told(sheet, self._people(sheet), report)

    def help_page(self) -> bytes:
        """A page of its error texts, what they mean and how to resolve them."""
        return handouts.help_page(self.dialect, self.wording)

    def describe(self) -> list[str]:
        """In what kinds of thing the portal differs from the assumed dictionary."""
        return list(self.dialect.differences)

    def difficulties(self) -> list[str]:
        """What makes the portal hard to learn."""
        return list(self.dialect.difficulties)

    def _chance(self, purpose: str) -> random.Random:
        return random.Random(f"{self.seed} {self.hard} {purpose}")

    @cached_property
    def _example(self) -> people.Row:
        chance = self._chance("example")
        made = people.district(self.dialect, chance, 40, fresh=False)
        student = self.dialect.roles[0]
        return next((row for row in made if row["userRole"] == student), made[0])

    def _left_out(self, chance: random.Random) -> frozenset[str]:
        """Optional columns that a customer need not send, and sometimes does not."""
        if not self.dialect.habits.optional_left_out or chance.random() < 0.5:
            return frozenset()
        free = [
            key
            for key in _OPTIONAL
            if (column := self.dialect.column(key)) and not column.header_required
        ]
        return frozenset(free[:1])

    def _name(self, key: str | None) -> str | None:
        column = self.dialect.column(key) if key else None
        return column.name if column else None

    def _people(self, sheet: judging.Sheet) -> list[str]:
        place = sheet.header.index("userId") if "userId" in sheet.header else -1
        return [record[place] if 0 <= place < len(record) else "" for record in sheet.records]

    def _layout(self, chance: random.Random) -> layouts.Layout:
        if self.hard:
            return layouts.hard_layout(chance, self.language)
        return layouts.plain_layout(chance)

    def _wording(self, chance: random.Random) -> wording.Wording:
        styles = (
            wording.NAMED,
            wording.NAMED,
            wording.VAGUE,
            wording.CODES,
            wording.CODES_BY_COLUMN,
            wording.CODED,
        )
        return wording.worded(
            self.dialect.columns,
            chance,
            style=chance.choice(styles) if self.hard else wording.NAMED,
            language=self.language,
            labelled=self.hard and chance.random() < 0.3,
        )

    def _note_difficulties(self) -> None:
        layout, style = self.layout, self.wording.style
        few = self.dialect.habits.few_faults
        column_told = layout.column_shown and layout.shape in {layouts.LINES, layouts.PEOPLE}
        for holds, said in (
            (style in {wording.VAGUE, wording.CODED} and not column_told, "texts name no column"),
            (style in {wording.CODES, wording.CODES_BY_COLUMN}, "texts are mere codes"),
            (layout.language != "en", "report in another language"),
            (layout.encoding in {"cp1252", "utf-16"}, "report in another encoding"),
            (layout.delimiter != ",", "report with another delimiter"),
            (layout.cut is not None and not few, "report cut short"),
            (layout.shape == layouts.LINES, "one line an error with a number"),
            (layout.shape == layouts.PEOPLE, "one line an error without a number"),
            (layout.shape == layouts.BAD_ROWS, "only the bad rows"),
            (
                layout.shape == layouts.LINES and layout.counts_from < 2,
                "numbers leave out the header",
            ),
        ):
            if holds and self.hard:
                self.dialect.faces(said)


_planted = faults.planted  # `file` has a parameter of the module's name
