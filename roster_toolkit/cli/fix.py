"""fix: a copy of a file with what can be repaired."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from roster_toolkit.cli.check import STDIN, exit_code
from roster_toolkit.cli.options import (
    DEFAULT_SEASON,
    AgainstOption,
    BesideOption,
    DistrictOption,
    Format,
    FormatOption,
    ProfileOption,
    SchoolsOption,
    SeasonOption,
    SnapshotOption,
    StoreOption,
)
from roster_toolkit.cli.roster_option import roster_and_profile
from roster_toolkit.cli.terminal import complain, emit_bytes, emit_text, stages
from roster_toolkit.errors import UsageError

if TYPE_CHECKING:
    from roster_toolkit.reviewing.review import Review


def fix(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A users.csv; - reads stdin.")],
    *,
    out: Annotated[Path, typer.Option(metavar="FILE", help="Where the fixed copy goes.")],
    confirm: Annotated[
        str,
        typer.Option(
            metavar="CODE[:VALUE],…", help="Fixes that are probably right and that you confirm."
        ),
    ] = "",
    edits: Annotated[
        Path | None,
        typer.Option(
            metavar="EDITS.csv",
            help="Cells to change: row,column,before,value; the log of a fix will do.",
        ),
    ] = None,
    log: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Every changed cell, before and after.")
    ] = None,
    profile: ProfileOption = None,
    against: AgainstOption = None,
    store: StoreOption = None,
    district: DistrictOption = None,
    snapshot: SnapshotOption = None,
    schools: SchoolsOption = None,
    beside: BesideOption = None,
    season: SeasonOption = DEFAULT_SEASON,
    form: FormatOption = Format.TEXT,
) -> None:
    r"""Write a copy with the safe fixes, and those that you confirm; then check it.

    The file itself is never changed, and rows without a fix stay exactly as they are. Our own error
    file, corrected in place, becomes a users.csv again, and so does a workbook with our headers. An
    edit is made only where the cell still is what the list says it was before; no fix changes it.

    \b
    Example:
      python -m roster_toolkit fix users.csv --out users-fixed.csv
      python -m roster_toolkit fix users.csv --out users-fixed.csv --confirm RT103,RT102:Grade3
      python -m roster_toolkit fix users.csv --out users-fixed.csv --edits edits.csv
    """
    from roster_toolkit.files import atomic_write, never_over
    from roster_toolkit.repair import write_fixed
    from roster_toolkit.report.json import review_json
    from roster_toolkit.report.repairs import repairs_text
    from roster_toolkit.report.tables import log_csv
    from roster_toolkit.reviewing.review import review

    if schools is not None and against is None and district is None:
        raise UsageError("--schools goes with a roster: --against or --district.")
    roster, chosen = roster_and_profile(against, store, district, snapshot, profile)
    source = sys.stdin.buffer.read() if file == STDIN else file
    name = "stdin" if file == STDIN else None
    if log is not None and file != STDIN:
        never_over(log, file)
    for target in (out, log):
        if target is not None:
            never_over(target, edits, "the list of edits")
    with stages() as begin:
        before = review(
            source, name=name, profile=chosen, against=roster, schools=schools, season=season,
            beside=beside, progress=begin,
        )  # fmt: skip
        begin("Fixing a copy")
        edited = before if edits is None else before.edited(edits)
        repair = edited.repair(confirm or (), name=out.name, progress=begin)
        fixed, after = repair.fixed, repair.review
        begin("Writing the copy")
        write_fixed(fixed, out, source=None if file == STDIN else file)
        if log is not None:
            with atomic_write(log) as stream:
                stream.write(log_csv(fixed, before.profile))
        if form is Format.JSON:
            emit_bytes(review_json(after, extra=_edits_json(edited) if edits else None))
        else:
            emit_text(repairs_text(before, after, fixed, edited.edits_left))
    complain(f"Written: {out}{f' and {log}' if log else ''}.")
    raise typer.Exit(exit_code(after))


def _edits_json(edited: Review) -> dict[str, Any]:
    """How many edits were made, and which were not."""
    left = edited.edits_left
    cells = [] if left is None else left.select("row", "column").rows(named=True)
    return {"edits": {"made": edited.edits.height, "not_made": len(cells), "cells_not_made": cells}}
