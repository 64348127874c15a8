"""template: a users.csv to fill in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from roster_toolkit.cli.options import DEFAULT_PROFILE, DictionaryOption
from roster_toolkit.cli.terminal import complain, emit_bytes


def template(
    *,
    profile: DictionaryOption = DEFAULT_PROFILE,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write it there instead of to stdout.")
    ] = None,
) -> None:
    r"""Write the header line and example rows of a users.csv.

    \b
    Example:
      python -m roster_toolkit template --out users.csv
    """
    from roster_toolkit.derive.template import template_csv
    from roster_toolkit.profile import load_profile

    content = template_csv(load_profile(profile))
    if out is None:
        emit_bytes([content])
        return
    from roster_toolkit.files import atomic_write

    with atomic_write(out) as file:
        file.write(content)
    complain(f"Written to {out}. Delete the example rows before you upload it.")
