"""sample: a synthetic district with planted faults, and how well the rules find them."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from roster_toolkit.cli.options import DEFAULT_PROFILE, DictionaryOption
from roster_toolkit.cli.terminal import COMMAND, complain, emit_text
from roster_toolkit.errors import UsageError

if TYPE_CHECKING:
    import polars as pl

    from roster_toolkit.samples import Papers, Sample


def sample(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the files are written.")],
    *,
    rows: Annotated[int, typer.Option(min=1, help="Rows of the file.")] = 1000,
    fault_rate: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Share of rows with a planted fault.")
    ] = 0.01,
    seed: Annotated[int, typer.Option(help="The same seed makes the same district.")] = 1,
    score: Annotated[
        bool, typer.Option("--score", help="Check the file and compare with the answer key.")
    ] = False,
    portal: Annotated[
        int | None,
        typer.Option(metavar="SEED", help="Write what a made-up portal hands out instead."),
    ] = None,
    profile: DictionaryOption = DEFAULT_PROFILE,
) -> None:
    r"""Make a synthetic district with planted faults.

    Writes users.csv and answer-key.csv, which names every fault. With --portal, writes what
    calibrate learns from instead: template, dictionary, a file that the portal took, one that it
    answered with an error report, and its help page.

    With --score, exit code 1 where a planted fault was missed or a finding was wrong.

    \b
    Example:
      python -m roster_toolkit sample demo --rows 5000 --fault-rate 0.02
      python -m roster_toolkit sample demo --score
      python -m roster_toolkit sample demo --portal 7
    """
    from roster_toolkit.files import atomic_write, writable_folder
    from roster_toolkit.profile import load_profile
    from roster_toolkit.samples import sample_district, sample_portal

    chosen = load_profile(profile)
    if portal is not None:
        if score:
            raise UsageError("--score goes with planted faults; leave it out beside --portal.")
        _write_papers(folder, sample_portal(rows, seed=portal, profile=chosen))
        return
    district = sample_district(rows, seed=seed, fault_rate=fault_rate, profile=chosen)
    writable_folder(folder)
    with atomic_write(folder / "users.csv") as file:
        file.write(district.csv)
    with atomic_write(folder / "answer-key.csv") as file:
        district.answer_key.write_csv(file)
    complain(f"Written to {folder}: users.csv, answer-key.csv.")
    if score and not _print_score(district):
        raise typer.Exit(1)


def _write_papers(folder: Path, papers: Papers) -> None:
    """Write a portal's papers, and say how to learn from them."""
    from roster_toolkit.files import atomic_write, writable_folder

    writable_folder(folder)
    for name, content in papers.files.items():
        with atomic_write(folder / name) as file:
            file.write(content)
    complain(f"Written to {folder}: {', '.join(papers.files)}.")
    named = {name: shlex.quote(str(folder / name)) for name in papers.files}
    emit_text(
        "Learn this portal from them:\n"
        f"  {COMMAND} calibrate --template {named['template.csv']} "
        f"--accepted {named['accepted.csv']} "
        f"--refused {named['sent.csv']} {named['users-errors.csv']} --out ours.toml\n"
    )


def _print_score(district: Sample) -> bool:
    """Print recall and precision by rule; returns whether all of them are 1."""
    import polars as pl

    from roster_toolkit.reviewing.review import review
    from roster_toolkit.samples import score

    keys = {column.name: key for key, column in district.profile.columns.items()}
    findings = review(district.csv, profile=district.profile).findings
    by_key = findings.with_columns(
        pl.col("column").replace_strict(keys, default=None, return_dtype=pl.String)
    )
    table = score(by_key, district)
    emit_text("\n".join(_table(table)) + "\n")
    return table.select((pl.col("recall", "precision").fill_null(1.0) == 1).all()).row(0) == (
        True,
        True,
    )


def _table(table: pl.DataFrame) -> list[str]:
    lines = [f"{'rule':<6}{'planted':>9}{'found':>9}{'right':>9}{'recall':>9}{'precision':>11}"]
    for code, planted, found, right, recall, precision in table.iter_rows():
        shares = ("-" if share is None else f"{share:.2f}" for share in (recall, precision))
        one, other = shares
        lines.append(f"{code:<6}{planted:>9}{found:>9}{right:>9}{one:>9}{other:>11}")
    return lines
