"""snapshot prune: what is older than it may be kept is forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from roster_toolkit.cli.options import StoreOption
from roster_toolkit.cli.stored import open_store
from roster_toolkit.cli.terminal import emit_text
from roster_toolkit.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from roster_toolkit.store import Snapshot


def prune(
    *,
    older_than: Annotated[
        int, typer.Option(metavar="DAYS", help="Days that a snapshot may be kept.")
    ],
    store: StoreOption = None,
    district: Annotated[
        str | None, typer.Option(metavar="NAME", help="One district; by default all.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do it.")] = False,
) -> None:
    r"""Delete snapshots that are older than a number of days, permanently.

    The latest snapshot of a district stays, whatever its age. What is deleted is in the store's
    file no longer, not even as unused bytes. Without --yes nothing is changed; it says what would
    be deleted.

    \b
    Example:
      python -m roster_toolkit snapshot prune --older-than 365 --yes
    """
    roster_store = open_store(store)
    if yes:
        pruned = roster_store.prune(older_than, district)
    else:
        pruned = roster_store.outdated(older_than, district)
    if not pruned:
        emit_text(
            f"Nothing to delete: no snapshot but the latest is older than {older_than} days.\n"
        )
        return
    if not yes:
        raise UsageError(f"This would delete {_told(pruned)}, permanently. Add --yes to do it.")
    emit_text(f"Deleted permanently: {_told(pruned)}.\n")


def _told(pruned: Mapping[str, tuple[Snapshot, ...]]) -> str:
    """`snapshots 1 to 4 of 'Avon' and snapshot 1 of 'Bell'`."""
    from roster_toolkit.text import listed

    return listed(
        f"{_numbers([snapshot.number for snapshot in old])} of {name!r}"
        for name, old in pruned.items()
    )


def _numbers(numbers: list[int]) -> str:
    first, last = numbers[0], numbers[-1]
    return f"snapshot {first}" if first == last else f"snapshots {first} to {last}"
