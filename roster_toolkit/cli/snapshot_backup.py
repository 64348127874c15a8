"""snapshot backup and restore: a copy of the whole store, and the store from a copy."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from roster_toolkit.cli.options import StoreOption
from roster_toolkit.cli.stored import holdings_text, open_store
from roster_toolkit.cli.terminal import emit_text


def backup(
    *,
    out: Annotated[Path, typer.Option(metavar="FILE", help="Where the copy goes; a new file.")],
    store: StoreOption = None,
) -> None:
    r"""Copy the whole store into a new file, while the app may go on.

    The copy is the store at one moment, read back and compared before it gets its name. It holds
    what the store holds, so keep it as you keep the store. A mask's key lies beside the store and
    is not in it.

    Exit code: 0 copied, 2 no store, no room, or a file of that name.

    \b
    Example:
      python -m roster_toolkit snapshot backup --out backups/roster-monday.duckdb
    """
    from roster_toolkit.districts import Store

    roster_store = open_store(store)
    roster_store.backup(out)
    emit_text(f"Copied to {out}: {holdings_text(Store(out))}.\n")


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A backup.")],
    *,
    store: StoreOption = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Where there is a store: keep it beside.")
    ] = False,
) -> None:
    r"""Make the store what a backup holds; the backup stays as it is.

    There must be no store yet. With --replace one that is there, even a damaged one, is kept beside
    under another name. A backup of an earlier toolkit is upgraded on the way.

    Exit code: 0 restored, 2 no backup, or a store in its place.

    \b
    Example:
      python -m roster_toolkit snapshot restore backups/roster-monday.duckdb --replace
    """
    roster_store = open_store(store)
    kept = roster_store.restore(file, replace=replace)
    sentences = [f"Restored {roster_store.path}: {holdings_text(roster_store)}."]
    if kept is not None:
        sentences.append(f"What was there is kept as {kept}; delete it once nobody needs it.")
    emit_text(" ".join(sentences) + "\n")
