"""A district through a year: what is told and what is kept, command by command."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from making import HEADER, Row, file_of, imported, in_class, student, teacher
from test_oneroster import PROFILE, as_csv, folder_of, small, zip_of

from roster_toolkit.__main__ import main
from roster_toolkit.districts import Store
from roster_toolkit.errors import UsageError
from roster_toolkit.model import Part
from roster_toolkit.operations.importing import import_data
from roster_toolkit.operations.processing import process
from roster_toolkit.rosters.oneroster.reading import read_oneroster


@pytest.mark.parametrize("name", ["import", "list", "show", "compare", "export", "undo", "forget"])
def test_every_command_about_snapshots_is_there(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["snapshot", name, "--help"]) == 0

    assert f"snapshot {name}" in capsys.readouterr().out


# --- a small district ----------------------------------------------------------------------------

STAFF = [in_class(teacher(f"T{n}"), f"C{n}", primary_teacher="TRUE") for n in range(2)]
STUDENTS = [in_class(student(f"S{n}"), f"C{n % 2}") for n in range(12)]
DISTRICT = [*STAFF, *STUDENTS]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "roster.duckdb")


def written(
    store: Store, rows: Sequence[Row], name: str = "users.csv", **how: Sequence[str]
) -> Path:
    path = store.path.with_name(name)
    path.write_bytes(file_of(rows, **how))
    return path


def impact_and_processing(
    store: Store, rows: Sequence[Row], capsys: pytest.CaptureFixture[str]
) -> tuple[int, str]:
    """The exit code, and the first sentence."""
    path = written(store, rows)
    code = main(["process", str(path), "--district", "Avon", "--store", str(store.path)])
    return code, capsys.readouterr().out.partition("\n")[0]


# --- processing ----------------------------------------------------------------------------------


def test_the_first_file_of_an_empty_district_is_no_mass_change(store: Store) -> None:
    schools = store.path.with_name("schools.csv")
    schools.write_text("schoolId,schoolName\n0711,Oak\n", encoding="utf-8")
    import_data(written(store, []), store, "Avon", schools=schools)
    many = [student(f"S{n}") for n in range(30)]

    done = process(written(store, many), store, "Avon")

    assert (done.snapshot, done.held) == (2, {})


def test_where_rows_are_rejected_it_is_not_said_that_there_was_nothing_to_change(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    imported(store, *DISTRICT)
    spoiled = [row | {"schoolId": "711"} for row in DISTRICT]

    code, first = impact_and_processing(store, spoiled, capsys)

    assert (code, len(store.snapshots("Avon"))) == (1, 1)
    assert first == "Nothing was changed: Avon stays as it was, and no snapshot was made."


def test_a_file_of_another_district_is_the_first_reason_to_stop(store: Store) -> None:
    imported(store, *[student(f"S{n}") for n in range(30)])
    others = [student(f"X{n}", userFirstName="Zed", userLastName=f"Y{n}") for n in range(30)]

    done = process(written(store, others), store, "Avon")

    assert list(done.held) == ["RT418", "RT412"]
    assert done.snapshot is None


# --- imports -------------------------------------------------------------------------------------


def test_data_without_a_column_that_everybody_has_are_not_whole(store: Store) -> None:
    imported(store, *DISTRICT)
    header = [name for name in HEADER if name != "userEmail"]
    path = written(store, DISTRICT, "download.csv", header=header)

    stopped = import_data(path, store, "Avon")

    assert stopped.snapshot is None
    assert stopped.reasons["RT419"] == (
        "The data is not complete: userEmail is blank throughout, and 14 of the roster have one.",
    )
    assert import_data(path, store, "Avon", accept=["RT419"]).snapshot == 2


def test_a_column_that_nobody_need_fill_may_be_missing(store: Store) -> None:
    imported(store, *[row | {"userStateId": f"9{row['userId']}"} for row in DISTRICT])

    assert imported(store, *DISTRICT).held == {}


def test_people_whose_school_is_none_in_the_data_stop_an_import(
    store: Store, tmp_path: Path
) -> None:
    whole = small()
    place = {"enabledUser": "true", "orgSourcedIds": "o1", "grades": "03"}
    for n in range(9):
        who = {"givenName": "Ana", "familyName": f"Lee{n}", "email": f"p{n}@oak.example"}
        whole["users"].append({"sourcedId": f"p{n}", "role": "student", **place, **who})
    import_data(folder_of(tmp_path / "whole", whole), store, "Avon")
    for org in whole["orgs"]:
        org["type"] = "department" if org["sourcedId"] == "o1" else org["type"]
    whole["orgs"].append({"sourcedId": "o2", "name": "Elm", "type": "school", "identifier": "0820"})
    for user in whole["users"][:1]:
        user["orgSourcedIds"] = "o2"

    stopped = import_data(folder_of(tmp_path / "other", whole), store, "Avon", accept=["RT419"])

    assert stopped.snapshot is None
    assert any("at none of the schools where they are now" in s for s in stopped.reasons["RT412"])


def test_one_who_changes_school_stops_no_import(store: Store) -> None:
    imported(store, *DISTRICT)
    moved = [row | {"schoolId": "0820", "classId": "D1"} for row in STUDENTS[:4]]

    assert imported(store, *STAFF, *moved, *STUDENTS[4:]).held == {}


# --- OneRoster folders and archives --------------------------------------------------------------


def test_an_export_may_stand_in_a_folder_inside_the_one_that_is_named(tmp_path: Path) -> None:
    outer = tmp_path / "unpacked"
    outer.mkdir()
    folder_of(outer / "export", small())

    roster, _ = read_oneroster(outer, PROFILE)

    assert roster.people["userId"].to_list() == ["u1", "u2"]


def test_files_of_two_exports_are_never_mixed(tmp_path: Path) -> None:
    path = tmp_path / "two.zip"
    with zipfile.ZipFile(path, "w") as made:
        for folder in ("2025", "2026"):
            for name, rows in small().items():
                made.writestr(f"{folder}/{name}.csv", as_csv(name, rows))

    with pytest.raises(UsageError, match="more than one export"):
        read_oneroster(path, PROFILE)


def test_an_older_export_deeper_in_an_archive_lends_no_file(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "oneroster.zip", small(), "now/")
    with zipfile.ZipFile(path, "a") as made:
        made.writestr(
            "now/old/manifest.csv", "propertyName,value\nfile.users,delta\nfile.orgs,delta\n"
        )

    assert not [note for note in read_oneroster(path, PROFILE)[1] if "delta" in note]


def test_staff_can_be_added_where_there_are_only_students(store: Store) -> None:
    imported(store, *[student(f"S{n}") for n in range(6)], part=Part.STUDENTS)

    assert imported(store, teacher("T1"), part=Part.STAFF).snapshot == 2
