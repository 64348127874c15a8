"""What can be repaired in a file, before anything is: the offer beside each cause."""

from __future__ import annotations

import polars as pl

from roster_toolkit.model import Fix, Profile, Upload
from roster_toolkit.repair.candidates import (
    BLANK_ROW,
    CONFIRMED_DROPS,
    REPEATED,
    exact_repeats,
    possible_repairs,
)
from roster_toolkit.repair.confirm import Confirmed
from roster_toolkit.repair.draft import Draft, first_draft
from roster_toolkit.repair.headers import NOT_FIRST, may_move, renames
from roster_toolkit.repair.log import (
    DELIMITER,
    ENCODING,
    LINES_ABOVE,
    OTHER_QUOTES,
    SEPARATORS,
    UNDOUBLED,
    WHITE_SPACE,
)
from roster_toolkit.repair.model import Edits
from roster_toolkit.validate import Validation

#: One line per rule and kind of repair: how many different values and rows it would mend.
OFFER: dict[str, type[pl.DataType]] = {
    "code": pl.String,
    "kind": pl.String,
    "values": pl.UInt32,
    "rows": pl.UInt32,
}
_NOBODY = Confirmed(frozenset(), frozenset())


def repairs_on_offer(
    upload: Upload, validation: Validation, profile: Profile, edits: Edits | None = None
) -> pl.DataFrame:
    """Shape `OFFER`, by code: the repairs that are safe, and those that need a yes.

    What is on offer may still be taken back: a repair that would make a new error is not made.
    """
    if upload.obstacle is not None and not upload.header:
        return pl.DataFrame(schema=OFFER)
    draft = first_draft(upload, profile, edits)
    offers = pl.concat(
        [_of_cells(draft, validation), _of_records(draft, validation), _of_file(draft, validation)]
    )
    codes = {rule.number: rule.code for rule in validation.rules.values()}
    return (
        offers.filter(pl.col("rule").is_in(list(codes)))
        .with_columns(code=pl.col("rule").replace_strict(codes, return_dtype=pl.String))
        .select(pl.col(name).cast(kind) for name, kind in OFFER.items())
        .sort("code", "kind")
    )


def _of_cells(draft: Draft, validation: Validation) -> pl.DataFrame:
    safe = pl.when("safe").then(pl.lit(Fix.SAFE.value)).otherwise(pl.lit(Fix.CONFIRM.value))
    return _shaped(
        possible_repairs(draft, validation)
        .filter(~pl.col("shifted"))
        .group_by("code", kind=safe)
        .agg(values=pl.col("value").n_unique(), rows=pl.col("index").n_unique())
        .rename({"code": "rule"})
    )


def _of_records(draft: Draft, validation: Validation) -> pl.DataFrame:
    """Records that would be dropped: blank ones, exact repeats, rows of the template."""
    findings = validation.findings.filter(pl.col("row").is_not_null())

    def at(code: int) -> pl.Series:
        rows = findings.filter(pl.col("code") == code)["row"].unique()
        return (rows - draft.upload.first_row).cast(pl.UInt32)

    repeats = exact_repeats(draft, at(REPEATED))
    counts = [
        (BLANK_ROW, Fix.SAFE, at(BLANK_ROW).len()),
        (REPEATED, Fix.SAFE, repeats.len()),
        (UNDOUBLED, Fix.SAFE, draft.origin.undoubled.len()),
        (SEPARATORS, Fix.SAFE, draft.origin.otherwise_separated.len()),
        *((code, Fix.CONFIRM, at(code).len()) for code in CONFIRMED_DROPS),
    ]
    return _lines([(code, kind.value, rows, rows) for code, kind, rows in counts if rows])


def _of_file(draft: Draft, validation: Validation) -> pl.DataFrame:
    """Headers and the form of the file, which concern every row."""
    upload, rules = draft.origin, validation.rules
    counts: dict[tuple[int, Fix], int] = {}
    for rename in renames(upload, draft.profile, rules, _NOBODY, draft.edits):
        place = (rename.code, Fix.SAFE if rename.made else Fix.CONFIRM)
        counts[place] = counts.get(place, 0) + 1
    if upload.delimiter != ",":
        counts[DELIMITER, Fix.SAFE] = 1
    if (upload.above and not upload.people_above) or upload.quoted_lines:
        counts[LINES_ABOVE, Fix.SAFE] = 1
    if upload.other_quotes:
        counts[OTHER_QUOTES, Fix.SAFE] = 1
    if upload.hanging_over:
        counts[WHITE_SPACE, Fix.SAFE] = 1
    if upload.obstacle is None and not upload.encoding.startswith("utf-8"):
        counts[ENCODING, Fix.SAFE if upload.encoding_fits else Fix.CONFIRM] = 1
    if may_move(upload, rules):
        counts[NOT_FIRST, Fix.SAFE] = 1
    return _lines(
        [(code, kind.value, values, upload.records) for (code, kind), values in counts.items()]
    )


def _lines(lines: list[tuple[int, str, int, int]]) -> pl.DataFrame:
    schema = {"rule": pl.UInt16, "kind": pl.String, "values": pl.UInt32, "rows": pl.UInt32}
    return pl.DataFrame(lines, schema=schema, orient="row")


def _shaped(offers: pl.DataFrame) -> pl.DataFrame:
    return offers.select(
        pl.col("rule").cast(pl.UInt16), "kind", pl.col("values", "rows").cast(pl.UInt32)
    )
