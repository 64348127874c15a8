"""The lowest and highest grade of a school, from the district's list to the store and back."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from making import file_of, student

from roster_toolkit.cli.app import main
from roster_toolkit.districts import Store
from roster_toolkit.operations.importing import import_data, import_schools
from roster_toolkit.profile import load_profile
from roster_toolkit.rosters.difference import difference
from roster_toolkit.rosters.download import read_download, read_school_cells
from roster_toolkit.rosters.export import schools_csv
from roster_toolkit.rosters.roster import SCHOOL_FACTS

LIST = b"schoolId,schoolName,lowGrade,highGrade\n0711,Ash,PK,5\n0820,Birch,,\n"
FACTS = [("0711", "Ash", "PK", "5"), ("0820", "Birch", "", "")]


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "download.csv").write_bytes(file_of([student("S1")]))
    (tmp_path / "schools.csv").write_bytes(LIST)
    return tmp_path


def imported(files: Path, **options: object) -> Store:
    store = Store(files / "roster.duckdb")
    schools = files / "schools.csv"
    import_data(files / "download.csv", store, "Avon", schools=schools, **options)  # type: ignore[arg-type]
    return store


def facts(store: Store) -> list[tuple[str, ...]]:
    return store.roster("Avon").schools.select("schoolId", *SCHOOL_FACTS).rows()


@pytest.mark.parametrize(
    "header",
    [b"schoolId,schoolName,lowGrade,highGrade", b"schoolId,School Name,low grade,HIGH_GRADE"],
)
def test_a_list_may_tell_the_grades_of_its_schools(header: bytes) -> None:
    cells = read_school_cells(header + LIST[LIST.index(b"\n") :])

    assert cells.rows() == FACTS


def test_a_list_without_grades_and_a_download_leave_them_blank() -> None:
    known = read_download(file_of([student()]), load_profile())
    listed = read_download(file_of([student()]), load_profile(), b"schoolId\n0711\n")

    for against in (known, listed):
        assert against.roster.schools.select(SCHOOL_FACTS).rows() == [("", "", "")]


def test_grades_are_stored_and_shown(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = imported(files)

    assert facts(store) == FACTS
    assert main(["snapshot", "show", "--district", "Avon", "--store", str(store.path)]) == 0
    assert "Ash (PK-5)\n" in capsys.readouterr().out


def test_the_list_is_exported_as_it_can_be_read_again(
    files: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    store = imported(files)
    command = ["snapshot", "export", "--district", "Avon", "--store", str(store.path)]

    main([*command, "--data", "schools"])

    assert capsysbinary.readouterr().out == LIST
    assert read_school_cells(schools_csv(store.roster("Avon"))).rows() == FACTS


def test_another_grade_is_a_change(files: Path) -> None:
    store = imported(files)
    (files / "schools.csv").write_bytes(LIST.replace(b"PK,5", b"K,5"))
    imported(files)

    found = difference(store.roster("Avon", 1), store.roster("Avon", 2), load_profile())

    assert found.changes.rows() == [("school", "0711", "0711", "lowGrade", "PK", "K")]


def test_a_store_of_an_earlier_toolkit_gets_the_columns_when_it_is_added_to(files: Path) -> None:
    store = imported(files)
    with duckdb.connect(store.path) as con:
        for column in ("lowGrade", "highGrade"):
            con.execute(f'ALTER TABLE schools DROP COLUMN "{column}"')

    assert facts(store) == [("0711", "Ash", "", ""), ("0820", "Birch", "", "")]
    imported(files)
    assert facts(store) == FACTS
    assert store.roster("Avon", 1).schools["lowGrade"].to_list() == ["", ""]


def test_a_store_of_an_earlier_toolkit_can_be_rewritten(files: Path) -> None:
    store = imported(files)
    (files / "download.csv").write_bytes(file_of([student("S1"), student("S2")]))
    imported(files)
    with duckdb.connect(store.path) as con:
        for column in ("lowGrade", "highGrade"):
            con.execute(f'ALTER TABLE schools DROP COLUMN "{column}"')

    store.forget("Avon", before=2)

    assert facts(store) == [("0711", "Ash", "", ""), ("0820", "Birch", "", "")]


def test_another_list_makes_a_snapshot_in_which_nobody_leaves(files: Path) -> None:
    store = imported(files)
    before = store.roster("Avon")
    (files / "schools.csv").write_bytes(b"schoolId,schoolName\n0711,Ash Elementary\n,Nameless\n")

    made = import_schools(files / "schools.csv", store, "Avon", label="list")

    assert (made.snapshot, made.before) == (2, 1)
    assert facts(store) == [("0711", "Ash Elementary", "", "")]
    assert store.roster("Avon").people.equals(before.people)
    assert store.inactive_because("Avon") == ("Nameless",)


def test_a_list_that_only_drops_a_school_without_an_id_still_counts(files: Path) -> None:
    (files / "schools.csv").write_bytes(LIST + b",Nameless,,\n")
    store = imported(files)
    assert store.inactive_because("Avon") == ("Nameless",)

    (files / "schools.csv").write_bytes(LIST)

    assert import_schools(files / "schools.csv", store, "Avon").snapshot is None
    assert store.inactive_because("Avon") == ()
