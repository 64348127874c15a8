"""A district with planted faults and its answer key: `Sample`, and the mixture of all faults."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import polars as pl

from roster_toolkit.errors import UsageError
from roster_toolkit.model import Profile
from roster_toolkit.samples.catalog import BY_CODE, FAULTS
from roster_toolkit.samples.district import clean_district
from roster_toolkit.samples.fault_planner import KEY_SCHEMA, FaultPlanner


@dataclass(frozen=True, slots=True)
class PlantedCause:
    """What was planted under one code in one column, for a reader."""

    code: str
    column: str | None
    title: str
    rows: int
    """Rows with a finding of it; 0 where it stands on no row."""
    findings: int


@dataclass(frozen=True)
class Sample:
    """A file with faults, and the findings that the contract demands of it: all of them.

    `answer_key` has `row` (spreadsheet row, header = 1; null for a finding about a person, a class
    or an ID as a whole), `column` (key or null), `code`, `value`. On rows with RT208 it leaves out
    what cell and row rules say besides, and it holds nothing of stage two (RT4xx).
    """

    profile: Profile
    frame: pl.DataFrame = field(repr=False)
    """The rows as text under column keys, in template order; blank is null."""
    answer_key: pl.DataFrame = field(repr=False)
    planted: tuple[PlantedCause, ...]
    lines: Mapping[int, tuple[str, ...]] = field(default_factory=dict, repr=False)
    """Index of a row → the cells it has instead, where their number is not that of the headers."""
    roster: pl.DataFrame | None = field(default=None, repr=False)
    """The district before the faults, to be imported as what the portal holds."""

    @cached_property
    def csv(self) -> bytes:
        """The file: UTF-8 without a byte-order mark, comma, LF."""
        return csv_bytes(self.frame, self.profile, self.lines)

    def write(self, path: Path | str) -> None:
        """Write the file."""
        Path(path).write_bytes(self.csv)


def csv_bytes(
    frame: pl.DataFrame, profile: Profile, lines: Mapping[int, tuple[str, ...]] | None = None
) -> bytes:
    """Rows as users.csv under the profile's headers; `lines` replaces whole rows by index."""
    buffer, begin = io.BytesIO(), 0
    headers = [profile.columns[key].name for key in frame.columns]
    buffer.write(_line(headers))
    for row in sorted(lines or {}):
        frame[begin:row].write_csv(buffer, include_header=False)
        buffer.write(_line((lines or {})[row]))
        begin = row + 1
    frame[begin:].write_csv(buffer, include_header=False)
    return buffer.getvalue()


def _line(cells: tuple[str, ...] | list[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue().encode()


def sample_district(
    rows: int, *, seed: int, fault_rate: float = 0.01, profile: Profile, roster: bool = False
) -> Sample:
    """A district of `rows` rows with a seeded mixture of all row-level faults.

    `fault_rate` is the share of rows with a finding, findings without a row counted as one. Every
    kind is planted once if the district has room, even where that exceeds the rate; then round
    after round until the rate is reached or nobody is left to plant on. With `roster`, the sample
    also holds the district as it was before.

    >>> made = rt.sample_district(60, seed=1, fault_rate=0.1, profile=review.profile)
    >>> made.frame.height
    60
    """
    if not 0 <= fault_rate <= 1:
        raise UsageError("The fault rate is a share of the rows, between 0 and 1.")
    clean = clean_district(rows, seed, profile)
    planner = FaultPlanner(clean, seed, profile)
    if fault_rate:
        _plant_mixture(planner, fault_rate * rows)
    return sample_of(planner, roster=clean if roster else None)


def planted_district(
    rows: int, counts: Mapping[str, int], *, seed: int, profile: Profile
) -> Sample:
    """A district with so many instances of each code and no other fault."""
    planner = FaultPlanner(clean_district(rows, seed, profile), seed, profile)
    for code, count in counts.items():
        for turn in range(count):
            BY_CODE[code].plant(planner, turn)
    return sample_of(planner)


def _plant_mixture(planner: FaultPlanner, budget: float) -> None:
    """Round after round; a kind's n-th instance is its n-th variant, whatever the round."""
    turns = dict.fromkeys(BY_CODE, 0)
    number, room = 0, True
    while room:
        room = False
        for fault in FAULTS:
            if number % fault.every:
                continue
            if number and planner.spent >= budget:
                return
            if fault.plant(planner, turns[fault.code]):
                room = True
            turns[fault.code] += 1
        number += 1


def sample_of(planner: FaultPlanner, *, roster: pl.DataFrame | None = None) -> Sample:
    """What was with_faults, with its key and a summary by code and column."""
    key = planner.answer_key()
    return Sample(
        profile=planner.profile,
        frame=planner.with_faults(),
        answer_key=key,
        planted=causes_of(key, {fault.code: fault.title for fault in FAULTS}),
        lines=dict(planner.lines),
        roster=roster,
    )


def causes_of(key: pl.DataFrame, titles: Mapping[str, str]) -> tuple[PlantedCause, ...]:
    """The answer key in summary."""
    counted = (
        key.group_by("code", "column")
        .agg(rows=pl.col("row").n_unique() - pl.col("row").has_nulls(), findings=pl.len())
        .sort("code", "column", nulls_last=True)
    )
    return tuple(
        PlantedCause(code, column, titles[code], rows, findings)
        for code, column, rows, findings in counted.rows()
    )


__all__ = ["KEY_SCHEMA", "PlantedCause", "Sample", "planted_district", "sample_district"]
