"""Whether `check` has become slow: its processor time as a multiple of that of a bare read.

    python -m benchmarks.guard

Both in the same run, whole processes in turn, and the median of several ratios: on a machine with
other work the clock says nothing, and processor time alone varies by a fifth, but a ratio hardly
does. Polars works in a single thread here: threads that wait for each other use up processor time,
and how much depends on what else the machine has to do (2.1 to 2.8 for one and the same program).
It ends with 1 where a ratio is above its bound. CI runs it as a test.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from benchmarks.bench import STATES, Files, bare_read, check, warm_up
from benchmarks.process import in_turn, say

ROWS, TURNS = 200_000, 7
#: State of the file → ratio, as measured on the day below. CONTRIBUTING.md says when to change it.
RATIOS = {"clean": 2.0, "1 % faults": 3.4}
MEASURED = "November 29, 2026"
#: Noise stays below it; a slip of one and a half does not.
ROOM = 1.3


def ratios(rows: int, turns: int) -> dict[str, float]:
    """State of the file → ratio now."""
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        warm_up(Path(folder))
        files = Files(Path(folder), rows)
        for state in RATIOS:
            path = files[STATES[state]]
            pair = {"read": bare_read(path), "check": check(path)}
            alone = {name: replace(command, threads=1) for name, command in pair.items()}
            taken = in_turn(alone, turns)
            found[state] = taken["check"].ratio
    return found


def too_slow(found: Mapping[str, float]) -> list[str]:
    """A sentence for each state whose ratio is above its bound."""
    return [
        f"check of a file, {state}: {ratio:.2f} times the processor time of a bare read; at most "
        f"{RATIOS[state] * ROOM:.2f} is allowed, {RATIOS[state]:.2f} were measured on {MEASURED}."
        for state, ratio in found.items()
        if ratio > RATIOS[state] * ROOM
    ]


def main() -> int:
    """Print the ratios, and what is wrong."""
    found = ratios(ROWS, TURNS)
    if too_slow(found):  # what is slow is slow again; a moment of the machine's seldom lasts
        again = ratios(ROWS, TURNS)
        found = {state: min(ratio, again[state]) for state, ratio in found.items()}
    for state, ratio in found.items():
        say(f"{state}: {ratio:.2f}, at most {RATIOS[state] * ROOM:.2f}")
    slow = too_slow(found)
    for sentence in slow:
        say(sentence)
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
