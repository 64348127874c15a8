"""RT003 to RT006, RT012, RT016: the header line, as far as it was read.

Each function gets the upload and the profile and returns a frame of hits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from roster_toolkit.model import (
    Evidence,
    Fix,
    HeaderCell,
    HeaderMatch,
    Obstacle,
    Profile,
    Scope,
    Severity,
    Upload,
)
from roster_toolkit.rules.judgement import Hit, hits
from roster_toolkit.rules.registry import rule
from roster_toolkit.rules.sound_file import SOUND

if TYPE_CHECKING:
    import polars as pl


@rule(
    "RT003", "missing-header",
    scope=Scope.FILE, severity=Severity.BLOCKER, evidence=Evidence.CONFIRMED,
    category="header",
    title="A required column is missing",
    many="{n} required columns are missing",
    fix_many="Add each of them, spelled exactly so.",
    message="The column {column} is missing.",
    how_to_fix="Add the column {column}, spelled exactly so.",
    also_said=("required header missing", "headers are missing", "missing required column",
               "column not found", "no column of that name in the header row",
               "the file has no header row", "expected header is not present",
               "the first row is data, not a header", "first row does not contain column names"),
    bad=SOUND.replace(b"userEmail", b"mail"),
    good=SOUND,
)  # fmt: skip
def missing_header(upload: Upload, profile: Profile) -> pl.DataFrame:
    """The portal rejects the whole file when a required or conditional header is absent."""
    present = {h.key for h in upload.header if h.certain or h.match is HeaderMatch.REPEATED}
    if not upload.header or upload.obstacle is Obstacle.OTHER_FORMAT or upload.header_unread:
        return hits()
    return hits(
        Hit(column=column.key)
        for column in profile.columns.values()
        if column.must_be_there and column.key not in present
    )


@rule(
    "RT004", "unknown-header",
    scope=Scope.FILE, severity=Severity.BLOCKER, evidence=Evidence.CONFIRMED,
    category="header",
    title="The portal has no column of this name",
    many="{n} column names are not the portal's",
    message="The portal has no column named {value}.",
    how_to_fix="Rename it to say what its cells are; delete it only if no column is missing.",
    fixes=(Fix.SAFE, Fix.CONFIRM),
    also_said=("unknown column name", "unrecognized header", "invalid header",
               "not a valid field name", "unexpected column", "extra column",
               "incorrect column name", "misspelled header", "header without a name",
               "column is not recognized", "columns are not allowed",
               "column names must match the template"),
    bad=SOUND.replace(b"userEmail", b"userEmial"),
    good=SOUND,
)  # fmt: skip
def unknown_header(upload: Upload, profile: Profile) -> pl.DataFrame:
    """One header that does not belong, and the portal rejects the whole file.

    A last column without a name and without any content is taken off; where the first line is no
    header at all, nothing is said of its cells.
    """
    if upload.obstacle is Obstacle.OTHER_FORMAT or upload.lacks_header or upload.header_unread:
        return hits()
    return hits(
        _without_name(header)
        if place in upload.nameless
        else Hit(
            value=header.typed,
            suggestion=profile.columns[header.key].name if header.key else None,
            safe=False if header.key else None,
        )
        for place, header in enumerate(upload.header)
        if _strange(header)
    )


def _strange(header: HeaderCell) -> bool:
    return header.match in (HeaderMatch.UNKNOWN, HeaderMatch.LIKELY, HeaderMatch.ALIAS)


def _without_name(header: HeaderCell) -> Hit:
    return Hit(value=header.typed.strip(), suggestion="", safe=True)


@rule(
    "RT005", "miscapitalized-header",
    scope=Scope.FILE, severity=Severity.BLOCKER, evidence=Evidence.CONFIRMED,
    category="header",
    title="A column name has the wrong capitalization or extra spaces",
    many="{n} column names have the wrong capitalization or extra spaces",
    fix_many="Write each exactly as in the template, capitals included, without spaces around it.",
    message="The column name {value} must be written {column}.",
    how_to_fix="Write it exactly as {column}, capitals included, without spaces around it.",
    fixes=(Fix.SAFE,),
    also_said=("column names are case sensitive", "header capitalization does not match",
               "wrong case in header", "space in a column heading",
               "byte order mark before the first header"),
    bad=SOUND.replace(b"userEmail", b"useremail"),
    good=SOUND,
)  # fmt: skip
def miscapitalized_header(upload: Upload, profile: Profile) -> pl.DataFrame:
    """The portal compares headers letter by letter, capitals included."""
    return hits(
        Hit(column=h.key, value=h.typed, suggestion=profile.columns[h.key].name, safe=True)
        for h in upload.header
        if h.match is HeaderMatch.CASE and h.key and not upload.header_unread
    )


@rule(
    "RT006", "repeated-header",
    scope=Scope.FILE, severity=Severity.BLOCKER, evidence=Evidence.INFERRED,
    category="header",
    title="Two columns have the same name",
    many="{n} column names are used more than once",
    fix_many="Keep one column of each name and delete the others.",
    message="More than one column is named {column}.",
    how_to_fix="Keep one column {column} and delete the other.",
    also_said=("duplicate header", "duplicate column name", "two columns with the same name",
               "column appears twice in the header row"),
    bad=SOUND.replace(b"classGrade", b"userGrade"),
    good=SOUND,
)  # fmt: skip
def repeated_header(upload: Upload, profile: Profile) -> pl.DataFrame:
    """With two columns of the same name, nobody knows which one counts."""
    repeated = {h.key: h for h in upload.header if h.match is HeaderMatch.REPEATED}
    return hits(Hit(column=key, value=header.typed) for key, header in repeated.items())


@rule(
    "RT012", "action-not-first",
    scope=Scope.FILE, severity=Severity.WARNING, evidence=Evidence.INFERRED,
    needs=("action",),
    category="header",
    title="The action column is not first",
    message="{column} is not the first column.",
    how_to_fix="Move the column {column} to the front, as in the template.",
    column="action", fixes=(Fix.SAFE,),
    also_said=("columns are in the wrong order", "column order does not match the template",
               "first column must be action"),
    bad=SOUND.replace(b"action,schoolId", b"schoolId,action").replace(b",0711,S1", b"0711,,S1"),
    good=SOUND,
)  # fmt: skip
def action_not_first(upload: Upload, profile: Profile) -> pl.DataFrame:
    """The template puts it first; whether the portal cares about order is not known."""
    keys = [
        header.key if header.certain else None
        for place, header in enumerate(upload.header)
        if place != upload.index_column
    ]
    return hits([Hit(column="action", safe=True)] if "action" in keys[1:] else [])


@rule(
    "RT016", "lines-above-header",
    scope=Scope.FILE, severity=Severity.BLOCKER, evidence=Evidence.CONFIRMED,
    title="The header is not the first line of the file",
    message="The header is in {value}.",
    how_to_fix="The header must be the first line of the file: delete what is above it, and the "
    "quotation marks around whole lines; keep rows of people by moving them below it.",
    fixes=(Fix.SAFE,),
    also_said=("title above the header", "header is not in the first row"),
    bad=b"Roster of the Hill District\n" + SOUND,
    good=SOUND,
)  # fmt: skip
def lines_above_header(upload: Upload, profile: Profile) -> pl.DataFrame:
    """The portal takes the first line for the header, and so for a wrong one.

    A title, the name of a table, `sep=,` or the date of a report above the header are not known to
    it, nor a header that is one cell because the whole line is quoted.
    """
    row = f"row {upload.first_row - 1}"
    if upload.people_above:
        return hits([Hit(value=f"{row}, below a row that looks like a person")])
    if upload.above:
        lines = "1 line" if upload.above == 1 else f"{upload.above} lines"
        quoted = ", in quotation marks as a whole" if upload.quoted_lines else ""
        return hits(
            [Hit(value=f"{row}, below {lines} that the portal does not know{quoted}", safe=True)]
        )
    if upload.quoted_lines:
        return hits([Hit(value=f"{row}, in quotation marks as a whole", safe=True)])
    return hits()
