"""Many files as many tasks: the same answers as one by one, whatever dies in between."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TypeVar

import duckdb
import polars as pl
import pytest
from jsonschema import Draft202012Validator
from making import file_of, student, teacher

import roster_toolkit as rt
from roster_toolkit.batch import running
from roster_toolkit.batch.cluster import host_of
from roster_toolkit.batch.criteria import criteria_of
from roster_toolkit.batch.task import Task, judge
from roster_toolkit.cli.app import main

SAMPLES = Path(__file__).parent.parent / "data" / "samples"
SCHEMA = Path(__file__).parent.parent / "docs" / "batch.schema.json"
T = TypeVar("T")


@pytest.fixture
def customers(tmp_path: Path) -> Path:
    """Three customers who call their files alike, one of them without a file that can be read."""
    folder = tmp_path / "customers"
    for name, data in (
        ("avon/users.csv", file_of([student(userGrade="99"), student("S2")])),
        ("bergen/users.csv", file_of([student(userGrade="98", userEmail="")])),
        ("corby/users.csv", file_of([student(), teacher()]).replace(b"userGrade", b"userGrad")),
    ):
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_bytes(data)
    return folder


@pytest.fixture
def threads() -> Iterator[Executor]:
    with ThreadPoolExecutor(2) as executor:
        yield executor


class Counting(Executor):
    """Judges at once, in this process, and counts."""

    def __init__(self) -> None:
        self.tasks: list[Task] = []

    def submit(self, fn: Callable[..., T], /, *args: object, **kwargs: object) -> Future[T]:
        assert isinstance(args[0], Task)
        self.tasks.append(args[0])
        future: Future[T] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


# --- the answers -------------------------------------------------------------------------------


def test_what_deserves_attention_stands_first(customers: Path, threads: Executor) -> None:
    batch = rt.review_files(customers, executor=threads)

    assert batch.files.select("file", "verdict", "rows", "rejected").rows() == [
        ("corby/users.csv", "rejected", 2, 2),
        ("avon/users.csv", "errors", 2, 1),
        ("bergen/users.csv", "errors", 1, 1),
    ]
    assert batch.exit_code == 3


def test_problems_that_several_have_are_told_by_rule_and_column(
    customers: Path, threads: Executor
) -> None:
    batch = rt.review_files(customers, executor=threads)

    assert batch.common.select("code", "column", "files", "rows").rows() == [
        ("RT102", "userGrade", 2, 2)
    ]


def test_each_file_is_judged_as_check_judges_it(
    customers: Path, threads: Executor, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    batch = rt.review_files(customers, executor=threads)

    for name, told in batch.files.select("file", "review").iter_rows():
        main(["check", str(customers / name), "--format", "json"])
        alone = json.loads(capsysbinary.readouterr().out)
        del alone["seconds"]
        alone["file"]["name"] = name
        assert json.loads(told) == alone


def test_questions_in_sql_know_the_file_of_everything(customers: Path, threads: Executor) -> None:
    batch = rt.review_files(customers, executor=threads)

    asked = batch.sql("SELECT file, count(*) FROM findings GROUP BY ALL ORDER BY ALL")

    assert asked.rows() == [("avon/users.csv", 1), ("bergen/users.csv", 2), ("corby/users.csv", 2)]
    assert len(batch.plot.rules().data) >= 1
    assert "What deserves attention first" in batch._repr_html_()


def test_a_file_that_is_gone_ends_nothing(customers: Path, threads: Executor) -> None:
    files = [customers / "avon" / "users.csv", customers / "nowhere.csv"]

    batch = rt.review_files(files, executor=threads)

    assert batch.files.select("file", "verdict", "why").rows() == [
        ("nowhere.csv", "unusable", "nowhere.csv cannot be opened."),
        ("users.csv", "errors", None),
    ]


def test_the_roster_and_the_last_attempts_are_the_same_for_all(
    tmp_path: Path, threads: Executor
) -> None:
    roster = file_of([student(), student("S2"), student("S3")])
    now, before = tmp_path / "now", tmp_path / "before"
    for folder, grade in ((now, "3"), (before, "99")):
        folder.mkdir()
        (folder / "avon.csv").write_bytes(file_of([student(userGrade=grade)]))

    batch = rt.review_files(now, executor=threads, against=roster, previous=before)

    line = batch.files.row(0, named=True)
    assert (line["cleared"], line["left"], line["new"]) == (1, 0, 0)
    assert line["created"] == 0
    assert line["updated"] + line["no_changes"] > 0


def nicknames() -> pl.Expr:
    """Brackets end up on report cards."""
    return rt.col("userFirstName").str.contains(r"[(]")


def test_rules_of_ones_own_travel_with_the_files(tmp_path: Path, threads: Executor) -> None:
    (tmp_path / "avon.csv").write_bytes(file_of([student(userFirstName="Ana (Bo)")]))
    rule = rt.rule(
        "RT901", "nickname", column="userFirstName", title="A nickname",
        message="{value} holds a nickname.", how_to_fix="Write the first name alone.",
    )(nicknames)  # fmt: skip

    batch = rt.review_files(tmp_path, executor=threads, rules=[rule])

    assert batch.findings["code"].to_list() == ["RT901"]


def test_no_cell_is_kept_where_none_is_wanted(
    customers: Path, threads: Executor, tmp_path: Path
) -> None:
    (customers / "avon" / "users.csv").write_bytes(file_of([student(userGrade="Canary")]))
    told = {}
    for values in (True, False):
        out = tmp_path / str(values)
        rt.review_files(customers, executor=threads, out=out, values=values)
        told[values] = str([pl.read_parquet(piece).rows() for piece in out.rglob("*.parquet")])

    assert "Canary" in told[True]
    assert "Canary" not in told[False]


def test_a_second_file_is_known_by_its_header_and_named_without_its_values(
    tmp_path: Path, threads: Executor
) -> None:
    sample = SAMPLES / "demographics-problems.csv"
    (tmp_path / "extra.csv").write_bytes(sample.read_bytes())

    batch = rt.review_files(tmp_path, executor=threads)

    profile = rt.load_profile("demographics")
    private = [column.name for column in profile.columns.values() if column.private]
    values = batch.findings.filter(pl.col("column").is_in(private))
    assert batch.files["verdict"].to_list() == ["errors"]
    assert values.height > 0
    assert values["value"].null_count() == values["suggestion"].null_count() == values.height


# --- what is kept, and going on ----------------------------------------------------------------


def test_what_was_judged_is_not_judged_again(customers: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    first, second = Counting(), Counting()
    before = rt.review_files(customers, executor=first, out=out)
    (customers / "bergen" / "users.csv").write_bytes(file_of([student()]))

    after = rt.review_files(customers, executor=second, out=out)

    assert len(first.tasks) == 3
    assert [task.name for task in second.tasks] == ["bergen/users.csv"]
    assert after.files.filter(file="bergen/users.csv")["rejected"].item() == 0
    same = pl.col("file") != "bergen/users.csv"
    assert after.files.filter(same).equals(before.files.filter(same))


@pytest.mark.parametrize(
    "changed",
    [{"season": "rollover"}, {"profile": "third-party"}, {"against": file_of([student()])},
     {"values": False}],
    ids=["season", "profile", "roster", "values"],
)  # fmt: skip
def test_other_criteria_judge_anew(
    customers: Path, tmp_path: Path, changed: dict[str, Any]
) -> None:
    rt.review_files(customers, executor=Counting(), out=tmp_path / "out")
    again = Counting()

    rt.review_files(customers, executor=again, out=tmp_path / "out", **changed)

    assert len(again.tasks) == 3


def test_criteria_are_told_apart_by_what_they_are_and_not_by_what_was_asked_of_them() -> None:
    rule = rt.rule(
        "RT901", "nickname", column="userFirstName", title="A nickname",
        message="{value} holds a nickname.", how_to_fix="Write the first name alone.",
    )(nicknames)  # fmt: skip
    roster = file_of([student(), teacher()])
    one, other = (criteria_of(against=roster, rules=[rule]) for _ in range(2))
    one.judge(file_of([student(userGrade="99")]), "asked.csv")

    assert one.digest == other.digest
    assert one.digest != criteria_of(against=roster).digest
    assert one.digest != criteria_of(against=file_of([student()]), rules=[rule]).digest


def test_a_result_that_was_cut_short_is_made_again(customers: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    rt.review_files(customers, executor=Counting(), out=out)
    for piece in (out / "files").glob("*.parquet"):
        piece.unlink()
    again = Counting()

    batch = rt.review_files(customers, executor=again, out=out)

    assert len(again.tasks) == 3
    assert batch.findings.height == 5


def test_the_results_are_one_table_for_duckdb(customers: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    rt.review_files(customers, executor=Counting(), out=out)

    files = duckdb.read_parquet(f"{out}/files/*.parquet")
    findings = duckdb.read_parquet(f"{out}/findings/*.parquet")
    rejected = files.aggregate("sum(rejected)").fetchall()
    costs = findings.aggregate("code, count(DISTINCT file)").fetchall()

    assert rejected == [(4,)]
    assert ("RT102", 2) in costs
    assert rt.Batch.read(out).files.height == 3


def test_months_are_one_table_each(customers: Path, tmp_path: Path) -> None:
    for month in ("2026-10", "2026-11"):
        rt.review_files(customers, executor=Counting(), out=tmp_path / month)
        (customers / "avon" / "users.csv").write_bytes(file_of([student()]))

    months = rt.Batch.read(tmp_path / "2026-10", tmp_path / "2026-11")

    asked = months.sql("SELECT batch, sum(rejected) FROM files GROUP BY ALL ORDER BY ALL")
    assert asked.rows() == [("2026-10", 4), ("2026-11", 3)]


def test_an_empty_folder_of_results_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(rt.UsageError, match="holds no results"):
        rt.Batch.read(tmp_path)


# --- processes, and what kills them ------------------------------------------------------------


@pytest.mark.slow
def test_processes_give_the_same_tables_byte_for_byte(customers: Path, tmp_path: Path) -> None:
    rt.review_files(customers, executor="processes", jobs=2, out=tmp_path / "two")
    rt.review_files(customers, executor="processes", jobs=1, out=tmp_path / "one")

    pieces = sorted(path.relative_to(tmp_path / "one") for path in tmp_path.glob("one/*/*"))
    assert len(pieces) == 9
    for piece in pieces:
        assert (tmp_path / "one" / piece).read_bytes() == (tmp_path / "two" / piece).read_bytes()


def deadly(task: Task, *_: object) -> object:
    """Judges a file, unless it kills whoever does."""
    if b"KILL" in task.data:
        os.kill(os.getpid(), signal.SIGKILL)
    return judge(task, criteria_of())


@pytest.mark.slow
def test_a_file_that_kills_its_process_takes_no_other_along(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("avon", "bergen", "corby", "derby", "exeter"):
        marked = "KILL" if name == "corby" else "Ana"
        (tmp_path / f"{name}.csv").write_bytes(file_of([student(userFirstName=marked)]))
    monkeypatch.setattr(running, "judge_packed", deadly)

    batch = rt.review_files(tmp_path, executor="processes", jobs=2)

    assert batch.files.filter(verdict="unusable")["file"].to_list() == ["corby.csv"]
    assert "The process that judged it ended" in batch.files["why"].drop_nulls().item()
    assert batch.files.height == 5


@pytest.mark.slow
def test_an_executor_that_breaks_is_told_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("avon", "bergen", "corby"):
        (tmp_path / f"{name}.csv").write_bytes(file_of([student(userFirstName="KILL")]))
    monkeypatch.setattr(running, "judge_packed", deadly)

    with (
        ProcessPoolExecutor(1, mp_context=get_context("spawn")) as executor,
        pytest.raises(rt.ToolkitError, match="run the same again with a new one"),
    ):
        rt.review_files(tmp_path, executor=executor)


@pytest.mark.slow
def test_a_killed_run_goes_on_where_it_was(customers: Path, tmp_path: Path) -> None:
    for number in range(40):
        (customers / f"{number:02}.csv").write_bytes(file_of([student(f"S{number}")]))
    out = tmp_path / "out"
    command = [sys.executable, "-m", "roster_toolkit", "batch", str(customers), "--out", str(out)]
    run = subprocess.Popen([*command, "--jobs", "1"], stdout=subprocess.DEVNULL)
    while run.poll() is None and len(list(out.glob("files/*.parquet"))) < 5:
        time.sleep(0.01)
    run.kill()
    run.wait()
    left = Counting()

    batch = rt.review_files(customers, executor=left, out=out)

    assert batch.files.height == 43
    assert len(left.tasks) <= 38
    assert not list(out.rglob("*.part")) or len(list(out.rglob("*.part"))) == 1


# --- the command -------------------------------------------------------------------------------


def test_the_command_tells_a_line_per_file(
    customers: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["batch", str(customers), "--jobs", "1"])

    told = capsys.readouterr().out
    assert code == 3
    assert told.startswith("3 files: 2 would lose rows and 1 would be rejected. ")
    assert "4 of 5 rows would be rejected." in told
    assert told.index("corby/users.csv") < told.index("avon/users.csv")
    assert "2 files, 2 rows: A value is not one of the allowed ones in userGrade  RT102" in told


#: Runs the command line, and then says how many files it had at hand at most.
_COUNTING = """
import gc, sys
from roster_toolkit.batch import running
from roster_toolkit.model import Upload
most, judge = 0, running.judge
def counting(task, criteria):
    global most
    result = judge(task, criteria)
    most = max(most, sum(type(one) is Upload for one in gc.get_objects()))
    return result
running.judge = counting
from roster_toolkit.__main__ import run
try:
    run()
finally:
    print("at hand:", most)
"""


@pytest.mark.slow
def test_the_command_lets_go_of_what_is_judged(tmp_path: Path) -> None:
    files = 60
    for number in range(files):
        (tmp_path / f"{number}.csv").write_bytes(file_of([student(f"S{number}", userGrade="99")]))

    done = subprocess.run(
        [sys.executable, "-c", _COUNTING, "batch", str(tmp_path), "--jobs", "1"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    at_hand = int(done.stdout.rsplit("at hand: ", 1)[1])
    assert at_hand < files / 2, done.stderr


def test_the_command_gives_one_object(
    customers: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    main(["batch", str(customers), "--jobs", "1", "--format", "json"])

    told = json.loads(capsysbinary.readouterr().out)
    Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8"))).validate(told)
    assert told["schema"] == "roster-batch/1"
    assert [file["name"] for file in told["files"]] == [
        "corby/users.csv", "avon/users.csv", "bergen/users.csv",
    ]  # fmt: skip
    assert told["files"][1]["rows"] == {"accepted": 1, "rejected": 1}
    assert told["files"][1]["largest"]["code"] == "RT102"
    assert told["common"][0]["files"] == 2


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["nowhere"], "There is no file or folder nowhere; check its name."),
        (["{empty}"], "There is no file to judge"),
        (["{empty}", "--jobs", "2", "--scheduler", "tls://h:1"], "leave it out"),
        (["{empty}", "--scheduler", "tcp://somewhere.example:8786"], "reach it by tls://"),
        (["{empty}", "--scheduler", "nonsense"], "named by its address"),
        (["{empty}", "--scheduler", "tls://[::1:8786"], "named by its address"),
        (["{empty}", "--previous", "nowhere"], "the folder with the last attempts"),
    ],
)
def test_what_cannot_be_done_is_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], sentence: str
) -> None:
    main(["batch", *(word.format(empty=tmp_path) for word in words)])

    out, err = capsys.readouterr()
    assert sentence in out + err


@pytest.mark.parametrize("address", ["tls://far.example:1", "tcp://127.0.0.1:1", "tcp://[::1]:1"])
def test_a_scheduler_is_safe_behind_tls_or_on_this_machine(address: str) -> None:
    assert host_of(address)


@pytest.mark.parametrize("host", ["10.0.0.7", "127.0.0.1.example.org", "localhost.example.org"])
def test_no_file_travels_in_the_open(host: str) -> None:
    with pytest.raises(rt.UsageError, match="reach it by tls://"):
        host_of(f"tcp://{host}:8786")
