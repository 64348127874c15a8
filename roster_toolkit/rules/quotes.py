"""RT018 and RT019: quotes that are not those of a CSV file; and which are closed too late.

Each rule gets the upload and the profile and returns a frame of hits.
"""

from __future__ import annotations

import re

import polars as pl

from roster_toolkit.model import Evidence, Fix, Obstacle, Profile, Scope, Severity, Upload
from roster_toolkit.rules.judgement import Hit, hits, hits_on
from roster_toolkit.rules.registry import rule
from roster_toolkit.rules.sound_file import HEADER, SOUND

_LINE_END = r"\r\n|\r|\n"
#: More signs that separate cells than stand in a value, if it has several lines.
_SEVERAL_CELLS = r"^(?:[^,;\t|^~]*[,;\t|^~]){4}"

_IN_SINGLE_QUOTES = b"\n".join(
    b",".join(b"'%b'" % cell for cell in line.split(b",")) for line in SOUND.splitlines()
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
               "smart quotes are not allowed",
               "every value is enclosed in apostrophes", "wrong quote character",
               "the text qualifier must be a double quote"),
    bad=_IN_SINGLE_QUOTES,
    good=SOUND.replace(b"Ana", b"'Ohana").replace(b"Lee", b"O'Brien"),
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
    "RT019", "undoubled-quotes",
    scope=Scope.FILE, severity=Severity.ERROR, evidence=Evidence.INFERRED,
    title="Quotation marks within a cell of this row are not doubled",
    many="{rows} with quotation marks within a cell that are not doubled",
    message="A cell in quotation marks has others within it, and they are not written twice.",
    how_to_fix='The cell would end there: write each quotation mark within it twice (""), without '
    "a backslash, or leave it out. Programs that write such files have a setting for it.",
    fixes=(Fix.SAFE,),
    also_said=("escape character is not supported", "backslash before a quotation mark",
               "quotes must be doubled inside a quoted field",
               "unescaped double quote inside a quoted field",
               "any value after quoted field isn't allowed"),
    bad=HEADER + b',0711,S1,Student,"Ana "Bo"",Lee,ana@school.org,3,,,,\n',
    good=HEADER + b',0711,S1,Student,"Ana ""Bo""",Lee,ana@school.org,3,,,,\n',
)  # fmt: skip
def undoubled_quotes(upload: Upload, profile: Profile) -> pl.DataFrame:
    """In a CSV file a quotation mark within a cell is written twice.

    Read as the file stands, the cell ends at the first one: the quotation marks of the name end up
    in other places or half of it is lost, or a comma in it moves all cells behind it. Some programs
    write a backslash before it instead, which no CSV file knows.
    """
    return hits_on(upload.undoubled, safe=True)


def lines_taken(upload: Upload) -> pl.DataFrame:
    """`index` UInt32, `lines` (`lines 7 to 9`): misshapen records with other rows in a cell.

    A quotation mark without its partner reaches to the next one in the file, lines below: what lies
    between is one cell. Nobody in these lines is enrolled, and to give the row the cells that it
    lacks would lose them for good.
    """
    index = _swallowing(upload)
    if index.is_empty():
        return pl.DataFrame(schema={"index": pl.UInt32, "lines": pl.String})
    breaks = _line_breaks(upload, int(index[-1]) + 1)
    first = index.cast(pl.Int64) + upload.first_line + (breaks.cum_sum() - breaks).gather(index)
    told = [
        f"lines {start} to {start + more}"
        for start, more in zip(first, breaks.gather(index), strict=True)
    ]
    return pl.DataFrame({"index": index, "lines": told})


def _swallowing(upload: Upload) -> pl.Series:
    """UInt32 indices of the misshapen records that have other rows in a cell."""
    index = upload.misshapen["index"]
    if index.is_empty():
        return index
    in_a_cell = pl.all().str.contains(_LINE_END) & pl.all().str.contains(_SEVERAL_CELLS)
    beyond = [
        at
        for at, cells in upload.surplus.items()
        if any(re.search(_LINE_END, cell) and re.match(_SEVERAL_CELLS, cell) for cell in cells)
    ]
    found = upload.cells[index].select(pl.any_horizontal(in_a_cell)).to_series()
    return index.filter(found | index.is_in(beyond)).sort()


def _line_breaks(upload: Upload, records: int) -> pl.Series:
    """How many line breaks each of the first records has in its cells."""
    breaks = pl.sum_horizontal(pl.all().str.count_matches(_LINE_END))
    counts = upload.cells.head(records).select(breaks.cast(pl.Int64)).to_series()
    beyond = {at: cells for at, cells in upload.surplus.items() if at < records}
    more = [sum(len(re.findall(_LINE_END, cell)) for cell in cells) for cells in beyond.values()]
    at = pl.Series(list(beyond), dtype=pl.UInt32)
    return counts.scatter(at, counts.gather(at) + pl.Series(more, dtype=pl.Int64))
