"""The portal's own words: every message carries them, and `explain` finds a rule by them."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from making import file_of, student

import roster_toolkit as rt
from roster_toolkit.cli.app import main
from roster_toolkit.model import Profile
from roster_toolkit.profile import load_profile
from roster_toolkit.report.message import message
from roster_toolkit.report.text import TextReport
from roster_toolkit.reviewing.review import Review, review

LEARNED = """
extends = "batch-upload"

[rules.RT102]
says = "Not a {valid} value"
[rules.RT102.columns.userGrade]
says = "Invalid grade level"

[rules.RT103]
says = "=HYPERLINK(x) is <b>not</b> [an address](http://portal.example)"

[rules.RT302]
says = "… is used by … already."

[rules.RT303]
says = "305"

[rules.RT106]
says = "…"
"""
CELLS = file_of(
    [
        student("S1", userGrade="x"),
        student("S2", userRole="Pupil"),
        student("S3", userEmail="nobody"),
        student("S4", userFirstName=""),
    ]
)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("profile") / "ours.toml"
    path.write_text(LEARNED, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def learned(path: Path) -> Profile:
    return load_profile(path)


@pytest.fixture(scope="module")
def result(learned: Profile) -> Review:
    return review(CELLS, profile=learned)


def errors(result: Review) -> list[str]:
    lines = csv.DictReader(io.StringIO(result.errors_csv().decode("utf-8-sig")))
    return [line["errors"] for line in lines]


# --- every message carries them -------------------------------------------------------------------


def test_the_error_file_says_what_the_portal_says_of_a_column(result: Review) -> None:
    assert errors(result)[0] == (
        "Error: “x” is not allowed in userGrade (your portal says: “Invalid grade level”). (RT102)"
    )


def test_what_holds_of_a_rule_is_said_of_its_other_columns_with_its_braces(result: Review) -> None:
    assert "(your portal says: “Not a {valid} value”). (RT102)" in errors(result)[1]


def test_a_rule_without_words_of_the_portal_is_as_ever(result: Review) -> None:
    assert "portal says" not in errors(result)[3]


def test_a_formula_of_the_portal_begins_no_cell(result: Review) -> None:
    assert errors(result)[2].startswith("Error: ")
    assert "“=HYPERLINK(x) is" in errors(result)[2]


def test_text_page_and_json_say_it_in_the_title(result: Review) -> None:
    titles = {cause.code: result.told(cause).title for cause in result.causes}

    assert titles["RT103"].endswith("not</b> [an address](http://portal.example)”)")
    assert (
        "“x” is not allowed in userGrade (your portal says: “Invalid grade level”)"
        in TextReport(result).render()
    )
    in_json = [cause["title"] for cause in json.loads(result.json())["causes"]]
    assert any("(your portal says: “Not a {valid} value”)" in title for title in in_json)


def test_where_a_line_of_the_report_is_too_short_it_stands_below(result: Review) -> None:
    text = TextReport(result, width=72).render()

    assert "            (your portal says: “=HYPERLINK(x) is" in text


def test_a_cause_of_many_members_says_it_too(learned: Profile) -> None:
    rows = [student(f"S{n}", userGrade=f"x{n}") for n in range(20)]
    sound = [student(f"T{n}") for n in range(200)]
    causes = review(file_of([*rows, *sound]), profile=learned)

    assert all(
        "(your portal says: “Invalid grade level”)" in causes.told(cause).title
        for cause in causes.causes
        if cause.code == "RT102"
    )


def test_the_message_holds_neither_markup_nor_a_link_of_it(result: Review) -> None:
    told = message(result, long=True)

    assert "(your portal says: “Invalid grade level”)" in told
    assert "your portal says: “·HYPERLINK(x) is ·b·not·/b· ·an address·" in told
    assert "http://" not in told


# --- explain finds a rule by them -----------------------------------------------------------------


def codes(text: str, profile: Profile) -> list[str]:
    line = rt.explain_lines(text, profile)[0]
    return [rule.code for rule in line.rules] if line.fits else []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Invalid grade level", "RT102"),
        ("  invalid   GRADE level. ", "RT102"),
        ("not a {valid} value", "RT102"),
        ("305", "RT303"),
        ("- Row 5: Invalid grade level", "RT102"),
        ("3. Invalid grade level", "RT102"),
        ("14,,userGrade,Invalid grade level", "RT102"),
        ("ana@school.org is used by Ana Lee already", "RT302"),
    ],
)
def test_a_text_of_the_portal_is_found_before_any_guess(
    text: str, code: str, learned: Profile
) -> None:
    assert codes(text, learned) == [code]


def test_a_value_is_something(learned: Profile) -> None:
    assert codes(" is used by  already", learned) != ["RT302"]


def test_a_text_of_nothing_but_a_value_is_no_text(learned: Profile) -> None:
    assert "RT106" not in codes("purple elephants dance", learned)


def test_explain_shows_what_the_portal_says(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["explain", "Invalid grade level", "--profile", str(path)])

    told = capsys.readouterr().out
    assert told.startswith("RT102 ")
    assert "Your portal:     “Not a {valid} value”" in told
    assert "“Invalid grade level” (userGrade)" in told
