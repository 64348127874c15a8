"""The files of a batch, each with the name by which it is told."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from roster_toolkit.errors import UnreadableFile, UsageError
from roster_toolkit.text import printable

#: What is taken from a folder: what customers send.
_SUFFIXES = (".csv", ".xlsx")


@dataclass(frozen=True, order=True)
class Input:
    """A file to judge: `name` is unique in the batch."""

    name: str
    path: Path

    def read(self) -> bytes:
        """Its bytes; UnreadableFile with a sentence where there are none."""
        try:
            return self.path.read_bytes()
        except (OSError, ValueError):
            raise UnreadableFile(f"{printable(self.name)} cannot be opened.") from None


def inputs_of(paths: str | Path | Iterable[str | Path]) -> list[Input]:
    """The files to judge, by name: those given, and every .csv and .xlsx in and below a folder.

    A file goes by its own name, one of a folder by its path in it, since customers all call theirs
    users.csv. Hidden files are left out. Raises UsageError where there is none, or two of one name.
    One that is gone beside others is among the files, and cannot be read.
    """
    given = [Path(path) for path in ([paths] if isinstance(paths, str | Path) else paths)]
    if given and not any(map(os.path.lexists, given)):
        raise UsageError(f"There is no file or folder {printable(str(given[0]))}; check its name.")
    chosen = sorted(one for path in given for one in _below(path))
    if not chosen:
        raise UsageError("There is no file to judge: name files, or a folder with .csv files.")
    for one, other in pairwise(chosen):
        if one.name == other.name:
            raise UsageError(
                f"Two files are called {printable(one.name)!r}; name the folder above them, so "
                "that each goes by its path."
            )
    return chosen


def _below(path: Path) -> Iterable[Input]:
    if not path.is_dir():
        return [Input(path.name, path)]
    return [
        Input(inside.as_posix(), file)
        for file in path.rglob("*")
        if file.suffix.lower() in _SUFFIXES and file.is_file()
        for inside in [file.relative_to(path)]
        if not any(part.startswith((".", "~$")) for part in inside.parts)
    ]
