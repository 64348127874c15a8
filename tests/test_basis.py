"""On what a verdict rests: how much of the portal is known, and how that is marked."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from making import file_of, student

import roster_toolkit as rt
from roster_toolkit.cli.app import main
from roster_toolkit.derive.dictionary_page import columns
from roster_toolkit.derive.markdown import EVIDENCE
from roster_toolkit.model import Profile
from roster_toolkit.profile import load_profile
from roster_toolkit.report.basis import rests_on
from roster_toolkit.report.text import TextReport

FILE = file_of([student()])
#: Of a portal that has been learned: names and values seen, one column absent, one of its own.
LEARNED = """
extends = "batch-upload"

[columns.userRole]
evidence = { name = "seen", values = "seen", requirement = "seen" }
seen = [{ file = "users.csv", sha256 = "00", date = "2026-11-29", rows = 600 }]

[columns.userGrade]
evidence = { name = "seen", values = "seen", requirement = "seen" }

[vocabularies.grade]
open = true

[columns.classSubject]
absent = true

[columns.homeroom]
name = "Homeroom"
about = "row"
header = "optional"
requirement = "optional"
category = "Homeroom"
description = "A column of the portal's."
judged = false
evidence = { name = "seen", values = "inferred", requirement = "inferred" }

[record]
files = 2
rows = 1200
agreed = 1199
last = "2026-11-29"
"""


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("profile") / "ours.toml"
    path.write_text(LEARNED, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def learned(path: Path) -> Profile:
    return load_profile(path)


def test_json_counts_what_is_known_and_what_is_assumed(learned: Profile) -> None:
    def basis(profile: Profile | None) -> object:
        return json.loads(rt.review(FILE, profile=profile or load_profile()).json())["basis"]

    assert basis(None) == {"columns": 16, "known": 8, "assumed": 8}
    assert basis(learned) == {"columns": 16, "known": 11, "assumed": 5}


def test_a_cause_says_whether_it_rests_on_an_assumption() -> None:
    result = rt.review(file_of([student(userGrade="x"), student("S1", userEmail="b@b.org")]))

    causes = {cause["code"]: cause["assumed"] for cause in json.loads(result.json())["causes"]}
    assert causes["RT102"] is True
    assert causes["RT303"] is False


def test_the_text_says_on_what_the_verdict_rests(learned: Profile) -> None:
    text = " ".join(TextReport(rt.review(FILE)).render().split())
    assert (
        "Of 16 columns 8 are known, 8 are assumed: teach it your portal with `calibrate`." in text
    )
    text = " ".join(TextReport(rt.review(FILE, profile=learned)).render().split())
    assert (
        "Of 16 columns 11 are known, 3 of them from your portal, 5 are assumed. Held against 1,200 "
        "rows of 2 files of your portal, last 2026-11-29: 1,199 agreed." in text
    )


def of_marks(profile: Profile, mark: str) -> Profile:
    columns = {
        key: column.model_copy(
            update={"evidence": dict.fromkeys(column.evidence, rt.Evidence(mark))}
        )
        for key, column in profile.columns.items()
    }
    return profile.model_copy(update={"columns": columns})


@pytest.mark.parametrize(
    ("mark", "sentence"),
    [
        ("seen", "All 16 columns are known from your portal."),
        ("confirmed", "All 16 columns are known."),
        ("assumed", "Of 16 columns 0 are known, 16 are assumed."),
    ],
)
def test_only_what_was_seen_is_from_your_portal(mark: str, sentence: str) -> None:
    assert rests_on(of_marks(load_profile(), mark)) == sentence


# --- the mark beside confirmed, inferred and assumed ----------------------------------------------


def dictionary_text(path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    main(["dictionary", "--profile", str(path)])
    return " ".join(capsys.readouterr().out.split())


def test_the_dictionary_says_where_a_fact_was_seen(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = dictionary_text(path, capsys)

    assert "userRole (header required; name seen in users.csv, 2026-11-29)" in told
    assert "[seen in users.csv, 2026-11-29]" in told
    assert "userGrade (header required; name seen)" in told


def test_the_dictionary_says_what_is_open_unjudged_and_absent(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = dictionary_text(path, capsys)

    assert "Values: PK, K, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12; there may be others" in told
    assert "Values: anything: its cells are not checked" in told
    assert told.endswith("The portal has no column classSubject.")


def test_the_page_of_the_documentation_says_the_same(learned: Profile) -> None:
    page = "\n".join(columns(learned))

    assert "seen in users.csv, 2026-11-29 / seen in users.csv, 2026-11-29" in page
    assert "`12`; there may be others" in page
    assert "The portal has no column classSubject." in page
    assert "**seen**" in EVIDENCE


def test_a_mark_names_few_files(learned: Profile) -> None:
    row = next(row for row in rt.dictionary_rows(learned) if row.column == "userRole")
    files = tuple(
        row.seen[0].model_copy(update={"file": f"{n}.csv", "date": f"2026-11-0{n}"})
        for n in (3, 1, 2)
    )

    assert replace(row, seen=files).seen_in == "in 3.csv, 1.csv and others, 2026-11-03"


def test_the_dictionary_as_json_has_where_a_fact_was_seen(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["dictionary", "--profile", str(path), "--format", "json"])

    rows = {row["column"]: row for row in json.loads(capsys.readouterr().out)["columns"]}
    assert rows["userRole"]["seen"][0]["file"] == "users.csv"
    assert rows["userGrade"]["open"] is True
    assert rows["Homeroom"]["judged"] is False
