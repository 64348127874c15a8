"""The command line as people and scripts meet it: exit codes, sentences, files."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from roster_toolkit.__main__ import main
from roster_toolkit.cli.app import app

HEADER = "action,schoolId,userId,userRole,userFirstName,userLastName,userEmail,userGrade,"
HEADER += "classId,className,classGrade,primary_teacher\n"
GOOD = HEADER + ",0711,S1,Student,Ana,Lee,ana@school.org,3,,,,\n"
BAD_ROW = GOOD + ",0711,S2,Student,Bo,Lee,bo@school.org,Grade 3,,,,\n"
BAD_HEADER = GOOD.replace("userEmail", "userEmial")
COMMANDS = [command.callback.__name__ for command in app.registered_commands if command.callback]
REPOSITORY = Path(__file__).parent.parent


def written(folder: Path, text: str, name: str = "users.csv") -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def run(*arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """The command as a process of its own."""
    command = [sys.executable, "-m", "roster_toolkit", *arguments]
    return subprocess.run(command, cwd=REPOSITORY, capture_output=True, input=stdin, check=False)


@pytest.mark.parametrize(
    ("text", "code"),
    [(GOOD, 0), (GOOD.replace("Ana", " Ana"), 0), (BAD_ROW, 1), (BAD_HEADER, 3), ("", 3)],
)
def test_exit_code_tells_the_verdict(tmp_path: Path, text: str, code: int) -> None:
    assert main(["check", written(tmp_path, text)]) == code


def test_a_process_ends_with_the_same_exit_code(tmp_path: Path) -> None:
    done = run("check", written(tmp_path, BAD_ROW))

    assert done.returncode == 1
    assert b"reject 1" in done.stdout
    assert done.stderr == b""


def test_a_dash_reads_stdin() -> None:
    done = run("check", "-", "--format", "json", stdin=BAD_HEADER.encode())

    assert done.returncode == 3
    assert json.loads(done.stdout)["file"]["name"] == "stdin"


def test_a_reader_that_goes_away_changes_neither_exit_code_nor_stderr(tmp_path: Path) -> None:
    path = written(tmp_path, HEADER + BAD_ROW.splitlines(keepends=True)[2] * 20_000)
    command = [sys.executable, "-m", "roster_toolkit", "check", path, "--findings"]

    with subprocess.Popen(
        command, cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.read(10)
        process.stdout.close()
        complaint = process.stderr.read()

    assert (process.returncode, complaint) == (1, b"")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["check", "nowhere.csv"], "There is no file nowhere.csv"),
        (["check", "."], "folder"),
        (["check", "users.csv", "--profile", "batch-uplaod"], "Did you mean batch-upload?"),
        (["check", "users.csv", "--profile", "."], "cannot be read"),
        (["check", "users.csv", "--season", "spring"], "in-year"),
        (["check", "users.csv", "--schools", "users.csv"], "--against"),
        (["check", "users.csv", "--against", "nowhere.csv"], "There is no file nowhere.csv"),
        (["check", "users.csv", "--out", "users.csv"], "not a folder"),
        (["check", "users.csv", "--out", ""], "--out is blank"),
        (["sample", " "], "DIR is blank"),
        (["check", "users.csv", "--format", "xml"], "'text', 'json'"),
        (["check"], "FILE"),
        (["chekc", "users.csv"], "check"),
        (["users.csv"], "To check a file: python -m roster_toolkit check users.csv"),
        (["fix", "users.csv", "--out", "users.csv"], "users.csv is the file to fix or check;"),
        (["batch", "nowhere"], "There is no file or folder nowhere; check its name."),
        (["explain", "zzzzqq"], "No rule"),
        (["template", "--out", "no/such/folder.csv"], "there is no folder"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_exit_code_2(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    expected: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    written(tmp_path, GOOD)

    code = main(arguments)

    captured = capsys.readouterr()
    assert code == 2
    assert captured.out == ""
    assert expected in captured.err
    assert captured.err.count("\n") == 1


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)

    assert main(["check", written(tmp_path, GOOD), "--out", str(locked)]) == 2
    assert "not permitted" in capsys.readouterr().err


def test_a_failure_of_ours_is_named_by_its_kind_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise KeyError("Ana Lee")

    monkeypatch.setattr("roster_toolkit.reviewing.together.review", fail)

    assert main(["check", written(tmp_path, GOOD)]) == 1
    complaint = capsys.readouterr().err
    assert "KeyError" in complaint
    assert "Ana" not in complaint


def test_an_interruption_ends_without_a_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("roster_toolkit.reviewing.together.review", interrupt)

    assert main(["check", written(tmp_path, GOOD)]) == 130
    assert "Traceback" not in capsys.readouterr().err


def test_a_rule_that_failed_is_told_and_is_never_a_success(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from roster_toolkit.reviewing.review import Review
    from roster_toolkit.validate import Fault

    monkeypatch.setattr(Review, "faults", (Fault("RT103", "malformed-email failed (KeyError)"),))

    assert main(["check", written(tmp_path, GOOD)]) == 1
    assert "Our own fault: RT103" in capsys.readouterr().out


def test_without_a_command_the_help_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "Commands:" in capsys.readouterr().out


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command, "--help"]) == 0
    assert f"python -m roster_toolkit {command}" in capsys.readouterr().out


def test_help_loads_nothing_heavy() -> None:
    script = "import sys; from roster_toolkit.__main__ import main; main(['check', '--help'])"
    script += "; print(*sys.modules)"

    done = subprocess.run(
        [sys.executable, "-c", script], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )

    assert "roster_toolkit.cli.check" in done.stdout
    assert not {"polars", "rich", "duckdb"} & set(done.stdout.split())


def test_a_check_loads_nothing_that_it_does_not_use() -> None:
    file = REPOSITORY / "data/samples/bad-grades.csv"
    script = "import sys; from roster_toolkit.__main__ import main"
    script += f"; main(['check', {str(file)!r}, '--format', 'json', '--season', 'rollover'])"
    script += "; print(*sys.modules, file=sys.stderr)"

    done = subprocess.run(
        [sys.executable, "-c", script], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )

    assert "polars" in done.stderr.split()
    unused = {"pydantic", "rich", "duckdb", "xlsxwriter", "openpyxl", "plotly", "pandera"}
    assert not unused & set(done.stderr.split())


# --- check --out -------------------------------------------------------------------------------


def test_out_writes_every_file_and_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "a new" / "folder"

    main(["check", written(tmp_path, BAD_ROW), "--out", str(folder)])

    names = sorted(path.name for path in folder.iterdir())
    assert names == [
        "message.md",
        "report.html",
        "review.json",
        "users-errors.csv",
        "users-errors.xlsx",
        "users-fixed.csv",
    ]
    assert all(name in capsys.readouterr().err for name in names[:1])


def test_review_json_is_the_same_bytes_twice(tmp_path: Path) -> None:
    path = written(tmp_path, BAD_ROW)

    for folder in ("one", "two"):
        main(["check", path, "--out", str(tmp_path / folder), "--findings"])

    one, two = ((tmp_path / f / "review.json").read_bytes() for f in ("one", "two"))
    assert one == two
    assert "seconds" not in json.loads(one)


def test_without_values_the_customers_own_rows_are_not_written(tmp_path: Path) -> None:
    folder = tmp_path / "out"

    main(["check", written(tmp_path, BAD_ROW), "--out", str(folder), "--no-values"])

    assert sorted(path.name for path in folder.iterdir()) == [
        "message.md", "report.html", "review.json",
    ]  # fmt: skip


def test_a_folder_in_the_way_of_a_file_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "out" / "message.md").mkdir(parents=True)

    code = main(["check", written(tmp_path, GOOD), "--out", str(tmp_path / "out")])

    assert code == 2
    assert "a folder of that name is in the way" in capsys.readouterr().err
    assert not list((tmp_path / "out").glob(".*"))


# --- the other commands ------------------------------------------------------------------------


def test_the_template_is_taken_but_for_its_example_rows(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = str(tmp_path / "users.csv")

    assert main(["template", "--out", path]) == 0
    assert main(["check", path, "--format", "json"]) == 1
    document = json.loads(capsys.readouterr().out)
    assert document["findings"]["by_severity"]["error"] == document["findings"]["by_rule"]["RT013"]


def test_rules_lists_every_rule_of_the_catalogue(capsys: pytest.CaptureFixture[str]) -> None:
    from roster_toolkit.rules.registry import catalogue

    assert main(["rules"]) == 0
    of_users = capsys.readouterr().out
    assert main(["rules", "--profile", "demographics"]) == 0
    of_second = capsys.readouterr().out
    assert all(code in of_users + of_second for code in catalogue())
    assert "RT501" not in of_users
    assert "RT401" not in of_second


def test_a_long_example_is_cut(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "RT309"]) == 0

    said = capsys.readouterr().out
    assert "  … and so on, 81 rows" in said
    assert len(said.splitlines()) < 40


def test_every_rule_can_be_explained(capsys: pytest.CaptureFixture[str]) -> None:
    from roster_toolkit.rules.registry import catalogue

    for code, rule in catalogue().items():
        assert main(["explain", code]) == 0
        output = capsys.readouterr().out
        assert rule.title in output
        assert "{" not in output
        assert "Wrong:" in output


def test_an_error_text_finds_its_rule(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "userGrade", "has", "an", "invalid", "value"]) == 0
    assert "RT102" in capsys.readouterr().out


def test_the_dictionary_marks_what_is_assumed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["dictionary"]) == 0
    assert "[assumed]" in capsys.readouterr().out
    assert main(["dictionary", "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert {column["evidence"]["name"] for column in document["columns"]} >= {
        "confirmed",
        "assumed",
    }


def test_a_sample_is_found_out_completely(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sample", str(tmp_path), "--rows", "400", "--fault-rate", "0.1", "--score"]) == 0
    assert capsys.readouterr().out.splitlines()[-1].split()[-2:] == ["1.00", "1.00"]
    assert {path.name for path in tmp_path.iterdir()} == {"users.csv", "answer-key.csv"}


def test_letters_that_a_terminal_lacks_are_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))

    assert main(["check", written(tmp_path, BAD_ROW)]) == 1

    sys.stdout.flush()
    assert b'"Grade 3" > "3"' in raw.getvalue()


def test_the_message_names_every_problem_on_demand(tmp_path: Path) -> None:
    path = written(tmp_path, BAD_ROW)

    for form in ("short", "long"):
        main(["check", path, "--out", str(tmp_path / form), "--message", form])

    short, long = ((tmp_path / form / "message.md").read_text() for form in ("short", "long"))
    assert "The attached file lists every row" in short
    assert "Where: row" in long
