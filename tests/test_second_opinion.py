"""A slow second opinion: the rules applied to every row as it stands find what the engine finds."""

from __future__ import annotations

import csv
import io
from collections import Counter
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle_sheet import Sheet
from test_derive_pandera import frame_of, said_by_us

from roster_toolkit.ingest import read_upload
from roster_toolkit.model import Entity, Profile
from roster_toolkit.profile import load_profile
from roster_toolkit.rules.examples import example_file, example_profile
from roster_toolkit.rules.registry import catalogue, rules_of
from roster_toolkit.samples import sample_district
from roster_toolkit.samples.sample import csv_bytes


def said_by_the_sheet(frame: pl.DataFrame, profile: Profile) -> Counter[tuple[int, str, str]]:
    """(row of the frame, header, code) of every error."""
    columns = profile.columns
    person = next(c.name for c in columns.values() if c.identifies == Entity.PERSON)
    faults = Sheet.of(frame, profile, rules_of(profile)).faults
    return Counter(
        (row, person if key is None else columns[key].name, code)
        for (code, key), fault in faults.items()
        for row in fault.arg_true()
    )


def assert_agreement(data: bytes, profile: Profile) -> int:
    """Both say the same of a file; gives how many errors, or -1 where it cannot be a frame."""
    upload = read_upload(data, profile)
    frame = frame_of(upload, profile)
    if frame is None:
        return -1
    # A line that is no record is judged by no rule, as a blank one.
    no_record = pl.int_range(pl.len()).is_in(upload.remarks["index"].implode())
    judged = frame.with_columns(pl.when(no_record).then(pl.lit("")).otherwise(pl.all()).name.keep())
    sheet, engine = said_by_the_sheet(judged, profile), said_by_us(upload, profile)
    assert sheet - engine == Counter()
    assert engine - sheet == Counter()
    return engine.total()


@pytest.mark.parametrize("code", catalogue())
@pytest.mark.parametrize("which", ["bad", pytest.param("good", marks=pytest.mark.slow)])
def test_the_second_opinion_agrees_on_the_examples_of_a_rule(code: str, which: str) -> None:
    rule = catalogue()[code]
    profile = example_profile(rule.shown_with)

    assert_agreement(example_file(getattr(rule, which), profile), profile)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["batch-upload", "third-party"])
@pytest.mark.parametrize("seed", [1, 2])
def test_the_second_opinion_agrees_on_a_district_full_of_faults(name: str, seed: int) -> None:
    profile = load_profile(name)
    sample = sample_district(2_000, seed=seed, fault_rate=0.3, profile=profile)
    ragged = pl.col("at").is_in(list(sample.lines))
    frame = sample.frame.with_row_index("at").filter(~ragged).drop("at")

    failures = assert_agreement(csv_bytes(frame, profile), profile)

    assert failures > 100


CELLS = {
    "action": ["", "", "", "REMOVE-CLASS", "REMOVE-USER", "REMOVE-ENROLLMENT", "remove-class"],
    "schoolId": ["1", "1", "2", "", "5-Mar", " 1"],
    "userId": ["S1", "S1", "S2", "s1", "0S1", "T1", "", "12 34", "#N/A", "N/A"],
    "userDistrictId": ["", "D1", "D2"],
    "userStateId": ["", "X1", "x1", "TBD"],
    "userRole": ["Student", "Student", "Teacher", "Administrator", "", "teacher"],
    "userFirstName": ["Ana", "Ana", "Bo", "", "NULL"],
    "userLastName": ["Lee", "Lee", "Li", "lee", "\u200bLee"],
    "userEmail": ["a@b.org", "A@b.org", "c@b.org", "a@amplify.com", "a@b", "", "n/a", "ana"],
    "userGrade": ["3", "3", "4", "", "03"],
    "classId": ["C1", "C1", "C2", "", "c1", "1.2E+05", "Math"],
    "className": ["Math", "Math", "Art", ""],
    "classDisplayName": ["", "M"],
    "classGrade": ["3", "3", "", "K", "x"],
    "classSubject": ["", "Math"],
    "primary_teacher": ["", "TRUE", "FALSE", "yes"],
}


def strict(name: str) -> Profile:
    """A profile whose warnings reject rows and whose list of actions is complete."""
    actual: dict[str, Any] = load_profile(name).model_dump()
    actual["rules"] = {code: {"severity": "error"} for code in ("RT301", "RT305", "RT306")}
    actual["rules"]["RT106"] = {"severity": "warning"}
    actions = actual["vocabularies"]["action"]
    actions["accepts"] = ("REMOVE-CLASS", "REMOVE-USER", "REMOVE-ENROLLMENT")
    actions["means"] = {action: action.lower() for action in actions["accepts"]}
    return Profile.model_validate(actual)


PROFILES = {
    "batch-upload": load_profile(),
    "third-party": load_profile("third-party"),
    "strict": strict("batch-upload"),
}


@pytest.mark.slow
@settings(max_examples=20)
@given(
    st.lists(st.tuples(*(st.sampled_from(cells) for cells in CELLS.values())), max_size=8),
    st.sampled_from(sorted(PROFILES)),
    # Without names the engine judges people by less (RT302), which the sheet cannot.
    st.sets(st.sampled_from(sorted(set(CELLS) - {"userFirstName", "userLastName"})), max_size=2),
)
def test_the_second_opinion_agrees_on_whatever_a_file_holds(
    rows: list[tuple[str, ...]], name: str, left_out: set[str]
) -> None:
    kept = [at for at, key in enumerate(CELLS) if key not in left_out]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for row in (tuple(CELLS), *rows):
        writer.writerow(row[at] for at in kept)

    assert_agreement(text.getvalue().encode(), PROFILES[name])
