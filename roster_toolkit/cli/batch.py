"""batch: many files at once, on all cores or on a cluster."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from roster_toolkit.cli.options import (
    DEFAULT_SEASON,
    AgainstOption,
    DistrictOption,
    Format,
    FormatOption,
    NoValuesOption,
    ProfileOption,
    SchoolsOption,
    SeasonOption,
    SnapshotOption,
    StoreOption,
)
from roster_toolkit.cli.roster_option import roster_and_profile
from roster_toolkit.cli.terminal import complain, emit_json, emit_text
from roster_toolkit.errors import UsageError

if TYPE_CHECKING:
    from contextlib import AbstractContextManager


def batch(
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="DIR|FILE…", help="Files, or folders with all that is below them."),
    ],
    *,
    jobs: Annotated[
        int | None,
        typer.Option(min=1, help="Processes side by side; by default one for each core."),
    ] = None,
    scheduler: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="A Dask scheduler instead, such as tls://host:8786."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Keep the results there; the same command then goes on with them."
        ),
    ] = None,
    profile: ProfileOption = None,
    against: AgainstOption = None,
    store: StoreOption = None,
    district: DistrictOption = None,
    snapshot: SnapshotOption = None,
    schools: SchoolsOption = None,
    season: SeasonOption = DEFAULT_SEASON,
    previous: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="The last attempts, under the same names."),
    ] = None,
    no_values: NoValuesOption = False,
    form: FormatOption = Format.TEXT,
) -> None:
    r"""Say of many files which need attention first, and what they have in common.

    Takes every .csv and .xlsx in and below a folder. With --out, the results are tables (Parquet)
    for DuckDB and notebooks, and a run that was stopped goes on where it was.

    Exit code: that of the worst file; one that cannot be read counts as 3.

    \b
    Example:
      python -m roster_toolkit batch customers
      python -m roster_toolkit batch customers --jobs 4 --out results/2026-11
      python -m roster_toolkit batch customers --scheduler tls://scheduler.example.org:8786
    """
    if scheduler is not None and jobs is not None:
        raise UsageError("--jobs is for this machine; leave it out beside --scheduler.")
    if against is None and district is None and schools is not None:
        raise UsageError("--schools goes with a roster: --against or --district.")
    # Other commands end before their garbage matters; here 4 MB of each file of 5,000 rows stayed.
    gc.enable()
    roster, chosen = roster_and_profile(against, store, district, snapshot, profile)
    from roster_toolkit.batch.batch import review_files
    from roster_toolkit.batch.text import lines_of

    if previous is not None and not previous.is_dir():
        raise UsageError("--previous is the folder with the last attempts.")
    with _executor(scheduler) as executor, _progress() as advance:
        result = review_files(
            paths, executor=executor or "processes", jobs=jobs, out=out, advance=advance,
            previous=previous, profile=chosen, against=roster, schools=schools, season=season,
            values=not no_values, findings=out is not None,
        )  # fmt: skip
    if out is not None:
        complain(f"Kept in {out}: the tables files, causes and findings.")
    if form is Format.JSON:
        emit_json(result.json())
    else:
        emit_text("\n".join(lines_of(result.files, result.causes)) + "\n")
    raise typer.Exit(result.exit_code)


def _executor(scheduler: str | None) -> AbstractContextManager[Any]:
    if scheduler is None:
        return nullcontext()
    from roster_toolkit.batch.cluster import cluster, host_of, is_here

    if not is_here(host_of(scheduler)):
        complain(f"The files leave this machine: they are judged by the workers of {scheduler}.")
    return cluster(scheduler)


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int], object]]:
    """A bar on a terminal, nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda *_: None
        return
    # Imported only here: it takes as long to load as a small file to judge.
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    console = Console(stderr=True)
    with Progress(
        BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=console, transient=True
    ) as bar:
        task = bar.add_task("files", total=None)
        yield lambda _, done, total: bar.update(task, completed=done, total=total)
