"""How long `fix` takes: seconds for reading, judging and repairing a synthetic district.

    python benchmarks/fix_speed.py [ROWS] [FAULT_RATE]

Three files: with a few faults, with a safe repair in 30 % of the rows, and the same with every cell
in quotes. Reading and the first check are timed apart; `fix` is the rest, its own checks included.
"""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterable
from itertools import pairwise
from time import perf_counter

from roster_toolkit.ingest import read_upload
from roster_toolkit.profile import load_profile
from roster_toolkit.repair import apply_fixes
from roster_toolkit.samples import sample_district
from roster_toolkit.validate import validate

PROFILE = load_profile()
CONFIRM = ("RT102", "RT103", "RT106", "RT109", "RT110", "RT202", "RT203")


def timed(name: str, data: bytes, confirm: Iterable[str] = ()) -> None:
    """Print the seconds of each stage."""
    times = [perf_counter()]
    upload = read_upload(data, PROFILE)
    times.append(perf_counter())
    validation = validate(upload, PROFILE)
    times.append(perf_counter())
    fixed = apply_fixes(data, upload, validation, PROFILE, confirm=tuple(confirm))
    times.append(perf_counter())
    read, judge, fix = (end - start for start, end in pairwise(times))
    print(  # noqa: T201  (the result of this script)
        f"{name:28} {upload.records:>9,} rows {len(data) / 1e6:6.1f} MB"
        f" read {read:5.2f} s  check {judge:5.2f} s  fix {fix:5.2f} s"
        f" {fixed.log.height:>8,} changes {fixed.not_made.height:>7,} not made"
    )


def damaged(data: bytes, quoting: int = csv.QUOTE_MINIMAL) -> bytes:
    """Three rows of ten with their first accepted role written in small letters."""
    header, *records = csv.reader(io.StringIO(data.decode(), newline=""))
    role = header.index(PROFILE.columns["userRole"].name)
    for number, cells in enumerate(records):
        if number % 10 < 3 and len(cells) > role:  # noqa: PLR2004
            cells[role] = cells[role].lower()
    text = io.StringIO()
    writer = csv.writer(text, quoting=quoting, lineterminator="\n")  # type: ignore[arg-type]
    writer.writerows([header, *records])
    return text.getvalue().encode()


def main(rows: int = 100_000, fault_rate: float = 0.01) -> None:
    """Time the three files."""
    data = sample_district(rows, fault_rate=fault_rate, seed=1, profile=PROFILE).csv
    timed(f"{fault_rate:.0%} faults, safe", data)
    timed(f"{fault_rate:.0%} faults, confirmed", data, CONFIRM)
    timed("30 % of rows, safe", damaged(data))
    timed("30 % of rows, all quoted", damaged(data, csv.QUOTE_ALL))


if __name__ == "__main__":
    main(int((sys.argv[1:2] or ["100000"])[0]), float((sys.argv[2:3] or ["0.01"])[0]))
