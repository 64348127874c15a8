"""--mask where people of a store are shown, and where a file is processed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

import roster_toolkit as rt
from roster_toolkit.cli.app import app
from roster_toolkit.pseudonyms import Pseudonym, Pseudonyms

SECRET = "ab" * 32


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("key") / "key.txt"
    path.write_text(SECRET)
    return str(path)


def _run(*words: str, story: rt.Story, key: str) -> str:
    ran = CliRunner().invoke(app, [*words, "--store", str(story.store), "--mask-key", key])
    assert ran.exit_code in (0, 1), ran.output
    return ran.stdout


Told = Callable[[str], set[str]]


@pytest.fixture(scope="module")
def told(story: rt.Story) -> Told:
    """Names of people, schools, classes, files and the district, and IDs, that a text tells."""
    roster = rt.Store(story.store)[story.district].roster()
    secrets = {story.district, "September", "August", "Download"}
    for frame, columns in (
        (roster.people, ("userId", "userEmail", "userLastName")),
        (roster.classes, ("classId", "className")),
        (roster.schools, ("schoolName",)),
    ):
        for column in columns:
            secrets |= {value for value in frame[column] if len(value) > 4}
    return lambda text: {secret for secret in secrets if secret in text}


@pytest.mark.parametrize(
    "words",
    [
        ("snapshot", "list"), ("snapshot", "list", "--format", "json"),
        ("snapshot", "show", "--district", "Riverton"),
        ("snapshot", "show", "--district", "Riverton", "--format", "json"),
        ("snapshot", "compare", "2", "3", "--district", "Riverton"),
        ("snapshot", "compare", "1", "3", "--district", "Riverton", "--format", "json"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_a_masked_listing_of_a_store_names_nobody(
    words: tuple[str, ...], story: rt.Story, key: str, told: Told
) -> None:
    unmasked = CliRunner().invoke(app, [*words, "--store", str(story.store)]).stdout

    assert told(unmasked)
    assert not told(_run(*words, story=story, key=key))


def test_masked_differences_are_as_many_and_go_by_the_pseudonyms_of_a_masked_review(
    story: rt.Story, key: str
) -> None:
    words = ("snapshot", "compare", "2", "3", "--district", "Riverton", "--format", "json")
    masked = json.loads(_run(*words, story=story, key=key))
    real = json.loads(CliRunner().invoke(app, [*words, "--store", str(story.store)]).stdout)

    assert masked["counts"] == real["counts"]
    assert len(masked["changes"]) == len(real["changes"])
    digits = Pseudonyms(bytes.fromhex(SECRET))
    students = {c["key"] for c in real["changes"] if c["kind"] == "student"}
    assert {digits.of(student, Pseudonym.ID) for student in students} == {
        c["key"] for c in masked["changes"] if c["kind"] == "student"
    }


def test_a_masked_comparison_written_to_a_file_names_nobody(
    story: rt.Story, key: str, told: Told, tmp_path: Path
) -> None:
    out = tmp_path / "changes.csv"
    _run(
        "snapshot", "compare", "2", "3", "--district", "Riverton", "--out", str(out),
        story=story, key=key,
    )  # fmt: skip

    assert not told(out.read_text())


def test_the_file_of_another_district_is_told_without_the_name_of_either(
    story: rt.Story, key: str, told: Told
) -> None:
    avon = story.download.with_name("download-avon.csv")
    words = ("check", str(avon), "--district", "Riverton", "--findings", "--format", "json")
    unmasked = CliRunner().invoke(app, [*words, "--store", str(story.store)]).stdout
    masked = _run(*words, story=story, key=key)

    assert "unknown to Riverton" in unmasked
    assert re.search(r"unknown to District \S+", masked)
    assert not told(masked)
    assert "avon" not in masked.lower()


def test_a_file_is_processed_as_it_is_and_told_of_in_pseudonyms(
    story: rt.Story, key: str, told: Told, tmp_path: Path
) -> None:
    words = ("process", str(story.upload), "--district", "Riverton")
    stopped = _run(*words, "--out", str(tmp_path), story=story, key=key)

    assert stopped.startswith("Stopped, and nothing was changed")
    assert not told(stopped)
    for path in tmp_path.iterdir():
        if path.suffix != ".xlsx":
            assert not told(path.read_text()), path.name
    assert (tmp_path / "masked-users-errors.csv").exists()

    done = _run(*words, "--accept", "RT411,RT412", story=story, key=key)

    assert "Processed: snapshot 4 of District " in done
    assert not told(done)
    assert "Riverton" in rt.Store(story.store)
    newest = rt.Store(story.store)["Riverton"].roster()
    assert not newest.people["userId"].str.starts_with("ID-").any()


def test_a_wrong_key_is_a_sentence_before_anything_else_is_done(
    story: rt.Story, tmp_path: Path
) -> None:
    wrong = tmp_path / "key.txt"
    wrong.write_text("secret")
    ran = CliRunner().invoke(app, ["check", str(story.upload), "--mask-key", str(wrong)])

    assert isinstance(ran.exception, rt.UsageError)
    assert "key.txt holds no mask key" in str(ran.exception)


def test_the_variable_names_a_key_for_every_command(
    story: rt.Story, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ["snapshot", "list", "--store", str(story.store)]
    monkeypatch.setenv("ROSTER_MASK_KEY", key)

    named = CliRunner().invoke(app, [*words, "--mask"]).stdout

    assert named == CliRunner().invoke(app, [*words, "--mask-key", key]).stdout
