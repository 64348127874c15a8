"""A download of current data, and a list of schools, as a roster to compare with."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import polars as pl

from roster_toolkit.errors import UsageError
from roster_toolkit.ingest import read_upload
from roster_toolkit.ingest.source import FileSource, bytes_of
from roster_toolkit.model import Obstacle, Profile, Upload
from roster_toolkit.records import Records, clean, read_records
from roster_toolkit.rosters.context import RosterContext
from roster_toolkit.rosters.roster import (
    SCHOOL_FACTS,
    Roster,
    kind_of_person,
    school_list,
    stated_roster,
)


def read_download(
    source: FileSource, profile: Profile, schools: FileSource | None = None
) -> RosterContext:
    """The roster that a download of current data in users.csv layout describes.

    `schools` is the district's own list of schools, as `read_school_cells` reads it. Raises
    ToolkitError where a file is missing or has another form.
    """
    upload = read_table(source, profile)
    roster = stated_roster(read_records(upload, profile))
    if schools is not None:
        roster = with_school_list(roster, schools)
    return RosterContext(roster, district=upload.name)


def with_enrolled(
    context: RosterContext | None, upload: Upload, records: Records, profile: Profile
) -> RosterContext:
    """The context, with the people whom a users.csv names before those of the roster.

    Whoever a row names counts, though the row has an error of its own: corrected, it enrolls them.
    Who has no role there that the portal accepts keeps that of the roster.
    """
    stated = stated_roster(records)
    if context is None:
        return RosterContext(stated, district=upload.name, profile=profile)
    known = pl.col("userId").is_in(context.roster.people["userId"].implode())
    named = stated.people.filter(kind_of_person(profile).is_not_null() | ~known)
    in_file = pl.col("userId").is_in(named["userId"].implode())
    people = [named, context.roster.people.filter(~in_file)]
    roster = replace(context.roster, people=pl.concat(people, how="diagonal"))
    return replace(context, roster=roster)


def read_table(source: FileSource, profile: Profile) -> Upload:
    """A download of current data as it was read; raises ToolkitError if it has another form."""
    upload = read_upload(source, profile)
    if upload.obstacle is Obstacle.OTHER_FORMAT:
        raise UsageError(
            f"{upload.name} is {upload.obstacle_detail}, not a download of current data. OneRoster "
            "files are imported all together, as their folder or zip; the files of other programs "
            "are not imported."
        )
    if upload.obstacle is Obstacle.UNCLOSED_QUOTE:
        raise UsageError(
            f"{upload.name} has a quote in row {upload.obstacle_row} that is never closed, so the "
            "rows below it can't be read. Delete it, or download the data again."
        )
    keys = {"schoolId", "userId"}
    if upload.obstacle not in (None, Obstacle.HEADER_ALONE) or not keys <= set(
        upload.cells.columns
    ):
        names = " and ".join(sorted(profile.columns[key].name for key in keys))
        raise UsageError(
            f"{upload.name} is not a download of current data: it needs the layout of users.csv, "
            f"with the columns {names}."
        )
    return upload


def with_school_list(roster: Roster, source: FileSource) -> Roster:
    """The roster with the district's own list of schools.

    Raises UsageError where the file has no column `schoolId`.
    """
    return replace(roster, schools=school_list(read_school_cells(source)), school_list=True)


def read_school_cells(source: FileSource) -> pl.DataFrame:
    """`schoolId`, `schoolName`, `lowGrade`, `highGrade` of a list of schools, cleaned.

    Schools without an ID are included. Only the column `schoolId` is required; headers of the
    grades match in any spelling (`low grade`, `High_Grade`).

    Raises UsageError where the file has no column `schoolId`.
    """
    try:
        data = Path(source).read_bytes() if isinstance(source, str | Path) else bytes_of(source)
        cells = pl.read_csv(data, infer_schema=False, empty_string_is_null=False)
    except (OSError, pl.exceptions.PolarsError) as error:
        reason = getattr(error, "strerror", None) or "it is not a comma-separated file"
        raise UsageError(f"The list of schools cannot be read: {reason}.") from None
    if "schoolId" not in cells.columns:
        raise UsageError("The list of schools needs the columns schoolId and schoolName.")
    headers = {_loose(name): name for name in reversed(cells.columns)}
    school_cells = cells.select(
        clean(pl.col("schoolId")),
        *(
            (clean(pl.col(headers[_loose(fact)])) if _loose(fact) in headers else pl.lit(""))
            .alias(fact)
            for fact in SCHOOL_FACTS
        ),
    )  # fmt: skip
    return school_cells.filter(pl.any_horizontal(pl.all() != ""))


def _loose(header: str) -> str:
    """A header normalized for comparison: without letter case, spaces and underscores."""
    return re.sub(r"[\s_]+", "", header).lower()
