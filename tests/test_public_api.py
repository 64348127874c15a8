"""import roster_toolkit as rt: every public name is there, whatever was imported before."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import roster_toolkit as rt


@pytest.mark.parametrize("name", rt.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(rt, name) is not None


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'reviw'"):
        _ = rt.reviw


def test_no_public_name_is_hidden_by_a_module_of_the_same_name() -> None:
    script = (
        "import importlib, pkgutil, roster_toolkit as rt\n"
        "for module in pkgutil.walk_packages(rt.__path__, 'roster_toolkit.'):\n"
        "    if not module.name.endswith('__main__'):\n"
        "        importlib.import_module(module.name)\n"
        "modules = [n for n in rt.__all__ if type(getattr(rt, n)).__name__ == 'module']\n"
        "assert modules == [], modules\n"
    )

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)

    assert done.returncode == 0, done.stderr.decode()


def test_a_review_reads_like_a_sentence() -> None:
    review = rt.review("data/samples/bad-emails.csv")

    assert review.verdict is rt.Verdict.ERRORS
    assert review.causes


@pytest.mark.parametrize("source", [None, 3, ["users.csv"]])
def test_what_is_no_file_is_answered_with_a_sentence(source: object) -> None:
    with pytest.raises(rt.UsageError, match="the path of a file, its bytes, or a frame"):
        rt.review(source)  # type: ignore[arg-type]


def test_a_whole_store_is_no_roster_to_compare_with(tmp_path: Path) -> None:
    store = rt.Store(tmp_path / "roster.duckdb")

    with pytest.raises(rt.UsageError, match=r'a district: store."Avon"'):
        rt.review("data/samples/clean.csv", against=store)  # type: ignore[arg-type]
