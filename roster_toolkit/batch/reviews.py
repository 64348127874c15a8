"""Whole reviews of a few files, and their totals by file and by rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from roster_toolkit.batch.tables import ManyFilesPlot, ask_tables, by_rule
from roster_toolkit.display import Shown
from roster_toolkit.errors import ToolkitError, UsageError
from roster_toolkit.reviewing.review import Review, review

_FILES = {
    "file": pl.String,
    "verdict": pl.String,
    "rows": pl.UInt32,
    "accepted": pl.UInt32,
    "rejected": pl.UInt32,
    "causes": pl.UInt32,
    "findings": pl.UInt32,
}


class Reviews(Shown, Mapping[str, Review]):
    """The reviews of several files by their names, and what they add up to."""

    def __init__(self, reviews: Mapping[str, Review], unread: Mapping[str, str]) -> None:
        """`reviews` by name, and `unread`: name → why a file could not be read."""
        self._reviews = dict(reviews)
        self.unread = dict(unread)

    def __getitem__(self, name: str) -> Review:
        """The review of one file."""
        return self._reviews[name]

    def __iter__(self) -> Iterator[str]:
        """The names of the files."""
        return iter(self._reviews)

    def _ipython_key_completions_(self) -> list[str]:
        """The names that a notebook offers behind `reviews["`."""
        return list(self)

    def __len__(self) -> int:
        """How many files were reviewed."""
        return len(self._reviews)

    @cached_property
    def files(self) -> pl.DataFrame:
        """A line per file, most rejected rows first.

        Columns: `file`, `verdict`, `rows`, `accepted`, `rejected`, `causes`, `findings`.
        """
        lines = [
            {
                "file": name,
                "verdict": one.verdict.value,
                "rows": one.upload.records,
                "accepted": one.rows.accepted,
                "rejected": one.rows.rejected,
                "causes": len(one.causes),
                "findings": one.findings.height,
            }
            for name, one in self.items()
        ]
        frame = pl.DataFrame(lines, schema=_FILES)
        return frame.sort("rejected", "file", descending=[True, False])

    @cached_property
    def findings(self) -> pl.DataFrame:
        """Every finding of every file, in the columns of `Review.findings`, after its `file`."""
        return self._together(lambda one: one.findings)

    @cached_property
    def causes(self) -> pl.DataFrame:
        """Every cause of every file in words, after its `file`."""
        return self._together(lambda one: one.sql("FROM causes"))

    @cached_property
    def by_rule(self) -> pl.DataFrame:
        """What each rule costs: `code`, `severity`, `title`, `files`, `findings`, `rows`.

        Rules that reject most rows stand first; `files` says how many of the files it found.
        """
        titles = {code: rule.title for one in self.values() for code, rule in one.rules.items()}
        return by_rule(self.findings, titles)

    def sql(self, query: str) -> pl.DataFrame:
        """The answer to one SELECT over `files`, `findings`, `causes` and `rules`.

        Raises UsageError, in a sentence, where it cannot be answered.

        >>> reviews.sql("SELECT count(*) FROM files").item()
        2
        """
        return ask_tables(self, query)

    def masked(self, key: str | Path | bytes | None = None) -> Reviews:
        """The same reviews in pseudonyms, the names of the files too, as `Review.masked` has them.

        Files that could not be read are named by pseudonyms, and why is left out.

        >>> "bad-grades" in reviews.masked(b"sixteen secret bytes")
        False
        """
        from roster_toolkit.masking import mask_key
        from roster_toolkit.pseudonyms import Pseudonym, Pseudonyms

        secret = mask_key(key)
        masked = [one.masked(secret) for one in self.values()]
        digits = Pseudonyms(secret)
        unread = (digits.of(f"{name}.csv", Pseudonym.FILE) for name in self.unread)
        return Reviews(
            {Path(one.upload.name).stem: one for one in masked},
            dict.fromkeys(unread, "This file could not be read."),
        )

    @property
    def plot(self) -> ManyFilesPlot:
        """Charts: `rules()`."""
        return ManyFilesPlot(self)

    def _together(self, frame_of: Callable[[Review], pl.DataFrame]) -> pl.DataFrame:
        if not self:
            raise UsageError("No file could be reviewed.")
        return pl.concat(
            [
                frame_of(one).select(pl.lit(name, pl.String).alias("file"), pl.all())
                for name, one in self.items()
            ]
        )


def whole_reviews(files: str | Path | Iterable[str | Path], **options: Any) -> Reviews:  # noqa: ANN401
    """Review several files, or every .csv of a folder, one after the other in this process.

    Files go by their name without `.csv`, in order. One that cannot be read keeps no other from
    being reviewed: `unread` says why. Raises UsageError where there is no file, or two of one name.
    """
    chosen = _chosen(files)
    names = [path.stem for path in chosen]
    if repeated := sorted({name for name in names if names.count(name) > 1}):
        raise UsageError(f"Two files are called {repeated[0]!r}; give them names of their own.")
    reviews: dict[str, Review] = {}
    unread: dict[str, str] = {}
    for name, path in zip(names, chosen, strict=True):
        try:
            reviews[name] = review(path, **options)
        except ToolkitError as error:
            unread[name] = str(error)
    return Reviews(reviews, unread)


def _chosen(files: str | Path | Iterable[str | Path]) -> list[Path]:
    if isinstance(files, str | Path):
        folder = Path(files)
        chosen = sorted(folder.glob("*.csv")) if folder.is_dir() else [folder]
        if not chosen:
            raise UsageError(f"The folder {folder.name} holds no .csv file.")
        return chosen
    chosen = [Path(file) for file in files]
    if not chosen:
        raise UsageError("There is no file to review.")
    return chosen
