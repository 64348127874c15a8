"""A kind of file that the toolkit never heard of is judged by nothing but its profile."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

import roster_toolkit as rt
from roster_toolkit.cli.app import app

COLUMN = """
[columns.{key}]
about = "{about}"
header = "{header}"
requirement = "{header}"
category = "{key}"
description = "…"
evidence = {{ name = "assumed", values = "assumed", requirement = "assumed" }}
{more}
"""
IDENTIFIER = 'kind = "identifier"'


def column(key: str, about: str, header: str, more: str = "") -> str:
    return COLUMN.format(key=key, about=about, header=header, more=more)


PROFILE = """
extends = "common"
name = "buses"
title = "Buses"
version = "1"
summary = "Which student boards which bus, and where."
file_name = "buses.csv"
capabilities = []
on_error = "row"
blank_keeps = true
rows_are = "ride"
evidence = { on_error = "assumed" }
entities.bus = { one = "bus", many = "buses" }
entities.stop = { one = "stop", many = "stops" }
entities.student = { one = "student", many = "students" }
entities.ride = { one = "ride", many = "rides", joins = ["student", "stop"] }
vocabularies.side = { accepts = ["Left", "Right"], safe = { Left = ["l"] } }
template_rows = [{ busId = "B1", driver = "Sample Driver", stopId = "P1", studentId = "S1" }]
""" + "".join(
    [
        column("busId", "bus", "required", f'identifies = "bus"\n{IDENTIFIER}'),
        column("driver", "bus", "required", 'kind = "name"'),
        column("stopId", "stop", "required", f'identifies = "stop"\n{IDENTIFIER}'),
        column("side", "stop", "optional", 'kind = "choice"\nvocabulary = "side"'),
        column("studentId", "student", "required", f'identifies = "student"\n{IDENTIFIER}'),
        column("phone", "student", "optional", "private = true"),
        column("card", "student", "optional", f"unique_to_person = true\n{IDENTIFIER}"),
    ]
)

HEADER = "busId,driver,stopId,side,studentId,phone,card"
SOUND = "B7,Ana Lee,P7,Left,0017,555-1,C1"


@pytest.fixture(scope="module")
def profile() -> rt.Profile:
    return rt.profile_of_text(PROFILE, "buses.toml")


def reviewed(profile: rt.Profile, *rows: str) -> rt.Review:
    return rt.review("\n".join([HEADER, *rows, ""]).encode(), profile=profile)


def test_rides_without_a_fault_are_accepted(profile: rt.Profile) -> None:
    review = reviewed(profile, SOUND, "B7,Ana Lee,P8,Right,0017,555-1,C1", "B8,Bo,P7,Left,18,,")

    assert review.verdict is rt.Verdict.CLEAN
    assert review.faults == ()
    assert review.skipped == ()
    assert review.impact is None
    assert review.no_impact_because == "a buses.csv changes no roster"


@pytest.mark.parametrize(
    ("rows", "code", "column"),
    [
        ((SOUND, ",Bo,P7,Left,18,,"), "RT101", "busId"),
        ((SOUND, "B8,Bo,P7,l,18,,"), "RT102", "side"),
        ((SOUND, "B8,Bo,P 8,Left,18,,"), "RT104", "stopId"),
        ((SOUND, "B8,Bo,P8,Left,1.8E+05,,"), "RT106", "studentId"),
        ((SOUND, "B8,N/A,P8,Left,18,,"), "RT110", "driver"),
        ((SOUND, SOUND), "RT301", "stopId"),
        ((SOUND, "B7,Bo,P8,Left,18,,"), "RT303", "driver"),
        ((SOUND, "B8,Bo,P7,Right,18,,"), "RT303", "side"),
        ((SOUND, "B8,Bo,P8,Right,0017,555-2,C1"), "RT303", "phone"),
        ((SOUND, "B8,Bo,P8,Right,18,,C1"), "RT305", "card"),
        ((SOUND, "B8,Bo,P8,Right,17,,"), "RT306", "studentId"),
        (("B1,Sample Driver,P1,,S1,,",), "RT013", None),
    ],
)
def test_what_is_wrong_in_a_file_of_buses(
    profile: rt.Profile, rows: tuple[str, ...], code: str, column: str | None
) -> None:
    findings = reviewed(profile, *rows).findings

    assert findings.select("code", "column").unique().rows() == [(code, column)]


def test_a_contradiction_is_told_of_the_record_that_it_is_about(profile: rt.Profile) -> None:
    review = reviewed(profile, SOUND, "B7,Bo,P8,Left,18,,", "B7,Ana Lee,P9,Left,19,,")

    assert review.told(review.causes[0]).title == (
        "busId “B7”: other rows of the same bus have a different driver"
    )
    assert "if these are two buses" in review.told(review.causes[0]).how_to_fix
    assert review.row(3).findings["suggestion"].to_list() == ["Ana Lee"]


def test_a_repeated_ride_is_fixed_and_the_copy_is_clean(profile: rt.Profile) -> None:
    repair = reviewed(profile, SOUND, "B8,Bo,P8,l,18,,", SOUND).repair()

    assert repair.fixed.data.decode().splitlines() == [HEADER, SOUND, "B8,Bo,P8,Left,18,,"]
    assert repair.review.verdict is rt.Verdict.CLEAN


def test_what_is_private_is_named_nowhere_but_in_the_rows_handed_back(tmp_path: Path) -> None:
    (tmp_path / "buses.toml").write_text(PROFILE)
    file = tmp_path / "buses.csv"
    rows = (SOUND, "B7,Ana Lee,P8,Left,0017,555-77,C1", "B7,Ana Lee,P9,Left,19,#REF!,C2")
    file.write_text("\n".join([HEADER, *rows, ""]))
    options = ["--profile", str(tmp_path / "buses.toml")]

    shown = CliRunner().invoke(app, ["check", str(file), *options, "--out", str(tmp_path / "out")])
    log = tmp_path / "log.csv"
    CliRunner().invoke(
        app,
        ["fix", str(file), *options, "--out", str(tmp_path / "copy.csv"), "--log", str(log)],
    )

    assert shown.exit_code == 1
    written = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    assert set(written) == {
        "buses-errors.csv", "buses-errors.xlsx", "buses-fixed.csv", "message.md", "report.html",
        "review.json",
    }  # fmt: skip
    told = [shown.output.encode(), written["message.md"], written["report.html"]]
    for text in (*told, written["review.json"], log.read_bytes()):
        assert b"555-" not in text
        assert b"#REF!" not in text
    handed_back = list(csv.DictReader(io.StringIO(written["buses-errors.csv"].decode("utf-8-sig"))))
    assert [row["phone"] for row in handed_back] == ["555-1", "555-77", "#REF!"]
    assert not any("555-" in row["errors"] + row["how to fix"] for row in handed_back)


def test_template_dictionary_and_schema_follow_the_profile(profile: rt.Profile) -> None:
    assert rt.template_csv(profile).decode().splitlines() == [
        HEADER, "B1,Sample Driver,P1,,S1,,",
    ]  # fmt: skip
    assert [row.column for row in rt.dictionary_rows(profile)] == HEADER.split(",")
    frame = pl.DataFrame(
        {key: [cell] for key, cell in zip(HEADER.split(","), SOUND.split(","), strict=True)}
    )
    assert rt.pandera_schema(profile).failures(frame).is_empty()
    wrong = frame.with_columns(side=pl.lit("up"))
    assert rt.pandera_schema(profile).failures(wrong)["check"].to_list() == ["RT102"]


@pytest.mark.parametrize(
    ("slip", "sentence"),
    [
        (('about = "stop"', 'about = "stopp"'), "Did you mean stop?"),
        (('identifies = "bus"\n', ""), "exactly one column must have `identifies = 'bus'`"),
        (('"student", "stop"]', '"student", "stopp"]'), "is not in [entities]"),
        (('rows_are = "ride"', 'rows_are = "trip"'), "rows_are names trip"),
        (("capabilities = []", ""), "set `capabilities = []`"),
        (('requirement = "optional"', 'requirement = "students"'), "there is no userRole"),
    ],
)
def test_a_slip_in_what_rows_speak_of_is_told(slip: tuple[str, str], sentence: str) -> None:
    with pytest.raises(rt.ToolkitError, match=r"buses\.toml") as told:
        rt.profile_of_text(PROFILE.replace(*slip, 1), "buses.toml")

    assert sentence in str(told.value)


def test_what_goes_beside_users_csv_is_told_by_its_people() -> None:
    with pytest.raises(rt.ProfileError, match=r"columns\.userId alone must identify"):
        rt.profile_of_text(PROFILE.replace("rows_are", 'beside = "batch-upload"\nrows_are', 1), "b")


@pytest.mark.parametrize("key", ["classId", "userRole"])
def test_a_column_called_as_one_of_ours_brings_no_rule_about_classes(key: str) -> None:
    profile = rt.profile_of_text(PROFILE + column(key, "stop", "optional"), "buses.toml")
    data = f"{HEADER},{key}\n{SOUND},X\n".encode()

    review = rt.review(data, profile=profile)

    assert review.faults == ()
    assert review.verdict is rt.Verdict.CLEAN


def test_a_column_may_not_take_a_name_that_the_engine_uses() -> None:
    with pytest.raises(rt.ProfileError, match="the toolkit uses that name itself"):
        rt.profile_of_text(PROFILE + column("rows", "stop", "optional"), "buses.toml")
