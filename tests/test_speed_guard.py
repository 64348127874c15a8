"""The guard over the speed of `check`, on ratios of processor time and never on the clock."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.guard import RATIOS, too_slow

REPOSITORY = Path(__file__).parent.parent


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "wait4"), reason="this system tells no child's time")
def test_a_check_takes_no_more_of_a_bare_read_than_it_did() -> None:
    command = [sys.executable, "-m", "benchmarks.guard"]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("state", RATIOS)
def test_a_slip_of_half_as_long_again_is_told_and_noise_is_not(state: str) -> None:
    noise = {each: ratio * 1.2 for each, ratio in RATIOS.items()}
    slip = noise | {state: RATIOS[state] * 1.5}

    assert too_slow(noise) == []
    (sentence,) = too_slow(slip)
    assert f"check of a file, {state}: {slip[state]:.2f} times" in sentence
