"""RT018 and RT019: quotes that are not those of a CSV file, and were read as they are meant.

Each function gets the upload and the profile and returns a frame of hits.
"""

from __future__ import annotations

import polars as pl

from roster_toolkit.model import Evidence, Fix, Obstacle, Profile, Scope, Severity, Upload
from roster_toolkit.rules.judgement import Hit, hits
from roster_toolkit.rules.registry import rule

_HEADER = b"action,schoolId,userId,userRole,userFirstName,userLastName,userEmail,userGrade,"
_HEADER += b"classId,className,classGrade,primary_teacher\n"
_RECORD = b",0711,S1,Student,Ana,Lee,ana@school.org,3,,,,\n"
_GOOD = _HEADER + _RECORD
_IN_SINGLE_QUOTES = b"\n".join(
    b",".join(b"'%b'" % cell for cell in line.split(b",")) for line in _GOOD.splitlines()
)


@rule(
    "RT018", "other-quotes",
    scope=Scope.FILE, severity=Severity.BLOCKER, evidence=Evidence.INFERRED,
    title="Every cell is in quotes that become part of the values",
    message="Every cell is in {value}, which become part of the values.",
    how_to_fix="Take the quotes off all cells. Only a cell that contains a comma needs any: "
    "straight double quotation marks.",
    fixes=(Fix.SAFE,),
    also_said=("single quotes around the values", "curly quotes in the file",
               "every value is enclosed in apostrophes", "wrong quote character",
               "the text qualifier must be a double quote"),
    bad=_IN_SINGLE_QUOTES,
    good=_GOOD.replace(b"Ana", b"'Ohana").replace(b"Lee", b"O'Brien"),
)  # fmt: skip
def other_quotes(upload: Upload, profile: Profile) -> pl.DataFrame:
    """Scripts write single quotes around each cell, word processors curly ones.

    Only straight double quotation marks enclose a cell of a CSV file. Any others are part of each
    column name, each ID and each name.
    """
    if not upload.other_quotes or upload.obstacle is Obstacle.OTHER_FORMAT:
        return hits()
    return hits([Hit(value=upload.other_quotes, safe=True)])


@rule(
    "RT019", "escaped-quotes",
    scope=Scope.FILE, severity=Severity.ERROR, evidence=Evidence.INFERRED,
    title="Quotation marks in this row are escaped with backslashes",
    many="{rows} with quotation marks that are escaped with backslashes",
    message='A quotation mark in this row is escaped with a backslash (\\").',
    how_to_fix='The cell would end there: write each quotation mark within it twice (""), or '
    "leave it out. Programs that write such files have a setting for it.",
    fixes=(Fix.SAFE,),
    also_said=("escape character is not supported", "backslash before a quotation mark",
               "quotes must be doubled inside a quoted field",
               "any value after quoted field isn't allowed"),
    bad=_HEADER + b',0711,S1,Student,"Ana \\"Bo\\"",Lee,ana@school.org,3,,,,\n',
    good=_HEADER + b',0711,S1,Student,"Ana ""Bo""",Lee,ana@school.org,3,,,,\n',
)  # fmt: skip
def escaped_quotes(upload: Upload, profile: Profile) -> pl.DataFrame:
    """In a CSV file a quotation mark within a cell is written twice.

    Read as the file stands, the cell ends at the backslash: half of the name is lost, or a comma
    in it moves all cells behind it.
    """
    return pl.DataFrame({"index": upload.escaped.cast(pl.Int64)}).with_columns(
        column=pl.lit(None, dtype=pl.String),
        value=pl.lit(""),
        suggestion=pl.lit(None, dtype=pl.String),
        safe=pl.lit(value=True),
    )
