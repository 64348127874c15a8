"""Many files at once, and the command line asked from Python."""

from __future__ import annotations

from pathlib import Path

import pytest
from making import file_of, student

import roster_toolkit as rt


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "avon.csv").write_bytes(file_of([student(userGrade="99"), student("S2")]))
    (tmp_path / "bergen.csv").write_bytes(file_of([student(userGrade="98", userEmail="")]))
    return tmp_path


def test_files_stand_by_what_they_would_lose(folder: Path) -> None:
    reviews = rt.review_files(folder)

    assert reviews.files.select("file", "verdict", "rows", "rejected").rows() == [
        ("avon", "errors", 2, 1),
        ("bergen", "errors", 1, 1),
    ]
    assert reviews["avon"].rows.accepted == 1
    assert list(reviews) == ["avon", "bergen"]
    assert repr(reviews) == "2 files: 2 of 3 rows would be rejected."


def test_each_rule_is_counted_over_all_files(folder: Path) -> None:
    lines = rt.review_files(folder).by_rule.select("code", "files", "findings", "rows").rows()

    assert lines == [("RT102", 2, 2, 2), ("RT101", 1, 1, 1)]


def test_questions_know_the_file_of_everything(folder: Path) -> None:
    reviews = rt.review_files(folder)

    asked = reviews.sql("SELECT file, count(*) FROM findings GROUP BY ALL ORDER BY ALL")

    assert asked.rows() == [("avon", 1), ("bergen", 2)]
    assert reviews.causes["file"].to_list() == ["avon", "bergen", "bergen"]
    assert len(reviews.plot.rules().data) == 1


def test_a_file_that_cannot_be_read_hides_no_other(folder: Path) -> None:
    reviews = rt.review_files([folder / "avon.csv", folder / "nowhere.csv"])

    assert len(reviews) == 1
    assert "nowhere.csv" in reviews.unread["nowhere"]
    assert "nowhere" in reviews._repr_html_()


def test_options_are_those_of_a_review(folder: Path) -> None:
    reviews = rt.review_files(folder, profile="third-party")

    assert {one.profile.name for one in reviews.values()} == {"third-party"}


@pytest.mark.parametrize(
    ("files", "sentence"),
    [([], "There is no file"), (["a/x.csv", "b/x.csv"], "Two files are called 'x'")],
)
def test_nothing_to_review_is_a_sentence(files: list[str], sentence: str) -> None:
    with pytest.raises(rt.UsageError, match=sentence):
        rt.review_files(files)


def test_an_empty_folder_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(rt.UsageError, match=r"holds no \.csv file"):
        rt.review_files(tmp_path)


def test_the_command_line_answers_as_a_dictionary(folder: Path) -> None:
    wording = rt.command_line("check", folder / "avon.csv")

    assert wording["rows"] == {"accepted": 1, "rejected": 1, "blank": 0}


def test_what_the_command_line_cannot_answer_is_its_own_sentence(tmp_path: Path) -> None:
    with pytest.raises(rt.UsageError, match="nowhere"):
        rt.command_line("check", tmp_path / "nowhere.csv")
