"""From a number of findings to the rows behind it: select, narrow, search, a page at a time.

A `Sheet` is the file with its findings, ready to be looked into; a `Selection` some of them and the
rows they stand on. Frames are filtered, never turned into objects: a page is the most that anybody
looks at.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import and_, or_
from typing import Protocol

import polars as pl

from roster_toolkit.asked import OneOrMore, each_of, require_known
from roster_toolkit.cleaning import clean, cleaned
from roster_toolkit.display import Shown
from roster_toolkit.errors import UsageError
from roster_toolkit.model import Profile, Rule, Scope, Severity, Upload
from roster_toolkit.rules.registry import catalogue

#: Rows that a page shows.
PAGE = 100
#: What findings can be counted by.
BY = ("category", "severity", "code", "school", "value", "column")
_ROW_NUMBER = re.compile(r"(?:row\s+)?(\d{1,9})", re.IGNORECASE)
_EMAIL = "email"
#: What a person is called by, beside the IDs.
_NAMES = frozenset({"userFirstName", "userLastName"})
_CLASS_NAME = "className"
_SEVERITY = pl.Enum([severity.value for severity in Severity])


class Numbered(Protocol):
    """Something that goes by the number of a cause: a `Cause` is one."""

    @property
    def number(self) -> int:
        """The place in the order of correction, from 1."""


#: A problem by its number or by itself, or several of which any will do.
OneOrMoreNumbered = int | Numbered | Iterable[int | Numbered | Iterable[Numbered]]


@dataclass(frozen=True)
class Sheet:
    """The file with everything that was found in it."""

    upload: Upload
    profile: Profile
    rules: Mapping[str, Rule]
    findings: pl.DataFrame
    """Every finding in words, as `Review.findings` has them."""

    @cached_property
    def headers(self) -> tuple[str, ...]:
        """The headers as they were typed, each made unique; a blank one goes by its place."""
        taken = {"row", "errors"}
        names = []
        for place, header in enumerate(self.upload.header, start=1):
            typed = header.typed.strip() or f"(column {place})"
            name, again = typed, 1
            while name in taken:
                again += 1
                name = f"{typed} ({again})"
            taken.add(name)
            names.append(name)
        return tuple(names)

    @cached_property
    def naming(self) -> frozenset[str]:
        """The headers, as `headers` has them, of the cells that say who or what a row is about."""
        columns = self.profile.columns
        keys = {key for key, column in columns.items() if column.identifies} | _NAMES
        places = zip(self.upload.cells.columns, self.headers, strict=True)
        return frozenset(header for key, header in places if key in keys)

    @cached_property
    def indexed(self) -> pl.DataFrame:
        """The findings with the `school` of their row: its schoolId as cleaned, else blank."""
        if "schoolId" not in self.upload.cells.columns:
            return self.findings.with_columns(school=pl.lit(""))
        at = self.upload.indices(self.findings["row"])
        schools = self.cleaned("schoolId").gather(at).fill_null("")
        return self.findings.with_columns(school=schools)

    def cleaned(self, name: str) -> pl.Series:
        """A column of the file without invisible characters and surrounding space."""
        known = self._cleaned.get(name)
        if known is None:
            known = self._cleaned[name] = cleaned(self.upload.cells[name])
        return known

    @cached_property
    def _cleaned(self) -> dict[str, pl.Series]:
        return {}

    def everything(self) -> Selection:
        """All findings and the rows with any."""
        return Selection(self, self.indexed)

    def require(self, words: Mapping[str, Iterable[str]]) -> None:
        """Raise UsageError for a word that no finding of any file could go by, or no row of this.

        A rule without findings is known all the same, as is a school without any; of a value nobody
        can say that it could not be.
        """
        if "code" in words:
            require_known("rule", words["code"], [*self.rules, *catalogue()], "here")
        if "severity" in words:
            require_known("severity", words["severity"], Severity, "here")
        if "category" in words:
            require_known("category", words["category"], self._categories, "here")
        if "column" in words:
            columns = (column.name for column in self.profile.columns.values())
            require_known("column", words["column"], columns, f"in the profile {self.profile.name}")
        if "school" in words:
            where = f"in {self.upload.name}"
            require_known("school", words["school"], self._schools, where, self._plain_schools)

    @cached_property
    def _categories(self) -> list[str]:
        """Every category that a finding could have, those that there are first."""
        of_rules = (rule.category for rule in self.rules.values())
        of_columns = (column.category for column in self.profile.columns.values())
        found = self.findings["category"].unique().sort()
        return [category for category in (*found, *of_rules, *of_columns) if category]

    @cached_property
    def _schools(self) -> list[str]:
        if "schoolId" not in self.upload.cells.columns:
            return []
        return self.cleaned("schoolId").unique().sort().to_list()

    @cached_property
    def _plain_schools(self) -> list[str]:
        """The schools of rows in which that cell is sound: another may hold what is a person's."""
        if not self._schools:
            return []
        shifting = [code for code, rule in self.rules.items() if rule.scope is Scope.RECORD]
        of_school = pl.col("column") == self.profile.columns["schoolId"].name
        wrong = of_school & pl.col("severity").is_in(["blocker", "error"])
        doubtful = self.findings.filter(wrong | pl.col("code").is_in(shifting))["row"]
        at = self.upload.indices(doubtful).drop_nulls()
        keep = ~pl.int_range(pl.len(), dtype=pl.UInt32).is_in(at.implode())
        schools = self.cleaned("schoolId").to_frame().filter(keep).to_series()
        return schools.unique().sort().to_list()

    def require_cause(self, number: int) -> None:
        """Raise UsageError where no problem has the number."""
        causes = int(self.findings["cause"].max() or 0)  # type: ignore[arg-type]
        if not 1 <= number <= causes:
            has = f"they go from 1 to {causes}" if causes else "it has none"
            raise UsageError(f"{self.upload.name} has no problem {number}: {has}.")

    def must_have(self, number: int) -> None:
        """Raise UsageError where the file has no row of that number."""
        first, height = self.upload.first_row, self.upload.cells.height
        if not first <= number < first + height:
            has = f"its rows go from {first} to {first + height - 1}" if height else "it has none"
            raise UsageError(f"{self.upload.name} has no row {number}: {has}.")

    # --- the cells of rows -----------------------------------------------------------------------

    def page(self, rows: pl.Series) -> pl.DataFrame:
        """Some rows, in this order: `row`, the cells under their headers, `errors`."""
        cells = self.upload.cells[(rows - self.upload.first_row).cast(pl.UInt32)]
        cells.columns = list(self.headers)
        numbered = cells.insert_column(0, rows.alias("row"))
        return numbered.join(self._titles(rows), on="row", how="left", maintain_order="left")

    def _titles(self, rows: pl.Series) -> pl.DataFrame:
        """`row`, `errors`: what is wrong in each row in a few words, the gravest first."""
        titles = {code: rule.title for code, rule in self.rules.items()}
        return (
            self.findings.lazy()
            .filter(pl.col("row").is_in(rows.implode()))
            .select("row", "code", pl.col("severity").cast(_SEVERITY))
            .sort("row", "severity", "code")
            .group_by("row", maintain_order=True)
            .agg(pl.col("code").unique(maintain_order=True))
            .explode("code")
            .with_columns(errors=pl.col("code").replace_strict(titles, return_dtype=pl.String))
            .group_by("row", maintain_order=True)
            .agg(pl.col("errors").str.join("; "))
            .collect()
        )

    def cells_of(self, number: int) -> pl.DataFrame:
        """`column`, `cell`, `codes`, `severity` of each cell of a row, in the order of the file.

        `cell` is null where the row is too short to have it; cells beyond the headers go by their
        place. `codes` (apart by commas) and `severity` (the worst) are null where nothing is wrong.
        """
        self.must_have(number)
        index = number - self.upload.first_row
        cells: list[str | None] = list(self.upload.cells.row(index))
        beyond = self.upload.surplus.get(index, ())
        found = self.upload.ragged.filter(pl.col("index") == index)["found"]
        held = int(found[0]) if found.len() else len(cells)
        cells = [cell if at < held else None for at, cell in enumerate(cells)]
        places = range(len(cells) + 1, len(cells) + len(beyond) + 1)
        names = [*self.headers, *(f"(column {place})" for place in places)]
        told = pl.DataFrame(
            {"column": names, "cell": [*cells, *beyond]},
            schema={"column": pl.String, "cell": pl.String},
        )
        return told.join(self._marks(number), on="column", how="left", maintain_order="left")

    def _marks(self, number: int) -> pl.DataFrame:
        """`column`, `codes`, `severity` of the cells of a row that are at fault."""
        return (
            self._placed(pl.Series([number], dtype=pl.UInt32))
            .with_columns(pl.col("severity").cast(_SEVERITY))
            .sort("severity", "code")
            .group_by("column", maintain_order=True)
            .agg(
                codes=pl.col("code").unique(maintain_order=True).str.join(", "),
                severity=pl.col("severity").first().cast(pl.String),
            )
        )

    def faulty(self, rows: pl.Series) -> pl.DataFrame:
        """`row`, `column` (the header as `page` has it) of each cell at fault in some rows."""
        placed = self._placed(rows)
        return placed.select("row", "column").unique().sort("row", "column")

    def _placed(self, rows: pl.Series) -> pl.DataFrame:
        """The findings of some rows that concern a cell, with its header as it was typed."""
        keys = {column.name: key for key, column in self.profile.columns.items()}
        typed = dict(zip(self.upload.cells.columns, self.headers, strict=True))
        shown = {name: typed[key] for name, key in keys.items() if key in typed}
        return (
            self.findings.filter(
                pl.col("row").is_in(rows.implode()), pl.col("column").is_not_null()
            )
            .with_columns(
                pl.col("column").replace_strict(shown, default=None, return_dtype=pl.String)
            )
            .drop_nulls("column")
        )

    # --- search ----------------------------------------------------------------------------------

    def search(self, text: str) -> Selection:
        """Rows with an ID, a name, an address or the number that is meant, exact ones first.

        Of several words each may stand in another cell, as first and last name do. Letter case is
        ignored. Rows without findings are found too.
        """
        wanted = text.strip()
        if not wanted:
            return Selection(self, self.indexed.clear())
        exact = [self._row_named(wanted)]
        for name in self._searched():
            column = self.upload.cells[name]
            hits = _holding(column, wanted).arg_true()
            cells = pl.DataFrame({"at": hits, "cell": column.gather(hits)})
            same = clean(pl.col("cell")).str.to_lowercase() == wanted.lower()
            exact.append(cells.filter(same)["at"].cast(pl.UInt32))
        first = pl.concat(exact).unique().sort()
        rest = self._holding_each(wanted.split())
        rest = rest.filter(~rest.is_in(first.implode()))
        rows = (pl.concat([first, rest]) + self.upload.first_row).alias("row")
        return Selection(self, self.indexed.filter(pl.col("row").is_in(rows.implode())), rows)

    def _holding_each(self, words: list[str]) -> pl.Series:
        """The indices of the records in which each word stands in one cell or another."""
        searched = [self.upload.cells[name] for name in self._searched()]
        if not searched:
            return pl.Series(dtype=pl.UInt32)
        each = [reduce(or_, (_holding(column, word) for column in searched)) for word in words]
        return reduce(and_, each).arg_true().cast(pl.UInt32)

    def _searched(self) -> list[str]:
        """Columns that name a person or class, those with a doubtful header too."""
        keys = {
            key
            for key, column in self.profile.columns.items()
            if column.identifies in self.profile.views
            or column.kind == _EMAIL
            or key in _NAMES | {_CLASS_NAME}
        }
        named = zip(self.upload.header, self.upload.cells.columns, strict=True)
        return [name for header, name in named if header.key in keys]

    def _row_named(self, wanted: str) -> pl.Series:
        """The index of the record whose row number was typed."""
        found = _ROW_NUMBER.fullmatch(wanted)
        index = int(found[1]) - self.upload.first_row if found else -1
        there = [index] if 0 <= index < self.upload.cells.height else []
        return pl.Series(there, dtype=pl.UInt32)


def _holding(column: pl.Series, text: str) -> pl.Series:
    """Whether each cell holds a text, in any letter case; plain letters are compared faster."""
    if not text.isascii():
        lowered = column.str.to_lowercase()
        return lowered.str.contains(text.lower(), literal=True).fill_null(value=False)
    return column.str.contains_any([text], ascii_case_insensitive=True).fill_null(value=False)


class Selection(Shown):
    """Some findings of a file and the rows that they stand on; narrow it further with `select`.

    >>> selection = review.select(category="userGrade")
    >>> selection
    330 errors and warnings on 330 rows.
    >>> selection.by("school").columns
    ['name', 'findings', 'rows']
    >>> selection.page(1, 5).height
    5
    """

    def __init__(self, sheet: Sheet, indexed: pl.DataFrame, rows: pl.Series | None = None) -> None:
        """Take findings as `Sheet.indexed` has them; `rows` where they are not only theirs."""
        self._sheet = sheet
        self._indexed = indexed
        if rows is not None:
            self.__dict__["rows"] = rows

    @property
    def findings(self) -> pl.DataFrame:
        """The findings, in the columns of `Review.findings`."""
        return self._indexed.drop("school")

    @property
    def rules(self) -> Mapping[str, Rule]:
        """The rules that were in force, by code."""
        return self._sheet.rules

    def narrows_by(self, name: str) -> bool:
        """Whether they may be told apart by this word of `by` wherever choices are shown.

        By their values they may not where a column is among theirs whose values are named nowhere.
        """
        private = self._sheet.profile.private_headers
        return name != "value" or not self._indexed["column"].is_in(private).any()

    @property
    def count(self) -> int:
        """How many findings there are."""
        return self._indexed.height

    @cached_property
    def rows(self) -> pl.Series:
        """Their spreadsheet rows, each once, ascending; of a search, exact matches come first.

        The header is no row of people: what is wrong there has none.
        """
        rows = self._indexed["row"].drop_nulls().unique().sort()
        return rows.filter(self._sheet.upload.indices(rows).is_not_null())

    def by(self, name: str, further: str | None = None) -> pl.DataFrame:
        """Findings and rows per category, severity, code, school, value or column, most first.

        Columns: `name`, `findings`, `rows`; with a second word, such as `severity`, a line for each
        of its values too, in a column of that name. What stands in no column, on no row or has no
        value goes by a blank. Raises UsageError for another word.
        """
        names = [name] if further is None else [name, further]
        if wrong := [word for word in names if word not in BY]:
            raise UsageError(f"Findings are not counted by {wrong[0]!r}; say {', '.join(BY)}.")
        keys = ["name"] if further is None else ["name", further]
        told = [pl.col(n).fill_null("").alias(k) for k, n in zip(keys, names, strict=True)]
        return (
            self._indexed.lazy()
            .group_by(told)
            .agg(findings=pl.len(), rows=pl.col("row").drop_nulls().n_unique())
            .with_columns(of_name=pl.col("findings").sum().over("name"))
            .sort(
                "of_name",
                "name",
                "findings",
                *keys[1:],
                descending=[True, False, True, False][: 2 + len(keys)],
            )
            .select(*keys, "findings", "rows")
            .collect()
        )

    def select(
        self,
        *,
        category: OneOrMore | None = None,
        code: OneOrMore | None = None,
        school: OneOrMore | None = None,
        value: OneOrMore | None = None,
        cause: OneOrMoreNumbered | None = None,
        row: int | Iterable[int] | None = None,
        severity: OneOrMore | None = None,
        column: OneOrMore | None = None,
    ) -> Selection:
        """The findings that are all of this; what is not named may be anything.

        Each takes one or several, of which any will do. A blank `school`, `value` or `column`
        selects what has none, as `by` names it. Raises UsageError, with what is near, for a rule,
        a category, a severity or a column that there is not, and for a school, a problem or a row
        that the file has not.

        >>> review.select(code=["RT406", "RT103"]).by("code")["name"].to_list()
        ['RT406', 'RT103']
        """
        texts = {
            "category": category, "code": code, "school": school, "value": value,
            "severity": severity, "column": column,
        }  # fmt: skip
        words = {name: each_of(text) for name, text in texts.items() if text is not None}
        self._sheet.require(words)
        wanted = [pl.col(name).fill_null("").is_in(asked) for name, asked in words.items()]
        if cause is not None:
            wanted.append(pl.col("cause").is_in(self._numbers_of(cause)))
        if row is not None:
            rows = [row] if isinstance(row, int) else list(row)
            for number in rows:
                self._sheet.must_have(number)
            wanted.append(pl.col("row").is_in(rows))
        return Selection(self._sheet, self._indexed.filter(wanted)) if wanted else self

    def _numbers_of(self, asked: OneOrMoreNumbered) -> list[int]:
        if isinstance(asked, Iterable):  # several, or a problem that is several causes
            return [number for one in asked for number in self._numbers_of(one)]
        number = asked if isinstance(asked, int) else asked.number
        self._sheet.require_cause(number)
        return [number]

    def frame(self) -> pl.DataFrame:
        """The rows as one frame: `row`, the customer's cells under their headers, `errors`.

        The columns are those of `page`. A search has the rows without findings too.

        >>> review.select(code="RT103").frame().columns[:4]
        ['row', 'action', 'schoolId', 'userId']
        """
        return self._sheet.page(self.rows)

    def first(self, rows: int = 5) -> pl.DataFrame:
        """The first rows, narrowed to a glance: who it is, the cells at fault, what is wrong.

        Columns: `row`, the IDs and names that the file has, those with a fault in these rows,
        `errors`.

        >>> review.select(code="RT103").first(2).columns[:6]
        ['row', 'schoolId', 'userId', 'userFirstName', 'userLastName', 'userEmail']
        """
        page, faulty = self.page(1, rows), set(self.faulty(1, rows)["column"])
        named = [name for name in page.columns if name in faulty or name in self._sheet.naming]
        return page.select("row", *named, "errors")

    def pages(self, size: int = PAGE) -> int:
        """How many pages the rows fill, at least one."""
        return max(1, -(-self.rows.len() // _size(size)))

    def page(self, number: int = 1, size: int = PAGE) -> pl.DataFrame:
        """One page of the rows: `row`, the customer's cells under their headers, `errors`.

        Headers are as typed, made unique where they repeat. `errors` says in a few words all that
        is wrong in the row, null where nothing is. A page beyond the last one is empty; UsageError
        where there can be none of that number or size.
        """
        return self._sheet.page(self._rows_of(number, size))

    def faulty(self, number: int = 1, size: int = PAGE) -> pl.DataFrame:
        """The cells at fault on that page: `row`, `column` (as in `page`)."""
        return self._sheet.faulty(self._rows_of(number, size))

    def _rows_of(self, number: int, size: int) -> pl.Series:
        if number < 1:
            raise UsageError("Pages are counted from 1.")
        return self.rows.slice((number - 1) * _size(size), size)


def _size(size: int) -> int:
    if size < 1:
        raise UsageError("A page holds one row at least.")
    return size


@dataclass(frozen=True, repr=False)
class RowView(Shown):
    """One row of the file, cell by cell, with everything that is wrong in it."""

    number: int
    """As a spreadsheet counts."""
    cells: pl.DataFrame
    """`column` (the header as typed), `cell`, `codes`, `severity`, as `Sheet.cells_of` has them."""
    findings: pl.DataFrame
    """`code`, `column`, `severity`, `message`, `how_to_fix`, `suggestion`, the gravest first."""
