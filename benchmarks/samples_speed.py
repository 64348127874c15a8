"""How long a synthetic district takes: clean, with faults, and as bytes.

Run from the root of the project: `python -m benchmarks.samples_speed [ROWS]`.
"""

from __future__ import annotations

import sys
import time

from roster_toolkit.profile import load_profile
from roster_toolkit.samples import clean_district, sample_district


def main(rows: int) -> None:
    """Print the seconds of each step."""
    profile = load_profile()
    start = time.perf_counter()
    clean_district(rows, 1, profile)
    clean = time.perf_counter()
    sample = sample_district(rows, seed=1, profile=profile)
    planted = time.perf_counter()
    size = len(sample.csv)
    written = time.perf_counter()
    sys.stdout.write(
        f"{rows:,} rows, {size / 1e6:.0f} MB: clean district {clean - start:.2f} s, "
        f"with {sample.answer_key.height:,} findings planted {planted - clean:.2f} s, "
        f"written {written - planted:.2f} s\n"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
