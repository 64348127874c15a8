"""What is planted is found, and nothing else: recall and precision against the answer key."""

from __future__ import annotations

import polars as pl
import pytest

from roster_toolkit.profile import load_profile
from roster_toolkit.reviewing.review import review
from roster_toolkit.samples import sample_district, score


@pytest.mark.parametrize("profile", ["batch-upload", "third-party"])
@pytest.mark.parametrize(
    "seed", [11, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (12, 13))]
)
def test_every_planted_fault_is_found_and_no_other(seed: int, profile: str) -> None:
    dictionary = load_profile(profile)
    sample = sample_district(10_000, seed=seed, fault_rate=0.05, profile=dictionary)
    keys = {column.name: column.key for column in dictionary.columns.values()}

    found = review(sample.csv, profile=dictionary).findings
    table = score(found.select("row", pl.col("column").replace(keys), "code", "value"), sample)

    short_of_it = (pl.col("recall") < 1) | (pl.col("precision") < 1)
    assert table.filter(short_of_it).to_dicts() == []
    assert table.filter(pl.col("code") == "all")["planted"].item() > 300
