"""users-errors.csv: the customer's own rows, with what is wrong and what to do beside each.

The reader in `ingest.error_file` takes off again what is added here, so that a customer can correct
this file in place and hand it in. A record that was too short is padded with blank cells: the added
columns would otherwise not stand under their headers.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from roster_toolkit.model import ERROR_FILE_COLUMNS, ERROR_FILE_MARK, Upload
from roster_toolkit.report.phrases import counted
from roster_toolkit.report.words import Words
from roster_toolkit.review import Review, Verdict

_BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"
#: Where a spreadsheet would act instead of showing; an apostrophe is escaped by another.
_ACTIVE = r"\A(['=+\-@\t\r])"
_ACTIVE_STARTS = tuple("'=+-@\t\r")
_NEEDS_QUOTES = '[",\r\n]'
_AT_ONCE = 200_000
#: Findings of one rule that stand on no row and are told one by one in the first record.
_TOLD = 10
_ROW, _ERRORS, _FIX = ERROR_FILE_COLUMNS
_INDEX = "index of record"


def errors_csv(review: Review, *, refused: bool = False) -> Iterator[bytes]:
    """The file as UTF-8 with a byte order mark, in pieces; with `refused`, refused rows only."""
    upload = review.upload
    header = [_plain(cell.typed) for cell in upload.header]
    yield (_BOM + _line([*header, *ERROR_FILE_COLUMNS])).encode("utf-8", "replace")
    if first := _of_the_file(review):
        errors, fixes = "\n".join(one for one, _ in first), "\n".join(fix for _, fix in first)
        yield _line([""] * len(header) + [ERROR_FILE_MARK, errors, fixes]).encode()
    beside = _on_rows(review)
    active = _active_columns(upload.cells)
    chosen = _chosen(review) if refused else None
    for start in range(0, upload.cells.height, _AT_ONCE):
        cells = upload.cells.slice(start, _AT_ONCE).with_row_index(_INDEX, start)
        if chosen is not None:
            cells = cells.filter(pl.col(_INDEX).is_in(chosen.implode()))
        yield _records(cells, beside, active, upload)


def _records(
    cells: pl.DataFrame, beside: pl.DataFrame, active: Sequence[str], upload: Upload
) -> bytes:
    """Some records as lines."""
    names = cells.columns[1:]
    safe = [pl.col(active).str.replace(_ACTIVE, "'${1}")] if active else []
    told = (
        cells.with_columns(*safe)
        .with_columns(pl.when(pl.col(pl.String) != "").then(pl.col(pl.String)).name.keep())
        .join(beside, on=_INDEX, how="left", maintain_order="left")
        .with_columns((pl.col(_INDEX) + upload.first_row).alias(_ROW))
    )
    table = told.select(*names, *ERROR_FILE_COLUMNS)
    rest = _surplus(upload, told[_INDEX])
    if not rest:
        return table.write_csv(include_header=False).encode()
    tails = pl.DataFrame(
        {_INDEX: list(rest), "tail": list(rest.values())}, schema_overrides={_INDEX: pl.UInt32}
    )
    tail = told.select(_INDEX).join(tails, on=_INDEX, how="left", maintain_order="left")["tail"]
    quoted = [_quoted(pl.col(name).cast(pl.String).fill_null("")) for name in table.columns]
    lines = table.select(line=pl.concat_str(quoted, separator=","))["line"] + tail.fill_null("")
    return ("\n".join(lines) + "\n").encode()


def _quoted(cell: pl.Expr) -> pl.Expr:
    """A cell in quotes where CSV needs them."""
    inside = cell.str.replace_all('"', '""', literal=True)
    return pl.when(cell.str.contains(_NEEDS_QUOTES)).then('"' + inside + '"').otherwise(cell)


def _surplus(upload: Upload, indices: pl.Series) -> Mapping[int, str]:
    """Index → cells without a header, as they follow the added ones."""
    if not upload.surplus:
        return {}
    return {
        index: "," + _line([_plain(cell) for cell in upload.surplus[index]])[:-1]
        for index in indices
        if index in upload.surplus
    }


def _active_columns(cells: pl.DataFrame) -> list[str]:
    """Columns in which some cell needs an apostrophe."""
    if not cells.width:
        return []
    found = cells.lazy().select(pl.all().str.contains(_ACTIVE).any()).collect()
    return [name for name, active in zip(cells.columns, found.row(0), strict=True) if active]


def _chosen(review: Review) -> pl.Series:
    """Indices of the refused records."""
    upload = review.upload
    if review.verdict is not Verdict.REFUSED and review.profile.on_error == "row":
        return (review.refused_rows - upload.first_row).cast(pl.UInt32)
    everything = pl.int_range(upload.cells.height, dtype=pl.UInt32, eager=True)
    return everything.filter(~everything.is_in(upload.blank.implode()))


def _on_rows(review: Review) -> pl.DataFrame:
    """Index of a record → its errors and what to do, line by line, the gravest first."""
    ranks = {rule.number: rule.severity.rank for rule in review.rules.values()}
    findings = review.validation.findings.filter(pl.col("row").is_not_null()).sort(
        "row",
        pl.col("code").replace_strict(ranks, return_dtype=pl.UInt8),
        maintain_order=True,
    )
    return (
        Words(review.profile)
        .told(findings, review)
        .lazy()
        .group_by("row", maintain_order=True)
        .agg(
            pl.concat_str("severity", pl.lit(": "), "message", pl.lit(" ("), "rule", pl.lit(")"))
            .str.join("\n")
            .alias(_ERRORS),
            pl.col("how_to_fix").str.join("\n").alias(_FIX),
        )
        .select((pl.col("row") - review.upload.first_row).alias(_INDEX), _ERRORS, _FIX)
        .collect()
    )


def _of_the_file(review: Review) -> list[tuple[str, str]]:
    """What stands on no row, with what to do; the gravest first, many of one rule in short."""
    findings = review.validation.findings.filter(pl.col("row").is_null())
    lines: list[tuple[int, str, str]] = []
    for (code,), part in findings.partition_by("code", as_dict=True, maintain_order=True).items():
        told = Words(review.profile).told(part.head(_TOLD), review)
        rule = review.rules[told["rule"][0]]
        word = told["severity"][0]
        for message, fix in told.select("message", "how_to_fix").iter_rows():
            lines.append((rule.severity.rank, f"{word}: {message} ({rule.code})", fix))
        if rest := part.height - told.height:
            more = counted(rest, "more finding")
            lines.append((rule.severity.rank, f"{word}: {more} of {rule.code}.", rule.title + "."))
        del code
    lines.sort(key=lambda line: line[0])
    return [(error, fix) for _, error, fix in lines]


def _plain(cell: str) -> str:
    """A cell that no spreadsheet acts on."""
    return f"'{cell}" if cell.startswith(_ACTIVE_STARTS) else cell


def _line(cells: Sequence[str]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue()
