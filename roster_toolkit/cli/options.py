"""Options that several commands share."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

DEFAULT_PROFILE = "batch-upload"


class Format(StrEnum):
    """How a result is written."""

    TEXT = "text"
    JSON = "json"


class Errors(StrEnum):
    """Which rows stand in users-errors.csv."""

    ALL = "all"
    REFUSED = "refused"


ProfileOption = Annotated[
    str, typer.Option(metavar="NAME|PATH", help="The data dictionary: a name or a TOML file.")
]
FormatOption = Annotated[Format, typer.Option("--format", help="What is written to stdout.")]
