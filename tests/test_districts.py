"""store["Riverton"]: one district, its history, and what differs between its snapshots."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from making import file_of, imported, in_class, student, teacher

import roster_toolkit as rt
from roster_toolkit.__main__ import main


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ana is in C1; then she marries, goes to C2, and C1 is taught by nobody else."""
    folder = tmp_path_factory.mktemp("avon")
    store = rt.Store(folder / "roster.duckdb")
    taught = in_class(teacher(), primary_teacher="TRUE")
    imported(store, in_class(student()), taught)
    imported(store, in_class(student(userLastName="Ortiz"), "C2"), taught)
    return store.path


@pytest.fixture
def store(made_once: Path, tmp_path: Path) -> rt.Store:
    """A copy of it."""
    return rt.Store(shutil.copy(made_once, tmp_path))


def test_a_district_is_taken_from_the_store_by_name(store: rt.Store) -> None:
    avon = store["Avon"]

    assert (avon.name, avon.source, avon.latest) == ("Avon", "portal", 2)
    assert [snapshot.number for snapshot in avon.snapshots] == [1, 2]
    assert avon.profile.name == "batch-upload"
    assert [district.name for district in store] == ["Avon"]


def test_letter_case_of_the_name_may_differ(store: rt.Store) -> None:
    assert store["avon"].name == "Avon"
    assert "Avon" in store
    assert "Bergen" not in store
    assert store._ipython_key_completions_() == ["Avon"]


def test_spaces_around_a_name_are_no_part_of_it(
    store: rt.Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    download = tmp_path / "brook.csv"
    download.write_bytes(file_of([student("B1", userEmail="b1@brook.org")]))
    where = ("--district", " Brook ", "--store", str(store.path))

    assert main(["snapshot", "import", str(download), *where]) == 0
    assert "Snapshot 1 of Brook: 1 school" in capsys.readouterr().out
    assert main(["snapshot", "import", str(download), *where]) == 0
    assert "Nothing differs from snapshot 1" in capsys.readouterr().out
    assert main(["check", str(download), *where]) == 0
    assert [district.name for district in store] == ["Avon", "Brook"]


@pytest.mark.parametrize("name", ["avon", "AVON", "A von", "Av on "])
def test_a_name_that_differs_in_spelling_alone_makes_no_second_district(
    store: rt.Store, name: str
) -> None:
    with pytest.raises(rt.ToolkitError, match=f"has the district 'Avon'.*not {name.strip()!r}"):
        imported(store, student(), district=name)

    assert [district.name for district in store] == ["Avon"]


def test_an_unknown_district_is_answered_with_those_that_are_there(store: rt.Store) -> None:
    with pytest.raises(rt.ToolkitError, match="no district 'Bergen'; it has 'Avon'"):
        store["Bergen"]


def test_a_file_is_reviewed_against_a_district(store: rt.Store) -> None:
    review = rt.review(file_of([student(userLastName="Ortiz")]), against=store["Avon"])

    assert review.impact is not None
    assert review.impact.totals[rt.Kind.STUDENT][rt.Outcome.NO_CHANGES] == 1


def test_the_source_of_a_district_chooses_the_profile_of_a_review(
    store: rt.Store, tmp_path: Path
) -> None:
    path = tmp_path / "download.csv"
    path.write_bytes(file_of([teacher("T9", userEmail="t9@school.org")]))
    rt.import_data(path, store, "Clover", district_source="clever")

    assert rt.review(file_of([student()]), against=store["Clover"]).profile.name == "third-party"
    named = rt.review(file_of([student()]), against=store["Clover"], profile="batch-upload")
    assert named.profile.name == "batch-upload"


def test_a_persons_history_tells_since_when_what_holds(store: rt.Store) -> None:
    lines = store["Avon"].history("S1").select("since", "until", "userLastName").rows()

    assert lines == [(1, 2, "Lee"), (2, None, "Ortiz")]
    assert store["Avon"].classes_of("S1").select("since", "until", "classId").rows() == [
        (1, 2, "C1"),
        (2, None, "C2"),
    ]


def test_a_classs_history_tells_who_was_in_it_under_their_last_names(store: rt.Store) -> None:
    avon = store["Avon"]

    members = avon.members_of("C1").select("since", "until", "userId", "userLastName").rows()

    assert avon.class_history("C1").select("since", "until", "active").rows() == [(1, None, True)]
    assert members == [(1, None, "T1", "Lee"), (1, 2, "S1", "Ortiz")]


def test_who_was_never_there_is_a_sentence_without_the_id(store: rt.Store) -> None:
    with pytest.raises(rt.UsageError, match="never had a person of that userId") as caught:
        store["Avon"].history("S77")

    assert "S77" not in str(caught.value)
    with pytest.raises(rt.UsageError, match="never had a class of that classId"):
        store["Avon"].class_history("C77")


def test_the_last_two_snapshots_are_compared_unless_others_are_named(store: rt.Store) -> None:
    avon = store["Avon"]

    assert avon.compare().changes.equals(avon.compare(1, 2).changes)
    assert avon.compare().counts[rt.Kind.STUDENT][rt.Outcome.UPDATED] == 1
    with pytest.raises(rt.UsageError, match="no snapshot before 1"):
        avon.compare(after=1)


def test_an_export_is_the_download_again(store: rt.Store) -> None:
    assert rt.review(store["Avon"].export(), against=store["Avon"]).verdict in {
        rt.Verdict.CLEAN,
        rt.Verdict.WARNINGS,
    }
    assert b"S1" not in store["Avon"].export("staff")


def test_what_is_forgotten_is_gone(store: rt.Store) -> None:
    store["Avon"].forget()

    assert "Avon" not in store


def test_a_timeline_has_a_point_for_each_snapshot(store: rt.Store) -> None:
    assert list(store["Avon"].plot.timeline().data[0].x) == [1, 2]


def test_the_command_line_says_nothing_of_its_own_tidying(store: rt.Store, tmp_path: Path) -> None:
    file = tmp_path / "users.csv"
    file.write_bytes(file_of([student()]))
    words = ["check", str(file), "--store", str(store.path), "--district", "Avon"]

    done = subprocess.run(
        [sys.executable, "-m", "roster_toolkit", *words],
        cwd=Path(__file__).parent.parent, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.stdout
    assert "leaked" not in done.stderr
