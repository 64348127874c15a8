"""process and snapshot at the command line."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from making import Row, file_of, in_class, removal, store_of, student, teacher

from roster_toolkit.__main__ import main
from roster_toolkit.districts import Store
from roster_toolkit.operations.processing import process

CLASS_OF_30 = [in_class(teacher("T1"), primary_teacher="TRUE")] + [
    in_class(student(f"S{n}")) for n in range(30)
]


class Desk:
    """A folder with a store, and the commands run in it."""

    def __init__(self, folder: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.folder, self.path = folder, folder / "roster.duckdb"
        self._capture = capture

    def file(self, *rows: Row, name: str = "users.csv") -> str:
        path = self.folder / name
        path.write_bytes(file_of(rows))
        return str(path)

    def run(self, *arguments: str) -> tuple[int, str, str]:
        """Exit code, stdout and stderr of a command for the district Avon."""
        more = () if "list" in arguments else ("--district", "Avon")
        code = main([*arguments, *more, "--store", str(self.path)])
        said = self._capture.readouterr()
        return code, said.out, said.err

    def imported(self, *rows: Row, options: tuple[str, ...] = ()) -> tuple[int, str, str]:
        return self.run("snapshot", "import", self.file(*rows, name="download.csv"), *options)

    def processed(self, *rows: Row, options: tuple[str, ...] = ()) -> tuple[int, str, str]:
        return self.run("process", self.file(*rows), *options)

    @property
    def snapshots(self) -> tuple[int, ...]:
        return Store(self.path).district("Avon").snapshots


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(tmp_path, capsys)


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return store_of(tmp_path_factory.mktemp("avon"), *CLASS_OF_30).path


@pytest.fixture
def avon(made_once: Path, desk: Desk) -> Desk:
    """A desk at which a class of thirty is known."""
    shutil.copy(made_once, desk.path)
    return desk


# --- process -----------------------------------------------------------------------------------


def test_a_file_is_processed_once(avon: Desk) -> None:
    rows = (student("N1"), in_class(student("S1", userGrade="4")))

    code, out, _ = avon.processed(*rows)
    again, second, _ = avon.processed(*rows)

    assert (code, again) == (0, 0)
    assert out.startswith("Processed: snapshot 2 of Avon.\n")
    assert "  student            1         1            0         0        0\n" in out
    assert second.startswith("Nothing to change: Avon stays as it was")
    assert "  student            0         0            2         0        0\n" in second
    assert avon.snapshots == (1, 2)


def test_the_last_attempt_and_the_last_upload_are_compared_with(desk: Desk) -> None:
    desk.imported(student("S1", userGrade="5"))
    uploaded = desk.file(student("S1", userGrade="4"), name="uploaded.csv")
    attempt = desk.file(student("S1", userGrade="99"), name="attempt.csv")
    options = ("--previous", attempt, "--uploaded", uploaded)

    code, out, _ = desk.processed(student("S1", userGrade="4"), options=options)
    _, actual, _ = desk.processed(
        student("S1", userGrade="4"), options=(*options, "--format", "json")
    )

    assert code == 0
    assert "Since attempt.csv: 1 row cleared, 0 left, 0 new" in out
    assert json.loads(actual)["previous"]["rows"]["cleared"] == 1


def test_edits_in_the_portal_since_the_last_upload_are_found(desk: Desk) -> None:
    desk.imported(student("S1", userGrade="5"))
    uploaded = file_of([student("S1", userGrade="4")])

    done = process(
        file_of([student("S1", userGrade="4")]), Store(desk.path), "Avon",
        previous=file_of([student("S1", userGrade="99")]), previous_upload=uploaded,
    )  # fmt: skip

    assert done.review.by_rule == {"RT413": 1}
    assert done.last is not None
    assert done.last.by_rule == {"RT102": 1}


def test_good_rows_are_taken_beside_rejected_ones(avon: Desk) -> None:
    code, out, _ = avon.processed(
        student("N1"), student("N2", userGrade="99"), options=("--out", str(avon.folder / "out"))
    )

    assert code == 1
    assert "  student            1         0            0         0        1\n" in out
    assert "1 row was rejected" in out
    assert (avon.folder / "out" / "users-errors.csv").exists()
    assert "N1" in Store(avon.path).roster("Avon").people["userId"]
    assert "N2" not in Store(avon.path).roster("Avon").people["userId"]


def test_a_removal_that_reaches_others_stops_until_it_is_accepted(avon: Desk) -> None:
    rows = (removal("C1", "T1"),)

    code, out, _ = avon.processed(*rows)
    half, out_of_half, _ = avon.processed(*rows, options=("--accept", "RT411"))
    before = avon.snapshots
    accepted, _, _ = avon.processed(*rows, options=("--accept", "RT411,RT412"))

    assert (code, half, accepted) == (1, 1, 0)
    assert out.startswith("Stopped, and nothing was changed: RT411 (")
    assert "add --accept RT411,RT412" in out
    assert "RT411" not in out_of_half
    assert before == (1,)
    assert avon.snapshots == (1, 2)
    assert Store(avon.path).roster("Avon").enrollments.is_empty()


def test_what_stops_is_told_in_its_own_words(desk: Desk) -> None:
    people = [student(f"S{n}", userEmail=f"s{n}@old.org") for n in range(30)]
    desk.imported(*people)
    moved = [row | {"userEmail": row["userEmail"].replace("old", "new")} for row in people]

    code, out, _ = desk.processed(*moved)

    assert code == 1
    told = " ".join(out.split())
    assert "RT412 0711: 30 of 30 student records updated (the domain of userEmail): more" in told


def test_each_of_several_things_that_stop_is_told(desk: Desk) -> None:
    """`2 mass changes` is nothing that anybody could say yes to."""
    people = [in_class(student(f"S{n}"), f"C{n % 25}", className="Math") for n in range(30)]
    desk.imported(*people)
    next_year = [row | {"userGrade": "4", "classId": f"N{row['classId']}"} for row in people]

    code, out, _ = desk.processed(*next_year)

    told = " ".join(out.split())
    assert code == 1
    assert "0711: 30 of 30 student records updated (userGrade): more than is usual" in told
    assert "0711: 25 class records created beside 25 (known under other IDs): more than" in told
    assert "mass changes" not in told


def test_what_is_probably_not_meant_is_told_of_a_file_that_is_processed(avon: Desk) -> None:
    """It stops nothing, but can still be undone."""
    second = in_class(teacher("T2", userFirstName="Eve"), primary_teacher="TRUE")

    code, said, _ = avon.processed(*CLASS_OF_30, second)

    assert code == 0
    assert "Probably not what you meant; `snapshot undo` takes the snapshot back:" in said
    assert "  RT308  The class “C1” has more than one primary teacher" in said


def test_nothing_more_is_told_of_a_file_without_warnings(avon: Desk) -> None:
    _, said, _ = avon.processed(*CLASS_OF_30, in_class(student("S99")))

    assert "Probably not" not in said


def test_only_what_stops_can_be_accepted(avon: Desk) -> None:
    code, _, err = avon.processed(student("N1"), options=("--accept", "RT302"))

    assert code == 2
    assert "only RT411, RT412 and RT418 stop" in err
    assert avon.snapshots == (1,)


def test_a_rejected_file_changes_nothing(avon: Desk) -> None:
    path = avon.folder / "users.csv"
    path.write_bytes(file_of([student("N1")]).replace(b"userGrade", b"UserGrade"))

    code, out, _ = avon.run("process", str(path))

    assert code == 3
    assert "Whole file rejected, so nothing was changed" in out
    assert avon.snapshots == (1,)


def test_a_school_without_an_id_keeps_processing_inactive(desk: Desk) -> None:
    schools = desk.folder / "schools.csv"
    schools.write_text("schoolId,schoolName\n0711,North\n,West\n", encoding="utf-8")
    _, imported, _ = desk.imported(*CLASS_OF_30, options=("--schools", str(schools)))

    code, _, err = desk.processed(student("N1"))
    schools.write_text("schoolId,schoolName\n0711,North\n0820,West\n", encoding="utf-8")
    healed, _, _ = desk.processed(student("N1"), options=("--schools", str(schools)))

    assert "Processing is inactive: no unique ID at West." in imported
    assert code == 2
    assert "Processing is inactive for 'Avon'" in err
    assert "'West'" in err
    assert healed == 0
    assert Store(desk.path).inactive_because("Avon") == ()


def test_the_json_is_the_review_with_the_number_of_the_snapshot(avon: Desk) -> None:
    _, first, _ = avon.processed(student("N1"), options=("--format", "json"))
    _, second, _ = avon.processed(student("N1"), options=("--format", "json"))

    document = json.loads(first)
    assert (document["schema"], document["snapshot"]) == ("roster-review/2", 2)
    assert document["against"] == {"district": "Avon", "snapshot": 1}
    assert document["impact"]["student"]["created"] == 1
    assert json.loads(second)["snapshot"] is None


def test_a_third_party_district_takes_staff_and_has_no_line_for_students(desk: Desk) -> None:
    desk.imported(*CLASS_OF_30, options=("--source", "clever"))

    code, out, _ = desk.processed(teacher("T9"), student("S99"), teacher("T1"))

    assert code == 1
    assert "student " not in out
    assert "  staff              1 " in out
    assert sorted(Store(desk.path).roster("Avon").people["source"].unique()) == [
        "clever",
        "upload",
    ]
    assert Store(desk.path).roster("Avon").people.height == 32


# --- snapshot ----------------------------------------------------------------------------------


def test_an_import_says_what_it_made_and_what_it_left_out(desk: Desk) -> None:
    code, out, _ = desk.imported(student("S1"), student(""), student("S2", schoolId=""))

    assert code == 0
    assert (
        "without the ID of a school or person or with too many or too few cells: 2 rows (3-4)"
        in out
    )
    assert "Snapshot 1 of Avon: 1 school, 0 staff members, 1 student, 0 classes" in out


def test_the_same_data_again_makes_no_snapshot(avon: Desk) -> None:
    code, out, _ = avon.imported(*reversed(CLASS_OF_30))

    assert (code, out) == (0, "Nothing differs from snapshot 1; none was made.\n")


def test_an_import_of_a_part_says_who_was_left_aside(avon: Desk) -> None:
    code, out, _ = avon.imported(teacher("T2"), student("S99"), options=("--data", "staff"))

    assert code == 0
    assert "Left aside, as not of this part: 1 person." in out
    assert "  staff              1         0            0         1\n" in out
    assert "  student            0         0           30         0\n" in out


def test_a_download_of_nobody_does_not_empty_a_district(avon: Desk) -> None:
    nobody, _, err = avon.imported()
    no_staff, of_part, _ = avon.imported(student("S1"), options=("--data", "staff"))

    assert (nobody, no_staff) == (2, 1)
    assert "holds no people, so nothing was imported" in err
    assert "RT419  The data is not complete: it has no staff members, and the 1 of" in (of_part)
    assert avon.snapshots == (1,)


def test_an_import_that_would_lose_people_stops_until_it_is_accepted(avon: Desk) -> None:
    code, out, _ = avon.imported(CLASS_OF_30[0])
    half, _, _ = avon.imported(CLASS_OF_30[0], options=("--accept", "RT412"))
    stopped = avon.snapshots
    accepted, made, _ = avon.imported(CLASS_OF_30[0], options=("--accept", "RT419,RT412"))

    assert (code, half, accepted) == (1, 1, 0)
    assert out.startswith("Stopped, and nothing was changed:\n  RT419  The data is not complete: ")
    assert "  RT412  At school 0711, 30 of 30 students would leave (100%): more than is" in out
    assert "Imported as it is, 30 students and 30 enrollments would leave.\n" in out
    assert "         Import a complete export of that part, or name the part that it has.\n" in out
    assert out.endswith("If you intended that, add --accept RT419,RT412.\n")
    assert stopped == (1,)
    assert "Snapshot 2 of Avon" in made


def test_snapshots_are_listed_and_shown(desk: Desk) -> None:
    desk.imported(*CLASS_OF_30, options=("--label", "start of year"))

    _, listed, _ = desk.run("snapshot", "list")
    _, shown, _ = desk.run("snapshot", "show")
    _, as_json, _ = desk.run("snapshot", "show", "--format", "json")

    assert listed.startswith("Avon (portal)\n     1  ")
    assert "start of year" in listed
    assert "  0711             1          30           1          31\n" in shown
    assert json.loads(as_json)["by_school"]["0711"]["student"] == 30


def test_two_snapshots_are_compared(desk: Desk) -> None:
    desk.imported(student("S1"), student("S2"))
    desk.imported(student("S1", userLastName="=Roy"), student("S3"))
    changes = desk.folder / "changes.csv"

    _, out, _ = desk.run("snapshot", "compare", "1", "2", "--out", str(changes))
    _, as_json, _ = desk.run("snapshot", "compare", "1", "2", "--format", "json")

    assert "  student “S1”: userLastName “Lee” → “=Roy”\n" in out
    assert "  student “S2” removed\n" in out
    assert changes.read_text(encoding="utf-8").splitlines() == [
        "kind,key,school,field,before,after",
        "student,S1,,userLastName,Lee,'=Roy",
        "student,S2,,,S2,",
        "student,S3,,,,S3",
    ]
    assert json.loads(as_json)["counts"]["student"] == {
        "created": 1, "updated": 1, "no_changes": 0, "removed": 1,
    }  # fmt: skip


def test_nothing_is_forgotten_without_a_yes(desk: Desk) -> None:
    desk.imported(student("S1"))
    desk.imported(student("S2"))

    code, _, err = desk.run("snapshot", "forget", "--before", "2")
    kept = desk.snapshots
    forgotten, out, _ = desk.run("snapshot", "forget", "--before", "2", "--yes")

    assert (code, kept) == (2, (1, 2))
    assert "Add --yes to do it." in err
    assert (forgotten, desk.snapshots) == (0, (2,))
    assert out == "Deleted permanently: snapshots of 'Avon', 1 of 2 snapshots.\n"


def test_what_is_exported_can_be_imported_without_a_change(desk: Desk) -> None:
    desk.imported(*CLASS_OF_30, student("S99", schoolId="0820"))
    out = desk.folder / "out.csv"

    desk.run("snapshot", "export", "--out", str(out))
    code, said, _ = desk.run("snapshot", "import", str(out))

    assert (code, said) == (0, "Nothing differs from snapshot 1; none was made.\n")


def test_a_third_party_district_exports_staff_and_admins_only(desk: Desk) -> None:
    desk.imported(*CLASS_OF_30, options=("--source", "gg4l"))

    code, _, err = desk.run("snapshot", "export")
    staff, out, _ = desk.run("snapshot", "export", "--data", "staff")

    assert code == 2
    assert "only --data staff and --data admins" in err
    assert staff == 0
    assert len(out.splitlines()) == 2


def test_what_is_missing_is_a_sentence(desk: Desk) -> None:
    nothing, _, no_store = desk.run("snapshot", "show")
    desk.imported(student("S1"))
    code, _, err = desk.run("snapshot", "show", "--snapshot", "5")

    assert (nothing, code) == (2, 2)
    assert "There is no store" in no_store
    assert "The district 'Avon' has no snapshot 5; it has 1." in err
