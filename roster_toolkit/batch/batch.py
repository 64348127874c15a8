"""`review_files`: many files judged, here, on all cores or on a cluster; `Batch`: what is known."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import Any, Literal, overload

import polars as pl

from roster_toolkit.batch.criteria import Criteria, criteria_of
from roster_toolkit.batch.folder import ResultFolder
from roster_toolkit.batch.inputs import Input, inputs_of
from roster_toolkit.batch.reviews import Reviews, whole_reviews
from roster_toolkit.batch.running import judged_by, judged_by_processes, judged_here
from roster_toolkit.batch.summary import batch_json, by_attention, worst_exit_code
from roster_toolkit.batch.tables import (
    CAUSES,
    FILES,
    FINDINGS,
    ManyFilesPlot,
    ask_tables,
    by_rule,
    common_problems,
)
from roster_toolkit.batch.task import Result, Task, key_of, unusable
from roster_toolkit.display import Shown
from roster_toolkit.errors import ToolkitError, UsageError
from roster_toolkit.rules.registry import catalogue

#: Called with the name of a file that is done, how many are, and of how many.
Advance = Callable[[str, int, int], object]


@dataclass(frozen=True, repr=False)
class Batch(Shown):
    """Many files that were judged, as tables: what each would lose, and what they share.

    >>> batch = rt.Batch.read(results)
    >>> batch.files.select("file", "rejected").rows()
    [('bad-grades.csv', 27), ('bad-emails.csv', 12)]
    """

    table: Callable[[str], pl.DataFrame]
    """`files`, `causes` or `findings`, read when it is first asked for."""

    @classmethod
    def of(cls, results: Iterable[Result]) -> Batch:
        """What results add up to, in whatever order they came."""
        there = sorted(results, key=lambda one: one.name)
        tables = {
            "files": pl.concat([FILES.to_frame(), *(one.file for one in there)]),
            "causes": pl.concat([CAUSES.to_frame(), *(one.causes for one in there)]),
            "findings": pl.concat([FINDINGS.to_frame(), *(one.findings for one in there)]),
        }
        return cls(tables.__getitem__)

    @classmethod
    def read(cls, *folders: str | Path) -> Batch:
        """What one or several folders of results hold, for example one for each month.

        Of several, each table has a first column `batch`, the name of the folder. Raises UsageError
        where a folder holds none.
        """
        results = [ResultFolder(Path(folder)) for folder in folders]
        for one in results:
            if one.is_empty:
                raise UsageError(f"The folder {one.path} holds no results of a batch.")
        if len(results) == 1:
            return cls(results[0].table)

        def together(table: str) -> pl.DataFrame:
            return pl.concat(
                one.table(table).select(pl.lit(one.path.name).alias("batch"), pl.all())
                for one in results
            )

        return cls(together)

    @cached_property
    def files(self) -> pl.DataFrame:
        """Shape `FILES`: a line per file, what deserves attention first on top."""
        return by_attention(self.table("files"))

    @cached_property
    def causes(self) -> pl.DataFrame:
        """Shape `CAUSES`: a line per problem of a file, in its order of correction."""
        return self.table("causes")

    @cached_property
    def findings(self) -> pl.DataFrame:
        """Shape `FINDINGS`: a line per error or warning."""
        return self.table("findings")

    @cached_property
    def by_rule(self) -> pl.DataFrame:
        """What each rule costs: `code`, `severity`, `title`, `files`, `findings`, `rows`."""
        return by_rule(self.findings, {code: rule.title for code, rule in catalogue().items()})

    @cached_property
    def common(self) -> pl.DataFrame:
        """The problems that several files have, shape `COMMON`; those of most files first."""
        return common_problems(self.causes)

    @property
    def exit_code(self) -> int:
        """The exit code of the worst file; one that is unusable counts as 3."""
        return worst_exit_code(self.files)

    def json(self) -> dict[str, Any]:
        """The object `roster-batch/1`."""
        return batch_json(self.files, self.causes)

    def sql(self, query: str) -> pl.DataFrame:
        """The answer to one SELECT over `files`, `causes`, `findings` and `rules`.

        Raises UsageError, in a sentence, where it cannot be answered.

        >>> rt.Batch.read(results).sql("SELECT sum(rejected) FROM files").item()
        39
        """
        return ask_tables(self, query)

    @property
    def plot(self) -> ManyFilesPlot:
        """Charts: `rules()`."""
        return ManyFilesPlot(self)


@overload
def review_files(
    files: str | Path | Iterable[str | Path],
    *,
    executor: Executor | Literal["processes"],
    out: str | Path | None = None,
    jobs: int | None = None,
    advance: Advance | None = None,
    previous: str | Path | None = None,
    **options: Any,  # noqa: ANN401
) -> Batch: ...


@overload
def review_files(files: str | Path | Iterable[str | Path], **options: Any) -> Reviews: ...  # noqa: ANN401


def review_files(
    files: str | Path | Iterable[str | Path],
    *,
    executor: Executor | Literal["processes"] | None = None,
    out: str | Path | None = None,
    jobs: int | None = None,
    advance: Advance | None = None,
    previous: str | Path | None = None,
    **options: Any,
) -> Reviews | Batch:
    """Review several files, or those of a folder; `options` are those of `review`.

    By itself it gives whole reviews by the names of the files without `.csv`, one after the other
    and all in memory; one that cannot be read keeps no other from being reviewed (`unread`).

    With an `executor`, any of `concurrent.futures` or that of a Dask client
    (`client.get_executor()`), or `"processes"` for as many processes as there are cores (`jobs`
    says how many), each file is one task and the answer a `Batch` of tables. A folder is then
    taken with all that is below it, and files go by their path in it. `out` keeps the results in a
    folder, where a killed run goes on: what was judged by the same criteria is not judged again.
    `previous` is a folder with the last attempts under the same names. `advance` is called after
    each file with its name, how many are done, and of how many.

    Raises UsageError where there is no file, or two of one name.

    >>> reviews = rt.review_files([file, "data/samples/bad-emails.csv"])
    >>> reviews.files["file"].to_list()
    ['bad-grades', 'bad-emails']
    """
    if executor is None:
        if out is not None or jobs is not None or previous is not None:
            raise UsageError('out, jobs and previous go with executor="processes" or another one.')
        return whole_reviews(files, **options)
    chosen = inputs_of(files)
    folder = None if out is None else ResultFolder(Path(out))
    run = _Run(
        criteria_of(**options),
        len(chosen),
        folder,
        None if previous is None else Path(previous),
        advance or (lambda *_: None),
    )
    for result in _judged(run.tasks(chosen), run.criteria, executor, jobs):
        run.keep(result)
    if folder is None:
        return Batch.of(run.kept)
    return Batch(partial(folder.table, files=[one.name for one in chosen]))


def _judged(
    tasks: Iterator[Task],
    criteria: Criteria,
    executor: Executor | Literal["processes"],
    jobs: int | None,
) -> Iterator[Result]:
    if executor != "processes":
        return judged_by(executor, tasks, criteria)
    most = jobs or os.cpu_count() or 1
    return judged_here(tasks, criteria) if most == 1 else judged_by_processes(most, tasks, criteria)


@dataclass
class _Run:
    """One pass over the files: what is judged already is left out, what is done is kept."""

    criteria: Criteria
    total: int
    folder: ResultFolder | None
    previous: Path | None
    advance: Advance
    kept: list[Result] = field(default_factory=list)
    _count: int = 0

    def __post_init__(self) -> None:
        """Make the folder first: a run that cannot keep its results does not begin."""
        if self.folder is not None:
            self.folder.make()

    def tasks(self, chosen: Iterable[Input]) -> Iterator[Task]:
        """What is left to judge, read only when it is about to be."""
        for one in chosen:
            try:
                data, before = one.read(), self._before(one.name)
            except ToolkitError as error:
                self.keep(unusable(one.name, str(error)))
                continue
            key = key_of(data, before, self.criteria)
            if self.folder is not None and self.folder.has(one.name, key):
                self._done(one.name)
            else:
                yield Task(one.name, data, before, key)

    def keep(self, result: Result) -> None:
        """Keep the result of a file."""
        if self.folder is None:
            self.kept.append(result)
        else:
            self.folder.write(result)
        self._done(result.name)

    def _done(self, name: str) -> None:
        self._count += 1
        self.advance(name, self._count, self.total)

    def _before(self, name: str) -> bytes | None:
        """The last attempt at a file, where there is one."""
        if self.previous is None or not (path := self.previous / name).is_file():
            return None
        return Input(f"{self.previous.name}/{name}", path).read()
