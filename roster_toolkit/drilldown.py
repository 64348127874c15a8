"""From a number of findings to the rows behind it: select, narrow, search, a page at a time.

A `Sheet` is the file with its findings, ready to be looked into; a `Selection` some of them and the
rows they stand on. Frames are filtered, never turned into objects: a page is the most that anybody
looks at.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import polars as pl

from roster_toolkit.display import Shown
from roster_toolkit.errors import UsageError
from roster_toolkit.model import Entity, Profile, Rule, Severity, Upload
from roster_toolkit.records import clean

#: Rows that a page shows.
PAGE = 100
#: What findings can be counted by.
BY = ("category", "severity", "code", "school", "value", "column")
_ROW_NUMBER = re.compile(r"(?:row\s+)?(\d{1,9})", re.IGNORECASE)
#: What no cell holds that is clean as it stands.
_DOUBTFUL = r"[^!-~]"
_EMAIL = "email"
_SEVERITY = pl.Enum([severity.value for severity in Severity])


class Numbered(Protocol):
    """Something that goes by the number of a cause: a `Cause` is one."""

    @property
    def number(self) -> int:
        """The place in the order of correction, from 1."""


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
    def indexed(self) -> pl.DataFrame:
        """The findings with the `school` of their row: its schoolId as cleaned, else blank."""
        if "schoolId" not in self.upload.cells.columns:
            return self.findings.with_columns(school=pl.lit(""))
        at = self.findings["row"] - self.upload.first_row
        schools = self.cleaned("schoolId").gather(at).fill_null("")
        return self.findings.with_columns(school=schools)

    def cleaned(self, name: str) -> pl.Series:
        """A column of the file without invisible characters and surrounding space."""
        known = self._cleaned.get(name)
        if known is None:
            cells = self.upload.cells[name]
            doubtful = cells.str.contains(_DOUBTFUL).arg_true()
            mended = cells.gather(doubtful).to_frame().select(clean(pl.col(name))).to_series()
            known = self._cleaned[name] = cells.scatter(doubtful, mended)
        return known

    @cached_property
    def _cleaned(self) -> dict[str, pl.Series]:
        return {}

    def everything(self) -> Selection:
        """All findings and the rows with any."""
        return Selection(self, self.indexed)

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
        """Rows with an ID, a class, an address or the number that is meant, exact ones first.

        Letter case is ignored. Rows without findings are found too.
        """
        wanted = text.strip()
        if not wanted:
            return Selection(self, self.indexed.clear())
        exact, held = [self._row_named(wanted)], []
        for name in self._searched():
            column = self.upload.cells[name]
            hits = column.str.contains_any([wanted], ascii_case_insensitive=True).arg_true()
            cells = pl.DataFrame({"at": hits, "cell": column.gather(hits)})
            same = clean(pl.col("cell")).str.to_lowercase() == wanted.lower()
            exact.append(cells.filter(same)["at"].cast(pl.UInt32))
            held.append(hits)
        first = pl.concat(exact).unique().sort()
        rest = pl.concat([pl.Series(dtype=pl.UInt32), *held]).unique().sort()
        rest = rest.filter(~rest.is_in(first.implode()))
        rows = (pl.concat([first, rest]) + self.upload.first_row).alias("row")
        return Selection(self, self.indexed.filter(pl.col("row").is_in(rows.implode())), rows)

    def _searched(self) -> list[str]:
        """Columns that name a person or class, those with a doubtful header too."""
        keys = {
            key
            for key, column in self.profile.columns.items()
            if column.identifies in (Entity.PERSON, Entity.CLASS) or column.kind == _EMAIL
        }
        named = zip(self.upload.header, self.upload.cells.columns, strict=True)
        return [name for header, name in named if header.key in keys]

    def _row_named(self, wanted: str) -> pl.Series:
        """The index of the record whose row number was typed."""
        found = _ROW_NUMBER.fullmatch(wanted)
        index = int(found[1]) - self.upload.first_row if found else -1
        there = [index] if 0 <= index < self.upload.cells.height else []
        return pl.Series(there, dtype=pl.UInt32)


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
    def count(self) -> int:
        """How many findings there are."""
        return self._indexed.height

    @cached_property
    def rows(self) -> pl.Series:
        """Their spreadsheet rows, each once, ascending; of a search, exact matches come first."""
        return self._indexed["row"].drop_nulls().unique().sort()

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
        category: str | None = None,
        code: str | None = None,
        school: str | None = None,
        value: str | None = None,
        cause: int | Numbered | None = None,
        row: int | None = None,
        severity: str | None = None,
        column: str | None = None,
    ) -> Selection:
        """The findings that are all of this; what is not named may be anything.

        A blank `school`, `value` or `column` selects what has none, as `by` names it.
        """
        texts = {
            "category": category, "code": code, "school": school, "value": value,
            "severity": severity, "column": column,
        }  # fmt: skip
        wanted = [
            pl.col(name).fill_null("") == str(text)
            for name, text in texts.items()
            if text is not None
        ]
        if cause is not None:
            number = cause if isinstance(cause, int) else cause.number
            wanted.append(pl.col("cause") == number)
        if row is not None:
            wanted.append(pl.col("row") == row)
        return Selection(self._sheet, self._indexed.filter(wanted)) if wanted else self

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
