"""What a profile makes of a file, beside what the portal made of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from roster_toolkit.assessment import rejected_records
from roster_toolkit.calibration.facts import Case
from roster_toolkit.calibration.model import Counts
from roster_toolkit.ingest import read_upload
from roster_toolkit.model import Profile, Severity
from roster_toolkit.validate import validate

#: One line per finding: the record, the header (null where it stands at none), the rule's code, and
#: whether it keeps the row out.
FOUND = pl.Schema(
    {
        "index": pl.UInt32,
        "header": pl.String,
        "code": pl.String,
        "value": pl.String,
        "rejects": pl.Boolean,
    }
)


@dataclass(frozen=True)
class Judged:
    """A file as a profile judges it."""

    found: pl.DataFrame
    """Shape `FOUND`."""
    rejected: pl.Series
    """Indices of the records that it rejects."""
    whole: bool
    """Whether it rejects the whole file."""


def judge(case: Case, profile: Profile) -> Judged:
    """What a profile finds in a file."""
    upload = read_upload(case.sent.data, profile, name=case.sent.name)
    validation = validate(upload, profile)
    rules = {rule.number: rule for rule in validation.rules.values()}
    names = [column.name for column in profile.columns.values()]
    found = validation.findings.drop_nulls("row").select(
        index=(pl.col("row") - upload.first_row).cast(pl.UInt32),
        header=pl.col("column").replace_strict(
            dict(enumerate(names)), default=None, return_dtype=pl.String
        ),
        code=pl.col("code").replace_strict(
            {n: r.code for n, r in rules.items()}, return_dtype=pl.String
        ),
        value="value",
        rejects=pl.col("code").is_in([n for n, r in rules.items() if r.severity.rejects]),
    )
    blockers = [n for n, r in rules.items() if r.severity is Severity.BLOCKER]
    whole = bool(validation.findings["code"].is_in(blockers).any())
    return Judged(found, rejected_records(upload, validation, profile), whole)


def agreement(cases: Sequence[Case], judged: Sequence[Judged]) -> Counts:
    """Row by row: how often a profile judges as the portal did."""
    total = Counts()
    for case, ours in zip(cases, judged, strict=True):
        total = _sum(total, _counts(case, ours))
    return total


def _counts(case: Case, ours: Judged) -> Counts:
    index = known_rows(case)
    theirs = index.is_in(case.complaints["index"].unique().implode())
    mine = index.is_in(ours.rejected.cast(pl.UInt32).implode())
    strict, lenient = int((mine & ~theirs).sum()), int((theirs & ~mine).sum())
    return Counts(index.len(), index.len() - strict - lenient, strict, lenient)


def known_rows(case: Case) -> pl.Series:
    """Indices of the records of which the portal's answer is known."""
    index = pl.int_range(case.sent.cells.height, dtype=pl.UInt32, eager=True)
    silent = case.answer.silent if case.answer is not None else index.head(0)
    certain = case.complaints.filter("certain")["index"].implode()
    open_ones = case.complaints.filter(~pl.col("certain"), ~pl.col("index").is_in(certain))["index"]
    index = index.filter(~index.is_in(open_ones.implode()))
    unread = case.sent.unread.filter(~case.sent.unread.is_in(case.complaints["index"].implode()))
    return index.filter(~index.is_in(silent.implode()) & ~index.is_in(unread.implode()))


def _sum(a: Counts, b: Counts) -> Counts:
    return Counts(
        a.rows + b.rows,
        a.agree + b.agree,
        a.too_strict + b.too_strict,
        a.too_lenient + b.too_lenient,
    )


def by_column(cases: Sequence[Case], judged: Sequence[Judged]) -> Iterator[tuple[str, Counts]]:
    """The same for each column at which either of the two finds fault, by header."""
    pairs = []
    for place, (case, ours) in enumerate(zip(cases, judged, strict=True)):
        known = known_rows(case)
        theirs = case.complaints.select("index", "header").with_columns(theirs=pl.lit(1))
        mine = ours.found.filter("rejects").select("index", "header").with_columns(mine=pl.lit(1))
        both = (
            theirs.unique()
            .join(
                mine.unique(), on=["index", "header"], how="full", coalesce=True, nulls_equal=True
            )
            .filter(pl.col("index").is_in(known.implode()))
            .with_columns(pl.col("theirs", "mine").fill_null(0), place=pl.lit(place))
        )
        pairs.append(both)
    if not pairs:
        return
    table = pl.concat(pairs).with_columns(pl.col("header").fill_null(""))
    for header, rows, agree, mine, theirs in (
        table.group_by("header")
        .agg(
            rows=pl.len(),
            agree=(pl.col("mine") == pl.col("theirs")).sum(),
            strict=(pl.col("mine") > pl.col("theirs")).sum(),
            lenient=(pl.col("mine") < pl.col("theirs")).sum(),
        )
        .sort("header")
        .iter_rows()
    ):
        yield str(header), Counts(rows, agree, mine, theirs)
