"""Put a backup in the place of a store, which is kept beside under another name."""

from __future__ import annotations

import itertools
from pathlib import Path

from roster_toolkit.errors import StoreError
from roster_toolkit.store.connect import fsync, give_name, kept_from_others, room_beside
from roster_toolkit.store.copying import copy_whole


def put_in_place(backup: Path, path: Path, patience: float) -> Path:
    """Replace a store by a copy of a backup, and return where the replaced one is kept.

    The replaced one may be damaged. The store is the old one or the new one at any moment.
    """
    if path.samefile(backup):
        raise StoreError(f"{backup} is the store itself; name the backup to restore.")
    with kept_from_others(path, patience), room_beside(path) as room:
        made = room / path.name
        copy_whole(backup, made, patience)
        fsync(made)
        kept = _keep_beside(path)
        made.replace(path)
        fsync(path.parent)
    return kept


def _keep_beside(path: Path) -> Path:
    """Give the store a second name, the first that is free, together with its write-ahead log."""
    for number in itertools.count(1):
        kept = path.with_name(f"{path.stem}.replaced-{number}{path.suffix}")
        if _log_of(kept).exists() or not give_name(path, kept):
            continue
        # A log beside a store that is not its own would be taken for it.
        if _log_of(path).exists():
            _log_of(path).rename(_log_of(kept))
        return kept
    raise AssertionError


def _log_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.wal")
