"""Copy a store of an earlier format into a new file of this one; the old file stays as it is."""

from __future__ import annotations

from pathlib import Path

from roster_toolkit.store.connect import in_memory, made_beside
from roster_toolkit.store.copying import attach_old, copied, filling
from roster_toolkit.store.schema import REGISTERS, TABLES


def upgrade(path: Path, copy: Path) -> None:
    """Write what a store holds to a new file, which gets its name when it is whole.

    What an earlier format lacks begins empty: its districts have no profile of their own.
    """
    with in_memory() as con:
        attach_old(con, path)
        with made_beside(copy) as made, filling(con, made):
            for table in (*REGISTERS, *(records.name for records in TABLES)):
                copied(con, table)
