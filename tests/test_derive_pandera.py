"""The derived Pandera schema says of a frame what `validate` says of the file."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import polars as pl
import pytest
from pandera.errors import SchemaError, SchemaErrors

from roster_toolkit.derive import pandera_schema
from roster_toolkit.derive.roster_schema import RosterSchema
from roster_toolkit.errors import UsageError
from roster_toolkit.ingest import read_upload
from roster_toolkit.model import Entity, HeaderMatch, Profile, Scope, Upload
from roster_toolkit.profile import load_profile, profile_names
from roster_toolkit.rules.examples import example_file, example_profile
from roster_toolkit.rules.registry import catalogue, rules_of
from roster_toolkit.validate import validate

SAMPLES = Path(__file__).parent.parent / "data" / "samples"


_SCHEMAS: dict[str, RosterSchema] = {}


def schema_of(profile: Profile) -> RosterSchema:
    """The schema of a profile, made once for all examples."""
    if profile.sha256 not in _SCHEMAS:
        _SCHEMAS[profile.sha256] = pandera_schema(profile)
    return _SCHEMAS[profile.sha256]


def said_by_pandera(frame: pl.DataFrame, profile: Profile) -> Counter[tuple[int, str, str]]:
    """(row of the frame, header, code) of every failure."""
    try:
        schema_of(profile).validate(frame, lazy=True)
    except SchemaErrors as errors:
        failures = errors.failure_cases.filter(pl.col("check").str.contains(r"^RT\d{3}$"))
        return Counter(failures.select("index", "column", "check").rows())
    return Counter()


def said_by_us(upload: Upload, profile: Profile) -> Counter[tuple[int, str, str]]:
    """The same of every finding that the schema covers."""
    rules = {rule.number: rule for rule in rules_of(profile).values()}
    columns = list(profile.columns.values())
    person = next(c.name for c in columns if c.identifies == Entity.PERSON)
    validation = validate(upload, profile)
    assert validation.faults == ()
    found = validation.findings.filter(
        pl.col("code").is_in([r.number for r in rules.values() if covered(r.code, profile)])
    )
    return Counter(
        (row - upload.first_row, person if place is None else columns[place].name, rules[code].code)
        for row, place, code in found.select("row", "column", "code").iter_rows()
    )


def covered(code: str, profile: Profile) -> bool:
    rule = rules_of(profile)[code]
    return rule.severity.rejects and rule.scope is not Scope.FILE and code < "RT4"


def frame_of(upload: Upload, profile: Profile) -> pl.DataFrame | None:
    """The cells of an upload as an import brings them; None where it has no such frame."""
    if not upload.cells.height or upload.ragged.height or upload.reordered.height:
        return None
    if any(header.match is not HeaderMatch.EXACT for header in upload.header):
        return None
    return upload.cells.rename({key: profile.columns[key].name for key in upload.cells.columns})


def assert_agreement(data: bytes, profile: Profile) -> int:
    """Both say the same of a file; gives how many failures, or -1 where it cannot be a frame."""
    upload = read_upload(data, profile)
    frame = frame_of(upload, profile)
    if frame is None:
        return -1
    theirs, ours = said_by_pandera(frame, profile), said_by_us(upload, profile)
    assert theirs - ours == Counter()
    assert ours - theirs == Counter()
    return ours.total()


# --- agreement ---------------------------------------------------------------------------------


@pytest.mark.parametrize("code", catalogue())
@pytest.mark.parametrize("which", ["bad", pytest.param("good", marks=pytest.mark.slow)])
def test_pandera_agrees_on_the_examples_of_a_rule(code: str, which: str) -> None:
    rule = catalogue()[code]
    profile = example_profile(rule.shown_with)

    failures = assert_agreement(example_file(getattr(rule, which), profile), profile)

    if which == "bad" and covered(code, profile):
        assert failures > 0


@pytest.mark.slow
@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.csv")), ids=lambda path: path.name)
def test_pandera_agrees_on_a_sample(path: Path) -> None:
    name = "third-party" if "staff" in path.name else "batch-upload"

    assert_agreement(path.read_bytes(), load_profile(name))


# --- what Pandera alone would get wrong --------------------------------------------------------


def sound_frame(profile: Profile) -> pl.DataFrame:
    example = {"userFirstName": ["Ana"]}
    cells = read_upload(example_file(example, profile), profile).cells
    return cells.rename({key: column.name for key, column in profile.columns.items()})


@pytest.mark.parametrize("name", profile_names())
def test_a_sound_frame_passes_unchanged(name: str) -> None:
    profile = load_profile(name)
    staff = {"userRole": pl.lit("Teacher"), "userGrade": pl.lit("")}
    sound = sound_frame(profile)
    frame = sound.with_columns(**{name: cell for name, cell in staff.items() if name in sound})

    assert pandera_schema(profile).validate(frame).equals(frame)


def test_nulls_are_blank_cells() -> None:
    frame = sound_frame(load_profile()).with_columns(
        classSubject=pl.lit(None, pl.String), schoolId=pl.lit(None, pl.String)
    )

    assert list(said_by_pandera(frame, load_profile())) == [(0, "schoolId", "RT101")]


def test_optional_columns_may_be_left_out_and_required_ones_are_named() -> None:
    schema = pandera_schema(load_profile())
    frame = sound_frame(load_profile())

    assert schema.validate(frame.drop("classSubject")).width == frame.width - 1
    with pytest.raises(SchemaErrors) as caught:
        schema.validate(frame.drop("userEmail", "schoolId"), lazy=True)

    assert sorted(caught.value.failure_cases["failure_case"]) == ["schoolId", "userEmail"]


def test_a_lazy_frame_is_refused() -> None:
    frame = sound_frame(load_profile()).with_columns(userGrade=pl.lit("bad"))

    with pytest.raises(UsageError, match=r"\.collect\(\)"):
        pandera_schema(load_profile()).validate(frame.lazy())


@pytest.mark.parametrize("part", ["head", "tail", "sample"])
def test_a_part_of_a_frame_is_refused(part: str) -> None:
    frame, options = sound_frame(load_profile()), {part: 1}

    with pytest.raises(UsageError, match="head, tail and sample"):
        pandera_schema(load_profile()).validate(frame, **options)


def test_every_unexpected_column_is_named() -> None:
    frame = sound_frame(load_profile()).with_columns(
        homeroom=pl.lit("1"), phone=pl.lit("2"), schoolId=pl.lit("")
    )

    with pytest.raises(SchemaErrors) as caught:
        pandera_schema(load_profile()).validate(frame, lazy=True)
    with pytest.raises(SchemaError, match="homeroom, phone"):
        pandera_schema(load_profile()).validate(frame)

    found = caught.value.failure_cases.select("failure_case", "check").rows()
    assert found == [
        ("homeroom", "column_in_schema"), ("phone", "column_in_schema"), ("", "RT101"),
    ]  # fmt: skip


def test_a_column_that_is_no_text_is_named_once() -> None:
    frame = sound_frame(load_profile()).with_columns(userId=pl.lit(1))

    with pytest.raises(SchemaErrors) as caught:
        pandera_schema(load_profile()).validate(frame, lazy=True)

    assert caught.value.failure_cases.select("column", "check").rows() == [
        ("userId", "dtype('String')")
    ]


def test_a_column_of_the_schema_can_be_checked_by_itself() -> None:
    frame = sound_frame(load_profile()).with_columns(userGrade=pl.lit("bad"))

    with pytest.raises(SchemaError, match="RT102"):
        pandera_schema(load_profile()).columns["userGrade"].validate(frame)


@pytest.mark.slow
def test_each_of_three_hundred_thousand_failures_is_named() -> None:
    profile = load_profile()
    frame = pl.concat([sound_frame(profile)] * 300_000).with_columns(
        userId="S" + pl.int_range(pl.len()).cast(pl.String),
        userEmail="s" + pl.int_range(pl.len()).cast(pl.String) + "@school.example",
        userGrade=pl.lit("bad"),
    )

    with pytest.raises(SchemaErrors) as caught:
        pandera_schema(profile).validate(frame, lazy=True)

    assert caught.value.failure_cases.height == 300_000
    assert len(str(caught.value)) < 10_000
