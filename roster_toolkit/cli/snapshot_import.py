"""snapshot import: current data become a district's next snapshot."""

from __future__ import annotations

import textwrap
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from roster_toolkit.cli.options import (
    DEFAULT_SEASON,
    ProfileOption,
    SchoolsOption,
    SeasonOption,
    StoreOption,
)
from roster_toolkit.cli.stored import (
    DistrictOption,
    SchoolOption,
    compare_snapshots,
    open_store,
    sizes_text,
)
from roster_toolkit.cli.terminal import coded, emit_text

if TYPE_CHECKING:
    from roster_toolkit.districts import Store
    from roster_toolkit.model import Profile
    from roster_toolkit.operations.importing import Imported

#: Maximum row ranges that are listed.
_ROWS_NAMED = 20
#: Maximum sentences per code on why an import is stopped, and their width.
_REASONS, _WIDTH = 6, 100


class Source(StrEnum):
    """Where a district's roster comes from."""

    PORTAL = "portal"
    CLEVER = "clever"
    CLASSLINK = "classlink"
    GG4L = "gg4l"
    ONEROSTER = "oneroster"


class Data(StrEnum):
    """The parts of a district; repeats `Part`, which takes longer to load."""

    ALL = "all"
    STUDENTS = "students"
    STAFF = "staff"
    ADMINS = "admins"


DataOption = Annotated[Data, typer.Option(help="Which part of the district it is.")]


def import_(
    file: Annotated[
        Path, typer.Argument(metavar="FILE|DIR", help="A download, or files of OneRoster.")
    ],
    *,
    district: DistrictOption,
    store: StoreOption = None,
    source: Annotated[
        Source | None, typer.Option(help="Where the district's roster comes from.")
    ] = None,
    data: DataOption = Data.ALL,
    school: SchoolOption = "",
    schools: SchoolsOption = None,
    accept: Annotated[
        str, typer.Option(metavar="CODE,…", help="Warnings that shall not stop it.")
    ] = "",
    season: SeasonOption = DEFAULT_SEASON,
    label: Annotated[str, typer.Option(metavar="TEXT", help="A name for the snapshot.")] = "",
    profile: ProfileOption = None,
    day: Annotated[
        datetime | None,
        typer.Option(
            "--date",
            formats=["%Y-%m-%d"],
            metavar="DAY",
            help="In OneRoster files, leave out what ended before it; by default today.",
        ),
    ] = None,
) -> None:
    r"""Add a snapshot made of current data.

    People of the part that is named who are absent from the file leave; classes leave only under
    --data all. Rows without the ID of a school or person are left out and listed. Stops, with
    nothing changed, where very much would change or leave, where the data seem to be another
    district's, hold changes only or not the part that is named, or lack the schools, until
    --accept names the code.

    Exit code: 0 imported, 1 stopped, 2 no usable file, store or option.

    \b
    Example:
      python -m roster_toolkit snapshot import download.csv --district Avon
      python -m roster_toolkit snapshot import staff.csv --district Avon --data staff
      python -m roster_toolkit snapshot import download.csv --district Avon --accept RT412
    """
    from roster_toolkit.model import Part
    from roster_toolkit.operations.importing import import_data

    roster_store = open_store(store)
    imported = import_data(
        file, roster_store, district,
        district_source=source, part=Part(data), school=school, schools=schools, label=label,
        profile=profile, season=season,
        accept=[code.strip() for code in accept.split(",") if code.strip()],
        day=day.date() if day else None,
    )  # fmt: skip
    if imported.held:
        emit_text("\n".join(_stop_lines(imported)) + "\n")
        raise typer.Exit(1)
    chosen = roster_store.profile_of(district, profile)
    emit_text("\n".join(_import_lines(imported, roster_store, district, chosen)) + "\n")


def _stop_lines(imported: Imported) -> list[str]:
    """Why the import stopped, what to do, what it would have changed, and how to accept that."""
    from roster_toolkit.rules.registry import catalogue
    from roster_toolkit.text import number

    lines = ["Stopped, and nothing was changed:"]
    for code, sentences in imported.reasons.items():
        listed_sentences = list(sentences[:_REASONS])
        if len(sentences) > _REASONS:
            listed_sentences.append(f"and {number(len(sentences) - _REASONS)} more like this")
        for sentence in listed_sentences:
            lines += coded(code, sentence)
        lines += coded(" " * len(code), catalogue()[code].how_to_fix)
    lines += [*imported.notes, *textwrap.wrap(imported.consequence, _WIDTH)]
    codes = ",".join(imported.held)
    return [*lines, f"If you intended that, add --accept {codes}."]


def _import_lines(imported: Imported, store: Store, district: str, profile: Profile) -> list[str]:
    from roster_toolkit.report.outcomes import outcome_lines
    from roster_toolkit.text import counted, row_ranges

    lines = list(imported.notes)
    if not imported.dropped.is_empty():
        rows = row_ranges(imported.dropped.to_list(), _ROWS_NAMED)
        count = counted(imported.dropped.len(), "row")
        lines.append(
            f"Left out, without the ID of a school or person or with too many or too few cells: "
            f"{count} ({rows})."
        )
    if imported.aside:
        people = counted(imported.aside, "person", "people")
        lines.append(f"Left aside, as not of this part: {people}.")
    if imported.snapshot is None:
        return [*lines, f"Nothing differs from snapshot {imported.before}; none was made."]
    (snapshot,) = (s for s in store.snapshots(district) if s.number == imported.snapshot)
    lines.append(f"Snapshot {snapshot.number} of {snapshot.district}: {sizes_text(snapshot)}.")
    if imported.before is not None:
        differences = compare_snapshots(
            store, district, imported.before, imported.snapshot, profile
        )
        lines += ["", f"Since snapshot {imported.before}:", *outcome_lines(differences.table)]
    in_doubt = store.inactive_because(district)
    if in_doubt:
        lines.append("")
        lines.append(f"Processing is inactive: no unique ID at {', '.join(in_doubt)}.")
    return lines
