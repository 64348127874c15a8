"""snapshot upgrade: a store of an earlier toolkit, copied for this one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from roster_toolkit.cli.options import StoreOption
from roster_toolkit.cli.stored import holdings_text, open_store
from roster_toolkit.cli.terminal import emit_text


def upgrade(
    *,
    out: Annotated[Path, typer.Option(metavar="COPY", help="Where the copy goes; a new file.")],
    store: StoreOption = None,
) -> None:
    r"""Copy a store of an earlier toolkit into a new file that this one reads.

    The store itself stays as it is. The copy appears whole or not at all, and holds every district
    and every snapshot.

    Exit code: 0 copied, 2 no store of an earlier toolkit, or no room for the copy.

    \b
    Example:
      python -m roster_toolkit snapshot upgrade --store roster.duckdb --out roster-2.duckdb
    """
    from roster_toolkit.districts import Store

    old = open_store(store)
    old.upgrade(out)
    emit_text(
        f"Copied to {out}: {holdings_text(Store(out))}. {old.path} is as it was. Name the copy "
        "with --store or ROSTER_STORE, or put it in the place of the old one.\n"
    )
