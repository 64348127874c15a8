"""The files that are measured, each made by `python -m benchmarks.files KIND ROWS PATH`.

They are made in processes of their own, so that the one that measures stays small.
"""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import polars as pl

from benchmarks.common_rules import CODES, checks_of, planted
from roster_toolkit.districts import Store
from roster_toolkit.profile import load_profile
from roster_toolkit.rosters.download import read_download
from roster_toolkit.rosters.roster import Roster
from roster_toolkit.rules.registry import catalogue
from roster_toolkit.samples import clean_district, sample_district
from roster_toolkit.samples.sample import csv_bytes

SEED, DISTRICT = 1, "Avon"
#: What identifies a record where it is not the first column.
_KEYS = {"people": ["userId"], "classes": ["classId"], "enrollments": ["person", "class"]}
PROFILE = load_profile()


def clean(rows: int, path: Path) -> None:
    """A district without a fault."""
    path.write_bytes(csv_bytes(clean_district(rows, SEED, PROFILE), PROFILE))


def faults(rows: int, path: Path) -> None:
    """One row of a hundred has a fault, of every kind that we know how to plant."""
    path.write_bytes(sample_district(rows, seed=SEED, fault_rate=0.01, profile=PROFILE).csv)


def bad(rows: int, path: Path) -> None:
    """Every row has a fault, in one of four ways."""
    turn = pl.int_range(pl.len()) % 4
    wrong = {
        "userEmail": pl.int_range(pl.len()).cast(pl.String) + "@@" + pl.col("userEmail"),
        "userGrade": "Grade " + pl.col("userGrade"),
        "classGrade": "0" + pl.col("classGrade"),
        "userRole": pl.col("userRole").str.to_lowercase(),
    }
    spoiled = {key: pl.when(turn == at).then(cell) for at, (key, cell) in enumerate(wrong.items())}
    # Where the cell whose turn it is is blank, it is the role's turn.
    others = [spoiled[key] for key in wrong if key != "userRole"]
    spoiled["userRole"] = pl.when(pl.coalesce(others).is_null()).then(wrong["userRole"])
    district = clean_district(rows, SEED, PROFILE)
    cells = [pl.coalesce(cell, key).alias(key) for key, cell in spoiled.items()]
    path.write_bytes(csv_bytes(district.with_columns(cells), PROFILE))


def fixable(rows: int, path: Path) -> None:
    """Three rows of ten have a role in small letters, which is a safe fix."""
    damaged = pl.int_range(pl.len()) % 10 < 3  # noqa: PLR2004 - three of ten
    lowered = pl.when(damaged).then(pl.col("userRole").str.to_lowercase()).otherwise("userRole")
    district = clean_district(rows, SEED, PROFILE).with_columns(userRole=lowered)
    path.write_bytes(csv_bytes(district, PROFILE))


def quoted(rows: int, path: Path) -> None:
    """The same with every cell in quotes."""
    fixable(rows, path)
    text = io.StringIO()
    records = csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline=""))
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(records)
    path.write_text(text.getvalue(), encoding="utf-8", newline="")


def unmatched(rows: int, path: Path) -> None:
    """A grade that no rule allows, in every row: what Pandera has to name one by one."""
    district = clean_district(rows, SEED, PROFILE).with_columns(userGrade=pl.lit("bad"))
    path.write_bytes(csv_bytes(district, PROFILE))


def store(rows: int, path: Path) -> None:
    """A new store that holds the district without a fault."""
    path.unlink(missing_ok=True)
    Store(path).add(DISTRICT, _roster(rows), source="portal", profile=PROFILE)


def thirteen(rows: int, path: Path) -> None:
    """A file for the rules that all can state; beside it what they are, and our profile of them."""
    district = clean_district(rows, SEED, PROFILE).fill_null("")
    path.write_bytes(csv_bytes(planted(district), PROFILE))
    path.with_suffix(".json").write_text(json.dumps(checks_of(PROFILE)), encoding="utf-8")
    others = [code for code in catalogue() if code not in CODES]
    silent = "".join(f"[rules.{code}]\nenabled = false\n" for code in others)
    path.with_suffix(".toml").write_text(f'extends = "{PROFILE.name}"\n{silent}', encoding="utf-8")


def rosters(rows: int, path: Path) -> None:
    """A folder with a district before and after some of it has changed, in another order.

    One person of 200 has come and one has gone, with their enrollments; one of 100 has another
    name, and one enrollment of 100 another leader. Each kind of record is a Parquet file, and a
    CSV file with its key in one column.
    """
    path.mkdir(exist_ok=True)
    all_of_them = _roster(rows)
    person = pl.col("person")
    before = _without(all_of_them, person % 200 == 0)
    stayed = _without(all_of_them, person % 200 == 1)
    renamed = pl.when(person % 100 == 1).then(pl.lit("Changed")).otherwise("userLastName")
    other_leader = pl.col("leads") ^ ((person * 7 + pl.col("class")) % 100 == 0)
    after = replace(
        stayed,
        people=_shuffled(stayed.people.with_columns(userLastName=renamed)),
        enrollments=_shuffled(stayed.enrollments.with_columns(leads=other_leader)),
    )
    for side, roster in (("before", before), ("after", after)):
        for kind in ("schools", "people", "memberships", "classes", "enrollments"):
            frame: pl.DataFrame = getattr(roster, kind)
            frame.write_parquet(path / f"{side}-{kind}.parquet")
            keyed = pl.concat_str(_KEYS.get(kind, frame.columns[0]), separator="|")
            told = frame.drop("source", strict=False).with_columns(key=keyed)
            told.write_csv(path / f"{side}-{kind}.csv")


def _without(roster: Roster, gone: pl.Expr) -> Roster:
    enrollments = roster.enrollments.with_columns(pl.col("leads").fill_null(value=False))
    return replace(
        roster,
        people=roster.people.filter(~gone),
        memberships=roster.memberships.filter(~gone),
        enrollments=enrollments.filter(~gone),
    )


def _shuffled(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.sample(fraction=1, shuffle=True, seed=SEED)


def _roster(rows: int) -> Roster:
    download = csv_bytes(clean_district(rows, SEED, PROFILE), PROFILE)
    return read_download(download, PROFILE).roster


KINDS: dict[str, Callable[[int, Path], None]] = {
    made.__name__: made
    for made in (clean, faults, bad, fixable, quoted, unmatched, store, thirteen, rosters)
}


if __name__ == "__main__":
    KINDS[sys.argv[1]](int(sys.argv[2]), Path(sys.argv[3]))
