"""What measures the toolkit works: each file can be made, each process told, each page written."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import polars as pl
import pytest

import roster_toolkit as rt
from benchmarks.__main__ import main as measure
from benchmarks.bench import Line, with_growth
from benchmarks.common_rules import CODES
from benchmarks.files import DISTRICT, KINDS
from benchmarks.page import PARTS, written
from benchmarks.peers import agree
from benchmarks.picture import picture
from benchmarks.process import Command, Taken, in_turn, python, run
from benchmarks.startup import by_package

pytestmark = pytest.mark.skipif(
    not hasattr(os, "wait4"), reason="this system tells no child's time"
)

REPOSITORY = Path(__file__).parent.parent
PAGE = (REPOSITORY / "docs" / "benchmarks.md").read_text(encoding="utf-8")
BLANK_PAGE = "".join(f"<!-- measured: {p} -->\n<!-- end of measured -->\n" for p in PARTS)


def taken(cpu: float = 1.0, counts: Mapping[str, int] | None = None) -> Taken:
    return Taken(cpu, cpu, cpu, 1.0, 1.0, json.dumps({"counts": counts or {}}))


# --- files ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "verdict"),
    [("clean", "clean"), ("faults", "errors"), ("bad", "errors"), ("fixable", "errors"),
     ("quoted", "errors"), ("unmatched", "errors"), ("thirteen", "errors")],
)  # fmt: skip
def test_a_file_has_its_rows_and_its_verdict(kind: str, verdict: str, tmp_path: Path) -> None:
    path = tmp_path / "users.csv"

    KINDS[kind](600, path)
    review = rt.review(path)

    rows = review.rows
    assert rows.accepted + rows.rejected + rows.blank == 600
    assert review.verdict == verdict
    if kind in ("bad", "unmatched"):
        assert review.rows.rejected == 600


def test_the_store_holds_the_district_that_the_files_are_about(tmp_path: Path) -> None:
    KINDS["store"](600, tmp_path / "roster.duckdb")
    KINDS["clean"](600, tmp_path / "users.csv")

    roster = rt.Store(tmp_path / "roster.duckdb").roster(DISTRICT)
    cells = pl.read_csv(tmp_path / "users.csv", infer_schema=False)

    assert roster.people.height == cells["userId"].n_unique()


# --- processes -----------------------------------------------------------------------------------


def test_processor_time_is_that_of_the_process_and_of_its_children() -> None:
    burn = "import time\nwhile time.process_time() < 0.2: pass"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {burn!r}])"

    assert run(python("-c", burn)).cpu >= 0.2
    assert run(python("-c", parent)).cpu >= 0.2


def test_a_ratio_is_that_to_the_first_command_of_the_turn() -> None:
    told = "import json; print(json.dumps({{'cpu': {0}, 'seconds': 1, 'counts': None}}))".format
    commands = {str(cpu): python("-c", told(cpu), inside=True) for cpu in (2, 6)}

    measured = in_turn(commands, 2)

    assert [(one.cpu, one.ratio) for one in measured.values()] == [(2, 1.0), (6, 3.0)]
    assert measured["6"].whole < 2


ends_with = "import sys; sys.stderr.write('no store'); sys.exit({})".format


def test_a_check_that_rejects_rows_is_measured() -> None:
    assert run(python("-c", ends_with(1), rejects=True)).output == ""


@pytest.mark.parametrize(("code", "rejects"), [(1, False), (3, True)])
def test_a_process_that_fails_is_no_measurement(code: int, *, rejects: bool) -> None:
    with pytest.raises(RuntimeError, match=f"ended with {code}: no store"):
        run(python("-c", ends_with(code), rejects=rejects))


def test_growth_is_the_power_of_the_rows() -> None:
    lines = [Line("check", 1_000, taken(1)), Line("read", 1_000, taken(5)),
             Line("check", 100_000, taken(10)), Line("read", 100_000, taken(500))]  # fmt: skip

    assert [line.growth for line in with_growth(lines)] == [None, None, 0.5, 1.0]


def test_modules_are_added_up_by_package_and_ours_by_part() -> None:
    modules = [("typer", 1000), ("typer.core", 4000), ("roster_toolkit.cli.app", 3000)]

    assert by_package(modules) == [("typer", 5.0), ("roster_toolkit.cli", 3.0)]


# --- peers ---------------------------------------------------------------------------------------


def counts_of(contender: str, path: Path) -> dict[str, int]:
    command = Command(("-m", f"benchmarks.contenders.{contender}", str(path)), inside=True)
    counts: dict[str, int] = json.loads(run(command).output)["counts"]
    return counts


@pytest.mark.slow
def test_all_thirteen_rules_are_broken_and_all_who_are_installed_count_alike(
    tmp_path: Path,
) -> None:
    path = tmp_path / "users.csv"
    KINDS["thirteen"](30_000, path)

    ours = counts_of("ours", path)

    assert {name.split()[0] for name in ours} == set(CODES)
    assert counts_of("masks", path) == ours
    assert counts_of("pandera_rules", path) == ours


def test_our_difference_is_counted_for_each_kind(tmp_path: Path) -> None:
    KINDS["rosters"](3_000, tmp_path / "rosters")

    counts = counts_of("our_difference", tmp_path / "rosters")

    assert counts["classes"] == [0, 0, 0]
    assert all(count > 0 for kind in ("people", "enrollments") for count in counts[kind])


@pytest.mark.parametrize("theirs", [{"RT101": 2}, {"RT101": 1, "RT102": 1}, {}])
def test_who_counts_otherwise_is_no_peer(theirs: dict[str, int]) -> None:
    with pytest.raises(RuntimeError, match="13 rules: someone counts"):
        agree("13 rules", "someone", taken(counts={"RT101": 1}), taken(counts=theirs))


# --- the page ------------------------------------------------------------------------------------


def test_a_part_that_was_not_measured_stays_as_it_was() -> None:
    page = written(written(BLANK_PAGE, {"checks": "old", "peers": "theirs"}), {"checks": "new"})

    assert "<!-- measured: checks -->\nnew\n<!-- end" in page
    assert "<!-- measured: peers -->\ntheirs\n<!-- end" in page
    with pytest.raises(ValueError, match="no place for the part checks"):
        written("# A page\n", {"checks": "new"})


def test_a_page_without_a_place_for_a_part_is_refused_before_anything_is_measured(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "page.md"
    page.write_text(BLANK_PAGE.replace("measured: startup", "measured: start"), encoding="utf-8")
    monkeypatch.setattr("benchmarks.bench.warm_up", lambda _: pytest.fail("it was measured"))

    with pytest.raises(SystemExit):
        measure(["--only", "startup", "--write", str(page)])

    assert "The page has no place for the part startup" in capsys.readouterr().err


def test_labels_of_lines_that_end_together_do_not_lie_upon_each_other() -> None:
    curves = {name: [(1_000, 0.3), (100_000, 1.0 + at / 100)] for at, name in enumerate("abcd")}

    svg = ET.fromstring(picture(curves, "Seconds & rows"))  # noqa: S314 - our own

    texts = [text for text in svg.iter("{http://www.w3.org/2000/svg}text") if ":" in str(text.text)]
    heights = sorted(float(text.attrib["y"]) for text in texts)
    assert len(heights) == 4
    assert all(below - above >= 16 for above, below in pairwise(heights))


@pytest.mark.parametrize("part", PARTS)
def test_the_page_holds_every_part_with_its_day(part: str) -> None:
    text = PAGE.partition(f"<!-- measured: {part} -->\n")[2].partition("<!-- end")[0]

    assert text.startswith("Measured on ")
    assert "|--:|" in text


@pytest.mark.slow
def test_one_command_measures_everything_and_writes_the_page(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(BLANK_PAGE, encoding="utf-8")
    options = ("--rows", "200", "2000", "--turns", "1", "--write", str(page))

    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", *options],
        cwd=REPOSITORY, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert "left out: ask for them with --peers" in done.stdout
    text = page.read_text(encoding="utf-8")
    assert text.count("Measured on ") == len(PARTS)
    for state in ("clean", "1 % faults", "every row bad"):
        assert f"| 2,000 | check, {state} |" in text
        assert f"| 2,000 | check, {state}, stored roster |" in text
    assert ET.parse(page.with_suffix(".svg")).getroot().tag.endswith("svg")  # noqa: S314 - our own
