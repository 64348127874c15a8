"""users-errors.csv: the customer's rows, with three added columns: row, errors, how to fix.

`ingest.error_file` strips the added columns again, so a customer can correct this file in place and
hand it in. Records that were too short are padded with `(no cell)`: this keeps the added columns
under their headers and tells missing cells from blank ones. A record is still too short while it
ends in a `(no cell)`. A cell that holds this text itself is escaped with an apostrophe.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence

import polars as pl

from roster_toolkit.assessment import Assessment, Verdict
from roster_toolkit.impact.left_behind import by_way, left_behind_totals
from roster_toolkit.model import (
    ERROR_FILE_COLUMNS,
    ERROR_FILE_MARK,
    MASKED_MARK,
    NO_CELL,
    Scope,
    Upload,
)
from roster_toolkit.report.removals import named_by_class
from roster_toolkit.report.staying import named_by_school
from roster_toolkit.report.tables import ACTIVE, protected
from roster_toolkit.report.words import Words
from roster_toolkit.text import counted, number

_BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"
#: First characters that make a spreadsheet evaluate a cell; an apostrophe is escaped by another.
_ACTIVE_STARTS = tuple("'=+-@\t\r")
#: Placeholder for the cells beyond the header; safe, as text with NUL is never read.
_MARK = "\x00"
_AT_ONCE = 200_000
#: Findings of one rule without a row that the first record lists one by one.
_FINDINGS_IN_FULL = 10
#: People who are named for each removal.
_PEOPLE_NAMED = 20
_ROW, _ERRORS, _FIX = ERROR_FILE_COLUMNS
#: Index of a record in the upload.
INDEX = "index of record"
#: What to do with the error file of a masked review.
MASKED_ADVICE = "Correct the file that it was made from; this one cannot be checked or uploaded."


def errors_csv(review: Assessment, *, rejected: bool = False) -> Iterator[bytes]:
    """The file as UTF-8 with a byte order mark, in pieces; with `rejected`, rejected rows only."""
    header = error_header(review)
    yield (_BOM + _line([*header, *ERROR_FILE_COLUMNS])).encode()
    if first := about_the_file(review):
        yield _line([""] * len(header) + list(first)).encode()
    beyond = cells_beyond(review.upload)
    for records in error_records(review, rejected=rejected):
        yield _written(records, beyond)


def error_header(review: Assessment) -> list[str]:
    """The headers of the customer's own columns, safe from formulas."""
    typed = (_plain(cell.typed) for cell in review.upload.header)
    return [header.encode("utf-8", "replace").decode() for header in typed]


def about_the_file(review: Assessment) -> tuple[str, str, str] | None:
    """What the record about the file says in the added columns; None where there is nothing."""
    masked = [(MASKED_MARK, MASKED_ADVICE)] if review.is_masked else []
    lines = [*masked, *_file_findings(review)]
    if not lines:
        return None
    errors, fixes = zip(*lines, strict=True)
    return ERROR_FILE_MARK, "\n".join(errors), "\n".join(fixes)


def error_records(review: Assessment, *, rejected: bool = False) -> Iterator[pl.DataFrame]:
    """The records in pieces: their cells, safe from formulas, and the added columns.

    Columns: `INDEX`, those of the upload as text, null where blank; then `row`, a number, and
    `errors` and `how to fix`, null where nothing is wrong. Cells beyond the header are not in it:
    see `cells_beyond`.
    """
    upload = review.upload
    indices = _rejected_indices(review) if rejected else None
    row_findings = _row_findings(review, indices)
    active = _active_columns(upload.cells)
    for start in range(0, upload.cells.height, _AT_ONCE):
        cells = upload.cells.slice(start, _AT_ONCE).with_row_index(INDEX, start)
        if indices is not None:
            cells = cells.filter(pl.col(INDEX).is_in(indices.implode()))
        in_slice = row_findings.filter(pl.col(INDEX).is_between(start, start + _AT_ONCE - 1))
        safe = [protected(pl.col(active))] if active else []
        names = upload.cells.columns
        yield (
            _with_gaps(_gaps_escaped(cells.with_columns(*safe), names), upload)
            .with_columns(pl.when(pl.col(pl.String) != "").then(pl.col(pl.String)).name.keep())
            .join(in_slice, on=INDEX, how="left", maintain_order="left")
            .with_columns((pl.col(INDEX) + upload.first_row).alias(_ROW))
            .select(INDEX, *names, *ERROR_FILE_COLUMNS)
        )


def cells_beyond(upload: Upload) -> dict[int, tuple[str, ...]]:
    """Index of each record with cells beyond the header, and these, safe from formulas."""
    return {
        index: tuple(_plain(cell) for cell in rest)
        for index, rest in sorted(upload.surplus.items())
    }


def _written(records: pl.DataFrame, beyond: Mapping[int, Sequence[str]]) -> bytes:
    """Some records as CSV, the cells that they have `beyond` the header at the end of theirs."""
    indices = set(records[INDEX]) if beyond else set()
    tails = {index: "," + _line(rest)[:-1] for index, rest in beyond.items() if index in indices}
    if tails:
        is_long = pl.col(INDEX).is_in(list(tails))
        marked = pl.when(is_long).then(pl.col(_FIX).fill_null("") + _MARK).otherwise(_FIX)
        records = records.with_columns(marked.alias(_FIX))
    out = io.BytesIO()
    records.drop(INDEX).write_csv(out, include_header=False)
    return _with_tails(out.getvalue(), tails.values())


def _gaps_escaped(cells: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    """Escape cells that hold the text of a missing cell."""
    literal = [name for name in names if (cells[name] == NO_CELL).any()]
    return cells.with_columns(pl.col(literal).replace(NO_CELL, f"'{NO_CELL}"))


def _with_gaps(cells: pl.DataFrame, upload: Upload) -> pl.DataFrame:
    """Fill the missing cells of short records with `(no cell)`."""
    width = len(upload.header)
    short = upload.ragged.filter(
        pl.col("found") < width, pl.col("index").is_in(cells[INDEX].implode())
    ).sort("index")
    if short.is_empty():
        return cells
    positions = cells[INDEX].search_sorted(short["index"])
    return cells.with_columns(
        cells[name].scatter(positions.filter(short["found"] <= place), NO_CELL)
        for place, name in enumerate(cells.columns[1:])
    )


def _with_tails(written: bytes, tails: Iterable[str]) -> bytes:
    """Replace each placeholder by the cells beyond the header, behind a closing quote."""
    first, *rest = written.split(_MARK.encode())
    pieces = [first]
    for piece, tail in zip(rest, tails, strict=True):
        quote = piece[: piece.startswith(b'"')]
        pieces += [quote, tail.encode(), piece[len(quote) :]]
    return b"".join(pieces)


def _active_columns(cells: pl.DataFrame) -> list[str]:
    """Columns with a cell that has to be escaped."""
    if not cells.width:
        return []
    contains_active = cells.lazy().select(pl.all().str.contains(ACTIVE).any()).collect()
    return [
        name for name, active in zip(cells.columns, contains_active.row(0), strict=True) if active
    ]


def _rejected_indices(review: Assessment) -> pl.Series:
    """Indices of the rejected records."""
    upload = review.upload
    if review.verdict is not Verdict.REJECTED and review.profile.on_error == "row":
        return (review.rejected_rows - upload.first_row).cast(pl.UInt32)
    everything = pl.int_range(upload.cells.height, dtype=pl.UInt32, eager=True)
    return everything.filter(~everything.is_in(upload.blank.implode()))


def _row_findings(review: Assessment, indices: pl.Series | None) -> pl.DataFrame:
    """Index of each record with findings, its errors and remedies as lines, the worst first."""
    ranks = {rule.number: rule.severity.rank for rule in review.rules.values()}
    index = pl.col("row") - review.upload.first_row
    selected = index.is_not_null() if indices is None else index.is_in(indices.implode())
    findings = review.validation.findings.filter(selected).sort(
        "row",
        pl.col("code").replace_strict(ranks, return_dtype=pl.UInt8),
        maintain_order=True,
    )
    lines = (
        Words(review.profile)
        .with_messages(findings, review)
        .select(
            index.alias(INDEX),
            pl.concat_str("severity", pl.lit(": "), "message", pl.lit(" ("), "rule", pl.lit(")"))
            .alias(_ERRORS),
            pl.col("how_to_fix").alias(_FIX),
        )
    )  # fmt: skip
    # Most rows have one finding, and joining nothing takes as long as joining something.
    several = lines[INDEX].is_duplicated()
    joined = (
        lines.filter(several)
        .group_by(INDEX, maintain_order=True)
        .agg(pl.col(_ERRORS, _FIX).str.join("\n"))
    )
    return pl.concat([lines.filter(~several), joined]).sort(INDEX)


def _file_findings(review: Assessment) -> list[tuple[str, str]]:
    """Findings on no record, as pairs of error and remedy, the worst first; cut per rule."""
    findings = review.validation.findings
    findings = findings.filter(review.upload.indices(findings["row"]).is_null())
    outside = _people_outside(review)
    lines: list[tuple[int, str, str]] = []
    for (code,), part in findings.partition_by("code", as_dict=True, maintain_order=True).items():
        worded = Words(review.profile).with_messages(part.head(_FINDINGS_IN_FULL), review)
        rule = review.rules[worded["rule"][0]]
        word = worded["severity"][0]
        names = outside if rule.scope is Scope.REMOVED_CLASSES else {}
        if rule.scope is Scope.LEFT_BEHIND:
            names = _people_staying(review)
        told = worded.select("row", "message", "how_to_fix", "value")
        for row, message, fix, value in told.iter_rows():
            where = "" if row is None else f"row {number(row)}: "
            people = f" {names[value]}." if value in names else ""
            lines.append(
                (rule.severity.rank, f"{word}: {where}{message}{people} ({rule.code})", fix)
            )
        if rest := part.height - worded.height:
            more = counted(rest, "more finding")
            lines.append((rule.severity.rank, f"{word}: {more} of {rule.code}.", rule.title + "."))
        del code
    lines.sort(key=lambda line: line[0])
    return [(error, fix) for _, error, fix in lines]


def _people_outside(review: Assessment) -> dict[str, str]:
    """Removed class → its people who are not in the file, as text."""
    if review.impact is None or review.against is None:
        return {}
    return named_by_class(review.impact, review.against.roster, _PEOPLE_NAMED)


def _people_staying(review: Assessment) -> dict[str, str]:
    """Value of a finding on a school → the people who stay there, as text."""
    names_by_sentence = {}
    for part in by_way(review.left_behind):
        names = named_by_school(part, _PEOPLE_NAMED)
        for school, sentence in left_behind_totals(part).select("schoolId", "told").iter_rows():
            names_by_sentence[sentence] = names[school]
    return names_by_sentence


def _plain(cell: str) -> str:
    """Escape a cell that a spreadsheet would evaluate."""
    return f"'{cell}" if cell.startswith(_ACTIVE_STARTS) else cell


def _line(cells: Sequence[str]) -> str:
    text = io.StringIO()
    # Python quotes a carriage return only where it is part of the line end.
    csv.writer(text, lineterminator="\r\n").writerow(cells)
    return text.getvalue().removesuffix("\r\n") + "\n"
