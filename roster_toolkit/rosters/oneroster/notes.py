"""What reading OneRoster files has to say: what was left out, changed or guessed, each counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from roster_toolkit.model import Vocabulary

if TYPE_CHECKING:
    import polars as pl

_DELETED = "tobedeleted"
_SHOWN = 3


@dataclass
class Notes:
    """Sentences that grow while the files are read."""

    lines: list[str] = field(default_factory=list)
    partial: list[str] = field(default_factory=list)
    """Why the files seem to hold changes only; without a full stop."""

    def add(self, sentence: str) -> None:
        """Say something as it is."""
        self.lines.append(sentence)

    def count(self, number: int, one: str, many: str) -> None:
        """Say how many of something there are, if there are any."""
        if number:
            self.lines.append(f"{_counted(number, one, many)}.")

    def records(self, keys: pl.Series, one: str, many: str) -> None:
        """Say how many records it is about, with the first few of their keys; if there are any."""
        if keys.is_empty():
            return
        first = ", ".join(keys.unique(maintain_order=True).head(_SHOWN))
        more = ", …" if keys.n_unique() > _SHOWN else ""
        self.lines.append(f"{_counted(keys.len(), one, many)}: {first}{more}.")

    def lacking(self, name: str, columns: Sequence[str]) -> None:
        """Say which columns a file does not have."""
        if columns:
            one = "has no column" if len(columns) == 1 else "has none of the columns"
            self.lines.append(f"{name}.csv {one} {', '.join(columns)}: blank throughout.")

    def not_active(self, name: str, statuses: pl.Series, *, perhaps_partial: bool) -> None:
        """Say how many rows are not active; rows to be deleted speak of changes only."""
        row, rows = f"row of {name}.csv is", f"rows of {name}.csv are"
        deleted = int((statuses == _DELETED).sum())
        for number, which in (
            (deleted, "to be deleted and left out"),
            (statuses.len() - deleted, "not active and left out"),
        ):
            self.count(number, f"{row} {which}", f"{rows} {which}")
        if deleted and perhaps_partial:
            self.partial.append(
                f"{_counted(deleted, row, rows)} to be deleted, and no manifest tells that the "
                "file is whole: it seems to hold changes only"
            )

    def grades(self, typed: pl.Series, vocabulary: Vocabulary | None, whose: str) -> None:
        """Say which grades probably mean one of ours, such as TK, and which mean none."""
        if vocabulary is None:
            return
        sure = {value.lower() for value in vocabulary.accepts}
        sure |= {other for others in vocabulary.safe.values() for other in others}
        likely = {
            other: value
            for value, others in vocabulary.likely.items()
            for other in others
            if other not in sure
        }
        for grade, number in typed.value_counts().sort(typed.name).iter_rows():
            spelled = grade.lower()
            if spelled in likely:
                told = f"is taken as {likely[spelled]}"
            elif spelled and spelled not in sure:
                told = "is not an accepted one"
            else:
                continue
            self.lines.append(f"The grade {grade!r} of {whose} {told}: {number:,}.")


def _counted(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"
