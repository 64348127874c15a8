"""How long people wait for the findings of a large file: seconds for a page, and for Pandera.

    python benchmarks/page_speed.py [ROWS]

A page of a category is what a click in the app asks for; it should take less than 0.05 s at 100,000
rows. Pandera has to name a failure in each row, in seconds rather than minutes.
"""

from __future__ import annotations

import sys
from time import perf_counter

import polars as pl
from pandera.errors import SchemaErrors

from roster_toolkit.derive.pandera_schema import pandera_schema
from roster_toolkit.ingest import read_upload
from roster_toolkit.profile import load_profile
from roster_toolkit.reviewing.review import review
from roster_toolkit.samples import sample_district

PROFILE = load_profile()


def page_of_a_category(rows: int) -> None:
    """Print the seconds that the first page of a category takes, once the findings are sorted."""
    result = review(sample_district(rows, seed=3, fault_rate=0.3, profile=PROFILE).csv)
    result.select(category="userEmail").page(1)
    for category in ("userGrade", "userEmail"):
        start = perf_counter()
        result.select(category=category).page(1)
        print(f"page of {category:20} {rows:>9,} rows {perf_counter() - start:7.3f} s")  # noqa: T201


def failures_of_pandera(rows: int) -> None:
    """Print the seconds that it takes the schema to name a failure in each row."""
    upload = read_upload(sample_district(rows, seed=3, fault_rate=0, profile=PROFILE).csv, PROFILE)
    names = {key: column.name for key, column in PROFILE.columns.items()}
    frame = upload.cells.rename(names, strict=False).with_columns(userGrade=pl.lit("bad"))
    start = perf_counter()
    try:
        pandera_schema(PROFILE).validate(frame, lazy=True)
    except SchemaErrors as errors:
        failures = errors.failure_cases.height
        print(f"Pandera, {failures:>9,} failures {rows:>9,} rows {perf_counter() - start:7.3f} s")  # noqa: T201


if __name__ == "__main__":
    size = int((sys.argv[1:2] or ["100000"])[0])
    page_of_a_category(size)
    failures_of_pandera(size)
