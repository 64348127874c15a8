"""csv-diff: each kind of record compared by its key, from CSV files that are read before."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from csv_diff import compare, load_csv

from benchmarks.timing import tell

KINDS = ("people", "classes", "enrollments")


def records(side: str, kind: str) -> dict[str, Any]:
    """Key → record."""
    with (Path(sys.argv[1]) / f"{side}-{kind}.csv").open(encoding="utf-8", newline="") as file:
        return load_csv(file, key="key")  # type: ignore[no-any-return]


if __name__ == "__main__":
    sides = {kind: (records("before", kind), records("after", kind)) for kind in KINDS}
    tell(
        lambda: {kind: compare(*both) for kind, both in sides.items()},
        counted=lambda found: {
            kind: [len(told[what]) for what in ("added", "removed", "changed")]
            for kind, told in found.items()
        },
    )
