"""How long "check again" takes after an edit: the file patched, read, judged and compared anew.

    python benchmarks/edit_speed.py [ROWS]

Each file alone and beside a roster. The seconds of the processor say more than those of the clock
on a machine that has other work.
"""

from __future__ import annotations

import csv
import io
import sys
from time import perf_counter, process_time

import roster_toolkit as rt


def timed(name: str, data: bytes, against: bytes | None = None) -> None:
    """Print what one edit takes, the best of three."""
    review = rt.review(data, against=against)
    row = int(review.findings["row"].drop_nulls()[0])
    taken = []
    for attempt in range(3):
        clock, processor = perf_counter(), process_time()
        edited = review.edit(row, "userLastName", f"Lee {attempt}")
        rt.compare_attempts(review, edited)
        taken.append((process_time() - processor, perf_counter() - clock))
    print(  # noqa: T201  (the result of this script)
        f"{name:34} {review.upload.records:>9,} rows {len(data) / 1e6:6.1f} MB"
        f"  processor {min(taken)[0]:5.2f} s  clock {min(clock for _, clock in taken):5.2f} s"
    )


def quoted(data: bytes) -> bytes:
    """The same with every cell in quotes."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerows(csv.reader(io.StringIO(data.decode(), newline="")))
    return text.getvalue().encode()


def main(rows: int = 100_000) -> None:
    """Time the files."""
    data = rt.sample_district(rows, fault_rate=0.01, seed=1, profile=rt.load_profile()).csv
    roster = rt.review(data).repair().fixed.data
    timed("1% faults", data)
    timed("1% faults, beside a roster", data, roster)
    timed("all quoted", quoted(data))
    timed("UTF-16", data.decode().encode("utf-16"))


if __name__ == "__main__":
    main(int((sys.argv[1:2] or ["100000"])[0]))
