"""Whoever a removal reaches without standing in the file is counted and named."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from making import Row, check, file_of, in_class, judged_against, removal, student, teacher

from roster_toolkit.cli.app import main
from roster_toolkit.districts import Store
from roster_toolkit.report.text import TextReport
from roster_toolkit.reviewing.review import Review, Verdict, review


def class_of(size: int, class_id: str = "C1") -> list[Row]:
    pupils = [
        in_class(student(f"{class_id}S{n}", userFirstName=f"Pupil{n}"), class_id)
        for n in range(size)
    ]
    return [in_class(teacher("T1", userFirstName="Tom"), class_id), *pupils]


def removed(roster: list[Row], *class_ids: str) -> Review:
    rows = [removal(class_id, "T1") for class_id in class_ids]
    return review(file_of(rows), against=file_of(roster))


def text_of(result: Review, *, values: bool = True) -> str:
    return TextReport(result, values=values).render()


def test_the_error_file_names_the_people_beside_the_removal() -> None:
    written = removed(class_of(2), "C1").errors_csv().decode()

    assert "2 people: Pupil0 Lee (C1S0), Pupil1 Lee (C1S1). (RT411)" in written


def test_many_people_are_named_first_and_then_counted() -> None:
    result = removed(class_of(30), "C1")

    assert "30 people: Pupil0 Lee (C1S0), " in result.errors_csv().decode()
    assert " and 10 more. (RT411)" in result.errors_csv().decode()
    wording = " ".join(text_of(result).split())
    assert "unenrolled with class “C1”: 30 people: Pupil0 Lee (C1S0), Pupil1 Lee (C1S1)" in wording
    assert "and 25 more." in wording


def test_text_names_them_for_the_first_classes_only() -> None:
    names = ["C1", "C2", "C3", "C4", "C5"]
    roster = [row for name in names for row in class_of(1, name)]

    wording = text_of(removed(roster, *names))

    assert wording.count("Not in the file, but unenrolled with class") == 3
    assert "So with 2 more classes; changes.csv names everybody." in wording


def test_text_names_the_classes_that_are_removed_whoever_is_in_the_file() -> None:
    """Meant for one teacher, a removal ends the class of everybody, in the file or not."""
    in_another = [row | {"classId": "C9"} for row in class_of(2)]

    result = review(
        file_of([removal("C1", "T1"), *in_another]), against=file_of(class_of(2) + in_another)
    )

    assert result.by_rule == {}
    assert "Removes 1 class with 3 enrollments: “C1” (3)." in text_of(result)
    assert "Removes 1 class with 3 enrollments.\n" in text_of(result, values=False)


def test_without_values_they_are_counted_and_not_named() -> None:
    wording = text_of(removed(class_of(2), "C1"), values=False)

    assert "Removals also unenroll 2 people who are not in the file." in wording
    assert "Pupil" not in wording


def test_changes_csv_names_everybody() -> None:
    changes = pl.read_csv(removed(class_of(30), "C1").changes_csv(), infer_schema=False)

    named = changes.filter(pl.col("field") == "not in the file")
    assert named.height == 30
    assert named.select("kind", "key", "school", "before").row(0) == (
        "enrollment", "C1S0 in C1", "0711", "Pupil0 Lee",
    )  # fmt: skip


def test_a_removal_that_reaches_nobody_else_names_nobody() -> None:
    result = review(
        file_of([removal("C1", "T1"), *(student(f"C1S{n}") for n in range(2))]),
        against=file_of(class_of(2)),
    )

    assert "Not in the file" not in text_of(result)
    assert b"not in the file" not in result.changes_csv()


@pytest.mark.parametrize(
    ("option", "expected"),
    [
        ([], "“C1”: 2 people: Pupil0 Lee (C1S0), Pupil1 Lee (C1S1)."),
        (["--no-values"], "Removals also unenroll 2 people who are not in the file."),
    ],
)
def test_process_says_whom_the_removal_reaches_when_it_stops(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], option: list[str], expected: str
) -> None:
    path = tmp_path / "roster.duckdb"
    (tmp_path / "download.csv").write_bytes(file_of(class_of(2)))
    (tmp_path / "users.csv").write_bytes(file_of([removal("C1", "T1")]))
    options = ["--district", "Avon", "--store", str(path)]
    main(["snapshot", "import", str(tmp_path / "download.csv"), *options])
    capsys.readouterr()

    code = main(["process", str(tmp_path / "users.csv"), *options, *option])

    assert code == 1
    assert expected in capsys.readouterr().out
    assert Store(path).district("Avon").snapshots == (1,)


# --- without a roster -----------------------------------------------------------------------------


def test_without_a_roster_the_verdict_tells_that_classes_are_removed() -> None:
    """Whoever means to take one student out of a class has nothing else to learn it from."""
    once = check(in_class(teacher()), removal("C2"))
    twice = check(removal("C1"), removal("C1", "R2"), removal("C2"), student("S1", userGrade="x"))

    assert once.verdict is Verdict.CLEAN
    assert once.sentence.endswith("to fix. The file removes 1 class with everybody in it.")
    assert twice.sentence.endswith("accepted. The file removes 2 classes with everybody in them.")


def test_a_removal_that_is_rejected_or_told_by_the_impact_is_not_in_the_verdict() -> None:
    rejected = check(in_class(teacher()), removal("C2", userEmail="nobody"))
    known = judged_against([in_class(teacher(), "C2")], [removal("C2")])

    assert "The file removes" not in rejected.sentence
    assert "The file removes" not in known.sentence


@pytest.mark.parametrize("long", [False, True])
def test_a_message_tells_once_that_classes_are_removed(*, long: bool) -> None:
    """Whoever gets it sees no impact beside it."""
    rows = [removal("C2"), removal("C3")]
    roster = [in_class(teacher("R1"), "C2"), in_class(teacher("R1"), "C3")]
    told = "The file removes 2 classes with everybody in them."

    known = judged_against(roster, rows)

    assert known.message(long=long).count(told) == 1
    assert check(*rows).message(long=long).count(told) == 1
    assert "removes" not in check(in_class(teacher())).message(long=long)
