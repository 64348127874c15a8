"""fix and check --previous: from a file with faults to one that can be uploaded."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from roster_toolkit.cli.app import main

HEADER = (
    "action,schoolId,userId,userRole,userFirstName,userLastName,userEmail,userGrade,"
    "classId,className,classGrade,primary_teacher"
)
SOUND = ",0711,S1,Student,Ana,Lee,ana@school.example,3,,,,"
SAFE = ",0711,S2,student,Bo, Diaz ,bo@school.example,03,,,,"
LIKELY = ",0711,S3,Student,Cy,Roy,cy@@school.example,3,,,,"


@pytest.fixture
def customers_file(tmp_path: Path) -> Path:
    path = tmp_path / "users.csv"
    path.write_text(f"{HEADER}\n{SOUND}\n{SAFE}\n{LIKELY}\n", encoding="utf-8")
    return path


def test_fix_makes_the_safe_repairs_in_a_copy_and_leaves_the_file_alone(
    customers_file: Path, tmp_path: Path
) -> None:
    before = customers_file.read_bytes()
    out = tmp_path / "fixed.csv"

    code = main(["fix", str(customers_file), "--out", str(out)])

    assert code == 1
    assert customers_file.read_bytes() == before
    assert out.read_text(encoding="utf-8").splitlines() == [
        HEADER,
        SOUND,
        ",0711,S2,Student,Bo,Diaz,bo@school.example,3,,,,",
        LIKELY,
    ]


def test_confirmed_repairs_make_the_file_clean(
    customers_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "fixed.csv"

    code = main(["fix", str(customers_file), "--out", str(out), "--confirm", "RT103"])

    assert code == 0
    assert "cy@school.example" in out.read_text(encoding="utf-8")
    assert "Rows rejected: 2 before, 0 now." in capsys.readouterr().out


def test_fix_says_which_repairs_wait_for_a_yes(
    customers_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["fix", str(customers_file), "--out", str(tmp_path / "fixed.csv")])

    assert "--confirm RT103" in capsys.readouterr().out


def test_fix_names_the_headers_that_could_be_others_and_the_columns_that_could_go(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "users.csv"
    header = HEADER.replace("userGrade", "userGrade,Born").replace("userEmail", "e-mail")
    file.write_text(f"{header}\n{SOUND.replace(',3,', ',3,2016-05-01,')}\n")

    main(["fix", str(file), "--out", str(tmp_path / "fixed.csv")])

    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    assert "e-mail → userEmail" in lines
    assert "Born → column deleted" in lines


def test_the_log_holds_every_changed_cell(customers_file: Path, tmp_path: Path) -> None:
    log = tmp_path / "log.csv"

    main(["fix", str(customers_file), "--out", str(tmp_path / "f.csv"), "--log", str(log)])

    with log.open(encoding="utf-8", newline="") as stream:
        changes = [tuple(line.values()) for line in csv.DictReader(stream)]
    assert changes == [
        ("3", "userRole", "RT102", "student", "Student"),
        ("3", "userLastName", "RT105", " Diaz ", "Diaz"),
        ("3", "userGrade", "RT102", "03", "3"),
    ]


def test_fix_never_writes_over_the_customers_file(
    customers_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = customers_file.read_bytes()

    code = main(["fix", str(customers_file), "--out", str(customers_file)])

    assert code == 2
    assert "choose another name" in capsys.readouterr().err
    assert customers_file.read_bytes() == before


def test_check_tells_what_was_cleared_since_the_last_attempt(
    customers_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fixed = tmp_path / "fixed.csv"
    main(["fix", str(customers_file), "--out", str(fixed)])
    capsys.readouterr()

    main(["check", str(fixed), "--previous", str(customers_file), "--format", "json"])

    document = json.loads(capsys.readouterr().out)["previous"]
    assert document["rows"] == {"cleared": 1, "left": 1, "new": 0}
    assert [cause["code"] for cause in document["causes"]["left"]] == ["RT103"]
    assert {cause["code"] for cause in document["causes"]["cleared"]} == {"RT102", "RT105"}


def test_the_error_workbook_becomes_a_file_to_upload(customers_file: Path, tmp_path: Path) -> None:
    main(["check", str(customers_file), "--out", str(tmp_path / "report")])
    from_workbook, from_csv = tmp_path / "from-workbook.csv", tmp_path / "from-csv.csv"

    main(["fix", str(tmp_path / "report" / "users-errors.xlsx"), "--out", str(from_workbook)])
    main(["fix", str(tmp_path / "report" / "users-errors.csv"), "--out", str(from_csv)])

    assert (
        from_workbook.read_text("utf-8-sig").splitlines()
        == from_csv.read_text("utf-8-sig").splitlines()
    )
    assert from_workbook.read_text("utf-8-sig").splitlines()[0] == HEADER


@pytest.mark.parametrize("name", ["users-errors.csv", "users-errors.xlsx"])
def test_check_never_writes_over_the_file_that_it_checks(
    customers_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    report = tmp_path / "report"
    main(["check", str(customers_file), "--out", str(report)])
    corrected = report / name
    before = corrected.read_bytes()

    code = main(["check", str(corrected), "--out", str(report)])

    assert code == 2
    assert "choose another name" in capsys.readouterr().err
    assert corrected.read_bytes() == before


def test_the_log_never_takes_the_place_of_the_customers_file(
    customers_file: Path, tmp_path: Path
) -> None:
    before = customers_file.read_bytes()
    out = tmp_path / "fixed.csv"

    code = main(["fix", str(customers_file), "--out", str(out), "--log", str(customers_file)])

    assert code == 2
    assert customers_file.read_bytes() == before
    assert not out.exists()


def test_fix_makes_a_list_of_edits_beside_its_own_repairs(
    customers_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edits, out, log = tmp_path / "edits.csv", tmp_path / "fixed.csv", tmp_path / "log.csv"
    edits.write_text("row,column,before,value\n4,userEmail,cy@@school.example,roy@school.example\n")

    code = main(
        ["fix", str(customers_file), "--edits", str(edits), "--out", str(out), "--log", str(log)]
    )

    assert code == 0
    assert out.read_text(encoding="utf-8").splitlines() == [
        HEADER,
        SOUND,
        ",0711,S2,Student,Bo,Diaz,bo@school.example,3,,,,",
        ",0711,S3,Student,Cy,Roy,roy@school.example,3,,,,",
    ]
    assert "4,userEmail,edit,cy@@school.example,roy@school.example" in log.read_text("utf-8")
    assert "edit           1  Cells that you edited" in capsys.readouterr().out


def test_the_log_of_one_fix_is_the_edits_of_another(customers_file: Path, tmp_path: Path) -> None:
    first, again, log = tmp_path / "first.csv", tmp_path / "again.csv", tmp_path / "log.csv"
    file = str(customers_file)
    main(["fix", file, "--confirm", "RT103", "--out", str(first), "--log", str(log)])

    main(["fix", file, "--edits", str(log), "--out", str(again)])

    assert again.read_bytes() == first.read_bytes()


def test_an_edit_of_a_cell_that_is_another_by_now_is_told_without_its_value(
    customers_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edits, out = tmp_path / "edits.csv", tmp_path / "fixed.csv"
    edits.write_text(
        "row,column,before,value\n2,userGrade,5,4\n4,userEmail,cy@@school.example,c@school.example\n"
    )

    code = main(["fix", str(customers_file), "--edits", str(edits), "--out", str(out)])
    text = capsys.readouterr().out
    main(["fix", str(customers_file), "--edits", str(edits), "--out", str(out), "--format", "json"])

    assert code == 0
    assert "1 edit not made, because the cell is not what the list says it was before:\n" in text
    assert "  row 2, userGrade\n" in text
    assert json.loads(capsys.readouterr().out)["edits"] == {
        "made": 1,
        "not_made": 1,
        "cells_not_made": [{"row": 2, "column": "userGrade"}],
    }
    assert ",3,,,," in out.read_text(encoding="utf-8").splitlines()[1]


def test_a_list_that_names_no_cell_of_the_file_writes_nothing(
    customers_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edits, out = tmp_path / "edits.csv", tmp_path / "fixed.csv"
    edits.write_text("row,column,before,value\n99,userGrade,3,4\n")

    code = main(["fix", str(customers_file), "--edits", str(edits), "--out", str(out)])

    assert code == 2
    assert "has no row 99: its rows go from 2 to 4." in capsys.readouterr().err
    assert not out.exists()


def test_neither_copy_nor_log_takes_the_place_of_the_list_of_edits(
    customers_file: Path, tmp_path: Path
) -> None:
    edits = tmp_path / "edits.csv"
    edits.write_text("row,column,before,value\n2,userGrade,3,4\n")
    before = edits.read_bytes()
    fix = ["fix", str(customers_file), "--edits", str(edits), "--out"]

    assert main([*fix, str(edits)]) == 2
    assert main([*fix, str(tmp_path / "fixed.csv"), "--log", str(edits)]) == 2
    assert edits.read_bytes() == before
