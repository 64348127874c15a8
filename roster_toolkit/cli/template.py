"""template: a users.csv to fill in, or to edit the display names of classes in."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from roster_toolkit.cli.options import DEFAULT_PROFILE, ProfileOption, StoreOption
from roster_toolkit.cli.stored import SchoolOption
from roster_toolkit.cli.terminal import COMMAND, complain, emit_bytes
from roster_toolkit.errors import UsageError


def template(
    *,
    display_names: Annotated[
        bool,
        typer.Option(
            "--display-names",
            help="Write a row for each class of a district, to edit its display name in.",
        ),
    ] = False,
    district: Annotated[
        str | None, typer.Option(metavar="NAME", help="The district whose classes they are.")
    ] = None,
    school: SchoolOption = "",
    store: StoreOption = None,
    profile: ProfileOption = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="FILE", help="Write it there instead of to stdout."),
    ] = None,
) -> None:
    r"""Write the header line and example rows of a users.csv.

    With --display-names, a row for each class of a district instead: as they are, the rows change
    nothing. Edit the names in classDisplayName, leave everything else, check the file and upload
    it. Never written over a file that exists, as it may hold names that were edited.

    \b
    Example:
      python -m roster_toolkit template --out users.csv
      python -m roster_toolkit template --display-names --district Avon --out users.csv
    """
    if display_names:
        if district is None:
            raise UsageError("--display-names needs --district, whose classes they are.")
        _write_display_names(district, school, store, profile, out)
        return
    if district is not None or school or store is not None:
        raise UsageError("--district, --school and --store go with --display-names.")
    from roster_toolkit.derive.template import template_csv
    from roster_toolkit.profile import load_profile

    _write(template_csv(load_profile(profile or DEFAULT_PROFILE)), out)
    if out is not None:
        complain(f"Written to {out}. Delete the example rows before you upload it.")


def _write_display_names(
    district: str, school: str, store: Path | None, profile: str | None, out: Path | None
) -> None:
    """Write the rows of a district's classes, and say on stderr what to do with them."""
    from roster_toolkit.districts import Store
    from roster_toolkit.reviewing.display_names import display_names
    from roster_toolkit.text import counted

    if out is not None and out.exists():
        raise UsageError(
            f"There is a file {out}, perhaps with names that were edited; choose another name."
        )
    stored = Store(store)[district]
    chosen = stored.store.profile_of(stored.name, profile)
    context = stored.against(profile=chosen)
    names = display_names(context, chosen, school or None)
    _write(names.csv, out)
    if names.left_out_because:
        complain(names.left_out_because)
    if out is not None:
        classes = counted(names.classes.height, "class", "classes")
        then = _check_command(out, stored.name, store, profile)
        complain(
            f"Written to {out}: {classes}. Edit the names in {names.column} and leave everything "
            f"else; a blank cell keeps the name. If the portal has changed since snapshot "
            f"{context.snapshot}, import its current data first. Then: {then}"
        )


def _check_command(file: Path, district: str, store: Path | None, profile: str | None) -> str:
    """The command that shows the names before and after."""
    words = [COMMAND, "check", shlex.quote(str(file)), "--district", shlex.quote(district)]
    if store is not None:
        words += ["--store", shlex.quote(str(store))]
    if profile is not None:
        words += ["--profile", shlex.quote(profile)]
    return " ".join(words)


def _write(content: bytes, out: Path | None) -> None:
    """Write to a file that appears whole or not at all, or to stdout."""
    if out is None:
        emit_bytes([content])
        return
    from roster_toolkit.files import atomic_write

    with atomic_write(out) as file:
        file.write(content)
