"""CSV tables: changes to a roster, differences between rosters, the log of a repair."""

from __future__ import annotations

import polars as pl

from roster_toolkit.impact.preview import Impact
from roster_toolkit.model import Profile
from roster_toolkit.repair import Fixed
from roster_toolkit.report.removals import people_outside
from roster_toolkit.rosters.difference import Difference
from roster_toolkit.rosters.outcomes import Outcome
from roster_toolkit.rosters.roster import Kind, Roster
from roster_toolkit.text import HIDDEN

#: First characters that make a spreadsheet evaluate a cell (CSV injection), and the escape itself.
ACTIVE = r"\A(['=+\-@\t\r])"
_RECORD = "record"
_SHAPE = ("kind", "key", "school", "field", "before", "after")


def protected(text: pl.Expr) -> pl.Expr:
    """Escape text against evaluation as a formula; the reader strips the apostrophe again."""
    return text.str.replace(ACTIVE, "'${1}")


def changes(impact: Impact, roster: Roster) -> pl.DataFrame:
    """Every change that a file would make: `kind`, `key`, `school`, `field`, `before`, `after`.

    A created or removed record is one line with the `field` `record`. A person who is unenrolled
    without being in the file has a further line with the `field` `not in the file`.
    """
    lines = pl.concat(
        [
            _records(impact, roster),
            impact.compared.fields.select(_SHAPE),
            _outside(impact, roster),
        ]
    )
    return lines.sort(_SHAPE)


def changes_csv(impact: Impact, roster: Roster) -> bytes:
    """The changes as CSV."""
    return changes(impact, roster).with_columns(protected(pl.all())).write_csv().encode()


def _outside(impact: Impact, roster: Roster) -> pl.DataFrame:
    """One line for each removed enrollment of a person who is not in the file."""
    return people_outside(impact, roster).select(
        kind=pl.lit(Kind.ENROLLMENT.value),
        key=pl.format("{} in {}", "userId", "classId"),
        school="schoolId",
        field=pl.lit("not in the file"),
        before="name",
        after=pl.lit(""),
    )


def _records(impact: Impact, roster: Roster) -> pl.DataFrame:
    """One line for each record that is created or removed."""
    compared = impact.compared
    people = pl.concat(
        [compared.people.select("person", "userId"), roster.people.select("person", "userId")]
    )
    classes = pl.concat(
        [compared.classes.select("class", "classId"), roster.classes.select("class", "classId")]
    )
    enrollments = (
        _created_or_removed(impact.enrollments.drop("userId", "classId"))
        .join(people.unique("person", keep="first", maintain_order=True), on="person")
        .join(classes.unique("class", keep="first", maintain_order=True), on="class")
        .with_columns(key=pl.format("{} in {}", "userId", "classId"))
    )
    parts = [
        (pl.col("kind"), "userId", pl.lit(""), _created_or_removed(impact.people)),
        (
            pl.lit(Kind.CLASS.value),
            "classId",
            pl.col("schoolId"),
            _created_or_removed(impact.classes),
        ),
        (pl.lit(Kind.ENROLLMENT.value), "key", pl.col("schoolId"), enrollments),
        (
            pl.lit(Kind.SCHOOL.value),
            "schoolId",
            pl.col("schoolId"),
            _created_or_removed(impact.schools),
        ),
    ]
    outcome = pl.col("outcome").cast(pl.String)
    created = pl.col("outcome") == Outcome.CREATED.value
    return pl.concat(
        [
            frame.select(
                kind=kind.fill_null("").cast(pl.String),
                key=pl.col(key),
                school=school.fill_null(""),
                field=pl.lit(_RECORD),
                before=pl.when(created).then(pl.lit("")).otherwise(outcome),
                after=pl.when(created).then(outcome).otherwise(pl.lit("")),
            )
            for kind, key, school, frame in parts
        ]
    )


def _created_or_removed(records: pl.DataFrame) -> pl.DataFrame:
    moved = (Outcome.CREATED.value, Outcome.REMOVED.value)
    return records.filter(pl.col("outcome").is_in(moved))


def difference_csv(found: Difference) -> bytes:
    """Every change between two rosters: `kind`, `key`, `school`, `field`, `before`, `after`.

    A record that came or went is one line with no field, and its key before or after.

    >>> rt.difference_csv(riverton.compare(1, 2)).decode().splitlines()[0]
    'kind,key,school,field,before,after'
    """
    cells = pl.col(pl.String)
    safe = found.changes.with_columns(pl.when(cells != "").then(protected(cells)))
    return safe.write_csv().encode("utf-8", "replace")


def journal_csv(journal: pl.DataFrame) -> bytes:
    """What was done to a district, as `StoredDistrict.journal` tells it, safe from formulas.

    >>> rt.journal_csv(riverton.journal()).decode().splitlines()[0]
    'at,act,number,origin,note,undone,who,sha256'
    """
    cells = pl.col(pl.String)
    safe = journal.with_columns(pl.when(cells != "").then(protected(cells)))
    return safe.write_csv(datetime_format="%Y-%m-%d %H:%M:%S").encode("utf-8", "replace")


def edits_csv(edits: pl.DataFrame) -> bytes:
    """Cells edited by hand: `row`, `column`, `before`, `value`."""
    safe = edits.with_columns(protected(pl.col("column", "before", "value")))
    return safe.write_csv().encode("utf-8", "replace")


def log_csv(fixed: Fixed, profile: Profile) -> bytes:
    """Every changed cell: `row`, `column`, `code`, `before`, `after`; no value of a private column.

    A row that was dropped is logged as a whole, so that of a file with such columns none is.
    """
    log = without_private(fixed.log, profile)
    safe = log.with_columns(protected(pl.col("column", "before", "after")))
    return safe.write_csv().encode()


def without_private(changes: pl.DataFrame, profile: Profile) -> pl.DataFrame:
    """Changes of cells (`row`, `column`, `before`, `after`) without a value of a private column.

    A column goes by its header as typed, which may be none of the profile's: so whatever is not
    known for public is left out. What stands on no row is no cell.
    """
    if not profile.private_headers:
        return changes
    public = [column.name for column in profile.columns.values() if not column.private]
    of_public = pl.col("column").is_in(public).fill_null(value=False)
    cells = pl.col("before", "after")
    kept = pl.col("row").is_null() | of_public | cells.is_null() | (cells == "")
    return changes.with_columns(pl.when(kept).then(cells).otherwise(pl.lit(HIDDEN)).name.keep())
