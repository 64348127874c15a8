"""What was changed and what was not, in words that a customer can follow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import polars as pl

from roster_toolkit.model import ERROR_FILE_COLUMNS, Rule
from roster_toolkit.repair.candidates import CONFIRMED_DROPS, possible_repairs
from roster_toolkit.repair.csv_records import quoted
from roster_toolkit.repair.draft import Draft
from roster_toolkit.repair.headers import NOT_FIRST, Rename
from roster_toolkit.repair.model import EDIT, LOG, NOT_MADE
from roster_toolkit.repair.resolve import Resolved
from roster_toolkit.rules.cell_text import stray_whitespace
from roster_toolkit.rules.file import (
    NAMED_DELIMITER,
    foreign_encoding,
    other_separator,
    unreadable_file,
    wrong_delimiter,
)
from roster_toolkit.rules.header import lines_above_header
from roster_toolkit.rules.quotes import other_quotes, undoubled_quotes
from roster_toolkit.rules.registry import catalogue, rule_of
from roster_toolkit.text import counted

NO_TEXT, DELIMITER, ENCODING, LINES_ABOVE, WHITE_SPACE, OTHER_QUOTES, UNDOUBLED, SEPARATORS = (
    rule_of(judge).number
    for judge in (
        unreadable_file,
        wrong_delimiter,
        foreign_encoding,
        lines_above_header,
        stray_whitespace,
        other_quotes,
        undoubled_quotes,
        other_separator,
    )
)
_UTF8 = "utf-8"
NOT_CONFIRMED = "not confirmed"
_NEW_ERROR = "would make a new error"


class Words:
    """Rules and columns of one profile, by what frames know them by."""

    def __init__(self, draft: Draft, rules: Mapping[str, Rule]) -> None:
        """Take the words from the draft's profile and the rules in force."""
        self.draft = draft
        self.first_row = draft.upload.first_row
        self._codes = {rule.number: rule.code for rule in rules.values()}
        columns = zip(draft.upload.cells.columns, draft.upload.header, strict=True)
        self._names = {key: header.typed for key, header in columns}

    def code(self, number: int) -> str:
        """The code of a rule; its number is well known, even if the rule is switched off."""
        every = {rule.number: rule.code for rule in catalogue().values()} | self._codes
        return every[number]

    def codes(self, column: str) -> pl.Expr:
        """Numbers of rules as codes."""
        return pl.col(column).replace_strict(self._codes, default=None, return_dtype=pl.String)

    def headers(self, column: str) -> pl.Expr:
        """Keys of columns as headers of the copy: a name that was not confirmed stands nowhere."""
        return pl.col(column).replace_strict(self._names, default=None, return_dtype=pl.String)

    def record(self, index: int) -> str:
        """The text of a record as it came."""
        return b",".join(map(quoted, self.draft.origin.cells.row(index))).decode()


def log_of(draft: Draft, renames: Iterable[Rename], rules: Mapping[str, Rule]) -> pl.DataFrame:
    """Every change, shape `LOG`: the file as a whole, its headers, its records from the top."""
    words = Words(draft, rules)
    frames = [
        _of_file(words), _of_headers(words, renames),
        _of_edits(draft), _of_records(words), _of_cells(words),
    ]  # fmt: skip
    whole, rest = pl.concat(frames[:2]), pl.concat(frames[2:])
    return pl.concat([whole, rest.sort("row", maintain_order=True)])


def _of_file(words: Words) -> pl.DataFrame:
    draft = words.draft
    lines: list[tuple[str | None, ...]] = []
    if draft.origin.is_error_file:
        lines += [(None, name, None, name, None) for name in ERROR_FILE_COLUMNS]
    if draft.came.obstacle is not None:
        lines.append((None, None, words.code(NO_TEXT), draft.came.obstacle_detail, "text"))
    if draft.origin.above and not draft.origin.people_above:
        above = f"{counted(draft.origin.above, 'line')} above the header"
        lines.append((None, None, words.code(LINES_ABOVE), above, ""))
    if draft.came.quoted_lines:
        lines.append((None, None, words.code(LINES_ABOVE), "lines quoted as a whole", ""))
    lines += _of_quotes(words)
    if others := draft.came.otherwise_separated.len():
        sign = NAMED_DELIMITER.get(draft.came.other_delimiter, "commas")
        before = f"{sign} between the cells of {counted(others, 'row')}"
        lines.append((None, None, words.code(SEPARATORS), before, ","))
    if overhanging := draft.origin.hanging_over:
        before = f"blank cells behind the last column in {overhanging}"
        lines.append((None, None, words.code(WHITE_SPACE), before, ""))
    if draft.came.delimiter != ",":
        lines.append((None, None, words.code(DELIMITER), draft.came.delimiter, ","))
    if draft.came.obstacle is None and _becomes_utf8(draft):
        lines.append((None, None, words.code(ENCODING), draft.came.encoding, _UTF8))
    if draft.moved is not None:
        name, place = draft.upload.header[0].typed, f"column {draft.moved + 1}"
        lines.append((None, name, words.code(NOT_FIRST), place, "column 1"))
    return pl.DataFrame(lines, schema=LOG, orient="row")


def _of_quotes(words: Words) -> Iterator[tuple[str | None, ...]]:
    came = words.draft.came
    if came.other_quotes:
        yield None, None, words.code(OTHER_QUOTES), came.other_quotes, '"'
    if undoubled := came.undoubled.len():
        before = f"quotation marks that are not doubled in {counted(undoubled, 'row')}"
        yield None, None, words.code(UNDOUBLED), before, '""'


def _becomes_utf8(draft: Draft) -> bool:
    return draft.upload.encoding.startswith(_UTF8) and not draft.came.encoding.startswith(_UTF8)


def _of_headers(words: Words, renames: Iterable[Rename]) -> pl.DataFrame:
    lines = [
        (None, rename.name or rename.typed, words.code(rename.code), rename.typed, rename.name)
        for rename in renames
        if rename.made
    ]
    return pl.DataFrame(lines, schema=LOG, orient="row")


def _of_edits(draft: Draft) -> pl.DataFrame:
    """One line for each cell that was edited by hand, under the header of the copy."""
    if draft.edits is None:
        return pl.DataFrame(schema=LOG)
    names = {place: cell.typed for place, cell in enumerate(draft.origin.header)}
    names |= {p: cell.typed for p, cell in zip(draft.places, draft.upload.header, strict=True)}
    return draft.edits.cells.sort("index", "place").select(
        row=pl.col("index") + draft.origin.first_row,
        column=pl.col("place").replace_strict(names, return_dtype=pl.String),
        code=pl.lit(EDIT),
        before="before",
        after="value",
    ).select(pl.col(name).cast(kind) for name, kind in LOG.items())  # fmt: skip


def _of_records(words: Words) -> pl.DataFrame:
    dropped = words.draft.dropped
    before = [words.record(index) for index in dropped["index"]]
    return dropped.select(
        row=pl.col("index") + words.first_row,
        column=pl.lit(None, pl.String),
        code=words.codes("code"),
        before=pl.Series(before, dtype=pl.String),
        after=pl.lit(None, pl.String),
    ).select(pl.col(name).cast(kind) for name, kind in LOG.items())


def _of_cells(words: Words) -> pl.DataFrame:
    """One line for each cell, however many repairs it took: the last one is named."""
    draft = words.draft
    last = draft.repairs.drop_nulls("column").unique(
        ["index", "column"], keep="last", maintain_order=True
    )
    last = last.filter(~pl.col("index").is_in(draft.dropped["index"].implode()))
    parts = []
    for place, key in enumerate(draft.profile.columns):
        group = last.filter(pl.col("column") == key)
        if not group.is_empty():
            before = draft.as_typed(key).gather(group["index"])
            parts.append(group.with_columns(before=before, place=pl.lit(place)))
    if not parts:
        return pl.DataFrame(schema=LOG)
    return (
        pl.concat(parts)
        .filter(pl.col("before") != pl.col("after"))
        .sort("index", "place")
        .select(
            row=pl.col("index") + words.first_row,
            column=words.headers("column"),
            code=words.codes("code"),
            before="before",
            after="after",
        )
        .select(pl.col(name).cast(kind) for name, kind in LOG.items())
    )


def not_made_of(
    state: Resolved, renames: Iterable[Rename], rules: Mapping[str, Rule], *, stays: bool
) -> pl.DataFrame:
    """Repairs that were not made, shape `NOT_MADE`; `stays` if the action had to stay in place."""
    words = Words(state.draft, rules)
    lines: list[tuple[str | None, ...]] = [
        (None, change.typed, words.code(change.code), change.typed, change.name, NOT_CONFIRMED)
        for change in renames
        if not change.made
    ]
    if not (kept := state.draft.upload.encoding).startswith(_UTF8):
        lines.append((None, None, words.code(ENCODING), kept, _UTF8, NOT_CONFIRMED))
    if stays:
        name = state.draft.profile.columns["action"].name
        lines.append((None, name, words.code(NOT_FIRST), "", "", _NEW_ERROR))
    of_file = pl.DataFrame(lines, schema=NOT_MADE, orient="row")
    rest = pl.concat([_records_kept(words, state), _cells_kept(words, state)])
    return pl.concat([of_file, rest.sort("row", maintain_order=True)])


def _records_kept(words: Words, state: Resolved) -> pl.DataFrame:
    barred = state.barred.filter(pl.col("column").is_null()).select("index", "code", "because")
    samples = state.validation.findings.filter(
        pl.col("code").is_in(CONFIRMED_DROPS),
        pl.col("row").is_not_null(),
    ).select(
        (pl.col("row") - words.first_row).alias("index"),
        "code",
        because=pl.lit(None, pl.UInt16),
    )
    kept = pl.concat([barred, samples]).unique(["index", "code"], keep="first", maintain_order=True)
    return kept.select(
        row=pl.col("index") + words.first_row,
        column=pl.lit(None, pl.String),
        code=words.codes("code"),
        before=pl.Series([words.record(index) for index in kept["index"]], dtype=pl.String),
        after=pl.lit(None, pl.String),
        why=_why(words, pl.lit(value=False)),
    ).select(pl.col(name).cast(kind) for name, kind in NOT_MADE.items())


def _cells_kept(words: Words, state: Resolved) -> pl.DataFrame:
    repair = ["index", "column", "code"]
    barred = state.barred.drop_nulls("column").unique(repair, keep="first", maintain_order=True)
    kept = possible_repairs(state.draft, state.validation).join(barred, on=repair, how="left")
    return (
        kept.sort("index", "column", "code")
        .select(
            row=pl.col("index") + words.first_row,
            column=words.headers("column"),
            code=words.codes("code"),
            before="value",
            after="after",
            why=_why(words, pl.col("shifted")),
        )
        .select(pl.col(name).cast(kind) for name, kind in NOT_MADE.items())
    )


def _why(words: Words, shifted: pl.Expr) -> pl.Expr:
    return (
        pl.when(shifted).then(pl.lit("its row is shifted"))
        .when(pl.col("because").is_not_null())
        .then(pl.format(f"{_NEW_ERROR} ({{}})", words.codes("because")))
        .otherwise(pl.lit(NOT_CONFIRMED))
    )  # fmt: skip
