"""Files of any name and form: the one named is read, and no other, or a sentence says why."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from making import file_of, student

from roster_toolkit.attempts import compare_attempts
from roster_toolkit.cli.app import main
from roster_toolkit.errors import ToolkitError
from roster_toolkit.model import ERROR_FILE_COLUMNS, Obstacle
from roster_toolkit.reviewing.review import Review, Verdict, review
from roster_toolkit.rosters.download import read_school_cells

SOUND = file_of([student("S1"), student("S2")])
QUOTED = SOUND.replace(b"Ana", b'"Ana, B"')
OTHER = file_of([student(f"S{n}", userGrade="x") for n in range(9)])
ODD_NAMES = [
    "users[1].csv", "users[.csv", "users].csv", "users*.csv", "use?s.csv", "us{e,r}s.csv",
    "\x1b[31musers.csv", "us\ners.csv", "us ers.csv", "~users.csv", "~", "file:users.csv",
    "s3:users.csv", "users%20.csv", "us\\ers.csv", "üsers.csv", "用户.csv", "users.csv.gz",
    "users.parquet", "-users.csv", "us'ers\".csv", "$HOME.csv", "us#ers.csv", "u\u202esers.csv",
]  # fmt: skip


# --- names ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data", [SOUND, pytest.param(QUOTED, marks=pytest.mark.slow)], ids=["plain", "quoted"]
)
@pytest.mark.parametrize("name", ODD_NAMES, ids=range(len(ODD_NAMES)))
def test_the_file_named_is_read_and_no_other(
    tmp_path: Path, name: str, data: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / name).write_bytes(data)
    for other in ("users1.csv", "users.csv", "usexs.csv"):
        (tmp_path / other).write_bytes(OTHER)
    monkeypatch.chdir(tmp_path)

    for given in (tmp_path / name, name, Path(name)):
        result = review(given)

        assert (result.rows.accepted, result.rows.rejected) == (2, 0)
        assert result.fixed().data == data


def test_a_name_that_is_not_utf_8_is_read_and_shown(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/bad\xff.csv"
    Path(os.fsdecode(path)).write_bytes(QUOTED)

    for form in ([], ["--format", "json"]):
        run = subprocess.run(
            [sys.executable, "-m", "roster_toolkit", "check", path, *form],
            capture_output=True, check=False,
        )  # fmt: skip

        assert run.returncode == 0
        assert "bad\N{REPLACEMENT CHARACTER}.csv" in run.stdout.decode()
        assert b"failed" not in run.stderr


def test_a_name_does_not_steer_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "\x1b]0;owned\x07users\x9b31m.csv"
    path.write_bytes(file_of([student(userGrade="x")]))

    main(["check", str(path)])
    main(["check", str(path) + "none"])
    main(["fix", str(path), "--out", str(tmp_path / "\x1bfixed.csv")])

    shown = capsys.readouterr()
    assert not {"\x1b", "\x07", "\x9b"} & {*shown.out, *shown.err}


@pytest.mark.parametrize("name", ["s[1].csv", "s*.csv", "s?.csv", "s[.csv"])
def test_a_list_of_schools_is_the_file_named(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("schoolId,schoolName\n0711,Oak\n")
    (tmp_path / "s1.csv").write_text("schoolId,schoolName\n9,Elm\n")

    assert read_school_cells(tmp_path / name)["schoolId"].to_list() == ["0711"]


# --- what is no ordinary file --------------------------------------------------------------------


def test_a_link_to_a_file_is_that_file(tmp_path: Path) -> None:
    (tmp_path / "users.csv").write_bytes(SOUND)
    (tmp_path / "link.csv").symlink_to(tmp_path / "users.csv")

    assert review(tmp_path / "link.csv").rows.accepted == 2


def test_a_link_to_nothing_or_to_itself_is_a_sentence(tmp_path: Path) -> None:
    for name, target in (("a.csv", "none.csv"), ("b.csv", "b.csv")):
        (tmp_path / name).symlink_to(tmp_path / target)
        with pytest.raises(ToolkitError):
            review(tmp_path / name)


def test_a_pipe_is_read_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    writer = threading.Thread(target=lambda: (tmp_path / "pipe").write_bytes(QUOTED))
    writer.start()

    assert review(tmp_path / "pipe").rows.accepted == 2
    writer.join()


def test_what_is_nothing_or_has_no_end_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("roster_toolkit.ingest.source._MOST", 1000)

    assert review("/dev/null").upload.obstacle is Obstacle.EMPTY
    with pytest.raises(ToolkitError, match="no end"):
        review("/dev/zero")


@pytest.mark.parametrize("given", ["", ".", "/", "\0", "users\0.csv", "a" * 5000])
def test_what_is_no_path_of_a_file_is_a_sentence(given: str) -> None:
    with pytest.raises(ToolkitError):
        review(given)


# --- quotes that never close ---------------------------------------------------------------------

UNCLOSED = [
    b'action,"schoolId\n', b'"action","schoolId","u', b'schoolId,"', b'"schoolId,userId\n1,2\n',
    b'schoolId,userId\n"', b'schoolId,userId\n\n"1,2\n', b'schoolId;"userId\n1;2\n',
    b'\n\n"schoolId',
    b'\xef\xbb\xbf"schoolId,userId', b'schoolId,"userId""', 'schoolId,"userId'.encode("utf-16"),
    b'schoolId,userId,"x\n1,2,3\n', b'schoolId,userId,userId,"schoolId',
]  # fmt: skip


def checked_as_json(
    capsys: pytest.CaptureFixture[str], *arguments: str
) -> tuple[int, dict[str, object]]:
    code = main([*arguments, "--format", "json"])
    return code, json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("data", UNCLOSED, ids=range(len(UNCLOSED)))
def test_a_quote_that_never_closes_rejects_the_file(
    data: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "users.csv").write_bytes(data)

    code, document = checked_as_json(capsys, "check", str(tmp_path / "users.csv"), "--findings")

    assert code == 3
    assert document["verdict"] == "rejected"
    assert "RT010" in review(data).by_rule
    assert main(["check", str(tmp_path / "users.csv")]) == 3
    assert main(["check", str(tmp_path / "users.csv"), "--out", str(tmp_path / "out")]) == 3


def test_a_quote_that_never_closes_is_told_against_a_roster_too() -> None:
    for data in UNCLOSED:
        result = review(data, against=SOUND)

        assert result.verdict is Verdict.REJECTED
        assert result.faults == ()


# --- our own error files -------------------------------------------------------------------------


def as_read(result: Review) -> list[tuple[str, ...]]:
    return [tuple(cell.typed for cell in result.upload.header), *result.upload.cells.rows()]


ROUND = [
    b"action,schoolId,userId\n,(no cell),1\n",
    b"action,schoolId,userId\n,'(no cell),1\n,''(no cell),(no cell)\n",
    b"action,schoolId,userId\n(no cell)\n(no cell),(no cell)\n(no cell),(no cell),1,(no cell)\n",
    b"(no cell),schoolId,userId\n1,2,3\n",
    b"action,schoolId,userId\n,(no cell) ,1\n, (no cell),(No cell)\n",
    "action,schoolId,userId\n\ufeffa,b,c\n".encode(),
    "action,schoolId,userId\na,\ufeffb,c\n\ufeff,\ufeffx,\ufeff\n".encode(),
    "action,schoolId,userId\na,\u200bb,\u2028c\n".encode(),
    b"action,schoolId,userId\n_xFFFE_,_x0041_,_x_\n,_xFEFF_,_x005F_x0041_\n",
    "action,schoolId,userId\n=1,\x85x,\x01\x1f\n".encode(),
    b'action;"userId;userRole;userGrade\n;a;b;c\n',
    b'a|"b|c|d\n1|2|3|4\n',
    b'"userId;userRole;userGrade;schoolId",action\nx,y\n',
    b'"userId\tuserRole\tuserGrade\tschoolId"\nx\n',
    b'schoolId,userId\n0711,"a\rb",x\n0711,"c\r\nd","\re",\n0711,S3\n',
    b'"<html>",userId\nx,S1\n',
    b'"%PDF-1",userId\nx,S1\n',
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("data", ROUND, ids=range(len(ROUND)))
def test_the_error_files_bring_back_every_cell(data: bytes) -> None:
    result = review(data)

    for written in (result.errors_csv(), result.errors_xlsx()):
        again = review(written)

        assert again.upload.is_error_file
        assert as_read(again) == as_read(result)
        assert again.upload.ragged.rows() == result.upload.ragged.rows()
        assert again.upload.surplus == result.upload.surplus


def test_characters_that_no_workbook_holds_come_back_as_the_mark_of_what_is_lost() -> None:
    result = review("action,schoolId,userId\n,\ufffex,a\uffff\n".encode())

    again = review(result.errors_xlsx())

    assert again.upload.cells.rows() == [("", "\ufffdx", "a\ufffd")]
    assert review(result.errors_csv()).upload.cells.rows() == [("", "\ufffex", "a\uffff")]


@pytest.mark.parametrize(
    ("typed", "read"),
    [("\ufffe", "\ufffd"), ("user\uffffId", "user\ufffdId"), ("_xFFFE_", "_xFFFE_")],
)
def test_headers_come_back_from_the_workbook_as_its_cells_do(typed: str, read: str) -> None:
    result = review(f"action,{typed},schoolId,userId\n,x,0711,S1\n".encode())

    again = review(result.errors_xlsx())

    assert [cell.typed for cell in again.upload.header] == ["action", read, "schoolId", "userId"]


def test_a_header_longer_than_a_cell_of_a_workbook_ends_in_an_ellipsis_there() -> None:
    result = review(f"action,{'x' * 40_000},schoolId,userId\n,,0711,S1\n".encode())

    header = [cell.typed for cell in review(result.errors_xlsx()).upload.header]

    assert header == ["action", "x" * 32_766 + "…", "schoolId", "userId"]


def test_a_header_that_ends_like_ours_is_our_error_file_whatever_stands_before() -> None:
    ours = ",".join(ERROR_FILE_COLUMNS)

    upload = review(f'"action;schoolId;userId;userRole",{ours}\nx,2,,\n'.encode()).upload

    assert upload.is_error_file
    assert upload.cells.rows() == [("x",)]


# --- size and shape ------------------------------------------------------------------------------


def test_a_line_of_ten_million_characters_is_read() -> None:
    result = review(file_of([student(userFirstName="x" * 10_000_000), student("S2")]))

    assert result.upload.records == 2


@pytest.mark.parametrize("quote", ["", '"'])
@pytest.mark.parametrize("width", [1_000, pytest.param(100_000, marks=pytest.mark.slow)])
def test_a_header_of_very_many_columns_is_rejected_with_a_sentence(width: int, quote: str) -> None:
    header = ",".join(["schoolId", "userId", *(f"c{n}" for n in range(width))])

    result = review(f"{header}\n0711,S1,{quote}x{quote}\n".encode())

    assert result.verdict is Verdict.REJECTED
    assert result.faults == ()


@pytest.mark.slow
def test_many_blank_lines_never_become_many_cells() -> None:
    upload = review(SOUND + b"\n" * 3_000_000 + SOUND).upload

    assert upload.obstacle is Obstacle.BINARY
    assert "3,000,006 lines" in upload.obstacle_detail


def test_few_bytes_never_become_many_cells() -> None:
    header = ",".join(f"c{n}" for n in range(2_000))

    upload = review((header + "\n" + "1\n" * 50_000).encode()).upload

    assert upload.obstacle is Obstacle.BINARY
    assert "2,000 columns" in upload.obstacle_detail


@pytest.mark.parametrize("data", [b"\0", b"userId\0,schoolId\n1,2\n", b"a\n" + b"\0" * 9999])
def test_bytes_that_are_no_text_are_told_from_stdin_too(
    data: bytes, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "roster_toolkit", "check", "-"],
        input=data, capture_output=True, check=False, cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
    )  # fmt: skip

    assert run.returncode == 3
    assert b"a file that is not text" in run.stdout
    capfd.readouterr()


# --- where results go ----------------------------------------------------------------------------


def test_results_beside_the_file_leave_the_file_as_it_is(tmp_path: Path) -> None:
    source = tmp_path / "users.csv"
    source.write_bytes(QUOTED)

    assert main(["check", str(source), "--out", str(tmp_path)]) == 0
    assert source.read_bytes() == QUOTED

    for name in ("users-errors.csv", "users-fixed.csv", "review.json", "users-errors.xlsx"):
        (tmp_path / name).write_bytes(QUOTED)
        assert main(["check", str(tmp_path / name), "--out", str(tmp_path)]) == 2
        assert (tmp_path / name).read_bytes() == QUOTED


def test_a_folder_of_results_that_cannot_be_is_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "users.csv").write_bytes(SOUND)
    (tmp_path / "folder").mkdir()

    for arguments in (
        ["check", str(tmp_path / "users.csv"), "--out", str(tmp_path / "users.csv")],
        ["check", str(tmp_path / "users.csv"), "--out", str(tmp_path / "users.csv" / "x")],
        ["check", str(tmp_path / "users.csv"), "--out", "/proc/none"],
        ["check", str(tmp_path / "users.csv"), "--out", str(tmp_path / ("x" * 300))],
        ["fix", str(tmp_path / "users.csv"), "--out", str(tmp_path / "folder")],
        ["fix", str(tmp_path / "users.csv"), "--out", str(tmp_path / "none" / "x.csv")],
        ["fix", str(tmp_path / "users.csv"), "--out", str(tmp_path / ("x" * 300))],
        ["fix", str(tmp_path / "users.csv"), "--out", ""],
        ["check", str(tmp_path / "users.csv"), "--store", str(tmp_path), "--district", "A"],
        ["check", str(tmp_path / "users.csv"), "--store", str(tmp_path / "users.csv"),
         "--district", "A"],
        ["check", str(tmp_path / "users.csv"), "--store", "/dev/null", "--district", "A"],
        ["check", str(tmp_path / "users.csv"), "--against", str(tmp_path)],
        ["check", str(tmp_path / "users.csv"), "--against", str(tmp_path / "users.csv"),
         "--schools", str(tmp_path)],
    ):  # fmt: skip
        assert main(arguments) == 2, arguments
        complaint = capsys.readouterr().err.strip().splitlines()[-1]
        assert complaint.endswith((".", "?"))
        assert "ours failed" not in complaint


# --- profiles ------------------------------------------------------------------------------------

BROKEN = [
    "x = " + "[" * 20_000,
    "x = " + "[" * 300 + "]" * 300,
    "x = " + "{a=" * 2_000 + "1" + "}" * 2_000,
    "[" + "a." * 3_000 + "b]\n",
    "a." * 3_000 + "b = 1",
    "x = " + "9" * 5_000,
    "[thresholds]\nclass_size = " + "9" * 400,
    "[thresholds]\nclass_size = nan",
    "[thresholds]\nclass_size = inf",
    "[thresholds]\nclass_size = 1979-05-27",
    "[thresholds]\nclass_size = -5",
    "[thresholds]\nclass_size = [1]",
    "[seasons.in-year]\nremoved = nan",
    "[seasons.in-year]\nremoved = 'x'",
    "seasons = 5",
    "columns = []",
    "columns = {userId = 5}",
    "[columns.userId]\naliases = 5",
    "[columns.userId]\nname = ''",
    "[kinds.identifier]\npattern = '(?<=x)y'",
    "[kinds.identifier]\npattern = '" + "(" * 5_000 + ")" * 5_000 + "'",
    "[kinds.identifier]\npattern = 'a{1000}{1000}{1000}'",
    "words = 1",
    "rules = 'x'",
    "[rules.RT101]\nenabled = 'maybe'",
    "extends = 5",
    "extends = 'p.toml'",
    "extends = ''",
    "name = 1",
    "\0",
    "x = '\ud800'",
]


@pytest.mark.parametrize("text", BROKEN, ids=range(len(BROKEN)))
def test_a_profile_of_any_text_is_used_or_answered_with_a_sentence(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "p.toml"
    head = "" if "extends" in text else 'extends = "batch-upload"\n'
    path.write_bytes((head + text).encode("utf-8", "surrogatepass"))
    (tmp_path / "users.csv").write_bytes(SOUND)

    code = main(["check", str(tmp_path / "users.csv"), "--profile", str(path), "--format", "json"])

    captured = capsys.readouterr()
    assert "failed" not in captured.err
    assert code == 2 or json.loads(captured.out)["faults"] == []


@pytest.mark.parametrize("place", ["/dev/null", "/dev/zero", "/", "none.toml", "\0", "x" * 400])
def test_a_profile_that_is_no_file_is_a_sentence(
    place: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "users.csv").write_bytes(SOUND)

    assert main(["check", str(tmp_path / "users.csv"), "--profile", place]) == 2
    assert "failed" not in capsys.readouterr().err


def test_profiles_that_extend_each_other_very_often_are_a_sentence(tmp_path: Path) -> None:
    for n in range(1500):
        (tmp_path / f"{n}.toml").write_text(f'extends = "{n + 1}.toml"\n')
    (tmp_path / "1500.toml").write_text('extends = "batch-upload"\n')

    with pytest.raises(ToolkitError):
        review(SOUND, profile=tmp_path / "0.toml")


def test_a_file_of_two_columns_of_ours_makes_no_rule_fail() -> None:
    result = review(b"userId,action,x\n(no cell),x,1\nS 1,y,2\n")

    assert result.faults == ()


def test_an_error_file_without_a_column_of_the_customers_holds_nobody() -> None:
    result = review(b"row,errors,how to fix\n1,,\n2,,,x\n\n")

    assert result.by_rule == {"RT002": 1}
    assert [cause.clears for cause in result.causes] == [0]


# --- a quote that opens in the header ------------------------------------------------------------

IN_THE_HEADER = b'\nschoolId,"userId\n0711,S1\n0711,S2\n'


def test_a_quote_that_opens_in_the_header_is_all_that_is_said_of_it() -> None:
    result = review(IN_THE_HEADER)

    assert result.sentence == (
        "The portal would reject the whole file. Row 2: a quotation mark opens here and is never "
        "closed; everything after it is one cell. Close the quotation mark, or delete it."
    )
    assert [cause.code for cause in result.causes] == ["RT010"]


@pytest.mark.parametrize("mark", ["|", ";", ","])
def test_a_name_that_the_quote_runs_through_is_not_misspelled(mark: str) -> None:
    names = ["action", "schoolId", "userId", "primary_teacher"]
    data = f'"{mark}"'.join(names) + "\n" + f'"{mark}"'.join(["", "0711", "S1", "FALSE"]) + "\n"

    result = review(data.encode())

    assert "Row 1: a quotation mark opens here" in result.sentence
    assert {"RT003", "RT004", "RT005"} & result.by_rule.keys() == set()


def test_what_stands_in_the_header_is_no_row_of_people() -> None:
    result = review(IN_THE_HEADER)

    assert result.select(code="RT010").rows.is_empty()
    assert result.select().frame().is_empty()
    assert compare_attempts(result, result).rows.left == 0
    assert b"row 2: A quotation mark opens here" in result.errors_csv()
