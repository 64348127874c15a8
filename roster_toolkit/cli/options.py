"""Options that several commands share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

# Repeated here, as importing them would load modules that `--help` does not need.
DEFAULT_PROFILE = "batch-upload"
DEFAULT_SEASON = "in-year"


class Format(StrEnum):
    """How a result is written."""

    TEXT = "text"
    JSON = "json"


class Errors(StrEnum):
    """Which rows are in users-errors.csv."""

    ALL = "all"
    REJECTED = "rejected"


class MessageForm(StrEnum):
    """How much message.md says."""

    SHORT = "short"
    LONG = "long"


ProfileOption = Annotated[
    str | None,
    typer.Option(
        metavar="NAME|PATH",
        help="The data dictionary: a name or a TOML file; by default the district's.",
    ),
]
DictionaryOption = Annotated[
    str, typer.Option("--profile", metavar="NAME|PATH", help="A name or a TOML file.")
]
StoreOption = Annotated[
    Path | None,
    typer.Option(metavar="PATH", help="The store; by default ROSTER_STORE or data/store."),
]
DistrictOption = Annotated[
    str | None, typer.Option(metavar="NAME", help="The roster as it is: a district of the store.")
]
SnapshotOption = Annotated[
    int | None, typer.Option(metavar="N", help="The number; by default the latest.")
]
FormatOption = Annotated[Format, typer.Option("--format", help="What is written to stdout.")]
AgainstOption = Annotated[
    Path | None,
    typer.Option(metavar="FILE.csv", help="The roster as it is: a download of current data."),
]
BesideOption = Annotated[
    Path | None,
    typer.Option(
        "--with", metavar="USERS.csv", help="The users.csv that enrolls the students of the file."
    ),
]
SchoolsOption = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE", help="The district's schools: schoolId,schoolName[,lowGrade,highGrade]."
    ),
]
SeasonOption = Annotated[
    str,
    typer.Option(metavar="in-year|rollover|first", help="How much change is usual now."),
]
PreviousOption = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="The last attempt, to tell what was cleared since."),
]
UploadedOption = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE", help="The file uploaded last, to find edits that this one would undo."
    ),
]
OutOption = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR",
        help="Also write report.html, the error file, the fixed file, the message and more.",
    ),
]
FindingsOption = Annotated[
    bool, typer.Option("--findings", help="List every error and warning, not only the problems.")
]
ErrorsOption = Annotated[
    Errors, typer.Option(help="Rows of users-errors.csv: all, or the rejected ones.")
]
MessageOption = Annotated[
    MessageForm,
    typer.Option("--message", help="What message.md says: at most a screen, or every problem."),
]
NoValuesOption = Annotated[
    bool, typer.Option("--no-values", help="Show no cell of the file anywhere.")
]
